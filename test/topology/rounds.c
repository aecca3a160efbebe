/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Random changes to random graphs, and after each the same questions to the
 * snapshot and to the file's indexes, in the same session and transaction. The
 * answers have to be equal to the letter: the same rows in the same order.
 *
 * Changes come from the session that asks (alone, in transactions that are kept
 * or rolled back, behind savepoints that are undone), from another session,
 * from a plain connection through the views (which may change keys), as loads;
 * graphs are deleted and made again under the same id, the feed is trimmed.
 */
#include "child.h"
#include "fixture.h"
#include "topology.h"

#include "store/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS 24
#define EDGE_KEYS 40
#define KINDS 3
#define ANSWER_BYTES 400000

struct rounds {
	struct fixture f;
	uint64_t seed;
	int64_t round;
	alk_session *other;
	sqlite3 *raw;
	alk_limits no_snapshots; /* the store's limits, but for them */
	struct snapshots aside;
	char *answers[2];
	size_t bytes[2];
	int which;
	int64_t compared;
	bool is_wrong;
};

static const char *const kinds[KINDS] = { "directed", "undirected", "mixed" };
static const char *const node_types[] = { "ANode", "BNode" };
static const char *const edge_types[] = { "XEdge", "YEdge", "ZEdge" };

static int
below(struct rounds *r, int n)
{
	return (int)(child_random(&r->seed) % (uint64_t)n);
}

/* ---- setting up ---- */

static void
load_type(struct rounds *r, const char *kind)
{
	char module[900];
	alk_type_options o = { .scope = "tenant" };

	(void)snprintf(module, sizeof(module),
	    "{\"Config\":{\"type\":\"object\",\"properties\":{"
	    "\"type\":{\"const\":\"%s\"},\"multi\":{\"const\":true},"
	    "\"allowSelfLoops\":{\"const\":true}}},"
	    "\"ANode\":{\"type\":\"object\"},\"BNode\":{\"type\":\"object\"},"
	    "\"XEdge\":{\"type\":\"object\"},\"YEdge\":{\"type\":\"object\"},"
	    "\"ZEdge\":{\"type\":\"object\"}}", kind);
	fixture_ok(r->f.session, alk_types_load(r->f.session, kind, &o, module,
	    ALK_NUL, NULL), "types");
}

static void
make_graph(struct rounds *r, int kind)
{
	alk_graph_new g = { .name = kinds[kind], .id = kinds[kind],
		.type = kinds[kind] };

	fixture_ok(r->f.session, alk_graph_create(r->f.session, &g, NULL),
	    "graph");
}

static void
init(struct rounds *r)
{
	alk_options o = { .flags = ALK_OPEN_SHARED };

	fixture_init(&r->f, &o);
	for (int i = 0; i < KINDS; i++) {
		load_type(r, kinds[i]);
		make_graph(r, i);
	}
	fixture_ok(r->f.session, alk_session_open(r->f.store, NULL, &r->other,
	    NULL), "session");
	if (sqlite3_open(r->f.path, &r->raw) != SQLITE_OK)
		exit(1);
	(void)sqlite3_busy_timeout(r->raw, 5000);
	(void)sqlite3_exec(r->raw, "PRAGMA recursive_triggers=ON", NULL, NULL,
	    NULL);
	r->no_snapshots = *r->f.session->graph.limits;
	r->no_snapshots.snapshot_bytes = 1;
	for (int i = 0; i < 2; i++) {
		r->answers[i] = malloc(ANSWER_BYTES);
		if (r->answers[i] == NULL)
			exit(1);
	}
}

static void
fini(struct rounds *r)
{
	(void)sqlite3_close(r->raw);
	alk_session_close(r->other);
	fixture_fini(&r->f);
	free(r->answers[0]);
	free(r->answers[1]);
}

/* ---- asking ---- */

