/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The functions on schedules. */
#include "ext/ext.h"

#include "events/schedule.h"
#include "json/push.h"

/* name, queue, expr, payload, priority, expires_s, max_attempts */
static void
register_task(struct ext_call *c)
{
	struct schedule s = { .name = ext_text(c, 0), .queue = ext_text(c, 1),
		.expr = ext_text(c, 2), .payload = ext_text(c, 3),
		.priority = ext_int(c, 4), .expires = !ext_is_null(c, 5),
		.max_attempts = c->count > 6 ? ext_int(c, 6) : 3 };
	struct db_unit u;

	if (s.expires)
		s.expires_s = ext_int(c, 5);
	(void)db_unit_begin(c->db, &u);
	(void)schedule_register(c->db, &s, c->now);
	(void)db_unit_end(c->db, &u);
	sqlite3_result_int(c->context, 1);
}

static void
unregister(struct ext_call *c)
{
	struct db_unit u;
	bool done = false;

	(void)db_unit_begin(c->db, &u);
	(void)schedule_unregister(c->db, ext_text(c, 0), &done);
	(void)db_unit_end(c->db, &u);
	sqlite3_result_int(c->context, done);
}

static void
show_fire(void *arg, const struct schedule_fire *f)
{
	struct json_out *o = arg;

	json_out_begin_object(o);
	json_out_member_int(o, "fire_at", f->fire_at);
	json_out_member_int(o, "job_id", f->job_id);
	ext_json_text(o, "name", f->name);
	ext_json_text(o, "queue", f->queue);
	json_out_end_object(o);
}

static void
tick(struct ext_call *c)
{
	struct buf out = { 0 };
	struct json_out o = { .out = &out };
	struct db_unit u;

	json_out_begin_array(&o);
	if (!ext_is_alone(c) || schedule_has_due(c->db, ext_int(c, 0))) {
		(void)db_unit_begin(c->db, &u);
		(void)schedule_tick(c->db, ext_int(c, 0), c->now, show_fire,
		    &o);
		(void)db_unit_end(c->db, &u);
	}
	json_out_end_array(&o);
	ext_result_json(c, &out);
}

static void
soonest(struct ext_call *c)
{
	int64_t at = schedule_soonest(c->db);

	ext_forgive_table(c);
	sqlite3_result_int64(c->context, at);
}

static void
pause_task(struct ext_call *c)
{
	bool done = false;

	(void)schedule_pause(c->db, ext_text(c, 0), &done);
	sqlite3_result_int(c->context, done);
}

static void
resume(struct ext_call *c)
{
	struct db_unit u;
	bool done = false;

	(void)db_unit_begin(c->db, &u);
	(void)schedule_resume(c->db, ext_text(c, 0), c->now, &done);
	(void)db_unit_end(c->db, &u);
	sqlite3_result_int(c->context, done);
}

static int
show_task(void *arg, const struct schedule *s)
{
	struct json_out *o = arg;

	json_out_begin_object(o);
	ext_json_text(o, "cron_expr", s->expr);
	json_out_key(o, "enabled");
	json_out_bool(o, s->is_enabled);
	json_out_key(o, "expires_s");
	if (s->expires)
		json_out_int(o, s->expires_s);
	else
		json_out_null(o);
	json_out_member_int(o, "max_attempts", s->max_attempts);
	ext_json_text(o, "name", s->name);
	json_out_member_int(o, "next_fire_at", s->next_fire_at);
	ext_json_text(o, "payload", s->payload);
	json_out_member_int(o, "priority", s->priority);
	ext_json_text(o, "queue", s->queue);
	json_out_end_object(o);
	return 0;
}

static void
list(struct ext_call *c)
{
	struct buf out = { 0 };
	struct json_out o = { .out = &out };

	json_out_begin_array(&o);
	(void)schedule_list(c->db, show_task, &o);
	json_out_end_array(&o);
	ext_result_json(c, &out);
}

/*
 * name, expr, payload, priority, expires_s, touch_expires, max_attempts,
 * touch_max
 */
static void
update(struct ext_call *c)
{
	bool has_max = c->count > 6 && ext_int(c, 7) != 0;
	struct schedule_change change = { .expr = ext_text(c, 1),
		.payload = ext_text(c, 2), .sets_priority = !ext_is_null(c, 3),
		.sets_expires = ext_int(c, 5) != 0,
		.expires = !ext_is_null(c, 4), .sets_max_attempts = has_max,
		.max_attempts = 3 };
	struct db_unit u;
	bool done = false;

	if (change.sets_priority)
		change.priority = ext_int(c, 3);
	if (change.expires)
		change.expires_s = ext_int(c, 4);
	if (has_max && !ext_is_null(c, 6))
		change.max_attempts = ext_int(c, 6);
	(void)db_unit_begin(c->db, &u);
	(void)schedule_update(c->db, ext_text(c, 0), &change, c->now, &done);
	(void)db_unit_end(c->db, &u);
	sqlite3_result_int(c->context, done);
}

/* expr, from */
static void
next_after(struct ext_call *c)
{
	struct span expr = ext_text(c, 0);
	struct zone *zone = NULL;
	struct cron cron;
	int64_t next = 0;

	if (cron_parse(expr.at, expr.bytes, CRON_HONKER, &cron, &c->err) ==
	    ALK_OK && zone_open(NULL, &zone, &c->err) == ALK_OK)
		(void)cron_next(&cron, zone, ext_int(c, 1), &next, &c->err);
	zone_close(zone);
	sqlite3_result_int64(c->context, next);
}

const struct ext_function ext_schedule_functions[] = {
	{ "honker_scheduler_register", "ttttiI", register_task, false },
	{ "honker_scheduler_register", "ttttiIi", register_task, false },
	{ "honker_scheduler_unregister", "t", unregister, false },
	{ "honker_scheduler_tick", "i", tick, false },
	{ "honker_scheduler_soonest", "", soonest, false },
	{ "honker_scheduler_pause", "t", pause_task, false },
	{ "honker_scheduler_resume", "t", resume, false },
	{ "honker_scheduler_list", "", list, false },
	{ "honker_scheduler_update", "tTTIIi", update, false },
	{ "honker_scheduler_update", "tTTIIiIi", update, false },
	{ "honker_cron_next_after", "ti", next_after, true },
	{ NULL, NULL, NULL, false },
};
