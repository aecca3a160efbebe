/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Retention of streams. The rule by count needs to know how many events a topic
 * has, which SQLite can only count; so what was counted is kept with the policy
 * and counted on from there:
 *
 *      first ... counted events ... counted_to   not counted yet ...
 *
 * Whatever is counted is there, so that a count which lags behind deletes later
 * and never too much. One that somebody else made wrong, by deleting from the
 * front, shows in another first event, and is begun anew.
 */
#include "events/stream_trim.h"

#include "base/error.h"
#include "events/stream_trim.sql.h"

#include <stdint.h>

struct trim {
	struct db *db;
	struct stream_policy policy;
	int64_t now;
	int64_t max;        /* events to delete */
	int64_t counts_max; /* events to count */
	int64_t first;
	int64_t counted;
	int64_t counted_to;
	bool is_behind;     /* not all could be counted */
	bool has_readers;
	int64_t floor;      /* every reader has done with these */
	int64_t deleted;
	int64_t upto;
};

static struct stream_policy
read_policy(struct db_rows *rows)
{
	return (struct stream_policy){ .topic = span_at(rows, 0),
		.by_age = !db_is_null(rows, 1), .keep_s = db_int(rows, 1),
		.by_count = !db_is_null(rows, 2),
		.keep_events = db_int(rows, 2),
		.drop_seen = db_int(rows, 3) != 0,
		.past_readers = db_int(rows, 4) != 0 };
}

/* ---- policies ---- */

int
stream_policy_set(struct db *db, const struct stream_policy *p)
{
	struct span t = p->topic;
	int64_t seen = p->drop_seen;
	int64_t past = p->past_readers;

	if (!p->by_age && !p->by_count && !p->drop_seen)
		return db_exec(db, &sql_trim_policy_delete, "t", t.at,
		    t.bytes);
	if (p->by_age && p->by_count)
		return db_exec(db, &sql_trim_policy_save, "tiiii", t.at,
		    t.bytes, p->keep_s, p->keep_events, seen, past);
	if (p->by_age)
		return db_exec(db, &sql_trim_policy_save, "tinii", t.at,
		    t.bytes, p->keep_s, seen, past);
	if (p->by_count)
		return db_exec(db, &sql_trim_policy_save, "tniii", t.at,
		    t.bytes, p->keep_events, seen, past);
	return db_exec(db, &sql_trim_policy_save, "tnnii", t.at, t.bytes, seen,
	    past);
}

int
stream_policy_list(struct db *db, struct span topic, stream_policy_fn fn,
    void *arg)
{
	struct db_rows *rows = db_query(db, &sql_trim_policy_list, "t",
	    topic.at, topic.bytes);
	bool is_stopped = false;

	while (!is_stopped && db_next(db, rows)) {
		struct stream_policy p = read_policy(rows);
		is_stopped = fn(arg, &p) != 0;
	}
	db_end(db, rows);
	return db_error(db)->code;
}

/* ---- trimming ---- */

/* A minimum over no rows is NULL: no reader of that kind. */
static void
look_at_floor(struct trim *t, const struct sql *q)
{
	struct span topic = t->policy.topic;
	struct db_rows *rows = db_query(t->db, q, "t", topic.at, topic.bytes);

	if (db_next(t->db, rows) && !db_is_null(rows, 0)) {
		int64_t floor = db_int(rows, 0);
		t->has_readers = true;
		if (floor < t->floor)
			t->floor = floor;
	}
	db_end(t->db, rows);
}

static void
count_on(struct trim *t)
{
	struct span topic = t->policy.topic;
	int64_t first = db_number(t->db, &sql_trim_first, 0, "t", topic.at,
	    topic.bytes);

	if (first != t->first) {
		t->first = first;
		t->counted = 0;
		t->counted_to = 0;
	}
	struct db_rows *rows = db_query(t->db, &sql_trim_count, "tii",
	    topic.at, topic.bytes, t->counted_to, t->counts_max);
	if (db_next(t->db, rows)) {
		int64_t more = db_int(rows, 0);
		t->counted += more;
		if (more > 0)
			t->counted_to = db_int(rows, 1);
		t->is_behind = more == t->counts_max;
	}
	db_end(t->db, rows);
}

/* Whether the event may go, being the index-th of its topic. */
static bool
may_go(const struct trim *t, int64_t offset, int64_t created_at,
    int64_t index)
{
	const struct stream_policy *p = &t->policy;

	if (!p->past_readers && t->has_readers && offset > t->floor)
		return false;
	if (p->by_age && created_at < t->now - p->keep_s)
		return true;
	if (p->by_count && index < t->counted - p->keep_events)
		return true;
	return p->drop_seen && t->has_readers && offset <= t->floor;
}

