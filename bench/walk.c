/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bench_walk: traversal through <alkstore.h> with the snapshot of the topology
 * and without it, on 100,000 nodes of 3 attributes and 500,000 edges of 2,
 * uniform or skewed (R-MAT: 0.57, 0.19, 0.19, 0.05).
 *
 *   get        alk_node_get() of a random key
 *   1 hop      alk_neighbors() with ALK_WALK_KEYS: the neighbours' keys
 *   3 hops     alk_walk(), distinct nodes counted
 *   both       the same in both directions
 *   one more   an edge in its own transaction, then 3 hops: the hops' time
 *   build      the first traversal that makes the snapshot
 *
 * "file" is a session whose limits allow no snapshot; "in one" runs inside
 * alk_snapshot(). -x has ten times the rows.
 *
 * Predicted before the first run, uniform: a read transaction is two locks of
 * the WAL's index (0.4 us each) and a statement that opens it, 1.2 us; a cached
 * statement and one row 1 us; hence get 3.5 us. 1 hop: transaction, the start's
 * number, 5 keys from memory: 2.5 us. 3 hops: 31 nodes gone through and 155 met
 * at a cache miss of the second level each (20 ns), 4 us; with transaction and
 * start 6.5 us, and 45 us from the file (31 statements of 1 us and 155 rows of
 * 0.1 us). Building 500,000 edges: 0.15 us a row, 75 ms. A patch costs a record
 * to parse and a run to copy, 15 us.
 */
#include <alkstore.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BATCH 10000
#define CALLS_MAX 100000

static const char module[] =
    "{\"Config\":{\"type\":\"object\",\"properties\":{"
    "\"type\":{\"const\":\"directed\"},\"multi\":{\"const\":true},"
    "\"allowSelfLoops\":{\"const\":true}}},"
    "\"ThingNode\":{\"type\":\"object\",\"properties\":{"
    "\"name\":{\"type\":\"string\"},\"size\":{\"type\":\"integer\"},"
    "\"rank\":{\"type\":\"number\"}}},"
    "\"LinkEdge\":{\"type\":\"object\",\"properties\":{"
    "\"weight\":{\"type\":\"number\"},\"since\":{\"type\":\"integer\"}}}}";

struct bench {
	const char *path;
	uint64_t random;
	uint32_t nodes;
	size_t edges;
	int is_skewed;
	alk_session *s;
	size_t visited;
	int calls;
	double *us;
};

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static uint64_t
below(struct bench *b, uint64_t n)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return b->random % n;
}

static void
must(struct bench *b, int rc, const char *what)
{
	if (rc == ALK_OK)
		return;
	fprintf(stderr, "bench_walk: %s: %s %s\n", what, alk_error_name(rc),
	    b->s != NULL ? alk_session_error(b->s)->text : "");
	exit(1);
}

/* ---- data ---- */

static uint32_t
rmat(struct bench *b, uint32_t *target)
{
	uint32_t x, y;

	do {
		x = y = 0;
		for (uint32_t bit = 1; bit < b->nodes; bit <<= 1) {
			uint64_t p = below(b, 100);
			if (p >= 57 && p < 76)
				y |= bit;
			else if (p >= 76 && p < 95)
				x |= bit;
			else if (p >= 95) {
				x |= bit;
				y |= bit;
			}
		}
	} while (x >= b->nodes || y >= b->nodes);
	*target = y;
	return x;
}

struct texts {
	char key[16];
	char source[16];
	char target[16];
	char attributes[96];
};

static void
fill_node(alk_item *item, struct texts *t, size_t i)
{
	snprintf(t->key, sizeof(t->key), "n%zu", i);
	snprintf(t->attributes, sizeof(t->attributes),
	    "{\"name\":\"node %zu\",\"size\":%zu,\"rank\":%zu.5}", i,
	    i * 7 % 1000, i % 100);
	*item = (alk_item){ .op = ALK_CREATE, .kind = ALK_NODE, .key = t->key,
		.attributes = t->attributes, .attributes_bytes = ALK_NUL };
}

