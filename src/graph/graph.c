/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Graphs: the session's state in this room, finding a graph, its own columns.
 */
#include "graph/graph.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/utf8.h"
#include "graph/attributes.h"
#include "graph/graph.sql.h"
#include "json/push.h"

#include <string.h>

/* Keys between transactions: 16 MiB where nothing else is asked. */
#define KEPT_KEYS_SHARE 16

void
graph_init(struct graph *g)
{
	*g = (struct graph){ 0 };
	changes_clear(&g->changes);
}

void
graph_fini(struct graph *g)
{
	type_cache_clear(&g->types);
	type_cache_sweep(&g->types);
	changes_fini(&g->changes);
	json_reader_fini(&g->reader);
	json_reader_fini(&g->stored);
	textmap_fini(&g->keys);
	mem_release(g->marks.words);
	snapshots_fini(&g->snapshots);
	buf_fini(&g->attributes);
	buf_fini(&g->merged);
	buf_fini(&g->metadata);
	buf_fini(&g->row);
	buf_fini(&g->peer);
	buf_fini(&g->problem);
	buf_fini(&g->cursor);
}

int
graph_lock(struct graph *g)
{
	return db_exec(g->db, &sql_graph_lock, "");
}

void
graph_transaction_reset(struct graph *g)
{
	changes_clear(&g->changes);
	snapshots_committed(&g->snapshots); /* those undone are gone */
	g->next_nid = g->next_eid = 0;
	g->is_numbers_dirty = false;
	g->kept.has_looked = false;
	if (!g->keeps_keys && g->keys.held > g->limits->snapshot_bytes /
		KEPT_KEYS_SHARE)
		textmap_fini(&g->keys);
}

int
graph_transaction_flush(struct graph *g)
{
	if (!g->is_numbers_dirty)
		return g->err->code;
	if (g->next_nid != 0)
		db_exec(g->db, &sql_numbers_write, "si", "alk_nodes",
		    g->next_nid);
	if (g->next_eid != 0)
		db_exec(g->db, &sql_numbers_write, "si", "alk_edges",
		    g->next_eid);
	return g->err->code;
}

/* What is known is right still, but for what the transaction counted on. */
static void
keep_graph(struct graph *g, uint64_t next)
{
	struct graph_known *k = &g->written;
	const struct changes *c = &g->changes;

	if (k->db != g->db || k->version + 1 != next || c->has_others) {
		k->version = 0;
		return;
	}
	k->version = next;
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].gid == k->ref.gid) {
			k->ref.rev = c->list[i].rev;
			return;
		}
}

static void
keep_numbers(struct graph *g, uint64_t next)
{
	struct graph_kept *k = &g->kept;

	if (k->db != g->db || k->version + 1 != next)
		*k = (struct graph_kept){ .db = g->db };
	if (g->next_nid != 0)
		k->next_nid = g->next_nid;
	if (g->next_eid != 0)
		k->next_eid = g->next_eid;
	k->version = next;
}

bool
graph_is_kept(struct graph *g)
{
	const struct graph_kept *k = &g->kept;

	return k->db == g->db && k->version != 0 &&
	    k->version == db_version(g->db);
}

void
graph_transaction_committed(struct graph *g)
{
	uint64_t next = db_version_next(g->db);

	keep_graph(g, next);
	keep_numbers(g, next);
}

bool
graph_is_cancelled(struct graph *g)
{
	if (g->cancel == NULL || atomic_load(g->cancel) == 0)
		return false;
	error_set(g->err, ALK_CANCELLED, "cancelled");
	return true;
}

/* ---- finding ---- */

static bool
take_ref(struct graph *g, struct db_rows *rows, struct graph_ref *out)
{
	const char *id = db_text(rows, 2, NULL);
	const char *type = db_text(rows, 3, NULL);

	*out = (struct graph_ref){ .gid = db_int(rows, 0),
		.rev = db_int(rows, 1) };
	(void)strncpy(out->id, id, sizeof(out->id) - 1);
	(void)strncpy(out->name, db_text(rows, 5, NULL), sizeof(out->name) - 1);
	if (type != NULL)
		out->type = type_get(g, type, db_int(rows, 4));
	/* Another program deleted it; a check tells, and reading goes on. */
	if (g->err->code == ALK_NOTFOUND)
		error_clear(g->err);
	return g->err->code == ALK_OK;
}

