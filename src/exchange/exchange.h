/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_EXCHANGE_H
#define EXCHANGE_EXCHANGE_H

#include "graph/graph.h"

/*
 * Graphs in and out as text. JSON Lines now: one object a line,
 *
 *   {"kind":"node","key":K,"attributes":{...}}
 *   {"kind":"edge","source":K,"target":K,"attributes":{...}}
 *
 * and where a row has them "key" (edges), "id", "metadata", "undirected". The
 * whole format is in docs/FORMAT.md.
 */

/* How the store runs one batch: a transaction around work(arg). */
struct exchange_runner {
	int (*run)(void *store, int (*work)(void *arg), void *arg);
	void *store;
};

/*
 * Imports; g is used only within run(). result->lines is right on errors too.
 */
int exchange_import_jsonl(struct graph *g, const char *graph,
    const alk_import_options *o, alk_read_fn read, void *read_arg,
    const struct exchange_runner *runner, alk_error *err,
    alk_import_result *result);

/* Exports, within one read of the caller's. */
int exchange_export_jsonl(struct graph *g, const char *graph,
    alk_write_fn write, void *write_arg, alk_progress_fn progress,
    void *progress_arg);

#endif
