/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_EXPORT_H
#define EXCHANGE_EXPORT_H

#include "exchange/losses.h"
#include "graph/graph.h"
#include "json/push.h"

/*
 * What the writers of the formats share. A writer gets each row, all nodes
 * before the edges, and appends text to e->out; export.c hands that over piece
 * by piece. A format that must know all rows before it can write its head sees
 * them twice. Inside the room only.
 */
struct export;

struct export_form {
	size_t bytes; /* of what the writer keeps, zeroed; in e->own */
	bool looks;   /* look() is called for each row, before begin() */
	int (*look)(struct export *e, const alk_row *row);
	/* Any of these may be NULL. They return ALK_OK or fill e->err. */
	int (*open)(struct export *e); /* before look() */
	int (*begin)(struct export *e);
	int (*row)(struct export *e, const alk_row *row);
	int (*between)(struct export *e); /* nodes are done, edges follow */
	int (*end)(struct export *e);
	void (*close)(struct export *e); /* in any case */
	bool holds_ids;
	bool holds_metadata;
	bool holds_graph; /* its attributes */
};

struct export {
	const struct export_form *form;
	void *own;
	struct graph *g;
	struct graph_ref ref;
	const alk_export_options *o;
	alk_write_fn write;
	void *write_arg;
	alk_error *err;
	struct buf out;
	struct losses losses;
	struct json_reader head_reader;
	yyjson_val *graph_attributes; /* NULL: none */
	int64_t done;  /* rows, for progress */
	int64_t total;
	bool is_looking;
	bool is_quiet; /* losses of rows were counted already */
};

extern const struct export_form export_form_jsonl;
extern const struct export_form export_form_graphology;
extern const struct export_form export_form_graphml;
extern const struct export_form export_form_gexf;
extern const struct export_form export_form_csv;

/* Whether the row has an id that was chosen. */
bool export_has_id(const alk_row *row);
bool export_has_metadata(const alk_row *row);
/* Whether rows of a kind have the type member: it was not asked to leave out.*/
bool export_has_type(const struct export *e, int kind);
/* The attributes, without the type member where that is asked for. */
void export_attributes(const struct export *e, const alk_row *row,
    const char **text, size_t *bytes, struct buf *room);

#endif
