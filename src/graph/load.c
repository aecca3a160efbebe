/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Loading: taking items in. Everything that one item can break by itself is
 * checked here, with the functions of single writes; what it can break together
 * with others is checked when they are settled (load_settle.c).
 *
 * Single writes go item by item where this SQLite, this file or this item want
 * it: numbers beyond 32 bits, indexes or triggers on the tables that are not
 * known here, small batches of acyclic graphs, items that change what is there
 * in another way than by put.
 */
#include "graph/load.h"

#include "base/error.h"
#include "base/mem.h"
#include "db/bulk.h"
#include "graph/edge.sql.h"
#include "graph/load.sql.h"
#include "graph/node.sql.h"

#include <stdio.h>
#include <string.h>

#define MEMORY_BYTES ((size_t)96 * 1024 * 1024)
#define BATCHES_BYTES ((size_t)384 * 1024 * 1024)
#define CACHE_BYTES_MAX ((size_t)32000 * 1024)
#define NUMBERS_MAX (INT64_C(1) << 31) /* where a transaction begins */
#define ITEMS_MAX (INT64_C(1) << 30)   /* of one */
#define NESTED_SINGLES 512             /* naming trees costs as much */

static const struct db_tree trees[] = {
	{ "alk_nodes", &sql_load_tree_nodes, NULL },
	{ "alk_nodes_key", &sql_load_tree_node_keys, NULL },
	{ "alk_nodes_type", &sql_load_tree_node_types, NULL },
	{ "alk_edges", &sql_load_tree_edges, NULL },
	{ "alk_edges_out", &sql_load_tree_edges_out, NULL },
	{ "alk_edges_in", &sql_load_tree_edges_in, NULL },
	{ "alk_edges_key", &sql_load_tree_edge_keys, NULL },
};

static const struct load_sql own_sql = {
	&sql_load_nodes, &sql_load_edges, &sql_load_nodes_plain,
	&sql_load_edges_plain, &sql_load_node_keys, &sql_load_node_types,
	&sql_load_edge_keys, &sql_load_edges_out, &sql_load_edges_in
};

static const struct load_sql joined_sql = {
	&sql_load_nodes_joined, &sql_load_edges_joined,
	&sql_load_nodes_plain_joined, &sql_load_edges_plain_joined,
	&sql_load_node_keys_joined, &sql_load_node_types_joined,
	&sql_load_edge_keys_joined, &sql_load_edges_out_joined,
	&sql_load_edges_in_joined
};

void
load_init(struct load *l, struct graph *g, const struct load_settings *settings)
{
	*l = (struct load){ .g = g, .settings = *settings, .expected_rev = -1,
		.failed_item = -1,
		.sql = settings->is_nested ? &joined_sql : &own_sql };
	if (l->settings.memory_bytes == 0)
		l->settings.memory_bytes = settings->has_batches ?
		    BATCHES_BYTES : MEMORY_BYTES;
}

static void
keys_fini(struct load_keys *k)
{
	keymap_fini(&k->map);
	mem_release(k->pending);
	*k = (struct load_keys){ 0 };
}

void
load_fini(struct load *l)
{
	keys_fini(&l->nodes);
	keys_fini(&l->edge_keys);
	load_rows_fini(l);
	load_runs_fini(l);
	load_ends_clear(l);
	mem_release(l->edges);
	mem_release(l->items);
	mem_release(l->node_items);
	*l = (struct load){ 0 };
}

/* ---- memory ---- */

/*
 * The map of keys has most of it, as looking up in the file costs most. What is
 * pending needs little: halving it doubles the runs, and a merge costs the
 * logarithm of that. Pages of tables are written once, in order; only small
 * batches come back to those of the indexes, each of them to nearly all.
 */
static size_t
keys_max(const struct load *l)
{
	size_t bytes = l->settings.memory_bytes;

	return l->settings.has_batches ? bytes / 3 : bytes * 5 / 8;
}

static size_t
cache_bytes(const struct load *l)
{
	size_t bytes = l->settings.memory_bytes;

	if (l->settings.has_batches)
		return bytes / 2;
	return bytes / 8 < CACHE_BYTES_MAX ? bytes / 8 : CACHE_BYTES_MAX;
}

size_t
load_pending_max(const struct load *l)
{
	return l->settings.memory_bytes / 6;
}

