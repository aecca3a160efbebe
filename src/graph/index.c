/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Indexes in the file: reading, making and dropping them, and naming the row
 * that a unique one was kept for.
 */
#include "graph/index.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/index.sql.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- In memory ---- */

void
index_fini(struct type_index *x)
{
	mem_release(x->name);
	mem_release(x->sql_name);
	mem_release(x->where);
	filter_free(x->filter);
	for (size_t i = 0; i < x->count; i++)
		mem_release(x->paths[i]);
	buf_fini(&x->tokens);
	*x = (struct type_index){ .count = 0 };
}

/* The tokens of a pointer, each with a NUL behind it. */
static size_t
add_tokens(struct buf *out, const char *pointer)
{
	size_t depth = 0;

	for (const char *p = pointer; *p == '/'; depth++) {
		for (p++; *p != '\0' && *p != '/'; p++) {
			bool is_escape = p[0] == '~' &&
			    (p[1] == '0' || p[1] == '1');
			if (is_escape)
				p++;
			buf_char(out, !is_escape ? *p : *p == '0' ? '~' : '/');
		}
		buf_char(out, '\0');
	}
	return depth;
}

int
index_prepare(struct type_index *x, alk_error *err)
{
	struct buf name = { 0 };

	buf_printf(&name, "alk_ix_%" PRId64 "_%s", x->iid, x->name);
	x->sql_name = buf_text(&name) != NULL ? mem_text(name.data) : NULL;
	buf_fini(&name);
	x->stamp = map_hash(&x->tid, sizeof(x->tid), x->is_unique);
	for (size_t i = 0; i < x->count; i++) {
		x->first[i] = x->tokens.bytes;
		x->depth[i] = add_tokens(&x->tokens, x->paths[i]);
		x->stamp = map_hash(x->paths[i], strlen(x->paths[i]) + 1,
		    x->stamp);
	}
	if (x->sql_name == NULL || x->tokens.failed)
		return error_nomem(err);
	if (x->where == NULL)
		return ALK_OK;
	x->stamp = map_hash(x->where, strlen(x->where), x->stamp);
	return filter_parse(x->where, strlen(x->where), &x->filter, err);
}

bool
index_is_path(const struct type_index *x, size_t i,
    const struct filter_step *steps, size_t count)
{
	const char *token = x->tokens.data + x->first[i];

	if (count != x->depth[i])
		return false;
	for (size_t k = 0; k < count; k++) {
		size_t bytes = strlen(token);
		if (!steps[k].is_member || steps[k].bytes != bytes ||
		    memcmp(steps[k].name, token, bytes) != 0)
			return false;
		token += bytes + 1;
	}
	return true;
}

/* ---- Reading ---- */

static int
read_paths(struct graph *g, struct type_index *x, const char *json,
    size_t bytes)
{
	struct json_reader reader = { 0 };
	yyjson_val *list = json_read_own(&reader, json, bytes, g->err);
	size_t i, count;
	yyjson_val *v;

	yyjson_arr_foreach(list, i, count, v) {
		if (x->count == MODULE_INDEX_PATHS_MAX || !yyjson_is_str(v))
			break;
		x->paths[x->count] = mem_text(yyjson_get_str(v));
		if (x->paths[x->count++] == NULL)
			error_nomem(g->err);
	}
	json_reader_fini(&reader);
	if (g->err->code == ALK_OK && x->count == 0)
		error_set(g->err, ALK_CORRUPT, "alk_indexes has an index "
		    "without paths; load the module of its type again");
	return g->err->code;
}

/* A row of the statements index_of_... */
static int
read_row(struct graph *g, struct db_rows *rows, struct type_index *x)
{
	size_t bytes;

	*x = (struct type_index){ .iid = db_int(rows, 0),
		.tid = db_int(rows, 1), .kind = (int)db_int(rows, 2),
		.is_unique = db_int(rows, 4) != 0 };
	const char *name = db_text(rows, 3, NULL);
	x->name = mem_text(name != NULL ? name : "");
	const char *where = db_text(rows, 6, NULL);
	if (where != NULL)
		x->where = mem_text(where);
	if (x->name == NULL || (where != NULL && x->where == NULL))
		error_nomem(g->err);
	const char *paths = db_text(rows, 5, &bytes);
	if (g->err->code == ALK_OK &&
	    read_paths(g, x, paths != NULL ? paths : "", bytes) == ALK_OK)
		(void)index_prepare(x, g->err);
	if (g->err->code != ALK_OK)
		index_fini(x);
	return g->err->code;
}

