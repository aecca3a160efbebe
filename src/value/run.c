/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A call that makes a value: its budget, its errors, and the array that the
 * value grows in. yyjson keeps a value's parts behind it, with distances
 * instead of addresses; so a part is copied at once, and the array may move.
 */
#include "value/parts.h"

#include "base/error.h"
#include "base/mem.h"
#include "schema/walk.h"

#include <stdarg.h>
#include <stdio.h>

#define ROOM_KEPT 65536 /* values: larger arrays go when they are not needed */

void
value_work_fini(struct value_work *w)
{
	mem_release(w->sides[0].values);
	mem_release(w->sides[1].values);
	pool_fini(&w->pool);
	json_reader_fini(&w->reader);
	*w = (struct value_work){ 0 };
}

/* Whether v is in the last result. */
static bool
is_ours(const struct value_work *w, const yyjson_val *v)
{
	const struct value_side *side = &w->sides[w->latest];

	return side->values != NULL && v >= side->values &&
	    v < side->values + side->count;
}

void
run_begin(struct run *r, struct value_work *w, const struct value_plan *p,
    yyjson_val *v, alk_error *err)
{
	size_t count = v == NULL ? 0 :
	    (size_t)(unsafe_yyjson_get_next(v) - v);

	r->work = w;
	r->plan = p;
	r->forms = p != NULL ? p->forms : NULL;
	if (!is_ours(w, v) && w->pool.chunks != NULL) {
		pool_fini(&w->pool);
		w->pool_bytes = 0;
	}
	r->side = &w->sides[!w->latest];
	r->side->count = 0;
	if (r->side->room > ROOM_KEPT && r->side->room / 16 > count) {
		mem_release(r->side->values);
		*r->side = (struct value_side){ 0 };
	}
	r->values_max = count * 2 + VALUE_VALUES_MAX;
	r->stashed = 0;
	r->steps = VALUE_STEPS + VALUE_STEPS_A_VALUE * (int64_t)count;
	r->frames = 0;
	r->is_deeper = false;
	r->place = NULL;
	r->rc = ALK_OK;
	if (err == NULL) {
		r->own = (alk_error){ 0 };
		err = &r->own;
	}
	r->err = err;
	(void)run_reserve(r, count + 16);
}

/* ---- Errors and budget ------------------------------------------------- */

void
run_nomem(struct run *r)
{
	if (r->rc == ALK_OK)
		r->rc = error_nomem(r->err);
}

void
run_fail(struct run *r, int code, const char *format, ...)
{
	struct buf pointer = { 0 };
	va_list ap;

	if (r->rc != ALK_OK)
		return;
	place_write(&pointer, r->place);
	const char *text = buf_text(&pointer);
	if (text != NULL) {
		va_start(ap, format);
		r->rc = error_set_va(r->err, code, format, ap);
		va_end(ap);
		error_pointer(r->err, text, pointer.bytes);
	} else {
		/* An error without its place would be another answer. */
		run_nomem(r);
	}
	buf_fini(&pointer);
}

static void
out_of_steps(struct run *r)
{
	run_fail(r, ALK_LIMIT, "making this value takes too much work (limit "
	    "value steps)");
}

void
run_spend(struct run *r, size_t steps)
{
	if (steps > INT64_MAX / 2 || r->steps < (int64_t)steps)
		out_of_steps(r);
	else
		r->steps -= (int64_t)steps;
}

bool
run_enter(struct run *r)
{
	if (++r->frames > VALUE_FRAMES_MAX)
		run_fail(r, ALK_LIMIT, "the type leads more than %d deep; if "
		    "it is recursive, a default helps (limit value depth)",
		    VALUE_FRAMES_MAX);
	if (--r->steps < 0)
		out_of_steps(r);
	return r->rc == ALK_OK;
}

static void
take_stop(struct run *r, const struct walk *w, int64_t before)
{
	if (w->stop == STOP_NONE && w->steps >= 0)
		r->steps = w->steps;
	else if (w->stop == STOP_MEMORY)
		run_nomem(r);
	else if (w->stop == STOP_PATTERN)
		/* That is "not valid", and cost more than steps can tell. */
		r->steps = before > 100000 ? before - 100000 : 0;
	else if (w->stop == STOP_FRAMES)
		run_fail(r, ALK_LIMIT, "checking this value leads too deep "
		    "(limit check depth)");
	else
		out_of_steps(r);
}

bool
run_check(struct run *r, uint32_t form, yyjson_val *v)
{
	uint32_t node = r->forms[form].node;
	struct walk w;

	if (r->rc != ALK_OK || v == NULL)
		return false;
	if (node == NODE_ANY)
		return true;
	walk_begin(&w, r->plan->schema, v);
	w.steps = r->steps;
	bool ok = walk_node(&w, node, v, NULL);
	walk_end(&w);
	take_stop(r, &w, r->steps);
	return ok && w.stop == STOP_NONE && r->rc == ALK_OK;
}

