/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_GRAPH_H
#define GRAPH_GRAPH_H

#include "base/buf.h"
#include "base/map.h"
#include "db/db.h"
#include "graph/changes.h"
#include "graph/snapshot.h"
#include "graph/type.h"
#include "json/json.h"

#include <alkstore.h>

/* A graph found for a call. */
struct graph_ref {
	int64_t gid;
	int64_t rev;  /* as committed; this transaction makes rev + 1 */
	char id[257];
	char name[257];
	struct graph_type *type; /* borrowed from the cache; NULL: no type */
};

/* The one found last, right while the file and the types stay as they are. */
struct graph_known {
	struct graph_ref ref;
	char asked[257]; /* by this id or name; "" for none */
	struct db *db;
	uint64_t version;
	struct db_state state;
	unsigned cleared; /* of the types */
};

/* What a commit of ours left, right while nobody else commits. */
struct graph_kept {
	int64_t next_nid; /* 0: not known */
	int64_t next_eid;
	struct db *db;
	uint64_t version;
	bool has_looked; /* in this transaction, whether the keys still hold */
};

/*
 * A set of small numbers. Of the session, lent to one traversal at a time
 * (topo_marks.c).
 */
struct topo_marks {
	uint64_t *words; /* a bit each */
	size_t room;     /* in bits */
	size_t count;    /* of those in it */
	bool is_lent;
};

/*
 * What one session keeps in this room. The store sets db, err, now and cancel
 * at the start of each call; the rest lives as long as the session.
 */
struct graph {
	struct db *db;          /* the connection of the running call */
	alk_error *err;         /* of the running call */
	int64_t now;            /* Unix seconds */
	int64_t now_ms;
	const atomic_int *cancel;
	const alk_limits *limits; /* all set; the store's */
	bool has_graphs;          /* a tenant file; a system file has types */
	alk_log_fn log;           /* warnings; may be NULL */
	void *log_arg;

	struct type_cache types;
	struct changes changes;   /* of the open transaction */
	int64_t next_nid;         /* next numbers to give, 0: not read yet in */
	int64_t next_eid;         /*   this transaction */
	bool is_numbers_dirty;
	bool is_backwards;        /* the next of many goes so through indexes */
	bool keeps_keys;          /* keys outlive the transaction (an import) */

	size_t order_visited;     /* nodes looked at for cycles (order.h) */

	struct json_reader reader;  /* of what the caller gave */
	struct json_reader stored;  /* of what the file holds */
	struct buf attributes;    /* text to be stored */
	struct buf merged;
	struct buf metadata;
	struct buf row;           /* attributes with the type put on */
	struct buf peer;          /* the same of a second row */
	uint64_t peers;           /* rows that were put there */
	bool is_streaming;        /* a hop's statement is at a row (hop.c) */
	bool is_collecting;       /* visitors take rows and call nothing */
	struct buf problem;
	struct buf cursor;
	struct textmap keys;      /* (gid, key) -> node, see write.c */
	struct graph_known known;   /* of reading */
	struct graph_known written; /* of writing: kept over commits of ours */
	struct graph_kept kept;
	struct topo_marks marks;
	size_t narrowed; /* types whose filters indexes answered, for tests */
	struct snapshots snapshots;
};

void graph_init(struct graph *g);
void graph_fini(struct graph *g);
/*
 * Takes the write lock and changes nothing: for who does not begin the
 * transaction, and will read before the first write.
 */
int graph_lock(struct graph *g);
/* Whether nobody has committed since this session did. */
bool graph_is_kept(struct graph *g);
/* Forgets what belongs to the transaction; before one and after it. */
void graph_transaction_reset(struct graph *g);
/* Writes the numbers given; the last thing before a commit. */
int graph_transaction_flush(struct graph *g);
/*
 * Behind a commit: keeps what is known for the next transaction, which uses it
 * if nobody has committed in between.
 */
void graph_transaction_committed(struct graph *g);
/* ALK_CANCELLED noted and true when the caller asked to stop. */
bool graph_is_cancelled(struct graph *g);