static void
fill_edge(struct bench *b, alk_item *item, struct texts *t)
{
	uint32_t target = (uint32_t)below(b, b->nodes);
	uint32_t source = b->is_skewed ? rmat(b, &target) :
	    (uint32_t)below(b, b->nodes);

	snprintf(t->source, sizeof(t->source), "n%u", source);
	snprintf(t->target, sizeof(t->target), "n%u", target);
	snprintf(t->attributes, sizeof(t->attributes),
	    "{\"weight\":%u.25,\"since\":%u}", source % 10, target % 3000);
	*item = (alk_item){ .op = ALK_CREATE, .kind = ALK_EDGE,
		.source = t->source, .target = t->target,
		.attributes = t->attributes, .attributes_bytes = ALK_NUL };
}

static void
load(struct bench *b)
{
	static alk_item items[BATCH];
	static struct texts texts[BATCH];
	size_t rows = b->nodes + b->edges;

	for (size_t at = 0; at < rows;) {
		size_t n = 0;
		for (; n < BATCH && at < rows; n++, at++)
			if (at < b->nodes)
				fill_node(&items[n], &texts[n], at);
			else
				fill_edge(b, &items[n], &texts[n]);
		must(b, alk_write(b->s, "g", items, n, NULL, NULL), "write");
	}
}

static void
make_store(struct bench *b)
{
	alk_options o = { .flags = ALK_OPEN_CREATE };
	alk_type_options types = { .scope = "tenant" };
	alk_graph_new g = { .name = "g", .id = "g", .type = "bench" };
	alk_store *st;

	must(b, alk_open(b->path, &o, &st, NULL), "open");
	must(b, alk_session_open(st, NULL, &b->s, NULL), "session");
	must(b, alk_types_load(b->s, "bench", &types, module, ALK_NUL, NULL),
	    "types");
	must(b, alk_graph_create(b->s, &g, NULL), "graph");
	load(b);
	alk_session_close(b->s);
	b->s = NULL;
	must(b, alk_close(st), "close");
}

static void
remove_store(const char *path)
{
	char name[4096];

	unlink(path);
	snprintf(name, sizeof(name), "%s-wal", path);
	unlink(name);
	snprintf(name, sizeof(name), "%s-shm", path);
	unlink(name);
}

/* ---- calls ---- */

typedef void (*bench_fn)(struct bench *b, const char *key);

static int
visit(void *arg, const alk_row *row)
{
	struct bench *b = arg;

	b->visited += row->key != NULL;
	return 0;
}

static void
bench_get(struct bench *b, const char *key)
{
	alk_row row;

	must(b, alk_node_get(b->s, "g", key, &row), "get");
	b->visited++;
}

static void
bench_hop(struct bench *b, const char *key)
{
	alk_walk_options o = { .flags = ALK_WALK_KEYS };

	must(b, alk_neighbors(b->s, "g", key, &o, visit, b), "neighbors");
}

static void
walk(struct bench *b, const char *key, int direction, size_t depth)
{
	alk_walk_options o = { .direction = direction, .depth_max = depth };
	size_t found = 0;

	must(b, alk_walk(b->s, "g", key, &o, NULL, NULL, &found), "walk");
	b->visited += found;
}

static void
bench_hops(struct bench *b, const char *key)
{
	walk(b, key, ALK_OUT, 3);
}

static void
bench_both(struct bench *b, const char *key)
{
	walk(b, key, ALK_BOTH, 3);
}

