/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A call's view of a topology: options, filters, limits, and what its two
 * backends share.
 *
 * Most edge numbers are their own handles. Those that do not fit are numbered
 * as they are met: handle FAR_EDGE + place in far_eids.
 */
#include "graph/topo.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "graph/naming.h"
#include "graph/node.sql.h"
#include "graph/topo.sql.h"
#include "graph/topo_parts.h"

#include <stdlib.h>
#include <string.h>

#define FAR_EDGE ((uint32_t)1 << 31)
#define VERDICT_YES 1
#define VERDICT_NO 2

/* ---- options ---- */

static int
compare_tids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

bool
topo_has_tid(const struct topo_tids *tids, int64_t tid)
{
	for (size_t i = 0; i < tids->count; i++)
		if (tids->list[i] == tid)
			return true;
	return tids->list == NULL;
}

/* Ascending, each once: the order of the adjacency indexes. */
static int
read_types(struct topo *t, int kind, const char *const *names, size_t count,
    struct topo_tids *out)
{
	struct graph *g = t->g;
	const struct graph_type *gt = t->ref.type;

	if (names == NULL || count == 0 || g->err->code != ALK_OK)
		return g->err->code;
	out->list = mem_alloc(count * sizeof(out->list[0]));
	if (out->list == NULL)
		return error_nomem(g->err);
	for (size_t i = 0; i < count; i++) {
		const char *name = names[i];
		if (name == NULL)
			return error_set(g->err, ALK_INVALID,
			    "%s type %zu of those given is NULL",
			    type_noun(kind), i);
		const struct entry_type *e = gt == NULL ? NULL :
		    type_entry_named(gt, kind, name, strlen(name));
		if (e == NULL)
			return type_entry_unknown(gt, kind, name, strlen(name),
			    g->err);
		if (out->count == 0 || !topo_has_tid(out, e->tid))
			out->list[out->count++] = e->tid;
	}
	qsort(out->list, out->count, sizeof(out->list[0]), compare_tids);
	return ALK_OK;
}

static struct naming
naming_of(struct topo *t, int kind)
{
	const struct topo_tids *tids = kind == ALK_NODE ? &t->node_tids :
							  &t->edge_tids;

	return (struct naming){ .g = t->g, .type = t->ref.type, .kind = kind,
		.tids = tids->list, .tids_count = tids->count,
		.remedy = kind == ALK_NODE ? "node_types (--node-type)" :
					     "edge_types (--edge-type)" };
}

int
topo_check_names(struct topo *t, int kind, const struct filter *filter,
    const struct filter_path *order)
{
	const struct naming n = naming_of(t, kind);

	return naming_check(&n, filter, order);
}

const char *
topo_unnamed(struct topo *t, int kind, const struct filter *filter,
    const struct filter_path *order)
{
	const struct naming n = naming_of(t, kind);

	return naming_unnamed(&n, filter, order);
}

void
topo_mismatch(struct topo *t, int kind, const struct filter *filter,
    struct buf *out)
{
	const struct naming n = naming_of(t, kind);

	naming_mismatch(&n, filter, out);
}

/* The entry of an error says which of two filters it is in. */
static int
read_filter(struct topo *t, const char *text, int kind, struct filter **out)
{
	alk_error *err = t->g->err;

	if (text == NULL || err->code != ALK_OK)
		return err->code;
	if (filter_parse(text, strlen(text), out, err) == ALK_OK)
		(void)topo_check_names(t, kind, *out, NULL);
	if (err->code != ALK_FILTER)
		return err->code;
	char at[sizeof(err->entry)];
	memcpy(at, err->entry, sizeof(at));
	err->entry[0] = '\0';
	error_entry(err, "%s filter, %.100s", type_noun(kind), at);
	return err->code;
}

