/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * libhonker_ext.so: events as SQL functions on any host's SQLite, in the place
 * of Honker's own extension. Nothing of SQLite is linked in: two copies in one
 * process would drop each other's locks.
 *
 * Statements are prepared once a connection. A host that closes its connection
 * would find them in the way, and destructors of functions run too late; so a
 * table that is never read owns them: sqlite3_close() disconnects it first.
 */
#include "ext/ext.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "json/push.h"

#include <string.h>

const sqlite3_api_routines *sqlite3_api;

#define KEEPER "_alk_keeper"
#define VISIBLE __attribute__((visibility("default")))

VISIBLE int sqlite3_honkerext_init(sqlite3 *conn, char **error,
    const sqlite3_api_routines *api);

/* ---- the keeper of statements ---- */

struct keeper {
	sqlite3_vtab base;
	struct ext *ext;
};

static void
ext_release(void *arg)
{
	struct ext *ext = arg;

	if (--ext->refs > 0)
		return;
	db_detach(ext->db);
	mem_release(ext);
}

static int
keeper_connect(sqlite3 *conn, void *arg, int argc, const char *const *argv,
    sqlite3_vtab **out, char **error)
{
	struct ext *ext = arg;
	struct keeper *k = sqlite3_malloc(sizeof(*k));

	(void)argc;
	(void)argv;
	(void)error;
	if (k == NULL)
		return SQLITE_NOMEM;
	memset(k, 0, sizeof(*k));
	k->ext = ext;
	int rc = sqlite3_declare_vtab(conn, "CREATE TABLE x(y)");
	if (rc != SQLITE_OK) {
		sqlite3_free(k);
		return rc;
	}
	ext->is_kept = true;
	ext->refs++; /* SQLite may let go of the module first */
	*out = &k->base;
	return SQLITE_OK;
}

static int
keeper_disconnect(sqlite3_vtab *table)
{
	struct keeper *k = (struct keeper *)table;

	db_drop_statements(k->ext->db);
	k->ext->is_kept = false;
	ext_release(k->ext);
	sqlite3_free(k);
	return SQLITE_OK;
}

static int
keeper_plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table;
	(void)info;
	return SQLITE_OK;
}

static int
keeper_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
	(void)table;
	*out = sqlite3_malloc(sizeof(**out));
	if (*out == NULL)
		return SQLITE_NOMEM;
	memset(*out, 0, sizeof(**out));
	return SQLITE_OK;
}

static int
keeper_close(sqlite3_vtab_cursor *cursor)
{
	sqlite3_free(cursor);
	return SQLITE_OK;
}

static int
keeper_filter(sqlite3_vtab_cursor *cursor, int number, const char *text,
    int argc, sqlite3_value **argv)
{
	(void)cursor;
	(void)number;
	(void)text;
	(void)argc;
	(void)argv;
	return SQLITE_OK;
}

static int
keeper_next(sqlite3_vtab_cursor *cursor)
{
	(void)cursor;
	return SQLITE_OK;
}

static int
keeper_eof(sqlite3_vtab_cursor *cursor)
{
	(void)cursor;
	return 1; /* it has no rows */
}

static int
keeper_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int i)
{
	(void)cursor;
	(void)context;
	(void)i;
	return SQLITE_OK;
}

static int
keeper_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out)
{
	(void)cursor;
	*out = 0;
	return SQLITE_OK;
}

/* xCreate NULL: there without CREATE VIRTUAL TABLE. */
static const sqlite3_module keeper_module = {
	.xConnect = keeper_connect,
	.xBestIndex = keeper_plan,
	.xDisconnect = keeper_disconnect,
	.xOpen = keeper_open,
	.xClose = keeper_close,
	.xFilter = keeper_filter,
	.xNext = keeper_next,
	.xEof = keeper_eof,
	.xColumn = keeper_column,
	.xRowid = keeper_rowid,
};

/* Looking the table up connects it. */
static int
keep(sqlite3 *conn)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(conn, "SELECT 1 FROM " KEEPER, -1, &st,
	    NULL);

	(void)sqlite3_finalize(st);
	return rc;
}

/* ---- calls ---- */

struct span
ext_text(const struct ext_call *c, int i)
{
	struct span s = { 0 };

	if (ext_is_null(c, i))
		return s;
	s.at = (const char *)sqlite3_value_text(c->args[i]);
	s.bytes = (size_t)sqlite3_value_bytes(c->args[i]);
	return s;
}

