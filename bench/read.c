/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bench_read: what reading costs through <alkstore.h>, on the graph that
 * bench_import writes.
 *
 *   get        alk_node_get() of a random key
 *   1 hop      alk_neighbors() of a random package, edges and nodes visited
 *   3 hops     alk_walk() along DependsEdge and PreDependsEdge, nodes counted
 *   path       alk_path() along the same, a random package to libgpg-error0
 *   no path    the same between two random packages, which mostly have none
 *   filter     alk_node_list() with a filter over all nodes
 *
 * "in one" runs inside alk_snapshot(): one read transaction for all calls.
 *
 * Predicted, before the first run: a cached statement and one row 4 us, hence
 * get 5 us; a package has 6.5 edges, hence 1 hop 20 us; 3 hops meet 300 nodes,
 * hence 300 us by statements; paths a few ms; the filter 107,000 rows at 1 us,
 * hence 100 ms. What came of it: README.md.
 */
#include "rows.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct bench {
	alk_session *s;
	struct rows rows;
	uint64_t random;
	size_t visited; /* rows since it was zeroed */
	int calls;
	double *us;     /* of each call */
};

typedef void (*bench_fn)(struct bench *b);

/* Paths are along what must be installed. */
static const char *const needs[] = { "DependsEdge", "PreDependsEdge" };

static const char *
random_package(struct bench *b)
{
	size_t i;

	do {
		b->random ^= b->random << 13;
		b->random ^= b->random >> 7;
		b->random ^= b->random << 17;
		i = (size_t)(b->random % b->rows.nodes);
	} while (strcmp(b->rows.row[i].type, "PackageNode") != 0);
	return b->rows.row[i].key;
}

static int
visit(void *arg, const alk_row *row)
{
	struct bench *b = arg;

	b->visited += row->key != NULL || row->source != NULL;
	return 0;
}

static void
check(struct bench *b, int rc)
{
	if (rc != ALK_NOTFOUND)
		must(rc, "read", alk_session_error(b->s));
}

static void
bench_get(struct bench *b)
{
	alk_row row;

	must(alk_node_get(b->s, "debian", random_package(b), &row), "get",
	    alk_session_error(b->s));
	b->visited++;
}

static void
bench_hop(struct bench *b)
{
	check(b, alk_neighbors(b->s, "debian", random_package(b), NULL, visit,
	    b));
}

static void
bench_hops(struct bench *b)
{
	alk_walk_options o = {
		.edge_types = needs, .edge_types_count = 2, .depth_max = 3
	};
	size_t found = 0;

	check(b, alk_walk(b->s, "debian", random_package(b), &o, NULL, NULL,
	    &found));
	b->visited += found;
}

static void
bench_path(struct bench *b)
{
	alk_walk_options o = { .edge_types = needs, .edge_types_count = 2 };

	check(b, alk_path(b->s, "debian", random_package(b), "libgpg-error0",
	    &o, visit, b));
}

static void
bench_no_path(struct bench *b)
{
	alk_walk_options o = { .edge_types = needs, .edge_types_count = 2 };
	const char *from = random_package(b);

	check(b, alk_path(b->s, "debian", from, random_package(b), &o, visit,
	    b));
}

static void
bench_filter(struct bench *b)
{
	alk_query q = {
		.filter = "size > 10000000 and section = \"libs\"",
		.limit = ALK_NUL
	};

	check(b, alk_node_list(b->s, "debian", &q, visit, b, NULL));
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
};

static int
run_calls(alk_session *s, void *arg)
{
	struct run *r = arg;
	struct bench *b = r->b;

	(void)s;
	b->visited = 0;
	for (int i = 0; i < b->calls; i++) {
		double begin = now_s();

		r->fn(b);
		b->us[i] = (now_s() - begin) * 1e6;
	}
	return ALK_OK;
}

static void
measure(struct bench *b, const char *name, bench_fn fn, int calls, bool in_one)
{
	struct run r = { b, fn };
	double sum = 0;

	b->random = 88172645463325252u;
	b->calls = calls / 10 + 1; /* warm up */
	run_calls(b->s, &r);
	b->calls = calls;
	if (in_one)
		must(alk_snapshot(b->s, run_calls, &r), name,
		    alk_session_error(b->s));
	else
		run_calls(b->s, &r);
	for (int i = 0; i < calls; i++)
		sum += b->us[i];
	qsort(b->us, (size_t)calls, sizeof(*b->us), compare_times);
	printf("%-16s %8d %10.0f %10.1f %10.1f %10.1f\n", name, calls,
	    calls / sum * 1e6, b->us[calls / 2], b->us[calls * 99 / 100],
	    (double)b->visited / calls);
	fflush(stdout);
}

static void
measure_all(struct bench *b)
{
	printf("%-16s %8s %10s %10s %10s %10s\n", "case", "calls", "calls/s",
	    "p50 us", "p99 us", "rows/call");
	measure(b, "get", bench_get, 100000, false);
	measure(b, "get, in one", bench_get, 100000, true);
	measure(b, "1 hop", bench_hop, 50000, false);
	measure(b, "1 hop, in one", bench_hop, 50000, true);
	measure(b, "3 hops", bench_hops, 5000, false);
	measure(b, "3 hops, in one", bench_hops, 5000, true);
	measure(b, "path", bench_path, 500, false);
	measure(b, "no path", bench_no_path, 500, false);
	measure(b, "filter", bench_filter, 5, false);
}

int
main(int argc, char **argv)
{
	const char *store = "bench.db";
	struct bench b = { 0 };
	alk_store *st;
	struct feed f;
	int c;

	while ((c = getopt(argc, argv, "s:")) == 's')
		store = optarg;
	if (c != -1 || argc - optind != 2) {
		fprintf(stderr, "usage: bench_read [-s STORE] LINES MODULE\n");
		return 2;
	}
	b.us = must_have(calloc(100000, sizeof(*b.us)));
	feed_open(&f, argv[optind], 1);
	rows_read(&b.rows, &f);
	feed_close(&f);
	bench_store(store, argv[optind + 1], &st, &b.s);
	feed_open(&f, argv[optind], 1);
	must(alk_import(b.s, "debian", NULL, feed_read, &f, NULL), "import",
	    alk_session_error(b.s));
	feed_close(&f);
	measure_all(&b);
	alk_session_close(b.s);
	alk_close(st);
	bench_remove(store);
	free(b.us);
	return 0;
}
