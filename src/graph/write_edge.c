/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writing one edge. */
#include "graph/write.h"

#include "base/error.h"
#include "graph/edge.sql.h"
#include "graph/index.h"

#include <stdio.h>
#include <string.h>

#define DERIVED_BYTES 32 /* "edge-" and a number */

/* The row that is there. Texts are copies. */
struct stored_edge {
	int64_t eid;
	struct entry_type *type;
	struct buf texts; /* attributes, metadata, key, id, source, target */
	size_t attributes_bytes;
	const char *attributes;
	const char *metadata; /* NULL: none */
	const char *key;      /* NULL: none */
	const char *id;       /* given or derived */
	const char *source;
	const char *target;
	bool is_unchecked;
	bool is_undirected;
	char derived[DERIVED_BYTES];
};

/* ---- finding the edge that an item means ---- */

static int64_t
by_key(struct write *w, const char *key)
{
	return db_number(w->g->db, &sql_edge_by_key, 0, "is", w->ref->gid, key);
}

static int64_t
by_id(struct write *w, const char *id)
{
	int64_t eid;

	if (write_is_derived(id, "edge-", &eid))
		return db_number(w->g->db, &sql_edge_by_eid, 0, "ii",
		    w->ref->gid, eid);
	return db_number(w->g->db, &sql_edge_by_id, 0, "is", w->ref->gid, id);
}

/* The type that an item without key and id means; NULL with the error noted. */
static struct entry_type *
type_meant(struct write *w, const alk_item *item)
{
	struct graph *g = w->g;
	yyjson_val *root = w->value;

	if (root == NULL)
		root = attributes_parse(g, item->op == ALK_DELETE ? NULL :
		    item->attributes, item->attributes_bytes);
	if (w->load != NULL)
		w->value = root; /* not parsed again for what is new */
	return root == NULL ? NULL :
	    attributes_type(g, w->ref->type, ALK_EDGE, item->type, root);
}

int
write_edge_meant(struct write *w, const alk_item *item, struct edge_ends *e,
    struct entry_type **type)
{
	struct graph *g = w->g;

	*e = (struct edge_ends){ .source_key = item->source,
		.target_key = item->target };
	if (w->ref->type->config.multi)
		return error_set(g->err, ALK_INVALID, "graph type '%s' allows "
		    "parallel edges: say which by key or id",
		    w->ref->type->name);
	*type = type_meant(w, item);
	if (*type == NULL ||
	    !rules_direction(w, item->direction, &e->undirected) ||
	    write_find_node(w, item->source, "source node", &e->source) !=
		ALK_OK)
		return g->err->code;
	return write_find_node(w, item->target, "target node", &e->target);
}

int64_t
write_edge_between(struct write *w, const struct entry_type *t,
    const struct edge_ends *e)
{
	struct graph *g = w->g;
	int64_t eid = db_number(g->db, &sql_edge_between, 0, "iiii",
	    e->source.nid, t->tid, e->target.nid, (int64_t)e->undirected);

	if (eid == 0 && e->undirected)
		eid = db_number(g->db, &sql_edge_between, 0, "iiii",
		    e->target.nid, t->tid, e->source.nid, (int64_t)1);
	return eid;
}

/* By type and end points, where there can be one only. */
static int64_t
by_ends(struct write *w, const alk_item *item)
{
	struct edge_ends e;
	struct entry_type *t;

	return write_edge_meant(w, item, &e, &t) == ALK_OK ?
	    write_edge_between(w, t, &e) : 0;
}

static int64_t
find(struct write *w, const alk_item *item)
{
	int64_t eid;

	if (item->id != NULL)
		return by_id(w, item->id);
	if (item->key == NULL)
		return by_ends(w, item);
	if (write_check_key(w, item->key, "the edge key") != ALK_OK)
		return 0;
	eid = by_key(w, item->key);
	/* Where a key is wanted, an id will do. */
	return eid != 0 || item->op == ALK_PUT || item->op == WRITE_ASSIGN ?
	    eid : by_id(w, item->key);
}

/* ---- the stored row ---- */

static size_t
keep(struct buf *b, struct db_rows *rows, int column, size_t *bytes)
{
	size_t n;
	const char *text = db_text(rows, column, &n);
	size_t at = b->bytes;

	buf_add(b, text, n);
	buf_char(b, '\0');
	if (bytes != NULL)
		*bytes = n;
	return at;
}

