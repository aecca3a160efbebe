/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "events/events.h"

#include "events/events.sql.h"
#include "events/queue.sql.h"

const struct sql *const events_scripts[] = { &sql_events_notification_table,
	&sql_events_tables, NULL };
const struct sql *const events_side_scripts[] = { &sql_queue_side_tables,
	NULL };

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
events_bootstrap(struct db *db)
{
	bool has_enabled = false;
	bool has_max_attempts = false;

	run_all(db, events_scripts);
	run_all(db, events_side_scripts);
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
	return db_error(db)->code;
}

int
events_notify(struct db *db, const char *channel, const char *payload,
    size_t bytes, int64_t now, int64_t *id)
{
	int code = db_exec(db, &sql_notify_insert, "sti", channel, payload,
	    bytes, now);

	if (code == ALK_OK && id != NULL)
		*id = db_last_id(db);
	return code;
}

int
events_publish(struct db *db, const char *topic, const char *key,
    const char *payload, size_t bytes, int64_t now, int64_t *offset)
{
	int code = db_exec(db, &sql_stream_insert, "ssti", topic, key, payload,
	    bytes, now);

	if (code == ALK_OK && offset != NULL)
		*offset = db_last_id(db);
	return code;
}

int
events_read(struct db *db, const char *topic, int64_t after, int64_t limit,
    event_fn fn, void *arg, int64_t *last)
{
	struct db_rows *rows = topic != NULL ?
	    db_query(db, &sql_stream_read_topic, "sii", topic, after, limit) :
	    db_query(db, &sql_stream_read_all, "ii", after, limit);
	int64_t seen = after;
	bool is_stopped = false;

	while (!is_stopped && db_next(db, rows)) {
		struct event e = { .offset = db_int(rows, 0) };
		e.topic = db_text(rows, 1, NULL);
		e.key = db_text(rows, 2, NULL);
		e.payload = db_text(rows, 3, &e.payload_bytes);
		e.created_at = db_int(rows, 4);
		is_stopped = fn(arg, &e) != 0;
		seen = e.offset;
	}
	db_end(db, rows);
	if (!db_failed(db) && last != NULL)
		*last = seen;
	return db_error(db)->code;
}

int64_t
events_last(struct db *db, const char *topic)
{
	return topic != NULL ?
	    db_number(db, &sql_stream_last_topic, 0, "s", topic) :
	    db_number(db, &sql_stream_last_all, 0, "");
}