int64_t
ext_int(const struct ext_call *c, int i)
{
	return sqlite3_value_int64(c->args[i]);
}

bool
ext_is_null(const struct ext_call *c, int i)
{
	return i >= c->count || sqlite3_value_type(c->args[i]) == SQLITE_NULL;
}

void
ext_fail(struct ext_call *c, const char *text)
{
	(void)error_set(&c->err, ALK_INVALID, "%s", text);
}

bool
ext_is_alone(const struct ext_call *c)
{
	return !db_in_transaction(c->db);
}

void
ext_forgive_table(struct ext_call *c)
{
	if (db_lacks_table(c->db))
		error_clear(&c->err);
}

void
ext_result_json(struct ext_call *c, struct buf *out)
{
	const char *text = buf_text(out);

	if (text == NULL)
		(void)error_nomem(&c->err);
	else
		sqlite3_result_text64(c->context, text, out->bytes,
		    SQLITE_TRANSIENT, SQLITE_UTF8);
	buf_fini(out);
}

void
ext_json_text(struct json_out *o, const char *name, struct span s)
{
	json_out_key(o, name);
	json_out_string(o, s.at, s.bytes);
}

static void
refuse_type(sqlite3_context *context, int i, int type)
{
	static const char *const names[] = { "", "Integer", "Real", "Text",
		"Blob", "Null" };
	char text[80];

	(void)sqlite3_snprintf(sizeof(text), text,
	    "Invalid function parameter type %s at index %d", names[type], i);
	sqlite3_result_error(context, text, -1);
}

/*
 * A double stands for a whole number where it is one: some clients bind every
 * number of JavaScript as one.
 */
static bool
is_whole(sqlite3_context *context, int i, sqlite3_value *value)
{
	double x = sqlite3_value_double(value);
	char text[80];

	if (x >= -9223372036854775808.0 && x < 9223372036854775808.0 &&
	    (double)(int64_t)x == x)
		return true;
	(void)sqlite3_snprintf(sizeof(text), text,
	    "argument %d is %.17g, and must be a whole number", i, x);
	sqlite3_result_error(context, text, -1);
	return false;
}

/* By storage class, from left to right, before anything is done. */
static bool
check_types(sqlite3_context *context, const char *types, int argc,
    sqlite3_value **argv)
{
	for (int i = 0; i < argc; i++) {
		int type = sqlite3_value_type(argv[i]);
		bool is_nullable = types[i] == 'T' || types[i] == 'I';
		bool is_text = types[i] == 't' || types[i] == 'T';
		if (type == SQLITE_NULL && is_nullable)
			continue;
		if (type == SQLITE_FLOAT && !is_text) {
			if (!is_whole(context, i, argv[i]))
				return false;
			continue;
		}
		if (type != (is_text ? SQLITE_TEXT : SQLITE_INTEGER)) {
			refuse_type(context, i, type);
			return false;
		}
		if (is_text && !utf8_is_valid(
			(const char *)sqlite3_value_text(argv[i]),
			(size_t)sqlite3_value_bytes(argv[i]))) {
			sqlite3_result_error(context,
			    "the text is not UTF-8", -1);
			return false;
		}
	}
	return true;
}

static void
tell_error(struct ext_call *c)
{
	if (c->err.code == ALK_NOMEM) {
		sqlite3_result_error_nomem(c->context);
	} else if (c->err.sub != 0) {
		sqlite3_result_error(c->context, db_message(c->db), -1);
		sqlite3_result_error_code(c->context, c->err.sub);
	} else {
		sqlite3_result_error(c->context, c->err.text, -1);
	}
}

/* A file that Honker alone has made has none of ours. */
static bool
lacks_side_table(const struct ext_call *c)
{
	return c->err.code != ALK_OK && db_lacks_table(c->db) &&
	    strstr(db_message(c->db), "_alk_") != NULL;
}

static bool
add_side_tables(struct ext_call *c)
{
	struct db_unit u;

	error_clear(&c->err);
	(void)db_unit_begin(c->db, &u);
	(void)events_add_side_tables(c->db);
	return db_unit_end(c->db, &u) == ALK_OK;
}

/* What sqlite3_user_data() gives. */
struct bound {
	struct ext *ext;
	const struct ext_function *f;
};

