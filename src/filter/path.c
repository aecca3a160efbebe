/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Paths into attributes, within a filter and alone.
 *
 *   path  = member rest* | "$" rest*
 *   rest  = "." member | "[" integer "]" | "[" string "]"
 *
 * A path is a list of steps. $ is the attributes themselves. An index counts
 * from 0, or from the end where it is negative: [-1] is the last element.
 */
#include "filter/parts.h"

#include "base/error.h"
#include "base/mem.h"

struct filter_path {
	struct json_reader reader; /* holds the names */
	yyjson_val **constants;
	struct filter_step *steps;
	size_t count;
};

/* ---- Parsing ---- */

static int
parse_member(struct filter_lexer *l, struct filter_constants *c,
    struct buf *steps)
{
	bool is_name = l->now.kind == TOKEN_NAME &&
	    !filter_is_keyword(l->now.text, l->now.bytes);

	if (l->now.kind == TOKEN_NUMBER)
		return filter_expected(l, "a member's name (elements are "
		    "written as in tags[0])");
	if (!is_name && l->now.kind != TOKEN_STRING)
		return filter_expected(l, l->now.kind == TOKEN_NAME ?
		    "a member's name (that of a keyword stands in quotes)" :
		    "a member's name");
	struct filter_step s = { .index = (int64_t)c->count,
	    .is_member = true };
	filter_constants_add(c, &l->now);
	buf_add(steps, &s, sizeof(s));
	return filter_lexer_next(l);
}

/* The integer that the token is. */
static bool
read_index(const struct filter_token *t, int64_t *out)
{
	bool is_negative = t->text[0] == '-';
	int64_t n = 0;

	if (t->bytes > 10)
		return false;
	for (size_t i = is_negative; i < t->bytes; i++) {
		if (t->text[i] < '0' || t->text[i] > '9')
			return false;
		n = n * 10 + (t->text[i] - '0');
	}
	*out = is_negative ? -n : n;
	return true;
}

static int
parse_bracket(struct filter_lexer *l, struct filter_constants *c,
    struct buf *steps)
{
	if (l->now.kind == TOKEN_STRING) {
		int rc = parse_member(l, c, steps);
		if (rc != ALK_OK)
			return rc;
	} else {
		struct filter_step s = { .index = 0 };
		if (l->now.kind != TOKEN_NUMBER ||
		    !read_index(&l->now, &s.index))
			return filter_expected(l, "a whole number, or a "
			    "member's name in quotes");
		buf_add(steps, &s, sizeof(s));
		int rc = filter_lexer_next(l);
		if (rc != ALK_OK)
			return rc;
	}
	if (!filter_token_is(&l->now, "]"))
		return filter_expected(l, "]");
	return filter_lexer_next(l);
}

int
filter_steps_parse(struct filter_lexer *l, struct filter_constants *c,
    struct buf *steps)
{
	int rc = filter_token_is(&l->now, "$") ? filter_lexer_next(l) :
	    parse_member(l, c, steps);

	while (rc == ALK_OK) {
		bool is_dot = filter_token_is(&l->now, ".");
		if (!is_dot && !filter_token_is(&l->now, "["))
			return ALK_OK;
		rc = filter_lexer_next(l);
		if (rc == ALK_OK)
			rc = is_dot ? parse_member(l, c, steps) :
			    parse_bracket(l, c, steps);
	}
	return rc;
}

void
filter_steps_bind(struct filter_step *steps, size_t count,
    yyjson_val *const *constants)
{
	for (size_t i = 0; i < count; i++) {
		if (!steps[i].is_member)
			continue;
		yyjson_val *name = constants[steps[i].index];
		steps[i].name = yyjson_get_str(name);
		steps[i].bytes = yyjson_get_len(name);
	}
}

/* ---- Reading ---- */

static yyjson_val *
element(yyjson_val *array, int64_t index)
{
	int64_t count = (int64_t)yyjson_arr_size(array);

	if (index < 0)
		index += count;
	return index < 0 || index >= count ? NULL :
	    yyjson_arr_get(array, (size_t)index);
}

yyjson_val *
filter_steps_get(const struct filter_step *steps, size_t count,
    yyjson_val *root)
{
	yyjson_val *v = root;

	for (size_t i = 0; i < count && v != NULL; i++)
		v = steps[i].is_member ?
		    yyjson_obj_getn(v, steps[i].name, steps[i].bytes) :
		    element(v, steps[i].index);
	return v;
}

/* ---- A path alone ---- */

static int
path_read(struct filter_path *p, struct filter_lexer *l,
    struct filter_constants *c, struct buf *steps)
{
	int rc = filter_steps_parse(l, c, steps);

	if (rc == ALK_OK && l->now.kind != TOKEN_END)
		rc = filter_expected(l, "'.', '[' or the end of the path");
	if (rc != ALK_OK)
		return rc;
	if (!buf_reserve(steps, 1)) /* $ alone has no steps */
		return error_nomem(l->err);
	rc = filter_constants_read(c, &p->reader, &p->constants, l->err);
	if (rc != ALK_OK)
		return rc;
	p->steps = (struct filter_step *)(void *)steps->data;
	p->count = steps->bytes / sizeof(struct filter_step);
	*steps = (struct buf){ 0 }; /* the path owns it now */
	filter_steps_bind(p->steps, p->count, p->constants);
	return ALK_OK;
}

int
filter_path_parse(const char *text, size_t bytes, struct filter_path **out,
    alk_error *err)
{
	struct filter_lexer l;
	struct filter_constants c = { 0 };
	struct buf steps = { 0 };

	int rc = filter_lexer_start(&l, text, bytes, "path", err);
	if (rc != ALK_OK)
		return rc;
	struct filter_path *p = mem_zero(sizeof(*p));
	rc = p == NULL ? error_nomem(err) : path_read(p, &l, &c, &steps);
	buf_fini(&steps);
	buf_fini(&c.text);
	if (rc == ALK_OK)
		*out = p;
	else
		filter_path_free(p);
	return rc;
}

void
filter_path_free(struct filter_path *p)
{
	if (p == NULL)
		return;
	json_reader_fini(&p->reader);
	mem_release(p->constants);
	mem_release(p->steps);
	mem_release(p);
}

yyjson_val *
filter_path_get(const struct filter_path *p, yyjson_val *root)
{
	return filter_steps_get(p->steps, p->count, root);
}

const struct filter_step *
filter_path_steps(const struct filter_path *p, size_t *count)
{
	*count = p->count;
	return p->steps;
}
