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

#include "base/error.h"
#include "graph/graph.sql.h"
#include "graph/list.sql.h"

#include <string.h>

#define PROBE_MIN 64
#define PROBE_MAX 1000000

/* ---- Statements ---- */

struct writer {
	const struct list *l;
	const struct sql *q;
};

static void
write_mark(const struct list *l, const char *mark, struct buf *out)
{
	const struct index_plan *p = &l->plan;
	const char *column = l->kind == ALK_NODE ? "n.attributes" :
						   "e.attributes";

	if (strncmp(mark, "index", 5) == 0)
		buf_printf(out, "INDEXED BY \"%s\"", p->index->sql_name);
	else if (strncmp(mark, "bounds", 6) == 0)
		plan_write_bounds(p, column, out);
	else if (p->order < p->index->count) {
		index_write_key(p->index, p->order, column, out);
		buf_str(out, l->q->descending ? " DESC," : ",");
	}
}

/* The statement's text with the marks replaced. */
static void
write_statement(void *arg, struct buf *out)
{
	const struct writer *w = arg;
	const char *at = w->q->text;
	const char *mark;

	while ((mark = strstr(at, "/*")) != NULL) {
		buf_add(out, at, (size_t)(mark - at));
		write_mark(w->l, mark + 2, out);
		at = strstr(mark, "*/") + 2;
	}
	buf_str(out, at);
}

struct db_rows *
list_query_indexed(struct list *l, const struct sql *q,
    const struct db_value parameters[LIST_PARAMETERS])
{
	struct db_value values[LIST_PARAMETERS + PLAN_VALUES_MAX];
	const struct index_plan *p = &l->plan;
	struct writer w = { l, q };
	struct buf name = { 0 };
	struct db_rows *rows = NULL;

	memcpy(values, parameters, LIST_PARAMETERS * sizeof(values[0]));
	memcpy(values + LIST_PARAMETERS, p->values,
	    p->values_count * sizeof(values[0]));
	plan_write_name(p, q->name, &name);
	if (buf_text(&name) == NULL) {
		error_nomem(l->g->err);
	} else {
		const struct db_made m = { name.data, write_statement, &w };
		rows = db_query_made(l->g->db, &m, values, LIST_PARAMETERS +
		    p->values_count);
	}
	buf_fini(&name);
	return rows;
}

/* ---- Choosing ---- */

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
	struct db_value parameters[LIST_PARAMETERS] = {
		[0] = { .kind = 'i', .number = l->ref.gid } };

	l->probe_max = probe_max(l);
	parameters[3] = (struct db_value){ .kind = 'i',
		.number = l->probe_max + 1 };
	struct db_rows *rows = list_query_indexed(l, q, parameters);
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
