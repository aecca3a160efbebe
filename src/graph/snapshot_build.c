/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Making a snapshot: the nodes of the graph, then one pass over the index
 * alk_edges_out, which gives the arcs of side 0 in their order. Side 1 is made
 * from them in memory by counting sorts: by edge type, then by target, both
 * stable, which is the order of alk_edges_in.
 *
 * Graphs lie mostly in one run of numbers, so the index is read from the
 * graph's first node to its last; where most of what lies between is of other
 * graphs, node by node.
 */
#include "graph/snapshot.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/graph.h"
#include "graph/snapshot.sql.h"

#include <string.h>

#define ROWS_LOOK 4095 /* rows between looks at cancel, less one */
#define SPARSE 8       /* numbers between, for each node of the graph */

struct build {
	struct graph *g;
	struct snapshot *s;
	size_t bytes_max;
	size_t count;   /* arcs so far */
	size_t room;
	uint32_t at;    /* place of the source met last */
	int kind;       /* of the type met last */
	int64_t tid;
	bool is_too_large;
};

static bool
no_room(struct build *b)
{
	b->is_too_large = true;
	return false;
}

/* Resizes to `count`; false without memory. */
static bool
resize(void *list, size_t count, size_t bytes)
{
	void **at = list;
	void *grown = mem_resize(*at, count * bytes);

	if (grown == NULL)
		return false;
	*at = grown;
	return true;
}

int
snapshot_kind(struct snapshot *s, int64_t tid)
{
	for (size_t i = 0; i < s->tids_count; i++)
		if (s->tids[i] == tid)
			return (int)i;
	if (s->tids_count == SNAPSHOT_KINDS_MAX)
		return -1;
	if (s->tids_count == s->tids_room) {
		size_t room = s->tids_room == 0 ? 16 : 2 * s->tids_room;
		if (!resize(&s->tids, room, sizeof(s->tids[0])))
			return -1;
		s->tids_room = room;
	}
	s->tids[s->tids_count] = tid;
	return (int)s->tids_count++;
}

static int
kind_of(struct build *b, int64_t tid)
{
	if (b->kind < 0 || b->tid != tid) {
		b->kind = snapshot_kind(b->s, tid);
		b->tid = tid;
	}
	return b->kind;
}

/* ---- nodes ---- */

bool
snapshot_add_node(struct snapshot *s, int64_t nid, int64_t tid)
{
	int kind = snapshot_kind(s, tid);

	if (kind < 0 || s->nodes == SNAPSHOT_NONE - 1)
		return false;
	if (s->nodes == s->nodes_room) {
		size_t room = s->nodes_room == 0 ? 256 :
		    (size_t)s->nodes_room + s->nodes_room / 2;
		if (room >= SNAPSHOT_NONE ||
		    !resize(&s->nids, room, sizeof(s->nids[0])) ||
		    !resize(&s->types, room, sizeof(s->types[0])))
			return false;
		s->nodes_room = (uint32_t)room;
	}
	s->nids[s->nodes] = nid;
	s->types[s->nodes++] = (uint16_t)kind;
	return true;
}

/* Merges two ascending runs that lie one behind the other. */
static void
merge(struct snapshot *s, int64_t *nids, uint16_t *types, size_t from,
    size_t middle, size_t end)
{
	size_t a = from, b = middle;

	for (size_t i = from; i < end; i++) {
		bool is_first = b == end ||
		    (a < middle && s->nids[a] < s->nids[b]);
		size_t *at = is_first ? &a : &b;
		nids[i] = s->nids[*at];
		types[i] = s->types[(*at)++];
	}
	memcpy(s->nids + from, nids + from, (end - from) * sizeof(nids[0]));
	memcpy(s->types + from, types + from, (end - from) * sizeof(types[0]));
}

static size_t
run_end(const struct snapshot *s, size_t from)
{
	size_t i = from + 1;

	while (i < s->nodes && s->nids[i] > s->nids[i - 1])
		i++;
	return i;
}

/* The index gives nodes type by type, each ascending: merges the runs. */
static bool
sort_nodes(struct snapshot *s)
{
	size_t end = s->nodes == 0 ? 0 : run_end(s, 0);
	int64_t *nids = NULL;
	uint16_t *types = NULL;
	bool is_done = end == s->nodes;

	if (!is_done && resize(&nids, s->nodes, sizeof(nids[0])) &&
	    resize(&types, s->nodes, sizeof(types[0]))) {
		while (run_end(s, 0) < s->nodes)
			for (size_t at = 0; at < s->nodes; at = end) {
				size_t middle = run_end(s, at);
				end = middle;
				if (middle == s->nodes)
					continue;
				end = run_end(s, middle);
				merge(s, nids, types, at, middle, end);
			}
		is_done = true;
	}
	mem_release(nids);
	mem_release(types);
	return is_done;
}

