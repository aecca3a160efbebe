/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Lists that an index answers.
 *
 * An index whose rows come in the order of the list is taken at once: it stops
 * where the page ends. So is any where the list would have to be sorted anyway.
 * Else, sorting what lies within its bounds stands against reading rows in
 * order until the page is full, of which L * N / R must be read if R rows of N
 * are within, and L are wanted. So the index is taken if R is at most the root
 * of L * N; R is counted up to there.
 */
#include "graph/list.h"

#include "graph/graph.sql.h"
#include "graph/list.sql.h"

#define PROBE_MIN 64
#define PROBE_MAX 1000000

bool
list_is_in_order(const struct list *l)
{
	if (l->order == BY_VALUE)
		return l->plan.order < l->plan.index->count;
	return l->order == BY_WRITING && l->kind == ALK_NODE &&
	    l->plan.is_by_number;
}

/* Whether all rows are read and sorted where no index is taken. */
static bool
is_sorted_anyway(const struct list *l)
{
	return l->order == BY_VALUE ||
	    (l->order == BY_KEY && l->kind == ALK_EDGE);
}

static int64_t
root(double x)
{
	double r = x;

	for (int i = 0; i < 64; i++)
		r = (r + x / r) / 2;
	return (int64_t)r;
}

/* The numbers given so far are no less than the rows there are. */
static int64_t
probe_max(struct list *l)
{
	int64_t rows = db_number(l->g->db, &sql_numbers_read, 1, "s",
	    l->kind == ALK_NODE ? "alk_nodes" : "alk_edges");
	int64_t wanted = list_rows_wanted(l);
	int64_t max = root((double)rows * (double)(wanted < rows ? wanted :
	    rows) + 1);

	return max < PROBE_MIN ? PROBE_MIN : max > PROBE_MAX ? PROBE_MAX : max;
}

static bool
is_narrow(struct list *l)
{
	const struct sql *q = l->kind == ALK_NODE ? &sql_list_nodes_probe :
						    &sql_list_edges_probe;
	struct db_value parameters[PLAN_PARAMETERS] = {
		[0] = { .kind = 'i', .number = l->ref.gid } };

	l->probe_max = probe_max(l);
	parameters[3] = (struct db_value){ .kind = 'i',
		.number = l->probe_max + 1 };
	struct db_rows *rows = plan_query(l->g, &l->plan, q, parameters);
	if (db_next(l->g->db, rows))
		l->probed = db_int(rows, 0);
	db_end(l->g->db, rows);
	return l->probed <= l->probe_max;
}

bool
list_choose(struct list *l, const struct entry_type *t)
{
	l->probed = -1;
	l->passed = NULL;
	if (l->source != -1 || l->target != -1)
		return false; /* the edges of one node are few */
	if (plan_choose(t, l->filter, l->path, &l->plan, l->g->err) != ALK_OK ||
	    l->plan.index == NULL)
		return false;
	if (list_is_in_order(l) || is_sorted_anyway(l) || is_narrow(l))
		return true;
	l->passed = l->plan.index;
	plan_fini(&l->plan);
	return false;
}
