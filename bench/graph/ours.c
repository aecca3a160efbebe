/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bench_graph PHASE DATA STORE: alkstore's side of bench/graph, through
 * <alkstore.h> only. Everything is on: attributes are validated, end points
 * looked up, changes recorded. DATA is what bench_graph_make wrote.
 *
 *   batch   nodes, then edges, 10,000 a transaction by alk_write()
 *   bulk    all rows by alk_load(), as they are read from the files, closing
 *           and its checkpoint included
 *   read    the questions, then edges in a transaction each; then walks and
 *           hops without a snapshot of the topology (walk_file, hop_file).
 *           Every system is asked for walks for a while before its hops and
 *           walks are measured: here that makes the snapshot
 *   open    how long it takes from nothing to the first answer
 */
#include "../feed.h"
#include "../times.h"

#include <stdlib.h>
#include <string.h>

#define BATCH 10000
#define POINTS 20000
#define HOPS 20000
#define WALKS 200
#define WARM_S 2.0
#define ROUNDS 6

struct rows {
	char **line; /* cut at commas by cut() */
	size_t count;
};

struct bench {
	const char *dir;
	const char *path;
	size_t snapshot_bytes; /* 0: as the library has it; 1: no snapshots */
	alk_store *store;
	alk_session *s;
	size_t count;
	double sum;
};

static struct rows
rows_read(const char *dir, const char *name)
{
	char path[1024];
	struct rows r = { 0 };
	size_t room = 0;
	char *text;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	text = read_whole(path);
	for (char *line = strtok(text, "\n"); line != NULL;
	     line = strtok(NULL, "\n")) {
		if (r.count == room) {
			room = room * 2 + 1024;
			r.line = must_have(realloc(r.line,
			    room * sizeof(*r.line)));
		}
		r.line[r.count++] = line;
	}
	return r; /* the text stays until the process ends */
}

/* Cuts a line into four fields, in place. */
static void
cut(char *line, const char *field[4])
{
	for (int i = 0; i < 4; i++) {
		field[i] = line;
		line += strcspn(line, ",");
		if (*line != '\0')
			*line++ = '\0';
	}
}

static char *
text_of(const char *format, const char *const field[4])
{
	char text[256];

	snprintf(text, sizeof(text), format, field[1], field[2], field[3]);
	return must_have(strdup(text));
}

/* The rows as items, the header left out. */
static alk_item *
items_of(struct rows *r, int kind)
{
	alk_item *item = must_have(calloc(r->count, sizeof(*item)));

	for (size_t i = 1; i < r->count; i++) {
		const char *field[4];

		cut(r->line[i], field);
		item[i - 1] = (alk_item){ .op = ALK_CREATE, .kind = kind };
		if (kind == ALK_NODE) {
			item[i - 1].key = field[0];
			item[i - 1].attributes = text_of("{\"name\":\"%s\","
			    "\"age\":%s,\"score\":%s}", field);
			continue;
		}
		item[i - 1].source = field[0];
		item[i - 1].target = field[1];
		field[1] = field[2];
		field[2] = field[3];
		item[i - 1].attributes = text_of("{\"weight\":%s,\"since\":%s}",
		    field);
	}
	r->count--;
	return item;
}

static void
open_store(struct bench *b, unsigned flags)
{
	alk_options o = { .flags = flags,
		.limits.snapshot_bytes = b->snapshot_bytes };
	alk_error err = { 0 };

	must(alk_open(b->path, &o, &b->store, &err), b->path, &err);
	must(alk_session_open(b->store, NULL, &b->s, &err), b->path, &err);
}

static void
close_store(struct bench *b)
{
	alk_session_close(b->s);
	alk_close(b->store);
}

static void
ok(struct bench *b, int rc, const char *what)
{
	must(rc, what, alk_session_error(b->s));
}

static void
new_store(struct bench *b, const char *module_path)
{
	alk_type_options mine = { .scope = "user" };
	alk_graph_new graph = { .name = "g", .type = "bench" };
	char *module = read_whole(module_path);

	bench_remove(b->path);
	open_store(b, ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE);
	ok(b, alk_types_load(b->s, "bench", &mine, module, ALK_NUL, NULL),
	    "types");
	ok(b, alk_graph_create(b->s, &graph, NULL), "graph");
	free(module);
}

