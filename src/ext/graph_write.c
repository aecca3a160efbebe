/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Functions that check and write, by the library's rules:
 *
 *   alk_validate(graph type, type, attributes [, 'node' | 'edge'])
 *   alk_node_create|put|merge(graph, key, attributes), alk_node_delete(graph,
 *       key)
 *   alk_edge_create(graph, key or NULL, source, target, attributes)
 *   alk_edge_put|merge(graph, key, source, target, attributes),
 *       alk_edge_delete(graph, key or id)
 *
 * Each call that writes is all or nothing, and part of the host's transaction
 * where one is open: with a revision, a change record and a notification.
 */
#include "ext/graph_ext.h"

#include "base/error.h"
#include "base/mem.h"
#include "feed/feed.h"
#include "graph/write.h"
#include "json/push.h"

#include <string.h>

struct call {
	struct graph_ext *ext;
	sqlite3_context *context;
	sqlite3_value **args;
	int count;
	alk_error err;
};

struct function {
	const char *name;
	const char *types; /* t: text, T: text or NULL; one an argument */
	void (*fn)(struct call *c, const struct function *f);
	int op;            /* of those that write; else 0 */
	int kind;
};

static const char *
text(const struct call *c, int i)
{
	return i < c->count &&
	    sqlite3_value_type(c->args[i]) != SQLITE_NULL ?
	    (const char *)sqlite3_value_text(c->args[i]) : NULL;
}

static size_t
length(const struct call *c, int i)
{
	return i < c->count ? (size_t)sqlite3_value_bytes(c->args[i]) : 0;
}

/* ---- checking ---- */

static bool
is_finding(int code)
{
	return code == ALK_VALUE || code == ALK_JSON || code == ALK_LIMIT;
}

static void
tell_finding(struct call *c)
{
	struct buf out = { 0 };
	struct json_out o = { .out = &out };

	json_out_begin_object(&o);
	json_out_member(&o, "code", alk_error_name(c->err.code));
	json_out_member(&o, "pointer", c->err.pointer);
	json_out_member(&o, "message", c->err.text);
	json_out_end_object(&o);
	error_clear(&c->err);
	const char *json = buf_text(&out);
	if (json == NULL)
		(void)error_nomem(&c->err);
	else
		sqlite3_result_text64(c->context, json, out.bytes,
		    SQLITE_TRANSIENT, SQLITE_UTF8);
	buf_fini(&out);
}

static int
kind_of(struct call *c, const struct graph_type *t)
{
	const char *type = text(c, 1);
	const char *kind = text(c, 3);

	if (kind != NULL && strcmp(kind, "node") == 0)
		return ALK_NODE;
	if (kind != NULL && strcmp(kind, "edge") == 0)
		return ALK_EDGE;
	if (kind != NULL) {
		(void)error_set(&c->err, ALK_INVALID,
		    "the kind is '%.40s'; it must be node or edge", kind);
		return 0;
	}
	return type_entry_named(t, ALK_NODE, type, strlen(type)) == NULL &&
	    type_entry_named(t, ALK_EDGE, type, strlen(type)) != NULL ?
	    ALK_EDGE : ALK_NODE;
}

static void
validate(struct call *c, const struct function *f)
{
	struct graph *g = &c->ext->graph;
	const struct graph_type *t = type_get_named(g, text(c, 0));
	int kind = t != NULL ? kind_of(c, t) : 0;

	(void)f;
	if (c->err.code == ALK_OK)
		(void)types_check(g, text(c, 0), kind, text(c, 1), text(c, 2),
		    length(c, 2));
	if (is_finding(c->err.code))
		tell_finding(c);
}

/* ---- writing ---- */

static void
read_item(const struct call *c, const struct function *f, alk_item *item)
{
	int attributes = f->kind == ALK_NODE ? 2 : 4;
	int64_t n;

	*item = (alk_item){ .op = f->op, .kind = f->kind, .key = text(c, 1) };
	if (f->op == ALK_DELETE) {
		if (f->kind == ALK_EDGE &&
		    write_is_derived(item->key, "edge-", &n)) {
			item->id = item->key;
			item->key = NULL;
		}
		return;
	}
	item->attributes = text(c, attributes);
	item->attributes_bytes = item->attributes != NULL ?
	    length(c, attributes) : 0;
	if (item->attributes != NULL && item->attributes_bytes == 0)
		item->attributes_bytes = ALK_NUL; /* "" is no JSON */
	if (f->kind == ALK_EDGE) {
		item->source = text(c, 2);
		item->target = text(c, 3);
	}
}

/* An edge's id, which may be all that it is known by; else how many rows. */
static void
tell_written(struct call *c, const struct function *f,
    const alk_write_result *r)
{
	const struct changes *made = &c->ext->graph.changes;

	if (f->op == ALK_CREATE && f->kind == ALK_EDGE && made->count > 0)
		sqlite3_result_text(c->context, changes_text(made,
		    made->list[made->count - 1].id), -1, SQLITE_TRANSIENT);
	else
		sqlite3_result_int64(c->context, (int64_t)(r->created +
		    r->updated + r->deleted));
}

/*
 * SQLite opens no savepoint within a statement that writes. Where that writes
 * to this file, it takes back what we did when it fails; else nobody would.
 */