static void
read_limits(struct topo *t, const alk_walk_options *o)
{
	const alk_limits *l = t->g->limits;

	t->visited_max = l->visited;
	t->visited_name = "limits.visited";
	if (o->visited_max != 0 && o->visited_max < l->visited) {
		t->visited_max = o->visited_max;
		t->visited_name = "visited_max";
	}
	t->time_ms = l->traverse_ms;
	if (o->time_ms > 0 && (t->time_ms <= 0 || o->time_ms < t->time_ms))
		t->time_ms = o->time_ms;
	if (t->time_ms > 0)
		t->until_ms = clock_steady_ms() + t->time_ms;
}

static int
read_numbers(struct topo *t, struct graph *g, const alk_walk_options *o)
{
	*t = (struct topo){ .g = g, .direction = o->direction };
	read_limits(t, o);
	if (o->direction < ALK_OUT || o->direction > ALK_BOTH)
		return error_set(g->err, ALK_INVALID,
		    "direction %d is none of ALK_OUT, ALK_IN, ALK_BOTH",
		    o->direction);
	if (o->order != NULL || o->order_edges != 0 || o->descending != 0 ||
	    o->limit != 0)
		return error_set(g->err, ALK_INVALID, "order and limit are for "
		    "neighbours and for walks that tell nodes");
	if (o->time_ms < 0)
		return error_set(g->err, ALK_INVALID,
		    "time_ms is %d; 0 says limits.traverse_ms", o->time_ms);
	return g->err->code;
}

/* What is asked for in the words of the graph type. */
static int
read_names(struct topo *t, const alk_walk_options *o)
{
	t->has_undirected = t->ref.type == NULL ||
	    t->ref.type->config.direction != MODULE_DIRECTED;
	read_types(t, ALK_EDGE, o->edge_types, o->edge_types_count,
	    &t->edge_tids);
	read_types(t, ALK_NODE, o->node_types, o->node_types_count,
	    &t->node_tids);
	read_filter(t, o->edge_filter, ALK_EDGE, &t->edge_filter);
	return read_filter(t, o->node_filter, ALK_NODE, &t->node_filter);
}

int
topo_read(struct topo *t, struct graph *g, const char *graph,
    const alk_walk_options *o)
{
	static const alk_walk_options all;

	if (o == NULL)
		o = &all;
	if (read_numbers(t, g, o) != ALK_OK ||
	    graph_find(g, graph, &t->ref) != ALK_OK)
		return g->err->code;
	return read_names(t, o);
}

static int
open_for(struct topo *t, struct graph *g, const char *graph,
    const alk_walk_options *o, enum snapshot_need need)
{
	if (topo_read(t, g, graph, o) != ALK_OK)
		return g->err->code;
	t->is_deep = need != SNAPSHOT_IF_THERE;
	return topo_memory_use(t, snapshot_pin(g, &t->ref, need));
}

int
topo_open(struct topo *t, struct graph *g, const char *graph,
    const alk_walk_options *o)
{
	return open_for(t, g, graph, o, SNAPSHOT_IF_DUE);
}

int
topo_open_near(struct topo *t, struct graph *g, const char *graph,
    const alk_walk_options *o)
{
	return open_for(t, g, graph, o, SNAPSHOT_IF_THERE);
}

bool
topo_open_unchanged(struct topo *t, struct graph *g, const char *graph,
    const char *key, const alk_walk_options *o)
{
	static const alk_walk_options all;
	struct snapshot *s;

	if (o == NULL)
		o = &all;
	if (o->edge_filter != NULL || o->node_filter != NULL || key == NULL ||
	    read_numbers(t, g, o) != ALK_OK ||
	    !graph_find_unchanged(g, graph, &t->ref))
		return false;
	s = snapshot_pin_unchanged(g, &t->ref);
	if (s == NULL)
		return false;
	if (snapshot_place(s, key) != SNAPSHOT_NONE &&
	    read_names(t, o) == ALK_OK && topo_memory_use(t, s) == ALK_OK)
		return true;
	t->snapshot = s;
	topo_close(t);
	return false;
}