static int
find_by_name(struct graph *g, const char *name, struct graph_ref *out)
{
	struct db_rows *rows = db_query(g->db, &sql_graph_by_name, "s", name);

	if (!db_next(g->db, rows)) {
		if (!db_failed(g->db))
			error_set(g->err, ALK_NOTFOUND, "no graph '%s'", name);
	} else if (take_ref(g, rows, out) && db_next(g->db, rows)) {
		error_set(g->err, ALK_CONFLICT,
		    "several graphs have the name '%s'; use the id", name);
	}
	db_end(g->db, rows);
	return g->err->code;
}

static int
need_graphs(struct graph *g)
{
	return g->has_graphs ? ALK_OK : error_set(g->err, ALK_INVALID,
	    "a system file holds no graphs; open a tenant file");
}

/*
 * No graph or type changed in this transaction; what was committed is another
 * thing.
 */
static bool
is_asked(const struct graph *g, const struct graph_known *k, const char *name)
{
	return !g->changes.has_others && k->cleared == g->types.cleared &&
	    k->asked[0] != '\0' && strcmp(k->asked, name) == 0;
}

/* Nothing has been committed since. */
static bool
is_known(const struct graph *g, const struct graph_known *k, const char *name)
{
	return k->db == g->db && k->version != 0 && is_asked(g, k, name) &&
	    k->version == db_version(g->db);
}

bool
graph_assume(struct graph *g, const char *name, struct graph_ref *out)
{
	const struct graph_known *k = &g->known;

	if (!db_is_due(g->db) || name == NULL || k->db != g->db ||
	    k->version == 0 || !is_asked(g, k, name))
		return false;
	*out = k->ref;
	return true;
}

bool
graph_is_confirmed(struct graph *g)
{
	return g->known.version == db_version(g->db);
}

bool
graph_find_unchanged(struct graph *g, const char *name, struct graph_ref *out)
{
	const struct graph_known *k = &g->known;

	if (!db_is_due(g->db) || name == NULL || !is_asked(g, k, name) ||
	    !db_is_unchanged(g->db, &k->state))
		return false;
	*out = k->ref;
	return true;
}

static int
find(struct graph *g, const char *name, struct graph_ref *out)
{
	struct db_rows *rows = db_query(g->db, &sql_graph_by_id, "s", name);
	bool found = db_next(g->db, rows);
	if (found)
		take_ref(g, rows, out);
	db_end(g->db, rows);
	if (found || db_failed(g->db))
		return g->err->code;
	return find_by_name(g, name, out);
}

int
graph_find(struct graph *g, const char *name, struct graph_ref *out)
{
	struct graph_known *k = db_is_writing(g->db) ? &g->written : &g->known;

	if (need_graphs(g) != ALK_OK)
		return g->err->code;
	if (name == NULL || name[0] == '\0')
		return error_set(g->err, ALK_INVALID,
		    "no graph given: an id or a name is needed");
	if (!db_read_now(g->db))
		return g->err->code;
	if (is_known(g, k, name)) {
		*out = k->ref;
		(void)db_state(g->db, &k->state);
		return ALK_OK;
	}
	if (find(g, name, out) != ALK_OK || g->changes.has_others ||
	    strlen(name) >= sizeof(k->asked))
		return g->err->code;
	*k = (struct graph_known){ .ref = *out, .db = g->db,
		.version = db_version(g->db), .cleared = g->types.cleared };
	(void)db_state(g->db, &k->state);
	memcpy(k->asked, name, strlen(name) + 1);
	return ALK_OK;
}

int
graph_find_to_write(struct graph *g, const char *name, struct graph_ref *out)
{
	if (graph_find(g, name, out) != ALK_OK)
		return g->err->code;
	if (out->type == NULL)
		return error_set(g->err, ALK_CONFLICT,
		    "graph '%s' has lost its graph type; it can only be read",
		    name);
	return ALK_OK;
}

/* ---- a graph's own columns ---- */

static int
check_columns(struct graph *g, const alk_graph_new *n)
{
	static const char *const states[] = { "active", "archived", "draft" };
	size_t max = g->limits->name_bytes;
	bool is_known = n->status == NULL;

	if (n->name != NULL)
		utf8_name(n->name, strlen(n->name), max, "the graph name",
		    "limits.name_bytes", g->err);
	if (n->owner_id != NULL && n->owner_id[0] != '\0')
		utf8_name(n->owner_id, strlen(n->owner_id), max, "ownerId",
		    "limits.name_bytes", g->err);
	if (n->project_id != NULL && n->project_id[0] != '\0')
		utf8_name(n->project_id, strlen(n->project_id), max,
		    "projectId", "limits.name_bytes", g->err);
	if (n->description != NULL && !utf8_is_valid(n->description,
		strlen(n->description)))
		error_set(g->err, ALK_INVALID, "the description is not UTF-8");
	for (size_t i = 0; !is_known && i < 3; i++)
		is_known = strcmp(n->status, states[i]) == 0;
	if (!is_known)
		error_set(g->err, ALK_INVALID, "status '%s' is none of active, "
		    "archived, draft", n->status);
	return g->err->code;
}

