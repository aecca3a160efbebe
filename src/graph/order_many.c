/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The topological order of an acyclic graph when many edges have come at once,
 * though few beside those that are there: where they go along the order, or
 * join nodes that had no edge yet, memory and two statements are enough.
 * The others are taken one by one as in order.c, until that has cost as much as
 * ordering the graph anew.
 *
 * The edges are in the indexes already, those that are not taken yet among
 * them. They do no harm: what is searched are nodes that stand between the two
 * ends of an edge, so that edges which keep to the order go on doing so; and
 * where all have been taken, all keep to it.
 */
#include "graph/order.h"

#include "base/error.h"
#include "base/mem.h"
#include "db/bulk.h"
#include "graph/order.sql.h"

#include <stdlib.h>

struct node {
	int64_t nid;
	int64_t ord;
	bool has_ord;
	bool is_new; /* its place is not in the file yet */
};

struct many {
	struct graph *g;
	int64_t gid;
	const struct order_edge *edges;
	size_t count;
	struct node *nodes; /* their ends, by number */
	size_t nodes_count;
	size_t *left;       /* edges against the order */
	size_t left_count;
	int64_t low;
	int64_t high;
};

static void
many_fini(struct many *m)
{
	mem_release(m->nodes);
	mem_release(m->left);
}

/* ---- the ends ---- */

static int
by_nid(const void *a, const void *b)
{
	const struct node *x = a;
	const struct node *y = b;

	return (x->nid > y->nid) - (x->nid < y->nid);
}

static int
collect(struct many *m)
{
	m->nodes = mem_zero((2 * m->count + 1) * sizeof(m->nodes[0]));
	m->left = mem_alloc(m->count * sizeof(m->left[0]));
	if (m->nodes == NULL || m->left == NULL)
		return error_nomem(m->g->err);
	for (size_t i = 0; i < m->count; i++) {
		m->nodes[2 * i].nid = m->edges[i].src;
		m->nodes[2 * i + 1].nid = m->edges[i].dst;
	}
	qsort(m->nodes, 2 * m->count, sizeof(m->nodes[0]), by_nid);
	for (size_t i = 0; i < 2 * m->count; i++)
		if (i == 0 || m->nodes[i].nid != m->nodes[i - 1].nid)
			m->nodes[m->nodes_count++].nid = m->nodes[i].nid;
	return ALK_OK;
}

static struct node *
find(const struct many *m, int64_t nid)
{
	const struct node wanted = { .nid = nid };

	return bsearch(&wanted, m->nodes, m->nodes_count, sizeof(wanted),
	    by_nid);
}

/* ---- the file ---- */

static void
give_node(const void *arg, size_t i, int column, struct db_answer *to)
{
	const struct node *n = (const struct node *)arg + i;

	db_answer_int(to, column == 0 ? n->nid : n->ord);
}

static int
read_places(struct many *m)
{
	struct db *db = m->g->db;
	struct db_feed feed = { .count = m->nodes_count, .give = give_node,
		.arg = m->nodes };
	struct db_rows *rows = db_query(db, &sql_order_bounds, "i", m->gid);

	if (db_next(db, rows)) {
		m->low = db_int(rows, 0);
		m->high = db_int(rows, 1);
	}
	db_end(db, rows);
	rows = db_query_feed(db, &sql_order_places, &feed, "");
	while (db_next(db, rows)) {
		struct node *n = find(m, db_int(rows, 0));
		n->ord = db_int(rows, 1);
		n->has_ord = true;
	}
	db_end(db, rows);
	return m->g->err->code;
}

static int
write_places(struct many *m)
{
	size_t count = 0;

	/* The others are not looked at any more. */
	for (size_t i = 0; i < m->nodes_count; i++)
		if (m->nodes[i].is_new)
			m->nodes[count++] = m->nodes[i];
	struct db_feed feed = { .count = count, .give = give_node,
		.arg = m->nodes };
	if (count == 0 || db_exec_feed(m->g->db, &sql_order_put_many, &feed,
		"") != ALK_OK)
		return m->g->err->code;
	return db_exec(m->g->db, &sql_order_set, "iii", m->gid, m->low,
	    m->high);
}

/* ---- the edges ---- */

static void
place(struct node *n, int64_t ord)
{
	n->ord = ord;
	n->has_ord = n->is_new = true;
}

static void
take(struct many *m, size_t i)
{
	struct node *src = find(m, m->edges[i].src);
	struct node *dst = find(m, m->edges[i].dst);

	if (!src->has_ord && dst->has_ord)
		place(src, --m->low);
	if (!src->has_ord)
		place(src, ++m->high);
	if (!dst->has_ord)
		place(dst, ++m->high);
	if (src->ord >= dst->ord)
		m->left[m->left_count++] = i;
}

/* Those against the order, or all of the graph. */
static int
turn_left(struct many *m, size_t most, bool *is_cyclic)
{
	struct graph *g = m->g;
	size_t start = g->order_visited;

	for (size_t i = 0; i < m->left_count && !*is_cyclic; i++) {
		const struct order_edge *e = &m->edges[m->left[i]];
		size_t met = g->order_visited - start;
		struct order_cycle cycle;
		bool is_over = met >= most;
		if (!is_over && order_try(g, m->gid, *e, most - met, &cycle,
			&is_over) != ALK_OK)
			return g->err->code;
		if (is_over)
			return order_rebuild(g, m->gid, is_cyclic);
		*is_cyclic = cycle.count > 0;
		mem_release(cycle.nodes);
	}
	return g->err->code;
}

int
order_add_many(struct graph *g, int64_t gid, const struct order_edge *edges,
    size_t count, size_t most, bool *is_cyclic)
{
	struct many m = { .g = g, .gid = gid, .edges = edges, .count = count };

	*is_cyclic = false;
	for (size_t i = 0; i < count; i++)
		if (edges[i].src == edges[i].dst)
			*is_cyclic = true;
	if (*is_cyclic || count == 0 || collect(&m) != ALK_OK)
		return g->err->code;
	if (read_places(&m) == ALK_OK) {
		for (size_t i = 0; i < count; i++)
			take(&m, i);
		if (write_places(&m) == ALK_OK)
			(void)turn_left(&m, most, is_cyclic);
	}
	many_fini(&m);
	return g->err->code;
}
