/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The one routine that registers SQL functions. The first argument, a constant,
 * is compiled at the first row of a statement and kept by SQLite beside it.
 */
#include "base/error.h"
#include "db/db_internal.h"

#include "base/mem.h"

struct binding {
	const struct db_function *f;
	struct db *db;
};

static void *
compiled_for(sqlite3_context *ctx, struct binding *b, sqlite3_value *constant)
{
	void *c = sqlite3_get_auxdata(ctx, 0);

	if (c != NULL)
		return c;
	const char *text = (const char *)sqlite3_value_text(constant);
	size_t bytes = (size_t)sqlite3_value_bytes(constant);
	alk_error err = { 0 };
	int code = b->f->compile(text, bytes, &c, &err);
	if (code == ALK_NOMEM) {
		sqlite3_result_error_nomem(ctx);
		return NULL;
	}
	if (code != ALK_OK) {
		sqlite3_result_error(ctx, err.text, -1);
		return NULL;
	}
	sqlite3_set_auxdata(ctx, 0, c, b->f->release);
	/* SQLite may have dropped it for want of memory: then it is gone. */
	c = sqlite3_get_auxdata(ctx, 0);
	if (c == NULL)
		sqlite3_result_error_nomem(ctx);
	return c;
}

static void
call(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	(void)argc;
	struct binding *b = sqlite3_user_data(ctx);
	void *c = compiled_for(ctx, b, argv[0]);

	if (c == NULL)
		return;
	const char *text = (const char *)sqlite3_value_text(argv[1]);
	size_t bytes = (size_t)sqlite3_value_bytes(argv[1]);
	struct buf *out = &b->db->scratch;
	buf_clear(out);
	bool yes = b->f->apply(c, text, bytes, out);
	if (out->failed)
		sqlite3_result_error_nomem(ctx);
	else if (b->f->is_condition)
		sqlite3_result_int(ctx, yes);
	else
		sqlite3_result_blob64(ctx, buf_text(out), out->bytes,
		    SQLITE_TRANSIENT); /* no bytes are a blob too, not NULL */
}

int
db_function_register(struct db *db, const struct db_function *f)
{
	struct binding *b = mem_alloc(sizeof(*b));

	if (b == NULL)
		return error_nomem(db->err);
	*b = (struct binding){ f, db };
	/* On failure SQLite calls mem_release() itself. */
	int rc = sqlite3_create_function_v2(db->conn, f->name, 2,
	    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, b, call,
	    NULL, NULL, mem_release);
	return rc == SQLITE_OK ? ALK_OK : db_fail_sqlite(db, rc);
}