static int
note(struct graph *g, int op, const struct graph_ref *ref, const char *name)
{
	struct change c = { .op = op, .kind = ALK_GRAPH, .gid = ref->gid,
		.rev = ref->rev + 1 };
	struct change_texts texts = { .graph_id = ref->id, .key = name,
		.type = ref->type != NULL ? ref->type->name : NULL };

	if (changes_add(&g->changes, c, &texts) != ALK_OK)
		return error_nomem(g->err);
	return ALK_OK;
}

static int
choose_id(struct graph *g, const char *given, char out[257])
{
	if (given == NULL)
		return random_uuid7(g->now_ms, out) == ALK_OK ? ALK_OK :
		    error_set(g->err, ALK_IO,
			"the system gives no random bytes");
	if (utf8_name(given, strlen(given), 256, "the graph id", NULL,
		g->err) != ALK_OK)
		return g->err->code;
	memcpy(out, given, strlen(given) + 1);
	return ALK_OK;
}

int
graph_create(struct graph *g, const alk_graph_new *n, char id_out[257])
{
	struct graph_ref ref = { 0 };
	const char *metadata;

	if (need_graphs(g) != ALK_OK)
		return g->err->code;
	if (n == NULL || n->name == NULL || n->type == NULL)
		return error_set(g->err, ALK_INVALID,
		    "a graph needs a name and a graph type");
	if (check_columns(g, n) != ALK_OK ||
	    attributes_metadata(g, n->metadata, &metadata) != ALK_OK ||
	    choose_id(g, n->id, id_out) != ALK_OK)
		return g->err->code;
	ref.type = type_get_named(g, n->type);
	if (ref.type == NULL)
		return g->err->code;
	db_exec(g->db, &sql_graph_insert, "ssssssssi", id_out, n->name,
	    ref.type->id, n->description, n->status, n->owner_id,
	    n->project_id, metadata, g->now);
	if (g->err->code == ALK_EXISTS) {
		error_clear(g->err);
		return error_set(g->err, ALK_EXISTS,
		    "a graph with id '%s' is already there", id_out);
	}
	if (graph_find(g, id_out, &ref) != ALK_OK)
		return g->err->code;
	return note(g, ALK_CREATE, &ref, n->name);
}

int
graph_update(struct graph *g, const char *name, const alk_graph_new *n)
{
	struct graph_ref ref;
	const char *metadata;

	if (n == NULL)
		return error_set(g->err, ALK_INVALID, "no columns given");
	if (n->type != NULL || n->id != NULL)
		return error_set(g->err, ALK_INVALID,
		    "the id and the type of a graph stay");
	if (graph_find(g, name, &ref) != ALK_OK || check_columns(g, n) != ALK_OK
	    || attributes_metadata(g, n->metadata, &metadata) != ALK_OK)
		return g->err->code;
	db_exec(g->db, &sql_graph_change, "sssssssi", ref.id, n->name,
	    n->description, n->status, n->owner_id, n->project_id, metadata,
	    g->now);
	if (g->err->code != ALK_OK)
		return g->err->code;
	return note(g, ALK_REPLACE, &ref, n->name != NULL ? n->name : ref.name);
}

int
graph_delete(struct graph *g, const char *name)
{
	struct graph_ref ref;

	if (graph_find(g, name, &ref) != ALK_OK)
		return g->err->code;
	textmap_fini(&g->keys);
	db_exec(g->db, &sql_graph_remove, "s", ref.id);
	if (g->err->code != ALK_OK)
		return g->err->code;
	return note(g, ALK_DELETE, &ref, ref.name);
}

int
graph_set_rev(struct graph *g, int64_t gid, int64_t rev)
{
	return db_exec(g->db, &sql_graph_rev_set, "ii", gid, rev);
}

/* ---- showing ---- */

