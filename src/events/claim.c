/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Claiming. What a claim costs must not depend on how much waits, is in flight
 * or is not due yet, so it has two sources, each found by an index: pending
 * jobs that are due, one priority after the other, and claims that lapsed. Both
 * are short lists in the order of a claim, and are merged.
 *
 * Where all jobs of a queue have one priority, an index of the contract has
 * those that are due in their order. The index that finds them priority by
 * priority is made by the first claim that meets two.
 *
 * Where very many claims have lapsed at once (every worker died) the second
 * list would be long. Then the eligible lie thick, and one walk in the order of
 * a claim meets them soon.
 */
#include "events/queue.h"

#include "base/error.h"
#include "base/mem.h"
#include "events/queue.sql.h"
#include "events/queue_parts.h"
#include "events/queue_settings.sql.h"

#include <stdlib.h>
#include <string.h>

#define LAPSED_AT_ONCE 256
#define SPENT_AT_ONCE 256

struct pick {
	int64_t priority;
	int64_t run_at;
	int64_t id;
	bool is_lapsed;
};

struct picks {
	struct pick *list;
	size_t count;
	size_t room;
	struct pick own[LAPSED_AT_ONCE];
};

struct claim {
	struct db *db;
	struct span queue;
	struct span worker;
	int64_t n; /* at most; below 0 all */
	int64_t until;
	int64_t now;
	int64_t now_ms;
	struct queue_rules rules; /* zeroed where there are none */
	int64_t given;
	int64_t wait_ms;          /* sum over those that were not lapsed */
	struct picks picks;
};

static void
picks_add(struct claim *c, struct pick p)
{
	struct picks *k = &c->picks;

	if (k->count == k->room) {
		size_t room = 2 * k->room;
		struct pick *old = k->list == k->own ? NULL : k->list;
		struct pick *list = mem_resize(old, room * sizeof(*list));
		if (list == NULL) {
			(void)error_nomem(db_error(c->db));
			return;
		}
		if (old == NULL)
			memcpy(list, k->own, sizeof(k->own));
		k->list = list;
		k->room = room;
	}
	k->list[k->count++] = p;
}