/* How many may go, and up to where. */
static void
find_end(struct trim *t)
{
	struct span topic = t->policy.topic;
	struct db_rows *rows = db_query(t->db, &sql_trim_oldest, "ti",
	    topic.at, topic.bytes, t->max);
	int64_t count = 0;

	while (db_next(t->db, rows)) {
		int64_t offset = db_int(rows, 0);
		if (!may_go(t, offset, db_int(rows, 1), count))
			break;
		t->upto = offset;
		count++;
	}
	db_end(t->db, rows);
}

static void
delete_events(struct trim *t)
{
	struct span topic = t->policy.topic;

	if (t->upto == 0 || db_exec(t->db, &sql_trim_delete, "ti", topic.at,
		topic.bytes, t->upto) != ALK_OK)
		return;
	t->deleted = db_changes(t->db);
	if (t->policy.by_count && t->counted_to >= t->upto)
		t->counted -= t->deleted;
	else
		t->counted = t->counted_to = 0;
	if (t->policy.past_readers)
		(void)db_exec(t->db, &sql_trim_delete_pending, "ti", topic.at,
		    topic.bytes, t->upto);
	(void)db_exec(t->db, &sql_trim_note, "ti", topic.at, topic.bytes,
	    t->upto);
	t->first = db_number(t->db, &sql_trim_first, 0, "t", topic.at,
	    topic.bytes);
}

static int
run(struct trim *t)
{
	t->floor = INT64_MAX;
	look_at_floor(t, &sql_trim_consumer_floor);
	look_at_floor(t, &sql_trim_group_floor);
	if (t->policy.by_count)
		count_on(t);
	find_end(t);
	delete_events(t);
	return db_error(t->db)->code;
}

int
stream_trim(struct db *db, const struct stream_policy *p, int64_t max,
    int64_t now, int64_t *count)
{
	struct trim t = { .db = db, .policy = *p, .now = now, .max = max,
		.counts_max = INT64_MAX };

	(void)db_exec(db, &sql_trim_lock, "");
	int code = run(&t);
	*count = code == ALK_OK ? t.deleted : 0;
	return code;
}

bool
stream_trim_is_due(struct db *db, struct span topic, int64_t now)
{
	return db_number(db, &sql_trim_is_due, 0, "ti", topic.at, topic.bytes,
	    now) != 0;
}

int
stream_trim_due(struct db *db, struct span topic, int64_t now)
{
	struct trim t = { .db = db, .now = now, .max = STREAM_TRIM_EVENTS,
		.counts_max = STREAM_TRIM_COUNTS };

	if (!stream_trim_is_due(db, topic, now))
		return db_error(db)->code;
	struct db_rows *rows = db_query(db, &sql_trim_policy, "t", topic.at,
	    topic.bytes);
	if (db_next(db, rows)) {
		t.policy = read_policy(rows);
		t.policy.topic = topic; /* outlives the row */
		t.first = db_int(rows, 5);
		t.counted = db_int(rows, 6);
		t.counted_to = db_int(rows, 7);
	}
	db_end(db, rows);
	if (run(&t) != ALK_OK)
		return db_error(db)->code;
	bool is_more = t.deleted == t.max || t.is_behind;
	return db_exec(db, &sql_trim_policy_count, "tiiii", topic.at,
	    topic.bytes, t.first, t.counted, t.counted_to,
	    is_more ? now : now + STREAM_TRIM_EVERY_S);
}

int64_t
stream_trimmed(struct db *db, struct span topic)
{
	return db_number(db, &sql_trim_noted, 0, "t", topic.at, topic.bytes);
}

/* ---- notifications ---- */

int
events_prune(struct db *db, int64_t older_than_s, int64_t keep, int64_t now,
    int64_t *count)
{
	int code = db_error(db)->code;

	*count = 0;
	if (older_than_s >= 0 && keep >= 0)
		code = db_exec(db, &sql_notify_prune, "ii",
		    now - older_than_s, keep);
	else if (older_than_s >= 0)
		code = db_exec(db, &sql_notify_prune_age, "i",
		    now - older_than_s);
	else if (keep >= 0)
		code = db_exec(db, &sql_notify_prune_count, "i", keep);
	if (code == ALK_OK && (older_than_s >= 0 || keep >= 0))
		*count = db_changes(db);
	return code;
}

int64_t
events_notified_last(struct db *db, struct span channel)
{
	return channel.at != NULL ? db_number(db, &sql_notify_last, 0, "t",
	    channel.at, channel.bytes) :
	    db_number(db, &sql_notify_last_all, 0, "");
}

int
events_notified(struct db *db, struct span channel, int64_t after,
    int64_t limit, event_fn fn, void *arg, int64_t *last)
{
	struct db_rows *rows = channel.at != NULL ?
	    db_query(db, &sql_notify_read, "tii", channel.at, channel.bytes,
		after, limit) :
	    db_query(db, &sql_notify_read_all, "ii", after, limit);

	return events_visit(db, rows, after, fn, arg, last);
}
