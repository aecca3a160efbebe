/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "events/events.h"

#include "events/events.sql.h"
#include "events/queue.sql.h"
#include "events/schedule.sql.h"
#include "events/side.sql.h"
#include "events/stream_group.sql.h"
#include "events/stream_trim.sql.h"

#include <string.h>

const struct sql *const events_scripts[] = { &sql_events_notification_table,
	&sql_events_tables, NULL };
const struct sql *const events_side_scripts[] = { &sql_queue_side_tables,
	&sql_schedule_side_tables, &sql_side_tables,
	&sql_stream_group_tables, &sql_stream_trim_tables, NULL };

static void
run_all(struct db *db, const struct sql *const *scripts)
{
	for (int i = 0; scripts[i] != NULL; i++)
		(void)db_script(db, scripts[i]);
}

int
events_prepare(struct db *db)
{
	return db_script(db, &sql_events_notification_table);
}

int
events_add_side_tables(struct db *db)
{
	run_all(db, events_side_scripts);
	return db_error(db)->code;
}

int
events_bootstrap(struct db *db)
{
	bool has_enabled = false;
	bool has_max_attempts = false;

	run_all(db, events_scripts);
	struct db_rows *rows = db_query(db, &sql_scheduler_columns, "");
	if (db_next(db, rows)) {
		has_enabled = db_int(rows, 0) != 0;
		has_max_attempts = db_int(rows, 1) != 0;
	}
	db_end(db, rows);
	if (!db_failed(db) && !has_enabled)
		(void)db_script(db, &sql_scheduler_add_enabled);
	if (!db_failed(db) && !has_max_attempts)
		(void)db_script(db, &sql_scheduler_add_max_attempts);
	run_all(db, events_side_scripts); /* an index names such a column */
	return db_error(db)->code;
}

struct span
span_of(const char *text)
{
	return (struct span){ text, text != NULL ? strlen(text) : 0 };
}

struct span
span_at(struct db_rows *rows, int i)
{
	struct span s = { 0 };

	s.at = db_text(rows, i, &s.bytes);
	return s;
}

int
events_notify(struct db *db, struct span channel, struct span payload,
    int64_t now, int64_t *id)
{
	int code = db_exec(db, &sql_notify_insert, "tti", channel.at,
	    channel.bytes, payload.at, payload.bytes, now);

	if (code == ALK_OK && id != NULL)
		*id = db_last_id(db);
	return code;
}

int
events_publish(struct db *db, struct span topic, struct span key,
    struct span payload, int64_t now, int64_t *offset)
{
	int code = db_exec(db, &sql_stream_insert, "ttti", topic.at,
	    topic.bytes, key.at, key.bytes, payload.at, payload.bytes, now);

	if (code == ALK_OK && offset != NULL)
		*offset = db_last_id(db);
	return code;
}

int
events_visit(struct db *db, struct db_rows *rows, int64_t after, event_fn fn,
    void *arg, int64_t *last)
{
	int64_t seen = after;
	bool is_stopped = false;

	while (!is_stopped && db_next(db, rows)) {
		struct event e = { .offset = db_int(rows, 0),
			.topic = span_at(rows, 1), .key = span_at(rows, 2),
			.payload = span_at(rows, 3),
			.created_at = db_int(rows, 4) };
		is_stopped = fn(arg, &e) != 0;
		seen = e.offset;
	}
	db_end(db, rows);
	if (!db_failed(db) && last != NULL)
		*last = seen;
	return db_error(db)->code;
}

int
events_read(struct db *db, struct span topic, int64_t after, int64_t limit,
    event_fn fn, void *arg, int64_t *last)
{
	struct db_rows *rows = topic.at != NULL ?
	    db_query(db, &sql_stream_read_topic, "tii", topic.at, topic.bytes,
		after, limit) :
	    db_query(db, &sql_stream_read_all, "ii", after, limit);

	return events_visit(db, rows, after, fn, arg, last);
}

int
events_read_back(struct db *db, struct span topic, struct span key,
    event_fn fn, void *arg)
{
	struct db_rows *rows = db_query(db, &sql_stream_read_back, "tt",
	    topic.at, topic.bytes, key.at, key.bytes);

	return events_visit(db, rows, 0, fn, arg, NULL);
}

int64_t
events_last(struct db *db, struct span topic)
{
	return topic.at != NULL ? db_number(db, &sql_stream_last_topic, 0, "t",
	    topic.at, topic.bytes) :
	    db_number(db, &sql_stream_last_all, 0, "");
}

int
events_done(struct db *db, bool *done)
{
	*done = !db_failed(db) && db_changes(db) > 0;
	return db_error(db)->code;
}

int
events_save_offset(struct db *db, struct span consumer, struct span topic,
    int64_t offset, bool *done)
{
	(void)db_exec(db, &sql_consumer_save, "tti", consumer.at,
	    consumer.bytes, topic.at, topic.bytes, offset);
	return events_done(db, done);
}

int64_t
events_offset(struct db *db, struct span consumer, struct span topic)
{
	return db_number(db, &sql_consumer_offset, 0, "tt", consumer.at,
	    consumer.bytes, topic.at, topic.bytes);
}

int64_t
events_later(int64_t at, int64_t by)
{
	if (by > 0 && at > INT64_MAX - by)
		return INT64_MAX;
	if (by < 0 && at < INT64_MIN - by)
		return INT64_MIN;
	return at + by;
}

int64_t
events_ms(int64_t seconds)
{
	if (seconds > INT64_MAX / 1000)
		return INT64_MAX;
	return seconds < INT64_MIN / 1000 ? INT64_MIN : 1000 * seconds;
}

int64_t
events_now(struct db *db)
{
	return db_number(db, &sql_events_now, 0, "");
}
