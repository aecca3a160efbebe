/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How a list would find its rows, told and not done. */
#include "graph/list.h"

#include "base/error.h"
#include "graph/graph.sql.h"
#include "graph/naming.h"

#include <inttypes.h>
#include <string.h>

struct explain {
	struct list l;
	struct buf bounds;
	struct buf text;
	struct buf mismatch;
	alk_step_fn fn;
	void *arg;
	bool is_stopped;
};

static const char *
type_of(const struct entry_type *t, int kind)
{
	return t != NULL ? t->name : kind == ALK_NODE ? "any node" : "any edge";
}

static struct naming
naming_of(const struct list *l, const struct entry_type *t)
{
	return (struct naming){ .g = l->g, .type = l->ref.type,
		.kind = l->kind, .tids = t != NULL ? &t->tid : NULL,
		.tids_count = 1 };
}

/* The first attribute of the query that is named nowhere, or NULL. */
static const char *
find_unnamed(struct explain *x, const struct entry_type *t)
{
	const struct naming n = naming_of(&x->l, t);

	return naming_unnamed(&n, x->l.filter, x->l.path);
}

static const char *
find_mismatch(struct explain *x, const struct entry_type *t)
{
	const struct naming n = naming_of(&x->l, t);

	buf_clear(&x->mismatch);
	naming_mismatch(&n, x->l.filter, &x->mismatch);
	const char *text = buf_text(&x->mismatch);
	if (text == NULL)
		error_nomem(x->l.g->err);
	return text == NULL || text[0] == '\0' ? NULL : text;
}

static void
tell(struct explain *x, const struct entry_type *t, alk_step *step)
{
	/* Before others one that no type here names. */
	step->unnamed = find_unnamed(x, NULL);
	if (step->unnamed == NULL && t != NULL)
		step->unnamed = find_unnamed(x, t);
	step->mismatch = find_mismatch(x, t);
	step->text = buf_text(&x->text);
	if (step->text == NULL)
		error_nomem(x->l.g->err);
	else if (x->l.g->err->code == ALK_OK)
		x->is_stopped = x->fn(x->arg, step) != 0;
}

static void
tell_index(struct explain *x, const struct entry_type *t)
{
	struct list *l = &x->l;
	const struct type_index *index = l->plan.index;
	alk_step step = { .type = t->name, .index = index->name,
		.is_unique = index->is_unique, .rows = l->probed };

	buf_clear(&x->bounds);
	plan_describe(&l->plan, &x->bounds);
	step.bounds = buf_text(&x->bounds);
	step.is_sorted = !list_is_in_order(l);
	if (step.rows < 0 && index->is_unique &&
	    l->plan.equal == index->count)
		step.rows = 1;
	buf_printf(&x->text, "%s: by the %sindex %s", t->name,
	    index->is_unique ? "unique " : "", index->name);
	if (x->bounds.bytes > 0)
		buf_printf(&x->text, ", %s", step.bounds);
	if (index->where != NULL)
		buf_printf(&x->text, ", which has rows where %s only",
		    index->where);
	buf_str(&x->text, step.is_sorted ? "; then sorted" :
	    "; in order already");
	if (l->filter != NULL)
		buf_str(&x->text, "; each row is held against the filter");
	if (step.bounds == NULL)
		error_nomem(l->g->err);
	tell(x, t, &step);
}

/* Why the rows are not read one by one up to the end of the page. */
static bool
reads_all(const struct list *l)
{
	return l->order == BY_VALUE ||
	    (l->order == BY_KEY && l->kind == ALK_EDGE);
}

static int64_t
count_rows(struct explain *x, const struct entry_type *t)
{
	struct list *l = &x->l;

	if (l->kind != ALK_NODE)
		return -1;
	if (t != NULL)
		return db_number(l->g->db, &sql_graph_count_nodes, 0, "ii",
		    l->ref.gid, t->tid);
	return db_number(l->g->db, &sql_graph_count_all_nodes, 0, "i",
	    l->ref.gid);
}

static void
tell_scan(struct explain *x, const struct entry_type *t)
{
	struct list *l = &x->l;
	alk_step step = { .type = t != NULL ? t->name : "", .bounds = "" };
	bool is_of_key = l->kind == ALK_NODE && l->order == BY_KEY;

	/* By key all types are read, also where one only is wanted. */
	step.rows = count_rows(x, is_of_key ? NULL : t);
	step.is_sorted = reads_all(l);
	buf_printf(&x->text, "%s: ", type_of(t, l->kind));
	if (l->source != -1 || l->target != -1)
		buf_printf(&x->text, "reads the edges %s one node",
		    l->source != -1 ? "from" : "to");
	else if (l->kind == ALK_EDGE)
		buf_printf(&x->text, "scans the edges of the graph, node by "
		    "node");
	else
		buf_printf(&x->text, "scans all %" PRId64 " nodes of the %s",
		    step.rows, is_of_key || t == NULL ? "graph" : "type");
	if (step.is_sorted)
		buf_str(&x->text, "; then sorted");
	else if (l->limit != ALK_NUL)
		buf_str(&x->text, ", until the page is full");
	if (l->passed != NULL)
		buf_printf(&x->text, "; the index %s would find more than %"
		    PRId64 " of them", l->passed->name, l->probe_max);
	tell(x, t, &step);
}

static void
explain_type(struct explain *x, const struct entry_type *t)
{
	struct list *l = &x->l;

	if (x->is_stopped || l->g->err->code != ALK_OK)
		return;
	buf_clear(&x->text);
	if (list_choose(l, t))
		tell_index(x, t);
	else if (l->g->err->code == ALK_OK)
		tell_scan(x, t);
	plan_fini(&l->plan);
}

int
graph_rows_explain(struct graph *g, int kind, const char *name,
    const alk_query *q, alk_step_fn fn, void *arg)
{
	static const alk_query all;
	struct explain x = { .l = { .g = g, .kind = kind,
		.q = q != NULL ? q : &all }, .fn = fn, .arg = arg };
	struct list *l = &x.l;

	if (list_prepare(l, name) == ALK_OK) {
		const struct graph_type *gt = l->ref.type;
		bool is_by_type = kind == ALK_NODE && l->type == -1 &&
		    l->order == BY_WRITING && gt != NULL;
		for (size_t i = 0; is_by_type && i < gt->count; i++)
			if (gt->entries[i].kind == kind)
				explain_type(&x, &gt->entries[i]);
		if (!is_by_type)
			explain_type(&x, l->entry);
	}
	list_fini(l);
	buf_fini(&x.bounds);
	buf_fini(&x.text);
	buf_fini(&x.mismatch);
	return g->err->code;
}
