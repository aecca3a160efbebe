/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bench_schema [-r ROUNDS] [-d DIR] [-p PEERS.mjs] [WORD]
 *
 * Measures checking, and parsing with checking, of the shapes whose name has
 * WORD in it, and of one shape compiling and the works on values. With -p the
 * peers do the same in one process of node a shape, in turns with ours: a few
 * short batches each, ROUNDS (12) times over. DIR is for files. Told is the 2nd
 * percentile of all batches, as nanoseconds a document, and in brackets the
 * median.
 *
 * What was expected stands in bench/README.md. Ends with 1 where a goal is
 * missed or somebody disagrees on what is valid.
 */
#include "ours.h"
#include "peer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BATCH_NS 300000.0
#define BATCHES 16 /* a turn */
#define ROUNDS_MAX 200
#define PEERS 3

static const char *const peer_names[PEERS] = { "typebox", "ajv", "typebox1" };
static const char *const peer_titles[PEERS] = { "TypeCompiler", "Ajv",
	"TypeBox 1" };

static unsigned rounds = 12;
static const char *script;
static const char *dir = ".";
static bool missed;
static unsigned long all_sums; /* so that nothing is left out */

/* Times of batches, nanoseconds a document. */
struct series {
	double ns[ROUNDS_MAX * BATCHES];
	size_t count;
	unsigned long batch; /* documents in a batch; 0: not known yet */
};

static double
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

/* part of 100; sorts. */
static double
percentile(struct series *s, size_t part)
{
	if (s->count == 0)
		return 0;
	qsort(s->ns, s->count, sizeof(s->ns[0]), compare_doubles);
	return s->ns[s->count * part / 100];
}

/* ---- Turns --------------------------------------------------------------- */

static void
find_batch(struct series *s, struct ours *o, enum work work)
{
	double took = 0;

	for (s->batch = 1; took < BATCH_NS; s->batch *= 2) {
		double from = now_ns();
		all_sums += ours_run(o, work, s->batch);
		took = now_ns() - from;
	}
	s->batch /= 2;
}

static void
our_turn(struct series *s, struct ours *o, enum work work)
{
	if (s->batch == 0)
		find_batch(s, o, work);
	all_sums += ours_run(o, work, s->batch); /* caches */
	for (unsigned i = 0; i < BATCHES; i++) {
		double from = now_ns();
		all_sums += ours_run(o, work, s->batch);
		s->ns[s->count++] = (now_ns() - from) / (double)s->batch;
	}
}

static void
their_turn(struct series *s, struct peer *p, const char *name, enum work work)
{
	size_t i, count;
	yyjson_val *ns;

	peer_ask(p, name, work_names[work], BATCHES);
	yyjson_doc *doc = peer_read(p);
	yyjson_arr_foreach(yyjson_obj_get(yyjson_doc_get_root(doc), "ns"), i,
	    count, ns)
		s->ns[s->count++] = yyjson_get_num(ns);
	yyjson_doc_free(doc);
}

static void
measure(struct ours *o, struct peer *p, enum work work, struct series *mine,
    struct series theirs[PEERS])
{
	unsigned peers = script == NULL ? 0 : PEERS;

	if (work >= WORK_DIFF && peers > 0)
		peers = 1; /* Value.* of TypeBox 0.34 */
	mine->count = mine->batch = 0;
	for (unsigned i = 0; i < PEERS; i++)
		theirs[i].count = 0;
	for (unsigned r = 0; r < rounds; r++) {
		our_turn(mine, o, work);
		for (unsigned i = 0; i < peers; i++)
			their_turn(&theirs[i], p, peer_names[i], work);
	}
}

/* ---- Telling -------------------------------------------------------------- */

/* How many times faster than each peer we must be; 0: no goal. */
static const double goals[WORK_COUNT][PEERS] = {
	[WORK_CHECK] = { 1, 1, 1 }, [WORK_PARSE] = { 5, 6, 0 }
};

static void
print_time(double ns)
{
	if (ns >= 100000)
		printf("%.0f us", ns / 1000);
	else if (ns >= 10000)
		printf("%.1f us", ns / 1000);
	else
		printf("%.0f ns", ns);
}

static void
print_row(const char *name, enum work work, struct series *mine,
    struct series theirs[PEERS])
{
	double best = percentile(mine, 2);

	printf("| %s | ", name);
	print_time(best);
	printf(" (");
	print_time(percentile(mine, 50));
	printf(") |");
	for (unsigned i = 0; i < PEERS; i++) {
		if (theirs[i].count == 0) {
			printf(" |");
			continue;
		}
		double ratio = percentile(&theirs[i], 2) / best;
		bool short_of = ratio < goals[work][i];
		putchar(' ');
		print_time(percentile(&theirs[i], 2));
		printf(" = %.*f%s |", ratio < 10 ? 2 : 1, ratio,
		    short_of ? " (missed)" : "");
		missed |= short_of;
	}
	putchar('\n');
	fflush(stdout);
}

