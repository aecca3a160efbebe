/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Writing items: what nodes and edges share. Everything is checked before a row
 * is touched, so that a single change that fails has changed nothing; for
 * several the store sets a savepoint around the call.
 *
 * The end points of edges are looked up in a map of keys that the transaction
 * has met, bounded by KEYS_BYTES_MAX, then in the file. A map of some MiB is
 * kept for the transaction that follows, if nobody has committed in between.
 */
#include "graph/write.h"

#include "base/error.h"
#include "base/utf8.h"
#include "graph/graph.sql.h"
#include "graph/load.h"
#include "graph/node.sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_BYTES_MAX ((size_t)48 * 1024 * 1024)
#define TYPE_BITS 16 /* of a remembered node: nid above, type below */

/* ---- keys met ---- */

/* Those of earlier transactions: only if nobody has committed since. */
static void
look_at_keys(struct graph *g)
{
	if (!g->kept.has_looked && !graph_is_kept(g))
		textmap_fini(&g->keys);
	g->kept.has_looked = true;
}

void
write_remember_node(struct write *w, const char *key, int64_t nid, int64_t type)
{
	struct graph *g = w->g;

	look_at_keys(g);
	if (nid >= INT64_MAX >> TYPE_BITS || type >= 1 << TYPE_BITS)
		return;
	if (g->keys.held > KEYS_BYTES_MAX)
		textmap_fini(&g->keys);
	/* Without memory it is looked up in the file. */
	(void)textmap_add(&g->keys, w->ref->gid, key, strlen(key),
	    (int64_t)((uint64_t)nid << TYPE_BITS | (uint64_t)type));
}

static int
read_node(struct write *w, const char *key, const char *what,
    struct node_place *out)
{
	struct graph *g = w->g;
	bool has_type = w->ref->type != NULL && w->ref->type->limits_ends;
	struct db_rows *rows = db_query(g->db, has_type ? &sql_node_find :
	    &sql_node_number, "is", w->ref->gid, key);

	if (db_next(g->db, rows)) {
		*out = (struct node_place){ db_int(rows, 0), has_type ?
		    db_int(rows, 1) : 0 };
		write_remember_node(w, key, out->nid, out->type);
	} else if (!db_failed(g->db)) {
		error_set(g->err, ALK_NOTFOUND, "%s '%s' is not there", what,
		    key);
	}
	db_end(g->db, rows);
	return g->err->code;
}

bool
write_knows_node(struct graph *g, int64_t gid, const char *key,
    struct node_place *out)
{
	look_at_keys(g);
	const int64_t *known = textmap_find(&g->keys, gid, key, strlen(key));
	if (known == NULL)
		return false;
	out->nid = *known >> TYPE_BITS;
	out->type = *known & ((1 << TYPE_BITS) - 1);
	return true;
}

static int
find_node(struct write *w, const char *key, const char *what,
    struct node_place *out)
{
	return write_knows_node(w->g, w->ref->gid, key, out) ? ALK_OK :
	    read_node(w, key, what, out);
}

int
write_find_node(struct write *w, const char *key, const char *what,
    struct node_place *out)
{
	if (key == NULL || key[0] == '\0')
		return error_set(w->g->err, ALK_INVALID, "no %s given", what);
	int code = w->load != NULL ? load_find_node(w->load, key, what, out) :
				     find_node(w, key, what, out);
	if (code == ALK_NOTFOUND)
		w->is_end_missing = true;
	return code;
}

/* ---- numbers, keys, ids ---- */

static int64_t
peek_number(struct graph *g, int64_t *next, int64_t kept, const char *name)
{
	if (*next == 0 && kept != 0 && graph_is_kept(g))
		*next = kept;
	/* Numbers given in this transaction are in memory alone. */
	int64_t n = *next != 0 ? *next :
	    db_number(g->db, &sql_numbers_read, 1, "s", name);
	if (db_failed(g->db))
		return 0;
	return *next = n;
}

static int64_t
next_number(struct graph *g, int64_t *next)
{
	if (db_failed(g->db))
		return 0;
	g->is_numbers_dirty = true;
	return (*next)++;
}

int64_t
write_peek_nid(struct graph *g)
{
	return peek_number(g, &g->next_nid, g->kept.next_nid, "alk_nodes");
}

int64_t
write_peek_eid(struct graph *g)
{
	return peek_number(g, &g->next_eid, g->kept.next_eid, "alk_edges");
}

int64_t
write_next_nid(struct write *w)
{
	(void)write_peek_nid(w->g);
	return next_number(w->g, &w->g->next_nid);
}

int64_t
write_next_eid(struct write *w)
{
	(void)write_peek_eid(w->g);
	return next_number(w->g, &w->g->next_eid);
}

int
write_check_key(struct write *w, const char *key, const char *what)
{
	return utf8_name(key, key != NULL ? strlen(key) : 0,
	    w->g->limits->key_bytes, what, "limits.key_bytes", w->g->err);
}

bool
write_is_derived(const char *text, const char *prefix, int64_t *n)
{
	size_t bytes = strlen(prefix);

	if (strncmp(text, prefix, bytes) != 0 || text[bytes] < '0' ||
	    text[bytes] > '9')
		return false;
	char *end;
	*n = strtoll(text + bytes, &end, 10);
	if (*end != '\0')
		*n = 0; /* reserved, but no row's id */
	return true;
}