/* By id, else by name. ALK_NOTFOUND, ALK_CONFLICT. */
int graph_find(struct graph *g, const char *name, struct graph_ref *out);
/*
 * Where a read is due (db_read_due()), the graph found last, without beginning
 * it, if that has this name: to be confirmed at a row of db_query_alone(), or
 * it is not used. false: graph_find() must look.
 */
bool graph_assume(struct graph *g, const char *name, struct graph_ref *out);
bool graph_is_confirmed(struct graph *g);
/* The same, known to be right as nothing has been committed since. */
bool graph_find_unchanged(struct graph *g, const char *name,
    struct graph_ref *out);
/* The same, where rows will be written: the graph must have a type. */
int graph_find_to_write(struct graph *g, const char *name,
    struct graph_ref *out);

/* ---- graphs (graph.c) ---- */
int graph_create(struct graph *g, const alk_graph_new *n, char id_out[257]);
int graph_update(struct graph *g, const char *name, const alk_graph_new *n);
int graph_delete(struct graph *g, const char *name);
/* row is borrowed until the next use of g. */
int graph_get(struct graph *g, const char *name, alk_row *row);
int graph_list(struct graph *g, const char *type, alk_row_fn fn, void *arg);
/* Counts by type. */
int graph_stats(struct graph *g, const char *name, alk_row_fn fn, void *arg);
/* Sets the revision of a graph that still exists. */
int graph_set_rev(struct graph *g, int64_t gid, int64_t rev);

/* ---- writing (write.c and beside it) ---- */

/* Writes items in order; stops at the first failure with g->err filled. The
   caller undoes what was done. */
int graph_write(struct graph *g, struct graph_ref *ref, const alk_item *items,
    size_t count, alk_write_result *result);

/*
 * The same for many that are new, in a transaction that has done nothing else:
 * GRAPH_MANY_NOT, nothing was written, as they are not what it can do; AGAIN,
 * one of them is wrong: undo all, and graph_write() tells which; DONE, or
 * g->err is filled. (load_many.c)
 */
enum graph_many { GRAPH_MANY_NOT, GRAPH_MANY_AGAIN, GRAPH_MANY_DONE };
enum graph_many graph_write_many(struct graph *g, struct graph_ref *ref,
    const alk_item *items, size_t count, alk_write_result *result);
/* Whether a node is there: 1, 0, or a code with g->err filled. */
int graph_has_node(struct graph *g, struct graph_ref *ref, const char *key);
/* The change record of a load, instead of the changes one by one. */
int graph_note_load(struct graph *g, const struct graph_ref *ref, int64_t nodes,
    int64_t edges, int64_t lines);

/* ---- reading (read.c) ---- */
int graph_node_get(struct graph *g, const char *name, const char *key,
    alk_row *row);
int graph_edge_get(struct graph *g, const char *name, const char *key,
    alk_row *row);
int graph_rows_list(struct graph *g, int kind, const char *name,
    const alk_query *q, alk_row_fn fn, void *arg, alk_page *page);
int graph_walk_explain(struct graph *g, const char *name,
    const alk_walk_options *o, alk_step_fn fn, void *arg);
int graph_rows_explain(struct graph *g, int kind, const char *name,
    const alk_query *q, alk_step_fn fn, void *arg);

/* ---- traversal (walk.c, degree.c, path.c) ---- */
int graph_neighbors(struct graph *g, const char *name, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg);
int graph_walk(struct graph *g, const char *name, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg, size_t *found);
int graph_path(struct graph *g, const char *name, const char *from,
    const char *to, const alk_walk_options *o, alk_row_fn fn, void *arg);
int graph_degree_top(struct graph *g, const char *name,
    const alk_walk_options *o, size_t limit, alk_row_fn fn, void *arg);

/* ---- checking (check.c) ---- */
int graph_check(struct graph *g, unsigned flags, alk_problem_fn fn, void *arg,
    alk_progress_fn progress, void *progress_arg, size_t *problems);

/* ---- the file ---- */
#define GRAPH_FILE_VERSION 1 /* user_version of a tenant file */
extern const struct sql *const graph_type_scripts[]; /* both kinds of file */
extern const struct sql *const graph_instance_scripts[]; /* tenant files */
extern const struct db_function graph_functions[];
extern const size_t graph_functions_count;

#endif
