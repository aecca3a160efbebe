/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk_snapshot_bytes([limit]): the memory that the snapshots of topologies of
 * this connection take. With an argument it is first limited to so many bytes;
 * 0 lets go of all, and no more are made.
 */
#include "ext/graph_ext.h"

#define NAME "alk_snapshot_bytes"
#define FLAGS (SQLITE_UTF8 | SQLITE_DIRECTONLY)

static void
run(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct graph_ext *x = sqlite3_user_data(context);
	sqlite3_int64 limit = argc > 0 ? sqlite3_value_int64(argv[0]) : 0;

	if (argc > 0 && (sqlite3_value_type(argv[0]) != SQLITE_INTEGER ||
	    limit < 0)) {
		sqlite3_result_error(context, "the limit of " NAME
		    " must be a number of bytes", -1);
		return;
	}
	if (argc > 0) {
		x->limits.snapshot_bytes = (uint64_t)limit < SIZE_MAX ?
		    (size_t)limit : SIZE_MAX;
		snapshots_trim(&x->graph);
	}
	sqlite3_result_int64(context,
	    (sqlite3_int64)snapshots_bytes(&x->graph.snapshots));
}

int
graph_ext_make_memory(struct graph_ext *x)
{
	int rc = SQLITE_OK;

	for (int args = 0; args <= 1 && rc == SQLITE_OK; args++)
		rc = sqlite3_create_function_v2(x->conn, NAME, args, FLAGS, x,
		    run, NULL, NULL, NULL);
	return rc;
}

void
graph_ext_drop_memory(sqlite3 *conn)
{
	for (int args = 0; args <= 1; args++)
		(void)sqlite3_create_function_v2(conn, NAME, args, FLAGS,
		    NULL, NULL, NULL, NULL, NULL);
}
