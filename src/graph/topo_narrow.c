/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A filter of a traversal, narrowed by indexes on attributes. Each node or edge
 * that is met costs a look at its row, most of them in vain. After some such
 * looks each type is asked for an index that the filter bounds; where that has
 * few rows, their numbers are read at once, and what is not among them is known
 * not to match. What is among them is held against the whole filter all the
 * same.
 */
#include "base/error.h"
#include "base/mem.h"
#include "graph/index_plan.h"
#include "graph/topo.sql.h"
#include "graph/topo_parts.h"

void
topo_narrow_fini(struct topo_narrow *n)
{
	mem_release(n->is_covered);
	intmap_fini(&n->rows);
}

/* ---- one type ---- */

/* Whether all that an index has within its bounds were few, and are noted. */
static bool
read_rows(struct topo *t, struct topo_narrow *n, const struct index_plan *p)
{
	const struct sql *q = n->kind == ALK_NODE ? &sql_topo_narrow_nodes :
						    &sql_topo_narrow_edges;
	const struct db_value parameters[PLAN_PARAMETERS] = {
		[0] = { .kind = 'i', .number = t->ref.gid },
		[3] = { .kind = 'i', .number = TOPO_NARROW_ROWS + 1 } };
	struct db_rows *rows = plan_query(t->g, p, q, parameters);
	size_t count = 0;

	while (db_next(t->g->db, rows) && ++count <= TOPO_NARROW_ROWS)
		if (intmap_add(&n->rows, db_int(rows, 0), 0) < 0) {
			error_nomem(t->g->err);
			break;
		}
	db_end(t->g->db, rows);
	return t->g->err->code == ALK_OK && count <= TOPO_NARROW_ROWS;
}

static bool
cover(struct topo *t, struct topo_narrow *n, const struct entry_type *e,
    const struct filter *filter)
{
	struct index_plan p;
	bool is_covered = false;

	if (plan_choose(e, filter, NULL, &p, t->g->err) != ALK_OK)
		return false;
	if (p.index != NULL && p.bounds > 0)
		is_covered = read_rows(t, n, &p);
	plan_fini(&p);
	return is_covered;
}

/* ---- all of them ---- */

static void
cover_types(struct topo *t, struct topo_narrow *n, const struct filter *filter,
    const struct topo_tids *tids)
{
	const struct graph_type *gt = t->ref.type;

	n->is_whole = true;
	n->is_covered = mem_zero((gt->count + 1) * sizeof(n->is_covered[0]));
	if (n->is_covered == NULL) {
		error_nomem(t->g->err);
		return;
	}
	for (size_t i = 0; i < gt->count && t->g->err->code == ALK_OK; i++) {
		const struct entry_type *e = &gt->entries[i];
		if (e->kind != n->kind || !topo_has_tid(tids, e->tid))
			continue;
		n->is_covered[i] = cover(t, n, e, filter);
		n->is_whole &= n->is_covered[i];
		t->g->narrowed += n->is_covered[i];
	}
}

/* Of a type that is not known (0) only what holds for all can be said. */
static bool
covers(const struct topo *t, const struct topo_narrow *n, int64_t tid)
{
	const struct entry_type *e = tid == 0 ? NULL :
	    type_entry(t->ref.type, tid);

	return e != NULL ? n->is_covered[e - t->ref.type->entries] :
	    tid == 0 && n->is_whole;
}

bool
topo_narrow_excludes(struct topo *t, int kind, int64_t number, int64_t tid)
{
	struct topo_narrow *n = kind == ALK_NODE ? &t->narrow_nodes :
						   &t->narrow_edges;

	if (t->ref.type == NULL || ++n->reads <= TOPO_NARROW_READS)
		return false;
	if (n->is_covered == NULL) {
		n->kind = kind;
		cover_types(t, n, kind == ALK_NODE ? t->node_filter :
		    t->edge_filter, kind == ALK_NODE ? &t->node_tids :
		    &t->edge_tids);
	}
	return t->g->err->code == ALK_OK && covers(t, n, tid) &&
	    intmap_find(&n->rows, number) == NULL;
}