static int
read_stored(struct write *w, int64_t eid, struct stored_edge *s)
{
	struct graph *g = w->g;
	struct db_rows *rows = db_query(g->db, &sql_edge_stored, "i", eid);
	size_t at[6] = { 0 };

	if (db_next(g->db, rows)) {
		s->eid = eid;
		s->type = type_entry(w->ref->type, db_int(rows, 0));
		at[0] = keep(&s->texts, rows, 1, &s->attributes_bytes);
		for (int i = 1; i < 6; i++)
			at[i] = keep(&s->texts, rows, i + 1, NULL);
		s->is_unchecked = db_int(rows, 7) != 0;
		s->is_undirected = db_int(rows, 8) != 0;
		const char *d = s->texts.data;
		if (s->texts.failed) {
			error_nomem(g->err);
		} else {
			s->attributes = d + at[0];
			s->metadata = db_is_null(rows, 2) ? NULL : d + at[1];
			s->key = db_is_null(rows, 3) ? NULL : d + at[2];
			s->id = db_is_null(rows, 4) ? NULL : d + at[3];
			s->source = d + at[4];
			s->target = d + at[5];
		}
	} else if (!db_failed(g->db)) {
		error_set(g->err, ALK_CORRUPT,
		    "edge-%lld has no end points; run a check",
		    (long long)eid);
	}
	db_end(g->db, rows);
	(void)snprintf(s->derived, sizeof(s->derived), "edge-%lld",
	    (long long)eid);
	if (s->id == NULL)
		s->id = s->derived;
	return g->err->code;
}

static int
note_stored(struct write *w, int op, const struct stored_edge *s)
{
	struct change_texts texts = { .key = s->key, .id = s->id,
		.type = s->type != NULL ? s->type->name : NULL,
		.source = s->source, .target = s->target };

	return write_note(w, op, ALK_EDGE, &texts);
}

/* ---- changes ---- */

static int
insert(struct write *w, const alk_item *item, const struct entry_type *t,
    const struct edge_ends *e, const char *metadata)
{
	struct graph *g = w->g;
	int64_t eid = write_next_eid(w);
	char derived[DERIVED_BYTES];

	db_exec(g->db, &sql_edge_insert, "iiiiiitisss", eid, w->ref->gid,
	    t->tid, e->source.nid, e->target.nid, (int64_t)e->undirected,
	    g->attributes.data, g->attributes.bytes, g->now, item->key,
	    item->id, metadata);
	if (g->err->code == ALK_EXISTS && index_explain_conflict(g, w->ref, t,
		g->attributes.data, g->attributes.bytes))
		return g->err->code;
	if (g->err->code == ALK_EXISTS) {
		bool is_id = strstr(g->err->text, "alk_edges.id") != NULL;
		error_clear(g->err);
		return error_set(g->err, ALK_EXISTS, is_id ?
		    "an edge with id '%s' is already there" :
		    "an edge with key '%s' is already there",
		    is_id ? item->id : item->key);
	}
	if (g->err->code != ALK_OK)
		return g->err->code;
	struct change_texts texts = { .key = item->key, .id = item->id,
		.type = t->name, .source = e->source_key,
		.target = e->target_key };
	if (texts.id == NULL && !w->is_bulk) {
		(void)snprintf(derived, sizeof(derived), "edge-%lld",
		    (long long)eid);
		texts.id = derived;
	}
	return write_note(w, ALK_CREATE, ALK_EDGE, &texts);
}

static int
check_names(struct write *w, const alk_item *item)
{
	int64_t n;

	if (item->key != NULL &&
	    write_check_key(w, item->key, "the edge key") != ALK_OK)
		return w->g->err->code;
	if (item->key != NULL && write_is_derived(item->key, "edge-", &n))
		return error_set(w->g->err, ALK_INVALID,
		    "key '%s' has the form of a derived id; choose another",
		    item->key);
	return item->id != NULL ? write_check_id(w, item->id, "edge-") :
				  ALK_OK;
}

int
write_edge_prepare(struct write *w, const alk_item *item, struct edge_ends *e,
    struct entry_type **type, const char **metadata)
{
	struct graph *g = w->g;

	*e = (struct edge_ends){ .source_key = item->source,
		.target_key = item->target };
	if (check_names(w, item) != ALK_OK ||
	    !rules_direction(w, item->direction, &e->undirected) ||
	    write_find_node(w, item->source, "source node", &e->source) !=
		ALK_OK ||
	    write_find_node(w, item->target, "target node", &e->target) !=
		ALK_OK ||
	    attributes_metadata(g, item->metadata, metadata) != ALK_OK ||
	    write_attributes(w, item, NULL, type) != ALK_OK)
		return g->err->code;
	return rules_check_ends(w, *type, e);
}

static int
create(struct write *w, const alk_item *item)
{
	struct edge_ends e;
	struct entry_type *t;
	const char *metadata;

	if (write_edge_prepare(w, item, &e, &t, &metadata) != ALK_OK ||
	    rules_check_stored(w, t, &e) != ALK_OK)
		return w->g->err->code;
	return insert(w, item, t, &e, metadata);
}