void
topo_close(struct topo *t)
{
	mem_release(t->edge_tids.list);
	mem_release(t->node_tids.list);
	filter_free(t->edge_filter);
	filter_free(t->node_filter);
	json_reader_fini(&t->reader);
	topo_narrow_fini(&t->narrow_nodes);
	topo_narrow_fini(&t->narrow_edges);
	mem_release(t->verdicts);
	if (t->is_deep && t->work > 0)
		snapshot_note_work(t->g, t->ref.gid, t->work);
	if (t->snapshot == NULL)
		mem_release(t->nids);
	snapshot_unpin(t->snapshot);
	mem_release(t->edge_kinds);
	mem_release(t->node_kinds);
	intmap_fini(&t->index);
	intmap_fini(&t->far_edges);
	mem_release(t->far_eids);
	mem_release(t->to);
	mem_release(t->edge);
	mem_release(t->own_marks.words);
	if (t->marks != NULL)
		t->marks->is_lent = false;
}

/* ---- nodes ---- */

uint32_t
topo_count(const struct topo *t)
{
	return (uint32_t)t->count;
}

int64_t
topo_nid(const struct topo *t, uint32_t node)
{
	return t->nids[node];
}

static void *
grow(struct topo *t, void *list, size_t *room, size_t bytes)
{
	size_t more = *room == 0 ? 256 : *room * 2;
	void *grown = mem_resize(list, more * bytes);

	if (grown == NULL)
		error_nomem(t->g->err);
	else
		*room = more;
	return grown;
}

/* The index of a node that is known to be in the graph. */
uint32_t
topo_meet(struct topo *t, int64_t nid)
{
	t->is_used = true;
	if (t->snapshot != NULL)
		return snapshot_find(t->snapshot, nid);
	int added = intmap_add(&t->index, nid, (int64_t)t->count);

	if (added == 0)
		return (uint32_t)*intmap_find(&t->index, nid);
	if (added < 0) {
		error_nomem(t->g->err);
		return TOPO_NONE;
	}
	if (t->count == t->nids_room) {
		int64_t *nids = grow(t, t->nids, &t->nids_room,
		    sizeof(nids[0]));
		if (nids == NULL)
			return TOPO_NONE;
		t->nids = nids;
	}
	if (t->count == TOPO_NONE) {
		error_set(t->g->err, ALK_LIMIT,
		    "more nodes than a traversal can number");
		return TOPO_NONE;
	}
	t->nids[t->count] = nid;
	return (uint32_t)t->count++;
}

static void set_verdict(struct topo *t, uint32_t node, uint8_t verdict);

/* Filters do not apply to it, and it will be named again. */
static void
note_named(struct topo *t, uint32_t node, const char *key)
{
	if (topo_has_filter(t))
		set_verdict(t, node, VERDICT_YES);
	if (t->snapshot != NULL)
		(void)snapshot_keep_key(t->g, t->snapshot, node, key,
		    strlen(key));
}

static uint32_t
find_kept(struct topo *t, const char *key)
{
	uint32_t node = t->snapshot != NULL ?
	    snapshot_place(t->snapshot, key) : SNAPSHOT_NONE;

	if (node == SNAPSHOT_NONE)
		return TOPO_NONE;
	t->is_used = true;
	note_named(t, node, key);
	return t->g->err->code == ALK_OK ? node : TOPO_NONE;
}

uint32_t
topo_node(struct topo *t, const char *key)
{
	struct graph *g = t->g;

	if (key == NULL) {
		error_set(g->err, ALK_INVALID, "no node key given");
		return TOPO_NONE;
	}
	uint32_t node = find_kept(t, key);
	if (node != TOPO_NONE)
		return node;
	int64_t nid = db_number(g->db, &sql_node_number, 0, "is", t->ref.gid,
	    key);
	if (nid == 0 && g->err->code == ALK_OK)
		error_set(g->err, ALK_NOTFOUND, "node '%s' is not there", key);
	if (g->err->code != ALK_OK)
		return TOPO_NONE;
	node = topo_meet(t, nid);
	if (node == TOPO_NONE && t->snapshot != NULL) {
		snapshot_spoil(t->snapshot);
		error_set(g->err, ALK_CORRUPT, "node '%s' was written past the "
		    "views; run a check", key);
	} else if (node != TOPO_NONE) {
		note_named(t, node, key);
	}
	return g->err->code == ALK_OK ? node : TOPO_NONE;
}