static void
print_head(const char *what)
{
	printf("\n| %s | alkstore |", what);
	for (unsigned i = 0; i < PEERS && script != NULL; i++)
		printf(" %s |", peer_titles[i]);
	printf("\n|---|---|");
	for (unsigned i = 0; i < PEERS && script != NULL; i++)
		printf("---|");
	putchar('\n');
}

/* ---- Shapes --------------------------------------------------------------- */

static void
write_case(struct ours *o, const char *file)
{
	FILE *f = fopen(file, "w");

	if (f == NULL) {
		perror(file);
		exit(2);
	}
	fprintf(f, "{\"schema\":%s,\"documents\":[", buf_text(&o->schema_text));
	for (unsigned i = 0; i < INSTANCES; i++)
		fprintf(f, "%s%s", i == 0 ? "" : ",", buf_text(&o->texts[i]));
	fprintf(f, "]}\n");
	fclose(f);
}

/* What the peers found of each document, against what it is. */
static void
compare_verdicts(const struct shape *shape, yyjson_val *told)
{
	for (unsigned i = 0; i < PEERS; i++) {
		size_t k, count;
		yyjson_val *is_valid;
		yyjson_arr_foreach(yyjson_obj_get(told, peer_names[i]), k,
		    count, is_valid) {
			if (yyjson_get_bool(is_valid) == shape->is_valid)
				continue;
			printf("%s: %s says that instance %zu is %s\n",
			    shape->name, peer_titles[i], k,
			    shape->is_valid ? "not valid" : "valid");
			missed = true;
			break;
		}
	}
}

static void
start_peers(struct peer *p, struct ours *o)
{
	char file[4096];

	if (script == NULL)
		return;
	(void)snprintf(file, sizeof(file), "%s/case.json", dir);
	write_case(o, file);
	peer_start(p, script, file);
	yyjson_doc *doc = peer_read(p);
	compare_verdicts(o->shape, yyjson_doc_get_root(doc));
	yyjson_doc_free(doc);
}

static void
measure_shape(const struct shape *shape, struct series results[2][1 + PEERS])
{
	static struct ours o;
	struct peer p;

	ours_init(&o, shape);
	start_peers(&p, &o);
	measure(&o, &p, WORK_CHECK, &results[0][0], &results[0][1]);
	measure(&o, &p, WORK_PARSE, &results[1][0], &results[1][1]);
	if (script != NULL)
		peer_end(&p);
	ours_fini(&o);
}

/* Compiling, and the works on values, on the first shape. */
static void
measure_works(void)
{
	static struct ours o;
	static struct series results[1 + PEERS];
	struct peer p;

	ours_init(&o, &shapes[0]);
	ours_init_values(&o);
	start_peers(&p, &o);
	print_head("other work, on persons");
	for (int work = WORK_COMPILE; work < WORK_COUNT; work++) {
		measure(&o, &p, (enum work)work, &results[0], &results[1]);
		print_row(work == WORK_COMPILE ? "compile 20 schemas" :
		    work_names[work], (enum work)work, &results[0],
		    &results[1]);
	}
	if (script != NULL)
		peer_end(&p);
	ours_fini(&o);
}

static void
measure_shapes(const char *word)
{
	static struct series results[64][2][1 + PEERS];

	for (unsigned i = 0; i < shapes_count && i < 64; i++) {
		if (strstr(shapes[i].name, word) == NULL)
			continue;
		measure_shape(&shapes[i], results[i]);
		if (isatty(2))
			fprintf(stderr, "%u of %u\r", i + 1, shapes_count);
	}
	for (unsigned work = 0; work < 2; work++) {
		print_head(work == 0 ? "check" : "parse and check");
		for (unsigned i = 0; i < shapes_count && i < 64; i++)
			if (results[i][work][0].count > 0)
				print_row(shapes[i].name, (enum work)work,
				    &results[i][work][0],
				    &results[i][work][1]);
	}
}

int
main(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "r:d:p:")) != -1) {
		if (option == 'r')
			rounds = (unsigned)atoi(optarg);
		else if (option == 'd')
			dir = optarg;
		else if (option == 'p')
			script = optarg;
		else
			return 2;
	}
	if (rounds < 1 || rounds > ROUNDS_MAX)
		return 2;
	const char *word = optind < argc ? argv[optind] : "";
	measure_shapes(word);
	if (*word == '\0' || strcmp(word, "works") == 0)
		measure_works();
	return missed ? 1 : all_sums == 0;
}
