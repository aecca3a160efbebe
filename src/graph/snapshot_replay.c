/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Bringing a snapshot up to date. What is new is found by its number, which is
 * greater than all before; what is gone is told by the feed, or by the list of
 * the session's own changes, which say the same. The end points of an edge and
 * its type never change, so there is no more to it.
 *
 * A record names edges by id and nodes by key. Keys are looked up in the file
 * as it is now: one that is not there is of a node that was deleted, whose
 * edges went with it, each with a record of its own; so the snapshot's own
 * keys are not asked. A key may also have been
 * changed, through the view; that is an update, and where one is among the
 * changes and an edge cannot be found, the snapshot is made anew. So it is when
 * revisions are missing in the feed, or there are too many changes.
 */
#include "graph/snapshot.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/graph.h"
#include "graph/node.sql.h"
#include "graph/snapshot.sql.h"
#include "graph/walk.sql.h"
#include "graph/write.h"

#include <string.h>

#define CHANGES_SPARE 64 /* beyond an eighth of what the snapshot holds */

struct replay {
	struct graph *g;
	struct snapshot *s;
	int64_t rev;       /* of the record read last */
	size_t changes;
	size_t changes_max;
	bool has_updates;  /* of nodes, by whoever: the key may be another */
	bool has_lost;     /* an edge was not found */
	bool has_changes;  /* of this graph */
	bool remake;
};

struct told {
	int op;   /* ALK_CREATE, ... ; 0 a load */
	int kind;
	const char *key;
	const char *id;
	const char *source;
	const char *target;
};

/* The place of a node that the snapshot knows, or SNAPSHOT_NONE. */
static uint32_t
place_of(struct replay *r, const char *key)
{
	struct graph *g = r->g;
	int64_t nid = key == NULL ? 0 : db_number(g->db, &sql_node_number, 0,
	    "is", r->s->gid, key);

	return nid != 0 ? snapshot_find(r->s, nid) : SNAPSHOT_NONE;
}

/* ---- edges that are gone ---- */

static void
remove_at(struct replay *r, uint32_t node, int side, uint32_t edge,
    bool *found)
{
	if (node != SNAPSHOT_NONE && !*found &&
	    !snapshot_remove_edge(r->s, node, side, edge, found))
		r->remake = true;
}

/* The numbers of the edges that the file has at a node, on one side. */
static void
read_there(struct replay *r, uint32_t node, int side, struct intmap *there)
{
	struct db *db = r->g->db;
	struct db_rows *rows = db_query(db, side == SNAPSHOT_OUT ?
	    &sql_hop_out : &sql_hop_in, "i", r->s->nids[node]);

	while (db_next(db, rows))
		if (intmap_add(there, db_int(rows, 1), 0) < 0) {
			r->remake = true;
			break;
		}
	db_end(db, rows);
}

/* Takes out what the file has no more at a node, on one side. */
static void
compare_side(struct replay *r, uint32_t node, int side)
{
	struct snapshot_run run = snapshot_run(r->s, side, node);
	struct intmap there = { 0 };
	size_t i = 0;
	bool found;

	read_there(r, node, side, &there);
	while (i < run.count && !r->remake && !db_failed(r->g->db)) {
		uint32_t edge = run.edge[i];
		if (intmap_find(&there, edge) != NULL) {
			i++;
			continue;
		}
		if (!snapshot_remove_edge(r->s, node, side, edge, &found))
			r->remake = true;
		run = snapshot_run(r->s, side, node);
	}
	intmap_fini(&there);
}

/* With an id of its own, the number is not known any more. */
static void
remove_unnumbered(struct replay *r, const struct told *c)
{
	uint32_t source = place_of(r, c->source);
	uint32_t target = place_of(r, c->target);

	if (source != SNAPSHOT_NONE)
		compare_side(r, source, SNAPSHOT_OUT);
	if (target != SNAPSHOT_NONE)
		compare_side(r, target, SNAPSHOT_IN);
	r->has_lost = true; /* whether these were its ends is not known */
}

