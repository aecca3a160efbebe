/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Reading. Text in order is read by scan.c. Where that is not sure, because of
 * an error or of something rare, yyjson parses into the reader's pool, and one
 * pass of check.c makes the result safe and its numbers exact; text with
 * numbers finer than a double is parsed once more with numbers as text. So
 * errors are found and told in one way only.
 */
#include "json/json.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "json/check.h"
#include "json/members.h"
#include "json/scan.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define POOL_BYTES_MIN ((size_t)8 * 1024)
#define POOL_KEEP_BYTES ((size_t)1024 * 1024) /* more is given back, */
#define POOL_SMALL_BYTES (POOL_KEEP_BYTES / 4) /* when this would do */
#define OUTLINE_TEXT_BYTES ((size_t)16 * 1024)
#define TEXT_BYTES_MAX ((size_t)UINT32_MAX)
#define KEY_SHOWN_MAX 64

void
json_reader_lend(struct json_reader *r, void *pool, size_t bytes)
{
	r->pool = pool;
	r->pool_bytes = bytes;
	r->is_lent = true;
}

static void
drop_pool(struct json_reader *r)
{
	if (!r->is_lent)
		mem_release(r->pool);
	r->pool = NULL;
	r->pool_bytes = 0;
	r->is_lent = false;
}

void
json_reader_fini(struct json_reader *r)
{
	drop_pool(r);
	buf_fini(&r->scratch);
	outline_free(r->outline);
	*r = (struct json_reader){ 0 };
}

/* Makes the pool as large as parsing so many bytes can need. */
static bool
fit_pool(struct json_reader *r, size_t bytes)
{
	size_t need = yyjson_read_max_memory_usage(bytes, YYJSON_READ_NOFLAG);
	bool small = need < POOL_SMALL_BYTES;

	if (need < scan_room(bytes))
		need = scan_room(bytes);
	r->doc = NULL;
	if (small && r->scratch.room > POOL_KEEP_BYTES)
		buf_fini(&r->scratch);
	if (need <= r->pool_bytes &&
	    !(small && r->pool_bytes > POOL_KEEP_BYTES))
		return true;
	size_t room = POOL_BYTES_MIN;
	while (room < need && room < POOL_SMALL_BYTES)
		room *= 2;
	if (room < need)
		room = need;
	drop_pool(r); /* nothing in it is needed */
	r->pool = mem_alloc(room);
	if (r->pool != NULL)
		r->pool_bytes = room;
	return r->pool != NULL;
}

static bool
parse(struct json_reader *r, const char *text, size_t bytes,
    yyjson_read_flag flags, yyjson_read_err *why)
{
	yyjson_alc alc;

	(void)yyjson_alc_pool_init(&alc, r->pool, r->pool_bytes);
	/* Without YYJSON_READ_INSITU the text is left alone. */
	r->doc = yyjson_read_opts((char *)(uintptr_t)text, bytes, flags, &alc,
	    why);
	return r->doc != NULL;
}

/* Makes the memory ready for a text of so many bytes. */
static bool
begin_read(struct json_reader *r, size_t bytes)
{
	if (!fit_pool(r, bytes))
		return false;
	/* Many readers read one small text only. */
	if (r->outline == NULL &&
	    (r->was_used || bytes >= OUTLINE_TEXT_BYTES)) {
		r->outline = outline_new();
		if (r->outline == NULL)
			return false;
	}
	r->was_used = true;
	return true;
}

static size_t
line_of(const char *text, size_t at)
{
	size_t line = 1;
	const char *p = text;

	while ((p = memchr(p, '\n', at - (size_t)(p - text))) != NULL) {
		line++;
		p++;
	}
	return line;
}

