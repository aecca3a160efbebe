/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Killed while making one transaction after another. Transaction t makes the
 * nodes a<t> and b<t> and the edge e<t>, says t in the stream "log" and in the
 * node "counter"; each seventh one deletes a<t-5> with its edge; before each
 * fifth one a transaction is rolled back. So the counter says what else has to
 * be there.
 */
#include "crash.h"

#include "aftermath.h"
#include "fixture.h"
#include "invariants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KILLS_PER_FILE 20

struct job {
	const char *path;
	int64_t t;
};

static int
write_batch(alk_session *s, int64_t t)
{
	char a[32];
	char b[32];
	char e[32];
	char n[48];
	alk_item items[4] = {
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = a },
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = b },
		{ .op = ALK_CREATE, .kind = ALK_EDGE, .key = e, .source = a,
		    .target = b },
		{ .op = ALK_MERGE, .kind = ALK_NODE, .key = "counter",
		    .attributes = n, .attributes_bytes = ALK_NUL },
	};

	snprintf(a, sizeof(a), "a%lld", (long long)t);
	snprintf(b, sizeof(b), "b%lld", (long long)t);
	snprintf(e, sizeof(e), "e%lld", (long long)t);
	snprintf(n, sizeof(n), "{\"n\":%lld}", (long long)t);
	return alk_write(s, "g", items, 4, NULL, NULL);
}

static int
transaction(alk_session *s, void *arg)
{
	struct job *job = arg;
	char text[32];
	int rc = write_batch(s, job->t);

	snprintf(text, sizeof(text), "%lld", (long long)job->t);
	if (rc == ALK_OK)
		rc = alk_stream_publish(s, "log", NULL, text, ALK_NUL, NULL);
	snprintf(text, sizeof(text), "a%lld", (long long)job->t - 5);
	if (rc == ALK_OK && job->t % 7 == 0)
		rc = alk_node_delete(s, "g", text);
	return rc;
}

static int
undone(alk_session *s, void *arg)
{
	return transaction(s, arg) == ALK_OK ? 1 : 2;
}

static int
work(void *arg, int to)
{
	struct job *job = arg;
	alk_store *st;
	alk_session *s;

	fixture_open(job->path, NULL, &st, &s);
	for (;;) {
		job->t++;
		if (job->t % 5 == 0 && alk_transact(s, 0, undone, job) != 1)
			return 4;
		fixture_ok(s, alk_transact(s, 0, transaction, job),
		    "transaction");
		child_say(to, job->t);
	}
}

/* How many transactions are there; what else there is has to fit. */
static int
look(const char *path, long long rev, int64_t *t_out)
{
	long long t = invariants_number(path, "SELECT json_extract("
	    "attributes, '$.n') FROM nodes WHERE key = 'counter'");
	int failed = 0;

	failed += crash_differs("nodes", invariants_number(path,
	    "SELECT count(*) FROM nodes"), 1 + 2 * t - t / 7);
	failed += crash_differs("edges", invariants_number(path,
	    "SELECT count(*) FROM edges"), t - t / 7);
	failed += crash_differs("log", invariants_number(path,
	    "SELECT count(*) FROM _honker_stream WHERE topic = 'log'"), t);
	failed += crash_differs("end of the log", invariants_number(path,
	    "SELECT COALESCE(max(CAST(payload AS INTEGER)), 0) FROM "
	    "_honker_stream WHERE topic = 'log'"), t);
	failed += crash_differs("revision", invariants_number(path,
	    "SELECT rev FROM alk_graphs"), rev + t);
	*t_out = t;
	return failed;
}

static int
kill_once(struct crash *c, long long rev, int64_t *t)
{
	struct job job = { c->path, *t };
	struct child child;
	int failed;

	child_start(&child, work, &job);
	child_listen(&child, crash_below(c, 80000));
	child_kill(&child);
	failed = aftermath_check(c->path, "crash single", NULL);
	failed += look(c->path, rev, t);
	if (child.said > *t || (child.said >= 0 && *t > child.said + 1)) {
		fprintf(stderr, "  transaction %lld was acknowledged, %lld "
		    "is the last there\n", (long long)child.said,
		    (long long)*t);
		failed++;
	}
	return failed;
}

static long long
make_file(struct crash *c)
{
	alk_store *st;
	alk_session *s;

	scratch_clear(c->dir);
	fixture_make(c->path);
	fixture_open(c->path, NULL, &st, &s);
	fixture_ok(s, alk_node_create(s, "g", "counter", "{\"n\":0}"),
	    "counter");
	fixture_close(st, s);
	return invariants_number(c->path, "SELECT rev FROM alk_graphs");
}

int
crash_single(struct crash *c)
{
	long long rev = 0;
	int64_t t = 0;
	int64_t all = 0;
	int failed = 0;

	for (int i = 0; i < c->rounds && failed == 0; i++) {
		if (i % KILLS_PER_FILE == 0) {
			all += t;
			t = 0;
			rev = make_file(c);
		}
		failed = kill_once(c, rev, &t);
	}
	printf("%d kills, %lld transactions between them\n", c->rounds,
	    (long long)(all + t));
	return failed + crash_differs("any transaction", all + t > 0, 1);
}
