/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Two processes that write one graph and three that read it. Each writer keeps
 * a ring of nodes, from its anchor along edges back to it, and puts nodes in
 * and takes them out, a transaction each; how many there are stands in the
 * anchor's attributes. One writes by the library, the other through the views,
 * by SQL alone. At every revision a reader therefore knows what a walk has to
 * meet; it asks the snapshot and the file's indexes, in one transaction.
 */
#include "child.h"
#include "fixture.h"
#include "scratch.h"
#include "topology.h"

#include "base/clock.h"
#include "store/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WRITERS 2
#define READERS 3
#define RING_MAX 60
#define KEY_BYTES 24

struct ring {
	int number;
	uint64_t seed;
	int64_t made;   /* members so far: keys are not used twice */
	int count;
	char keys[RING_MAX][KEY_BYTES]; /* the anchor first */
	alk_session *s; /* one of these */
	sqlite3 *raw;
};

struct job {
	char path[SCRATCH_PATH];
	int64_t until_ms;
	int number;
	uint64_t seed;
};

static int
below(uint64_t *seed, int n)
{
	return (int)(child_random(seed) % (uint64_t)n);
}

/* ---- changes by either way ---- */

static void
run(struct ring *r, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(r->raw, sql, NULL, NULL, &why) == SQLITE_OK)
		return;
	fprintf(stderr, "%s: %s\n", sql, why);
	exit(1);
}

static void
write_item(struct ring *r, const alk_item *item)
{
	fixture_ok(r->s, alk_write(r->s, "g", item, 1, NULL, NULL), "write");
}

/* By SQL of other clients, or by the library. */
static void
change_by(struct ring *r, const char *sql, const alk_item *item)
{
	if (r->raw != NULL)
		run(r, sql);
	else
		write_item(r, item);
}

static void
add_node(struct ring *r, const char *key)
{
	char sql[300];
	alk_item item = { .op = ALK_CREATE, .kind = ALK_NODE, .key = key };

	(void)snprintf(sql, sizeof(sql), "INSERT INTO nodes (graph_id, key, "
	    "attributes) VALUES ('g', '%s', '{\"nodeType\":\"ThingNode\"}')",
	    key);
	change_by(r, sql, &item);
}

/* Its edges are taken out first or go with it, now this way, now that. */
static void
remove_node(struct ring *r, const char *key)
{
	char sql[200];
	alk_item item = { .op = ALK_DELETE, .kind = ALK_NODE, .key = key };

	(void)snprintf(sql, sizeof(sql), "DELETE FROM nodes WHERE graph_id = "
	    "'g' AND key = '%s'", key);
	change_by(r, sql, &item);
}

static void
add_edge(struct ring *r, const char *source, const char *target)
{
	char sql[400], key[KEY_BYTES + 1];
	alk_item item = { .op = ALK_CREATE, .kind = ALK_EDGE, .key = key,
		.source = source, .target = target,
		.direction = ALK_DIRECTED };

	(void)snprintf(key, sizeof(key), "x%s", source);
	(void)snprintf(sql, sizeof(sql), "INSERT INTO edges (graph_id, key, "
	    "source_node_key, target_node_key, attributes) VALUES ('g', '%s', "
	    "'%s', '%s', '{\"edgeType\":\"LinkEdge\"}')", key, source, target);
	change_by(r, sql, &item);
}

static void
remove_edge(struct ring *r, const char *source)
{
	char sql[200], key[KEY_BYTES + 1];
	alk_item item = { .op = ALK_DELETE, .kind = ALK_EDGE, .key = key };

	(void)snprintf(key, sizeof(key), "x%s", source);
	(void)snprintf(sql, sizeof(sql), "DELETE FROM edges WHERE graph_id = "
	    "'g' AND key = '%s'", key);
	change_by(r, sql, &item);
}