static int
check_same_ends(struct write *w, const alk_item *item,
    const struct stored_edge *s)
{
	bool is_same = (item->source == NULL ||
			   strcmp(item->source, s->source) == 0) &&
	    (item->target == NULL || strcmp(item->target, s->target) == 0);

	if (!is_same && s->is_undirected && item->source != NULL &&
	    item->target != NULL)
		is_same = strcmp(item->source, s->target) == 0 &&
		    strcmp(item->target, s->source) == 0 && item->key == NULL;
	return is_same ? ALK_OK : error_set(w->g->err, ALK_CONFLICT,
	    "the edge joins '%s' and '%s' and stays there; delete it first",
	    s->source, s->target);
}

static int
update(struct write *w, const alk_item *item, const struct stored_edge *s)
{
	struct graph *g = w->g;
	struct entry_type *t;
	const char *metadata;

	if (check_same_ends(w, item, s) != ALK_OK)
		return g->err->code;
	struct write_stored stored = { s->type, s->attributes,
		s->attributes_bytes };
	int code = write_attributes_over(w, item, &stored, &t);
	if (code != ALK_OK ||
	    attributes_metadata(g, item->metadata, &metadata) != ALK_OK)
		return g->err->code;
	if (metadata == NULL)
		metadata = s->metadata;
	bool is_same = !s->is_unchecked &&
	    s->attributes_bytes == g->attributes.bytes &&
	    memcmp(s->attributes, g->attributes.data,
		s->attributes_bytes) == 0 &&
	    (metadata == s->metadata || strcmp(metadata,
		s->metadata != NULL ? s->metadata : "{}") == 0);
	if (is_same) {
		w->result.unchanged++;
		return ALK_OK;
	}
	db_exec(g->db, &sql_edge_update, "itsi", s->eid, g->attributes.data,
	    g->attributes.bytes, metadata, g->now);
	(void)index_explain_conflict(g, w->ref, t, g->attributes.data,
	    g->attributes.bytes);
	if (g->err->code != ALK_OK)
		return g->err->code;
	return note_stored(w, ALK_REPLACE, s);
}

static int
delete(struct write *w, const struct stored_edge *s)
{
	if (db_exec(w->g->db, &sql_edge_delete, "i", s->eid) != ALK_OK)
		return w->g->err->code;
	return note_stored(w, ALK_DELETE, s);
}

static int
change_stored(struct write *w, const alk_item *item, int64_t eid)
{
	struct stored_edge s = { 0 };
	int code = read_stored(w, eid, &s);

	if (code == ALK_OK)
		code = item->op == ALK_DELETE ? delete(w, &s) :
						update(w, item, &s);
	buf_fini(&s.texts);
	return code;
}

/* The key is not there: the edge between the same two nodes, or a new one. */
static int
assign_by_ends(struct write *w, const alk_item *item)
{
	alk_item between = *item;

	between.key = NULL;
	int64_t eid = w->ref->type->config.multi ? 0 : by_ends(w, &between);
	if (w->g->err->code != ALK_OK)
		return w->g->err->code;
	return eid != 0 ? change_stored(w, &between, eid) : create(w, item);
}

static int
write_by_index(struct write *w, const alk_item *item)
{
	struct buf key = { 0 };
	int64_t eid;
	int code = write_find_by(w, item, &eid, &key);

	buf_fini(&key);
	if (code == 1)
		return change_stored(w, item, eid);
	if (code != 0)
		return code;
	if (item->op == ALK_PUT || item->op == WRITE_ASSIGN)
		return create(w, item);
	return error_set(w->g->err, ALK_NOTFOUND,
	    "no edge has these values in the index '%s'", item->by);
}

int
write_edge(struct write *w, const alk_item *item)
{
	if (item->by != NULL)
		return write_by_index(w, item);
	if (item->op == ALK_CREATE)
		return create(w, item);
	int64_t eid = find(w, item);
	if (w->g->err->code != ALK_OK)
		return w->g->err->code;
	if (eid == 0 && item->op == WRITE_ASSIGN && item->key != NULL)
		return assign_by_ends(w, item);
	if (eid != 0)
		return change_stored(w, item, eid);
	if (item->op == ALK_PUT || item->op == WRITE_ASSIGN)
		return create(w, item);
	const char *name = item->key != NULL ? item->key : item->id;
	return name != NULL ?
	    error_set(w->g->err, ALK_NOTFOUND, "edge '%s' is not there", name) :
	    error_set(w->g->err, ALK_NOTFOUND,
		"no such edge from '%s' to '%s'", item->source, item->target);
}