bool
run_match(struct run *r, const struct pattern *p, yyjson_val *key)
{
	struct matcher m;
	size_t bytes = unsafe_yyjson_get_len(key);

	run_spend(r, 1 + bytes / 16);
	if (r->rc != ALK_OK)
		return false;
	int64_t left = r->steps;
	pattern_begin(&m, &left);
	int answer = pattern_match(p, &m, unsafe_yyjson_get_str(key), bytes);
	pattern_end(&m);
	if (answer == PATTERN_NO_MEMORY)
		run_nomem(r);
	if (answer == PATTERN_COSTLY)
		run_spend(r, 100000);
	else
		run_spend(r, (size_t)(r->steps - left));
	return answer == PATTERN_YES;
}

uint32_t
run_pattern_form(struct run *r, const struct form *f, yyjson_val *key)
{
	for (uint32_t i = 0; i < f->patterns_count; i++)
		if (run_match(r, f->patterns[i].pattern, key))
			return f->patterns[i].form;
	return FORM_NONE;
}

/* ---- Making values ----------------------------------------------------- */

bool
run_grow(struct run *r, size_t more)
{
	struct value_side *side = r->side;
	size_t room = side->room < 64 ? 64 : side->room;

	if (r->rc != ALK_OK)
		return false;
	if (more > r->values_max ||
	    side->count + more + r->stashed > r->values_max) {
		run_fail(r, ALK_LIMIT, "the value grows too large (limit value "
		    "count)");
		return false;
	}
	while (room - side->count < more)
		room *= 2;
	yyjson_val *values = mem_resize(side->values,
	    room * sizeof(values[0]));
	if (values == NULL) {
		run_nomem(r);
		return false;
	}
	side->values = values;
	side->room = room;
	return true;
}

void
run_copy(struct run *r, yyjson_val *v)
{
	size_t count = (size_t)(unsafe_yyjson_get_next(v) - v);

	if (!run_reserve(r, count))
		return;
	memcpy(r->side->values + r->side->count, v, count * sizeof(*v));
	r->side->count += count;
	if (count > 8)
		run_spend(r, count / 8);
}

void
run_copy_schema(struct run *r, yyjson_val *v)
{
	r->is_deeper = r->is_deeper || unsafe_yyjson_is_ctn(v);
	run_copy(r, v);
}

size_t
run_open(struct run *r)
{
	size_t mark = r->side->count;

	run_put(r, value_of_null());
	return mark;
}

void
run_close(struct run *r, size_t mark, yyjson_type type, size_t count)
{
	if (r->rc != ALK_OK)
		return;
	yyjson_val *v = r->side->values + mark;
	v->tag = (uint64_t)count << YYJSON_TAG_BIT | type;
	v->uni.ofs = (r->side->count - mark) * sizeof(*v);
}

static void *
take_pool(struct run *r, size_t bytes)
{
	void *at = r->rc == ALK_OK ? pool_alloc(&r->work->pool, bytes) : NULL;

	if (at == NULL && r->rc == ALK_OK) {
		/* The pool is not to stay failed for the next call. */
		r->work->pool.failed = false;
		run_nomem(r);
	}
	return at;
}

yyjson_val *
run_stash(struct run *r, size_t mark)
{
	size_t count = r->side->count - mark;

	if (r->rc != ALK_OK)
		return NULL;
	r->stashed += count;
	if (r->stashed + mark > r->values_max) {
		run_fail(r, ALK_LIMIT, "the value grows too large (limit value "
		    "count)");
		return NULL;
	}
	run_spend(r, count / 8);
	yyjson_val *v = take_pool(r, count * sizeof(*v));
	if (v == NULL)
		return NULL;
	memcpy(v, r->side->values + mark, count * sizeof(*v));
	r->side->count = mark;
	return v;
}

char *
run_text(struct run *r, size_t bytes)
{
	if (bytes >= VALUE_TEXT_MAX ||
	    r->work->pool_bytes + bytes >= VALUE_TEXT_MAX) {
		run_fail(r, ALK_LIMIT, "the texts made for this value are too "
		    "long (limit value text)");
		return NULL;
	}
	r->work->pool_bytes += bytes;
	return take_pool(r, bytes + 1);
}

/* ---- The end ----------------------------------------------------------- */

/* Whether nothing within v is nested more than JSON_DEPTH_MAX deep. */
static bool
is_shallow(yyjson_val *v)
{
	yyjson_val *ends[JSON_DEPTH_MAX];
	yyjson_val *end = unsafe_yyjson_get_next(v);
	size_t depth = 0;

	for (; v < end; v++) {
		while (depth > 0 && v >= ends[depth - 1])
			depth--;
		if (!unsafe_yyjson_is_ctn(v))
			continue;
		if (depth == JSON_DEPTH_MAX)
			return false;
		ends[depth++] = unsafe_yyjson_get_next(v);
	}
	return true;
}

int
run_end(struct run *r, yyjson_val **out)
{
	yyjson_val *v = r->side->count > 0 ? r->side->values : NULL;

	r->place = NULL;
	if (r->rc == ALK_OK && r->is_deeper && v != NULL && !is_shallow(v))
		run_fail(r, ALK_LIMIT, "the value would be nested more than %d "
		    "deep", JSON_DEPTH_MAX);
	if (r->rc != ALK_OK)
		return r->rc;
	r->work->latest = !r->work->latest;
	*out = v;
	return ALK_OK;
}

int
run_end_with(struct run *r, yyjson_val *v, yyjson_val **out)
{
	if (r->rc == ALK_OK)
		*out = v;
	return r->rc;
}
