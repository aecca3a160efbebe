/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Killed while importing. Line i is a node, or, each third line, an edge
 * between nodes of earlier lines; so what the file holds has to be exactly the
 * first lines, up to the edge of a batch, and at least those that the child
 * acknowledged. The next child goes on from there.
 */
#include "crash.h"

#include "aftermath.h"
#include "fixture.h"
#include "invariants.h"

#include <stdio.h>
#include <string.h>

#define BATCH 50
#define KILLS_PER_FILE 20 /* so that looking at the file stays quick */

struct source {
	int64_t next; /* line */
	int64_t end;
};

/* The line of node number i's index, at or before i. */
static int64_t
node_before(int64_t i)
{
	return i % 3 == 2 ? i - 1 : i;
}

static int
print_line(char *out, size_t room, int64_t i)
{
	if (i % 3 != 2)
		return snprintf(out, room, "{\"kind\":\"node\","
		    "\"key\":\"n%lld\",\"attributes\":{\"n\":%lld}}\n",
		    (long long)i, (long long)i);
	return snprintf(out, room, "{\"kind\":\"edge\",\"key\":\"e%lld\","
	    "\"source\":\"n%lld\",\"target\":\"n%lld\"}\n", (long long)i,
	    (long long)node_before(i - 1), (long long)node_before(i / 2));
}

static long
read_lines(void *arg, char *into, size_t room)
{
	struct source *src = arg;
	char line[160];
	size_t bytes = 0;

	while (src->next < src->end) {
		int count = print_line(line, sizeof(line), src->next);

		if (bytes + (size_t)count > room)
			break;
		memcpy(into + bytes, line, (size_t)count);
		bytes += (size_t)count;
		src->next++;
	}
	return (long)bytes;
}

struct job {
	const char *path;
	int64_t start;
	int to;
	alk_import_result result;
};

/* Called behind each batch, when result.lines counts it. */
static int
acknowledge(void *arg, int64_t done, int64_t total)
{
	struct job *job = arg;

	(void)done;
	(void)total;
	child_say(job->to, job->start + job->result.lines);
	return 0;
}

static int
import(void *arg, int to)
{
	struct job *job = arg;
	struct source src = { job->start, INT64_MAX };
	alk_import_options o = { 0 };
	alk_store *st;
	alk_session *s;

	job->to = to;
	o.batch_rows = BATCH;
	o.progress = acknowledge;
	o.progress_arg = job;
	fixture_open(job->path, NULL, &st, &s);
	fixture_ok(s, alk_import(s, "g", &o, read_lines, &src, &job->result),
	    "import");
	return 4; /* the lines have no end */
}

/* Lines in the file; -1 and told, when they are not the first of all lines. */
static int64_t
lines_there(const char *path)
{
	int64_t nodes = invariants_number(path, "SELECT count(*) FROM nodes");
	int64_t edges = invariants_number(path, "SELECT count(*) FROM edges");
	int64_t lines = nodes + edges;
	int64_t last = invariants_number(path,
	    "SELECT max(n) FROM (SELECT CAST(substr(key, 2) AS INTEGER) AS n "
	    "FROM nodes UNION ALL SELECT CAST(substr(key, 2) AS INTEGER) "
	    "FROM edges UNION ALL SELECT -1)");
	int64_t wrong = invariants_number(path,
	    "SELECT count(*) FROM nodes WHERE substr(key, 2) IS NOT "
	    "CAST(json_extract(attributes, '$.n') AS TEXT)");
	int failed = crash_differs("last line", last, lines - 1)
	    + crash_differs("edges", edges, lines / 3)
	    + crash_differs("lines beyond a batch", lines % BATCH, 0)
	    + crash_differs("nodes with wrong attributes", wrong, 0);

	return failed == 0 ? lines : -1;
}

static int
kill_once(struct crash *c, int64_t *lines)
{
	struct job job = { c->path, *lines, -1, { 0 } };
	struct child child;
	int failed;

	child_start(&child, import, &job);
	child_listen(&child, crash_below(c, 120000));
	child_kill(&child);
	failed = aftermath_check(c->path, "crash import", NULL);
	*lines = lines_there(c->path);
	if (*lines < 0)
		return failed + 1;
	if (child.said > *lines) {
		fprintf(stderr, "  %lld lines were acknowledged, %lld are "
		    "there\n", (long long)child.said, (long long)*lines);
		failed++;
	}
	if (*lines < job.start)
		failed += crash_differs("lines", *lines, job.start);
	return failed;
}

int
crash_import(struct crash *c)
{
	int64_t lines = 0;
	int64_t all = 0;
	int failed = 0;

	for (int i = 0; i < c->rounds && failed == 0; i++) {
		if (i % KILLS_PER_FILE == 0) {
			all += lines;
			lines = 0;
			scratch_clear(c->dir);
			fixture_make(c->path);
		}
		failed = kill_once(c, &lines);
	}
	printf("%d kills, %lld lines imported between them\n", c->rounds,
	    (long long)(all + lines));
	return failed + crash_differs("any line at all", all + lines > 0, 1);
}
