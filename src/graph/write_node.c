/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writing one node. */
#include "graph/write.h"

#include "base/error.h"
#include "graph/index.h"
#include "graph/node.sql.h"
#include "graph/order.sql.h"

#include <string.h>

/* The row that is there. The texts are copies in g->merged... and g->row. */
struct stored_node {
	int64_t nid;
	struct entry_type *type; /* NULL: none */
	struct buf attributes;
	struct buf metadata;
	bool has_metadata;
	bool is_unchecked;
};

static void
stored_fini(struct stored_node *s)
{
	buf_fini(&s->attributes);
	buf_fini(&s->metadata);
}

/* 1 found, 0 not there, or an error code. */
static int
find_stored(struct write *w, const char *key, struct stored_node *s)
{
	struct graph *g = w->g;
	struct db_rows *rows = db_query(g->db, &sql_node_find, "is",
	    w->ref->gid, key);
	bool found = db_next(g->db, rows);

	if (found) {
		size_t bytes;
		s->nid = db_int(rows, 0);
		s->type = type_entry(w->ref->type, db_int(rows, 1));
		const char *text = db_text(rows, 2, &bytes);
		buf_add(&s->attributes, text, bytes);
		s->has_metadata = !db_is_null(rows, 3);
		text = db_text(rows, 3, &bytes);
		buf_add(&s->metadata, text, bytes);
		s->is_unchecked = db_int(rows, 4) != 0;
	}
	db_end(g->db, rows);
	if (s->attributes.failed || s->metadata.failed)
		return error_nomem(g->err);
	return db_failed(g->db) ? g->err->code : found;
}

static int
note(struct write *w, int op, const char *key, const struct entry_type *t)
{
	struct change_texts texts = { .key = key,
		.type = t != NULL ? t->name : NULL };

	return write_note(w, op, ALK_NODE, &texts);
}

static int
insert(struct write *w, const alk_item *item, const struct entry_type *t,
    const char *metadata)
{
	struct graph *g = w->g;

	if (item->id != NULL && write_check_id(w, item->id, "node-") != ALK_OK)
		return g->err->code;
	int64_t nid = write_next_nid(w);
	db_exec(g->db, &sql_node_insert, "iiistiss", nid, w->ref->gid, t->tid,
	    item->key, g->attributes.data, g->attributes.bytes, g->now,
	    item->id, metadata);
	if (g->err->code == ALK_EXISTS && index_explain_conflict(g, w->ref, t,
		g->attributes.data, g->attributes.bytes))
		return g->err->code;
	if (g->err->code == ALK_EXISTS) {
		bool is_id = strstr(g->err->text, "alk_nodes.id") != NULL;
		error_clear(g->err);
		return error_set(g->err, ALK_EXISTS, is_id ?
		    "a node with id '%s' is already there" :
		    "a node with key '%s' is already there",
		    is_id ? item->id : item->key);
	}
	if (g->err->code != ALK_OK)
		return g->err->code;
	write_remember_node(w, item->key, nid, t->tid);
	return note(w, ALK_CREATE, item->key, t);
}

int
write_node_prepare(struct write *w, const alk_item *item,
    struct entry_type **type, const char **metadata)
{
	if (write_check_key(w, item->key, "the node key") != ALK_OK ||
	    write_attributes(w, item, NULL, type) != ALK_OK)
		return w->g->err->code;
	return attributes_metadata(w->g, item->metadata, metadata);
}

static int
create(struct write *w, const alk_item *item)
{
	struct entry_type *t;
	const char *metadata;

	if (write_node_prepare(w, item, &t, &metadata) != ALK_OK)
		return w->g->err->code;
	return insert(w, item, t, metadata);
}

static bool
is_as_asked(const struct graph *g, const struct stored_node *s,
    const char *metadata)
{
	const char *old = s->has_metadata ? s->metadata.data : "{}";

	return !s->is_unchecked && s->attributes.bytes == g->attributes.bytes &&
	    memcmp(s->attributes.data, g->attributes.data,
		g->attributes.bytes) == 0 &&
	    (metadata == NULL || (strlen(metadata) == (s->has_metadata ?
		s->metadata.bytes : 2) &&
		memcmp(metadata, old, strlen(metadata)) == 0));
}