static void
note(struct rounds *r, const char *format, const char *a, long long n)
{
	char *at = r->answers[r->which] + r->bytes[r->which];
	size_t left = ANSWER_BYTES - r->bytes[r->which];
	int bytes = snprintf(at, left, format, a, n);

	if (bytes > 0 && (size_t)bytes < left)
		r->bytes[r->which] += (size_t)bytes;
}

static int
note_row(void *arg, const alk_row *row)
{
	struct rounds *r = arg;

	note(r, row->kind == ALK_NODE ? "n%s@%lld " : "e%s@%lld ",
	    row->kind == ALK_NODE ? row->key : row->id,
	    (long long)row->number);
	return 0;
}

static void
note_code(struct rounds *r, const char *what, int code, size_t found)
{
	note(r, "%s=%lld", what, code);
	note(r, "%s%lld\n", " ", (long long)found);
}

struct question {
	const char *graph;
	alk_walk_options o;
	const char *edges[3];
	const char *nodes[2];
	char from[16];
	char to[16];
	bool counts_edges;
};

static struct question
random_question(struct rounds *r, int kind)
{
	struct question q = { .graph = kinds[kind] };

	q.o.direction = below(r, 3);
	q.o.depth_max = (size_t)below(r, 5);
	q.o.edge_types_count = (size_t)below(r, 4);
	q.o.node_types_count = below(r, 3) == 0 ? 1 : 0;
	for (int i = 0; i < 3; i++)
		q.edges[i] = edge_types[(below(r, 3) + i) % 3];
	q.nodes[0] = node_types[below(r, 2)];
	if (below(r, 6) == 0)
		q.o.node_filter = "n < 3";
	if (below(r, 6) == 0)
		q.o.edge_filter = "n < 3";
	(void)snprintf(q.from, sizeof(q.from), "%d", below(r, KEYS));
	(void)snprintf(q.to, sizeof(q.to), "%d", below(r, KEYS));
	q.counts_edges = below(r, 2) == 0;
	return q;
}

static void
ask(struct rounds *r, const struct question *asked)
{
	struct question q = *asked;
	alk_session *s = r->f.session;
	size_t found = 0;
	alk_row row;

	q.o.edge_types = q.o.edge_types_count > 0 ? q.edges : NULL;
	q.o.node_types = q.o.node_types_count > 0 ? q.nodes : NULL;
	r->bytes[r->which] = 0;
	int code = alk_walk(s, q.graph, q.from, &q.o, note_row, r, &found);
	note_code(r, "walk", code, found);
	code = alk_neighbors(s, q.graph, q.from, &q.o, note_row, r);
	note_code(r, "neighbors", code, 0);
	q.o.flags = ALK_WALK_KEYS;
	code = alk_neighbors(s, q.graph, q.to, &q.o, note_row, r);
	note_code(r, "keys", code, 0);
	code = alk_neighbors(s, q.graph, q.from, &q.o, note_row, r);
	note_code(r, "again", code, 0);
	code = alk_path(s, q.graph, q.from, q.to, &q.o, note_row, r);
	note_code(r, "path", code, 0);
	code = alk_degree_top(s, q.graph, &q.o, 10, note_row, r);
	note_code(r, "degrees", code, 0);
	q.o.flags = ALK_WALK_EDGES;
	code = alk_walk(s, q.graph, q.to, &q.o, note_row, r, &found);
	note_code(r, "edges", code, found);
	q.o.flags = ALK_WALK_PATHS | ALK_WALK_KEYS;
	q.o.depth_max = q.o.depth_max > 2 ? 2 : q.o.depth_max;
	code = alk_walk(s, q.graph, q.to, &q.o, note_row, r, &found);
	note_code(r, "paths", code, found);
	/* Counted, without a transaction where that may be. */
	q.o.flags = q.counts_edges ? ALK_WALK_EDGES : 0;
	code = alk_walk(s, q.graph, q.from, &q.o, NULL, NULL, &found);
	note_code(r, "counted", code, found);
	code = alk_node_get(s, q.graph, q.from, &row);
	note(r, "%s@%lld\n", code == ALK_OK ? row.id : "", code);
}