static void
syntax_error(const char *text, size_t bytes, int code,
    const yyjson_read_err *why, alk_error *err)
{
	const char *what = code == ALK_JSON ?
	    "not JSON" : "stored JSON is damaged";
	const char *other = utf8_other(text, bytes);
	const char *reason = why->msg;
	size_t at = why->pos < bytes ? why->pos : bytes;

	if (other != NULL && code == ALK_JSON) {
		utf8_refuse_other(err, code, other);
		return;
	}
	if (why->code == YYJSON_READ_ERROR_EMPTY_CONTENT || bytes == 0)
		reason = "there is no value";
	/* The pool is enough for whatever ends what it begins. */
	if (why->code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
		reason = "more arrays are opened than closed";
	error_set(err, code, "%s, at byte %zu, line %zu: %s", what, at,
	    bytes == 0 ? 1 : line_of(text, at), reason);
}

/* What check_values() returns, or ALK_JSON without c->bad: bad syntax. */
static int
read_checked(struct json_reader *r, const char *text, size_t bytes,
    struct check *c, yyjson_read_err *why)
{
	if (!parse(r, text, bytes, YYJSON_READ_BIGNUM_AS_RAW, why))
		return ALK_JSON;
	int rc = check_values(c, r->doc);
	if (rc != ALK_OK || !c->has_real)
		return rc;
	if (!check_text_is_finer(text, bytes, c->has_tiny))
		return ALK_OK;
	c->members = NULL;
	if (!parse(r, text, bytes, YYJSON_READ_NUMBER_AS_RAW, why))
		return ALK_JSON;
	return check_values(c, r->doc);
}

/* false: there is no memory for it, and err says so. */
static bool
set_place(yyjson_doc *doc, yyjson_val *bad, alk_error *err)
{
	struct buf pointer = { 0 };

	if (err == NULL || err->code != ALK_OK)
		return true;
	json_pointer_to(&pointer, yyjson_doc_get_root(doc), bad);
	const char *text = buf_text(&pointer);
	/* An error without its place would be another answer. */
	if (text == NULL)
		error_nomem(err);
	else
		error_pointer(err, text, pointer.bytes);
	buf_fini(&pointer);
	return text != NULL;
}

static void
twice_error(yyjson_doc *doc, yyjson_val *key, alk_error *err)
{
	const char *name = unsafe_yyjson_get_str(key);
	size_t bytes = unsafe_yyjson_get_len(key);
	size_t shown = bytes;

	if (shown > KEY_SHOWN_MAX)
		shown = KEY_SHOWN_MAX;
	while (shown < bytes && shown > 0 && (name[shown] & 0xc0) == 0x80)
		shown--;
	if (!set_place(doc, key + 1, err))
		return;
	error_set(err, ALK_JSON, "member \"%.*s%s\" is there twice; keep one",
	    (int)shown, name, shown < bytes ? "..." : "");
}

static void
depth_error(yyjson_doc *doc, yyjson_val *bad, size_t depth_max,
    const char *name, alk_error *err)
{
	if (!set_place(doc, bad, err))
		return;
	if (name == NULL || depth_max >= JSON_DEPTH_MAX)
		error_set(err, ALK_LIMIT, "nested deeper than %zu levels",
		    depth_max);
	else
		error_set(err, ALK_LIMIT,
		    "nested deeper than %zu levels; raise %s (at most %d)",
		    depth_max, name, JSON_DEPTH_MAX);
}

static void
bytes_error(size_t bytes, size_t bytes_max, const char *name, alk_error *err)
{
	if (name == NULL || bytes_max >= TEXT_BYTES_MAX)
		error_set(err, ALK_LIMIT, "JSON has %zu bytes, more than %zu",
		    bytes, bytes_max);
	else
		error_set(err, ALK_LIMIT,
		    "JSON has %zu bytes, more than %zu; raise %s", bytes,
		    bytes_max, name);
}

/* The reader's memory and secret, for the time of one read. */
static void
lend_members(struct json_reader *r, struct members *m)
{
	memcpy(m->secret, r->secret, sizeof(m->secret));
	m->slots = r->scratch;
}

static void
take_members(struct json_reader *r, const struct members *m)
{
	memcpy(r->secret, m->secret, sizeof(r->secret));
	r->scratch = m->slots;
}

yyjson_val *
json_read(struct json_reader *r, const char *text, size_t bytes,
    const struct json_bounds *bounds, alk_error *err)
{
	size_t bytes_max = bounds->bytes_max < TEXT_BYTES_MAX ?
	    bounds->bytes_max : TEXT_BYTES_MAX;
	size_t depth_max = bounds->depth_max < JSON_DEPTH_MAX ?
	    bounds->depth_max : JSON_DEPTH_MAX;
	struct members members = { 0 };
	struct check c = { .depth_max = depth_max, .members = &members };
	yyjson_read_err why = { 0 };

	r->doc = NULL;
	if (bytes > bytes_max) {
		bytes_error(bytes, bytes_max, bounds->bytes_name, err);
		return NULL;
	}
	if (!begin_read(r, bytes)) {
		error_nomem(err);
		return NULL;
	}
	lend_members(r, &members);
	yyjson_val *root = scan_text(r->pool, text, bytes, depth_max,
	    &members, r->outline);
	if (root != NULL) {
		take_members(r, &members);
		return root;
	}
	int rc = read_checked(r, text, bytes, &c, &why);
	take_members(r, &members);
	if (rc == ALK_OK)
		return yyjson_doc_get_root(r->doc);
	if (rc == ALK_NOMEM)
		error_nomem(err);
	else if (rc == ALK_LIMIT)
		depth_error(r->doc, c.bad, depth_max, bounds->depth_name, err);
	else if (c.bad != NULL)
		twice_error(r->doc, c.bad, err);
	else
		syntax_error(text, bytes, ALK_JSON, &why, err);
	r->doc = NULL;
	return NULL;
}

yyjson_val *
json_read_own(struct json_reader *r, const char *text, size_t bytes,
    alk_error *err)
{
	struct check c = { .depth_max = JSON_DEPTH_OWN };
	yyjson_read_err why = { 0 };

	r->doc = NULL;
	if (bytes > TEXT_BYTES_MAX) {
		error_set(err, ALK_CORRUPT, "stored JSON has %zu bytes", bytes);
		return NULL;
	}
	if (!begin_read(r, bytes)) {
		error_nomem(err);
		return NULL;
	}
	yyjson_val *root = scan_text(r->pool, text, bytes, JSON_DEPTH_OWN,
	    NULL, r->outline);
	if (root != NULL)
		return root;
	int rc = read_checked(r, text, bytes, &c, &why);
	if (rc == ALK_OK)
		return yyjson_doc_get_root(r->doc);
	if (rc == ALK_LIMIT)
		error_set(err, ALK_CORRUPT,
		    "stored JSON is nested deeper than %d levels",
		    JSON_DEPTH_OWN);
	else
		syntax_error(text, bytes, ALK_CORRUPT, &why, err);
	r->doc = NULL;
	return NULL;
}
