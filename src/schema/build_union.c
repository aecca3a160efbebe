/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * const and enum, and TypeBox's unions of literals, which are an anyOf of
 * constants: all become one set of values.
 */
#include "schema/compile.h"

#include "base/error.h"
#include "base/mem.h"
#include "schema/unique.h"

#include <stdlib.h>

#define HASHED_FROM 8 /* values but strings; fewer are looked at each */

struct hashed {
	uint64_t hash;
	yyjson_val *value;
};

static int
compare_hashes(const void *a, const void *b)
{
	uint64_t x = ((const struct hashed *)a)->hash;
	uint64_t y = ((const struct hashed *)b)->hash;

	return (x > y) - (x < y);
}

static int
sort_others(struct compile *c, struct literal_rules *r, yyjson_val **others)
{
	uint64_t *hashes =
	    build_alloc(c, r->others_count * sizeof(hashes[0]));

	if (hashes == NULL)
		return ALK_NOMEM;
	struct hashed *list = mem_alloc(r->others_count * sizeof(list[0]));
	if (list == NULL)
		return error_nomem(c->err);
	for (uint32_t i = 0; i < r->others_count; i++)
		list[i] = (struct hashed){ unique_hash(others[i]), others[i] };
	qsort(list, r->others_count, sizeof(list[0]), compare_hashes);
	for (uint32_t i = 0; i < r->others_count; i++) {
		hashes[i] = list[i].hash;
		others[i] = list[i].value;
	}
	mem_release(list);
	r->hashes = hashes;
	return ALK_OK;
}

/* A set with room for `most` values, not filled yet. */
struct filling {
	struct literal_rules *rules;
	struct name *names;
	yyjson_val **others;
};

static int
begin(struct compile *c, struct filling *f, enum keyword k, size_t most)
{
	f->rules = build_alloc(c, sizeof(*f->rules));
	f->names = build_alloc(c, most * sizeof(f->names[0]));
	f->others = build_alloc(c, most * sizeof(f->others[0]));
	if (f->rules == NULL || f->names == NULL || f->others == NULL)
		return ALK_NOMEM;
	f->rules->keyword = k;
	return ALK_OK;
}

static void
add(struct filling *f, yyjson_val *value)
{
	struct literal_rules *r = f->rules;

	if (yyjson_is_str(value))
		f->names[r->strings.count++] = (struct name){
			.text = yyjson_get_str(value),
			.bytes = (uint32_t)yyjson_get_len(value)
		};
	else
		f->others[r->others_count++] = value;
}

static int
finish(struct compile *c, struct filling *f, struct node *n)
{
	struct literal_rules *r = f->rules;

	r->strings.list = f->names;
	r->others = f->others;
	r->next = n->literal;
	n->literal = r;
	if (!names_build(&r->strings, &c->s->pool))
		return error_nomem(c->err);
	return r->others_count >= HASHED_FROM ?
	    sort_others(c, r, f->others) : ALK_OK;
}

int
build_literals(struct compile *c, struct node *n, yyjson_val **kv)
{
	struct filling f;
	size_t i, count;
	yyjson_val *item;
	int rc = ALK_OK;

	if (kv[KW_CONST] != NULL) {
		rc = begin(c, &f, KW_CONST, 1);
		if (rc != ALK_OK)
			return rc;
		add(&f, kv[KW_CONST]);
		rc = finish(c, &f, n);
	}
	if (rc != ALK_OK || kv[KW_ENUM] == NULL)
		return rc;
	rc = begin(c, &f, KW_ENUM, yyjson_arr_size(kv[KW_ENUM]));
	if (rc != ALK_OK)
		return rc;
	yyjson_arr_foreach(kv[KW_ENUM], i, count, item)
		add(&f, item);
	return finish(c, &f, n);
}

/* The constant that is all a schema says, but for its type; or NULL. */
static yyjson_val *
lone_constant(struct compile *c, yyjson_val *schema)
{
	const struct dialect *d = compile_dialect(c, schema);
	yyjson_val *constant = compile_get(c, schema, KW_CONST);
	yyjson_val *type = compile_get(c, schema, KW_TYPE);
	size_t i, count;
	yyjson_val *key, *value;

	if (constant == NULL)
		return NULL;
	yyjson_obj_foreach(schema, i, count, key, value) {
		const struct keyword_row *row = compile_row(d, false, key);
		if (row != NULL && row->has_effect && row->id != KW_CONST &&
		    row->id != KW_TYPE)
			return NULL;
	}
	if (type != NULL &&
	    (keyword_types(type) & program_type(constant)) == 0)
		return NULL;
	return constant;
}

int
build_union(struct compile *c, struct node *n, yyjson_val *any_of, bool *done)
{
	struct filling f;
	size_t i, count;
	yyjson_val *item;

	*done = false;
	if (yyjson_arr_size(any_of) == 0)
		return ALK_OK;
	yyjson_arr_foreach(any_of, i, count, item)
		if (lone_constant(c, item) == NULL)
			return ALK_OK;
	int rc = begin(c, &f, KW_ANY_OF, yyjson_arr_size(any_of));
	if (rc != ALK_OK)
		return rc;
	yyjson_arr_foreach(any_of, i, count, item)
		add(&f, lone_constant(c, item));
	*done = true;
	return finish(c, &f, n);
}
