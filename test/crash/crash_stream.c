/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Streams under fire, a thousand events a round.
 *
 * First: twenty consumers with offsets of their own follow the stream while it
 * is written and are killed at random. Each notes what it sees in a file, and a
 * 0 when it starts. It has to see every number in order; behind a start again
 * at most as many as lie between two savings of its offset.
 *
 * Then: a group of eight shares the same events and is killed at random. Each
 * event that a consumer has done is published on "done" in the transaction of
 * its acknowledgement, so that it has to be there exactly once. Time runs fifty
 * times as fast, so that what a killed one has left is soon idle; now and then
 * one dawdles and loses what it has: then its acknowledgement is refused.
 */
#include "crash.h"

#include "aftermath.h"
#include "fixture.h"
#include "invariants.h"
#include "pause.h"

#include "base/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLLOWERS 20
#define MEMBERS 8
#define BATCH 20       /* events of a transaction of the publisher */
#define SAVE_EVENTS 50
#define TAKE 8
#define IDLE_S 3       /* of the fast clock: 60 ms */
#define FASTER 50
#define KILLS_A_ROUND 10

struct worker {
	const char *path;
	const char *dir;
	int64_t count; /* of events */
	int number;
	uint64_t random;
	alk_session *session;
	int note;      /* what it saw, or was refused */
};

static int64_t
fast_now(void *arg)
{
	(void)arg;
	return clock_steady_ms() * FASTER;
}

static void
open_store(struct worker *w, alk_store **st)
{
	alk_options o = { .busy_ms = 60000, .clock = { fast_now, NULL } };

	fixture_open(w->path, &o, st, &w->session);
}

static void
note_path(char path[SCRATCH_PATH], const struct worker *w, const char *kind)
{
	char name[32];

	snprintf(name, sizeof(name), "%s-%d", kind, w->number);
	scratch_path(path, w->dir, name);
}

static void
note(const struct worker *w, int64_t number)
{
	if (write(w->note, &number, sizeof(number)) != sizeof(number))
		_exit(5);
}

static void
open_note(struct worker *w, const char *kind)
{
	char path[SCRATCH_PATH];

	note_path(path, w, kind);
	w->note = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (w->note < 0)
		_exit(5);
}

/* ---- the publisher ---- */

static int
publish_batch(alk_session *s, void *arg)
{
	int64_t first = *(int64_t *)arg;
	char text[32];
	int rc = ALK_OK;

	for (int64_t n = first; n < first + BATCH && rc == ALK_OK; n++) {
		snprintf(text, sizeof(text), "%lld", (long long)n);
		rc = alk_stream_publish(s, "log", NULL, text, ALK_NUL, NULL);
	}
	/* So that the offsets of the topic have holes. */
	if (rc == ALK_OK)
		rc = alk_stream_publish(s, "other", NULL, "x", 1, NULL);
	return rc;
}

static int
publish(void *arg, int to)
{
	struct worker *w = arg;
	alk_store *st;

	(void)to;
	open_store(w, &st);
	for (int64_t n = 1; n <= w->count; n += BATCH) {
		fixture_ok(w->session, alk_transact(w->session, 0,
		    publish_batch, &n), "publish");
		pause_ms(1);
	}
	fixture_close(st, w->session);
	return 0;
}

/* ---- consumers with an offset ---- */

static int
see(void *arg, const alk_row *row)
{
	struct worker *w = arg;
	int64_t n = strtoll(row->attributes, NULL, 10);

	note(w, n);
	return n == w->count;
}

struct kept {
	int64_t offset;
	int64_t number; /* of the event there; 0: none yet */
};

static int
read_kept(void *arg, const alk_row *row)
{
	struct kept *k = arg;

	if (row->number == k->offset)
		k->number = strtoll(row->attributes, NULL, 10);
	return 1;
}

/* Killed when the offset of the last event was kept: no event comes again. */
static bool
was_at_end(const struct worker *w, const char *consumer)
{
	struct kept k = { 0 };
	alk_session *s = w->session;

	fixture_ok(s, alk_stream_saved(s, consumer, "log", &k.offset),
	    "saved");
	if (k.offset > 0)
		fixture_ok(s, alk_stream_read(s, "log", k.offset - 1, 1,
		    read_kept, &k, NULL), "read");
	return k.number == w->count;
}