uint32_t
topo_of(struct topo *t, int64_t nid)
{
	const int64_t *known = intmap_find(&t->index, nid);

	if (t->snapshot != NULL)
		return topo_meet(t, nid);
	if (known != NULL)
		return (uint32_t)*known;
	if (db_number(t->g->db, &sql_topo_has, 0, "i", nid) != t->ref.gid)
		return TOPO_NONE;
	return topo_meet(t, nid);
}

/* Which nodes of a snapshot were deleted is found out anew, or node by node. */
static int
use_whole_snapshot(struct topo *t)
{
	struct graph *g = t->g;
	struct snapshot *s = t->snapshot;

	if (s == NULL && !t->is_used)
		return topo_memory_use(t, snapshot_pin(g, &t->ref,
		    SNAPSHOT_AT_ONCE));
	if (s == NULL || !s->has_dead)
		return ALK_OK;
	if (t->is_used) {
		t->asks_file = true;
		return ALK_OK;
	}
	return topo_memory_use(t, snapshot_renew(g, &t->ref, s));
}

int
topo_all(struct topo *t)
{
	struct graph *g = t->g;

	if (use_whole_snapshot(t) != ALK_OK || t->snapshot != NULL)
		return g->err->code;
	struct db_rows *rows = db_query(g->db, &sql_topo_nodes, "i",
	    t->ref.gid);

	for (size_t i = 1; db_next(g->db, rows); i++)
		if (topo_meet(t, db_int(rows, 0)) == TOPO_NONE ||
		    ((i & 4095) == 0 && topo_check(t, 0) != ALK_OK))
			break;
	db_end(g->db, rows);
	return g->err->code;
}

int64_t
topo_type(struct topo *t, uint32_t node)
{
	const struct snapshot *s = t->snapshot;

	if (s != NULL)
		return s->tids[s->types[node]];
	return db_number(t->g->db, &sql_topo_node_row, 0, "i", t->nids[node]);
}

/* ---- edges ---- */

/* The handle of an edge; TOPO_NONE with the error noted. */
uint32_t
topo_edge(struct topo *t, int64_t eid)
{
	if (eid >= 0 && eid < FAR_EDGE)
		return (uint32_t)eid;
	size_t place = t->far_edges.count;
	int added = intmap_add(&t->far_edges, eid, (int64_t)place);
	if (added == 0)
		return FAR_EDGE + (uint32_t)*intmap_find(&t->far_edges, eid);
	if (added < 0 || place >= FAR_EDGE - 1) {
		error_nomem(t->g->err);
		return TOPO_NONE;
	}
	if (place == t->far_room) {
		int64_t *eids = grow(t, t->far_eids, &t->far_room,
		    sizeof(eids[0]));
		if (eids == NULL)
			return TOPO_NONE;
		t->far_eids = eids;
	}
	t->far_eids[place] = eid;
	return FAR_EDGE + (uint32_t)place;
}

int64_t
topo_eid(const struct topo *t, uint32_t edge)
{
	return edge < FAR_EDGE ? edge : t->far_eids[edge - FAR_EDGE];
}

static int
take_number(struct topo *t, uint32_t edge, yyjson_val *v, double *out)
{
	yyjson_val read;

	if (v == NULL || yyjson_is_null(v))
		return ALK_OK;
	if (yyjson_is_raw(v) && yyjson_read_number(yyjson_get_raw(v), &read, 0,
		NULL, NULL) != NULL)
		v = &read;
	if (!yyjson_is_num(v))
		return error_set(t->g->err, ALK_VALUE,
		    "edge-%lld: the weight is no number",
		    (long long)topo_eid(t, edge));
	*out = yyjson_get_num(v);
	return ALK_OK;
}