static bool
read_nodes(struct build *b)
{
	struct db *db = b->g->db;
	struct snapshot *s = b->s;
	struct db_rows *rows = db_query(db, &sql_snapshot_nodes, "i", s->gid);

	for (size_t i = 1; db_next(db, rows); i++) {
		if (!snapshot_add_node(s, db_int(rows, 0), db_int(rows, 1)) ||
		    s->nodes_room * sizeof(int64_t) > b->bytes_max)
			(void)no_room(b);
		if (b->is_too_large || ((i & ROWS_LOOK) == 0 &&
			graph_is_cancelled(b->g)))
			break;
	}
	db_end(db, rows);
	if (b->is_too_large || b->g->err->code != ALK_OK)
		return false;
	return sort_nodes(s) || no_room(b);
}

/* ---- side 0 ---- */

static bool
grow_arcs(struct build *b)
{
	struct snapshot_side *out = &b->s->sides[SNAPSHOT_OUT];
	size_t room = b->room == 0 ? 1024 : b->room + b->room / 2;
	size_t bytes = room * (2 * sizeof(uint32_t) + sizeof(uint16_t));

	if (room >= SNAPSHOT_NONE || 2 * bytes > b->bytes_max ||
	    !resize(&out->to, room, sizeof(out->to[0])) ||
	    !resize(&out->edge, room, sizeof(out->edge[0])) ||
	    !resize(&out->kind, room, sizeof(out->kind[0])))
		return no_room(b);
	b->room = room;
	return true;
}

/* The source of the next row; sources ascend. false: of another graph. */
static bool
go_to_source(struct build *b, int64_t nid)
{
	struct snapshot *s = b->s;

	while (b->at < s->nodes && s->nids[b->at] < nid) {
		b->at++;
		s->sides[SNAPSHOT_OUT].offset[b->at] = (uint32_t)b->count;
	}
	return b->at < s->nodes && s->nids[b->at] == nid;
}

static bool
take_arc(struct build *b, struct db_rows *rows)
{
	struct snapshot *s = b->s;
	struct snapshot_side *out = &s->sides[SNAPSHOT_OUT];

	if (!go_to_source(b, db_int(rows, 0)))
		return true;
	uint32_t to = snapshot_find(s, db_int(rows, 1));
	int64_t eid = db_int(rows, 2);
	int kind = kind_of(b, db_int(rows, 3));
	if (to == SNAPSHOT_NONE)
		return true; /* a check tells of it */
	if (eid < 0 || eid >= SNAPSHOT_EDGES_END || kind < 0)
		return no_room(b);
	if (b->count == b->room && !grow_arcs(b))
		return false;
	bool undirected = db_int(rows, 4) != 0;
	out->to[b->count] = to;
	out->edge[b->count] = (uint32_t)eid;
	s->eid_own = eid > s->eid_own ? eid : s->eid_own;
	out->kind[b->count++] = (uint16_t)((uint32_t)kind |
	    (undirected ? SNAPSHOT_UNDIRECTED : 0));
	s->has_undirected |= undirected;
	return true;
}

static bool
take_arcs(struct build *b, struct db_rows *rows)
{
	struct db *db = b->g->db;
	bool goes_on = true;

	for (size_t i = 1; goes_on && db_next(db, rows); i++)
		goes_on = take_arc(b, rows) && ((i & ROWS_LOOK) != 0 ||
		    !graph_is_cancelled(b->g));
	db_end(db, rows);
	return goes_on && !db_failed(db);
}

static bool
read_arcs(struct build *b)
{
	struct db *db = b->g->db;
	struct snapshot *s = b->s;
	struct snapshot_side *out = &s->sides[SNAPSHOT_OUT];
	bool is_read = true;

	out->offset = mem_zero(((size_t)s->nodes + 1) * sizeof(uint32_t));
	if (out->offset == NULL)
		return no_room(b);
	if (s->nodes == 0)
		return true;
	int64_t first = s->nids[0], last = s->nids[s->nodes - 1];
	if (last - first < (int64_t)s->nodes * SPARSE)
		is_read = take_arcs(b, db_query(db, &sql_snapshot_arcs_range,
		    "ii", first, last));
	else
		for (uint32_t i = 0; is_read && i < s->nodes; i++)
			is_read = take_arcs(b, db_query(db, &sql_snapshot_arcs,
			    "i", s->nids[i]));
	if (is_read)
		(void)go_to_source(b, INT64_MAX);
	s->edges_built = b->count;
	return is_read;
}

/* ---- side 1 ---- */

/* Places of the arcs in the order of their types; counts is for the types. */
static void
sort_by_type(const struct snapshot *s, uint32_t *order, uint32_t *counts)
{
	const uint16_t *kind = s->sides[SNAPSHOT_OUT].kind;
	uint32_t sum = 0;

	memset(counts, 0, s->tids_count * sizeof(counts[0]));
	for (size_t i = 0; i < s->edges_built; i++)
		counts[kind[i] & SNAPSHOT_KINDS_MAX]++;
	/* Types are few: the next smallest is looked for each time. */
	for (int64_t after = INT64_MIN; sum < s->edges_built;) {
		size_t next = SIZE_MAX;
		for (size_t i = 0; i < s->tids_count; i++)
			if (s->tids[i] > after && (next == SIZE_MAX ||
				s->tids[i] < s->tids[next]))
				next = i;
		uint32_t count = counts[next];
		counts[next] = sum;
		sum += count;
		after = s->tids[next];
	}
	for (size_t i = 0; i < s->edges_built; i++)
		order[counts[kind[i] & SNAPSHOT_KINDS_MAX]++] = (uint32_t)i;
}

