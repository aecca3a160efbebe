/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* notify() and the functions on streams. */
#include "ext/ext.h"

#include "events/stream_trim.h"
#include "json/push.h"

/* channel, payload */
static void
notify(struct ext_call *c)
{
	int64_t id = 0;

	(void)events_notify(c->db, ext_text(c, 0), ext_text(c, 1), c->now,
	    &id);
	sqlite3_result_int64(c->context, id);
}

/* Whether the topic has a policy that is to be looked at now. */
static bool
is_due(struct ext_call *c)
{
	if (db_failed(c->db))
		return false;
	bool is = stream_trim_is_due(c->db, ext_text(c, 0), c->now);
	/* Made by Honker alone the file has no policies. */
	ext_forgive_table(c);
	return is;
}

/*
 * topic, key, payload. The look at the topic's policy comes behind the insert,
 * which takes the write lock, and in the same transaction. Within one of the
 * host's that needs no unit unless there is something to do.
 */
static void
publish(struct ext_call *c)
{
	struct db_unit u = { false };
	int64_t offset = 0;
	bool is_alone = ext_is_alone(c);

	if (is_alone)
		(void)db_unit_begin(c->db, &u);
	(void)events_publish(c->db, ext_text(c, 0), ext_text(c, 1),
	    ext_text(c, 2), c->now, &offset);
	if (is_due(c)) {
		if (!is_alone)
			(void)db_unit_begin(c->db, &u);
		(void)stream_trim_due(c->db, ext_text(c, 0), c->now);
	}
	(void)db_unit_end(c->db, &u);
	sqlite3_result_int64(c->context, offset);
}

static int
show_event(void *arg, const struct event *e)
{
	struct json_out *o = arg;

	json_out_begin_object(o);
	json_out_member_int(o, "created_at", e->created_at);
	ext_json_text(o, "key", e->key);
	json_out_member_int(o, "offset", e->offset);
	ext_json_text(o, "payload", e->payload);
	ext_json_text(o, "topic", e->topic);
	json_out_end_object(o);
	return 0;
}

/* topic, offset, limit */
static void
read_since(struct ext_call *c)
{
	struct buf out = { 0 };
	struct json_out o = { .out = &out };

	json_out_begin_array(&o);
	(void)events_read(c->db, ext_text(c, 0), ext_int(c, 1), ext_int(c, 2),
	    show_event, &o, NULL);
	json_out_end_array(&o);
	ext_result_json(c, &out);
}

/* consumer, topic, offset */
static void
save_offset(struct ext_call *c)
{
	bool done = false;

	(void)events_save_offset(c->db, ext_text(c, 0), ext_text(c, 1),
	    ext_int(c, 2), &done);
	sqlite3_result_int(c->context, done);
}

/* consumer, topic */
static void
get_offset(struct ext_call *c)
{
	int64_t offset = events_offset(c->db, ext_text(c, 0), ext_text(c, 1));

	ext_forgive_table(c);
	sqlite3_result_int64(c->context, offset);
}

const struct ext_function ext_stream_functions[] = {
	{ "notify", "tt", notify, false },
	{ "honker_stream_publish", "tTt", publish, false },
	{ "honker_stream_read_since", "tii", read_since, false },
	{ "honker_stream_save_offset", "tti", save_offset, false },
	{ "honker_stream_get_offset", "tt", get_offset, false },
	{ NULL, NULL, NULL, false },
};