static int
compare_times(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

struct run {
	struct bench *b;
	bench_fn fn;
	int writes;
};

static int
run_calls(alk_session *s, void *arg)
{
	struct run *r = arg;
	struct bench *b = r->b;
	static alk_item item;
	static struct texts texts;
	char key[16];

	(void)s;
	b->visited = 0;
	for (int i = 0; i < b->calls; i++) {
		snprintf(key, sizeof(key), "n%u",
		    (unsigned)below(b, b->nodes));
		if (r->writes) {
			fill_edge(b, &item, &texts);
			must(b, alk_write(b->s, "g", &item, 1, NULL, NULL),
			    "write");
		}
		double begin = now_us();
		r->fn(b, key);
		b->us[i] = now_us() - begin;
	}
	return ALK_OK;
}

static void
measure(struct bench *b, const char *name, bench_fn fn, int calls, int flags)
{
	struct run r = { b, fn, (flags & 2) != 0 };

	b->random = 88172645463325252u;
	b->calls = calls / 10 + 1; /* warm up */
	run_calls(b->s, &r);
	b->calls = calls;
	if ((flags & 1) != 0)
		must(b, alk_snapshot(b->s, run_calls, &r), name);
	else
		run_calls(b->s, &r);
	qsort(b->us, (size_t)calls, sizeof(*b->us), compare_times);
	printf("%-22s %8d %10.1f %10.1f %10.1f %10.1f\n", name, calls,
	    b->us[calls / 2], b->us[calls * 95 / 100],
	    b->us[calls * 99 / 100], (double)b->visited / calls);
	fflush(stdout);
}

static void
measure_build(struct bench *b)
{
	double begin = now_us();
	alk_walk_options o = { .flags = ALK_WALK_KEYS };

	must(b, alk_degree_top(b->s, "g", &o, 1, visit, b), "degrees");
	printf("%-22s %8d %10.1f\n", "build and all degrees", 1,
	    now_us() - begin);
}

static void
open_session(struct bench *b, size_t snapshot_bytes, alk_store **st)
{
	alk_options o = { .limits.snapshot_bytes = snapshot_bytes };

	must(b, alk_open(b->path, &o, st, NULL), "open");
	must(b, alk_session_open(*st, NULL, &b->s, NULL), "session");
}

static void
close_session(struct bench *b, alk_store *st)
{
	alk_session_close(b->s);
	b->s = NULL;
	must(b, alk_close(st), "close");
}

static void
measure_all(struct bench *b)
{
	alk_store *st;

	printf("%-22s %8s %10s %10s %10s %10s\n", "case", "calls", "p50 us",
	    "p95 us", "p99 us", "rows/call");
	open_session(b, 1, &st);
	measure(b, "get", bench_get, CALLS_MAX, 0);
	measure(b, "get, in one", bench_get, CALLS_MAX, 1);
	measure(b, "1 hop, file", bench_hop, CALLS_MAX, 0);
	measure(b, "3 hops, file", bench_hops, 3000, 0);
	measure(b, "3 hops, file, in one", bench_hops, 3000, 1);
	measure(b, "both, file", bench_both, 300, 0);
	close_session(b, st);
	open_session(b, 0, &st);
	measure_build(b);
	measure(b, "1 hop", bench_hop, CALLS_MAX, 0);
	measure(b, "1 hop, in one", bench_hop, CALLS_MAX, 1);
	measure(b, "3 hops", bench_hops, CALLS_MAX, 0);
	measure(b, "3 hops, in one", bench_hops, CALLS_MAX, 1);
	measure(b, "both", bench_both, 3000, 0);
	measure(b, "one more, 3 hops", bench_hops, 10000, 2);
	close_session(b, st);
}

int
main(int argc, char **argv)
{
	struct bench b = { .path = "bench-walk.db", .nodes = 100000,
		.edges = 500000, .random = 88172645463325252u };
	int c;

	while ((c = getopt(argc, argv, "s:kx")) != -1) {
		if (c == 's') {
			b.path = optarg;
		} else if (c == 'k') {
			b.is_skewed = 1;
		} else if (c == 'x') {
			b.nodes *= 10;
			b.edges *= 10;
		} else {
			fprintf(stderr,
			    "usage: bench_walk [-s STORE] [-k] [-x]\n");
			return 2;
		}
	}
	b.us = calloc(CALLS_MAX, sizeof(*b.us));
	if (b.us == NULL)
		return 1;
	remove_store(b.path);
	make_store(&b);
	measure_all(&b);
	remove_store(b.path);
	free(b.us);
	return 0;
}
