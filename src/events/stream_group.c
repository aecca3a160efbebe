/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Consumer groups: reading, acknowledging, claiming. The lists are in
 * stream_list.c.
 */
#include "events/stream_group.h"

#include "base/error.h"
#include "base/mem.h"
#include "events/stream_group.sql.h"
#include "events/stream_parts.h"

bool
group_find(struct db *db, struct group_name g, struct group_row *out)
{
	struct db_rows *rows = db_query(db, &sql_stream_group_find, "tt",
	    g.topic.at, g.topic.bytes, g.name.at, g.name.bytes);
	bool is_found = db_next(db, rows);

	if (is_found)
		*out = (struct group_row){ db_int(rows, 0), db_int(rows, 1),
			db_int(rows, 2) };
	db_end(db, rows);
	if (!is_found && !db_failed(db))
		(void)db_fail(db, ALK_NOTFOUND, "the topic \"%.*s\" has no "
		    "group \"%.*s\"", (int)g.topic.bytes, g.topic.at,
		    (int)g.name.bytes, g.name.at);
	return is_found && !db_failed(db);
}

/* Before something is changed. */
static bool
find_locked(struct db *db, struct group_name g, struct group_row *out)
{
	(void)db_exec(db, &sql_stream_group_lock, "");
	return group_find(db, g, out);
}

/* ---- groups ---- */

int
stream_group_create(struct db *db, struct group_name g, int64_t start,
    int64_t max_deliveries, int64_t now)
{
	struct group_row row;

	(void)db_exec(db, &sql_stream_group_lock, "");
	if (group_find(db, g, &row))
		return db_fail(db, ALK_EXISTS, "the topic \"%.*s\" has a group "
		    "\"%.*s\" already", (int)g.topic.bytes, g.topic.at,
		    (int)g.name.bytes, g.name.at);
	if (db_error(db)->code == ALK_NOTFOUND)
		error_clear(db_error(db));
	if (start < 0)
		start = events_last(db, g.topic);
	return db_exec(db, &sql_stream_group_insert, "ttiii", g.topic.at,
	    g.topic.bytes, g.name.at, g.name.bytes, start, max_deliveries,
	    now);
}

int
stream_group_drop(struct db *db, struct group_name g)
{
	struct group_row row;

	if (find_locked(db, g, &row)) {
		(void)db_exec(db, &sql_stream_group_delete_pending, "i",
		    row.id);
		(void)db_exec(db, &sql_stream_group_delete_members, "i",
		    row.id);
		(void)db_exec(db, &sql_stream_group_delete_dead, "i", row.id);
		(void)db_exec(db, &sql_stream_group_delete, "i", row.id);
	}
	return db_error(db)->code;
}

/* ---- reading ---- */

struct reading {
	struct delivery d;
	delivery_fn fn;
	void *arg;
};

static int
on_event(void *arg, const struct event *e)
{
	struct reading *r = arg;

	r->d.event = *e;
	return r->fn(r->arg, &r->d);
}

bool
stream_group_has_new(struct db *db, struct group_name g)
{
	struct group_row row;

	return group_find(db, g, &row) && db_number(db,
	    &sql_stream_group_has_new, 0, "ti", g.topic.at, g.topic.bytes,
	    row.delivered) != 0;
}

int
stream_group_read(struct db *db, struct group_name g, struct span consumer,
    int64_t n, int64_t now, delivery_fn fn, void *arg)
{
	struct reading r = { .d = { .consumer = consumer,
		.delivered_at = now, .deliveries = 1 }, .fn = fn, .arg = arg };
	struct group_row row;
	int64_t last;

	if (!find_locked(db, g, &row) || events_read(db, g.topic,
		row.delivered, n, on_event, &r, &last) != ALK_OK)
		return db_error(db)->code;
	if (last == row.delivered)
		return ALK_OK;
	(void)db_exec(db, &sql_stream_group_deliver, "ittiii", row.id,
	    g.topic.at, g.topic.bytes, consumer.at, consumer.bytes, now,
	    row.delivered, last);
	(void)db_exec(db, &sql_stream_member_seen, "iti", row.id, consumer.at,
	    consumer.bytes, now);
	return db_exec(db, &sql_stream_group_forward, "ii", row.id, last);
}

int
stream_group_ack(struct db *db, struct group_name g, struct span consumer,
    int64_t offset, bool *done)
{
	struct group_row row;

	*done = false;
	if (!find_locked(db, g, &row))
		return db_error(db)->code;
	(void)db_exec(db, &sql_stream_pending_ack, "iit", row.id, offset,
	    consumer.at, consumer.bytes);
	return events_done(db, done);
}

/* ---- claiming ---- */

struct claim {
	struct db *db;
	const struct stream_claim *asked;
	struct group_row row;
	int64_t now;
	int64_t *offsets; /* of the candidates */
	size_t count;
	int64_t told;
	bool is_stopped;
	delivery_fn fn;
	void *arg;
};

static struct db_rows *
find_idle(struct db *db, const struct stream_claim *a, int64_t id,
    int64_t until, int64_t limit)
{
	if (a->from.at == NULL)
		return db_query(db, &sql_stream_pending_idle, "iii", id,
		    until, limit);
	return db_query(db, &sql_stream_pending_of, "itii", id, a->from.at,
	    a->from.bytes, until, limit);
}

