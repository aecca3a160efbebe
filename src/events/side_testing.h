/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_SIDE_TESTING_H
#define EVENTS_SIDE_TESTING_H

/*
 * For the tests of what lies beside queues: a file each, and SQL as a host.
 * They include "scratch.h" before.
 */
#include "events/job.h"
#include "events/queue_settings.h"

#include "base/error.h"
#include "db/slots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW 1000000
#define NOW_MS (INT64_C(1000) * NOW)
#define TEXT(s) ((struct span){ s, strlen(s) })
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
/* A statement of the test's own; n is another for each. */
#define SQL(noun, n, text) \
	static const struct sql noun = { #noun, text, SQL_SLOTS - (n) }
#define OK(call) assert_ok(call, #call)

static struct db *db;
static alk_error err;
static char dir[SCRATCH_PATH];

static inline void
assert_ok(int code, const char *call)
{
	if (code != ALK_OK)
		fail_msg("%s: %d %s", call, code, err.text);
}

static int
open_file(void)
{
	char path[SCRATCH_PATH];
	struct db_options o = { .path = path, .create = true };

	scratch_make(dir);
	scratch_path(path, dir, "t.db");
	error_clear(&err);
	if (db_open(&o, NULL, 0, &db, &err) != ALK_OK)
		return 1;
	db_use(db, &err, NULL);
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	return open_file() != 0 || events_bootstrap(db) != ALK_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	db_use(db, NULL, NULL);
	db_close(db);
	scratch_remove(dir);
	return 0;
}

/* As a host would: any SQL, in one piece. */
static inline void
run(const char *text)
{
	const struct sql q = { "run", text, 0 };

	assert_ok(db_script(db, &q), text);
}

/* The first column of all rows, a line each. */
static inline const char *
ask(const struct sql *q)
{
	static char all[4000];
	struct db_rows *rows = db_query(db, q, "");

	all[0] = '\0';
	while (db_next(db, rows)) {
		const char *text = db_text(rows, 0, NULL);
		strcat(all, text != NULL ? text : "NULL");
		strcat(all, "\n");
	}
	db_end(db, rows);
	assert_ok(err.code, q->text);
	return all;
}

static inline struct job_new
job_of(const char *queue, const char *payload)
{
	return (struct job_new){ .base = { .queue = TEXT(queue),
	    .payload = TEXT(payload), .max_attempts = 3, .run_at = NOW } };
}

static inline int64_t
add_at(struct job_new j, int64_t now_ms)
{
	int64_t id = 0;

	OK(job_enqueue(db, &j, now_ms, &id, NULL));
	return id;
}

static inline int64_t
add(struct job_new j)
{
	return add_at(j, NOW_MS);
}

static inline int64_t
add_keyed(const char *key)
{
	struct job_new j = job_of("q", "p");

	j.key = TEXT(key);
	return add(j);
}

static char seen[400];

static inline int
see(void *arg, const struct queue_job *j)
{
	size_t used = strlen(seen);

	(void)arg;
	snprintf(seen + used, sizeof(seen) - used, "%s%lld", used ? " " : "",
	    (long long)j->id);
	return 0;
}

/* The ids that a claim of the worker "w" gives, in its order. */
static inline const char *
claim_ms(int64_t n, int64_t now_ms)
{
	seen[0] = '\0';
	OK(queue_claim_ms(db, TEXT("q"), TEXT("w"), n, 60, now_ms, see,
	    NULL));
	return seen;
}

static inline const char *
claim(int64_t n)
{
	return claim_ms(n, NOW_MS);
}

static inline bool
ack(int64_t id)
{
	bool done;

	OK(queue_ack(db, id, TEXT("w"), NOW, &done));
	return done;
}

#endif
