/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Many nodes and edges at once: a grid of streets from numbers alone. The first
 * load is one transaction; the second breaks off at an item that is wrong, in
 * batches, and goes on where it ended.
 */
#include <alkstore.h>
#include <stdio.h>

#define SIDE 100 /* crossings a side */

static const char module[] =
    "{\"Config\": {\"type\": \"object\", \"properties\": {"
    "  \"type\": {\"const\": \"directed\"}, \"multi\": {\"const\": false},"
    "  \"allowSelfLoops\": {\"const\": false}}},"
    " \"CrossingNode\": {\"type\": \"object\", \"required\": [\"x\", \"y\"],"
    "  \"properties\": {\"x\": {\"type\": \"integer\", \"minimum\": 0},"
    "   \"y\": {\"type\": \"integer\", \"minimum\": 0}}},"
    " \"StreetEdge\": {\"type\": \"object\", \"required\": [\"metres\"],"
    "  \"properties\": {\"metres\": {\"type\": \"number\","
    "   \"minimum\": 1}}}}";

/* Where the next item comes from; its texts live until the one after it. */
struct grid {
	int at;
	int wrong; /* the item with a street of no length, or -1 */
	char from[16];
	char to[16];
	char attributes[48];
};

/* First all crossings, row by row, then the street from each to the east. */
static int
next(void *arg, alk_item *item)
{
	struct grid *g = arg;
	int i = g->at++, n = i % (SIDE * SIDE);

	if (i >= SIDE * SIDE + SIDE * (SIDE - 1))
		return 0;
	if (i >= SIDE * SIDE) /* the last of a row has none */
		n = n / (SIDE - 1) * SIDE + n % (SIDE - 1);
	snprintf(g->from, sizeof(g->from), "%d/%d", n % SIDE, n / SIDE);
	snprintf(g->to, sizeof(g->to), "%d/%d", n % SIDE + 1, n / SIDE);
	if (i < SIDE * SIDE) {
		item->kind = ALK_NODE;
		item->key = g->from;
		snprintf(g->attributes, sizeof(g->attributes),
		    "{\"x\": %d, \"y\": %d}", n % SIDE, n / SIDE);
	} else {
		item->kind = ALK_EDGE;
		item->source = g->from;
		item->target = g->to;
		snprintf(g->attributes, sizeof(g->attributes),
		    "{\"metres\": %d}", i == g->wrong ? 0 : 80 + i % 40);
	}
	item->attributes = g->attributes;
	return 1;
}

static int
make_graph(alk_session *s, const char *name)
{
	alk_graph_new g = { 0 };

	g.name = name;
	g.type = "streets";
	return alk_graph_create(s, &g, NULL);
}

static void
print_result(const alk_load_result *r)
{
	printf("%lld nodes, %lld edges, %lld items\n", (long long)r->nodes,
	    (long long)r->edges, (long long)r->items);
}

static int
load_at_once(alk_session *s)
{
	struct grid grid = { 0 };
	alk_load_result r;
	int rc = make_graph(s, "north");

	grid.wrong = -1;
	if (rc == ALK_OK)
		rc = alk_load(s, "north", NULL, next, &grid, &r);
	if (rc == ALK_OK)
		print_result(&r);
	return rc;
}

static int
load_in_batches(alk_session *s)
{
	struct grid grid = { 0 };
	alk_load_options o = { 0 };
	alk_load_result r;
	int rc = make_graph(s, "south");

	if (rc != ALK_OK)
		return rc;
	grid.wrong = 14321;
	o.batch_items = 1000;
	rc = alk_load(s, "south", &o, next, &grid, &r);
	printf("%s: %s\n", alk_session_error(s)->entry,
	    alk_session_error(s)->pointer);
	print_result(&r);
	if (rc != ALK_VALUE)
		return rc;

	/* Mended; the source begins anew, and skips what is committed. */
	grid.at = 0;
	grid.wrong = -1;
	o.skip_items = r.items;
	rc = alk_load(s, "south", &o, next, &grid, &r);
	if (rc == ALK_OK)
		print_result(&r);
	return rc;
}

int
main(int argc, char **argv)
{
	alk_options o = { 0 };
	alk_type_options mine = { 0 };
	alk_store *st;
	alk_session *s;
	alk_error err = { 0 };
	int rc;

	o.flags = ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE;
	mine.scope = "user";
	if (alk_open(argc > 1 ? argv[1] : "load.db", &o, &st, &err) != ALK_OK ||
	    alk_session_open(st, NULL, &s, &err) != ALK_OK) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	rc = alk_types_load(s, "streets", &mine, module, ALK_NUL, NULL);
	if (rc == ALK_OK)
		rc = load_at_once(s);
	if (rc == ALK_OK)
		rc = load_in_batches(s);
	if (rc != ALK_OK)
		fprintf(stderr, "%s %s\n", alk_session_error(s)->entry,
		    alk_session_error(s)->text);
	alk_session_close(s);
	alk_close(st);
	return rc == ALK_OK ? 0 : 1;
}