static void
remove_edge(struct replay *r, const struct told *c)
{
	int64_t eid;
	bool found = false;

	if (c->id == NULL || !write_is_derived(c->id, "edge-", &eid)) {
		remove_unnumbered(r, c);
		return;
	}
	if (eid <= 0 || eid > r->s->eid_max)
		return; /* made since, and gone again */
	remove_at(r, place_of(r, c->source), SNAPSHOT_OUT, (uint32_t)eid,
	    &found);
	if (!found)
		remove_at(r, place_of(r, c->target), SNAPSHOT_IN,
		    (uint32_t)eid, &found);
	r->has_lost |= !found;
}

/* ---- one change ---- */

/*
 * A node was updated, and has this key since. Where the snapshot holds another
 * one, or the node is gone under yet another, all keys are forgotten: which one
 * it had before is in no record.
 */
static void
compare_key(struct replay *r, const char *key)
{
	struct snapshot *s = r->s;
	uint32_t node = s->key_room == 0 ? SNAPSHOT_NONE : place_of(r, key);

	if (s->key_room == 0)
		return;
	const char *kept = node != SNAPSHOT_NONE ? snapshot_kept_key(s, node) :
						   NULL;
	if (node == SNAPSHOT_NONE || (kept != NULL && strcmp(kept, key) != 0))
		snapshot_forget_keys(s);
}

static void
remove_node(struct replay *r, const struct told *c)
{
	r->s->has_dead = true;
	/* Else it may be held under a key that it had before. */
	if ((c->key == NULL || !snapshot_forget_key(r->s, c->key)) &&
	    r->has_updates)
		snapshot_forget_keys(r->s);
}

static void
replay_change(struct replay *r, const struct told *c)
{
	r->has_changes = true;
	if (++r->changes > r->changes_max)
		r->remake = true;
	else if (c->kind == ALK_GRAPH && c->op != ALK_REPLACE)
		r->remake = true; /* another graph with the same number */
	else if (c->kind == ALK_EDGE && c->op == ALK_DELETE)
		remove_edge(r, c);
	else if (c->kind == ALK_NODE && c->op == ALK_DELETE)
		remove_node(r, c);
}

/* ---- the feed ---- */

static const char *
text_of(yyjson_val *change, const char *name)
{
	return yyjson_get_str(yyjson_obj_get(change, name));
}

static int
op_of(const char *name)
{
	if (name == NULL || strcmp(name, "load") == 0)
		return 0;
	if (strcmp(name, "create") == 0)
		return ALK_CREATE;
	return strcmp(name, "delete") == 0 ? ALK_DELETE : ALK_REPLACE;
}

static int
kind_of(const char *name)
{
	if (name == NULL)
		return 0;
	if (strcmp(name, "node") == 0)
		return ALK_NODE;
	if (strcmp(name, "edge") == 0)
		return ALK_EDGE;
	return strcmp(name, "graph") == 0 ? ALK_GRAPH : ALK_TYPE;
}

static void
replay_told(struct replay *r, yyjson_val *change)
{
	struct told c = {
		.op = op_of(text_of(change, "op")),
		.kind = kind_of(text_of(change, "kind")),
		.key = text_of(change, "key"),
		.id = text_of(change, "id"),
		.source = text_of(change, "source"),
		.target = text_of(change, "target"),
	};

	if (c.kind == ALK_NODE && c.op == ALK_REPLACE) {
		r->has_updates = true;
		compare_key(r, c.key);
	}
	replay_change(r, &c);
}

static void
replay_record(struct replay *r, const char *text, size_t bytes)
{
	alk_error err = { 0 };
	yyjson_val *root = json_read_own(&r->g->snapshots.reader, text, bytes,
	    &err);
	int64_t rev = yyjson_get_sint(yyjson_obj_get(root, "rev"));
	yyjson_val *change;
	yyjson_arr_iter changes;

	/* Every revision since has to be there. */
	if (root == NULL || (rev != r->rev && rev != r->rev + 1)) {
		r->remake = true;
		return;
	}
	r->rev = rev;
	(void)yyjson_arr_iter_init(yyjson_obj_get(root, "changes"), &changes);
	while (!r->remake && (change = yyjson_arr_iter_next(&changes)) != NULL)
		replay_told(r, change);
}

