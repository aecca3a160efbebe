/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Finding the row that an item means by a unique index of its type. */
#include "graph/write.h"

#include "base/error.h"
#include "base/nearest.h"
#include "graph/index.h"

#include <string.h>

static const struct type_index *
find_index(struct write *w, const struct entry_type *t, const char *name)
{
	struct nearest n;

	nearest_init(&n, name);
	for (size_t i = 0; i < t->indexes_count; i++) {
		const struct type_index *x = &t->indexes[i];
		if (strcmp(x->name, name) == 0 && x->is_unique)
			return x;
		if (strcmp(x->name, name) == 0) {
			error_set(w->g->err, ALK_INVALID, "the index '%s' of "
			    "'%s' is not unique, so it finds no one row", name,
			    t->name);
			return NULL;
		}
		nearest_try(&n, x->name);
	}
	error_set(w->g->err, ALK_NOTFOUND, "'%s' has no index '%s'%s", t->name,
	    name, nearest_hint(&n));
	return NULL;
}

/* Whether there is a value at each path; null is none. */
static int
check_values(struct write *w, const struct type_index *x, yyjson_val *root)
{
	for (size_t i = 0; i < x->count; i++) {
		const char *token = x->tokens.data + x->first[i];
		yyjson_val *v = root;
		for (size_t k = 0; k < x->depth[i]; k++) {
			v = yyjson_obj_get(v, token);
			token += strlen(token) + 1;
		}
		if (v == NULL || yyjson_is_null(v))
			return error_set(w->g->err, ALK_INVALID, "the index "
			    "'%s' finds by %s, where the attributes have no "
			    "value", x->name, x->paths[i]);
	}
	return ALK_OK;
}

int
write_find_by(struct write *w, const alk_item *item, int64_t *number,
    struct buf *key)
{
	struct graph *g = w->g;
	struct buf text = { 0 };

	if (item->op == ALK_CREATE)
		return error_set(g->err, ALK_INVALID, "an index finds what is "
		    "there: it is not for ALK_CREATE");
	yyjson_val *root = w->value != NULL ? w->value :
	    attributes_parse(g, item->attributes, item->attributes_bytes);
	const struct entry_type *t = root == NULL ? NULL :
	    attributes_type(g, w->ref->type, item->kind, item->type, root);
	const struct type_index *x = t == NULL ? NULL :
	    find_index(w, t, item->by);
	if (x == NULL || check_values(w, x, root) != ALK_OK)
		return g->err->code;
	/* As it is stored: SQLite's functions meet no other writing. */
	json_write(&text, root);
	if (buf_text(&text) == NULL)
		error_nomem(g->err);
	else
		*number = index_find_row(g, x, w->ref->gid, text.data,
		    text.bytes, key);
	buf_fini(&text);
	return g->err->code != ALK_OK ? g->err->code : *number != 0;
}
