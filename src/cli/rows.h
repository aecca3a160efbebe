/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include "cli/cli.h"
#include "json/json.h"

/* Rows of the store as lists and objects on standard output. */

enum rows_kind {
	ROWS_NODES,
	ROWS_EDGES,
	ROWS_MIXED,   /* nodes and edges: a path, neighbours */
	ROWS_HOPS,    /* nodes, row.number is "hops" */
	ROWS_DEGREES, /* nodes, row.number is "edges" */
	ROWS_LEVELS,  /* nodes, row.number is "level" */
	ROWS_PARTS,   /* nodes with their component */
	ROWS_RANKS,   /* nodes with their place and rank */
	ROWS_TRACED,  /* nodes and edges with hops */
	ROWS_STEPS,   /* nodes and edges with path and cost */
	ROWS_COUNTS,  /* types of a graph, row.number is "count" */
	ROWS_GRAPHS,
	ROWS_TYPES,
	ROWS_EVENTS
};

/* A list under way; made by rows_start(), ended by rows_end() in any case. */
struct rows {
	struct cli *cli;
	enum rows_kind kind;
	struct column columns[OUTPUT_COLUMNS];
	size_t count;     /* of columns */
	size_t id_column;
	size_t limit;     /* rows at most; 0 no bound */
	size_t seen;
	size_t group;     /* of the visit under way, and its value */
	double value;
	const char *graph; /* ROWS_COUNTS: borrowed name, or NULL */
	struct json_reader reader;
	struct buf json;
};

void rows_start(struct rows *r, struct cli *c, enum rows_kind kind);
/* ROWS_COUNTS with a column for the graph's name (borrowed); NULL without. */
void rows_start_counts(struct rows *r, struct cli *c, const char *graph);
/* An alk_row_fn; arg is the struct rows. */
int rows_visit(void *arg, const alk_row *row);
/* The same as an alk_visit_fn: ROWS_PARTS, ROWS_RANKS, ROWS_STEPS. */
int rows_visit_more(void *arg, const alk_visit *v);
/* Closes the list where is_complete, frees what it holds; notes bad rows. */
void rows_end(struct rows *r, bool is_complete);

/* One row as an object. */
void rows_print(struct cli *c, enum rows_kind kind, const alk_row *row);

#endif
