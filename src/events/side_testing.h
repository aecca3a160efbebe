/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_SIDE_TESTING_H
#define EVENTS_SIDE_TESTING_H

/*
 * For the tests of what lies beside queues: a file each, and SQL as a host.
 * They include "scratch.h" before.
 */
#include "events/file_testing.h"
#include "events/job.h"
#include "events/queue_settings.h"

#define NOW 1000000
#define NOW_MS (INT64_C(1000) * NOW)

/* As a host would: any SQL, in one piece. */
static inline void
run(const char *text)
{
	const struct sql q = { "run", text, 0 };

	assert_ok(db_script(db, &q), text);
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