static void
drop_keys(struct load *l)
{
	size_t bytes_max = keys_max(l);

	if (l->edge_keys.map.held > bytes_max / 3) {
		keymap_fini(&l->edge_keys.map);
		l->edge_keys.is_whole = false;
	}
	if (l->nodes.map.held + l->edge_keys.map.held > bytes_max) {
		keymap_fini(&l->nodes.map);
		l->nodes.is_whole = false;
	}
}

static bool
has_many_keys(const struct load *l)
{
	return l->nodes.map.held + l->edge_keys.map.held > keys_max(l);
}

static int
settle_all(struct load *l)
{
	if (load_rows_write(l) != ALK_OK || load_settle(l) != ALK_OK)
		return l->g->err->code;
	if (has_many_keys(l))
		drop_keys(l);
	return ALK_OK;
}

/* Keeps to the memory; what the maps lose is in the file then. */
static int
bound_memory(struct load *l)
{
	bool is_full = load_pending_bytes(l) > load_pending_max(l);

	if (load_ends_are_full(l))
		return settle_all(l);
	if (!is_full && !has_many_keys(l))
		return ALK_OK;
	if (!l->has_trees)
		return settle_all(l);
	if (is_full && load_spill(l) != ALK_OK)
		return l->g->err->code;
	if (!has_many_keys(l))
		return ALK_OK;
	if (load_rows_write(l) != ALK_OK || load_settle_keys(l) != ALK_OK)
		return l->g->err->code;
	drop_keys(l);
	return ALK_OK;
}

/* ---- a transaction ---- */

static bool
has_any(struct load *l, const struct sql *q)
{
	return db_number(l->g->db, q, 0, "i", l->ref->gid) != 0;
}

/* Another writer may have come in between: what is known may be wrong. */
static void
forget(struct load *l)
{
	keymap_fini(&l->nodes.map);
	keymap_fini(&l->edge_keys.map);
	if (!l->settings.lists_changes)
		textmap_fini(&l->g->keys);
	l->nodes.is_whole = !has_any(l, &sql_load_has_nodes);
	l->edge_keys.is_whole = !has_any(l, &sql_load_has_edge_keys);
	l->has_file_edges = !l->nodes.is_whole &&
	    db_number(l->g->db, &sql_load_has_edges, 0, "") != 0;
}

static bool
fits_numbers(struct load *l)
{
	const struct graph_type *t = l->ref->type;

	return write_peek_nid(l->g) < NUMBERS_MAX &&
	    write_peek_eid(l->g) < NUMBERS_MAX &&
	    (t->count == 0 || t->entries[t->count - 1].tid <= UINT16_MAX);
}

/*
 * An acyclic graph is brought in order at the end of the transaction. Edges
 * that no order was kept for may have cycles already, with which single writes
 * can deal.
 */
static bool
may_order(struct load *l)
{
	if (!l->ref->type->config.acyclic)
		return true;
	return !l->has_file_edges || order_is_valid(l->g, l->ref->gid);
}

/* What a load of many costs once, that of a few must not. */
static int64_t
singles_max(const struct load *l)
{
	return l->settings.is_nested && !l->has_been_quick ? NESTED_SINGLES : 0;
}

/* Its transactions are its own, and what they cost: else that of others. */
static bool
is_alone(const struct load *l)
{
	return !l->settings.is_nested && !l->settings.lists_changes;
}

static int
begin_quick(struct load *l)
{
	struct graph *g = l->g;

	l->is_quick = l->has_been_quick = true;
	l->has_trees = db_trees_begin(g->db, trees,
	    sizeof(trees) / sizeof(trees[0])) && load_index_name(l);
	if (is_alone(l))
		db_set_cache(g->db, cache_bytes(l));
	/* Batches write the same pages again and again. */
	if (l->settings.has_batches && is_alone(l))
		db_set_long_log(g->db, true);
	if ((l->has_indexes || l->ref->type->config.acyclic) && !l->has_trees)
		l->is_quick = l->may_be_quick = false;
	return g->err->code;
}