static int
compare(const void *left, const void *right)
{
	const struct pick *a = left;
	const struct pick *b = right;

	if (a->priority != b->priority)
		return a->priority > b->priority ? -1 : 1;
	if (a->run_at != b->run_at)
		return a->run_at < b->run_at ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static void
bury_all(struct claim *c, const int64_t *ids, int count, const char *why)
{
	for (int i = 0; i < count; i++)
		(void)queue_bury(c->db, ids[i],
		    (struct span){ why, strlen(why) }, c->now);
}

/* Pending jobs that have no attempt left. */
static void
bury_spent(struct claim *c)
{
	int64_t ids[SPENT_AT_ONCE];
	int n;

	do {
		struct db_rows *rows = db_query(c->db, &sql_queue_spent, "tii",
		    c->queue.at, c->queue.bytes, c->now,
		    (int64_t)SPENT_AT_ONCE);
		for (n = 0; n < SPENT_AT_ONCE && db_next(c->db, rows); n++)
			ids[n] = db_int(rows, 0);
		db_end(c->db, rows);
		bury_all(c, ids, n, "max attempts exceeded");
	} while (n == SPENT_AT_ONCE && !db_failed(c->db));
}

struct lapsed {
	int64_t spent[LAPSED_AT_ONCE];
	int64_t expired[LAPSED_AT_ONCE];
	int spent_count;
	int expired_count;
	int count; /* of all that were looked at */
};

static void
look_at_lapsed(struct claim *c, struct lapsed *l)
{
	struct db_rows *rows = db_query(c->db, &sql_queue_lapsed, "tii",
	    c->queue.at, c->queue.bytes, c->now, (int64_t)LAPSED_AT_ONCE);

	for (; l->count < LAPSED_AT_ONCE && db_next(c->db, rows); l->count++) {
		int64_t id = db_int(rows, 0);
		if (db_int(rows, 3) != 0)
			l->spent[l->spent_count++] = id;
		else if (db_int(rows, 4) != 0)
			l->expired[l->expired_count++] = id;
		else
			picks_add(c, (struct pick){ db_int(rows, 1),
			    db_int(rows, 2), id, true });
	}
	db_end(c->db, rows);
}

/*
 * Collects lapsed claims and buries those that nobody may have again. Returns
 * false where there are more than can be sorted: then none is collected.
 */
static bool
take_lapsed(struct claim *c)
{
	struct lapsed l;

	do {
		c->picks.count = 0;
		l.count = l.spent_count = l.expired_count = 0;
		look_at_lapsed(c, &l);
		bury_all(c, l.spent, l.spent_count, "max attempts exceeded");
		bury_all(c, l.expired, l.expired_count, "expired");
	} while (l.count == LAPSED_AT_ONCE &&
	    l.spent_count + l.expired_count > 0 && !db_failed(c->db));
	if (l.count < LAPSED_AT_ONCE)
		return true;
	c->picks.count = 0;
	return false;
}

/* Adds ready jobs of one priority; returns how many may follow. */
static int64_t
add_ready(struct claim *c, struct db_rows *rows, int64_t priority,
    int64_t left)
{
	while (db_next(c->db, rows)) {
		picks_add(c, (struct pick){ priority, db_int(rows, 1),
		    db_int(rows, 0), false });
		left -= left > 0;
	}
	db_end(c->db, rows);
	return left;
}

static int64_t
take_priority(struct claim *c, int64_t priority, int64_t left)
{
	return add_ready(c, db_query(c->db, &sql_queue_ready, "tiii",
	    c->queue.at, c->queue.bytes, priority, c->now, left), priority,
	    left);
}

/* All that is there has the priority *p, or else there is nothing. */
static bool
has_one_priority(struct claim *c, int64_t *p)
{
	struct db_rows *rows = db_query(c->db, &sql_queue_priorities, "t",
	    c->queue.at, c->queue.bytes);
	bool is_one = true;

	if (db_next(c->db, rows)) {
		*p = db_int(rows, 0);
		is_one = *p == db_int(rows, 1);
	}
	db_end(c->db, rows);
	return is_one;
}

static void
take_by_priority(struct claim *c)
{
	int64_t left = c->n;
	int64_t none = INT64_MIN; /* stands for no row: it is the last one */
	int64_t p = db_number(c->db, &sql_queue_priority_first, none, "t",
	    c->queue.at, c->queue.bytes);

	while (left != 0 && !db_failed(c->db)) {
		left = take_priority(c, p, left);
		if (p == none)
			break;
		p = db_number(c->db, &sql_queue_priority_next, none, "ti",
		    c->queue.at, c->queue.bytes, p);
	}
}

static void
take_ready(struct claim *c)
{
	int64_t p = 0;

	if (!has_one_priority(c, &p)) {
		(void)db_exec(c->db, &sql_queue_ready_index, "");
		take_by_priority(c);
		return;
	}
	(void)add_ready(c, db_query(c->db, &sql_queue_ready_all, "tii",
	    c->queue.at, c->queue.bytes, c->now, c->n), p, c->n);
}

static void
take_walking(struct claim *c)
{
	struct db_rows *rows = db_query(c->db, &sql_queue_eligible, "tii",
	    c->queue.at, c->queue.bytes, c->now, c->n);

	while (db_next(c->db, rows))
		picks_add(c, (struct pick){ db_int(rows, 1), db_int(rows, 2),
		    db_int(rows, 0), db_int(rows, 3) != 0 });
	db_end(c->db, rows);
}

struct told {
	queue_job_fn fn;
	void *arg;
	bool is_stopped;
};

static int
on_job(void *arg, const struct queue_job *j)
{
	struct told *t = arg;

	t->is_stopped = t->fn(t->arg, j) != 0;
	return 0;
}

/* For what is counted and kept beside. */
static void
note_given(struct claim *c, const struct pick *p)
{
	const struct queue_settings *s = &c->rules.set;
	int64_t wait_ms = p->run_at < 0 ? c->now_ms :
	    c->now_ms - events_ms(p->run_at);

	c->given++;
	if (!s->has_metrics && s->history_s == 0)
		return;
	(void)db_exec(c->db, &sql_queue_started, "iti", p->id, c->queue.at,
	    c->queue.bytes, c->now_ms);
	if (!p->is_lapsed && wait_ms > 0)
		c->wait_ms += wait_ms;
}

static void
hand_out(struct claim *c, queue_job_fn fn, void *arg)
{
	struct told t = { fn, arg, false };
	size_t count = c->picks.count;

	if (c->n >= 0 && (uint64_t)c->n < count)
		count = (size_t)c->n;
	for (size_t i = 0; i < count && !t.is_stopped; i++) {
		int64_t id = c->picks.list[i].id;
		(void)db_exec(c->db, &sql_queue_take, "iti", id, c->worker.at,
		    c->worker.bytes, c->until);
		note_given(c, &c->picks.list[i]);
		if (queue_get(c->db, id, on_job, &t) != ALK_OK)
			return;
	}
}

/* Jobs whose time in milliseconds has come are due in this second. */
static void
promote(struct claim *c)
{
	if (db_number(c->db, &sql_queue_has_due, 0, "ti", c->queue.at,
	    c->queue.bytes, c->now_ms) == 0)
		return;
	(void)db_exec(c->db, &sql_queue_promote, "tii", c->queue.at,
	    c->queue.bytes, c->now_ms, c->now);
	(void)db_exec(c->db, &sql_queue_promote_held, "tii", c->queue.at,
	    c->queue.bytes, c->now_ms, c->now);
	(void)db_exec(c->db, &sql_queue_promoted, "ti", c->queue.at,
	    c->queue.bytes, c->now_ms);
}

/* false: by its settings the queue gives nothing out now. */
static bool
obey_rules(struct claim *c)
{
	if (!queue_rules_find(c->db, c->queue, &c->rules))
		return !db_failed(c->db);
	if (c->rules.set.is_paused)
		return false;
	int64_t tokens = queue_rate_tokens(&c->rules, c->now_ms);
	if (tokens < 1)
		return false;
	if (tokens != INT64_MAX && (c->n < 0 || c->n > tokens))
		c->n = tokens;
	if (c->rules.has_due)
		promote(c);
	return !db_failed(c->db);
}

static void
count_given(struct claim *c)
{
	if (c->given == 0)
		return;
	if (c->rules.set.rate_jobs > 0)
		(void)queue_rate_spend(c->db, c->queue, &c->rules, c->given,
		    c->now_ms);
	if (c->rules.set.has_metrics)
		(void)db_exec(c->db, &sql_queue_total_claim, "tii",
		    c->queue.at, c->queue.bytes, c->given, c->wait_ms);
}

bool
queue_rules_have_work(struct db *db, struct span queue,
    const struct queue_rules *r, int64_t now_ms)
{
	if (r->set.is_paused || queue_rate_tokens(r, now_ms) < 1)
		return false;
	if (r->has_due && db_number(db, &sql_queue_has_due, 0, "ti",
	    queue.at, queue.bytes, now_ms) != 0)
		return true;
	return db_number(db, &sql_queue_has_work, 0, "ti", queue.at,
	    queue.bytes, now_ms / 1000) != 0;
}

bool
queue_has_work_ms(struct db *db, struct span queue, int64_t now_ms)
{
	struct queue_rules r;

	(void)queue_rules_find(db, queue, &r);
	return queue_rules_have_work(db, queue, &r, now_ms);
}

bool
queue_has_work(struct db *db, struct span queue, int64_t now)
{
	return queue_has_work_ms(db, queue, now * 1000);
}

static void
choose(struct claim *c)
{
	bury_spent(c);
	bool is_merged = take_lapsed(c);
	bool is_mixed = c->picks.count > 0;
	if (is_merged)
		take_ready(c);
	else
		take_walking(c);
	if (is_mixed && is_merged && c->picks.count > 1)
		qsort(c->picks.list, c->picks.count, sizeof(c->picks.list[0]),
		    compare);
}

int
queue_claim_reading(struct db *db, struct span queue, struct span worker,
    int64_t n, int64_t timeout_s, int64_t now_ms, queue_job_fn fn, void *arg)
{
	int64_t now = now_ms / 1000;
	struct claim c = { .db = db, .queue = queue, .worker = worker, .n = n,
		.until = events_later(now, timeout_s), .now = now,
		.now_ms = now_ms };

	if (n == 0)
		return db_error(db)->code;
	c.picks.list = c.picks.own;
	c.picks.room = LAPSED_AT_ONCE;
	if (obey_rules(&c)) {
		choose(&c);
		hand_out(&c, fn, arg);
		count_given(&c);
	}
	if (c.picks.list != c.picks.own)
		mem_release(c.picks.list);
	return db_error(db)->code;
}

int
queue_claim_ms(struct db *db, struct span queue, struct span worker,
    int64_t n, int64_t timeout_s, int64_t now_ms, queue_job_fn fn, void *arg)
{
	if (n != 0 && !db_is_writing(db))
		(void)queue_lock(db);
	return queue_claim_reading(db, queue, worker, n, timeout_s, now_ms, fn,
	    arg);
}

int
queue_claim(struct db *db, struct span queue, struct span worker, int64_t n,
    int64_t timeout_s, int64_t now, queue_job_fn fn, void *arg)
{
	return queue_claim_ms(db, queue, worker, n, timeout_s, now * 1000, fn,
	    arg);
}
