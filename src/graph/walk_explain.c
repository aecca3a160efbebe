/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How a traversal would find its way, told and not done: where the edges come
 * from, and for each filter, type by type, whether an index saves looks at
 * rows (topo_narrow.c).
 */
#include "base/error.h"
#include "graph/graph.h"
#include "graph/index_plan.h"
#include "graph/list.sql.h"
#include "graph/pick.h"
#include "graph/topo_parts.h"

#include <inttypes.h>

struct explain {
	struct topo t;
	struct pick pick;
	enum snapshot_outlook outlook;
	struct buf text;
	struct buf bounds;
	struct buf mismatch; /* of the filter that is told */
	alk_step_fn fn;
	void *arg;
	bool is_stopped;
};

static void
tell(struct explain *x, alk_step *step)
{
	alk_error *err = x->t.g->err;

	step->text = buf_text(&x->text);
	if (x->mismatch.bytes > 0)
		step->mismatch = buf_text(&x->mismatch);
	if (step->text == NULL || x->mismatch.failed)
		error_nomem(err);
	else if (err->code == ALK_OK && !x->is_stopped)
		x->is_stopped = x->fn(x->arg, step) != 0;
	buf_clear(&x->text);
}

/* ---- edges ---- */

static void
write_types(struct buf *out, const struct graph_type *gt,
    const struct topo_tids *tids)
{
	for (size_t i = 0; i < tids->count; i++) {
		const struct entry_type *e = type_entry(gt, tids->list[i]);
		buf_printf(out, "%s%s", i == 0 ? " of " : ", ",
		    e != NULL ? e->name : "");
	}
}

static void
tell_edges(struct explain *x, enum snapshot_need need)
{
	struct topo *t = &x->t;
	alk_step step = { .type = "", .bounds = "", .rows = -1 };
	uint64_t left = 0;

	x->outlook = snapshot_look(t->g, &t->ref, need, &left);
	buf_str(&x->text, "edges");
	write_types(&x->text, t->ref.type, &t->edge_tids);
	buf_str(&x->text, ": ");
	if (x->outlook == OUTLOOK_THERE)
		buf_str(&x->text, "from the snapshot in memory");
	else if (x->outlook == OUTLOOK_DUE)
		buf_str(&x->text, "from a snapshot in memory, which is made "
		    "first, if it fits");
	else
		buf_str(&x->text, "by the indexes of the file");
	if (x->outlook == OUTLOOK_NEVER)
		buf_str(&x->text, "; no snapshot may be made here");
	else if (x->outlook == OUTLOOK_LATER && need == SNAPSHOT_IF_THERE)
		buf_str(&x->text, "; one hop makes no snapshot");
	else if (x->outlook == OUTLOOK_LATER)
		buf_printf(&x->text, "; a snapshot is made once about %" PRIu64
		    " more entries were read", left);
	if (t->edge_filter == NULL && t->node_filter == NULL &&
	    !pick_is_ordered(&x->pick))
		buf_str(&x->text, "; no row is read but those told");
	tell(x, &step);
}

/* ---- filters ---- */

/* Of one type, what its index says; rows is -1 where none is bound. */
struct narrowing {
	struct index_plan plan;
	int64_t rows;
	bool is_covered;
};

static const struct filter *
filter_of(const struct explain *x, int kind)
{
	return kind == ALK_NODE ? x->t.node_filter : x->t.edge_filter;
}

static int
try_type(struct explain *x, const struct entry_type *e, struct narrowing *n)
{
	struct topo *t = &x->t;
	const struct sql *q = e->kind == ALK_NODE ? &sql_list_nodes_probe :
						    &sql_list_edges_probe;
	const struct db_value parameters[PLAN_PARAMETERS] = {
		[0] = { .kind = 'i', .number = t->ref.gid },
		[3] = { .kind = 'i', .number = TOPO_NARROW_ROWS + 1 } };

	*n = (struct narrowing){ .rows = -1 };
	if (plan_choose(e, filter_of(x, e->kind), NULL, &n->plan,
		t->g->err) != ALK_OK ||
	    n->plan.index == NULL || n->plan.bounds == 0)
		return t->g->err->code;
	struct db_rows *rows = plan_query(t->g, &n->plan, q, parameters);
	if (db_next(t->g->db, rows))
		n->rows = db_int(rows, 0);
	db_end(t->g->db, rows);
	n->is_covered = n->rows >= 0 && n->rows <= TOPO_NARROW_ROWS;
	return t->g->err->code;
}

/* Of all types that can be met. */
struct types {
	size_t count;
	size_t bounded;
	size_t covered;
	const struct entry_type *last;
};

static bool
is_met(const struct explain *x, int kind, const struct entry_type *e)
{
	return e->kind == kind && topo_has_tid(kind == ALK_NODE ?
	    &x->t.node_tids : &x->t.edge_tids, e->tid);
}

static void
count_types(struct explain *x, int kind, struct types *out)
{
	const struct graph_type *gt = x->t.ref.type;

	*out = (struct types){ .count = 0 };
	for (size_t i = 0; gt != NULL && i < gt->count; i++) {
		struct narrowing n;
		if (!is_met(x, kind, &gt->entries[i]))
			continue;
		if (try_type(x, &gt->entries[i], &n) == ALK_OK) {
			out->count++;
			out->bounded += n.rows >= 0;
			out->covered += n.is_covered;
			out->last = &gt->entries[i];
		}
		plan_fini(&n.plan);
	}
}

