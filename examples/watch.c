/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Two processes and one file: the child writes, the parent follows the change
 * stream. alk_wait() says that something was committed; alk_stream_read() says
 * what. The offset of the last event seen is all that a follower must keep. The
 * first alk_wait() comes before the first read: it says from when on to wait.
 *
 * A store is opened after fork(), never before: connections do not survive it.
 */
#include <alkstore.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define TASKS 3
#define WAIT_MS 10000

static const char module[] =
    "{\"JobNode\": {\"type\": \"object\", \"required\": [\"state\"],"
    "  \"properties\": {\"state\": {\"enum\": [\"waiting\", \"done\"]}}}}";

static int
fail(const char *what, const alk_error *err)
{
	fprintf(stderr, "%s: %s\n", what, err->text);
	return alk_error_exit(err->code);
}

static int
with_store(const char *path, unsigned flags, int (*fn)(alk_session *s))
{
	alk_options options = { .flags = flags };
	alk_store *st = NULL;
	alk_session *s = NULL;
	alk_error err = { 0 };
	int status = 0;

	if (alk_open(path, &options, &st, &err) ||
	    alk_session_open(st, NULL, &s, &err))
		status = fail(path, &err);
	else if (fn(s) != ALK_OK)
		status = fail(path, alk_session_error(s));
	alk_session_close(s);
	alk_close(st);
	return status;
}

static int
make(alk_session *s)
{
	alk_type_options mine = { .scope = "user" };
	alk_graph_new jobs = { .name = "jobs", .type = "jobs", .id = "jobs-1" };
	int rc = alk_types_load(s, "jobs", &mine, module, ALK_NUL, NULL);

	return rc ? rc : alk_graph_create(s, &jobs, NULL);
}

static int
write_jobs(alk_session *s)
{
	char key[16];
	int rc = ALK_OK;

	for (int i = 1; i <= TASKS && rc == ALK_OK; i++) {
		snprintf(key, sizeof(key), "job-%d", i);
		rc = alk_node_create(s, "jobs", key, "{\"state\":\"waiting\"}");
	}
	if (rc == ALK_OK)
		rc = alk_node_merge(s, "jobs", "job-1", "{\"state\":\"done\"}");
	return rc;
}

/* Counts the records about jobs; those of making the graph are not shown. */
static int
print_event(void *arg, const alk_row *row)
{
	if (strstr(row->attributes, "\"kind\":\"node\"") != NULL) {
		printf("%s\n", strstr(row->attributes, "\"changes\""));
		++*(int *)arg;
	}
	return 0;
}

static int
follow(alk_session *s)
{
	int64_t last = 0;
	int seen = 0;
	int rc = alk_wait(s, 0);

	if (rc != ALK_OK && rc != ALK_TIMEOUT)
		return rc;
	for (;;) {
		rc = alk_stream_read(s, "changes", last, 0, print_event, &seen,
		    &last);
		if (rc != ALK_OK || seen > TASKS)
			return rc;
		rc = alk_wait(s, WAIT_MS);
		if (rc != ALK_OK)
			return rc;
	}
}

int
main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "jobs.db";
	int status = with_store(path, ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE,
	    make);
	int child_status = 0;
	pid_t child;

	if (status != 0)
		return status;
	child = fork();
	if (child < 0) {
		perror("fork");
		return 1;
	}
	if (child == 0)
		_exit(with_store(path, 0, write_jobs));
	status = with_store(path, 0, follow);
	waitpid(child, &child_status, 0);
	return status != 0 ? status : child_status != 0;
}