static int
begin_unit(struct call *c, struct db_unit *u)
{
	if (db_unit_begin(c->ext->db, u) != ALK_OK &&
	    (c->err.sub & 0xff) == SQLITE_BUSY) {
		error_clear(&c->err);
		(void)error_set(&c->err, ALK_MISUSE, "not within a statement "
		    "that writes to another database; select first, then "
		    "write");
	}
	return c->err.code;
}

static void
write_item(struct call *c, const struct function *f)
{
	struct graph *g = &c->ext->graph;
	struct graph_ref ref;
	struct db_unit u;
	alk_write_result r = { 0 };
	alk_item item;

	read_item(c, f, &item);
	(void)begin_unit(c, &u);
	graph_transaction_reset(g);
	/* The lock first: a read before it would let it fail. */
	if (graph_lock(g) == ALK_OK &&
	    graph_find_to_write(g, text(c, 0), &ref) == ALK_OK &&
	    graph_write(g, &ref, &item, 1, &r) == ALK_OK &&
	    feed_flush(g) == ALK_OK)
		(void)graph_transaction_flush(g);
	if (db_unit_end(g->db, &u) == ALK_OK)
		tell_written(c, f, &r);
	graph_transaction_reset(g);
}

/* ---- the functions ---- */

static const struct function functions[] = {
	{ "alk_validate", "ttt", validate, 0, 0 },
	{ "alk_validate", "tttt", validate, 0, 0 },
	{ "alk_node_create", "ttT", write_item, ALK_CREATE, ALK_NODE },
	{ "alk_node_put", "ttT", write_item, ALK_PUT, ALK_NODE },
	{ "alk_node_merge", "ttT", write_item, ALK_MERGE, ALK_NODE },
	{ "alk_node_delete", "tt", write_item, ALK_DELETE, ALK_NODE },
	{ "alk_edge_create", "tTttT", write_item, ALK_CREATE, ALK_EDGE },
	{ "alk_edge_put", "ttttT", write_item, ALK_PUT, ALK_EDGE },
	{ "alk_edge_merge", "ttTTT", write_item, ALK_MERGE, ALK_EDGE },
	{ "alk_edge_delete", "tt", write_item, ALK_DELETE, ALK_EDGE },
};

#define FUNCTIONS (sizeof(functions) / sizeof(functions[0]))

struct bound {
	struct graph_ext *ext;
	const struct function *f;
};

static bool
check_types(struct call *c, const struct function *f)
{
	for (int i = 0; i < c->count; i++) {
		int type = sqlite3_value_type(c->args[i]);
		if (type == SQLITE_NULL && f->types[i] == 'T')
			continue;
		if (type != SQLITE_TEXT) {
			(void)error_set(&c->err, ALK_INVALID, "argument %d of "
			    "%s must be text%s", i + 1, f->name,
			    f->types[i] == 'T' ? " or NULL" : "");
			return false;
		}
		const char *at = (const char *)sqlite3_value_text(c->args[i]);
		if (at == NULL || strlen(at) != length(c, i)) {
			(void)error_set(&c->err, at == NULL ? ALK_NOMEM :
			    ALK_INVALID, "argument %d of %s holds a NUL",
			    i + 1, f->name);
			return false;
		}
	}
	return true;
}

static void
tell_error(struct call *c)
{
	char *message = graph_ext_text(&c->err);

	if (message == NULL || c->err.code == ALK_NOMEM) {
		sqlite3_result_error_nomem(c->context);
	} else {
		sqlite3_result_error(c->context, message, -1);
		sqlite3_result_error_code(c->context,
		    graph_ext_code(&c->err));
	}
	sqlite3_free(message);
}

static void
run(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct bound *b = sqlite3_user_data(context);
	struct call c = { .ext = b->ext, .context = context, .args = argv,
		.count = argc };

	if (graph_ext_begin(c.ext, &c.err) == ALK_OK &&
	    check_types(&c, b->f))
		b->f->fn(&c, b->f);
	/* Types of what was undone must not be found again. */
	if (c.err.code != ALK_OK)
		type_cache_clear(&c.ext->graph.types);
	graph_ext_end(c.ext);
	if (c.err.code != ALK_OK)
		tell_error(&c);
}

int
graph_ext_make_functions(struct graph_ext *x)
{
	for (size_t i = 0; i < FUNCTIONS; i++) {
		struct bound *b = mem_alloc(sizeof(*b));
		if (b == NULL)
			return SQLITE_NOMEM;
		*b = (struct bound){ x, &functions[i] };
		/* b is freed on failure too. */
		int rc = sqlite3_create_function_v2(x->conn,
		    functions[i].name, (int)strlen(functions[i].types),
		    SQLITE_UTF8, b, run, NULL, NULL, mem_release);
		if (rc != SQLITE_OK)
			return rc;
	}
	return SQLITE_OK;
}

/* SQLite closes the library after a failure, so nothing of it may stay. */
void
graph_ext_drop_functions(sqlite3 *conn)
{
	for (size_t i = 0; i < FUNCTIONS; i++)
		(void)sqlite3_create_function_v2(conn, functions[i].name,
		    (int)strlen(functions[i].types), SQLITE_UTF8, NULL, NULL,
		    NULL, NULL, NULL);
}