static int
take_row(struct graph *g, struct db_rows *rows, alk_row *row)
{
	struct buf *out = &g->row;

	buf_clear(out);
	struct json_out o = { .out = out };
	json_out_begin_object(&o);
	json_out_member(&o, "description", db_text(rows, 3, NULL));
	json_out_member(&o, "status", db_text(rows, 4, NULL));
	json_out_member(&o, "ownerId", db_text(rows, 5, NULL));
	json_out_member(&o, "projectId", db_text(rows, 6, NULL));
	json_out_end_object(&o);
	/* The texts that the row points at live behind the JSON. */
	size_t json_bytes = out->bytes;
	size_t at[4];
	static const int columns[4] = { 0, 1, 2, 7 };
	for (int i = 0; i < 4; i++) {
		const char *text = db_text(rows, columns[i], NULL);
		buf_char(out, '\0');
		at[i] = out->bytes;
		buf_str(out, text != NULL ? text : "");
	}
	if (buf_text(out) == NULL)
		return error_nomem(g->err);
	*row = (alk_row){ .kind = ALK_GRAPH, .attributes = out->data,
		.attributes_bytes = json_bytes, .id = out->data + at[0],
		.key = out->data + at[1], .type = out->data + at[2],
		.metadata = out->data + at[3],
		.created_at = db_int(rows, 8), .updated_at = db_int(rows, 9),
		.number = db_int(rows, 10) };
	return ALK_OK;
}

int
graph_get(struct graph *g, const char *name, alk_row *row)
{
	struct graph_ref ref;

	if (graph_find(g, name, &ref) != ALK_OK)
		return g->err->code;
	struct db_rows *rows = db_query(g->db, &sql_graph_show, "s", ref.id);
	if (db_next(g->db, rows))
		take_row(g, rows, row);
	db_end(g->db, rows);
	return g->err->code;
}

int
graph_list(struct graph *g, const char *type, alk_row_fn fn, void *arg)
{
	if (need_graphs(g) != ALK_OK ||
	    (type != NULL && type_get_named(g, type) == NULL))
		return g->err->code;
	struct db_rows *rows = type == NULL ?
	    db_query(g->db, &sql_graph_list, "") :
	    db_query(g->db, &sql_graph_list_of_type, "s", type);
	bool is_stopped = false;
	while (!is_stopped && db_next(g->db, rows)) {
		alk_row row;
		if (take_row(g, rows, &row) != ALK_OK)
			break;
		is_stopped = fn(arg, &row) != 0;
	}
	db_end(g->db, rows);
	return g->err->code;
}

/* Counts the edges by place of their type in the graph type. */
static void
count_edges(struct graph *g, const struct graph_ref *ref, int64_t *counts)
{
	const struct graph_type *gt = ref->type;
	struct db_rows *rows = db_query(g->db, &sql_graph_edge_types, "i",
	    ref->gid);

	while (db_next(g->db, rows)) {
		const struct entry_type *e = type_entry(gt, db_int(rows, 0));
		if (e != NULL)
			counts[e - gt->entries]++;
	}
	db_end(g->db, rows);
}

static void
count_nodes(struct graph *g, const struct graph_ref *ref, int64_t *counts)
{
	for (size_t i = 0; i < ref->type->count; i++)
		if (ref->type->entries[i].kind == ALK_NODE)
			counts[i] = db_number(g->db, &sql_graph_count_nodes, 0,
			    "ii", ref->gid, ref->type->entries[i].tid);
}

static void
tell_counts(struct graph *g, const struct graph_ref *ref, int kind,
    const int64_t *counts, alk_row_fn fn, void *arg, bool *is_stopped)
{
	for (size_t i = 0; i < ref->type->count && !*is_stopped; i++) {
		const struct entry_type *e = &ref->type->entries[i];
		alk_row row = { .kind = kind, .id = "", .key = e->name,
			.type = e->name, .attributes = "{}",
			.attributes_bytes = 2, .metadata = "{}",
			.number = counts[i] };
		if (e->kind == kind && g->err->code == ALK_OK)
			*is_stopped = fn(arg, &row) != 0;
	}
}

int
graph_stats(struct graph *g, const char *name, alk_row_fn fn, void *arg)
{
	struct graph_ref ref;
	bool is_stopped = false;

	if (graph_find_to_write(g, name, &ref) != ALK_OK)
		return g->err->code;
	int64_t *counts = mem_zero((ref.type->count + 1) * sizeof(counts[0]));
	if (counts == NULL)
		return error_nomem(g->err);
	count_nodes(g, &ref, counts);
	count_edges(g, &ref, counts);
	tell_counts(g, &ref, ALK_NODE, counts, fn, arg, &is_stopped);
	tell_counts(g, &ref, ALK_EDGE, counts, fn, arg, &is_stopped);
	mem_release(counts);
	return g->err->code;
}
