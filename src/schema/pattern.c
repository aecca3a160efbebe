/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Chooses how a pattern is matched, and does it with PCRE2 where nothing else
 * can (see pattern.h).
 *
 * PCRE2 does not tell how much a match has cost. So it is tried with a low
 * limit first, then with higher ones, each of which is paid for. Neither does
 * its limit count everything: JIT code begins to count anew at each place where
 * a match may begin, and does not count the characters that a repetition goes
 * back over. So the price grows with the text, twice if it is not anchored.
 */
#include "schema/pattern.h"

#include "base/error.h"
#include "base/mem.h"
#include "schema/ecma.h"
#include "schema/program.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#define OPTIONS (PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_DOLLAR_ENDONLY | \
	PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C)
#define LEVELS 4
#define NFA_UNITS_A_STEP 8
#define LARGE_STACK_FIRST ((size_t)64 * 1024)
#define LARGE_STACK_MAX ((size_t)4 * 1024 * 1024)

/* Limits of PCRE2's and their price in steps of the check, for a short text. */
static const struct {
	uint32_t limit;
	int64_t price;
} levels[LEVELS] = {
	{ 40, 4 }, { 400, 40 }, { 5000, 500 },
	{ PATTERN_STEPS_MAX, 10000 }
};

struct pattern_builder {
	int64_t work; /* left, of PATTERNS_WORK_MAX */
	struct ecma_pattern tokens;
	struct nfa_builder nfa;
	struct dfa_builder dfa;
};

static void *
take(size_t bytes, void *arg)
{
	struct patterns *p = arg;
	void *block = mem_alloc(bytes);

	if (block == NULL)
		p->no_memory = true;
	return block;
}

/* After the schema is made nothing may write to it. */
static void *
take_quietly(size_t bytes, void *arg)
{
	(void)arg;
	return mem_alloc(bytes);
}

static void
give(void *block, void *arg)
{
	(void)arg;
	mem_release(block);
}

static bool
begin(struct patterns *p)
{
	if (p->builder != NULL)
		return true;
	p->builder = mem_alloc(sizeof(*p->builder));
	if (p->builder == NULL)
		return false;
	p->builder->work = PATTERNS_WORK_MAX;
	p->builder->tokens = (struct ecma_pattern){ 0 };
	return true;
}

static bool
begin_pcre2(struct patterns *p)
{
	if (p->general == NULL)
		p->general = pcre2_general_context_create(take, give, p);
	for (int i = 0; i < LEVELS && p->general != NULL; i++) {
		if (p->limits[i] != NULL)
			continue;
		p->limits[i] = pcre2_match_context_create(p->general);
		if (p->limits[i] == NULL)
			return false;
		pcre2_set_match_limit(p->limits[i], levels[i].limit);
	}
	return p->general != NULL;
}

static int
no_memory(struct patterns *p, alk_error *err)
{
	p->no_memory = false;
	return error_nomem(err);
}

static int
count_code(struct patterns *p, size_t bytes, alk_error *err)
{
	p->code_bytes += bytes;
	if (p->code_bytes > PATTERN_CODE_MAX)
		return error_set(err, ALK_LIMIT, "patterns take over %zu MiB "
		    "when compiled (limit pattern code)",
		    PATTERN_CODE_MAX >> 20);
	return ALK_OK;
}

static int
compile_pcre2(struct patterns *p, struct buf *text, struct pattern *out,
    alk_error *err)
{
	int code;
	PCRE2_SIZE at;

	if (text->failed || !begin_pcre2(p))
		return no_memory(p, err);
	p->no_memory = false;
	out->way = PATTERN_PCRE2;
	pcre2_compile_context *context =
	    pcre2_compile_context_create(p->general);
	if (context == NULL)
		return no_memory(p, err);
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	out->code = pcre2_compile((PCRE2_SPTR)buf_text(text), text->bytes,
	    OPTIONS, &code, &at, context);
	pcre2_compile_context_free(context);
	if (p->no_memory)
		return no_memory(p, err);
	if (out->code == NULL) {
		PCRE2_UCHAR why[160];
		(void)pcre2_get_error_message(code, why, sizeof(why));
		return error_set(err, ALK_SCHEMA,
		    "pattern cannot be used: %s", (const char *)why);
	}
	size_t bytes = 0;
	(void)pcre2_pattern_info(out->code, PCRE2_INFO_SIZE, &bytes);
	if (count_code(p, bytes, err) != ALK_OK)
		return ALK_LIMIT;
	uint32_t options = 0;
	(void)pcre2_pattern_info(out->code, PCRE2_INFO_ALLOPTIONS, &options);
	out->is_anchored = (options & PCRE2_ANCHORED) != 0;
	out->has_jit =
	    pcre2_jit_compile(out->code, PCRE2_JIT_COMPLETE) == 0;
	return p->no_memory ? no_memory(p, err) : ALK_OK;
}

