/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * ext_peer PATH: a store in a process of its own, told by lines what to do, for
 * tests that drive it from another language. A line is a word and its
 * operands, the last of which may hold blanks; the answer is one line, "ERROR
 * NAME" where a call fails. Times are of the steady clock, in nanoseconds.
 *
 *     enqueue QUEUE PAYLOAD        the id
 *     claim QUEUE                  ID PAYLOAD, or -
 *     complete ID | retry ID       ok
 *     result ID                    the text
 *     notify CHANNEL PAYLOAD       the id, and when it was committed
 *     publish TOPIC PAYLOAD        the offset, and when
 *     read TOPIC AFTER             OFFSET PAYLOAD of one event, or -
 *     wait MS                      when it was woken
 *     pool QUEUE COUNT             handles so many jobs with a pool of workers
 *     check                        how many problems alk_check() finds
 *
 * The file is made where it is missing.
 */
#include <alkstore.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WORKER "peer"

static alk_store *store;
static alk_session *session;

static long long
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
pause_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* Tells an error; whether there was one. */
static int
failed(int rc)
{
	if (rc != ALK_OK)
		printf("ERROR %s %s\n", alk_error_name(rc),
		    alk_session_error(session)->text);
	return rc != ALK_OK;
}

static void
enqueue(const char *queue, const char *payload)
{
	alk_job_new j = { .queue = queue, .payload = payload,
		.bytes = ALK_NUL };
	int64_t id;

	if (!failed(alk_queue_enqueue(session, &j, 1, &id)))
		printf("%lld\n", (long long)id);
}

static int
print_job(void *arg, const alk_job *job)
{
	*(int *)arg = 1;
	printf("%lld %s\n", (long long)job->id, job->payload);
	return 0;
}

static void
claim(const char *queue, const char *unused)
{
	int found = 0;

	(void)unused;
	if (!failed(alk_queue_claim(session, queue, WORKER, 1, 60, print_job,
	    &found)) && !found)
		puts("-");
}

static void
complete(const char *id, const char *unused)
{
	(void)unused;
	if (!failed(alk_job_complete(session, atoll(id), WORKER,
	    "\"from C\"", ALK_NUL, 60)))
		puts("ok");
}

static void
retry(const char *id, const char *unused)
{
	(void)unused;
	if (!failed(alk_job_retry(session, atoll(id), WORKER, 0, "again")))
		puts("ok");
}

static void
result(const char *id, const char *unused)
{
	const char *text;

	(void)unused;
	if (!failed(alk_result_get(session, atoll(id), &text, NULL)))
		puts(text);
}

static void
notify(const char *channel, const char *payload)
{
	int64_t id;

	if (!failed(alk_notify(session, channel, payload, ALK_NUL, &id)))
		printf("%lld %lld\n", (long long)id, now_ns());
}

static void
publish(const char *topic, const char *payload)
{
	int64_t offset;

	if (!failed(alk_stream_publish(session, topic, NULL, payload, ALK_NUL,
	    &offset)))
		printf("%lld %lld\n", (long long)offset, now_ns());
}

static int
print_event(void *arg, const alk_row *row)
{
	*(int *)arg = 1;
	printf("%lld %s\n", (long long)row->number, row->attributes);
	return 0;
}

static void
read_one(const char *topic, const char *after)
{
	int found = 0;

	if (!failed(alk_stream_read(session, topic, atoll(after), 1,
	    print_event, &found, NULL)) && !found)
		puts("-");
}

static void
wait(const char *ms, const char *unused)
{
	(void)unused;
	if (!failed(alk_wait(session, atoi(ms))))
		printf("%lld\n", now_ns());
}

static int
take(void *arg, alk_session *s, const alk_job *job, alk_work *w)
{
	(void)arg;
	(void)s;
	return alk_work_result(w, job->payload, job->payload_bytes, 60);
}

static void
pool(const char *queue, const char *count)
{
	const char *const queues[] = { queue };
	alk_workers_options o = { .queues = queues, .queues_count = 1,
		.handler = take, .threads = 2, .timeout_s = 60 };
	alk_workers_stats stats = { 0 };
	alk_workers *w;
	alk_error err;

	if (alk_workers_start(store, &o, &w, &err) != ALK_OK) {
		printf("ERROR %s\n", err.text);
		return;
	}
	for (int i = 0; i < 20000 &&
	    stats.completed < (uint64_t)atoll(count); i++) {
		pause_ms(1);
		alk_workers_look(w, &stats);
	}
	(void)alk_workers_stop(w, -1);
	printf("%llu\n", (unsigned long long)stats.completed);
}

static void
check(const char *unused, const char *unused_too)
{
	size_t problems;

	(void)unused;
	(void)unused_too;
	if (!failed(alk_check(session, 0, NULL, NULL, NULL, NULL, &problems)))
		printf("%zu\n", problems);
}

static const struct {
	const char *word;
	void (*run)(const char *first, const char *rest);
} words[] = {
	{ "enqueue", enqueue }, { "claim", claim }, { "complete", complete },
	{ "retry", retry }, { "result", result }, { "notify", notify },
	{ "publish", publish }, { "read", read_one }, { "wait", wait },
	{ "pool", pool }, { "check", check },
};

static void
obey(char *line)
{
	char *word = strtok(line, " \n");
	char *first = strtok(NULL, " \n");
	char *rest = strtok(NULL, "\n");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (word != NULL && strcmp(words[i].word, word) == 0) {
			words[i].run(first != NULL ? first : "",
			    rest != NULL ? rest : "");
			fflush(stdout);
			return;
		}
	puts("ERROR no such word");
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	alk_options o = { .flags = ALK_OPEN_CREATE };
	alk_error err;
	char line[4096];

	if (argc != 2) {
		fputs("usage: ext_peer PATH\n", stderr);
		return 2;
	}
	if (alk_open(argv[1], &o, &store, &err) != ALK_OK ||
	    alk_session_open(store, NULL, &session, &err) != ALK_OK) {
		fprintf(stderr, "ext_peer: %s %s\n", alk_error_name(err.code),
		    err.text);
		return 1;
	}
	(void)alk_wait(session, 0);
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL)
		obey(line);
	alk_session_close(session);
	return alk_close(store) == ALK_OK ? 0 : 1;
}
