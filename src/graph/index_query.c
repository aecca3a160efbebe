/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Statements on an index that was chosen, and what it does in words. The text
 * in the .sql file has marks, which are replaced here: "index" by the name of
 * the index, so that nothing else is taken instead, "bounds" by conditions on
 * its keys (" AND ..." each), "order" and "order desc" by the key that rows
 * come in the order of, where it gives one.
 */
#include "graph/index_plan.h"

#include "base/error.h"

#include <inttypes.h>
#include <string.h>

/* ---- bounds ---- */

/* key is the key's expression, n the number of its first parameter. */
static void
write_bound(const struct plan_column *column, const char *key, size_t n,
    struct buf *out)
{
	switch (column->bound) {
	case BOUND_NONE:
		break;
	case BOUND_EQUAL:
		buf_printf(out, " AND %s = ?%zu", key, n);
		break;
	case BOUND_NULL:
		buf_printf(out, " AND %s IS NULL", key);
		break;
	case BOUND_THERE:
		buf_printf(out, " AND %s IS NOT NULL", key);
		break;
	case BOUND_AMONG:
		buf_printf(out, " AND %s IN (", key);
		for (size_t i = 0; i < column->count; i++)
			buf_printf(out, "%s?%zu", i > 0 ? "," : "", n + i);
		buf_char(out, ')');
		break;
	case BOUND_LOW_NUMBER:
		buf_printf(out, " AND %s >= ?%zu AND %s < ''", key, n, key);
		break;
	case BOUND_LOW_STRING:
		buf_printf(out, " AND %s >= ?%zu AND %s < x''", key, n, key);
		break;
	case BOUND_LOW:
		buf_printf(out, " AND %s >= ?%zu", key, n);
		break;
	case BOUND_HIGH:
		buf_printf(out, " AND %s <= ?%zu", key, n);
		break;
	case BOUND_HIGH_STRING:
		buf_printf(out, " AND %s >= '' AND %s <= ?%zu", key, key, n);
		break;
	case BOUND_BETWEEN:
		buf_printf(out, " AND %s >= ?%zu AND %s <= ?%zu", key, n, key,
		    n + 1);
		break;
	}
}

static void
write_bounds(const struct index_plan *p, const char *column,
    struct buf *out)
{
	struct buf key = { 0 };

	buf_printf(out, " AND %.1s.type = %" PRId64, column, p->index->tid);
	index_write_where(p->index, column, out);
	for (size_t i = 0; i < p->index->count; i++) {
		buf_clear(&key);
		index_write_key(p->index, i, column, &key);
		if (buf_text(&key) == NULL)
			out->failed = true;
		else
			write_bound(&p->columns[i], key.data,
			    PLAN_PARAMETERS + 1 + p->columns[i].first, out);
	}
	buf_fini(&key);
}

/* ---- statements ---- */

struct writer {
	const struct index_plan *plan;
	const char *text;
};

static void
write_mark(const struct writer *w, const char *mark, struct buf *out)
{
	const struct index_plan *p = w->plan;
	const char *column = p->index->kind == ALK_NODE ? "n.attributes" :
							  "e.attributes";

	if (strncmp(mark, "index", 5) == 0)
		buf_printf(out, "INDEXED BY \"%s\"", p->index->sql_name);
	else if (strncmp(mark, "bounds", 6) == 0)
		write_bounds(p, column, out);
	else if (p->order < p->index->count) {
		index_write_key(p->index, p->order, column, out);
		buf_str(out, strncmp(mark, "order desc", 10) == 0 ? " DESC," :
		    ",");
	}
}

static void
write_statement(void *arg, struct buf *out)
{
	const struct writer *w = arg;
	const char *at = w->text;
	const char *mark;

	while ((mark = strstr(at, "/*")) != NULL) {
		buf_add(out, at, (size_t)(mark - at));
		write_mark(w, mark + 2, out);
		at = strstr(mark, "*/") + 2;
	}
	buf_str(out, at);
}

/* What the text of a statement depends on. */
static void
write_name(const struct index_plan *p, const char *statement, struct buf *out)
{
	buf_printf(out, "%" PRId64 " %s %016" PRIx64, p->index->iid, statement,
	    p->index->stamp);
	for (size_t i = 0; i < p->index->count; i++)
		buf_printf(out, " %c%zu,%zu", (char)p->columns[i].bound,
		    p->columns[i].first, p->columns[i].count);
	buf_printf(out, " %zu", p->order);
}

struct db_rows *
plan_query(struct graph *g, const struct index_plan *p, const struct sql *q,
    const struct db_value parameters[PLAN_PARAMETERS])
{
	struct db_value values[PLAN_PARAMETERS + PLAN_VALUES_MAX];
	struct writer w = { p, q->text };
	struct buf name = { 0 };
	struct db_rows *rows = NULL;

	memcpy(values, parameters, PLAN_PARAMETERS * sizeof(values[0]));
	memcpy(values + PLAN_PARAMETERS, p->values,
	    p->values_count * sizeof(values[0]));
	write_name(p, q->name, &name);
	if (buf_text(&name) == NULL) {
		error_nomem(g->err);
	} else {
		const struct db_made m = { name.data, write_statement, &w };
		rows = db_query_made(g->db, &m, values, PLAN_PARAMETERS +
		    p->values_count);
	}
	buf_fini(&name);
	return rows;
}

/* ---- words ---- */

void
plan_describe(const struct index_plan *p, struct buf *out)
{
	for (size_t i = 0; i < p->bounds; i++) {
		const struct plan_column *c = &p->columns[i];
		yyjson_val *const *v = &p->origins[c->first];
		bool is_prefix = c->bound == BOUND_BETWEEN && v[1] == NULL;
		buf_printf(out, "%s%s %s", i > 0 ? ", " : "",
		    p->index->paths[i],
		    c->bound == BOUND_NULL ? "= null" :
		    c->bound == BOUND_EQUAL ? "= " :
		    c->bound == BOUND_AMONG ? "in " :
		    is_prefix ? "prefix " :
		    c->bound == BOUND_HIGH || c->bound == BOUND_HIGH_STRING ?
		    "up to " : "from ");
		for (size_t k = 0; k < c->count && v[k] != NULL; k++) {
			if (k > 0)
				buf_str(out, c->bound == BOUND_AMONG ? ", " :
				    " up to ");
			json_write(out, v[k]);
		}
	}
}
