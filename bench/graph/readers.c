/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bench_graph_readers DATA STORE: 8 processes get nodes by key, 500 times a
 * second each, for three seconds; then the same while one more process writes
 * edges in batches of 10,000 to the store, which bench_graph bulk made. Prints
 * the p99 of both and their ratio; an error in any process ends it with 1.
 */
#include "../feed.h"
#include "../times.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define READERS 8
#define SECONDS 3.0
#define PAUSE_NS 2000000
#define BATCH 10000

static const char *path;
static unsigned long nodes;

static void
open_store(alk_store **st, alk_session **s)
{
	alk_error err = { 0 };

	must(alk_open(path, NULL, st, &err), path, &err);
	must(alk_session_open(*st, NULL, s, &err), path, &err);
}

/* One process: its times go to the pipe. */
static void
read_nodes(int to, unsigned seed)
{
	struct timespec pause = { 0, PAUSE_NS };
	struct times t = { 0 };
	alk_store *st;
	alk_session *s;
	double until;

	open_store(&st, &s);
	until = now_s() + SECONDS;
	for (unsigned long i = seed; now_s() < until; i += 7907) {
		char key[24];
		double begin;
		alk_row row;

		snprintf(key, sizeof(key), "n%lu", i % nodes);
		begin = now_s();
		must(alk_node_get(s, "g", key, &row), key,
		    alk_session_error(s));
		times_add(&t, begin);
		nanosleep(&pause, NULL);
	}
	if (write(to, t.us, t.count * sizeof(*t.us)) !=
	    (ssize_t)(t.count * sizeof(*t.us)))
		die("pipe", "cannot be written");
	alk_session_close(s);
	alk_close(st);
	free(t.us);
	exit(0);
}

static void
write_edges(void)
{
	alk_item *item = must_have(calloc(BATCH, sizeof(*item)));
	char (*key)[24] = must_have(calloc(BATCH + 1, sizeof(*key)));
	double until = now_s() + SECONDS;
	unsigned long from = 0;
	alk_store *st;
	alk_session *s;

	open_store(&st, &s);
	while (now_s() < until) {
		for (size_t i = 0; i <= BATCH; i++)
			snprintf(key[i], sizeof(*key), "n%lu",
			    (from + i * 7919) % nodes);
		for (size_t i = 0; i < BATCH; i++)
			item[i] = (alk_item){ .op = ALK_CREATE,
				.kind = ALK_EDGE, .source = key[i],
				.target = key[i + 1], .attributes =
				"{\"weight\":0.5,\"since\":2026}" };
		must(alk_write(s, "g", item, BATCH, NULL, NULL), "write",
		    alk_session_error(s));
		from++;
	}
	alk_session_close(s);
	alk_close(st);
	free(item);
	free(key);
	exit(0);
}

/* Runs them all and returns the p99 of the readers. */
static double
run(bool is_written, const char *name)
{
	struct times t = { 0 };
	int pipes[2], status;
	double us, p99;

	if (pipe(pipes) != 0)
		die("pipe", "cannot be made");
	for (unsigned i = 0; i < READERS + (is_written ? 1u : 0u); i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork", "no more processes");
		if (pid > 0)
			continue;
		close(pipes[0]);
		if (i == READERS)
			write_edges();
		read_nodes(pipes[1], i * 1009);
	}
	close(pipes[1]);
	while (read(pipes[0], &us, sizeof(us)) == (ssize_t)sizeof(us))
		times_put(&t, us);
	close(pipes[0]);
	while (wait(&status) > 0) {
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			die(name, "a process failed");
	}
	p99 = times_percentile(&t, 99);
	times_print(&t, name);
	return p99;
}

int
main(int argc, char **argv)
{
	double idle;
	char *text;

	if (argc != 3) {
		fprintf(stderr, "usage: bench_graph_readers DATA STORE\n");
		return 2;
	}
	path = argv[2];
	text = must_have(malloc(strlen(argv[1]) + 16));
	sprintf(text, "%s/nodes.csv", argv[1]);
	char *rows = read_whole(text);
	for (const char *p = strchr(rows, '\n'); p != NULL && p[1] != '\0';
	     p = strchr(p + 1, '\n'))
		nodes++;
	free(rows);
	free(text);
	idle = run(false, "readers_idle");
	printf("readers_ratio\t%.2f\n", run(true, "readers_load") / idle);
	return 0;
}
