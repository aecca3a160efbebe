/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alkstore_ext.so: the graphs of a store as SQL functions and table-valued
 * functions on any host's SQLite, over the same engine as the library. Nothing
 * of SQLite is linked in.
 *
 * As in honker.c, statements are kept for the connection, and a table that the
 * host disconnects first when it closes lets go of them.
 *
 * Snapshots of topologies show what is committed, and nothing else: while the
 * host's transaction writes, which it may roll back without our knowing,
 * topology is read from the indexes of the file, and no snapshot is made or
 * changed (db_version()). Commits follow one another, so what a snapshot shows
 * stays right behind a rollback.
 */
#include "ext/graph_ext.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "ext/graph_ext.sql.h"

#include <string.h>

const sqlite3_api_routines *sqlite3_api;

#define APPLICATION_TENANT 0x616c6b54
#define VISIBLE __attribute__((visibility("default")))
#define MIB ((size_t)1024 * 1024)

VISIBLE int sqlite3_alkstoreext_init(sqlite3 *conn, char **error,
    const sqlite3_api_routines *api);

/* Those of a store that is opened without asking for others. */
static const alk_limits limits = { .attributes_bytes = MIB, .depth = 128,
	.key_bytes = 1024, .name_bytes = 256, .types = 1024,
	.schema_bytes = MIB, .batch_rows = 100000, .page_rows = 1000,
	.visited = 1000000, .traverse_ms = 10000,
	.snapshot_bytes = 64 * MIB };

/* ---- calls ---- */

static int
check_file(struct graph_ext *x)
{
	int64_t id = db_number(x->db, &sql_ext_application, 0, "");
	int64_t version = db_number(x->db, &sql_ext_version, 0, "");

	if (db_failed(x->db))
		return db_error(x->db)->code;
	if (id != APPLICATION_TENANT)
		return db_fail(x->db, ALK_NOTSTORE, "the main database of "
		    "this connection is no store of alkstore; open one");
	if (version > GRAPH_FILE_VERSION)
		return db_fail(x->db, ALK_NEWER, "the store has format %lld, "
		    "and this extension knows %d; take a newer one",
		    (long long)version, GRAPH_FILE_VERSION);
	if (version < GRAPH_FILE_VERSION)
		return db_fail(x->db, ALK_NOTSTORE, "the store has the older "
		    "format %lld; open it once with the library for writing",
		    (long long)version);
	x->is_store = true;
	return ALK_OK;
}

int
graph_ext_begin(struct graph_ext *x, alk_error *err)
{
	struct graph *g = &x->graph;

	*err = (alk_error){ 0 };
	db_use(x->db, err, NULL);
	g->err = err;
	g->now_ms = clock_wall_ms(NULL);
	g->now = g->now_ms / 1000;
	type_cache_sweep(&g->types);
	if (!x->is_kept && graph_ext_keep(x) != SQLITE_OK)
		return error_nomem(err);
	db_host_look(x->db);
	return x->is_store ? err->code : check_file(x);
}

void
graph_ext_end(struct graph_ext *x)
{
	db_use(x->db, NULL, NULL);
	x->graph.err = NULL;
	graph_transaction_reset(&x->graph);
	/* What the host undoes is not told. */
	textmap_fini(&x->graph.keys);
}

int
graph_ext_code(const alk_error *err)
{
	if (err->code == ALK_NOMEM)
		return SQLITE_NOMEM;
	return err->sub != 0 ? err->sub : SQLITE_ERROR;
}

char *
graph_ext_text(const alk_error *err)
{
	const char *colon = err->entry[0] != '\0' || err->pointer[0] != '\0' ?
	    ": " : "";
	const char *space = err->entry[0] != '\0' && err->pointer[0] != '\0' ?
	    " " : "";

	return sqlite3_mprintf("%s%s%s%s%s", err->entry, space, err->pointer,
	    colon, err->text);
}

/* ---- names ---- */

int
graph_ext_names(struct graph_ext_names *n, const char *text,
    const char *what, alk_error *err)
{
	*n = (struct graph_ext_names){ 0 };
	if (text == NULL)
		return ALK_OK;
	n->list[0] = text;
	n->count = 1;
	if (text[0] != '[')
		return ALK_OK;
	yyjson_val *array = json_read_own(&n->reader, text, strlen(text), err);
	size_t i, max;
	yyjson_val *v;

	n->count = 0;
	if (array == NULL)
		return err->code;
	if (!yyjson_is_arr(array) || yyjson_arr_size(array) > GRAPH_EXT_NAMES)
		return error_set(err, ALK_INVALID, "%s: a name, or a JSON "
		    "array of at most %d names", what, GRAPH_EXT_NAMES);
	yyjson_arr_foreach(array, i, max, v) {
		if (!yyjson_is_str(v))
			return error_set(err, ALK_INVALID,
			    "%s: a name in the array is no string", what);
		n->list[n->count++] = yyjson_get_str(v);
	}
	return ALK_OK;
}

void
graph_ext_names_fini(struct graph_ext_names *n)
{
	json_reader_fini(&n->reader);
}

/* ---- loading ---- */

void
graph_ext_release(void *arg)
{
	struct graph_ext *x = arg;

	if (--x->refs > 0)
		return;
	graph_fini(&x->graph);
	db_detach(x->db);
	mem_release(x);
}

static struct graph_ext *
make(sqlite3 *conn)
{
	struct graph_ext *x = mem_zero(sizeof(*x));

	if (x == NULL || db_attach(conn, &x->db, NULL) != ALK_OK) {
		mem_release(x);
		return NULL;
	}
	x->conn = conn;
	graph_init(&x->graph);
	x->graph.db = x->db;
	x->limits = limits;
	x->graph.limits = &x->limits;
	x->graph.has_graphs = true;
	x->graph.is_collecting = true;
	x->refs = 1; /* of the one that loads */
	return x;
}

static bool
is_loaded(sqlite3 *conn)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(conn, "SELECT 1 FROM alk_walk", -1, &st,
	    NULL);

	(void)sqlite3_finalize(st);
	return rc == SQLITE_OK;
}

int
sqlite3_alkstoreext_init(sqlite3 *conn, char **error,
    const sqlite3_api_routines *api)
{
	if (api == NULL)
		return SQLITE_ERROR;
	SQLITE_EXTENSION_INIT2(api)
	if (is_loaded(conn))
		return SQLITE_OK_LOAD_PERMANENTLY;
	struct graph_ext *x = make(conn);
	if (x == NULL)
		return SQLITE_NOMEM;
	int rc = graph_ext_make_tables(x);
	if (rc == SQLITE_OK)
		rc = graph_ext_make_functions(x);
	if (rc == SQLITE_OK)
		rc = graph_ext_make_memory(x);
	if (rc != SQLITE_OK) {
		*error = sqlite3_mprintf("%s", sqlite3_errmsg(conn));
		graph_ext_drop_functions(conn);
		graph_ext_drop_memory(conn);
		graph_ext_drop_tables(conn);
	}
	graph_ext_release(x);
	return rc == SQLITE_OK ? SQLITE_OK_LOAD_PERMANENTLY : rc;
}
