/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXT_GRAPH_EXT_H
#define EXT_GRAPH_EXT_H

#include "db/db.h"
#include "db/sqlite.h"
#include "graph/graph.h"

/*
 * One connection that alkstore_ext was loaded into. Made by loading; freed
 * with the last of its modules and tables, as the connection closes.
 */
struct graph_ext {
	sqlite3 *conn;
	struct db *db;       /* its statements */
	struct graph graph;
	alk_limits limits;
	int refs;            /* modules and tables that hold it */
	bool is_kept;        /* a table that lets go of the statements is
	                        connected */
	bool is_store;       /* the file was looked at, and is one */
};

/*
 * Begins a call: errors go to err. ALK_NOTSTORE, ALK_NEWER where the file is
 * none of ours. graph_ext_end() is due in any case.
 */
int graph_ext_begin(struct graph_ext *x, alk_error *err);
void graph_ext_end(struct graph_ext *x);

/* The result code of SQLite for an error. */
int graph_ext_code(const alk_error *err);
/* Its text with its place, for sqlite3_free(); NULL without memory. */
char *graph_ext_text(const alk_error *err);

/* A name or a JSON array of names. */
#define GRAPH_EXT_NAMES 64
struct graph_ext_names {
	struct json_reader reader;
	const char *list[GRAPH_EXT_NAMES]; /* borrowed from text and reader */
	size_t count;
};
/* text NULL: none. The code; graph_ext_names_fini() in any case. */
int graph_ext_names(struct graph_ext_names *n, const char *text,
    const char *what, alk_error *err);
void graph_ext_names_fini(struct graph_ext_names *n);

/* graph_tables.c: the table-valued functions. A result code of SQLite. */
int graph_ext_make_tables(struct graph_ext *x);
void graph_ext_drop_tables(sqlite3 *conn);
/* Connects a table, so that closing lets go of the statements. */
int graph_ext_keep(struct graph_ext *x);
void graph_ext_release(void *x);

/* graph_write.c: the scalar functions. */
int graph_ext_make_functions(struct graph_ext *x);
void graph_ext_drop_functions(sqlite3 *conn);

/* graph_memory.c: alk_snapshot_bytes(). */
int graph_ext_make_memory(struct graph_ext *x);
void graph_ext_drop_memory(sqlite3 *conn);

#endif