int
load_begin(struct load *l, struct graph_ref *ref)
{
	struct graph *g = l->g;

	l->ref = ref;
	l->item = 0;
	l->written = (alk_write_result){ 0 };
	l->nodes_count = l->edges_total = 0;
	if (ref->rev != l->expected_rev)
		forget(l);
	load_index_begin(l);
	l->is_quick = false;
	l->may_be_quick = !l->is_single && may_order(l) && fits_numbers(l) &&
	    g->limits->key_bytes <= KEYMAP_TEXT_MAX &&
	    db_number(g->db, &sql_load_unknown_parts, 1, "") == 0;
	l->singles_left = singles_max(l);
	return l->may_be_quick && l->singles_left == 0 ? begin_quick(l) :
							 g->err->code;
}

/* ---- nodes ---- */

/* Not in the map: perhaps in the file. 1 found, 0 not there, or a code. */
static int
read_node(struct load *l, const char *key, struct node_place *out)
{
	struct graph *g = l->g;

	if (l->nodes.is_whole)
		return 0;
	struct db_rows *rows = db_query(g->db, &sql_node_find, "is",
	    l->ref->gid, key);
	bool found = db_next(g->db, rows);
	if (found)
		*out = (struct node_place){ db_int(rows, 0), db_int(rows, 1) };
	db_end(g->db, rows);
	return db_failed(g->db) ? g->err->code : found;
}

/* For the calls that follow: a map of keys is this one's alone. */
static void
remember(struct load *l, const char *key, int64_t nid, int64_t type)
{
	struct write w = { .g = l->g, .ref = l->ref };

	write_remember_node(&w, key, nid, type);
}

static int
look_up(struct load *l, const char *key, struct node_place *out)
{
	size_t bytes = strlen(key);
	const struct keymap_entry *e = keymap_find(&l->nodes.map, key, bytes);

	if (e != NULL) {
		*out = (struct node_place){ e->number, e->tag };
		return 1;
	}
	if (l->settings.lists_changes &&
	    write_knows_node(l->g, l->ref->gid, key, out))
		return 1;
	int found = read_node(l, key, out);
	/* Without memory it is looked up again. */
	if (found == 1 && l->settings.lists_changes)
		remember(l, key, out->nid, out->type);
	else if (found == 1 && bytes <= KEYMAP_TEXT_MAX &&
	    out->nid <= UINT32_MAX && out->type <= UINT16_MAX)
		(void)keymap_add(&l->nodes.map, key, bytes, (uint32_t)out->nid,
		    (uint16_t)out->type, NULL);
	return found;
}

int
load_find_node(struct load *l, const char *key, const char *what,
    struct node_place *out)
{
	int found = look_up(l, key, out);

	if (found == 0)
		return error_set(l->g->err, ALK_NOTFOUND,
		    "%s '%s' is not there", what, key);
	return found == 1 ? ALK_OK : found;
}

int
load_has_node(struct load *l, const char *key)
{
	struct node_place there = { 0 };

	return look_up(l, key, &there);
}

static int
load_node(struct load *l, struct write *w, const alk_item *item)
{
	struct graph *g = l->g;
	struct entry_type *t;
	const char *metadata;
	struct node_place there = { 0 };
	uint32_t place;

	if (write_node_prepare(w, item, &t, &metadata) != ALK_OK)
		return g->err->code;
	int found = look_up(l, item->key, &there);
	if (found != 0)
		return found < 0 ? found : error_set(g->err, ALK_EXISTS,
		    "a node with key '%s' is already there", item->key);
	struct load_row row = { .number = (uint32_t)write_next_nid(w),
		.type = (uint32_t)t->tid };
	if (row.number == 0 ||
	    load_row_add(l, ALK_NODE, row, item, metadata) != ALK_OK)
		return g->err->code;
	if (keymap_add(&l->nodes.map, item->key, strlen(item->key), row.number,
		(uint16_t)t->tid, &place) != 1)
		return error_nomem(g->err);
	l->nodes_count++;
	l->written.created++;
	if (l->settings.lists_changes) {
		struct change_texts texts = { .key = item->key,
			.type = t->name };
		remember(l, item->key, row.number, t->tid);
		if (write_note(w, ALK_CREATE, ALK_NODE, &texts) != ALK_OK)
			return g->err->code;
	}
	if (l->nodes_from == 0)
		l->nodes_from = row.number;
	if (l->has_unique && load_node_item_add(l, row.number) != ALK_OK)
		return g->err->code;
	return l->has_trees ?
	    load_key_add(l, &l->nodes, place, row.number) : ALK_OK;
}

/* ---- edges ---- */

