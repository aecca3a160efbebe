/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* honker_bootstrap() and the functions on queues. */
#include "ext/ext.h"

#include "base/error.h"
#include "events/queue.h"
#include "json/push.h"

static void
bootstrap(struct ext_call *c)
{
	struct db_unit u;

	(void)db_unit_begin(c->db, &u);
	(void)events_bootstrap(c->db);
	(void)db_unit_end(c->db, &u);
	sqlite3_result_int(c->context, 1);
}

/* queue, payload, run_at, delay, priority, max_attempts, expires */
static void
enqueue(struct ext_call *c)
{
	struct queue_new j = { .queue = ext_text(c, 0),
		.payload = ext_text(c, 1), .run_at = c->now,
		.priority = ext_int(c, 4), .max_attempts = ext_int(c, 5),
		.expires = !ext_is_null(c, 6) };
	int64_t id = 0;

	if (!ext_is_null(c, 3))
		j.run_at = events_later(c->now, ext_int(c, 3));
	else if (!ext_is_null(c, 2))
		j.run_at = ext_int(c, 2);
	j.expires_at = events_later(c->now, j.expires ? ext_int(c, 6) : 0);
	(void)queue_enqueue(c->db, &j, c->now, &id);
	sqlite3_result_int64(c->context, id);
}

static int
show_claimed(void *arg, const struct queue_job *j)
{
	struct json_out *o = arg;

	json_out_begin_object(o);
	json_out_member_int(o, "attempts", j->attempts);
	json_out_member_int(o, "claim_expires_at", j->claim_expires_at);
	json_out_member_int(o, "id", j->id);
	ext_json_text(o, "payload", j->payload);
	ext_json_text(o, "queue", j->queue);
	ext_json_text(o, "worker_id", j->worker);
	json_out_end_object(o);
	return 0;
}

static void
claim_into(struct ext_call *c, struct buf *out, bool is_reading_first)
{
	struct json_out o = { .out = out };
	struct db_unit u;

	json_out_begin_array(&o);
	(void)db_unit_begin(c->db, &u);
	(void)(is_reading_first ? queue_claim_reading : queue_claim_ms)(c->db,
	    ext_text(c, 0), ext_text(c, 1), ext_int(c, 2), ext_int(c, 3),
	    c->now * 1000, show_claimed, &o);
	(void)db_unit_end(c->db, &u);
	json_out_end_array(&o);
}

/*
 * queue, worker, n, timeout_s. Alone it reads first and takes the write lock
 * when it has found something; where another is quicker it waits for the lock
 * and looks again.
 */
static void
claim_batch(struct ext_call *c)
{
	struct buf out = { 0 };
	bool is_alone = ext_is_alone(c);

	claim_into(c, &out, is_alone);
	if (is_alone && c->err.code == ALK_BUSY) {
		error_clear(&c->err);
		buf_clear(&out);
		claim_into(c, &out, false);
	}
	ext_result_json(c, &out);
}

/* id, worker */
static void
ack(struct ext_call *c)
{
	bool done = false;

	(void)queue_ack(c->db, ext_int(c, 0), ext_text(c, 1), c->now, &done);
	sqlite3_result_int(c->context, done);
}

/* ids, worker */
static void
ack_batch(struct ext_call *c)
{
	int64_t count = 0;

	(void)queue_ack_json(c->db, ext_text(c, 0), ext_text(c, 1), c->now,
	    &count);
	sqlite3_result_int64(c->context, count);
}

/* id, worker, delay_s, error */
static void
retry(struct ext_call *c)
{
	struct db_unit u;
	bool done = false;

	(void)db_unit_begin(c->db, &u);
	(void)queue_retry(c->db, ext_int(c, 0), ext_text(c, 1), ext_int(c, 2),
	    ext_text(c, 3), c->now, &done);
	(void)db_unit_end(c->db, &u);
	sqlite3_result_int(c->context, done);
}

/* id, worker, error */
static void
fail(struct ext_call *c)
{
	struct db_unit u;
	bool done = false;

	(void)db_unit_begin(c->db, &u);
	(void)queue_fail(c->db, ext_int(c, 0), ext_text(c, 1), ext_text(c, 2),
	    c->now, &done);
	(void)db_unit_end(c->db, &u);
	sqlite3_result_int(c->context, done);
}

/* id, worker, extend_s */
static void
heartbeat(struct ext_call *c)
{
	bool done = false;

	(void)queue_heartbeat(c->db, ext_int(c, 0), ext_text(c, 1),
	    ext_int(c, 2), c->now, &done);
	sqlite3_result_int(c->context, done);
}

static void
cancel(struct ext_call *c)
{
	bool done = false;

	(void)queue_cancel(c->db, ext_int(c, 0), &done);
	sqlite3_result_int(c->context, done);
}

static void
show_int(struct json_out *o, const char *name, bool is_there, int64_t n)
{
	json_out_key(o, name);
	if (is_there)
		json_out_int(o, n);
	else
		json_out_null(o);
}

static int
show_job(void *arg, const struct queue_job *j)
{
	struct json_out *o = arg;

	json_out_begin_object(o);
	json_out_member_int(o, "attempts", j->attempts);
	show_int(o, "claim_expires_at", j->is_claimed, j->claim_expires_at);
	json_out_member_int(o, "created_at", j->created_at);
	show_int(o, "expires_at", j->expires, j->expires_at);
	json_out_member_int(o, "id", j->id);
	json_out_member_int(o, "max_attempts", j->max_attempts);
	ext_json_text(o, "payload", j->payload);
	json_out_member_int(o, "priority", j->priority);
	ext_json_text(o, "queue", j->queue);
	json_out_member_int(o, "run_at", j->run_at);
	ext_json_text(o, "state", j->state);
	ext_json_text(o, "worker_id", j->worker);
	json_out_end_object(o);
	return 0;
}

static void
get_job(struct ext_call *c)
{
	struct buf out = { 0 };
	struct json_out o = { .out = &out };

	(void)queue_get(c->db, ext_int(c, 0), show_job, &o);
	ext_forgive_table(c);
	ext_result_json(c, &out);
}

static void
sweep_expired(struct ext_call *c)
{
	struct db_unit u;
	int64_t count = 0;

	if (!ext_is_alone(c) ||
	    queue_has_expired(c->db, ext_text(c, 0), c->now)) {
		(void)db_unit_begin(c->db, &u);
		(void)queue_sweep(c->db, ext_text(c, 0), c->now, &count);
		(void)db_unit_end(c->db, &u);
	}
	sqlite3_result_int64(c->context, count);
}

static void
next_claim_at(struct ext_call *c)
{
	int64_t at = queue_next_claim_at(c->db, ext_text(c, 0), c->now);

	ext_forgive_table(c);
	sqlite3_result_int64(c->context, at);
}

const struct ext_function ext_queue_functions[] = {
	{ "honker_bootstrap", "", bootstrap, false },
	{ "honker_enqueue", "ttIIiiI", enqueue, false },
	{ "honker_claim_batch", "ttii", claim_batch, false },
	{ "honker_ack", "it", ack, false },
	{ "honker_ack_batch", "tt", ack_batch, false },
	{ "honker_retry", "itit", retry, false },
	{ "honker_fail", "itt", fail, false },
	{ "honker_heartbeat", "iti", heartbeat, false },
	{ "honker_cancel", "i", cancel, false },
	{ "honker_get_job", "i", get_job, false },
	{ "honker_sweep_expired", "t", sweep_expired, false },
	{ "honker_queue_next_claim_at", "t", next_claim_at, false },
	{ NULL, NULL, NULL, false },
};
