/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_EXCHANGE_H
#define EXCHANGE_EXCHANGE_H

#include "graph/graph.h"

/*
 * Graphs in and out as text, in the formats of alkstore.h (ALK_FORMAT_...).
 * What each holds and loses is in docs/EXCHANGE.md.
 */

/* How the store runs one batch: a transaction around work(arg). */
struct exchange_runner {
	int (*run)(void *store, int (*work)(void *arg), void *arg);
	void *store;
};

/* What a call of alk_import() is about. */
struct exchange_request {
	const char *graph;
	const alk_import_options *options;
	alk_read_fn read;
	void *read_arg;
	bool is_nested; /* within a transaction of the caller's */
};

/*
 * Imports; g is used only within run(). result->lines is right on errors too.
 */
int exchange_import(struct graph *g, const struct exchange_request *q,
    const struct exchange_runner *runner, alk_error *err,
    alk_import_result *result);

/* Exports, within one read of the caller's. */
int exchange_export(struct graph *g, const char *graph,
    const alk_export_options *o, alk_write_fn write, void *write_arg);

/* ALK_INVALID when it is no ALK_FORMAT_... */
int exchange_check_format(int format, alk_error *err);

/* Where the metadata of a graph keep its attributes. */
#define EXCHANGE_GRAPH_ATTRIBUTES "_graph.attributes"

#endif