static int
follow(void *arg, int to)
{
	struct worker *w = arg;
	char name[32];
	alk_follow f = { .topic = "log", .consumer = name,
		.save_events = SAVE_EVENTS, .save_ms = 50, .wait_ms = -1 };
	alk_store *st;

	(void)to;
	snprintf(name, sizeof(name), "follower-%d", w->number);
	open_note(w, "seen");
	open_store(w, &st);
	note(w, 0);
	if (!was_at_end(w, name))
		fixture_ok(w->session, alk_stream_follow(w->session, &f, see,
		    w, NULL), "follow");
	fixture_close(st, w->session);
	return 0;
}

/* What one has seen: in order, without a gap, to the end. */
static int
judge_seen(const struct worker *w)
{
	char path[SCRATCH_PATH];
	int64_t n;
	int64_t before = 0;
	int64_t top = 0;
	int failed = 0;

	note_path(path, w, "seen");
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		return crash_differs("note of a consumer", 0, 1);
	while (failed == 0 && fread(&n, sizeof(n), 1, f) == 1) {
		bool is_start = before == 0;
		bool is_right = n == 0 || (is_start ?
		    n <= top + 1 && n > top - SAVE_EVENTS : n == before + 1);
		if (!is_right) {
			fprintf(stderr, "  consumer %d saw %lld behind %lld, "
			    "had come to %lld\n", w->number, (long long)n,
			    (long long)before, (long long)top);
			failed = 1;
		}
		before = n;
		if (n > top)
			top = n;
	}
	fclose(f);
	return failed + crash_differs("last event seen", top, w->count);
}

/* ---- a group ---- */

struct hand {
	struct worker *w;
	const char *name;
	int64_t offsets[TAKE];
	int64_t numbers[TAKE];
	size_t count;
	size_t first; /* those of a transaction */
	size_t end;
};

static int
take(void *arg, const alk_delivery *d)
{
	struct hand *h = arg;

	h->offsets[h->count] = d->offset;
	h->numbers[h->count++] = strtoll(d->payload, NULL, 10);
	return 0;
}

static int
finish(alk_session *s, void *arg)
{
	struct hand *h = arg;
	char text[32];
	int rc = ALK_OK;

	for (size_t i = h->first; i < h->end && rc == ALK_OK; i++) {
		snprintf(text, sizeof(text), "%lld",
		    (long long)h->numbers[i]);
		rc = alk_stream_publish(s, "done", NULL, text, ALK_NUL, NULL);
	}
	return rc != ALK_OK ? rc : alk_group_ack(s, "log", "team", h->name,
	    h->offsets + h->first, h->end - h->first);
}

/* All at once; where one is lost, each by itself. */
static void
work_off(struct hand *h)
{
	alk_session *s = h->w->session;

	if (child_random(&h->w->random) % 40 == 0)
		pause_ms(100);
	h->first = 0;
	h->end = h->count;
	int rc = alk_transact(s, 0, finish, h);
	for (size_t i = 0; rc == ALK_CONFLICT && i < h->count; i++) {
		h->first = i;
		h->end = i + 1;
		int one = alk_transact(s, 0, finish, h);
		if (one == ALK_CONFLICT)
			note(h->w, h->offsets[i]);
		else
			fixture_ok(s, one, "finish one");
	}
	if (rc != ALK_CONFLICT)
		fixture_ok(s, rc, "finish");
	h->count = 0;
}

static int
add_left(void *arg, const alk_group_info *g)
{
	*(int64_t *)arg += g->lag + g->pending;
	return 0;
}

static int
share(void *arg, int to)
{
	struct worker *w = arg;
	char name[32];
	struct hand h = { .w = w, .name = name };
	alk_group_claim_options own = { name, 0, TAKE };
	alk_group_claim_options idle = { NULL, IDLE_S, TAKE };
	alk_store *st;
	int64_t left = 1;

	(void)to;
	snprintf(name, sizeof(name), "member-%d", w->number);
	open_note(w, "refused");
	open_store(w, &st);
	alk_session *s = w->session;
	/* Every other one does not ask for what it had before. */
	if (child_random(&w->random) % 2 == 0)
		fixture_ok(s, alk_group_claim(s, "log", "team", name, &own,
		    take, &h), "claim its own");
	while (left > 0) {
		if (h.count == 0)
			fixture_ok(s, alk_group_read(s, "log", "team", name,
			    TAKE, take, &h), "read");
		if (h.count == 0)
			fixture_ok(s, alk_group_claim(s, "log", "team", name,
			    &idle, take, &h), "claim");
		if (h.count > 0) {
			work_off(&h);
			continue;
		}
		left = 0;
		fixture_ok(s, alk_group_list(s, "log", add_left, &left),
		    "list");
		pause_ms(5);
	}
	fixture_close(st, s);
	return 0;
}

