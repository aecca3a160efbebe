/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Compiling and matching patterns with PCRE2 (see pattern.h). */
#include "schema/pattern.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "schema/ecma.h"
#include "schema/program.h"
#include "schema/text.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#define OPTIONS (PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_DOLLAR_ENDONLY | \
	PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C)
#define LARGE_STACK_FIRST ((size_t)64 * 1024)
#define LARGE_STACK_MAX ((size_t)4 * 1024 * 1024)

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
	if (p->limits != NULL)
		return true;
	if (p->general == NULL)
		p->general = pcre2_general_context_create(take, give, p);
	if (p->general == NULL)
		return false;
	p->limits = pcre2_match_context_create(p->general);
	if (p->limits == NULL)
		return false;
	pcre2_set_match_limit(p->limits, PATTERN_STEPS_MAX);
	return true;
}

/*
 * What TypeBox writes for Record(String, ...): any text without a line break.
 */
static bool
is_any_line(const char *text, size_t bytes)
{
	return text_is(text, bytes, "^(.*)$") || text_is(text, bytes, "^.*$");
}

static int
no_memory(struct patterns *p, alk_error *err)
{
	p->no_memory = false;
	return error_nomem(err);
}

static int
compile_translated(struct patterns *p, struct buf *text, struct pattern *out,
    alk_error *err)
{
	int code;
	PCRE2_SIZE at;

	p->no_memory = false;
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
	p->code_bytes += bytes;
	if (p->code_bytes > PATTERN_CODE_MAX)
		return error_set(err, ALK_LIMIT, "patterns take over %zu MiB "
		    "when compiled (limit pattern code)",
		    PATTERN_CODE_MAX >> 20);
	out->has_jit =
	    pcre2_jit_compile(out->code, PCRE2_JIT_COMPLETE) == 0;
	return p->no_memory ? no_memory(p, err) : ALK_OK;
}

static int
compile(struct patterns *p, struct pattern *out, alk_error *err)
{
	const char *why;
	size_t where;
	struct buf text = { 0 };
	int rc;

	if (is_any_line(out->text, out->bytes))
		return ALK_OK;
	if (!ecma_translate(out->text, out->bytes, &text, &why, &where))
		rc = error_set(err, ALK_SCHEMA,
		    "pattern is not a regular expression of ECMA-262, "
		    "at byte %zu: %s", where, why);
	else if (text.failed)
		rc = error_nomem(err);
	else
		rc = compile_translated(p, &text, out, err);
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
	int rc = compile(p, made, err);
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
}

void
patterns_fini(struct patterns *p)
{
	textmap_fini(&p->index);
	for (size_t i = 0; i < p->count; i++)
		pcre2_code_free(p->all[i]->code);
	mem_release(p->all);
	pcre2_match_context_free(p->limits);
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

static bool
has_line_break(const char *text, size_t bytes)
{
	const char *end = text + bytes;

	for (const char *p = text; p < end; p++) {
		if (*p == '\n' || *p == '\r')
			return true;
		/* U+2028 and U+2029 are e2 80 a8 and e2 80 a9. */
		if ((unsigned char)*p == 0xe2 && end - p >= 3 &&
		    (unsigned char)p[1] == 0x80 &&
		    ((unsigned char)p[2] | 1) == 0xa9)
			return true;
	}
	return false;
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
    size_t bytes)
{
	if (m->stack == NULL) {
		pcre2_general_context *g = pcre2_general_context_create(
		    take_quietly, give, NULL);
		if (g == NULL)
			return PATTERN_NO_MEMORY;
		m->large = pcre2_match_context_create(g);
		m->stack = pcre2_jit_stack_create(LARGE_STACK_FIRST,
		    LARGE_STACK_MAX, g);
		pcre2_general_context_free(g);
		if (m->large == NULL || m->stack == NULL) {
			pattern_end(m);
			return PATTERN_NO_MEMORY;
		}
		pcre2_set_match_limit(m->large, PATTERN_STEPS_MAX);
		pcre2_jit_stack_assign(m->large, NULL, m->stack);
	}
	return answer(pcre2_jit_match(p->code, (PCRE2_SPTR)text, bytes, 0, 0,
	    m->data, m->large));
}

static int
match_interpreted(const struct pattern *p, const char *text, size_t bytes)
{
	pcre2_general_context *g = pcre2_general_context_create(take_quietly,
	    give, NULL);

	if (g == NULL)
		return PATTERN_NO_MEMORY;
	pcre2_match_data *data = pcre2_match_data_create(1, g);
	pcre2_general_context_free(g);
	if (data == NULL)
		return PATTERN_NO_MEMORY;
	int rc = pcre2_match(p->code, (PCRE2_SPTR)text, bytes, 0,
	    PCRE2_NO_UTF_CHECK, data, p->home->limits);
	pcre2_match_data_free(data);
	return answer(rc);
}

int
pattern_match(const struct pattern *p, struct matcher *m, const char *text,
    size_t bytes)
{
	if (p->code == NULL)
		return has_line_break(text, bytes) ? PATTERN_NO : PATTERN_YES;
	if (!p->has_jit)
		return match_interpreted(p, text, bytes);
	if (m->data == NULL && !make_data(m))
		return PATTERN_NO_MEMORY;
	int rc = pcre2_jit_match(p->code, (PCRE2_SPTR)text, bytes, 0, 0,
	    m->data, p->home->limits);
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		return match_large(p, m, text, bytes);
	return answer(rc);
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