/* The session without its snapshots, and without leave to make one. */
static void
put_aside(struct rounds *r)
{
	struct graph *g = &r->f.session->graph;

	r->aside = g->snapshots;
	memset(&g->snapshots, 0, sizeof(g->snapshots));
	memset(&g->known, 0, sizeof(g->known));
	g->limits = &r->no_snapshots;
}

static void
put_back(struct rounds *r)
{
	struct graph *g = &r->f.session->graph;

	if (g->snapshots.built != 0) {
		fprintf(stderr, "a snapshot was made beyond its limit\n");
		r->is_wrong = true;
	}
	snapshots_fini(&g->snapshots);
	g->snapshots = r->aside;
	g->limits = &r->f.store->limits;
}

static void
compare(struct rounds *r)
{
	struct question q = random_question(r, below(r, KINDS));

	r->which = 0;
	ask(r, &q);
	put_aside(r);
	r->which = 1;
	ask(r, &q);
	put_back(r);
	r->compared++;
	if (r->bytes[0] == r->bytes[1] &&
	    memcmp(r->answers[0], r->answers[1], r->bytes[0]) == 0)
		return;
	r->is_wrong = true;
	fprintf(stderr, "round %lld, graph %s from %s to %s direction %d\n"
	    "snapshot:\n%.*s\nfile:\n%.*s\n", (long long)r->round, q.graph,
	    q.from, q.to, q.o.direction, (int)r->bytes[0], r->answers[0],
	    (int)r->bytes[1], r->answers[1]);
}

/* ---- changing ---- */

struct change_texts_of {
	char key[16];
	char id[16];
	char source[16];
	char target[16];
	char attributes[32];
};

static alk_item
random_item(struct rounds *r, struct change_texts_of *t)
{
	static const int ops[] = { ALK_CREATE, ALK_CREATE, ALK_PUT,
		ALK_DELETE };
	bool is_node = below(r, 3) == 0;
	alk_item item = { .op = ops[below(r, 4)],
		.kind = is_node ? ALK_NODE : ALK_EDGE };

	(void)snprintf(t->key, sizeof(t->key), is_node ? "%d" : "k%d",
	    below(r, is_node ? KEYS : EDGE_KEYS));
	(void)snprintf(t->id, sizeof(t->id), "own%d", below(r, 10000));
	(void)snprintf(t->source, sizeof(t->source), "%d", below(r, KEYS));
	(void)snprintf(t->target, sizeof(t->target), "%d", below(r, KEYS));
	(void)snprintf(t->attributes, sizeof(t->attributes), "{\"n\":%d}",
	    below(r, 6));
	item.key = t->key;
	item.type = is_node ? node_types[below(r, 2)] :
	    edge_types[below(r, 3)];
	if (item.op != ALK_DELETE) {
		item.attributes = t->attributes;
		item.attributes_bytes = ALK_NUL;
	}
	if (!is_node) {
		item.source = t->source;
		item.target = t->target;
		if (item.op == ALK_CREATE && below(r, 2) == 0)
			item.key = NULL;
		if (item.op == ALK_CREATE && below(r, 4) == 0)
			item.id = t->id;
	}
	return item;
}

/* What is there already, or not there, is no slip here. */
static bool
may_fail(int code)
{
	return code == ALK_OK || code == ALK_NOTFOUND || code == ALK_EXISTS ||
	    code == ALK_CONFLICT;
}

static int
write_one(struct rounds *r, alk_session *s)
{
	struct change_texts_of t;
	alk_item item = random_item(r, &t);
	int code = alk_write(s, kinds[below(r, KINDS)], &item, 1, NULL, NULL);

	if (may_fail(code))
		return ALK_OK;
	fprintf(stderr, "write: %s\n", alk_session_error(s)->text);
	r->is_wrong = true;
	return code;
}