/* The source of each arc of side 0. */
static void
fill_sources(const struct snapshot *s, uint32_t *source)
{
	const uint32_t *offset = s->sides[SNAPSHOT_OUT].offset;

	for (uint32_t i = 0; i < s->nodes; i++)
		for (uint32_t j = offset[i]; j < offset[i + 1]; j++)
			source[j] = i;
}

/* offset[node] moves to the end of the run while it is filled. */
static void
fill_in(struct snapshot *s, const uint32_t *order, const uint32_t *source)
{
	const struct snapshot_side *out = &s->sides[SNAPSHOT_OUT];
	struct snapshot_side *in = &s->sides[SNAPSHOT_IN];
	uint32_t sum = 0;

	for (size_t i = 0; i < s->edges_built; i++)
		in->offset[out->to[i]]++;
	for (uint32_t i = 0; i <= s->nodes; i++) {
		uint32_t count = in->offset[i];
		in->offset[i] = sum;
		sum += count;
	}
	for (size_t i = 0; i < s->edges_built; i++) {
		uint32_t from = order[i];
		uint32_t at = in->offset[out->to[from]]++;
		in->to[at] = source[from];
		in->edge[at] = out->edge[from];
		in->kind[at] = out->kind[from];
	}
	for (uint32_t i = s->nodes; i > 0; i--)
		in->offset[i] = in->offset[i - 1];
	in->offset[0] = 0;
}

static bool
turn_arcs(struct build *b)
{
	struct snapshot *s = b->s;
	struct snapshot_side *in = &s->sides[SNAPSHOT_IN];
	size_t count = s->edges_built;
	uint32_t *order = mem_alloc(count * sizeof(order[0]));
	uint32_t *source = mem_alloc(count * sizeof(source[0]));
	uint32_t *counts = mem_alloc((s->tids_count + 1) * sizeof(counts[0]));

	in->offset = mem_zero(((size_t)s->nodes + 1) * sizeof(uint32_t));
	in->to = mem_alloc(count * sizeof(in->to[0]));
	in->edge = mem_alloc(count * sizeof(in->edge[0]));
	in->kind = mem_alloc(count * sizeof(in->kind[0]));
	bool has_room = order != NULL && source != NULL && counts != NULL &&
	    in->offset != NULL && in->to != NULL && in->edge != NULL &&
	    in->kind != NULL;
	if (has_room) {
		sort_by_type(s, order, counts);
		fill_sources(s, source);
		fill_in(s, order, source);
	}
	mem_release(order);
	mem_release(source);
	mem_release(counts);
	return has_room || no_room(b);
}

/* Gives back what growing took too much. */
static void
trim(struct build *b)
{
	struct snapshot_side *out = &b->s->sides[SNAPSHOT_OUT];

	(void)resize(&out->to, b->count + 1, sizeof(out->to[0]));
	(void)resize(&out->edge, b->count + 1, sizeof(out->edge[0]));
	(void)resize(&out->kind, b->count + 1, sizeof(out->kind[0]));
}

static bool
read_numbers(struct build *b)
{
	struct db *db = b->g->db;
	struct db_rows *rows = db_query(db, &sql_snapshot_numbers, "");

	if (db_next(db, rows)) {
		b->s->nid_max = db_int(rows, 0);
		b->s->eid_max = db_int(rows, 1);
	}
	db_end(db, rows);
	return !db_failed(db);
}

enum snapshot_made
snapshot_build(struct graph *g, struct snapshot *s, size_t bytes_max)
{
	struct build b = { .g = g, .s = s, .bytes_max = bytes_max, .kind = -1 };
	bool is_made = read_numbers(&b) && read_nodes(&b) && read_arcs(&b) &&
	    turn_arcs(&b);

	if (is_made) {
		trim(&b);
		s->nodes_built = s->nodes;
		is_made = snapshot_bytes(s) <= bytes_max || no_room(&b);
	}
	if (g->err->code != ALK_OK)
		return SNAPSHOT_FAILED;
	return is_made ? SNAPSHOT_MADE : SNAPSHOT_TOO_LARGE;
}

void
snapshot_free(struct snapshot *s)
{
	if (s == NULL)
		return;
	for (int i = 0; i < 2; i++) {
		mem_release(s->sides[i].offset);
		mem_release(s->sides[i].to);
		mem_release(s->sides[i].edge);
		mem_release(s->sides[i].kind);
	}
	for (size_t i = 0; i < s->patches_count; i++) {
		mem_release(s->patches[i].to);
		mem_release(s->patches[i].edge);
		mem_release(s->patches[i].kind);
	}
	mem_release(s->patches);
	intmap_fini(&s->patched);
	mem_release(s->nids);
	mem_release(s->types);
	mem_release(s->tids);
	mem_release(s->key_at);
	mem_release(s->by_key);
	buf_fini(&s->keys);
	mem_release(s);
}
