/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bench_load: how fast a graph comes into a file.
 *
 *   load     alk_load(), all in one transaction
 *   loose    the same without validation: what that costs (the linker puts a
 *            function of this file in place of schema_explain())
 *   small    alk_load() with 10 MiB of memory
 *   batches  alk_load() in transactions of 10,000 items
 *   indexed  alk_load() of nodes with a unique index and one of two paths
 *   acyclic  alk_load() into a graph type without cycles
 *   put      alk_load() of edges that are put without a key, all of them new
 *   ...-batches   the same in transactions of 10,000 items
 *   ...-nested    the same within alk_transact()
 *   import   alk_import() of the same as JSON Lines, in batches
 *   atomic   alk_import() in one transaction
 *   write    alk_write() of 10,000 items a call: each change in the feed
 *   single   one edge a transaction, 20,000 of them, into the loaded graph
 *   synced   the same with synchronous=FULL, 2,000
 *   open     from alk_open() of the loaded graph to its first answer
 *
 * Closing with its checkpoint is part of the time of a load. Each case is a
 * process of its own; "memory" is how much larger it was at its largest than
 * before the load. "first" and "last" are thousands of edges a second in the
 * first and the last tenth of the edges.
 *
 * Predicted before the first run, from a sketch of the five B-trees filled one
 * by one (0.19 s of processor time for 500,000 rows of edges, 0.13 and 0.11 for
 * the two indexes, 0.11 for the commit) and 0.45 us an item for parsing,
 * checking and looking up: load 1.0 s, loose 0.92, batches 1.5, import 1.9,
 * write 2.6; memory 60 MB; file 58 MB, since the sketch had 51 for the edges;
 * single 25 us, synced 190 us; open 1 ms. What came of it: README.md.
 */
#include "feed.h"
#include "graph_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCH_ITEMS 10000
#define SMALL_BYTES ((size_t)10 * 1024 * 1024)
#define SINGLES 20000
#define SYNCED 2000
#define OPENS 50

struct setting {
	uint32_t nodes;
	uint32_t edges;
	bool is_skewed;
	int rounds;
	const char *store;
	bool keeps_store;
};

/* What a case tells. */
struct outcome {
	double make_s;  /* the generator alone */
	double load_s;
	double close_s;
	double cpu_s;   /* of load and close */
	double memory_mb;
	double file_mb;
	double first;   /* thousands of edges a second */
	double last;
	double p50_us;
	double p99_us;
};

/* ---- Without validation ---- */

struct schema;
struct yyjson_val;

int __real_schema_explain(const struct schema *s, struct yyjson_val *v,
    alk_error *err);
int __wrap_schema_explain(const struct schema *s, struct yyjson_val *v,
    alk_error *err);

static bool is_loose;

int
__wrap_schema_explain(const struct schema *s, struct yyjson_val *v,
    alk_error *err)
{
	return is_loose ? ALK_OK : __real_schema_explain(s, v, err);
}

/* ---- What is measured ---- */

static double
cpu_now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* From here on the largest is looked for: what a generator took is free. */
static void
forget_peak(void)
{
	FILE *f = must_have(fopen("/proc/self/clear_refs", "w"));

	if (fputs("5", f) < 0 || fclose(f) != 0)
		die("clear_refs", strerror(errno));
}

/* The largest since then; right behind it, what is in use. */
static double
peak_mb(void)
{
	char line[256];
	double kb = 0;
	FILE *f = must_have(fopen("/proc/self/status", "r"));

	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "VmHWM:", 6) == 0)
			kb = strtod(line + 6, NULL);
	fclose(f);
	return kb / 1e3;
}

