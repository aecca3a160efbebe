/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Statements whose text is made at run time. Each is kept under its name; the
 * one that was not used for longest makes room for a new one.
 */
#include "db/db_internal.h"

#include "base/error.h"
#include "base/mem.h"

#include <string.h>

void
db_made_drop(struct db *db)
{
	for (int i = 0; i < db->made_count; i++) {
		(void)sqlite3_finalize(db->made[i].st);
		mem_release(db->made[i].name);
	}
	db->made_count = 0;
}

void
db_made_forget(struct db *db, const char *name)
{
	for (int i = 0; i < db->made_count; i++) {
		struct db_made_slot *s = &db->made[i];
		if (strcmp(s->name, name) != 0 || sqlite3_stmt_busy(s->st))
			continue;
		(void)sqlite3_finalize(s->st);
		mem_release(s->name);
		*s = db->made[--db->made_count];
		return;
	}
}

int
db_exec_text(struct db *db, const char *text)
{
	if (db_failed(db))
		return db->err->code;
	int rc = sqlite3_exec(db->conn, text, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		db_fail_sqlite(db, rc);
	return db->err->code;
}

static sqlite3_stmt *
prepare(struct db *db, const struct db_made *m, unsigned flags)
{
	struct buf text = { 0 };
	sqlite3_stmt *st = NULL;

	m->write(m->arg, &text);
	if (buf_text(&text) == NULL)
		error_nomem(db->err);
	else if (flags != 0)
		st = db_prepare_text(db, buf_text(&text), flags);
	else
		st = db_prepare_extra(db, buf_text(&text));
	buf_fini(&text);
	return st;
}

/* The place for one more, or NULL: all are at a row. */
static struct db_made_slot *
make_room(struct db *db)
{
	struct db_made_slot *oldest = NULL;

	if (db->made_count < DB_MADE_MAX)
		return &db->made[db->made_count];
	for (int i = 0; i < DB_MADE_MAX; i++) {
		struct db_made_slot *s = &db->made[i];
		if (!sqlite3_stmt_busy(s->st) &&
		    (oldest == NULL || s->used < oldest->used))
			oldest = s;
	}
	return oldest;
}

static sqlite3_stmt *
make(struct db *db, const struct db_made *m)
{
	struct db_made_slot *slot = make_room(db);

	if (slot == NULL)
		return prepare(db, m, 0);
	sqlite3_stmt *st = prepare(db, m, SQLITE_PREPARE_PERSISTENT);
	char *name = st != NULL ? mem_text(m->name) : NULL;
	if (name == NULL) {
		(void)sqlite3_finalize(st);
		if (st != NULL)
			error_nomem(db->err);
		return NULL;
	}
	if (slot == &db->made[db->made_count]) {
		db->made_count++;
	} else {
		(void)sqlite3_finalize(slot->st);
		mem_release(slot->name);
	}
	*slot = (struct db_made_slot){ name, st, ++db->made_uses };
	return st;
}

static sqlite3_stmt *
find(struct db *db, const struct db_made *m)
{
	for (int i = 0; i < db->made_count; i++) {
		struct db_made_slot *s = &db->made[i];
		if (strcmp(s->name, m->name) != 0)
			continue;
		s->used = ++db->made_uses;
		return sqlite3_stmt_busy(s->st) ? prepare(db, m, 0) : s->st;
	}
	return make(db, m);
}

static int
bind(sqlite3_stmt *st, int i, const struct db_value *v)
{
	switch (v->kind) {
	case 'i':
		return sqlite3_bind_int64(st, i, v->number);
	case 'd':
		return sqlite3_bind_double(st, i, v->real);
	case 't':
		return sqlite3_bind_text64(st, i, v->text, v->bytes,
		    SQLITE_STATIC, SQLITE_UTF8);
	case 'b':
		return sqlite3_bind_blob64(st, i, v->text, v->bytes,
		    SQLITE_STATIC);
	default:
		return sqlite3_bind_null(st, i);
	}
}

static struct db_rows *
start(struct db *db, sqlite3_stmt *st, const struct db_value *values,
    size_t count)
{
	static const struct db_value none;

	if (st == NULL)
		return NULL;
	/* Those that the statement does not name cannot be bound. */
	int wanted = sqlite3_bind_parameter_count(st);
	for (int i = 0; i < wanted; i++) {
		int rc = bind(st, i + 1, (size_t)i < count ? &values[i] :
		    &none);
		if (rc == SQLITE_OK)
			continue;
		db_fail_sqlite(db, rc);
		db_end(db, (struct db_rows *)st);
		return NULL;
	}
	return (struct db_rows *)st;
}

struct db_rows *
db_query_made(struct db *db, const struct db_made *m,
    const struct db_value *values, size_t count)
{
	return db_read_now(db) ? start(db, find(db, m), values, count) : NULL;
}

struct db_rows *
db_query_values(struct db *db, const struct sql *q,
    const struct db_value *values, size_t count)
{
	return db_read_now(db) ? start(db, db_statement(db, q), values,
	    count) : NULL;
}
