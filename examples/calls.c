/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A call graph from a log of events: a log whose events came out of order, the
 * same log again, which changes nothing, what is still open, what a call has
 * made and what led to it, an abort with all below. Reference type "call-graph":
 * no schema of one's own is needed.
 */
#include <alkstore.h>
#include <stdio.h>
#include <string.h>

/*
 * An agent's request fetches a page and asks a model, which reads a file. The
 * answer of "read" comes before its call: it waits in the file. The last line
 * is another system's, and is left out.
 */
static const char events[] =
    "{\"type\":\"call.requested\",\"requestId\":\"chat\","
    "\"operationId\":\"agent.chat\",\"timestamp\":1704110400000}\n"
    "{\"type\":\"call.responded\",\"requestId\":\"read\","
    "\"output\":\"12 lines\",\"timestamp\":1704110402500}\n"
    "{\"type\":\"call.requested\",\"requestId\":\"fetch\","
    "\"operationId\":\"web.fetch\",\"parentRequestId\":\"chat\","
    "\"timestamp\":1704110401000}\n"
    "{\"type\":\"call.error\",\"requestId\":\"fetch\",\"code\":\"TIMEOUT\","
    "\"message\":\"no answer\",\"timestamp\":1704110404000}\n"
    "{\"type\":\"call.requested\",\"requestId\":\"read\","
    "\"operationId\":\"files.read\",\"parentRequestId\":\"think\","
    "\"timestamp\":1704110402000}\n"
    "{\"type\":\"call.requested\",\"requestId\":\"think\","
    "\"operationId\":\"model.ask\",\"parentRequestId\":\"chat\","
    "\"deadline\":\"2024-01-01T12:00:10Z\",\"timestamp\":1704110401500}\n"
    "{\"type\":\"mail.sent\",\"to\":\"ada\"}\n";

struct source {
	const char *at;
	size_t left;
};

static long
read_text(void *arg, char *into, size_t room)
{
	struct source *t = arg;
	size_t n = t->left < room ? t->left : room;

	memcpy(into, t->at, n);
	t->at += n;
	t->left -= n;
	return (long)n;
}

static int
print_told(void *arg, const alk_call_told *t)
{
	static const char *const names[] = { "", "applied", "duplicate",
		"late", "waiting", "differs", "foreign" };

	(void)arg;
	printf("  line %lld %s: %s\n", (long long)t->index, t->type,
	    names[t->outcome]);
	return 0;
}

static int
print_call(void *arg, const alk_call *c)
{
	(void)arg;
	printf("  %s %s %s", c->request, c->operation, c->status);
	if (c->error != NULL)
		printf(" (%s)", c->error);
	if (c->completed_ms != 0)
		printf(" after %lld ms", (long long)c->duration_ms);
	puts(c->is_overdue ? ", overdue" : "");
	return 0;
}

static int
take(alk_session *s, alk_call_told_fn fn)
{
	struct source text = { events, sizeof(events) - 1 };
	alk_call_options o = { .fn = fn };
	alk_call_result r = { 0 };
	int rc = alk_call_import(s, "calls", &o, read_text, &text, &r);

	if (rc == ALK_OK)
		printf("  %zu applied, %zu known, %zu calls, %zu edges, "
		    "revision %lld\n", r.applied, r.duplicate, r.calls,
		    r.edges, (long long)r.rev);
	return rc;
}

/* What a person would ask when something hangs. */
static int
ask(alk_session *s)
{
	alk_call_query open = { .status = "open" };
	alk_call_query failed = { .status = "failed" };
	int rc;

	puts("open:");
	rc = alk_call_list(s, "calls", &open, print_call, NULL, NULL);
	if (rc == ALK_OK) {
		puts("failed:");
		rc = alk_call_list(s, "calls", &failed, print_call, NULL, NULL);
	}
	if (rc == ALK_OK) {
		puts("made by chat, directly or not:");
		rc = alk_call_lineage(s, "calls", "chat", ALK_OUT, 0,
		    print_call, NULL);
	}
	if (rc == ALK_OK) {
		puts("what led to read:");
		rc = alk_call_lineage(s, "calls", "read", ALK_IN, 0,
		    print_call, NULL);
	}
	return rc;
}

/* An event as one comes over a wire; then a call that is too late for it. */
static int
abort_all(alk_session *s)
{
	static const char stop[] =
	    "{\"type\":\"call.aborted\",\"requestId\":\"chat\","
	    "\"timestamp\":1704110409000}";
	static const char late[] =
	    "{\"type\":\"call.requested\",\"requestId\":\"more\","
	    "\"operationId\":\"files.read\",\"parentRequestId\":\"think\","
	    "\"timestamp\":1704110409500}";
	alk_call_result r = { 0 };
	alk_call_stats n = { 0 };
	int rc = alk_call_ingest(s, "calls", stop, ALK_NUL, NULL, &r);

	if (rc != ALK_OK)
		return rc;
	printf("chat aborted, and %zu below it:\n", r.aborted);
	rc = alk_call_ingest(s, "calls", late, ALK_NUL, NULL, NULL);
	if (rc == ALK_OK)
		rc = alk_call_get(s, "calls", "more", print_call, NULL);
	if (rc == ALK_OK)
		rc = alk_call_stats_get(s, "calls", &n);
	if (rc == ALK_OK)
		printf("in all: %lld completed, %lld failed, %lld aborted\n",
		    (long long)n.completed, (long long)n.failed,
		    (long long)n.aborted);
	return rc;
}

static int
run(alk_session *s)
{
	alk_graph_new calls = { .name = "calls", .type = "call-graph" };
	int rc = alk_graph_create(s, &calls, NULL);

	if (rc == ALK_OK) {
		puts("the log:");
		rc = take(s, print_told);
	}
	if (rc == ALK_OK) {
		puts("the log again:");
		rc = take(s, NULL);
	}
	if (rc == ALK_OK)
		rc = ask(s);
	return rc == ALK_OK ? abort_all(s) : rc;
}

int
main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "calls.db";
	alk_options options = { .flags = ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE };
	alk_store *st = NULL;
	alk_session *s = NULL;
	alk_error err = { 0 };
	int rc = alk_open(path, &options, &st, &err);

	if (rc == ALK_OK)
		rc = alk_session_open(st, NULL, &s, &err);
	if (rc == ALK_OK) {
		rc = run(s);
		err = *alk_session_error(s);
	}
	if (rc != ALK_OK)
		fprintf(stderr, "%s: %s %s\n", path, err.entry, err.text);
	alk_session_close(s);
	alk_close(st);
	return alk_error_exit(rc);
}
