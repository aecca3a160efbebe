/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bench_filter FILE: what indexes on attributes cost and save. Makes FILE, which
 * must not exist, with 100,000 nodes of one type in each of two graphs: the
 * type of "fast" declares indexes, that of "slow" none.
 *
 *   write      batches of 10,000, without and with three indexes
 *   equal      alk_node_list() with name = one of 100,000, by a unique index
 *   ten        team = one of 10,000: ten rows
 *   range      rank within a hundredth of a hundredth, ordered by rank
 *   page       twenty rows of one team's two thousand, by rank
 *   key        alk_node_get(), to compare with
 *
 * "in one" runs inside alk_snapshot(). Predicted, before the first run: a get
 * takes 3 us, the filter is parsed twice, planned and held against one row, all
 * in 2 us: equal 6 us; ../shared has 23 for an expression index of 100,000.
 */
#include <alkstore.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NODES 100000
#define BATCH 10000
#define CALLS 20000
#define SCANS 5

static const char module_slow[] =
    "{\"PersonNode\":{\"type\":\"object\",\"properties\":{"
    "\"name\":{\"type\":\"string\"},\"team\":{\"type\":\"string\"},"
    "\"rank\":{\"type\":\"number\"}}}}";
static const char module_fast[] =
    "{\"PersonNode\":{\"type\":\"object\",\"properties\":{"
    "\"name\":{\"type\":\"string\"},\"team\":{\"type\":\"string\"},"
    "\"rank\":{\"type\":\"number\"}},\"x-indexes\":["
    "{\"name\":\"byName\",\"on\":\"/name\",\"unique\":true},"
    "{\"name\":\"byTeam\",\"on\":[\"/team\",\"/rank\"]},"
    "{\"name\":\"byRank\",\"on\":\"/rank\"}]}}";

struct bench {
	alk_session *s;
	const char *graph;
	uint64_t random;
	size_t rows;
	double us[CALLS];
	int calls;
	void (*call)(struct bench *b);
};

static double
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
must(struct bench *b, int rc, const char *what)
{
	if (rc == ALK_OK)
		return;
	fprintf(stderr, "bench_filter: %s: %s\n", what,
	    alk_session_error(b->s)->text);
	exit(1);
}

static uint64_t
below(struct bench *b, uint64_t n)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return b->random % n;
}

static int
visit(void *arg, const alk_row *row)
{
	struct bench *b = arg;

	b->rows += row->key != NULL;
	return 0;
}

/* ---- Writing ---- */

static void
write_nodes(struct bench *b, const char *graph)
{
	static char keys[BATCH][16];
	static char attributes[BATCH][96];
	static alk_item items[BATCH];
	double from = now_us();

	for (int at = 0; at < NODES; at += BATCH) {
		for (int i = 0; i < BATCH; i++) {
			int n = at + i;
			(void)snprintf(keys[i], sizeof(keys[i]), "p%d", n);
			(void)snprintf(attributes[i], sizeof(attributes[i]),
			    "{\"name\":\"person %d\",\"team\":\"t%d\","
			    "\"rank\":%d.5}", n, n % 10000, n * 7919 % NODES);
			items[i] = (alk_item){ .op = ALK_CREATE,
				.kind = ALK_NODE, .key = keys[i],
				.attributes = attributes[i] };
		}
		must(b, alk_write(b->s, graph, items, BATCH, NULL, NULL),
		    "write");
	}
	printf("write %s\t%.0f nodes/s\n", graph, NODES /
	    ((now_us() - from) / 1e6));
}

static void
make(struct bench *b, const char *name, const char *module)
{
	alk_type_options o = { .scope = "tenant" };
	alk_graph_new g = { .name = name, .id = name, .type = name };

	must(b, alk_types_load(b->s, name, &o, module, ALK_NUL, NULL),
	    "types");
	must(b, alk_graph_create(b->s, &g, NULL), "graph");
	write_nodes(b, name);
}

/* ---- Reading ---- */

static void
list(struct bench *b, const char *filter, const char *order, size_t limit)
{
	alk_query q = { .filter = filter, .order = order, .limit = limit };

	must(b, alk_node_list(b->s, b->graph, &q, visit, b, NULL), filter);
}

static void
call_equal(struct bench *b)
{
	char filter[64];

	(void)snprintf(filter, sizeof(filter), "name = \"person %d\"",
	    (int)below(b, NODES));
	list(b, filter, NULL, 0);
}

static void
call_ten(struct bench *b)
{
	char filter[64];

	(void)snprintf(filter, sizeof(filter), "team = \"t%d\"",
	    (int)below(b, 10000));
	list(b, filter, NULL, 0);
}

static void
call_range(struct bench *b)
{
	char filter[64];
	int low = (int)below(b, NODES - 10);

	(void)snprintf(filter, sizeof(filter), "rank >= %d and rank < %d", low,
	    low + 10);
	list(b, filter, "rank", 0);
}

static void
call_page(struct bench *b)
{
	list(b, NULL, "rank", 20);
}

static void
call_key(struct bench *b)
{
	alk_row row;
	char key[16];

	(void)snprintf(key, sizeof(key), "p%d", (int)below(b, NODES));
	must(b, alk_node_get(b->s, b->graph, key, &row), "get");
	b->rows++;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static int
run_calls(alk_session *s, void *arg)
{
	struct bench *b = arg;

	(void)s;
	for (int i = 0; i < b->calls; i++) {
		double from = now_us();
		b->call(b);
		b->us[i] = now_us() - from;
	}
	return ALK_OK;
}

static void
run(struct bench *b, const char *name, void (*call)(struct bench *b),
    int calls, int in_one)
{
	b->call = call;
	b->calls = calls;
	b->rows = 0;
	b->random = 88172645463325252u;
	if (in_one)
		must(b, alk_snapshot(b->s, run_calls, b), "snapshot");
	else
		(void)run_calls(b->s, b);
	qsort(b->us, (size_t)calls, sizeof(b->us[0]), by_size);
	printf("%s %s%s\tp50 %.1f us\tp99 %.1f us\t%.1f rows\n", b->graph,
	    name, in_one ? " in one" : "", b->us[calls / 2],
	    b->us[calls * 99 / 100], (double)b->rows / calls);
}

static void
run_all(struct bench *b, const char *graph, int calls)
{
	b->graph = graph;
	run(b, "equal", call_equal, calls, 0);
	run(b, "equal", call_equal, calls, 1);
	run(b, "ten", call_ten, calls, 1);
	run(b, "range", call_range, calls, 1);
	run(b, "page", call_page, calls, 1);
}

int
main(int argc, char **argv)
{
	static struct bench b;
	alk_options o = { .flags = ALK_OPEN_CREATE };
	alk_store *store;
	alk_error err = { 0 };

	if (argc != 2) {
		fprintf(stderr, "usage: bench_filter FILE\n");
		return 2;
	}
	if (alk_open(argv[1], &o, &store, &err) != ALK_OK ||
	    alk_session_open(store, NULL, &b.s, &err) != ALK_OK) {
		fprintf(stderr, "bench_filter: %s\n", err.text);
		return 1;
	}
	make(&b, "slow", module_slow);
	make(&b, "fast", module_fast);
	b.graph = "fast";
	run(&b, "key", call_key, CALLS, 0);
	run(&b, "key", call_key, CALLS, 1);
	run_all(&b, "fast", CALLS);
	run_all(&b, "slow", SCANS);
	alk_session_close(b.s);
	return alk_close(store) == ALK_OK ? 0 : 1;
}
