/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * From tokens to states, in two moves. First Thompson's construction (1968):
 * steps in a row, where each falls through to the next one and forks and jumps
 * do the rest; a counted repetition is written out. Then forks and jumps are
 * taken out, which leaves of each state the set of those that may follow it, as
 * in Glushkov's automaton (1961).
 *
 * A class of code points becomes paths of bytes:
 *
 *	     .-> ASCII bytes -------------------.
 *	fork --> lead bytes -> 80..bf ----------+-> out
 *	     `-> lead bytes -> a0..bf -> 80..bf-'
 *
 * Since texts are well-formed, ranges are widened to what no text has, such as
 * e0 80: most classes then have few paths. Equal ends are shared.
 */
#include "schema/nfa.h"

#include "base/utf8.h"

#include <string.h>

enum { STEP_BYTES, STEP_CHECK, STEP_FORK, STEP_JUMP, STEP_MATCH };

#define OUT UINT16_MAX /* the target is not known yet */
#define PATHS_MAX 64   /* of a class */

/* ---- Steps ------------------------------------------------------------- */

/* Once it has failed, everything goes to the last step. */
static struct nfa_step *
add_step(struct nfa_builder *b, unsigned op)
{
	if (b->count == NFA_STEPS_MAX || --b->work < 0)
		b->failed = true;
	if (b->failed)
		b->count = NFA_STEPS_MAX - 1;
	struct nfa_step *s = &b->steps[b->count++];
	*s = (struct nfa_step){ .op = (uint8_t)op,
		.next = (uint16_t)b->count };
	return s;
}

static void
add_byte(struct nfa_step *s, unsigned byte)
{
	s->bytes[byte / 64] |= UINT64_C(1) << byte % 64;
}

static void
add_bytes(uint64_t set[4], unsigned low, unsigned high)
{
	for (unsigned c = low; c <= high; c++)
		set[c / 64] |= UINT64_C(1) << c % 64;
}

static void
compile_character(struct nfa_builder *b, uint32_t c)
{
	char text[4];
	size_t bytes = utf8_put(text, c);

	for (size_t i = 0; i < bytes; i++)
		add_byte(add_step(b, STEP_BYTES), (unsigned char)text[i]);
}

/* ---- Classes ----------------------------------------------------------- */

/* The paths of one class, by where they go behind their first byte. */
struct paths {
	struct nfa_builder *b;
	unsigned count;
	bool too_many;
	struct {
		uint16_t target;
		uint64_t bytes[4];
	} list[PATHS_MAX];
};

static void
add_path(struct paths *p, unsigned low, unsigned high, uint16_t target)
{
	unsigned i = 0;

	while (i < p->count && p->list[i].target != target)
		i++;
	if (i == PATHS_MAX) {
		p->too_many = true;
		return;
	}
	if (i == p->count) {
		p->count++;
		p->list[i].target = target;
		memset(p->list[i].bytes, 0, sizeof(p->list[i].bytes));
	}
	add_bytes(p->list[i].bytes, low, high);
}

/* The step that reads low to high and goes to target; an old one, if known. */
static uint16_t
find_tail(struct nfa_builder *b, unsigned low, unsigned high, uint16_t target)
{
	struct nfa_tail *t = &b->tails[(low * 7 + high * 3 + target) % 64];

	if (t->step != OUT && t->low == low && t->high == high &&
	    t->target == target)
		return t->step;
	struct nfa_step *s = add_step(b, STEP_BYTES);
	s->next = target;
	add_bytes(s->bytes, low, high);
	*t = (struct nfa_tail){ (uint8_t)low, (uint8_t)high, target,
		(uint16_t)(s - b->steps) };
	return t->step;
}

/*
 * Code points low to high, all of `more` bytes behind the first, whose own bits
 * are `lead`.
 */
static void
split(struct paths *p, uint32_t low, uint32_t high, unsigned more,
    unsigned lead)
{
	for (unsigned i = 1; i <= more; i++) {
		uint32_t part = (UINT32_C(1) << 6 * i) - 1;
		if ((low & ~part) == (high & ~part))
			continue;
		if ((low & part) != 0) {
			split(p, low, low | part, more, lead);
			split(p, (low | part) + 1, high, more, lead);
			return;
		}
		if ((high & part) != part) {
			split(p, low, (high & ~part) - 1, more, lead);
			split(p, high & ~part, high, more, lead);
			return;
		}
	}
	uint16_t target = OUT;
	for (unsigned i = 0; i < more; i++)
		target = find_tail(p->b, 0x80 | (low >> 6 * i & 0x3f),
		    0x80 | (high >> 6 * i & 0x3f), target);
	add_path(p, lead | low >> 6 * more, lead | high >> 6 * more, target);
}

static void
split_range(struct paths *p, struct ecma_range r)
{
	static const struct {
		uint32_t first, last;
		uint32_t wide_first, wide_last; /* beyond what texts have */
		unsigned more, lead;
	} lengths[] = {
		{ 0x80, 0x7ff, 0, 0x7ff, 1, 0xc0 },
		{ 0x800, 0xffff, 0, 0xffff, 2, 0xe0 },
		{ 0x10000, 0x10ffff, 0, 0x1fffff, 3, 0xf0 }
	};

	if (r.low < 0x80)
		add_path(p, r.low, r.high < 0x7f ? r.high : 0x7f, OUT);
	for (unsigned i = 0; i < 3; i++) {
		if (r.low > lengths[i].last || r.high < lengths[i].first)
			continue;
		split(p, r.low <= lengths[i].first ? lengths[i].wide_first :
		    r.low, r.high >= lengths[i].last ? lengths[i].wide_last :
		    r.high, lengths[i].more, lengths[i].lead);
	}
}

/* A fork to each path; steps from `from` on learn where the class ends. */
static void
join(struct nfa_builder *b, const struct paths *p, unsigned from)
{
	for (unsigned i = 0; i < p->count; i++) {
		if (i + 1 < p->count) {
			struct nfa_step *fork = add_step(b, STEP_FORK);
			fork->other = (uint16_t)(b->count + 1);
		}
		struct nfa_step *s = add_step(b, STEP_BYTES);
		s->next = p->list[i].target;
		memcpy(s->bytes, p->list[i].bytes, sizeof(s->bytes));
	}
	if (p->count == 0)
		add_step(b, STEP_BYTES);
	for (unsigned i = from; i < b->count; i++)
		if (b->steps[i].next == OUT)
			b->steps[i].next = (uint16_t)b->count;
}

static void
compile_class(struct nfa_builder *b, size_t at)
{
	struct paths p = { .b = b };
	unsigned from = b->count;

	if (!ecma_read_set(b->pattern, at, &b->ranges)) {
		b->failed = true;
		return;
	}
	b->work -= b->ranges.count;
	struct nfa_step *jump = NULL; /* over the tails to the paths */
	if (b->ranges.count > 0 &&
	    b->ranges.list[b->ranges.count - 1].high >= 0x80) {
		for (unsigned i = 0; i < 64; i++)
			b->tails[i].step = OUT;
		jump = add_step(b, STEP_JUMP);
	}
	for (unsigned i = 0; i < b->ranges.count && !b->failed; i++)
		split_range(&p, b->ranges.list[i]);
	if (p.too_many)
		b->failed = true;
	if (b->failed)
		return;
	if (jump != NULL)
		jump->next = (uint16_t)b->count;
	join(b, &p, from);
}

/* ---- Terms ------------------------------------------------------------- */

static void compile_choice(struct nfa_builder *b, size_t at, size_t end);

static void
compile_atom(struct nfa_builder *b, size_t at)
{
	const struct ecma_token *t = &b->pattern->tokens[at];

	if (--b->work < 0)
		b->failed = true;
	if (b->failed)
		return;
	switch (t->op) {
	case ECMA_CHAR:
		compile_character(b, t->a);
		break;
	case ECMA_CLASS:
		compile_class(b, at);
		break;
	case ECMA_OPEN:
		compile_choice(b, at + 1, t->b);
		break;
	default:
		add_step(b, STEP_CHECK)->check =
		    (uint8_t)(t->op - ECMA_START);
	}
}

/* From nothing up to `more` times; each fork may leave. */
static void
compile_options(struct nfa_builder *b, size_t at, uint32_t more)
{
	uint16_t chain = OUT; /* forks that wait to know the end */

	for (uint32_t i = 0; i < more && !b->failed; i++) {
		struct nfa_step *s = add_step(b, STEP_FORK);
		s->other = chain;
		chain = (uint16_t)(s - b->steps);
		unsigned from = b->count;
		compile_atom(b, at);
		if (b->count == from)
			break;
	}
	while (chain != OUT && !b->failed) {
		uint16_t next = b->steps[chain].other;
		b->steps[chain].other = (uint16_t)b->count;
		chain = next;
	}
}

/* An atom of nothing, such as (), is the same however often. */
static void
compile_repeat(struct nfa_builder *b, size_t at, const struct ecma_token *t)
{
	unsigned from = b->count;

	for (uint32_t i = 0; i < t->a && !b->failed; i++) {
		from = b->count;
		compile_atom(b, at);
		if (b->count == from)
			return;
	}
	if (t->b != ECMA_OPEN_END) {
		compile_options(b, at, t->b - t->a);
	} else if (t->a > 0) {
		struct nfa_step *s = add_step(b, STEP_FORK);
		s->other = (uint16_t)from;
	} else {
		struct nfa_step *s = add_step(b, STEP_FORK);
		compile_atom(b, at);
		add_step(b, STEP_JUMP)->next = (uint16_t)from;
		s->other = (uint16_t)b->count;
	}
}

/* Behind the atom at `at`. */
static size_t
behind(const struct ecma_pattern *p, size_t at)
{
	const struct ecma_token *t = &p->tokens[at];

	return t->op == ECMA_CLASS || t->op == ECMA_OPEN ? t->b + 1 : at + 1;
}

static void
compile_terms(struct nfa_builder *b, size_t at, size_t end)
{
	const struct ecma_pattern *p = b->pattern;

	while (at < end && !b->failed) {
		size_t next = behind(p, at);
		if (next < end && p->tokens[next].op == ECMA_REPEAT) {
			compile_repeat(b, at, &p->tokens[next]);
			next++;
		} else {
			compile_atom(b, at);
		}
		at = next;
	}
}

static size_t
find_or(const struct ecma_pattern *p, size_t at, size_t end)
{
	while (at < end && p->tokens[at].op != ECMA_OR)
		at = behind(p, at);
	return at;
}

static void
compile_choice(struct nfa_builder *b, size_t at, size_t end)
{
	uint16_t chain = OUT; /* jumps that wait to know the end */

	for (;;) {
		size_t or = find_or(b->pattern, at, end);
		if (or == end)
			break;
		struct nfa_step *fork = add_step(b, STEP_FORK);
		compile_terms(b, at, or);
		struct nfa_step *jump = add_step(b, STEP_JUMP);
		jump->next = chain;
		chain = (uint16_t)(jump - b->steps);
		fork->other = (uint16_t)b->count;
		if (b->failed)
			return;
		at = or + 1;
	}
	compile_terms(b, at, end);
	while (chain != OUT && !b->failed) {
		uint16_t next = b->steps[chain].next;
		b->steps[chain].next = (uint16_t)b->count;
		chain = next;
	}
}

/* ---- States ------------------------------------------------------------ */

/* Numbers those steps that are states; the match is the first. */
static bool
number_states(struct nfa_builder *b, struct nfa *n)
{
	n->count = 1;
	n->checks = 0;
	memset(b->bytes[0], 0, sizeof(b->bytes[0]));
	for (unsigned i = 0; i < b->count; i++) {
		struct nfa_step *s = &b->steps[i];
		b->seen[i] = OUT;
		if (s->op == STEP_MATCH)
			s->state = 0;
		if (s->op != STEP_BYTES && s->op != STEP_CHECK)
			continue;
		if (n->count == NFA_STATES_MAX)
			return false;
		if (s->op == STEP_CHECK)
			n->checks |= 1u << s->check;
		memcpy(b->bytes[n->count], s->bytes, sizeof(s->bytes));
		s->state = (uint16_t)n->count++;
	}
	n->words = (n->count + 63) / 64;
	return true;
}

/* The states that are reached from a step without reading. */
static void
reach(struct nfa_builder *b, unsigned from, uint16_t stamp, uint64_t *row)
{
	unsigned depth = 1;

	b->stack[0] = (uint16_t)from;
	b->seen[from] = stamp;
	while (depth > 0) {
		const struct nfa_step *s = &b->steps[b->stack[--depth]];
		b->work--;
		if (s->op != STEP_FORK && s->op != STEP_JUMP) {
			row[s->state / 64] |= UINT64_C(1) << s->state % 64;
			continue;
		}
		if (b->seen[s->next] != stamp) {
			b->seen[s->next] = stamp;
			b->stack[depth++] = s->next;
		}
		if (s->op == STEP_FORK && b->seen[s->other] != stamp) {
			b->seen[s->other] = stamp;
			b->stack[depth++] = s->other;
		}
	}
}

static void
find_rows(struct nfa_builder *b, struct nfa *n)
{
	unsigned words = n->words;

	memset(b->rows, 0, (n->count + 1 + NFA_CHECKS) * words *
	    sizeof(b->rows[0]));
	b->work -= n->count * words / 8;
	n->bytes = b->bytes;
	n->start = b->rows;
	n->checking = n->start + words;
	n->follow = n->checking + NFA_CHECKS * words;
	reach(b, 0, 0, n->start);
	for (unsigned i = 0; i < b->count && b->work >= 0; i++) {
		const struct nfa_step *s = &b->steps[i];
		if (s->op != STEP_BYTES && s->op != STEP_CHECK)
			continue;
		reach(b, s->next, s->state, n->follow + s->state * words);
		if (s->op == STEP_CHECK)
			n->checking[s->check * words + s->state / 64] |=
			    UINT64_C(1) << s->state % 64;
	}
}

bool
nfa_build(struct nfa_builder *b, const struct ecma_pattern *p, int64_t *work,
    struct nfa *out)
{
	int64_t share = *work < PATTERN_WORK_MAX ? *work : PATTERN_WORK_MAX;

	b->pattern = p;
	b->count = 0;
	b->failed = p->has != 0;
	b->work = share;
	compile_choice(b, 0, p->count);
	add_step(b, STEP_MATCH);
	bool ok = !b->failed && number_states(b, out);
	if (ok)
		find_rows(b, out);
	*work -= share - b->work;
	return ok && b->work >= 0;
}

size_t
nfa_bytes(const struct nfa *n)
{
	return sizeof(*n) + n->count * sizeof(n->bytes[0]) +
	    (n->count + 1 + NFA_CHECKS) * n->words * sizeof(uint64_t);
}

const struct nfa *
nfa_copy(struct pool *pool, const struct nfa *n)
{
	size_t rows = (n->count + 1 + NFA_CHECKS) * n->words;
	struct nfa *made = pool_alloc(pool, sizeof(*made));
	uint64_t *start = pool_alloc(pool, rows * sizeof(start[0]));
	uint64_t (*bytes)[4] = pool_alloc(pool, n->count * sizeof(bytes[0]));

	if (made == NULL || start == NULL || bytes == NULL)
		return NULL;
	memcpy(start, n->start, rows * sizeof(start[0]));
	memcpy(bytes, n->bytes, n->count * sizeof(bytes[0]));
	*made = *n;
	made->start = start;
	made->checking = start + n->words;
	made->follow = made->checking + NFA_CHECKS * n->words;
	made->bytes = bytes;
	return made;
}