static void
say_count(struct ring *r)
{
	char sql[300], attributes[60];
	alk_item item = { .op = ALK_REPLACE, .kind = ALK_NODE,
		.key = r->keys[0], .attributes = attributes,
		.attributes_bytes = ALK_NUL };

	(void)snprintf(attributes, sizeof(attributes),
	    "{\"nodeType\":\"ThingNode\",\"n\":%d}", r->count);
	(void)snprintf(sql, sizeof(sql), "UPDATE nodes SET attributes = '%s' "
	    "WHERE graph_id = 'g' AND key = '%s'", attributes, r->keys[0]);
	change_by(r, sql, &item);
}

/* ---- the ring ---- */

static const char *
behind(const struct ring *r, int at)
{
	return r->keys[(at + 1) % r->count];
}

static void
put_in(struct ring *r)
{
	int at = below(&r->seed, r->count);
	char key[KEY_BYTES], next[KEY_BYTES];

	(void)snprintf(key, sizeof(key), "r%d-%lld", r->number,
	    (long long)++r->made);
	memcpy(next, behind(r, at), sizeof(next));
	remove_edge(r, r->keys[at]);
	add_node(r, key);
	add_edge(r, r->keys[at], key);
	add_edge(r, key, next);
	memmove(r->keys[at + 2], r->keys[at + 1],
	    (size_t)(r->count - at - 1) * KEY_BYTES);
	memcpy(r->keys[at + 1], key, KEY_BYTES);
	r->count++;
}

static void
take_out(struct ring *r)
{
	int at = 1 + below(&r->seed, r->count - 1);

	if (below(&r->seed, 2) == 0)
		remove_edge(r, r->keys[at]);
	remove_node(r, r->keys[at]);
	add_edge(r, r->keys[at - 1], behind(r, at));
	memmove(r->keys[at], r->keys[at + 1],
	    (size_t)(r->count - at - 1) * KEY_BYTES);
	r->count--;
}

static int
change(alk_session *s, void *arg)
{
	struct ring *r = arg;

	(void)s;
	if (r->count < 3 || (r->count < RING_MAX - 1 &&
		below(&r->seed, 2) == 0))
		put_in(r);
	else
		take_out(r);
	say_count(r);
	return ALK_OK;
}

static int
begin(alk_session *s, void *arg)
{
	struct ring *r = arg;

	(void)s;
	(void)snprintf(r->keys[0], KEY_BYTES, "anchor%d", r->number);
	r->count = 1;
	add_node(r, r->keys[0]);
	add_edge(r, r->keys[0], r->keys[0]);
	say_count(r);
	return ALK_OK;
}

static void
transact(struct ring *r, alk_work_fn work)
{
	if (r->s != NULL) {
		fixture_ok(r->s, alk_transact(r->s, 0, work, r), "transact");
		return;
	}
	run(r, "BEGIN IMMEDIATE");
	(void)work(NULL, r);
	run(r, "COMMIT");
}

static int
writer(void *arg, int to)
{
	const struct job *j = arg;
	struct ring r = { .number = j->number, .seed = j->seed };
	alk_store *st = NULL;
	alk_options o = { .busy_ms = 60000 };
	int64_t written = 0;

	if (j->number == 0) {
		fixture_open(j->path, &o, &st, &r.s);
	} else if (sqlite3_open(j->path, &r.raw) != SQLITE_OK) {
		return 1;
	} else {
		(void)sqlite3_busy_timeout(r.raw, 60000);
		run(&r, "PRAGMA recursive_triggers=ON");
	}
	for (transact(&r, begin); clock_steady_ms() < j->until_ms; written++)
		transact(&r, change);
	child_say(to, written);
	(void)sqlite3_close(r.raw);
	if (st != NULL)
		fixture_close(st, r.s);
	return 0;
}

/* ---- reading ---- */

struct reading {
	alk_session *s;
	alk_limits no_snapshots;
	int64_t compared;
	bool is_wrong;
};

