/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Indexes on attributes, in a load: rows go into the table alone, and behind
 * them one statement an index reads those that are new, sorts them and puts
 * them into its tree. A unique index refuses them as a whole then; which row is
 * the first that it would have refused is asked for after that.
 */
#include "base/error.h"
#include "base/mem.h"
#include "db/bulk.h"
#include "graph/index.h"
#include "graph/load.h"

#include <string.h>

typedef int (*index_fn)(struct load *l, const struct entry_type *t,
    const struct type_index *x, void *arg);

static int
for_each(struct load *l, index_fn fn, void *arg)
{
	const struct graph_type *type = l->ref->type;
	int code = l->g->err->code;

	for (size_t i = 0; i < type->count && code == ALK_OK; i++) {
		const struct entry_type *t = &type->entries[i];
		for (size_t k = 0; k < t->indexes_count && code == ALK_OK; k++)
			code = fn(l, t, &t->indexes[k], arg);
	}
	return code;
}

static int
name_tree(struct load *l, const struct entry_type *t,
    const struct type_index *x, void *is_named)
{
	struct buf text = { 0 };

	(void)t;
	index_write_tree(x, &text);
	const struct db_tree tree = { .name = x->sql_name,
		.text = buf_text(&text) };
	if (tree.text == NULL)
		error_nomem(l->g->err);
	else if (!db_trees_begin(l->g->db, &tree, 1))
		*(bool *)is_named = false;
	buf_fini(&text);
	return l->g->err->code;
}

static int
see_index(struct load *l, const struct entry_type *t,
    const struct type_index *x, void *arg)
{
	(void)t;
	(void)arg;
	l->has_indexes = true;
	if (x->is_unique)
		l->has_unique = true;
	return ALK_OK;
}

void
load_index_begin(struct load *l)
{
	l->has_indexes = l->has_unique = false;
	(void)for_each(l, see_index, NULL);
}

bool
load_index_name(struct load *l)
{
	bool is_named = true;

	if (l->has_indexes)
		(void)for_each(l, name_tree, &is_named);
	return is_named && l->g->err->code == ALK_OK;
}

static int
fill(struct load *l, const struct entry_type *t, const struct type_index *x,
    void *arg)
{
	struct graph *g = l->g;
	int64_t from = x->kind == ALK_NODE ? l->nodes_from : l->edges_from;
	int64_t to = (x->kind == ALK_NODE ? write_peek_nid(g) :
					    write_peek_eid(g)) - 1;
	struct buf text = { 0 };

	(void)t;
	(void)arg;
	if (from == 0)
		return g->err->code;
	index_write_fill(x, from, to, !l->settings.is_nested, &text);
	if (buf_text(&text) == NULL)
		error_nomem(g->err);
	else
		db_exec_text(g->db, text.data);
	buf_fini(&text);
	return g->err->code;
}

int
load_index_fill(struct load *l)
{
	if (!l->has_indexes)
		return l->g->err->code;
	db_set_sort_file(l->g->db, true);
	(void)for_each(l, fill, NULL);
	db_set_sort_file(l->g->db, false);
	return l->g->err->code;
}

/* ---- the row that a unique index refuses ---- */

struct clash {
	const struct type_index *x;
	int64_t gid;
	int64_t from;
};

static void
write_clash(void *arg, struct buf *out)
{
	const struct clash *c = arg;

	index_write_clash(c->x, c->gid, c->from, out);
}

static int
find_clash(struct load *l, const struct entry_type *t,
    const struct type_index *x, void *arg)
{
	struct graph *g = l->g;
	struct load_fault *f = arg;
	struct clash c = { x, l->ref->gid, x->kind == ALK_NODE ?
	    l->nodes_from : l->edges_from };
	/* A name that no other has: the numbers are in the text. */
	const struct db_made m = { "load clash", write_clash, &c };

	if (!x->is_unique || c.from == 0)
		return ALK_OK;
	db_made_forget(g->db, m.name);
	struct db_rows *rows = db_query_made(g->db, &m, NULL, 0);
	if (db_next(g->db, rows) && load_note_fault(l, f, LOAD_UNIQUE, x->kind,
		(uint32_t)db_int(rows, 0))) {
		f->type = t;
		f->index = x;
		buf_clear(&f->name);
		buf_str(&f->name, db_text(rows, 2, NULL));
		buf_clear(&f->holder);
		buf_str(&f->holder, db_text(rows, 3, NULL));
	}
	db_end(g->db, rows);
	return g->err->code;
}

int
load_index_find_fault(struct load *l, struct load_fault *f)
{
	if (!l->has_unique)
		return l->g->err->code;
	db_set_sort_file(l->g->db, true);
	(void)for_each(l, find_clash, f);
	db_set_sort_file(l->g->db, false);
	return l->g->err->code;
}