static void
run(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct bound *b = sqlite3_user_data(context);
	struct ext_call c = { .ext = b->ext, .db = b->ext->db,
		.context = context, .args = argv, .count = argc };

	if (!check_types(context, b->f->types, argc, argv))
		return;
	if (!b->ext->is_kept && keep(b->ext->conn) != SQLITE_OK) {
		sqlite3_result_error(context, sqlite3_errmsg(b->ext->conn),
		    -1);
		return;
	}
	db_use(c.db, &c.err, NULL);
	c.now = events_now(c.db);
	if (c.err.code == ALK_OK)
		b->f->fn(&c);
	if (lacks_side_table(&c) && add_side_tables(&c))
		b->f->fn(&c);
	db_use(c.db, NULL, NULL);
	if (c.err.code != ALK_OK)
		tell_error(&c);
}

/* ---- loading ---- */

static int
bind_function(struct ext *ext, const struct ext_function *f)
{
	struct bound *b = mem_alloc(sizeof(*b));

	if (b == NULL)
		return SQLITE_NOMEM;
	*b = (struct bound){ ext, f };
	/* Not DIRECTONLY: triggers call these. b is freed on failure too. */
	return sqlite3_create_function_v2(ext->conn, f->name,
	    (int)strlen(f->types), SQLITE_UTF8 |
	    (f->is_pure ? SQLITE_DETERMINISTIC : 0), b, run, NULL, NULL,
	    mem_release);
}

static const struct ext_function *const tables[] = { ext_queue_functions,
	ext_stream_functions, ext_lease_functions,
	ext_schedule_functions, ext_watch_functions };

#define TABLES (sizeof(tables) / sizeof(tables[0]))

static int
bind_all(struct ext *ext)
{
	for (size_t i = 0; i < TABLES; i++)
		for (const struct ext_function *f = tables[i]; f->name != NULL;
		     f++) {
			int rc = bind_function(ext, f);
			if (rc != SQLITE_OK)
				return rc;
		}
	return SQLITE_OK;
}

/* SQLite closes the library after a failure, so nothing of it may stay. */
static void
unbind_all(sqlite3 *conn)
{
	for (size_t i = 0; i < TABLES; i++)
		for (const struct ext_function *f = tables[i]; f->name != NULL;
		     f++)
			(void)sqlite3_create_function_v2(conn, f->name,
			    (int)strlen(f->types), SQLITE_UTF8, NULL, NULL,
			    NULL, NULL, NULL);
	(void)sqlite3_create_module_v2(conn, KEEPER, NULL, NULL, NULL);
}

/* No DDL where the table is there already, so that read-only files load. */
static int
make_table(struct ext *ext, char **error)
{
	alk_error err = { 0 };

	db_use(ext->db, &err, NULL);
	(void)events_prepare(ext->db);
	db_use(ext->db, NULL, NULL);
	if (err.code == ALK_OK || err.code == ALK_READONLY)
		return SQLITE_OK;
	*error = sqlite3_mprintf("Database error: %s", db_message(ext->db));
	return err.sub != 0 ? err.sub : SQLITE_NOMEM;
}

static int
load(sqlite3 *conn, char **error)
{
	struct ext *ext = mem_zero(sizeof(*ext));

	if (ext == NULL)
		return SQLITE_NOMEM;
	ext->conn = conn;
	ext->refs = 1;
	if (db_attach(conn, &ext->db, NULL) != ALK_OK) {
		mem_release(ext);
		return SQLITE_NOMEM;
	}
	/* From here on ext is the module's, also where this fails. */
	int rc = sqlite3_create_module_v2(conn, KEEPER, &keeper_module, ext,
	    ext_release);
	if (rc == SQLITE_OK)
		rc = keep(conn);
	if (rc == SQLITE_OK)
		rc = make_table(ext, error);
	if (rc == SQLITE_OK)
		rc = bind_all(ext);
	if (rc != SQLITE_OK && *error == NULL)
		*error = sqlite3_mprintf("%s", sqlite3_errmsg(conn));
	if (rc != SQLITE_OK)
		unbind_all(conn);
	return rc;
}

int
sqlite3_honkerext_init(sqlite3 *conn, char **error,
    const sqlite3_api_routines *api)
{
	if (api == NULL)
		return SQLITE_ERROR;
	SQLITE_EXTENSION_INIT2(api)
	/* Loaded into this connection before. */
	if (keep(conn) == SQLITE_OK)
		return SQLITE_OK_LOAD_PERMANENTLY;
	int rc = load(conn, error);
	return rc == SQLITE_OK ? SQLITE_OK_LOAD_PERMANENTLY : rc;
}