static void
write_batches(struct bench *b, const char *file, int kind, const char *name)
{
	struct rows r = rows_read(b->dir, file);
	alk_item *item = items_of(&r, kind);
	double begin = now_s();

	for (size_t i = 0; i < r.count; i += BATCH) {
		size_t count = r.count - i < BATCH ? r.count - i : BATCH;

		ok(b, alk_write(b->s, "g", item + i, count, NULL, NULL),
		    "write");
	}
	printf("%s\t%.0f\n", name, (double)r.count / (now_s() - begin));
	fflush(stdout);
}

static void
run_batch(struct bench *b, const char *module)
{
	new_store(b, module);
	write_batches(b, "nodes.csv", ALK_NODE, "batch_nodes");
	write_batches(b, "edges.csv", ALK_EDGE, "batch_edges");
	close_store(b);
}

/* The rows of the two files, one after the other, as items. */
struct stream {
	const char *dir;
	FILE *file;
	int kind; /* 0: nothing is open yet */
	char *line;
	size_t room;
	char attributes[256];
};

static bool
next_line(struct stream *st)
{
	while (st->file == NULL ||
	       getline(&st->line, &st->room, st->file) < 0) {
		char path[1024];

		if (st->file != NULL)
			fclose(st->file);
		st->file = NULL;
		if (st->kind == ALK_EDGE)
			return false;
		st->kind = st->kind == 0 ? ALK_NODE : ALK_EDGE;
		snprintf(path, sizeof(path), "%s/%s", st->dir,
		    st->kind == ALK_NODE ? "nodes.csv" : "edges.csv");
		st->file = fopen(path, "r");
		if (st->file == NULL ||
		    getline(&st->line, &st->room, st->file) < 0)
			die(path, "cannot be read");
	}
	st->line[strcspn(st->line, "\n")] = '\0';
	return true;
}

static int
next_item(void *arg, alk_item *item)
{
	struct stream *st = arg;
	const char *field[4];
	char *to = st->attributes;

	if (!next_line(st))
		return 0;
	cut(st->line, field);
	item->op = ALK_CREATE;
	item->kind = st->kind;
	item->attributes = to;
	if (st->kind == ALK_NODE) {
		item->key = field[0];
		to = stpcpy(stpcpy(to, "{\"name\":\""), field[1]);
		to = stpcpy(stpcpy(to, "\",\"age\":"), field[2]);
		to = stpcpy(stpcpy(to, ",\"score\":"), field[3]);
	} else {
		item->source = field[0];
		item->target = field[1];
		to = stpcpy(stpcpy(to, "{\"weight\":"), field[2]);
		to = stpcpy(stpcpy(to, ",\"since\":"), field[3]);
	}
	stpcpy(to, "}");
	return 1;
}

static void
run_bulk(struct bench *b, const char *module)
{
	struct stream st = { .dir = b->dir };
	long before_kb;
	double begin;

	new_store(b, module);
	before_kb = memory_now_kb();
	begin = now_s();
	ok(b, alk_load(b->s, "g", NULL, next_item, &st, NULL), "load");
	close_store(b);
	printf("bulk_s\t%.3f\n", now_s() - begin);
	printf("memory_mb\t%.1f\n",
	    (double)(memory_peak_kb() - before_kb) / 1024);
	printf("file_mb\t%.1f\n", (double)store_bytes(b->path) / 1e6);
	free(st.line);
}

/* Adds up the member of whole numbers that ends the attributes, or is in it. */
static int
add_age(void *arg, const alk_row *row)
{
	struct bench *b = arg;
	const char *at = strstr(row->attributes,
	    row->kind == ALK_NODE ? "\"age\":" : "\"since\":");

	b->count++;
	b->sum += strtod(strchr(at, ':') + 1, NULL);
	return 0;
}

static int
add_key(void *arg, const alk_row *row)
{
	struct bench *b = arg;

	b->count++;
	b->sum += strtod(row->key + 1, NULL);
	return 0;
}

static void
answer(struct bench *b, const char *name)
{
	printf("=%s\t%zu %.0f\n", name, b->count, b->sum);
	b->sum = 0;
	b->count = 0;
	fflush(stdout);
}

static void
ask_sums(struct bench *b)
{
	alk_query all = { .limit = ALK_NUL };

	ok(b, alk_node_list(b->s, "g", &all, add_age, b, NULL), "nodes");
	answer(b, "nodes");
	ok(b, alk_edge_list(b->s, "g", &all, add_age, b, NULL), "edges");
	answer(b, "edges");
}

