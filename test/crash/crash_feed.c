/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Consumers of the change feed under fire. A writer creates numbered nodes,
 * some in a transaction together, and changes others in between. Two processes
 * consume the feed by one name, publish the key of each node created on "done"
 * and count it in a node of another graph, and are killed at random. In the
 * end each key has to be there once, in order, and the count be right.
 */
#include "crash.h"

#include "aftermath.h"
#include "fixture.h"
#include "invariants.h"
#include "pause.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONSUMERS 2
#define NODES_A_ROUND 1000
#define BATCH_MAX 4
#define KILLS_A_ROUND 40
#define WAIT_MS 1500 /* without a change: then the writer is done */

struct worker {
	const char *path;
	long count;
	uint64_t random;
	alk_session *session;
};

static void
open_store(struct worker *w, alk_store **st)
{
	alk_options o = { .busy_ms = 60000 };

	fixture_open(w->path, &o, st, &w->session);
}

/* ---- the writer ---- */

struct batch {
	long first;
	long count;
};

static int
write_batch(alk_session *s, void *arg)
{
	const struct batch *b = arg;
	char key[32];
	char text[64];
	int rc = ALK_OK;

	for (long n = b->first; n < b->first + b->count && rc == ALK_OK; n++) {
		snprintf(key, sizeof(key), "%ld", n);
		rc = alk_node_create(s, "g", key, NULL);
	}
	/* What the consumers leave out. */
	snprintf(text, sizeof(text), "{\"n\":%ld}", b->first);
	if (rc == ALK_OK && b->first > 1)
		rc = alk_node_merge(s, "g", "1", text);
	return rc;
}

static int
write_all(void *arg, int to)
{
	struct worker *w = arg;
	alk_store *st;

	(void)to;
	open_store(w, &st);
	for (long n = 1; n <= w->count;) {
		struct batch b = { n, 1 + (long)(child_random(&w->random) %
		    BATCH_MAX) };
		if (b.first + b.count > w->count + 1)
			b.count = w->count + 1 - b.first;
		fixture_ok(w->session, alk_transact(w->session, 0,
		    write_batch, &b), "write");
		n += b.count;
	}
	fixture_close(st, w->session);
	return 0;
}

/* ---- the consumers ---- */

static int
count_one(void *arg, const alk_feed_change *c)
{
	struct worker *w = arg;
	alk_session *s = w->session;
	char text[64];
	alk_row row;
	int rc = alk_stream_publish(s, "done", NULL, c->key, ALK_NUL, NULL);

	if (rc == ALK_OK)
		rc = alk_node_get(s, "sum", "total", &row);
	if (rc != ALK_OK)
		return rc;
	snprintf(text, sizeof(text), "{\"n\":%lld}",
	    crash_n_of(row.attributes) + 1);
	return alk_node_merge(s, "sum", "total", text);
}

static int
consume(void *arg, int to)
{
	struct worker *w = arg;
	alk_feed f = { .consumer = "counter", .graph = "g",
		.kinds = ALK_FEED_NODES, .ops = ALK_FEED_CREATE,
		.records = 1 + child_random(&w->random) % 3,
		.wait_ms = WAIT_MS };
	alk_store *st;

	(void)to;
	open_store(w, &st);
	int rc = alk_feed_consume(w->session, &f, count_one, w);
	if (rc != ALK_TIMEOUT)
		fixture_ok(w->session, rc, "consume");
	fixture_close(st, w->session);
	return 0;
}

/* ---- killing ---- */

static long
done_so_far(const struct crash *c)
{
	return (long)invariants_number(c->path, "SELECT count(*) FROM "
	    "_honker_stream WHERE topic = 'done'");
}

/* Returns how often one was killed; both have ended then. */
static int
hunt(struct crash *c, struct worker *workers, int wanted, int *failed)
{
	struct child children[CONSUMERS];
	int kills = 0;

	for (int i = 0; i < CONSUMERS; i++)
		child_start(&children[i], consume, &workers[i]);
	while (kills < wanted && done_so_far(c) < workers[0].count) {
		long us = crash_below(c, 12000);
		int i = (int)crash_below(c, CONSUMERS);
		pause_us(us);
		child_kill(&children[i]);
		kills += WIFSIGNALED(children[i].status);
		workers[i].random = child_random(&c->random);
		child_start(&children[i], consume, &workers[i]);
	}
	for (int i = 0; i < CONSUMERS; i++)
		*failed += crash_differs("a consumer's exit status",
		    child_wait(&children[i]), 0);
	return kills;
}

static void
make(struct crash *c)
{
	alk_graph_new g = { .name = "sum", .type = "plain" };
	alk_store *st;
	alk_session *s;

	fixture_make(c->path);
	fixture_open(c->path, NULL, &st, &s);
	fixture_ok(s, alk_graph_create(s, &g, NULL), "graph");
	fixture_ok(s, alk_node_create(s, "sum", "total", "{\"n\":0}"),
	    "total");
	fixture_close(st, s);
}

int
crash_feed(struct crash *c)
{
	struct worker workers[CONSUMERS];
	struct worker writer = { .path = c->path,
		.count = NODES_A_ROUND * (long)c->rounds,
		.random = child_random(&c->random) };
	struct child writing;
	int failed = 0;

	scratch_clear(c->dir);
	make(c);
	for (int i = 0; i < CONSUMERS; i++) {
		workers[i] = writer;
		workers[i].random = child_random(&c->random);
	}
	child_start(&writing, write_all, &writer);
	int kills = hunt(c, workers, KILLS_A_ROUND * c->rounds, &failed);
	failed += crash_differs("the writer's exit status",
	    child_wait(&writing), 0);
	failed += crash_differs("changes done", done_so_far(c), writer.count);
	failed += crash_differs("changes out of order", invariants_number(
	    c->path, "SELECT count(*) FROM (SELECT CAST(payload AS INTEGER) "
	    "AS n, row_number() OVER (ORDER BY offset) AS at "
	    "FROM _honker_stream WHERE topic = 'done') WHERE n <> at"), 0);
	failed += crash_differs("the count", invariants_number(c->path,
	    "SELECT json_extract(attributes, '$.n') FROM nodes "
	    "WHERE key = 'total'"), writer.count);
	printf("%d consumers by one name, %d kills: %ld changes, each done "
	    "once and in order\n", CONSUMERS, kills, writer.count);
	return failed + crash_differs("any kill", kills > 0, 1) +
	    aftermath_check(c->path, "crash feed", NULL);
}
