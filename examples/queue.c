/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Jobs beside the data. An order and the job that sends it are one transaction:
 * neither is there without the other. The worker's answer and the mark on the
 * order are one transaction too, so the mark is made exactly once, however
 * often the job runs. What leaves the file (here a printed line in the place of
 * a mail) happens at least once.
 *
 * alk_workers_start() has all of the worker's loop with threads; this is what
 * it is made of.
 */
#include <alkstore.h>
#include <stdio.h>
#include <string.h>

#define WORKER "worker-1"
#define CLAIM_S 60

static const char module[] =
    "{\"OrderNode\": {\"type\": \"object\", \"required\": [\"state\"],"
    "  \"properties\": {\"state\": {\"enum\": [\"new\", \"sent\"]}}}}";

static int
make(alk_session *s)
{
	alk_type_options mine = { .scope = "user" };
	alk_graph_new shop = { .name = "shop", .type = "shop", .id = "shop-1" };
	int rc = alk_types_load(s, "shop", &mine, module, ALK_NUL, NULL);

	return rc ? rc : alk_graph_create(s, &shop, NULL);
}

/* ---- who orders ---- */

/* Both or neither: the outbox. arg is the order's key. */
static int
order(alk_session *s, void *arg)
{
	const char *key = arg;
	alk_job_new job = { .queue = "send", .payload = key, .bytes = ALK_NUL,
		.unique = key };
	int rc = alk_node_create(s, "shop", key, "{\"state\":\"new\"}");

	return rc ? rc : alk_queue_enqueue(s, &job, 1, NULL);
}

/* ---- who sends ---- */

/* Marks the order and ends the job; undone as a whole where it is too late. */
static int
finish(alk_session *s, void *arg)
{
	const alk_job *job = arg;
	int rc = alk_node_merge(s, "shop", job->payload,
	    "{\"state\":\"sent\"}");

	return rc ? rc : alk_job_complete(s, job->id, job->worker, NULL, 0, 0);
}

struct worker {
	alk_session *session;
	int jobs; /* that the last claim found */
};

/* A job that was claimed. Its texts are borrowed until this returns. */
static int
work(void *arg, const alk_job *job)
{
	struct worker *w = arg;
	alk_session *s = w->session;
	alk_job copy = *job;

	w->jobs++;
	if (strcmp(job->payload, "order-1") == 0 && job->attempts == 1) {
		printf("%s: no answer, again\n", job->payload);
		alk_job_retry(s, job->id, job->worker, 0, "no answer");
		return 0;
	}
	printf("%s: sent at attempt %d\n", job->payload, (int)job->attempts);
	if (alk_transact(s, 0, finish, &copy) != ALK_OK)
		printf("%s: not kept: %s\n", job->payload,
		    alk_session_error(s)->text);
	else if (alk_transact(s, 0, finish, &copy) == ALK_CONFLICT)
		printf("%s: the same word again is refused\n", job->payload);
	return 0;
}

/*
 * Until nothing is due. One that stays would ask alk_queue_next() when something
 * will be, and alk_wait() for so long.
 */
static int
work_all(alk_session *s)
{
	struct worker w = { s, 0 };
	int rc;

	do {
		w.jobs = 0;
		rc = alk_queue_claim(s, "send", WORKER, 10, CLAIM_S, work, &w);
	} while (rc == ALK_OK && w.jobs > 0);
	return rc;
}

static int
print_order(void *arg, const alk_row *row)
{
	(void)arg;
	printf("%s %s\n", row->key, strstr(row->attributes, "sent") != NULL ?
	    "sent" : "new");
	return 0;
}

static int
run(alk_session *s)
{
	char first[] = "order-1";
	char second[] = "order-2";
	int rc = make(s);

	if (rc == ALK_OK)
		rc = alk_transact(s, 0, order, first);
	if (rc == ALK_OK)
		rc = alk_transact(s, 0, order, second);
	if (rc == ALK_OK)
		rc = work_all(s);
	if (rc == ALK_OK)
		rc = alk_node_list(s, "shop", NULL, print_order, NULL, NULL);
	return rc;
}

int
main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "shop.db";
	alk_options options = {
		.flags = ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE };
	alk_store *st = NULL;
	alk_session *s = NULL;
	alk_error err = { 0 };
	int status = 0;

	if (alk_open(path, &options, &st, &err) ||
	    alk_session_open(st, NULL, &s, &err) || run(s)) {
		const alk_error *e = s != NULL ? alk_session_error(s) : &err;
		fprintf(stderr, "%s: %s\n", path, e->text);
		status = alk_error_exit(e->code);
	}
	alk_session_close(s);
	alk_close(st);
	return status;
}
