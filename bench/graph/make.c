/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bench_graph_make SHAPE NODES EDGES DIR: the data of bench/graph, the same
 * each time.
 *
 * SHAPE is "uniform": both ends of an edge by chance; "rmat": skewed (R-MAT,
 * Chakrabarti and others 2004, with 0.57, 0.19, 0.19, 0.05); or a file of
 * "source,target" lines, as SNAP's graphs are written, which may begin with
 * a header: then NODES and EDGES are its own. No edge is there twice, and none
 * is a loop, so that any store can hold it.
 *
 *   nodes.csv    key,name,age,score
 *   edges.csv    source,target,weight,since
 *   starts.csv   1,000 nodes that have an edge out
 *   inserts.csv  2,000 edges that are not there, as edges.csv
 */
#include "../feed.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define STARTS 1000
#define INSERTS 2000

struct edge {
	uint32_t source;
	uint32_t target;
};

struct data {
	uint64_t random;
	uint32_t nodes;
	size_t count;
	struct edge *edge;  /* INSERTS more than count */
	uint64_t *seen;     /* hash set of edges, 0 is free */
	size_t mask;
};

/* SplitMix64 (Steele and others, 2014). */
static uint64_t
mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static uint64_t
next(struct data *d)
{
	return mix(d->random++);
}

/* True if the edge is new. */
static bool
remember(struct data *d, struct edge e)
{
	uint64_t word = ((uint64_t)e.source << 32 | e.target) + 1;
	size_t i = (size_t)mix(word) & d->mask;

	for (; d->seen[i] != 0; i = (i + 1) & d->mask) {
		if (d->seen[i] == word)
			return false;
	}
	d->seen[i] = word;
	return true;
}

static struct edge
uniform(struct data *d)
{
	return (struct edge){ (uint32_t)(next(d) % d->nodes),
		(uint32_t)(next(d) % d->nodes) };
}

static struct edge
rmat(struct data *d)
{
	struct edge e;

	do {
		e = (struct edge){ 0, 0 };
		for (uint32_t bit = 1; bit < d->nodes; bit <<= 1) {
			uint64_t r = next(d) % 100;

			if (r >= 76) {
				e.source |= bit;
				e.target |= r >= 95 ? bit : 0;
			} else if (r >= 57) {
				e.target |= bit;
			}
		}
	} while (e.source >= d->nodes || e.target >= d->nodes);
	/* Hubs are not to be the first keys: names by chance. 7919 is prime,
	   and does not divide the numbers of nodes that are asked for. */
	e.source = (uint32_t)((uint64_t)e.source * 7919 % d->nodes);
	e.target = (uint32_t)((uint64_t)e.target * 7919 % d->nodes);
	return e;
}

static void
room_for(struct data *d, size_t count)
{
	size_t room = 1024;

	while (room < (count + INSERTS) * 2)
		room *= 2;
	d->mask = room - 1;
	d->seen = must_have(calloc(room, sizeof(*d->seen)));
	d->edge = must_have(calloc(count + INSERTS, sizeof(*d->edge)));
}

static void
generate(struct data *d, struct edge (*one)(struct data *d), size_t upto)
{
	while (d->count < upto) {
		struct edge e = one(d);

		if (e.source != e.target && remember(d, e))
			d->edge[d->count++] = e;
	}
}

static void
read_edges(struct data *d, const char *path)
{
	char *text = read_whole(path);
	size_t lines = 0;

	for (const char *p = text; *p != '\0'; p++)
		lines += *p == '\n';
	room_for(d, lines + 1);
	for (char *line = strtok(text, "\n"); line != NULL;
	     line = strtok(NULL, "\n")) {
		struct edge e;

		if (sscanf(line, "%u,%u", &e.source, &e.target) != 2)
			continue;
		if (e.source >= d->nodes)
			d->nodes = e.source + 1;
		if (e.target >= d->nodes)
			d->nodes = e.target + 1;
		if (e.source != e.target && remember(d, e))
			d->edge[d->count++] = e;
	}
	free(text);
}

static FILE *
open_in(const char *dir, const char *name)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (f == NULL)
		die(path, "cannot be written");
	return f;
}

static void
write_nodes(const struct data *d, FILE *csv)
{
	fprintf(csv, "key,name,age,score\n");
	for (uint32_t i = 0; i < d->nodes; i++) {
		uint64_t r = mix(i ^ 0x6e6f6465u);
		unsigned age = (unsigned)(r % 100);
		/* Odd: never whole, for those who tell 5 from 5.0. */
		unsigned long score = (unsigned long)(r >> 32) % 100000 | 1;

		fprintf(csv, "n%u,item %u of shelf %u,%u,%lu.%03lu\n", i, i,
		    (unsigned)(r >> 20) % 1000, age, score / 1000,
		    score % 1000);
	}
}

static void
write_edge(struct edge e, FILE *csv)
{
	uint64_t r = mix((uint64_t)e.source << 32 | e.target);
	unsigned weight = (unsigned)(r % 1000) | 1;
	unsigned since = 1990 + (unsigned)(r >> 40) % 36;

	fprintf(csv, "n%u,n%u,0.%03u,%u\n", e.source, e.target, weight, since);
}

static void
write_starts(struct data *d, size_t edges, FILE *csv)
{
	bool *has_out = must_have(calloc(d->nodes, sizeof(bool)));
	int count = 0;

	for (size_t i = 0; i < edges; i++)
		has_out[d->edge[i].source] = true;
	while (count < STARTS) {
		uint32_t i = (uint32_t)(next(d) % d->nodes);

		if (has_out[i]) {
			fprintf(csv, "n%u\n", i);
			count++;
		}
	}
	free(has_out);
}

static void
write_all(struct data *d, size_t edges, const char *dir)
{
	static const char head[] = "source,target,weight,since\n";
	FILE *nodes = open_in(dir, "nodes.csv");
	FILE *links = open_in(dir, "edges.csv");
	FILE *starts = open_in(dir, "starts.csv");
	FILE *inserts = open_in(dir, "inserts.csv");
	bool ok;

	write_nodes(d, nodes);
	fputs(head, links);
	fputs(head, inserts);
	for (size_t i = 0; i < d->count; i++)
		write_edge(d->edge[i], i < edges ? links : inserts);
	write_starts(d, edges, starts);
	ok = fclose(nodes) == 0 && fclose(links) == 0;
	ok = fclose(starts) == 0 && ok;
	if (fclose(inserts) != 0 || !ok)
		die(dir, "cannot be written");
	printf("%u nodes, %zu edges\n", d->nodes, edges);
}

int
main(int argc, char **argv)
{
	struct data d = { .random = 20261125 };
	size_t edges;

	if (argc != 5) {
		fprintf(stderr, "usage: bench_graph_make uniform|rmat|FILE "
		    "NODES EDGES DIR\n");
		return 2;
	}
	d.nodes = (uint32_t)strtoul(argv[2], NULL, 10);
	edges = strtoul(argv[3], NULL, 10);
	if (strcmp(argv[1], "uniform") != 0 && strcmp(argv[1], "rmat") != 0) {
		d.nodes = 0;
		read_edges(&d, argv[1]);
		edges = d.count;
	} else {
		room_for(&d, edges);
		generate(&d, argv[1][0] == 'u' ? uniform : rmat, edges);
	}
	generate(&d, uniform, edges + INSERTS);
	write_all(&d, edges, argv[4]);
	free(d.edge);
	free(d.seen);
	return 0;
}