/* 1 there, with its number, 0 not there, or a code. */
static int
has_edge_key(struct load *l, const char *key, int64_t *eid)
{
	const struct keymap_entry *e = keymap_find(&l->edge_keys.map, key,
	    strlen(key));

	*eid = 0;
	if (e != NULL)
		*eid = e->number;
	else if (!l->edge_keys.is_whole)
		*eid = db_number(l->g->db, &sql_edge_by_key, 0, "is",
		    l->ref->gid, key);
	if (db_failed(l->g->db))
		return l->g->err->code;
	/* Without memory it is looked up again. */
	if (e == NULL && *eid != 0 && *eid <= UINT32_MAX &&
	    strlen(key) <= KEYMAP_TEXT_MAX)
		(void)keymap_add(&l->edge_keys.map, key, strlen(key),
		    (uint32_t)*eid, 0, NULL);
	return *eid != 0;
}

static int
take_edge_key(struct load *l, const char *key, uint32_t eid)
{
	uint32_t place;
	int64_t other;
	int found = has_edge_key(l, key, &other);

	if (found != 0)
		return found < 0 ? found : error_set(l->g->err, ALK_EXISTS,
		    "an edge with key '%s' is already there", key);
	if (keymap_add(&l->edge_keys.map, key, strlen(key), eid, 0, &place) !=
	    1)
		return error_nomem(l->g->err);
	return load_key_add(l, &l->edge_keys, place, eid);
}

static int
list_edge(struct write *w, const alk_item *item, const struct entry_type *t,
    uint32_t eid)
{
	char derived[32];
	struct change_texts texts = { .key = item->key, .id = derived,
		.type = t->name, .source = item->source,
		.target = item->target };

	(void)snprintf(derived, sizeof(derived), "edge-%lu",
	    (unsigned long)eid);
	return write_note(w, ALK_CREATE, ALK_EDGE, &texts);
}

static int
load_edge(struct load *l, struct write *w, const alk_item *item)
{
	struct graph *g = l->g;
	struct edge_ends e;
	struct entry_type *t;
	const char *metadata;

	if (write_edge_prepare(w, item, &e, &t, &metadata) != ALK_OK)
		return g->err->code;
	uint32_t eid = (uint32_t)write_next_eid(w);
	struct load_row row = { .number = eid, .type = (uint32_t)t->tid,
		.src = (uint32_t)e.source.nid, .dst = (uint32_t)e.target.nid,
		.undirected = e.undirected };
	struct load_edge edge = { .src = row.src, .dst = row.dst,
		.kind = row.type << 1 | (e.undirected ? 1u : 0u), .eid = eid };
	if (eid == 0 || load_row_add(l, ALK_EDGE, row, item, metadata) !=
	    ALK_OK || load_edge_add(l, &edge) != ALK_OK ||
	    load_ends_add(l, &edge) != ALK_OK)
		return g->err->code;
	if (l->edges_from == 0)
		l->edges_from = eid;
	/* Behind the edge: should both fail, the parallel edge is told. */
	if (item->key != NULL && take_edge_key(l, item->key, eid) != ALK_OK)
		return g->err->code;
	l->edges_total++;
	l->written.created++;
	return l->settings.lists_changes ? list_edge(w, item, t, eid) : ALK_OK;
}

/* ---- items ---- */

static void
add_text(struct keymap_text *texts, size_t *count, const char *text)
{
	if (text != NULL && *count < KEYMAP_FORESEEN_MAX)
		texts[(*count)++] = (struct keymap_text){ text, strlen(text) };
}

void
load_foresee(const struct load *l, const alk_item *items, size_t count)
{
	struct keymap_text nodes[KEYMAP_FORESEEN_MAX];
	struct keymap_text edges[KEYMAP_FORESEEN_MAX];
	size_t nodes_count = 0, edges_count = 0;

	for (size_t i = 0; i < count; i++) {
		if (items[i].kind != ALK_EDGE) {
			add_text(nodes, &nodes_count, items[i].key);
			continue;
		}
		add_text(nodes, &nodes_count, items[i].source);
		add_text(nodes, &nodes_count, items[i].target);
		add_text(edges, &edges_count, items[i].key);
	}
	keymap_foresee(&l->nodes.map, nodes, nodes_count);
	keymap_foresee(&l->edge_keys.map, edges, edges_count);
}

