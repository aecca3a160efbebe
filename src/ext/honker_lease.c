/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The functions on locks, rate limits and results. */
#include "ext/ext.h"

#include "base/error.h"
#include "events/lease.h"

/* name, owner, ttl_s */
static void
acquire(struct ext_call *c)
{
	struct span name = ext_text(c, 0);
	struct span owner = ext_text(c, 1);
	struct db_unit u;
	enum lock_state seen = LOCK_FREE;
	bool held = false;

	if (ext_is_alone(c))
		seen = lock_look(c->db, name, owner, c->now);
	if (seen == LOCK_FREE) {
		(void)db_unit_begin(c->db, &u);
		(void)lock_acquire(c->db, name, owner, ext_int(c, 2), c->now,
		    &held);
		(void)db_unit_end(c->db, &u);
	}
	sqlite3_result_int(c->context, held || seen == LOCK_MINE);
}

/* name, owner */
static void
release(struct ext_call *c)
{
	bool done = false;

	(void)lock_release(c->db, ext_text(c, 0), ext_text(c, 1), &done);
	sqlite3_result_int(c->context, done);
}

/* name, owner, ttl_s */
static void
renew(struct ext_call *c)
{
	struct db_unit u;
	bool done = false;

	if (ext_int(c, 2) <= 0) {
		ext_fail(c, "ttl_s must be positive");
		return;
	}
	(void)db_unit_begin(c->db, &u);
	(void)lock_renew(c->db, ext_text(c, 0), ext_text(c, 1), ext_int(c, 2),
	    c->now, &done);
	(void)db_unit_end(c->db, &u);
	sqlite3_result_int(c->context, done);
}

/* name, limit, per */
static void
limit_try(struct ext_call *c)
{
	int64_t limit = ext_int(c, 1);
	int64_t per = ext_int(c, 2);
	bool allowed = false;

	if (limit <= 0 || per <= 0) {
		ext_fail(c, "limit and per must be positive");
		return;
	}
	if (!ext_is_alone(c) ||
	    !rate_is_used_up(c->db, ext_text(c, 0), limit, per, c->now))
		(void)rate_try(c->db, ext_text(c, 0), limit, per, c->now,
		    &allowed);
	sqlite3_result_int(c->context, allowed);
}

static void
limit_sweep(struct ext_call *c)
{
	int64_t count = 0;

	(void)rate_sweep(c->db, ext_int(c, 0), c->now, &count);
	sqlite3_result_int64(c->context, count);
}

/* job_id, value, ttl_s */
static void
save(struct ext_call *c)
{
	(void)result_save(c->db, ext_int(c, 0), ext_text(c, 1), ext_int(c, 2),
	    c->now);
	sqlite3_result_int(c->context, 1);
}

static void
get(struct ext_call *c)
{
	struct buf out = { 0 };
	bool found = false;

	(void)result_get(c->db, ext_int(c, 0), c->now, &out, &found);
	ext_forgive_table(c);
	if (found)
		ext_result_json(c, &out);
	else
		buf_fini(&out); /* NULL */
}

static void
sweep(struct ext_call *c)
{
	int64_t count = 0;

	(void)result_sweep(c->db, c->now, &count);
	sqlite3_result_int64(c->context, count);
}

const struct ext_function ext_lease_functions[] = {
	{ "honker_lock_acquire", "tti", acquire, false },
	{ "honker_lock_release", "tt", release, false },
	{ "honker_lock_renew", "tti", renew, false },
	{ "honker_rate_limit_try", "tii", limit_try, false },
	{ "honker_rate_limit_sweep", "i", limit_sweep, false },
	{ "honker_result_save", "iti", save, false },
	{ "honker_result_get", "i", get, false },
	{ "honker_result_sweep", "", sweep, false },
	{ NULL, NULL, NULL, false },
};