static bool
may_go(const struct patterns *p, enum pattern_way way)
{
	return (p->without >> way & 1) == 0;
}

/*
 * A program of our own; without memory it is NULL. False: the pattern is not
 * regular, or too large.
 */
static bool
compile_regular(struct patterns *p, struct pool *pool, struct pattern *out,
    size_t *bytes)
{
	struct pattern_builder *b = p->builder;
	const struct runs *runs;
	struct nfa n;

	if (may_go(p, PATTERN_RUNS) &&
	    runs_build(&b->tokens, pool, &runs, bytes)) {
		out->way = PATTERN_RUNS;
		out->program = runs;
		return true;
	}
	if (!nfa_build(&b->nfa, &b->tokens, &b->work, &n))
		return false;
	if (may_go(p, PATTERN_DFA) && dfa_build(&b->dfa, &n, &b->work)) {
		out->way = PATTERN_DFA;
		*bytes = dfa_bytes(&b->dfa);
		out->program = dfa_copy(pool, &b->dfa);
		return true;
	}
	out->way = PATTERN_NFA;
	*bytes = nfa_bytes(&n);
	if (may_go(p, PATTERN_NFA))
		out->program = nfa_copy(pool, &n);
	return may_go(p, PATTERN_NFA);
}

static int
compile(struct patterns *p, struct pool *pool, struct pattern *out,
    alk_error *err)
{
	struct ecma_pattern *tokens = &p->builder->tokens;
	const char *why;
	size_t where;
	size_t bytes = 0;

	if (!ecma_parse(out->text, out->bytes, tokens, &why, &where))
		return error_set(err, ALK_SCHEMA,
		    "pattern is not a regular expression of ECMA-262, "
		    "at byte %zu: %s", where, why);
	if (tokens->failed)
		return error_nomem(err);
	if (compile_regular(p, pool, out, &bytes))
		return out->program == NULL ? error_nomem(err) :
		    count_code(p, bytes, err);
	struct buf text = { 0 };
	ecma_write_pcre(tokens, &text);
	int rc = compile_pcre2(p, &text, out, err);
	buf_fini(&text);
	return rc;
}

int
patterns_add(struct patterns *p, struct pool *pool, const char *text,
    size_t bytes, const struct pattern **out, alk_error *err)
{
	if (bytes > PATTERN_BYTES_MAX)
		return error_set(err, ALK_LIMIT,
		    "pattern has %zu bytes, more than %d (limit pattern bytes)",
		    bytes, PATTERN_BYTES_MAX);
	int64_t *known = textmap_find(&p->index, 0, text, bytes);
	if (known != NULL) {
		*out = p->all[*known];
		return ALK_OK;
	}
	if (p->count == SCHEMA_PATTERNS_MAX)
		return error_set(err, ALK_LIMIT,
		    "more than %d different patterns (limit schema patterns)",
		    SCHEMA_PATTERNS_MAX);
	if (p->count == p->room) {
		size_t room = p->room == 0 ? 8 : p->room * 2;
		struct pattern **all = mem_resize(p->all,
		    room * sizeof(all[0]));
		if (all == NULL)
			return error_nomem(err);
		p->all = all;
		p->room = room;
	}
	struct pattern *made = pool_alloc(pool, sizeof(*made));
	if (made == NULL || !begin(p))
		return error_nomem(err);
	*made = (struct pattern){ .text = text, .bytes = bytes, .home = p };
	p->all[p->count++] = made;
	int rc = compile(p, pool, made, err);
	if (rc != ALK_OK)
		return rc;
	if (textmap_add(&p->index, 0, text, bytes,
	    (int64_t)p->count - 1) < 0)
		return error_nomem(err);
	*out = made;
	return ALK_OK;
}

void
patterns_seal(struct patterns *p)
{
	textmap_fini(&p->index);
	if (p->builder != NULL)
		ecma_fini(&p->builder->tokens);
	mem_release(p->builder);
	p->builder = NULL;
}

void
patterns_fini(struct patterns *p)
{
	patterns_seal(p);
	for (size_t i = 0; i < p->count; i++)
		pcre2_code_free(p->all[i]->code);
	mem_release(p->all);
	for (int i = 0; i < LEVELS; i++)
		pcre2_match_context_free(p->limits[i]);
	pcre2_general_context_free(p->general);
	*p = (struct patterns){ 0 };
}

/* ---- Matching ---------------------------------------------------------- */