static void
count_single(struct load *l, const alk_item *item, size_t unchanged)
{
	if (l->written.unchanged != unchanged)
		return;
	if (item->kind == ALK_NODE)
		l->nodes_count++;
	else
		l->edges_total++;
}

static struct write
write_of(struct load *l, yyjson_val *value)
{
	return (struct write){ .g = l->g, .ref = l->ref, .value = value,
		.is_bulk = !l->settings.lists_changes,
		.may_assign = l->settings.may_assign };
}

static int
write_single(struct load *l, const alk_item *item, yyjson_val *value)
{
	size_t unchanged = l->written.unchanged;
	struct write w = write_of(l, value);

	w.result = l->written;
	int code = write_any(&w, item);
	l->written = w.result;
	l->is_end_missing = w.is_end_missing;
	if (code == ALK_OK)
		count_single(l, item, unchanged);
	return code;
}

/* A map that knows all keys goes on to, where the item tells which it made. */
static int
learn(struct load *l, const alk_item *item)
{
	struct load_keys *k = item->kind == ALK_NODE ? &l->nodes :
						       &l->edge_keys;
	struct node_place there = { 0 };
	int64_t eid;

	if (!k->is_whole || (item->kind == ALK_EDGE && item->key == NULL))
		return ALK_OK;
	k->is_whole = false; /* so that the file is asked */
	if (item->key == NULL || item->by != NULL ||
	    strlen(item->key) > KEYMAP_TEXT_MAX)
		return ALK_OK;
	int found = item->kind == ALK_NODE ? look_up(l, item->key, &there) :
					     has_edge_key(l, item->key, &eid);
	if (found < 0)
		return found;
	k->is_whole = found == 0 || keymap_find(&k->map, item->key,
	    strlen(item->key)) != NULL;
	return ALK_OK;
}

/* One by one, behind all that came before it. */
static int
load_single(struct load *l, const alk_item *item, yyjson_val *value)
{
	if (l->is_quick && settle_all(l) != ALK_OK)
		return l->g->err->code;
	int code = write_single(l, item, value);
	if (code != ALK_OK)
		return code;
	l->has_file_edges = true;
	if (item->op == ALK_DELETE)
		forget(l);
	else if (learn(l, item) != ALK_OK)
		return l->g->err->code;
	if (l->may_be_quick && !l->is_quick && --l->singles_left <= 0)
		return begin_quick(l);
	return ALK_OK;
}

/*
 * What becomes of an item: it is new, it changes a row that all indexes have,
 * or it goes one by one behind what came before it.
 */
enum way { WAY_NEW, WAY_CHANGE, WAY_SINGLE, WAY_FAILED };

static enum way
way_of_found(const struct load *l, int found, int64_t number, int64_t from)
{
	if (found == 0)
		return WAY_NEW;
	if (found < 0)
		return WAY_FAILED;
	/* What is pending could have values that a unique index refuses. */
	bool is_settled = from == 0 || number < from;
	return is_settled && !l->has_unique ? WAY_CHANGE : WAY_SINGLE;
}

/* An edge that its ends tell. */
static enum way
way_by_ends(struct load *l, struct write *w, const alk_item *item)
{
	struct edge_ends e;
	struct entry_type *t;

	if (!l->ends.is_used && load_has_runs(l) && settle_all(l) != ALK_OK)
		return WAY_FAILED;
	if (load_ends_begin(l) != ALK_OK ||
	    write_edge_meant(w, item, &e, &t) != ALK_OK)
		return WAY_FAILED;
	struct load_edge edge = { .src = (uint32_t)e.source.nid,
		.dst = (uint32_t)e.target.nid,
		.kind = (uint32_t)t->tid << 1 | (e.undirected ? 1u : 0u) };
	if (load_ends_have(l, &edge))
		return WAY_SINGLE;
	if (!l->has_file_edges)
		return WAY_NEW;
	/* The index has no other than those that are settled. */
	int64_t eid = write_edge_between(w, t, &e);
	return way_of_found(l, db_failed(l->g->db) ? l->g->err->code :
	    eid != 0, eid, 0);
}

static enum way
way_of_edge(struct load *l, struct write *w, const alk_item *item)
{
	int64_t eid;

	if (item->key == NULL)
		return way_by_ends(l, w, item);
	if (write_check_key(w, item->key, "the edge key") != ALK_OK)
		return WAY_FAILED;
	int found = has_edge_key(l, item->key, &eid);
	/* One that is assigned may have another key. */
	if (found == 0 && item->op == WRITE_ASSIGN &&
	    !l->ref->type->config.multi)
		return way_by_ends(l, w, item);
	return way_of_found(l, found, eid, l->edges_from);
}