/* What the anchor says, or -1: it is not there yet. */
static int
said(struct reading *r, const char *anchor)
{
	alk_row row;
	int code = alk_node_get(r->s, "g", anchor, &row);

	if (code == ALK_NOTFOUND)
		return -1;
	fixture_ok(r->s, code, "get");
	const char *n = strstr(row.attributes, "\"n\":");
	return n != NULL ? atoi(n + 4) : -1;
}

static void
expect(struct reading *r, const char *how, const char *anchor, int direction,
    int count)
{
	alk_walk_options o = { .direction = direction, .depth_max = ALK_NUL };
	size_t found = 0;

	fixture_ok(r->s, alk_walk(r->s, "g", anchor, &o, NULL, NULL, &found),
	    how);
	if (found + 1 == (size_t)count)
		return;
	r->is_wrong = true;
	fprintf(stderr, "%s: %zu nodes from %s, not %d\n", how, found + 1,
	    anchor, count);
}

static int
look(alk_session *s, void *arg)
{
	struct reading *r = arg;
	struct graph *g = &s->graph;

	for (int i = 0; i < WRITERS; i++) {
		char anchor[KEY_BYTES];
		(void)snprintf(anchor, sizeof(anchor), "anchor%d", i);
		int count = said(r, anchor);
		if (count < 0)
			continue;
		expect(r, "snapshot", anchor, ALK_OUT, count);
		expect(r, "snapshot, in", anchor, ALK_IN, count);
		struct snapshots aside = g->snapshots;
		const alk_limits *limits = g->limits;
		memset(&g->snapshots, 0, sizeof(g->snapshots));
		g->limits = &r->no_snapshots;
		expect(r, "file", anchor, ALK_OUT, count);
		snapshots_fini(&g->snapshots);
		g->snapshots = aside;
		g->limits = limits;
		r->compared++;
	}
	return ALK_OK;
}

static int
reader(void *arg, int to)
{
	const struct job *j = arg;
	struct reading r = { 0 };
	alk_store *st;

	fixture_open(j->path, NULL, &st, &r.s);
	r.no_snapshots = *r.s->graph.limits;
	r.no_snapshots.snapshot_bytes = 1;
	while (clock_steady_ms() < j->until_ms && !r.is_wrong)
		fixture_ok(r.s, alk_snapshot(r.s, look, &r), "snapshot");
	if (r.s->graph.snapshots.patched == 0) {
		fprintf(stderr, "no snapshot was brought up to date\n");
		r.is_wrong = true;
	}
	child_say(to, r.compared);
	fixture_close(st, r.s);
	return r.is_wrong ? 1 : 0;
}

int
topology_processes(int64_t seconds, uint64_t seed)
{
	char dir[SCRATCH_PATH];
	struct job jobs[WRITERS + READERS];
	struct child children[WRITERS + READERS];
	int64_t until = clock_steady_ms() + seconds * 1000;
	int64_t sums[2] = { 0, 0 };
	int failed = 0;

	scratch_make(dir);
	for (int i = 0; i < WRITERS + READERS; i++) {
		scratch_path(jobs[i].path, dir, "store.db");
		jobs[i].until_ms = until;
		jobs[i].number = i;
		jobs[i].seed = seed + (uint64_t)i;
	}
	fixture_make(jobs[0].path);
	for (int i = 0; i < WRITERS + READERS; i++)
		child_start(&children[i], i < WRITERS ? writer : reader,
		    &jobs[i]);
	for (int i = 0; i < WRITERS + READERS; i++) {
		failed += child_wait(&children[i]) != 0;
		sums[i >= WRITERS] += children[i].said;
	}
	printf("%lld s: %lld transactions written, %lld times compared\n",
	    (long long)seconds, (long long)sums[0], (long long)sums[1]);
	scratch_remove(dir);
	return failed > 0 || sums[0] == 0 || sums[1] == 0 ? 1 : 0;
}