static void
ask_points(struct bench *b, const struct rows *nodes)
{
	struct times t = { 0 };

	for (size_t i = 0; i < POINTS; i++) {
		/* A prime step goes through all nodes out of order. */
		const char *line = nodes->line[1 +
		    i * 7907 % (nodes->count - 1)];
		char key[16] = { 0 };
		alk_row row;
		double begin;

		memcpy(key, line, strcspn(line, ","));
		begin = now_s();
		ok(b, alk_node_get(b->s, "g", key, &row), "get");
		times_add(&t, begin);
		add_age(b, &row);
	}
	times_print(&t, "point");
	answer(b, "point");
}

static void
ask_hops(struct bench *b, const struct rows *starts, const char *name)
{
	alk_walk_options o = { .flags = ALK_WALK_KEYS };
	struct times t = { 0 };

	for (size_t i = 0; i < HOPS; i++) {
		double begin = now_s();

		ok(b, alk_neighbors(b->s, "g", starts->line[i % starts->count],
		    &o, add_key, b), "hop");
		/* As of the peers the second half. */
		if (i >= HOPS / 2)
			times_add(&t, begin);
		if (i + 1 == starts->count)
			answer(b, name);
	}
	times_print(&t, name);
	b->sum = 0;
	b->count = 0;
}

/* From other starts than those that are measured. */
static void
warm_up(struct bench *b, const struct rows *starts)
{
	alk_walk_options o = { .depth_max = 3 };
	double until = now_s() + WARM_S;

	for (size_t i = WALKS; now_s() < until; i++) {
		size_t found;

		ok(b, alk_walk(b->s, "g", starts->line[i % starts->count], &o,
		    NULL, NULL, &found), "warm");
	}
}

static void
ask_walks(struct bench *b, const struct rows *starts, const char *name)
{
	alk_walk_options o = { .depth_max = 3 };
	struct times t = { 0 };

	/* Rounds: the first for the answers, the others for the clock. */
	for (size_t i = 0; i < WALKS * ROUNDS; i++) {
		size_t found = 0;
		double begin = now_s();

		ok(b, alk_walk(b->s, "g", starts->line[i % WALKS], &o, NULL,
		    NULL, &found), "walk");
		if (i >= WALKS)
			times_add(&t, begin);
		else
			b->count += found;
		if (i + 1 == 20)
			printf("=%s_20\t%zu 0\n", name, b->count);
	}
	times_print(&t, name);
	answer(b, name);
}

static void
insert_edges(struct bench *b, const alk_item *item, size_t count,
    const char *name)
{
	struct times t = { 0 };

	for (size_t i = 0; i < count; i++) {
		double begin = now_s();

		ok(b, alk_write(b->s, "g", item + i, 1, NULL, NULL),
		    "insert");
		times_add(&t, begin);
	}
	times_print(&t, name);
}

static void
run_read(struct bench *b)
{
	struct rows nodes = rows_read(b->dir, "nodes.csv");
	struct rows starts = rows_read(b->dir, "starts.csv");
	struct rows inserts = rows_read(b->dir, "inserts.csv");
	alk_item *item = items_of(&inserts, ALK_EDGE);
	size_t half = inserts.count / 2;

	open_store(b, 0);
	ask_sums(b);
	ask_points(b, &nodes);
	warm_up(b, &starts);
	ask_hops(b, &starts, "hop");
	ask_walks(b, &starts, "walk");
	insert_edges(b, item, half, "insert");
	close_store(b);
	b->snapshot_bytes = 1;
	open_store(b, ALK_OPEN_FULL_SYNC);
	warm_up(b, &starts);
	ask_hops(b, &starts, "hop_file");
	ask_walks(b, &starts, "walk_file");
	insert_edges(b, item + half, half, "insert_full");
	ask_sums(b);
	close_store(b);
}

static void
run_open(struct bench *b)
{
	double begin = now_s();
	alk_row row;

	open_store(b, 0);
	ok(b, alk_node_get(b->s, "g", "n42", &row), "get");
	printf("open_ms\t%.2f\n", (now_s() - begin) * 1e3);
	close_store(b);
}

int
main(int argc, char **argv)
{
	const char *phase = argc == 5 ? argv[1] : "";
	struct bench b = { 0 };

	if (argc == 5) {
		b.dir = argv[2];
		b.path = argv[3];
	}
	if (strcmp(phase, "batch") == 0)
		run_batch(&b, argv[4]);
	else if (strcmp(phase, "bulk") == 0)
		run_bulk(&b, argv[4]);
	else if (strcmp(phase, "read") == 0)
		run_read(&b);
	else if (strcmp(phase, "open") == 0)
		run_open(&b);
	else {
		fprintf(stderr, "usage: bench_graph batch|bulk|read|open "
		    "DATA STORE MODULE\n");
		return 2;
	}
	return 0;
}