/* Memory for PCRE2's match data out of the matcher itself. */
static void *
take_room(size_t bytes, void *arg)
{
	struct matcher *m = arg;

	bytes = (bytes + alignof(max_align_t) - 1) &
	    ~(alignof(max_align_t) - 1);
	if (sizeof(m->room) - m->used < bytes)
		return NULL;
	void *at = m->room + m->used;
	m->used += bytes;
	return at;
}

static void
give_room(void *block, void *arg)
{
	(void)block;
	(void)arg;
}

static bool
make_data(struct matcher *m)
{
	pcre2_general_context *g =
	    pcre2_general_context_create(take_room, give_room, m);

	if (g != NULL)
		m->data = pcre2_match_data_create(1, g);
	return m->data != NULL;
}

static int
answer(int rc)
{
	if (rc >= 0)
		return PATTERN_YES;
	if (rc == PCRE2_ERROR_NOMATCH)
		return PATTERN_NO;
	return rc == PCRE2_ERROR_NOMEMORY ? PATTERN_NO_MEMORY : PATTERN_COSTLY;
}

/* JIT code that ran out of its 32 KiB gets up to 4 MiB, kept for this check. */
static int
match_large(const struct pattern *p, struct matcher *m, const char *text,
    size_t bytes, uint32_t limit)
{
	if (m->stack == NULL) {
		pcre2_general_context *g = pcre2_general_context_create(
		    take_quietly, give, NULL);
		if (g == NULL)
			return PCRE2_ERROR_NOMEMORY;
		m->large = pcre2_match_context_create(g);
		m->stack = pcre2_jit_stack_create(LARGE_STACK_FIRST,
		    LARGE_STACK_MAX, g);
		pcre2_general_context_free(g);
		if (m->large == NULL || m->stack == NULL) {
			pattern_end(m);
			return PCRE2_ERROR_NOMEMORY;
		}
		pcre2_jit_stack_assign(m->large, NULL, m->stack);
	}
	pcre2_set_match_limit(m->large, limit);
	return pcre2_jit_match(p->code, (PCRE2_SPTR)text, bytes, 0, 0,
	    m->data, m->large);
}

static int
match_interpreted(const struct pattern *p, const char *text, size_t bytes,
    void *limits)
{
	pcre2_general_context *g = pcre2_general_context_create(take_quietly,
	    give, NULL);

	if (g == NULL)
		return PCRE2_ERROR_NOMEMORY;
	pcre2_match_data *data = pcre2_match_data_create(1, g);
	pcre2_general_context_free(g);
	if (data == NULL)
		return PCRE2_ERROR_NOMEMORY;
	int rc = pcre2_match(p->code, (PCRE2_SPTR)text, bytes, 0,
	    PCRE2_NO_UTF_CHECK, data, limits);
	pcre2_match_data_free(data);
	return rc;
}

static int
match_at(const struct pattern *p, struct matcher *m, const char *text,
    size_t bytes, int level)
{
	void *limits = p->home->limits[level];

	if (!p->has_jit)
		return match_interpreted(p, text, bytes, limits);
	if (m->data == NULL && !make_data(m))
		return PCRE2_ERROR_NOMEMORY;
	int rc = pcre2_jit_match(p->code, (PCRE2_SPTR)text, bytes, 0, 0,
	    m->data, limits);
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		return match_large(p, m, text, bytes, levels[level].limit);
	return rc;
}

static int
match_pcre2(const struct pattern *p, struct matcher *m, const char *text,
    size_t bytes)
{
	int64_t size = 1 + (int64_t)(bytes / 128);

	if (!p->is_anchored)
		size *= 1 + (int64_t)(bytes / 4);
	for (int i = 0; i < LEVELS; i++) {
		*m->steps -= levels[i].price * size;
		if (*m->steps < 0)
			return PATTERN_COSTLY;
		int rc = match_at(p, m, text, bytes, i);
		if (rc != PCRE2_ERROR_MATCHLIMIT)
			return answer(rc);
	}
	return PATTERN_COSTLY;
}

int
pattern_match_slow(const struct pattern *p, struct matcher *m,
    const char *text, size_t bytes)
{
	if (p->way == PATTERN_PCRE2)
		return match_pcre2(p, m, text, bytes);
	/* Some of the automaton's units are a step. */
	int64_t work = *m->steps < INT64_MAX / NFA_UNITS_A_STEP ?
	    *m->steps * NFA_UNITS_A_STEP : INT64_MAX;
	int64_t left = work;
	int rc = nfa_match(p->program, text, bytes, &left);
	*m->steps -= 1 + (work - left) / NFA_UNITS_A_STEP;
	return rc < 0 ? PATTERN_COSTLY : rc;
}

void
pattern_end(struct matcher *m)
{
	if (m->stack != NULL)
		pcre2_jit_stack_free(m->stack);
	if (m->large != NULL)
		pcre2_match_context_free(m->large);
	m->stack = m->large = NULL;
}