static int
add_to_entry(struct graph *g, struct entry_type *e, struct type_index *x)
{
	struct type_index *list = mem_resize(e->indexes,
	    (e->indexes_count + 1) * sizeof(list[0]));

	if (list == NULL) {
		index_fini(x);
		return error_nomem(g->err);
	}
	e->indexes = list;
	e->indexes[e->indexes_count++] = *x;
	return ALK_OK;
}

int
index_read(struct graph *g, struct graph_type *t)
{
	struct type_index x;

	if (!g->has_graphs)
		return g->err->code;
	struct db_rows *rows = db_query(g->db, &sql_index_of_graph_type, "s",
	    t->id);
	while (db_next(g->db, rows) && read_row(g, rows, &x) == ALK_OK) {
		struct entry_type *e = type_entry(t, x.tid);
		if (e == NULL)
			index_fini(&x);
		else if (add_to_entry(g, e, &x) != ALK_OK)
			break;
	}
	db_end(g->db, rows);
	return g->err->code;
}

/* All rows of a statement, to be freed with free_list(). */
struct index_list {
	struct type_index *at;
	size_t count;
};

static void
free_list(struct index_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		index_fini(&l->at[i]);
	mem_release(l->at);
}

static int
take_list(struct graph *g, struct db_rows *rows, struct index_list *l)
{
	struct type_index x;

	while (db_next(g->db, rows) && read_row(g, rows, &x) == ALK_OK) {
		struct type_index *at = mem_resize(l->at,
		    (l->count + 1) * sizeof(at[0]));
		if (at == NULL) {
			index_fini(&x);
			error_nomem(g->err);
			break;
		}
		l->at = at;
		l->at[l->count++] = x;
	}
	db_end(g->db, rows);
	return g->err->code;
}

/* ---- Making and dropping ---- */

/* The pair of rows that a unique index cannot be made over. */
static void
write_duplicates(void *arg, struct buf *out)
{
	const struct type_index *x = arg;
	bool is_node = x->kind == ALK_NODE;

	buf_printf(out, "SELECT g.graph_id, min(%s), max(%s) FROM %s n "
	    "JOIN alk_graphs g ON g.gid = n.gid WHERE n.type = %" PRId64,
	    is_node ? "n.key" : "COALESCE(n.key, 'edge-' || n.eid)",
	    is_node ? "n.key" : "COALESCE(n.key, 'edge-' || n.eid)",
	    is_node ? "alk_nodes" : "alk_edges", x->tid);
	index_write_where(x, "n.attributes", out);
	for (size_t i = 0; i < x->count; i++) {
		buf_str(out, " AND ");
		index_write_key(x, i, "n.attributes", out);
		buf_str(out, " IS NOT NULL");
	}
	buf_str(out, " GROUP BY n.gid");
	for (size_t i = 0; i < x->count; i++) {
		buf_char(out, ',');
		index_write_key(x, i, "n.attributes", out);
		buf_char(out, ',');
		index_write_rest(x, i, "n.attributes", out);
	}
	buf_str(out, " HAVING count(*) > 1 LIMIT 1");
}

/* "/email, /address/city" */
static void
write_paths(const struct type_index *x, struct buf *out)
{
	for (size_t i = 0; i < x->count; i++) {
		if (i > 0)
			buf_str(out, ", ");
		buf_str(out, x->paths[i]);
	}
}

static int
refuse_duplicates(struct graph *g, struct type_index *x, const char *type)
{
	struct buf paths = { 0 };
	char name[64];

	error_clear(g->err);
	write_paths(x, &paths);
	if (buf_text(&paths) == NULL)
		error_nomem(g->err);
	(void)snprintf(name, sizeof(name), "%" PRId64 " duplicates %016" PRIx64,
	    x->iid, x->stamp);
	const struct db_made m = { name, write_duplicates, x };
	struct db_rows *rows = db_query_made(g->db, &m, NULL, 0);
	error_entry(g->err, "%s", type);
	if (db_next(g->db, rows))
		error_set(g->err, ALK_EXISTS, "the index '%s' is to be unique, "
		    "but the %ss '%s' and '%s' of graph '%s' have equal values "
		    "at %s; change one of them first", x->name,
		    type_noun(x->kind), db_text(rows, 1, NULL),
		    db_text(rows, 2, NULL), db_text(rows, 0, NULL),
		    paths.data);
	else
		error_set(g->err, ALK_EXISTS, "the index '%s' is to be unique, "
		    "but rows have equal values", x->name);
	db_end(g->db, rows);
	buf_fini(&paths);
	return g->err->code;
}