/* A call of several items mostly fails at one of them: then all are undone. */
static void
write_several(struct rounds *r, alk_session *s)
{
	struct change_texts_of t[6];
	alk_item items[6];
	size_t count = 2 + (size_t)below(r, 5);

	for (size_t i = 0; i < count; i++)
		items[i] = random_item(r, &t[i]);
	if (!may_fail(alk_write(s, kinds[below(r, KINDS)], items, count, NULL,
		NULL)))
		r->is_wrong = true;
}

/* Many changes at once, as a batch: the snapshot is made anew rather. */
static void
write_many(struct rounds *r, alk_session *s)
{
	for (int i = 0; i < 100; i++)
		(void)write_one(r, s);
}

static int
many_in_one(alk_session *s, void *arg)
{
	write_many(arg, s);
	return ALK_OK;
}

static int
inner_undone(alk_session *s, void *arg)
{
	struct rounds *r = arg;

	(void)write_one(r, s);
	compare(r);
	return ALK_CONFLICT;
}

static int
transaction(alk_session *s, void *arg)
{
	struct rounds *r = arg;
	int steps = 1 + below(r, 5);

	for (int i = 0; i < steps; i++) {
		if (below(r, 4) == 0)
			(void)alk_transact(s, below(r, 2) == 0 ? 0 :
			    ALK_TX_DRY_RUN, inner_undone, r);
		else if (below(r, 3) == 0)
			write_several(r, s);
		else
			(void)write_one(r, s);
		if (below(r, 2) == 0)
			compare(r);
	}
	return below(r, 2) == 0 ? ALK_OK : ALK_CONFLICT;
}

/* The snapshot's state is kept while the session itself writes on. */
static int
within_snapshot(alk_session *s, void *arg)
{
	struct rounds *r = arg;

	compare(r);
	(void)alk_transact(s, 0, transaction, r);
	compare(r);
	(void)write_one(r, r->other);
	compare(r);
	return ALK_OK;
}

/* Through the views. Most statements change something, all may fail. */
static void
write_raw(struct rounds *r)
{
	const char *g = kinds[below(r, KINDS)];
	int a = below(r, KEYS), b = below(r, KEYS);
	char sql[400];

	switch (below(r, 7)) {
	case 0:
		(void)snprintf(sql, sizeof(sql), "INSERT INTO nodes (graph_id, "
		    "key, attributes) VALUES ('%s', '%d', '{\"nodeType\":"
		    "\"ANode\",\"n\":2}')", g, a);
		break;
	case 1:
		(void)snprintf(sql, sizeof(sql), "INSERT INTO edges (graph_id, "
		    "source_node_key, target_node_key, attributes, undirected) "
		    "VALUES ('%s', '%d', '%d', '{\"edgeType\":\"YEdge\","
		    "\"n\":1}', %d)", g, a, b, g == kinds[0] ? 0 : 1);
		break;
	case 2: /* with an id of its own */
		(void)snprintf(sql, sizeof(sql), "INSERT INTO edges (graph_id, "
		    "source_node_key, target_node_key, attributes, id) VALUES "
		    "('%s', '%d', '%d', '{\"edgeType\":\"XEdge\"}', 'raw' "
		    "|| abs(random() / 2))", g, a, b);
		break;
	case 3:
		(void)snprintf(sql, sizeof(sql), "UPDATE nodes SET key = '%d' "
		    "WHERE graph_id = '%s' AND key = '%d'", b, g, a);
		break;
	case 4:
		(void)snprintf(sql, sizeof(sql), "DELETE FROM nodes WHERE "
		    "graph_id = '%s' AND key = '%d'", g, a);
		break;
	case 5:
		(void)snprintf(sql, sizeof(sql), "DELETE FROM edges WHERE id = "
		    "(SELECT id FROM edges WHERE graph_id = '%s' AND "
		    "source_node_key = '%d' LIMIT 1)", g, a);
		break;
	default:
		(void)snprintf(sql, sizeof(sql), "DELETE FROM edges WHERE id = "
		    "(SELECT id FROM edges WHERE graph_id = '%s' AND id GLOB "
		    "'raw*' LIMIT 1)", g);
	}
	(void)sqlite3_exec(r->raw, sql, NULL, NULL, NULL);
}

