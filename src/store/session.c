/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Sessions, calls and transactions.
 *
 *   no call --read--> reading (a connection of the pool, one read transaction)
 *   no call --write-> writing (the writer, BEGIN IMMEDIATE)
 *   writing --call--> the same transaction; a call that writes has a savepoint
 *   end:    feed, then COMMIT; or ROLLBACK on an error or for a dry run
 *
 * SQLite rolls a transaction back by itself on some errors (I/O, lack of memory
 * in a statement of one row); then the calls that follow within it fail, and
 * the whole ends with an error. So it does where a call cannot be undone.
 */
#include "store/store.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "events/watch.h"
#include "feed/feed.h"

#include <assert.h>
#include <string.h>

int
alk_session_open(alk_store *st, const alk_session_options *o,
    alk_session **out, alk_error *err)
{
	error_clear(err);
	if (st == NULL || out == NULL)
		return error_set(err, ALK_INVALID, "no store given");
	alk_session *s = mem_zero(sizeof(*s));
	if (s == NULL)
		return error_nomem(err);
	s->store = st;
	s->busy_ms = o != NULL && o->busy_ms != 0 ? o->busy_ms : st->busy_ms;
	if (o != NULL && o->actor != NULL) {
		s->actor = mem_text(o->actor);
		if (s->actor == NULL) {
			mem_release(s);
			return error_nomem(err);
		}
	}
	graph_init(&s->graph);
	s->graph.limits = &st->limits;
	s->graph.has_graphs = st->kind == ALK_FILE_TENANT;
	s->graph.log = st->log;
	s->graph.log_arg = st->log_arg;
	s->graph.cancel = &s->cancel;
	atomic_fetch_add(&st->sessions, 1);
	*out = s;
	return ALK_OK;
}

void
alk_session_close(alk_session *s)
{
	if (s == NULL)
		return;
	assert(s->call == NULL);
	watch_close(atomic_load(&s->watch));
	graph_fini(&s->graph);
	buf_fini(&s->json);
	buf_fini(&s->text);
	mem_release(s->actor);
	atomic_fetch_sub(&s->store->sessions, 1);
	mem_release(s);
}

const alk_error *
alk_session_error(const alk_session *s)
{
	return &s->err;
}

void
alk_session_cancel(alk_session *s)
{
	atomic_store(&s->cancel, 1);
	struct watch *w = atomic_load(&s->watch);
	if (w != NULL)
		watch_cancel(w);
}

/* ---- calls ---- */

static void
use(alk_session *s, struct db *db)
{
	s->graph.db = db;
	if (db != NULL)
		db_use(db, &s->call->err, &s->cancel);
}

void
call_begin(alk_session *s, struct call *c)
{
	/* Not the thousand bytes of its error, which every call would pay for.
	 */
	memset(c, 0, offsetof(struct call, err));
	error_clear(&c->err);
	c->outer = s->call;
	c->db_outer = s->graph.db;
	if (s->call == NULL)
		type_cache_sweep(&s->graph.types);
	s->call = c;
	s->graph.err = &c->err;
	s->graph.now_ms = clock_wall_ms(&s->store->clock);
	s->graph.now = s->graph.now_ms / 1000;
	if (atomic_load(&s->cancel) != 0)
		error_set(&c->err, ALK_CANCELLED, "cancelled");
}

/* SQLite ends a transaction itself where it lacks memory or cannot write. */
static int
check_transaction(struct call *c, struct db *db, const char *name)
{
	if (db_in_transaction(db) || db_is_reading(db))
		return ALK_OK;
	return error_set(&c->err, ALK_MISUSE,
	    "the %s was ended by an earlier error; return from it", name);
}

static int
begin_reading(alk_session *s, struct call *c, bool is_due)
{
	call_begin(s, c);
	if (c->err.code != ALK_OK)
		return c->err.code;
	c->is_read = true;
	if (s->writer != NULL) {
		use(s, s->writer);
		return check_transaction(c, s->writer, "transaction");
	}
	if (s->reader != NULL) {
		use(s, s->reader);
		return check_transaction(c, s->reader, "snapshot");
	}
	if (db_pool_reader(s->store->pool, s->busy_ms, &s->reader, &c->err) !=
	    ALK_OK)
		return c->err.code;
	c->owns_reader = true;
	use(s, s->reader);
	db_set_busy(s->reader, s->busy_ms);
	if (!is_due)
		return db_read_begin(s->reader);
	db_read_due(s->reader);
	return ALK_OK;
}

int
call_read(alk_session *s, struct call *c)
{
	return begin_reading(s, c, false);
}

int
call_read_due(alk_session *s, struct call *c)
{
	return begin_reading(s, c, true);
}

/*
 * SQLite ended the snapshot, though this call saw no statement fail: one of a
 * call within it did, or the statistics could not be read when the schema was
 * read anew, which SQLite tells nobody.
 */
static void
check_snapshot(struct call *c, struct db *db)
{
	if (!db_is_reading(db))
		error_set(&c->err, ALK_IO, "the file could not be read, and "
		    "the snapshot was ended");
}

static int
begin_transaction(alk_session *s, struct call *c)
{
	if (db_pool_writer(s->store->pool, s->busy_ms, &s->writer, &c->err) !=
	    ALK_OK)
		return c->err.code;
	c->owns_writer = true;
	graph_transaction_reset(&s->graph);
	use(s, s->writer);
	db_set_busy(s->writer, s->busy_ms);
	return db_begin_write(s->writer);
}