static void
write_look(struct explain *x, const char *type, int kind)
{
	buf_printf(&x->text, "%s: looks at the row of each %s met", type,
	    type_noun(kind));
}

/* knows: the type before the row, or that each type is covered. */
static void
tell_type(struct explain *x, const struct entry_type *e,
    const struct narrowing *n, bool knows, const char *unnamed)
{
	const struct type_index *index = n->plan.index;
	alk_step step = { .type = e->name, .bounds = "", .rows = -1,
		.unnamed = unnamed };

	buf_clear(&x->bounds);
	if (n->rows >= 0)
		plan_describe(&n->plan, &x->bounds);
	const char *bounds = buf_text(&x->bounds);
	if (bounds == NULL) {
		error_nomem(x->t.g->err);
	} else if (n->is_covered && knows) {
		step.index = index->name;
		step.is_unique = index->is_unique;
		step.bounds = bounds;
		step.rows = n->rows;
		buf_printf(&x->text, "%s: by the %sindex %s, %s", e->name,
		    index->is_unique ? "unique " : "", index->name, bounds);
		if (index->where != NULL)
			buf_printf(&x->text, ", which has rows where %s only",
			    index->where);
		buf_printf(&x->text, ", once %d rows were looked at: it has %"
		    PRId64 ", and looks at no others", TOPO_NARROW_READS,
		    n->rows);
	} else {
		write_look(x, e->name, e->kind);
		if (n->is_covered)
			buf_printf(&x->text, "; the index %s does not help, as "
			    "rows tell the type, and not all types have one",
			    index->name);
		else if (n->rows >= 0)
			buf_printf(&x->text, "; the index %s has more than %d "
			    "rows with %s", index->name, TOPO_NARROW_ROWS,
			    bounds);
	}
	tell(x, &step);
}

static void
tell_filter(struct explain *x, int kind)
{
	const struct graph_type *gt = x->t.ref.type;
	const char *unnamed = topo_unnamed(&x->t, kind, filter_of(x, kind),
	    NULL);
	struct types types;

	buf_clear(&x->mismatch);
	if (filter_of(x, kind) == NULL)
		return;
	topo_mismatch(&x->t, kind, filter_of(x, kind), &x->mismatch);
	count_types(x, kind, &types);
	if (types.bounded == 0) {
		alk_step step = { .type = types.count == 1 ? types.last->name :
		    "", .bounds = "", .rows = -1, .unnamed = unnamed };
		write_look(x, types.count == 1 ? types.last->name :
		    kind == ALK_NODE ? "any node" : "any edge", kind);
		buf_str(&x->text, "; the filter bounds no index");
		tell(x, &step);
		return;
	}
	bool knows = types.covered == types.count ||
	    (kind == ALK_NODE && x->outlook <= OUTLOOK_DUE);
	for (size_t i = 0; i < gt->count; i++) {
		struct narrowing n;
		if (x->is_stopped || !is_met(x, kind, &gt->entries[i]))
			continue;
		if (try_type(x, &gt->entries[i], &n) == ALK_OK)
			tell_type(x, &gt->entries[i], &n, knows, unnamed);
		plan_fini(&n.plan);
	}
}

/* ---- the order, and all of it ---- */

static void
tell_order(struct explain *x)
{
	const struct pick *p = &x->pick;
	int kind = p->is_of_edges ? ALK_EDGE : ALK_NODE;
	alk_step step = { .type = "", .bounds = "", .rows = -1,
		.is_sorted = 1,
		.unnamed = topo_unnamed(&x->t, kind, NULL, p->path) };

	buf_printf(&x->text, "%ss: reads the value of each one met; then "
	    "sorted", type_noun(kind));
	if (p->limit != 0)
		buf_printf(&x->text, ", with no more than %zu held at a time",
		    2 * p->limit);
	tell(x, &step);
}

int
graph_walk_explain(struct graph *g, const char *name,
    const alk_walk_options *o, alk_step_fn fn, void *arg)
{
	static const alk_walk_options all;
	alk_walk_options plain;
	struct explain x = { .t = { .g = g }, .fn = fn, .arg = arg };

	if (o == NULL)
		o = &all;
	if (pick_init(&x.pick, &x.t, o, &plain) == ALK_OK) {
		bool is_near = o->depth_max <= 1;
		if (topo_read(&x.t, g, name, &plain) == ALK_OK &&
		    pick_check(&x.pick) == ALK_OK) {
			tell_edges(&x, is_near ? SNAPSHOT_IF_THERE :
			    SNAPSHOT_IF_DUE);
			tell_filter(&x, ALK_EDGE);
			tell_filter(&x, ALK_NODE);
			buf_clear(&x.mismatch);
			if (pick_is_ordered(&x.pick))
				tell_order(&x);
		}
		topo_close(&x.t);
	}
	pick_fini(&x.pick);
	buf_fini(&x.text);
	buf_fini(&x.bounds);
	buf_fini(&x.mismatch);
	return g->err->code;
}