int
write_check_id(struct write *w, const char *id, const char *prefix)
{
	int64_t n;

	if (utf8_name(id, strlen(id), 256, "the id", NULL, w->g->err) != ALK_OK)
		return w->g->err->code;
	if (write_is_derived(id, prefix, &n))
		return error_set(w->g->err, ALK_INVALID,
		    "'%s' has the form of a derived id; choose another, or "
		    "none", id);
	return ALK_OK;
}

int
write_attributes(struct write *w, const alk_item *item,
    struct entry_type *known, struct entry_type **type)
{
	struct graph *g = w->g;

	if (w->value != NULL)
		return attributes_take(g, w->ref->type, item->kind, item->type,
		    known, w->value, type);
	return attributes_read(g, w->ref->type, item->kind, item->type, known,
	    item->attributes, item->attributes_bytes, type);
}

int
write_attributes_over(struct write *w, const alk_item *item,
    const struct write_stored *stored, struct entry_type **type)
{
	struct graph *g = w->g;

	if (item->op == ALK_MERGE)
		return attributes_merge(g, w->ref->type, item->kind, item->type,
		    stored->type, stored->text, stored->bytes,
		    item->attributes, item->attributes_bytes, type);
	if (item->op != WRITE_ASSIGN)
		return write_attributes(w, item, stored->type, type);
	yyjson_val *root = w->value != NULL ? w->value :
	    attributes_parse(g, item->attributes, item->attributes_bytes);
	return root == NULL ? g->err->code :
	    attributes_assign(g, w->ref->type, item->kind, item->type,
		stored->type, stored->text, stored->bytes, root, type);
}

/* ---- the feed ---- */

int
graph_note_load(struct graph *g, const struct graph_ref *ref, int64_t nodes,
    int64_t edges, int64_t lines)
{
	struct change c = { .gid = ref->gid, .rev = ref->rev + 1,
		.nodes = nodes, .edges = edges, .lines = lines };
	struct change_texts texts = { .graph_id = ref->id };

	if (changes_add(&g->changes, c, &texts) != ALK_OK)
		return error_nomem(g->err);
	return ALK_OK;
}


int
write_note(struct write *w, int op, int kind, struct change_texts *texts)
{
	struct graph *g = w->g;
	struct change c = { .op = op, .kind = kind, .gid = w->ref->gid,
		.rev = w->ref->rev + 1 };

	if (op == ALK_CREATE)
		w->result.created++;
	else if (op == ALK_DELETE)
		w->result.deleted++;
	else
		w->result.updated++;
	if (w->is_bulk)
		return ALK_OK;
	texts->graph_id = w->ref->id;
	if (changes_add(&g->changes, c, texts) != ALK_OK)
		return error_nomem(g->err);
	return ALK_OK;
}

/* ---- items ---- */

/* "node a", "edge a -> b", behind the number of the item if there is one. */
void
write_place_error(struct graph *g, const alk_item *item, int64_t number)
{
	char before[40] = "";

	if (number >= 0)
		(void)snprintf(before, sizeof(before), "item %lld: ",
		    (long long)number);
	const char *key = item->key != NULL ? item->key : item->id;
	if (item->kind != ALK_EDGE)
		error_entry(g->err, "%snode %s", before, key != NULL ? key :
								       "");
	else if (item->key == NULL && item->source != NULL &&
	    item->target != NULL)
		error_entry(g->err, "%sedge %s -> %s", before, item->source,
		    item->target);
	else
		error_entry(g->err, "%sedge %s", before, key != NULL ? key :
								       "");
}

int
write_check_item(struct write *w, const alk_item *item)
{
	if (item->op < ALK_CREATE || item->op > WRITE_ASSIGN ||
	    (item->op == WRITE_ASSIGN && !w->may_assign))
		return error_set(w->g->err, ALK_INVALID,
		    "op %d is none of ALK_CREATE to ALK_DELETE", item->op);
	if (item->direction < ALK_DIRECTION_DEFAULT ||
	    item->direction > ALK_UNDIRECTED)
		return error_set(w->g->err, ALK_INVALID,
		    "direction %d is not valid", item->direction);
	return ALK_OK;
}

int
write_any(struct write *w, const alk_item *item)
{
	if (write_check_item(w, item) != ALK_OK)
		return w->g->err->code;
	if (item->kind == ALK_NODE)
		return write_node(w, item);
	if (item->kind == ALK_EDGE)
		return write_edge(w, item);
	return error_set(w->g->err, ALK_INVALID,
	    "kind %d is neither ALK_NODE nor ALK_EDGE", item->kind);
}

int
graph_write(struct graph *g, struct graph_ref *ref, const alk_item *items,
    size_t count, alk_write_result *result)
{
	struct write w = { .g = g, .ref = ref };

	for (size_t i = 0; i < count; i++) {
		if (write_any(&w, &items[i]) != ALK_OK) {
			write_place_error(g, &items[i], count > 1 ?
			    (int64_t)i : -1);
			/* What was remembered may not be there any more. */
			textmap_fini(&g->keys);
			return g->err->code;
		}
		if ((i & 255) == 255 && graph_is_cancelled(g))
			return g->err->code;
	}
	*result = w.result;
	return ALK_OK;
}

int
graph_has_node(struct graph *g, struct graph_ref *ref, const char *key)
{
	struct write w = { .g = g, .ref = ref };
	struct node_place place;
	int code = write_find_node(&w, key, "node", &place);

	if (code == ALK_OK)
		return 1;
	if (code != ALK_NOTFOUND)
		return code;
	error_clear(g->err);
	return 0;
}
