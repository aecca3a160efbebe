/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXT_EXT_H
#define EXT_EXT_H

#include "db/db.h"
#include "db/sqlite.h"
#include "events/events.h"

/*
 * One connection that the extension was loaded into, and one call of one of its
 * SQL functions.
 */
struct ext {
	sqlite3 *conn;
	struct db *db; /* its statements */
	bool is_kept;  /* the table that lets go of them is connected */
	int refs;      /* the module, its table */
};

struct ext_call {
	struct ext *ext;
	struct db *db;
	sqlite3_context *context;
	sqlite3_value **args;
	int count;
	int64_t now;
	alk_error err;
};

/*
 * One SQL function. types has a letter for each argument: t TEXT, i INTEGER,
 * capital where NULL is allowed. fn answers by sqlite3_result_...(); where the
 * call failed (c->err) its answer does not count.
 */
struct ext_function {
	const char *name;
	const char *types;
	void (*fn)(struct ext_call *c);
	bool is_pure; /* depends on nothing but its arguments */
};

/* Each ends with a row without a name. */
extern const struct ext_function ext_queue_functions[];
extern const struct ext_function ext_stream_functions[];
extern const struct ext_function ext_lease_functions[];
extern const struct ext_function ext_schedule_functions[];
extern const struct ext_function ext_watch_functions[];

struct span ext_text(const struct ext_call *c, int i);
int64_t ext_int(const struct ext_call *c, int i);
bool ext_is_null(const struct ext_call *c, int i);
/* A failure of the call itself, not of SQLite. */
void ext_fail(struct ext_call *c, const char *text);
/* Whether statements may be wrapped and probes made: no transaction is open. */
bool ext_is_alone(const struct ext_call *c);
/*
 * Before honker_bootstrap() there are no tables, and readers answer as if there
 * were nothing; every other failure stays one.
 */
void ext_forgive_table(struct ext_call *c);
/* JSON text as the answer; out is emptied. */
void ext_result_json(struct ext_call *c, struct buf *out);
/* A column or argument that may be NULL, as a JSON string or null. */
struct json_out;
void ext_json_text(struct json_out *o, const char *name, struct span s);

#endif
