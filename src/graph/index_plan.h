/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_INDEX_PLAN_H
#define GRAPH_INDEX_PLAN_H

#include "graph/index.h"

/*
 * How an index answers a list: which of its keys are bound to what, and whether
 * the rows come in the order that is wanted. What is bound narrows only; the
 * filter itself is looked at again for each row.
 */

#define PLAN_VALUES_MAX 48 /* of all bounds */
#define PLAN_AMONG_MAX 32  /* values of one `in` */
#define PLAN_PARAMETERS 9  /* of a statement, before those of the bounds */

enum plan_bound {
	BOUND_NONE = '-',
	BOUND_EQUAL = 'e',
	BOUND_NULL = 'n',     /* missing, null */
	BOUND_THERE = 'm',    /* neither */
	BOUND_AMONG = 'i',
	BOUND_LOW_NUMBER = 'a',  /* numbers from this one on */
	BOUND_LOW_STRING = 'd',
	BOUND_LOW = 'g',         /* all from this one on */
	BOUND_HIGH = 'b',        /* all up to this one but NULL */
	BOUND_HIGH_STRING = 'f', /* strings up to this one */
	BOUND_BETWEEN = 'c'
};

struct plan_column {
	enum plan_bound bound;
	size_t first; /* in values */
	size_t count;
};

struct index_plan {
	const struct type_index *index; /* NULL: none is of use */
	size_t bounds;      /* columns that are bound */
	size_t equal;       /* those of them, from the first, to one value */
	size_t order;       /* the column that rows are ordered by, or count */
	bool is_by_number;  /* rows come as they were written */
	bool is_in_parts;   /* see plan_start() */
	struct plan_column columns[MODULE_INDEX_PATHS_MAX];
	struct db_value values[PLAN_VALUES_MAX];
	yyjson_val *origins[PLAN_VALUES_MAX]; /* NULL: made up */
	size_t values_count;
	struct buf ends;    /* texts of bounds that are in no filter */
	int score;
};

/*
 * Finds the index of t that helps most. filter and order (a path) may be NULL;
 * what is bound is borrowed from filter. ALK_OK also where none helps.
 */
int plan_choose(const struct entry_type *t, const struct filter *filter,
    const struct filter_path *order, struct index_plan *out, alk_error *err);
void plan_fini(struct index_plan *p);

/*
 * Bounds the column of the order to what lies behind a row, where a page
 * begins: key is that of the row's value, NULL at the start. Where the column
 * is not bound, it is read in two parts, the NULLs alone (is_in_parts). false:
 * there is nothing in this part.
 */
enum plan_part {
	PART_FIRST,
	PART_SECOND
};
bool plan_start(struct index_plan *p, enum plan_part part, bool down,
    const struct db_value *key);

/*
 * Runs a statement with marks (index_query.c) on the index of p, whose kind of
 * rows it reads. NULL with the error noted, else db_end() is due.
 */
struct db_rows *plan_query(struct graph *g, const struct index_plan *p,
    const struct sql *q, const struct db_value parameters[PLAN_PARAMETERS]);
/* "/email = \"a\", /age from 5 up to 9", for people. */
void plan_describe(const struct index_plan *p, struct buf *out);

#endif