bool
stream_group_has_idle(struct db *db, const struct stream_claim *c,
    int64_t now)
{
	struct group_row row;
	bool is_some = false;

	if (group_find(db, c->group, &row)) {
		struct db_rows *rows = find_idle(db, c, row.id,
		    now - c->idle_s, 1);
		is_some = db_next(db, rows);
		db_end(db, rows);
	}
	return is_some && !db_failed(db);
}

/*
 * All candidates are found before one is taken: what is taken would else be
 * found again where no idle time is asked for.
 */
static void
find_candidates(struct claim *c)
{
	size_t room = 0;
	int64_t most = c->asked->n + STREAM_CLAIM_BURIES;
	struct db_rows *rows = find_idle(c->db, c->asked, c->row.id,
	    c->now - c->asked->idle_s, most);

	while (db_next(c->db, rows)) {
		if (c->count == room) {
			room = room == 0 ? 64 : 2 * room;
			int64_t *list = mem_resize(c->offsets,
			    room * sizeof(*list));
			if (list == NULL) {
				(void)error_nomem(db_error(c->db));
				break;
			}
			c->offsets = list;
		}
		c->offsets[c->count++] = db_int(rows, 0);
	}
	db_end(c->db, rows);
}

static void
tell(struct claim *c, struct delivery *d)
{
	d->consumer = c->asked->consumer;
	d->delivered_at = c->now;
	d->deliveries++;
	c->told++;
	c->is_stopped = c->fn(c->arg, d) != 0;
}

/* Hands an entry out, or puts it aside. */
static void
settle(struct claim *c, int64_t offset)
{
	struct delivery d = { 0 };
	const struct stream_claim *a = c->asked;
	int64_t id = c->row.id;
	int64_t most = c->row.max_deliveries;
	struct db_rows *rows = db_query(c->db, &sql_stream_pending_get, "ii",
	    id, offset);
	bool is_there = db_next(c->db, rows);
	bool is_spent = false;

	if (is_there) {
		delivery_read(rows, &d);
		is_spent = most > 0 && d.deliveries >= most;
		if (!is_spent)
			tell(c, &d);
	}
	db_end(c->db, rows);
	if (is_there && !is_spent) {
		(void)db_exec(c->db, &sql_stream_pending_take, "iiti", id,
		    offset, a->consumer.at, a->consumer.bytes, c->now);
		return;
	}
	if (is_spent)
		(void)db_exec(c->db, &sql_stream_pending_bury, "iii", id,
		    offset, c->now);
	(void)db_exec(c->db, &sql_stream_pending_delete, "ii", id, offset);
}

int
stream_group_claim(struct db *db, const struct stream_claim *asked,
    int64_t now, delivery_fn fn, void *arg)
{
	struct claim c = { .db = db, .asked = asked, .now = now, .fn = fn,
		.arg = arg };

	if (!find_locked(db, asked->group, &c.row))
		return db_error(db)->code;
	find_candidates(&c);
	for (size_t i = 0; i < c.count && c.told < asked->n && !c.is_stopped &&
	     !db_failed(db); i++)
		settle(&c, c.offsets[i]);
	mem_release(c.offsets);
	if (c.told > 0)
		(void)db_exec(db, &sql_stream_member_seen, "iti", c.row.id,
		    asked->consumer.at, asked->consumer.bytes, now);
	return db_error(db)->code;
}

/* ---- consumers and dead letters ---- */

int
stream_group_leave(struct db *db, struct group_name g, struct span consumer,
    bool *done)
{
	struct group_row row;

	*done = false;
	if (!find_locked(db, g, &row))
		return db_error(db)->code;
	(void)db_exec(db, &sql_stream_pending_orphan, "it", row.id,
	    consumer.at, consumer.bytes);
	(void)db_exec(db, &sql_stream_member_delete, "it", row.id,
	    consumer.at, consumer.bytes);
	return events_done(db, done);
}

int
stream_group_discard(struct db *db, struct group_name g, int64_t offset,
    bool *done)
{
	struct group_row row;

	*done = false;
	if (!find_locked(db, g, &row))
		return db_error(db)->code;
	(void)db_exec(db, &sql_stream_dead_delete, "ii", row.id, offset);
	return events_done(db, done);
}

int
stream_group_revive(struct db *db, struct group_name g, int64_t offset,
    bool *done)
{
	struct group_row row;

	*done = false;
	if (!find_locked(db, g, &row))
		return db_error(db)->code;
	(void)db_exec(db, &sql_stream_dead_revive, "ii", row.id, offset);
	if (events_done(db, done) == ALK_OK && *done)
		(void)db_exec(db, &sql_stream_dead_delete, "ii", row.id,
		    offset);
	return db_error(db)->code;
}

int
stream_consumer_drop(struct db *db, struct span consumer, struct span topic,
    bool *done)
{
	(void)db_exec(db, &sql_stream_consumer_delete, "tt", consumer.at,
	    consumer.bytes, topic.at, topic.bytes);
	return events_done(db, done);
}