int
call_write(alk_session *s, struct call *c, bool is_dry)
{
	call_begin(s, c);
	if (c->err.code != ALK_OK)
		return c->err.code;
	c->is_write = true;
	c->is_dry = is_dry;
	if (s->writer == NULL)
		return begin_transaction(s, c);
	use(s, s->writer);
	if (check_transaction(c, s->writer, "transaction") != ALK_OK)
		return c->err.code;
	c->mark = changes_mark(&s->graph.changes);
	c->has_savepoint = db_savepoint(s->writer) == ALK_OK;
	return c->err.code;
}

/* What was kept of a transaction that is undone. */
static void
forget_undone(struct graph *g)
{
	/* Types of an undone transaction must not be found again. */
	snapshots_back_to(&g->snapshots, 0);
	type_cache_clear(&g->types);
}

int
call_again(alk_session *s, struct call *c)
{
	assert(c->owns_writer);
	db_rollback(s->writer);
	forget_undone(&s->graph);
	textmap_fini(&s->graph.keys);
	graph_transaction_reset(&s->graph);
	error_clear(&c->err);
	return db_begin_write(s->writer);
}

static void
end_own_transaction(alk_session *s, struct call *c)
{
	struct graph *g = &s->graph;

	if (c->err.code == ALK_OK && !c->is_dry) {
		(void)check_transaction(c, s->writer, "transaction");
		(void)graph_is_cancelled(g);
		(void)feed_flush(g);
		if (c->err.code == ALK_OK)
			(void)graph_transaction_flush(g);
		if (c->err.code == ALK_OK)
			(void)db_commit(s->writer);
		if (c->err.code == ALK_OK)
			graph_transaction_committed(g);
	}
	db_rollback(s->writer);
	if (c->err.code != ALK_OK || c->is_dry) {
		forget_undone(g);
		if (!g->keeps_keys || c->err.code != ALK_OK)
			textmap_fini(&g->keys);
	}
	db_pool_give_back(s->store->pool, s->writer);
	s->writer = NULL;
	graph_transaction_reset(g);
}

static void
end_savepoint(alk_session *s, struct call *c)
{
	struct graph *g = &s->graph;

	if (c->err.code == ALK_OK && !c->is_dry &&
	    db_savepoint_release(s->writer) == ALK_OK)
		return;
	if (db_in_transaction(s->writer))
		db_savepoint_rollback(s->writer);
	changes_back_to(&g->changes, c->mark);
	snapshots_back_to(&g->snapshots, c->mark.count);
	type_cache_clear(&g->types);
	textmap_fini(&g->keys);
}

int
call_end(alk_session *s, struct call *c)
{
	assert(s->call == c);
	if (c->owns_writer)
		end_own_transaction(s, c);
	else if (c->has_savepoint)
		end_savepoint(s, c);
	if (c->owns_reader) {
		if (c->err.code == ALK_OK)
			check_snapshot(c, s->reader);
		db_read_end(s->reader);
		db_pool_give_back(s->store->pool, s->reader);
		s->reader = NULL;
	}
	s->call = c->outer;
	s->graph.err = s->call != NULL ? &s->call->err : NULL;
	if (c->err.code == ALK_OK)
		error_clear(&s->err);
	else
		s->err = c->err;
	if (s->call != NULL) {
		use(s, c->db_outer);
	} else {
		s->graph.db = NULL;
		if (c->err.code == ALK_CANCELLED)
			atomic_store(&s->cancel, 0);
	}
	return c->err.code;
}

int
call_probe(alk_session *s, call_probe_fn fn, const char *name, bool *is_some)
{
	struct call c;

	*is_some = true;
	if (s->writer != NULL)
		return ALK_OK;
	if (call_read(s, &c) == ALK_OK)
		*is_some = fn(s, name);
	return call_end(s, &c);
}

int
call_run(void *runs, int (*work)(void *arg), void *arg)
{
	struct call_runs *r = runs;
	struct call c;

	if (call_write(r->s, &c, r->is_dry) == ALK_OK)
		(void)work(arg);
	return call_end(r->s, &c);
}

int
call_check_flags(struct call *c, unsigned flags, unsigned known)
{
	return (flags & ~known) == 0 ? ALK_OK : error_set(&c->err, ALK_INVALID,
	    "flags %#x: not known to this version", flags & ~known);
}

/* ---- transactions of a caller ---- */

/*
 * work() answered with a code. Its own calls have left their error in s->err; a
 * code of the caller's own gets a line that says so.
 */
static void
take_answer(alk_session *s, struct call *c, int answer)
{
	if (answer == ALK_OK || c->err.code != ALK_OK)
		return;
	if (s->err.code == answer)
		c->err = s->err;
	else
		error_set(&c->err, answer, "the work answered %d", answer);
}

int
alk_transact(alk_session *s, unsigned flags, alk_work_fn work, void *arg)
{
	struct call c;

	if (call_write(s, &c, (flags & ALK_TX_DRY_RUN) != 0) == ALK_OK &&
	    call_check_flags(&c, flags, ALK_TX_DRY_RUN) == ALK_OK)
		take_answer(s, &c, work(s, arg));
	return call_end(s, &c);
}

int
alk_snapshot(alk_session *s, alk_work_fn work, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		take_answer(s, &c, work(s, arg));
	return call_end(s, &c);
}