static void
write_raw_several(struct rounds *r)
{
	bool is_kept = below(r, 3) > 0;

	(void)sqlite3_exec(r->raw, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	for (int i = 0; i < 6; i++)
		write_raw(r);
	(void)sqlite3_exec(r->raw, is_kept ? "COMMIT" : "ROLLBACK", NULL, NULL,
	    NULL);
}

static void
make_again(struct rounds *r)
{
	int kind = below(r, KINDS);

	fixture_ok(r->f.session, alk_graph_delete(r->f.session, kinds[kind]),
	    "delete");
	make_graph(r, kind);
	/* As many revisions as before, some of the time. */
	for (int i = below(r, 20); i > 0; i--)
		(void)write_one(r, r->other);
}

static long
read_line(void *arg, char *into, size_t room)
{
	char **left = arg;
	size_t bytes = strlen(*left);

	bytes = bytes < room ? bytes : room;
	memcpy(into, *left, bytes);
	*left += bytes;
	return (long)bytes;
}

static void
load(struct rounds *r)
{
	char lines[400];
	char *left = lines;
	alk_import_options o = { .flags = ALK_IMPORT_PUT };
	int a = below(r, KEYS), b = below(r, KEYS);

	(void)snprintf(lines, sizeof(lines),
	    "{\"kind\":\"node\",\"key\":\"%d\",\"attributes\":{"
	    "\"nodeType\":\"ANode\"}}\n"
	    "{\"kind\":\"node\",\"key\":\"%d\",\"attributes\":{"
	    "\"nodeType\":\"BNode\"}}\n"
	    "{\"kind\":\"edge\",\"source\":\"%d\",\"target\":\"%d\","
	    "\"attributes\":{\"edgeType\":\"ZEdge\"}}\n", a, b, a, b);
	(void)alk_import(r->f.session, kinds[below(r, KINDS)], &o,
	    read_line, &left, NULL);
}

static void
trim(struct rounds *r)
{
	alk_stream_policy p = { .topic = "changes", .keep_events = 3 };
	int64_t count;

	(void)alk_stream_trim(r->other, &p, 1000, &count);
}

static void
change(struct rounds *r)
{
	alk_session *s = r->f.session;
	int what = below(r, 100);

	if (what < 20)
		(void)write_one(r, s);
	else if (what < 40)
		(void)write_one(r, r->other);
	else if (what < 55)
		write_raw(r);
	else if (what < 65)
		write_raw_several(r);
	else if (what < 70)
		write_several(r, what < 67 ? s : r->other);
	else if (what < 85)
		(void)alk_transact(s, below(r, 6) == 0 ? ALK_TX_DRY_RUN : 0,
		    transaction, r);
	else if (what < 91)
		(void)alk_snapshot(s, within_snapshot, r);
	else if (what < 93)
		(void)alk_transact(r->other, 0, many_in_one, r);
	else if (what < 95)
		load(r);
	else if (what < 97)
		make_again(r);
	else if (what < 98)
		trim(r);
}

int
topology_rounds(int64_t rounds, uint64_t seed)
{
	struct rounds r = { .seed = seed };

	init(&r);
	for (r.round = 0; r.round < rounds && !r.is_wrong; r.round++) {
		change(&r);
		compare(&r);
	}
	const struct snapshots *all = &r.f.session->graph.snapshots;
	printf("%lld rounds, seed %llu: %lld comparisons, snapshots made %zu "
	    "times and brought up to date %zu times\n", (long long)r.round,
	    (unsigned long long)seed, (long long)r.compared, all->built,
	    all->patched);
	bool is_idle = all->patched < (size_t)rounds / 2 || all->built == 0;
	if (is_idle)
		fprintf(stderr, "the snapshots were hardly used\n");
	fini(&r);
	return r.is_wrong || is_idle ? 1 : 0;
}