/* Of items that put: whether the row that they mean is there. */
static enum way
way_of_put(struct load *l, struct write *w, const alk_item *item)
{
	struct node_place there = { 0 };

	if (item->kind == ALK_EDGE)
		return way_of_edge(l, w, item);
	if (write_check_key(w, item->key, "the node key") != ALK_OK)
		return WAY_FAILED;
	int found = look_up(l, item->key, &there);
	return way_of_found(l, found, there.nid, l->nodes_from);
}

static enum way
way_of(struct load *l, struct write *w, const alk_item *item)
{
	if (!l->is_quick || item->id != NULL ||
	    (item->kind != ALK_NODE && item->kind != ALK_EDGE))
		return WAY_SINGLE;
	if (item->op == ALK_CREATE)
		return write_check_item(w, item) == ALK_OK ? WAY_NEW :
							     WAY_FAILED;
	if ((item->op != ALK_PUT && item->op != WRITE_ASSIGN) ||
	    item->by != NULL)
		return WAY_SINGLE;
	return write_check_item(w, item) == ALK_OK ? way_of_put(l, w, item) :
						     WAY_FAILED;
}

static int
load_new(struct load *l, struct write *w, const alk_item *item)
{
	int code = item->kind == ALK_NODE ? load_node(l, w, item) :
					    load_edge(l, w, item);

	l->is_end_missing = w->is_end_missing;
	return code;
}

int
load_item(struct load *l, const alk_item *item, yyjson_val *value)
{
	struct graph *g = l->g;
	struct write w = write_of(l, value);
	int code;

	w.load = l;
	l->is_end_missing = false;
	switch (way_of(l, &w, item)) {
	case WAY_NEW:
		code = load_new(l, &w, item);
		break;
	case WAY_CHANGE:
		code = write_single(l, item, value);
		break;
	case WAY_SINGLE:
		code = load_single(l, item, value);
		break;
	default:
		l->is_end_missing = w.is_end_missing;
		code = g->err->code;
	}
	if (code != ALK_OK)
		return code;
	if (l->item == ITEMS_MAX)
		return error_set(g->err, ALK_LIMIT,
		    "more than %lld items in one transaction; load in batches",
		    (long long)ITEMS_MAX);
	l->item++;
	return bound_memory(l);
}

int
load_flush(struct load *l, int64_t lines)
{
	struct graph *g = l->g;

	if (l->is_quick && settle_all(l) != ALK_OK)
		return g->err->code;
	l->expected_rev = l->ref->rev;
	if (l->written.created + l->written.updated + l->written.deleted == 0)
		return g->err->code;
	l->expected_rev++;
	if (l->settings.lists_changes)
		return g->err->code;
	return graph_note_load(g, l->ref, l->nodes_count, l->edges_total,
	    lines);
}

void
load_release(struct load *l)
{
	if (l->g->db == NULL)
		return;
	db_trees_end(l->g->db);
	if (!is_alone(l))
		return;
	db_set_cache(l->g->db, 0);
	if (l->settings.has_batches)
		db_set_long_log(l->g->db, false);
}

bool
load_is_of_an_item(int code)
{
	switch (code) {
	case ALK_VALUE:
	case ALK_JSON:
	case ALK_STRUCTURE:
	case ALK_EXISTS:
	case ALK_NOTFOUND:
	case ALK_CONFLICT:
	case ALK_INVALID:
	case ALK_LIMIT:
		return true;
	default:
		return false;
	}
}

void
load_fail(struct load *l)
{
	struct graph *g = l->g;
	bool has_rules = l->edges_count > 0 || load_has_runs(l) ||
	    (l->has_unique && l->nodes.count > 0);

	if (l->is_failing || !l->is_quick || !has_rules ||
	    l->failed_item >= 0 || !load_is_of_an_item(g->err->code))
		return;
	alk_error first = *g->err;
	l->is_failing = true;
	error_clear(g->err);
	/* The keys of nodes are told from their rows. */
	if (load_rows_write(l) == ALK_OK && load_check_rules(l) == ALK_OK)
		*g->err = first;
}
