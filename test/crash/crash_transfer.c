/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Two processes move units between ten accounts in transactions; three others
 * add the accounts up, each time from one state of the file. The sum never
 * changes, and in the end the revision counts the transfers.
 */
#include "crash.h"

#include "aftermath.h"
#include "fixture.h"
#include "invariants.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define ACCOUNTS 10
#define EACH 100
#define SECONDS 3
#define WRITERS 2
#define READERS 3

struct job {
	const char *path;
	uint64_t random;
	char from[16];
	char to[16];
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
add_to(alk_session *s, const char *key, long long by)
{
	alk_row row;
	char text[48];
	int rc = alk_node_get(s, "g", key, &row);

	if (rc != ALK_OK)
		return rc;
	snprintf(text, sizeof(text), "{\"n\":%lld}",
	    crash_n_of(row.attributes) + by);
	return alk_node_merge(s, "g", key, text);
}

static int
transfer(alk_session *s, void *arg)
{
	struct job *job = arg;
	int rc = add_to(s, job->from, -1);

	return rc == ALK_OK ? add_to(s, job->to, 1) : rc;
}

static int
write_on(void *arg, int to)
{
	struct job *job = arg;
	int64_t end = now_ms() + 1000 * SECONDS;
	alk_store *st;
	alk_session *s;

	fixture_open(job->path, NULL, &st, &s);
	for (int64_t done = 1; now_ms() < end; done++) {
		uint64_t x = child_random(&job->random);
		int from = (int)(x % ACCOUNTS);
		int step = 1 + (int)(x / ACCOUNTS % (ACCOUNTS - 1));

		snprintf(job->from, sizeof(job->from), "acc%d", from);
		snprintf(job->to, sizeof(job->to), "acc%d",
		    (from + step) % ACCOUNTS);
		fixture_ok(s, alk_transact(s, 0, transfer, job), "transfer");
		child_say(to, done);
	}
	fixture_close(st, s);
	return 0;
}

static int
add_row(void *arg, const alk_row *row)
{
	*(long long *)arg += crash_n_of(row->attributes);
	return 0;
}

struct sum {
	long long listed;
	long long got;
	int64_t rev[2];
};

static int
add_up(alk_session *s, void *arg)
{
	struct sum *sum = arg;
	alk_row row;
	char key[16];
	int rc = alk_graph_get(s, "g", &row);

	memset(sum, 0, sizeof(*sum));
	sum->rev[0] = row.number;
	if (rc == ALK_OK)
		rc = alk_node_list(s, "g", NULL, add_row, &sum->listed, NULL);
	for (int i = 0; rc == ALK_OK && i < ACCOUNTS; i++) {
		snprintf(key, sizeof(key), "acc%d", i);
		rc = alk_node_get(s, "g", key, &row);
		if (rc == ALK_OK)
			add_row(&sum->got, &row);
	}
	if (rc == ALK_OK)
		rc = alk_graph_get(s, "g", &row);
	sum->rev[1] = row.number;
	return rc;
}

static int
read_on(void *arg, int to)
{
	struct job *job = arg;
	int64_t end = now_ms() + 1000 * SECONDS;
	int64_t rev = 0;
	alk_store *st;
	alk_session *s;
	int failed = 0;

	fixture_open(job->path, NULL, &st, &s);
	for (int64_t done = 1; failed == 0 && now_ms() < end; done++) {
		struct sum sum;

		fixture_ok(s, alk_snapshot(s, add_up, &sum), "sum");
		failed += crash_differs("sum", sum.listed, ACCOUNTS * EACH);
		failed += crash_differs("sum", sum.got, ACCOUNTS * EACH);
		failed += crash_differs("revision in a snapshot", sum.rev[1],
		    sum.rev[0]);
		failed += crash_differs("revision went back",
		    sum.rev[0] < rev, 0);
		rev = sum.rev[0];
		child_say(to, done);
	}
	fixture_close(st, s);
	return failed;
}

static long long
make_file(struct crash *c)
{
	alk_store *st;
	alk_session *s;
	char key[16];

	fixture_make(c->path);
	fixture_open(c->path, NULL, &st, &s);
	for (int i = 0; i < ACCOUNTS; i++) {
		snprintf(key, sizeof(key), "acc%d", i);
		fixture_ok(s, alk_node_create(s, "g", key, "{\"n\":100}"),
		    key);
	}
	fixture_close(st, s);
	return invariants_number(c->path, "SELECT rev FROM alk_graphs");
}

static int
transfer_once(struct crash *c)
{
	struct child children[WRITERS + READERS];
	struct job job = { .path = c->path };
	long long rev;
	long long writes = 0;
	long long reads = 0;
	int failed = 0;

	scratch_clear(c->dir);
	rev = make_file(c);
	for (int i = 0; i < WRITERS + READERS; i++) {
		job.random = child_random(&c->random);
		child_start(&children[i], i < WRITERS ? write_on : read_on,
		    &job);
	}
	for (int i = 0; i < WRITERS + READERS; i++) {
		failed += crash_differs("exit status",
		    child_wait(&children[i]), 0);
		*(i < WRITERS ? &writes : &reads) += children[i].said;
	}
	printf("%lld transfers, %lld sums\n", writes, reads);
	failed += crash_differs("revision", invariants_number(c->path,
	    "SELECT rev FROM alk_graphs"), rev + writes);
	failed += crash_differs("sum", invariants_number(c->path, "SELECT "
	    "sum(json_extract(attributes, '$.n')) FROM nodes"),
	    ACCOUNTS * EACH);
	failed += crash_differs("each did something",
	    writes > WRITERS && reads > READERS, 1);
	return failed + aftermath_check(c->path, "crash transfer", NULL);
}

int
crash_transfer(struct crash *c)
{
	int failed = 0;

	for (int i = 0; i < c->rounds && failed == 0; i++)
		failed = transfer_once(c);
	return failed;
}
