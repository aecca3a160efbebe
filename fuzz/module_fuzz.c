/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Modules: any text is taken apart or refused with a message. Of what is taken
 * apart every schema must compile again, be additive to itself, and the same
 * text must give the same module. Every index that is declared can be made.
 */
#include "base/error.h"
#include "base/mem.h"
#include "graph/index.h"
#include "module/module.h"
#include "schema/schema.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void
require(bool is_true)
{
	if (!is_true)
		abort();
}

static void
check_type(const struct module_type *t)
{
	struct json_reader reader = { 0 };
	struct json_reader again = { 0 };
	struct schema *s = NULL;
	alk_error err = { .code = ALK_OK };
	yyjson_val *a = json_read_own(&reader, t->schema, t->schema_bytes,
	    &err);
	yyjson_val *b = json_read_own(&again, t->schema, t->schema_bytes, &err);

	require(a != NULL && b != NULL);
	require(schema_compile(a, &s, &err) == ALK_OK);
	require(module_is_additive(a, b) == 1);
	(void)schema_check(s, a);
	schema_free(s);
	json_reader_fini(&reader);
	json_reader_fini(&again);
}

/* In a file that has the tables only. */
static sqlite3 *
tables(void)
{
	static sqlite3 *db;

	if (db == NULL) {
		require(sqlite3_open(":memory:", &db) == SQLITE_OK);
		require(sqlite3_exec(db, "CREATE TABLE alk_nodes (gid, type, "
		    "attributes); CREATE TABLE alk_edges (gid, type, "
		    "attributes); INSERT INTO alk_nodes VALUES (1, 1, "
		    "'{\"a\":{\"b\":1.5}}')", NULL, NULL, NULL) == SQLITE_OK);
	}
	return db;
}

/* The statement is one, and SQLite takes it: nothing got out of its quotes. */
static void
check_index(const struct module_index *m, int kind)
{
	struct type_index x = { .iid = 1, .tid = 1, .kind = kind,
		.is_unique = m->is_unique, .count = m->count };
	struct buf text = { 0 };
	alk_error err = { .code = ALK_OK };
	sqlite3_stmt *st = NULL;
	const char *rest = NULL;

	x.name = mem_text(m->name);
	x.where = m->where != NULL ? mem_text(m->where) : NULL;
	for (size_t i = 0; i < m->count; i++)
		x.paths[i] = mem_text(m->paths[i]);
	require(index_prepare(&x, &err) == ALK_OK);
	index_write_create(&x, &text);
	require(buf_text(&text) != NULL);
	require(sqlite3_prepare_v2(tables(), text.data, -1, &st, &rest) ==
	    SQLITE_OK);
	require(rest[0] == '\0' && sqlite3_step(st) == SQLITE_DONE);
	sqlite3_finalize(st);
	buf_clear(&text);
	buf_printf(&text, "DROP INDEX \"%s\"", x.sql_name);
	require(sqlite3_exec(tables(), buf_text(&text), NULL, NULL, NULL) ==
	    SQLITE_OK);
	buf_fini(&text);
	index_fini(&x);
}

static void
check_config(const struct module *m)
{
	struct buf text = { 0 };
	struct module_config c;

	module_config_write(&text, &m->config);
	require(module_config_read(buf_text(&text), &c, NULL) == ALK_OK);
	require(c.direction == m->config.direction && c.multi ==
	    m->config.multi && c.allow_self_loops ==
	    m->config.allow_self_loops && c.acyclic == m->config.acyclic);
	buf_fini(&text);
}

static void
check_same(const struct module *a, const struct module *b)
{
	require(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct module_type *t = &a->types[i];
		const struct module_type *u = &b->types[i];
		require(t->kind == u->kind && strcmp(t->name, u->name) == 0 &&
		    t->schema_bytes == u->schema_bytes &&
		    memcmp(t->schema, u->schema, t->schema_bytes) == 0 &&
		    strcmp(t->sources, u->sources) == 0 &&
		    strcmp(t->targets, u->targets) == 0);
	}
}

/*
 * Old and new types that share a name, in both directions: only that it ends.
 */
static void
check_additive(const struct module *m)
{
	struct json_reader reader = { 0 };
	struct json_reader other = { 0 };

	for (size_t i = 1; i < m->count && i < 8; i++) {
		const struct module_type *t = &m->types[i - 1];
		const struct module_type *u = &m->types[i];
		yyjson_val *a = json_read_own(&reader, t->schema,
		    t->schema_bytes, NULL);
		yyjson_val *b = json_read_own(&other, u->schema,
		    u->schema_bytes, NULL);
		(void)module_is_additive(a, b);
		(void)module_is_additive(b, a);
	}
	json_reader_fini(&reader);
	json_reader_fini(&other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	const struct module_limits limits = { 1 << 16, 64, 256, 64 };
	alk_error err = { .code = ALK_OK };
	struct module m = { .count = 0 };
	struct module again = { .count = 0 };
	int rc = module_load((const char *)data, bytes, &limits, &m, &err);

	require(rc == err.code);
	require(rc == ALK_OK || err.text[0] != '\0');
	if (rc != ALK_OK)
		return 0;
	require(module_load((const char *)data, bytes, &limits, &again, NULL) ==
	    ALK_OK);
	check_same(&m, &again);
	check_config(&m);
	for (size_t i = 0; i < m.count; i++) {
		const struct module_type *t = &m.types[i];
		check_type(t);
		for (size_t k = 0; k < t->indexes_count; k++)
			check_index(&t->indexes[k], t->kind);
	}
	check_additive(&m);
	module_fini(&m);
	module_fini(&again);
	return 0;
}
