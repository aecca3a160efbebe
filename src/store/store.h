/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "db/pool.h"
#include "graph/graph.h"

#include <alkstore.h>
#include <stdatomic.h>

/*
 * The store joins the rooms: a call of alkstore.h becomes work in `graph` and
 * `events` on a connection of `db`, in a transaction whose last step is the
 * change feed.
 */

struct alk_store {
	struct db_pool *pool;
	char *path;
	int kind;
	bool is_readonly;
	int busy_ms;
	alk_limits limits; /* all set */
	alk_clock clock;
	alk_log_fn log;
	void *log_arg;
	atomic_int sessions;
};

/*
 * A call that runs. Calls nest, when a visitor or alk_transact() calls again:
 * each has an error of its own, so that one which fails inside does not fail
 * the one outside unless that wants it.
 */
struct call {
	struct call *outer;
	struct db *db_outer;
	bool is_read;
	bool is_write;
	bool owns_reader;  /* took the reading connection */
	bool owns_writer;  /* began the transaction */
	bool has_savepoint;
	bool is_dry;       /* undo at the end, though all went well */
	struct changes_mark mark;
	alk_error err; /* last: it is not cleared whole */
};

struct alk_session {
	struct alk_store *store;
	alk_error err; /* of the call that ended last */
	struct call *call; /* innermost that runs, or NULL */
	atomic_int cancel;
	int busy_ms;
	char *actor;
	struct graph graph;
	struct db *reader; /* while a read runs */
	struct db *writer; /* while a transaction is open */
	/* For alk_wait(); until the session closes. Others may cancel by it. */
	struct watch *_Atomic watch;
	struct buf json;   /* of alk_row_json() */
	struct buf text;   /* of alk_info() and alk_types_get() */
};

/* ---- session.c ---- */

/* Begins a call without a connection. */
void call_begin(alk_session *s, struct call *c);
/* Begins a call that reads: from the open transaction, the open snapshot, or a
   read of its own. Returns the code; call_end() is due in any case. */
int call_read(alk_session *s, struct call *c);
/* The same, but a read of its own begins when the file is needed. */
int call_read_due(alk_session *s, struct call *c);
/*
 * Begins a call that writes: its own transaction, or a savepoint in the open
 * one.
 */
int call_write(alk_session *s, struct call *c, bool is_dry);
/* What the call has done in the transaction that it began is undone, its error
   forgotten, and it begins anew. */
int call_again(alk_session *s, struct call *c);
/* ALK_INVALID when flags has others than known. */
int call_check_flags(struct call *c, unsigned flags, unsigned known);
/* Ends it: commits, or undoes on an error. Returns the code. */
int call_end(alk_session *s, struct call *c);

/*
 * Looks first whether there is something to be done, by fn in a call that only
 * reads, so that workers who find nothing are in nobody's way. Inside of a
 * transaction the lock is held anyway: then there may be. name is for fn.
 */
typedef bool (*call_probe_fn)(alk_session *s, const char *name);
int call_probe(alk_session *s, call_probe_fn fn, const char *name,
    bool *is_some);

/* Of work that takes several transactions: one of them, a call that writes. */
struct call_runs {
	alk_session *s;
	bool is_dry;
};
int call_run(void *runs, int (*work)(void *arg), void *arg);

/* ---- format.c ---- */

extern const struct db_format format_tenant;
extern const struct db_format format_system;

#endif