int
topo_number(struct topo *t, uint32_t edge, const struct filter_path *path,
    double *out)
{
	struct graph *g = t->g;
	struct db_rows *rows = db_query(g->db, &sql_topo_edge_row, "i",
	    topo_eid(t, edge));

	if (db_next(g->db, rows)) {
		size_t bytes;
		const char *text = db_text(rows, 0, &bytes);
		yyjson_val *root = json_read_own(&t->reader, text, bytes,
		    g->err);
		if (root != NULL)
			(void)take_number(t, edge, filter_path_get(path, root),
			    out);
	}
	db_end(g->db, rows);
	return g->err->code;
}

bool
topo_sort_key(struct topo *t, int kind, int64_t number,
    const struct filter_path *path, struct buf *out)
{
	struct graph *g = t->g;
	struct db_rows *rows = db_query(g->db, kind == ALK_NODE ?
	    &sql_topo_node_row : &sql_topo_edge_row, "i", number);
	alk_error err = { 0 };
	yyjson_val *root = NULL;

	if (db_next(g->db, rows)) {
		size_t bytes;
		const char *text = db_text(rows, kind == ALK_NODE, &bytes);
		root = json_read_own(&t->reader, text, bytes, &err);
	}
	/* What cannot be read has no value; telling it, if it is told, says
	   more. */
	filter_sort_key(out, root == NULL ? NULL :
	    filter_path_get(path, root));
	db_end(g->db, rows);
	if (err.code == ALK_NOMEM || out->failed)
		error_nomem(g->err);
	return g->err->code == ALK_OK;
}

/* ---- filters ---- */

bool
topo_has_filter(const struct topo *t)
{
	return t->node_filter != NULL || t->node_tids.list != NULL ||
	    t->asks_file;
}

static void
set_verdict(struct topo *t, uint32_t node, uint8_t verdict)
{
	size_t room = t->verdicts_room == 0 ? 1024 : t->verdicts_room;

	while (room <= node)
		room *= 2;
	if (room > t->verdicts_room) {
		uint8_t *v = mem_resize(t->verdicts, room);
		if (v == NULL) {
			error_nomem(t->g->err);
			return;
		}
		memset(v + t->verdicts_room, 0, room - t->verdicts_room);
		t->verdicts = v;
		t->verdicts_room = room;
	}
	t->verdicts[node] = verdict;
}

/* Attributes that cannot be read match nothing, as in lists. */
static bool
matches(struct topo *t, const struct filter *f, struct db_rows *rows,
    int column)
{
	alk_error err = { 0 };
	size_t bytes;
	const char *text = db_text(rows, column, &bytes);
	yyjson_val *root = json_read_own(&t->reader, text, bytes, &err);

	if (err.code == ALK_NOMEM)
		error_nomem(t->g->err);
	return root != NULL && filter_match(f, root);
}

static bool
is_admitted(struct topo *t, uint32_t node)
{
	struct db *db = t->g->db;

	if (t->node_kinds != NULL && !t->node_kinds[t->snapshot->types[node]])
		return false;
	if (t->snapshot != NULL && t->node_filter == NULL && !t->asks_file)
		return true;
	int64_t tid = t->snapshot == NULL ? 0 :
	    t->snapshot->tids[t->snapshot->types[node]];
	if (t->node_filter != NULL && topo_narrow_excludes(t, ALK_NODE,
		topo_nid(t, node), tid))
		return false;
	struct db_rows *rows = db_query(db, &sql_topo_node_row, "i",
	    topo_nid(t, node));
	bool passes = db_next(db, rows) &&
	    topo_has_tid(&t->node_tids, db_int(rows, 0)) &&
	    (t->node_filter == NULL || matches(t, t->node_filter, rows, 1));

	db_end(db, rows);
	return passes;
}

