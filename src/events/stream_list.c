/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Groups, their consumers, pending entries and dead letters, listed. */
#include "events/stream_group.h"

#include "events/stream_group.sql.h"
#include "events/stream_parts.h"

void
delivery_read(struct db_rows *rows, struct delivery *d)
{
	*d = (struct delivery){ .consumer = span_at(rows, 1),
		.delivered_at = db_int(rows, 2),
		.deliveries = db_int(rows, 3) };
	d->event = (struct event){ .offset = db_int(rows, 0),
		.topic = span_at(rows, 4), .key = span_at(rows, 5),
		.payload = span_at(rows, 6), .created_at = db_int(rows, 7) };
}

int
stream_group_pending(struct db *db, const struct stream_look *l, int64_t now,
    delivery_fn fn, void *arg)
{
	struct group_row row;
	struct delivery d;
	bool is_stopped = false;

	if (!group_find(db, l->group, &row))
		return db_error(db)->code;
	int64_t until = now - l->idle_s;
	struct db_rows *rows = l->consumer.at == NULL ?
	    db_query(db, &sql_stream_pending_list, "iiii", row.id, l->after,
		until, l->limit) :
	    db_query(db, &sql_stream_pending_list_of, "iiiit", row.id,
		l->after, until, l->limit, l->consumer.at, l->consumer.bytes);
	while (!is_stopped && db_next(db, rows)) {
		delivery_read(rows, &d);
		is_stopped = fn(arg, &d) != 0;
	}
	db_end(db, rows);
	return db_error(db)->code;
}

int
stream_group_dead(struct db *db, const struct stream_look *l, delivery_fn fn,
    void *arg)
{
	struct group_row row;
	struct delivery d;
	bool is_stopped = false;

	if (!group_find(db, l->group, &row))
		return db_error(db)->code;
	struct db_rows *rows = db_query(db, &sql_stream_dead_list, "iii",
	    row.id, l->after, l->limit);
	while (!is_stopped && db_next(db, rows)) {
		delivery_read(rows, &d);
		d.died_at = db_int(rows, 8);
		is_stopped = fn(arg, &d) != 0;
	}
	db_end(db, rows);
	return db_error(db)->code;
}

int
stream_group_list(struct db *db, struct span topic, group_info_fn fn,
    void *arg)
{
	struct db_rows *rows = db_query(db, &sql_stream_group_list, "t",
	    topic.at, topic.bytes);
	bool is_stopped = false;

	while (!is_stopped && db_next(db, rows)) {
		struct group_info i = { .group = { span_at(rows, 0),
			span_at(rows, 1) }, .delivered = db_int(rows, 2),
			.max_deliveries = db_int(rows, 3),
			.created_at = db_int(rows, 4), .lag = db_int(rows, 5),
			.pending = db_int(rows, 6),
			.consumers = db_int(rows, 7),
			.dead = db_int(rows, 8), .oldest = db_int(rows, 9) };
		is_stopped = fn(arg, &i) != 0;
	}
	db_end(db, rows);
	return db_error(db)->code;
}

int
stream_consumer_list(struct db *db, struct span topic, consumer_info_fn fn,
    void *arg)
{
	struct db_rows *rows = db_query(db, &sql_stream_consumer_list, "t",
	    topic.at, topic.bytes);
	bool is_stopped = false;

	while (!is_stopped && db_next(db, rows)) {
		struct consumer_info i = { .topic = span_at(rows, 0),
			.group = span_at(rows, 1), .name = span_at(rows, 2),
			.offset = db_int(rows, 3), .lag = db_int(rows, 4),
			.pending = db_int(rows, 5),
			.seen_at = db_int(rows, 6) };
		is_stopped = fn(arg, &i) != 0;
	}
	db_end(db, rows);
	return db_error(db)->code;
}