static void
replay_feed(struct replay *r, const char *graph_id)
{
	struct db *db = r->g->db;
	struct db_rows *rows = db_query(db, &sql_snapshot_records, "is",
	    r->s->offset, graph_id);

	while (!r->remake && db_next(db, rows)) {
		size_t bytes;
		const char *text = db_text(rows, 0, &bytes);
		replay_record(r, text, bytes);
	}
	db_end(db, rows);
}

static void
replay_own(struct replay *r)
{
	const struct changes *list = &r->g->changes;
	struct snapshot *s = r->s;

	for (size_t i = s->seen; i < list->count && !r->remake; i++) {
		const struct change *from = &list->list[i];
		if (from->gid != s->gid)
			continue;
		struct told c = { .op = from->op, .kind = from->kind,
			.key = changes_text(list, from->key),
			.id = changes_text(list, from->id),
			.source = changes_text(list, from->source),
			.target = changes_text(list, from->target) };
		replay_change(r, &c);
		s->own = i + 1;
	}
}

/* ---- what is new ---- */

static bool
add_nodes(struct replay *r)
{
	struct db *db = r->g->db;
	struct snapshot *s = r->s;
	struct db_rows *rows = db_query(db, &sql_snapshot_new_nodes, "ii",
	    s->gid, s->nid_max);
	bool goes_on = true;

	while (goes_on && db_next(db, rows))
		goes_on = ++r->changes <= r->changes_max &&
		    snapshot_add_node(s, db_int(rows, 0), db_int(rows, 1));
	db_end(db, rows);
	return goes_on;
}

static bool
add_edge(struct replay *r, struct db_rows *rows)
{
	struct snapshot *s = r->s;
	int64_t eid = db_int(rows, 0);
	int kind = snapshot_kind(s, db_int(rows, 1));
	uint32_t source = snapshot_find(s, db_int(rows, 2));
	uint32_t target = snapshot_find(s, db_int(rows, 3));

	if (eid >= SNAPSHOT_EDGES_END || kind < 0)
		return false;
	if (source == SNAPSHOT_NONE || target == SNAPSHOT_NONE)
		return true; /* a check tells of it */
	s->eid_own = eid;
	return snapshot_add_edge(s, source, target, (uint32_t)eid,
	    (uint16_t)((uint32_t)kind |
	    (db_int(rows, 4) != 0 ? SNAPSHOT_UNDIRECTED : 0)));
}

static bool
add_edges(struct replay *r)
{
	struct db *db = r->g->db;
	struct db_rows *rows = db_query(db, &sql_snapshot_new_edges, "ii",
	    r->s->gid, r->s->eid_max);
	bool goes_on = true;

	while (goes_on && db_next(db, rows))
		goes_on = ++r->changes <= r->changes_max && add_edge(r, rows);
	db_end(db, rows);
	return goes_on;
}

/* What is new lies beyond these from now on. */
static void
note_numbers(struct replay *r)
{
	struct db *db = r->g->db;
	struct db_rows *rows = db_query(db, &sql_snapshot_numbers, "");

	if (db_next(db, rows)) {
		if (db_int(rows, 0) > r->s->nid_max)
			r->s->nid_max = db_int(rows, 0);
		if (db_int(rows, 1) > r->s->eid_max)
			r->s->eid_max = db_int(rows, 1);
	}
	db_end(db, rows);
}

enum snapshot_made
snapshot_replay(struct graph *g, struct snapshot *s, const char *graph_id,
    int64_t rev, int64_t offset)
{
	struct replay r = { .g = g, .s = s, .rev = s->rev,
		.changes_max = (s->nodes + s->edges_built) / 8 +
		CHANGES_SPARE };

	if (offset != s->offset)
		replay_feed(&r, graph_id);
	r.remake |= r.rev != rev;
	if (!r.remake)
		replay_own(&r);
	r.remake |= r.has_lost && r.has_updates;
	if (r.has_changes && !r.remake)
		r.remake = !add_nodes(&r) || !add_edges(&r);
	note_numbers(&r);
	if (g->err->code != ALK_OK)
		return SNAPSHOT_FAILED;
	if (r.remake)
		return SNAPSHOT_TOO_LARGE;
	s->rev = r.rev;
	s->offset = offset;
	return SNAPSHOT_MADE;
}