static double
size_mb(const char *path)
{
	struct stat st = { 0 };

	if (stat(path, &st) != 0)
		die(path, strerror(errno));
	return (double)st.st_size / 1e6;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
percentiles(struct outcome *x, double *us, int count)
{
	qsort(us, (size_t)count, sizeof(us[0]), compare);
	x->p50_us = us[count / 2];
	x->p99_us = us[(int)(count * 0.99)];
}

/* ---- Stores ---- */

static void
open_store(const struct setting *o, unsigned flags, alk_store **st,
    alk_session **s)
{
	alk_options options = { .flags = flags };
	alk_error err = { 0 };

	must(alk_open(o->store, &options, st, &err), o->store, &err);
	must(alk_session_open(*st, NULL, s, &err), o->store, &err);
}

static bool
is_of(const char *name, const char *kind)
{
	return strncmp(name, kind, strlen(kind)) == 0;
}

static void
make_store(const struct setting *o, const char *name, alk_store **st,
    alk_session **s)
{
	const char *module = is_of(name, "indexed") ? graph_rows_indexed :
	    is_of(name, "acyclic") ? graph_rows_acyclic : graph_rows_module;

	alk_type_options mine = { .scope = "user" };
	alk_graph_new g = { .name = "g", .type = GRAPH_ROWS_TYPE };

	bench_remove(o->store);
	open_store(o, ALK_OPEN_CREATE, st, s);
	must(alk_types_load(*s, GRAPH_ROWS_TYPE, &mine, module,
	    ALK_NUL, NULL), "module", alk_session_error(*s));
	must(alk_graph_create(*s, &g, NULL), "graph", alk_session_error(*s));
}

/* ---- Loads ---- */

/* Times the tenths of the edges as they are taken. */
struct timed {
	struct graph_rows rows;
	double start;
	double first;
	double before_last;
	bool is_put; /* edges */
};

static void
note_time(struct timed *t)
{
	uint32_t edges = t->rows.edges, at = t->rows.at;

	if (at < t->rows.nodes)
		return;
	at -= t->rows.nodes;
	if (t->start == 0)
		t->start = now_s();
	if (t->first == 0 && at >= edges / 10)
		t->first = now_s();
	if (t->before_last == 0 && at >= edges - edges / 10)
		t->before_last = now_s();
}

static int
next_item(void *arg, alk_item *item)
{
	struct timed *t = arg;

	if ((t->rows.at & 1023) == 0)
		note_time(t);
	int more = graph_rows_next(&t->rows, item);
	if (t->is_put && item->kind == ALK_EDGE)
		item->op = ALK_PUT;
	return more;
}

static long
read_lines(void *arg, char *into, size_t room)
{
	struct timed *t = arg;

	note_time(t);
	return graph_rows_read(&t->rows, into, room);
}

static void
write_batches(alk_session *s, struct timed *t)
{
	static alk_item items[BATCH_ITEMS];
	static struct graph_rows copies[BATCH_ITEMS];
	size_t count;

	do {
		for (count = 0; count < BATCH_ITEMS; count++) {
			memset(&items[count], 0, sizeof(items[count]));
			items[count].op = ALK_CREATE;
			copies[count] = t->rows;
			if (graph_rows_next(&copies[count], &items[count]) == 0)
				break;
			t->rows.at++;
		}
		note_time(t);
		if (count > 0)
			must(alk_write(s, "g", items, count, NULL, NULL),
			    "write", alk_session_error(s));
	} while (count == BATCH_ITEMS);
}

static int
load_items(alk_session *s, void *rows)
{
	return alk_load(s, "g", NULL, next_item, rows, NULL);
}

static void
fill(alk_session *s, const char *name, struct timed *t)
{
	alk_load_options lo = { 0 };
	alk_import_options io = { .batch_rows = BATCH_ITEMS };

	if (strcmp(name, "import") == 0 || strcmp(name, "atomic") == 0) {
		if (name[0] == 'a')
			io.flags = ALK_IMPORT_ATOMIC;
		must(alk_import(s, "g", &io, read_lines, t, NULL), "import",
		    alk_session_error(s));
		return;
	}
	if (strcmp(name, "write") == 0) {
		write_batches(s, t);
		return;
	}
	if (strstr(name, "nested") != NULL) {
		must(alk_transact(s, 0, load_items, t), "load",
		    alk_session_error(s));
		return;
	}
	if (strstr(name, "batches") != NULL)
		lo.batch_items = BATCH_ITEMS;
	if (strcmp(name, "small") == 0)
		lo.memory_bytes = SMALL_BYTES;
	is_loose = strcmp(name, "loose") == 0;
	must(alk_load(s, "g", &lo, next_item, t, NULL), "load",
	    alk_session_error(s));
}

/* The generator without a store. */
static double
time_generator(const struct graph_rows *g)
{
	struct graph_rows copy = *g;
	double start = now_s();
	alk_item item;

	do
		memset(&item, 0, sizeof(item));
	while (graph_rows_next(&copy, &item) == 1);
	return now_s() - start;
}

static void
case_load(const struct setting *o, const char *name, struct outcome *x)
{
	struct timed t = { 0 };
	alk_store *st;
	alk_session *s;

	t.rows.is_forward = is_of(name, "acyclic");
	t.is_put = is_of(name, "put");
	graph_rows_make(&t.rows, o->nodes, o->edges, o->is_skewed);
	x->make_s = time_generator(&t.rows);
	make_store(o, name, &st, &s);
	forget_peak();
	x->memory_mb = -peak_mb();
	double cpu = cpu_now_s();
	double start = now_s();
	fill(s, name, &t);
	double filled = now_s();
	alk_session_close(s);
	alk_close(st);
	x->load_s = filled - start;
	x->close_s = now_s() - filled;
	x->cpu_s = cpu_now_s() - cpu;
	x->memory_mb += peak_mb();
	x->file_mb = size_mb(o->store);
	x->first = (double)o->edges / 1e4 / (t.first - t.start);
	x->last = (double)o->edges / 1e4 / (filled - t.before_last);
	graph_rows_free(&t.rows);
}

/* ---- A loaded graph ---- */

static void
case_single(const struct setting *o, unsigned flags, int count,
    struct outcome *x)
{
	struct graph_rows more = { .is_forward = false };
	double *us = must_have(calloc((size_t)count, sizeof(*us)));
	alk_store *st;
	alk_session *s;
	int made = 0;

	/* Each round leaves its edges to the next, which steps over them. */
	graph_rows_make(&more, o->nodes, o->edges + (uint32_t)(o->rounds + 1) *
	    (SINGLES + SYNCED), o->is_skewed);
	more.at = o->nodes + o->edges;
	open_store(o, flags, &st, &s);
	while (made < count) {
		alk_item item = { .op = ALK_CREATE };

		if (graph_rows_next(&more, &item) == 0)
			die("single", "no more edges");
		double start = now_s();
		int rc = alk_write(s, "g", &item, 1, NULL, NULL);
		us[made] = (now_s() - start) * 1e6;
		if (rc == ALK_EXISTS) /* of an earlier case */
			continue;
		must(rc, "write", alk_session_error(s));
		made++;
	}
	percentiles(x, us, count);
	alk_session_close(s);
	alk_close(st);
	graph_rows_free(&more);
	free(us);
}

static void
case_open(const struct setting *o, struct outcome *x)
{
	double us[OPENS];

	for (int i = 0; i < OPENS; i++) {
		alk_store *st;
		alk_session *s;
		alk_row row;
		double start = now_s();

		open_store(o, 0, &st, &s);
		must(alk_node_get(s, "g", "n1", &row), "get",
		    alk_session_error(s));
		us[i] = (now_s() - start) * 1e6;
		alk_session_close(s);
		alk_close(st);
	}
	percentiles(x, us, OPENS);
}

/* ---- A process for each ---- */

static const char *const cases[] = { "load", "loose", "small", "batches",
	"nested", "indexed", "indexed-nested", "acyclic", "acyclic-batches",
	"acyclic-nested", "put", "put-batches", "import", "atomic", "write",
	"single", "synced", "open" };
#define CASES ((int)(sizeof(cases) / sizeof(cases[0])))

static void
run_case(const struct setting *o, const char *name)
{
	struct outcome x = { 0 };

	if (strcmp(name, "single") == 0)
		case_single(o, 0, SINGLES, &x);
	else if (strcmp(name, "synced") == 0)
		case_single(o, ALK_OPEN_FULL_SYNC, SYNCED, &x);
	else if (strcmp(name, "open") == 0)
		case_open(o, &x);
	else
		case_load(o, name, &x);
	printf("%f %f %f %f %f %f %f %f %f %f\n", x.make_s, x.load_s,
	    x.close_s, x.cpu_s, x.memory_mb, x.file_mb, x.first, x.last,
	    x.p50_us, x.p99_us);
}

static struct outcome
run_child(const struct setting *o, const char *name)
{
	struct outcome x = { 0 };
	int ends[2];
	int status = 0;
	pid_t child;
	FILE *f;

	fflush(stdout);
	if (pipe(ends) != 0 || (child = fork()) < 0)
		die(name, strerror(errno));
	if (child == 0) {
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		run_case(o, name);
		exit(0);
	}
	close(ends[1]);
	f = must_have(fdopen(ends[0], "r"));
	if (fscanf(f, "%lf %lf %lf %lf %lf %lf %lf %lf %lf %lf", &x.make_s,
	    &x.load_s, &x.close_s, &x.cpu_s, &x.memory_mb, &x.file_mb, &x.first,
	    &x.last, &x.p50_us, &x.p99_us) != 10 ||
	    waitpid(child, &status, 0) != child || status != 0)
		die(name, "the case failed");
	fclose(f);
	return x;
}

static void
print_outcome(const struct setting *o, const char *name,
    const struct outcome *x)
{
	double s = x->load_s + x->close_s;

	if (x->p50_us > 0) {
		printf("%-13s p50 %8.1f us  p99 %8.1f us\n", name, x->p50_us,
		    x->p99_us);
		return;
	}
	printf("%-13s %7.2f %7.2f %7.2f %7.2f %8.0f %7.2f %6.0f %6.1f %6.1f "
	    "%6.0f %6.0f\n", name, s, x->close_s, x->cpu_s, x->make_s,
	    (o->nodes + o->edges) / s, s * 1e6 / (o->nodes + o->edges),
	    x->memory_mb, x->file_mb, x->file_mb * 1e6 / o->edges, x->first,
	    x->last);
}

static int
run_all(const struct setting *o, const char *const *list, int count)
{
	printf("%u nodes, %u edges, %s\n%-13s %7s %7s %7s %7s %8s %7s %6s %6s "
	    "%6s %6s %6s\n", o->nodes, o->edges, o->is_skewed ? "skewed" :
	    "uniform", "case", "s", "close", "cpu", "make", "rows/s", "us/row",
	    "memory", "file", "B/edge", "first", "last");
	for (int i = 0; i < count; i++)
		for (int round = 0; round < o->rounds; round++) {
			struct outcome x = run_child(o, list[i]);

			print_outcome(o, list[i], &x);
		}
	if (!o->keeps_store)
		bench_remove(o->store);
	return 0;
}

static int
usage(void)
{
	fprintf(stderr, "usage: bench_load [-n NODES] [-m EDGES] [-k] "
	    "[-r ROUNDS] [-s STORE] [-K] [CASE...]\n"
	    "-k: a skewed graph; -K: keep STORE; single, synced and open want a load before\n");
	return 2;
}

int
main(int argc, char **argv)
{
	struct setting o = { .nodes = 100000, .edges = 500000, .rounds = 1,
		.store = "bench.db" };
	int c;

	while ((c = getopt(argc, argv, "n:m:kKr:s:")) != -1) {
		if (c == 'n')
			o.nodes = (uint32_t)strtoul(optarg, NULL, 10);
		else if (c == 'm')
			o.edges = (uint32_t)strtoul(optarg, NULL, 10);
		else if (c == 'k')
			o.is_skewed = true;
		else if (c == 'K')
			o.keeps_store = true;
		else if (c == 'r')
			o.rounds = atoi(optarg);
		else if (c == 's')
			o.store = optarg;
		else
			return usage();
	}
	if (o.nodes < 2 || o.edges < 10 || o.rounds < 1)
		return usage();
	if (optind < argc)
		return run_all(&o, (const char *const *)argv + optind,
		    argc - optind);
	return run_all(&o, cases, CASES);
}