static long long
count_refused(const struct worker *w)
{
	char path[SCRATCH_PATH];
	long long bytes = 0;

	note_path(path, w, "refused");
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		return 0;
	if (fseek(f, 0, SEEK_END) == 0)
		bytes = ftell(f);
	fclose(f);
	return bytes / (long long)sizeof(int64_t);
}

/* ---- killing ---- */

/* Until all have ended by themselves. Returns what went wrong. */
static int
hunt(struct crash *c, struct worker *workers, int count, child_fn fn,
    int *kills)
{
	struct child children[FOLLOWERS];
	bool has_ended[FOLLOWERS] = { false };
	int wanted = *kills;
	int ended = 0;
	int failed = 0;

	for (int i = 0; i < count; i++)
		child_start(&children[i], fn, &workers[i]);
	*kills = 0;
	while (*kills < wanted && ended < count && failed == 0) {
		long us = crash_below(c, 20000);
		int i = (int)crash_below(c, count);
		pause_us(us);
		if (has_ended[i])
			continue;
		child_kill(&children[i]);
		if (WIFEXITED(children[i].status)) {
			has_ended[i] = true;
			ended++;
			failed += crash_differs("exit status",
			    WEXITSTATUS(children[i].status), 0);
			continue;
		}
		++*kills;
		workers[i].random = child_random(&c->random);
		child_start(&children[i], fn, &workers[i]);
	}
	for (int i = 0; i < count; i++)
		if (!has_ended[i])
			failed += crash_differs("exit status",
			    child_wait(&children[i]), 0);
	return failed;
}

static void
make_workers(struct crash *c, struct worker *workers, int count)
{
	for (int i = 0; i < count; i++)
		workers[i] = (struct worker){ .path = c->path, .dir = c->dir,
			.count = c->rounds * INT64_C(1000), .number = i,
			.random = child_random(&c->random) };
}

static int
run_followers(struct crash *c)
{
	struct worker workers[FOLLOWERS];
	struct worker writer;
	struct child publisher;
	int kills = KILLS_A_ROUND * c->rounds;
	int failed = 0;

	make_workers(c, &writer, 1);
	make_workers(c, workers, FOLLOWERS);
	child_start(&publisher, publish, &writer);
	failed += hunt(c, workers, FOLLOWERS, follow, &kills);
	failed += crash_differs("the publisher's exit status",
	    child_wait(&publisher), 0);
	for (int i = 0; i < FOLLOWERS; i++)
		failed += judge_seen(&workers[i]);
	printf("%d consumers, %d kills: each saw %d events in order\n",
	    FOLLOWERS, kills, c->rounds * 1000);
	return failed + crash_differs("any kill", kills > 0, 1);
}

static int
run_group(struct crash *c)
{
	struct worker workers[MEMBERS];
	alk_group_new g = { "log", "team", 0, 0 };
	int kills = KILLS_A_ROUND * c->rounds;
	long long refused = 0;
	alk_store *st;
	alk_session *s;
	int failed;

	fixture_open(c->path, NULL, &st, &s);
	fixture_ok(s, alk_group_create(s, &g), "group");
	fixture_close(st, s);
	make_workers(c, workers, MEMBERS);
	failed = hunt(c, workers, MEMBERS, share, &kills);
	for (int i = 0; i < MEMBERS; i++)
		refused += count_refused(&workers[i]);
	failed += crash_differs("events done", invariants_number(c->path,
	    "SELECT count(*) FROM _honker_stream WHERE topic = 'done'"),
	    c->rounds * 1000);
	failed += crash_differs("different ones", invariants_number(c->path,
	    "SELECT count(DISTINCT payload) FROM _honker_stream "
	    "WHERE topic = 'done'"), c->rounds * 1000);
	failed += crash_differs("pending", invariants_number(c->path,
	    "SELECT count(*) FROM _alk_stream_pending"), 0);
	printf("a group of %d, %d kills: each event done once, %lld "
	    "acknowledgements refused\n", MEMBERS, kills, refused);
	return failed + crash_differs("any kill", kills > 0, 1);
}

int
crash_stream(struct crash *c)
{
	scratch_clear(c->dir);
	fixture_make(c->path);
	int failed = run_followers(c);
	if (failed == 0)
		failed = run_group(c);
	return failed + aftermath_check(c->path, "crash stream", NULL);
}