static int
make(struct graph *g, struct type_index *x, const char *type)
{
	struct buf text = { 0 };

	index_write_create(x, &text);
	if (buf_text(&text) == NULL)
		error_nomem(g->err);
	else
		db_exec_text(g->db, text.data);
	buf_fini(&text);
	return g->err->code == ALK_EXISTS ? refuse_duplicates(g, x, type) :
					    g->err->code;
}

static int
unmake(struct graph *g, const char *sql_name)
{
	struct buf text = { 0 };

	/* A name that another program gave may hold anything. */
	buf_str(&text, "DROP INDEX IF EXISTS \"");
	for (; *sql_name != '\0'; sql_name++) {
		if (*sql_name == '"')
			buf_char(&text, '"');
		buf_char(&text, *sql_name);
	}
	buf_char(&text, '"');
	if (buf_text(&text) == NULL)
		error_nomem(g->err);
	else
		db_exec_text(g->db, text.data);
	buf_fini(&text);
	return g->err->code;
}

static int
drop(struct graph *g, const struct type_index *x)
{
	if (unmake(g, x->sql_name) == ALK_OK)
		db_exec(g->db, &sql_index_delete, "i", x->iid);
	return g->err->code;
}

/* Whether the file has what the module declares. */
static bool
is_as_declared(const struct type_index *x, const struct module_index *m)
{
	if (strcmp(x->name, m->name) != 0 || x->is_unique != m->is_unique ||
	    x->count != m->count || (x->where == NULL) != (m->where == NULL) ||
	    (m->where != NULL && strcmp(x->where, m->where) != 0))
		return false;
	for (size_t i = 0; i < x->count; i++)
		if (strcmp(x->paths[i], m->paths[i]) != 0)
			return false;
	return true;
}

static int
add(struct graph *g, int64_t tid, const struct module_index *m,
    const struct module_type *t)
{
	struct type_index x = { .tid = tid, .kind = t->kind,
		.is_unique = m->is_unique, .name = mem_text(m->name) };
	struct buf paths = { 0 };

	for (size_t i = 0; i < m->count; i++) {
		buf_char(&paths, i == 0 ? '[' : ',');
		json_write_string(&paths, m->paths[i], strlen(m->paths[i]));
		x.paths[x.count++] = mem_text(m->paths[i]);
		if (x.paths[i] == NULL)
			error_nomem(g->err);
	}
	buf_char(&paths, ']');
	if (m->where != NULL)
		x.where = mem_text(m->where);
	if (buf_text(&paths) == NULL || x.name == NULL ||
	    (m->where != NULL && x.where == NULL))
		error_nomem(g->err);
	db_exec(g->db, &sql_index_insert, "isiss", tid, m->name,
	    (int64_t)m->is_unique, buf_text(&paths), m->where);
	x.iid = db_last_id(g->db);
	if (g->err->code == ALK_OK && index_prepare(&x, g->err) == ALK_OK)
		(void)make(g, &x, t->name);
	buf_fini(&paths);
	index_fini(&x);
	return g->err->code;
}

int
index_sweep(struct graph *g)
{
	struct buf names = { 0 };
	struct db_rows *rows = db_query(g->db, &sql_index_left_over, "");

	while (db_next(g->db, rows)) {
		buf_str(&names, db_text(rows, 0, NULL));
		buf_char(&names, '\0');
	}
	db_end(g->db, rows);
	if (names.failed)
		error_nomem(g->err);
	for (size_t at = 0; at < names.bytes && g->err->code == ALK_OK;
	     at += strlen(names.data + at) + 1)
		(void)unmake(g, names.data + at);
	buf_fini(&names);
	return g->err->code;
}

/* Keeps what is as declared; the place of each in *kept. */
static void
keep_or_drop(struct graph *g, struct index_list *l,
    const struct module_type *t, bool *kept)
{
	for (size_t i = 0; i < l->count && g->err->code == ALK_OK; i++) {
		size_t k = 0;
		while (k < t->indexes_count &&
		    !is_as_declared(&l->at[i], &t->indexes[k]))
			k++;
		if (k == t->indexes_count) {
			(void)drop(g, &l->at[i]);
			continue;
		}
		kept[k] = true;
		if (db_number(g->db, &sql_index_is_made, 1, "s",
			l->at[i].sql_name) == 0)
			(void)make(g, &l->at[i], t->name);
	}
}