bool
topo_admits(struct topo *t, uint32_t node)
{
	if (!topo_has_filter(t))
		return true;
	if (node >= t->verdicts_room || t->verdicts[node] == 0)
		set_verdict(t, node, is_admitted(t, node) ? VERDICT_YES :
							    VERDICT_NO);
	return t->g->err->code == ALK_OK && t->verdicts[node] == VERDICT_YES;
}

bool
topo_admits_edge(struct topo *t, int64_t eid)
{
	struct db *db = t->g->db;

	if (t->edge_filter == NULL)
		return true;
	if (topo_narrow_excludes(t, ALK_EDGE, eid, 0))
		return false;
	struct db_rows *rows = db_query(db, &sql_topo_edge_row, "i", eid);
	bool passes = db_next(db, rows) && matches(t, t->edge_filter, rows, 0);
	db_end(db, rows);
	return passes;
}

/* ---- arcs ---- */

bool
topo_reserve_arcs(struct topo *t, size_t more)
{
	size_t room = t->arcs_room == 0 ? 256 : t->arcs_room;

	while (room < t->arcs_count + more)
		room *= 2;
	if (room == t->arcs_room)
		return true;
	uint32_t *to = mem_resize(t->to, room * sizeof(to[0]));

	if (to != NULL)
		t->to = to;
	uint32_t *edge = to == NULL ? NULL :
	    mem_resize(t->edge, room * sizeof(edge[0]));
	if (edge == NULL) {
		error_nomem(t->g->err);
		return false;
	}
	t->edge = edge;
	t->arcs_room = room;
	return true;
}

bool
topo_add_arc(struct topo *t, uint32_t to, uint32_t edge)
{
	if (!topo_reserve_arcs(t, 1))
		return false;
	t->to[t->arcs_count] = to;
	t->edge[t->arcs_count++] = edge;
	return true;
}

int
topo_direction(const struct topo *t, bool turned)
{
	if (!turned || t->direction == ALK_BOTH)
		return t->direction;
	return t->direction == ALK_OUT ? ALK_IN : ALK_OUT;
}

int
topo_arcs(struct topo *t, uint32_t node, bool turned, struct topo_arcs *out)
{
	int direction = topo_direction(t, turned);

	t->arcs_count = 0;
	if (t->snapshot != NULL) {
		topo_memory_arcs(t, node, direction, out);
		return t->g->err->code;
	}
	topo_file_arcs(t, t->nids[node], direction);
	t->work += 4; /* and one for each row */
	*out = (struct topo_arcs){ t->to, t->edge, t->arcs_count };
	return t->g->err->code;
}

/* ---- hints and checks ---- */

void
topo_hint(const struct topo *t, uint32_t near, uint32_t far)
{
	const struct snapshot *s = t->snapshot;

	if (s == NULL || near >= s->nodes_built || far >= s->nodes_built)
		return;
	const struct snapshot_side *side =
	    &s->sides[t->direction == ALK_IN ? SNAPSHOT_IN : SNAPSHOT_OUT];
	__builtin_prefetch(&side->to[side->offset[near]]);
	__builtin_prefetch(&side->offset[far]);
}

int
topo_check(struct topo *t, size_t visited)
{
	struct graph *g = t->g;

	if (visited > t->visited_max)
		return error_set(g->err, ALK_LIMIT, "the traversal met more "
		    "than %zu nodes (%s)", t->visited_max, t->visited_name);
	if (graph_is_cancelled(g))
		return g->err->code;
	if (t->until_ms != 0 && clock_steady_ms() > t->until_ms)
		return error_set(g->err, ALK_TIMEOUT, "the traversal took "
		    "longer than %d ms (%s)", t->time_ms,
		    t->time_ms == g->limits->traverse_ms ?
		    "limits.traverse_ms" : "time_ms");
	return g->err->code;
}