static int
update(struct write *w, const alk_item *item, const struct stored_node *s)
{
	struct graph *g = w->g;
	struct entry_type *t;
	const char *metadata;
	struct write_stored stored = { s->type, s->attributes.data,
		s->attributes.bytes };
	int code = write_attributes_over(w, item, &stored, &t);

	if (code != ALK_OK ||
	    attributes_metadata(g, item->metadata, &metadata) != ALK_OK)
		return g->err->code;
	if (is_as_asked(g, s, metadata)) {
		w->result.unchanged++;
		return ALK_OK;
	}
	if (metadata == NULL && s->has_metadata)
		db_exec(g->db, &sql_node_update, "itti", s->nid,
		    g->attributes.data, g->attributes.bytes, s->metadata.data,
		    s->metadata.bytes, g->now);
	else
		db_exec(g->db, &sql_node_update, "itsi", s->nid,
		    g->attributes.data, g->attributes.bytes, metadata, g->now);
	(void)index_explain_conflict(g, w->ref, t, g->attributes.data,
	    g->attributes.bytes);
	if (g->err->code != ALK_OK)
		return g->err->code;
	return note(w, ALK_REPLACE, item->key, t);
}

static int
note_edges(struct write *w, int64_t nid)
{
	struct graph *g = w->g;
	struct db_rows *rows = db_query(g->db, &sql_node_edges, "i", nid);

	while (db_next(g->db, rows)) {
		const struct entry_type *t = type_entry(w->ref->type,
		    db_int(rows, 1));
		char derived[32];
		buf_clear(&g->problem);
		struct change_texts texts = { .key = db_text(rows, 2, NULL),
			.type = t != NULL ? t->name : NULL,
			.id = db_text(rows, 3, NULL),
			.source = db_text(rows, 4, NULL),
			.target = db_text(rows, 5, NULL) };
		if (texts.id == NULL) {
			buf_str(&g->problem, "edge-");
			buf_int(&g->problem, db_int(rows, 0));
			if (buf_text(&g->problem) == NULL)
				error_nomem(g->err);
			else
				memcpy(derived, g->problem.data,
				    g->problem.bytes + 1);
			texts.id = derived;
		}
		if (g->err->code != ALK_OK ||
		    write_note(w, ALK_DELETE, ALK_EDGE, &texts) != ALK_OK)
			break;
	}
	db_end(g->db, rows);
	return g->err->code;
}

static int
delete(struct write *w, const alk_item *item, const struct stored_node *s)
{
	struct graph *g = w->g;

	if (note_edges(w, s->nid) != ALK_OK)
		return g->err->code;
	db_exec(g->db, &sql_node_edges_delete_out, "i", s->nid);
	db_exec(g->db, &sql_node_edges_delete_in, "i", s->nid);
	db_exec(g->db, &sql_node_delete, "i", s->nid);
	if (w->ref->type->config.acyclic)
		db_exec(g->db, &sql_order_drop, "i", s->nid);
	textmap_fini(&g->keys); /* single entries cannot be taken out */
	if (g->err->code != ALK_OK)
		return g->err->code;
	return note(w, ALK_DELETE, item->key, s->type);
}

static int
write_by_key(struct write *w, const alk_item *item)
{
	struct stored_node s = { 0 };

	if (item->op == ALK_CREATE)
		return create(w, item);
	if (write_check_key(w, item->key, "the node key") != ALK_OK)
		return w->g->err->code;
	int found = find_stored(w, item->key, &s);
	int code = found;
	if (found == 1)
		code = item->op == ALK_DELETE ? delete(w, item, &s) :
						update(w, item, &s);
	else if (found == 0)
		code = item->op == ALK_PUT || item->op == WRITE_ASSIGN ?
		    create(w, item) :
		    error_set(w->g->err, ALK_NOTFOUND,
			"node '%s' is not there", item->key);
	stored_fini(&s);
	return code;
}

static int
write_by_index(struct write *w, const alk_item *item)
{
	alk_item own = *item;
	struct buf key = { 0 };
	int64_t number;
	int code = write_find_by(w, item, &number, &key);

	if (code == 1)
		own.key = buf_text(&key);
	if (code == 1)
		code = write_by_key(w, &own);
	else if (code == 0 && item->op != ALK_PUT && item->op != WRITE_ASSIGN)
		code = error_set(w->g->err, ALK_NOTFOUND, "no node has these "
		    "values in the index '%s'", item->by);
	else if (code == 0) {
		own.op = ALK_CREATE;
		code = write_by_key(w, &own);
	}
	buf_fini(&key);
	return code;
}

int
write_node(struct write *w, const alk_item *item)
{
	return item->by != NULL ? write_by_index(w, item) :
				  write_by_key(w, item);
}