int
index_apply(struct graph *g, const char *type_id, const struct module_type *t)
{
	bool kept[MODULE_INDEXES_MAX] = { false };
	struct index_list l = { NULL, 0 };
	int64_t tid = db_number(g->db, &sql_index_tid, 0, "sis", type_id,
	    (int64_t)t->kind, t->name);

	if (take_list(g, db_query(g->db, &sql_index_of_type, "ii", tid,
		(int64_t)t->kind), &l) == ALK_OK)
		keep_or_drop(g, &l, t, kept);
	free_list(&l);
	for (size_t k = 0; k < t->indexes_count && g->err->code == ALK_OK; k++)
		if (!kept[k])
			(void)add(g, tid, &t->indexes[k], t);
	return g->err->code;
}

int
index_drop_type(struct graph *g, int64_t tid)
{
	struct index_list l = { NULL, 0 };

	if (take_list(g, db_query(g->db, &sql_index_of_type, "ii", tid,
		(int64_t)ALK_NODE), &l) == ALK_OK)
		for (size_t i = 0; i < l.count; i++)
			(void)drop(g, &l.at[i]);
	free_list(&l);
	return g->err->code;
}

/* ---- The row that has some values ---- */

static void
write_holder(void *arg, struct buf *out)
{
	const struct type_index *x = arg;
	bool is_node = x->kind == ALK_NODE;

	buf_printf(out, "SELECT %s, %s FROM %s o INDEXED BY \"%s\", (SELECT ?2 "
	    "AS attributes) v WHERE o.gid = ?1 AND o.type = %" PRId64,
	    is_node ? "o.nid" : "o.eid", is_node ? "o.key" :
	    "COALESCE(o.key, 'edge-' || o.eid)", is_node ? "alk_nodes" :
	    "alk_edges", x->sql_name, x->tid);
	index_write_where(x, "o.attributes", out);
	for (size_t i = 0; i < x->count; i++) {
		buf_str(out, " AND ");
		index_write_key(x, i, "o.attributes", out);
		buf_str(out, " = ");
		index_write_key(x, i, "v.attributes", out);
		buf_str(out, " AND ");
		index_write_rest(x, i, "o.attributes", out);
		buf_str(out, " = ");
		index_write_rest(x, i, "v.attributes", out);
	}
	buf_str(out, " LIMIT 1");
}

int64_t
index_find_row(struct graph *g, const struct type_index *x,
    int64_t gid, const char *attributes, size_t bytes, struct buf *key)
{
	char name[64];
	int64_t number = 0;

	(void)snprintf(name, sizeof(name), "%" PRId64 " holder %016" PRIx64,
	    x->iid, x->stamp);
	const struct db_made m = { name, write_holder, (void *)(uintptr_t)x };
	const struct db_value values[] = { { .kind = 'i', .number = gid },
		{ .kind = 't', .text = attributes, .bytes = bytes } };
	struct db_rows *rows = db_query_made(g->db, &m, values, 2);
	if (db_next(g->db, rows)) {
		number = db_int(rows, 0);
		buf_clear(key);
		buf_str(key, db_text(rows, 1, NULL));
		if (buf_text(key) == NULL)
			error_nomem(g->err);
	}
	db_end(g->db, rows);
	return g->err->code == ALK_OK ? number : 0;
}

int
index_refuse(struct graph *g, const struct entry_type *t,
    const struct type_index *x, const char *holder)
{
	struct buf paths = { 0 };

	write_paths(x, &paths);
	if (buf_text(&paths) == NULL)
		error_nomem(g->err);
	else if (holder != NULL)
		error_set(g->err, ALK_EXISTS, "the %s '%s' has these values "
		    "already at %s, and the index '%s' of '%s' is unique",
		    type_noun(x->kind), holder, paths.data, x->name, t->name);
	else
		error_set(g->err, ALK_EXISTS, "another %s has these values "
		    "already at %s, and the index '%s' of '%s' is unique",
		    type_noun(x->kind), paths.data, x->name, t->name);
	buf_fini(&paths);
	return g->err->code;
}

bool
index_explain_conflict(struct graph *g, const struct graph_ref *ref,
    const struct entry_type *t, const char *attributes, size_t bytes)
{
	static const char before[] = "index 'alk_ix_";
	const char *at = strstr(g->err->text, before);
	struct buf key = { 0 };
	const struct type_index *x = NULL;

	if (g->err->code != ALK_EXISTS || at == NULL)
		return false;
	int64_t iid = strtoll(at + sizeof(before) - 1, NULL, 10);
	for (size_t i = 0; i < t->indexes_count; i++)
		if (t->indexes[i].iid == iid)
			x = &t->indexes[i];
	if (x == NULL)
		return false;
	error_clear(g->err);
	int64_t number = index_find_row(g, x, ref->gid, attributes, bytes,
	    &key);
	(void)index_refuse(g, t, x, number != 0 ? key.data : NULL);
	buf_fini(&key);
	return true;
}
