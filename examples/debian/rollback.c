/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * rollback FILE GRAPH KEY: adds a package that depends on KEY, with its edge,
 * to a graph of type debian in one transaction, looks at them from inside, then
 * lets the transaction fail. Ends with 0 if neither rows nor events are left of
 * it.
 */
#include <alkstore.h>
#include <inttypes.h>
#include <stdio.h>

struct counts {
	int64_t nodes;
	int64_t edges;
	int64_t last_event;
};

struct work {
	const char *graph;
	const char *package; /* to depend on */
	struct counts inside;
};

static int
add_number(void *arg, const alk_row *row)
{
	*(int64_t *)arg += row->number;
	return 0;
}

/* Nodes have a key of their own among the types; edges are the rest. */
static int
add_count(void *arg, const alk_row *row)
{
	struct counts *c = arg;

	return add_number(row->kind == ALK_NODE ? &c->nodes : &c->edges, row);
}

static int
count(alk_session *s, const char *graph, struct counts *out)
{
	int rc;

	*out = (struct counts){ 0 };
	rc = alk_stats(s, graph, add_count, out);
	if (rc == ALK_OK)
		rc = alk_stream_read(s, NULL, -1, 0, NULL, NULL,
		    &out->last_event);
	return rc;
}

static int
work(alk_session *s, void *arg)
{
	struct work *w = arg;
	int rc = alk_node_create(s, w->graph, "alkstore-demo",
	    "{\"nodeType\":\"PackageNode\",\"version\":\"1\","
	    "\"architecture\":\"all\",\"size\":1}");

	if (rc == ALK_OK)
		rc = alk_edge_create(s, w->graph, NULL, "alkstore-demo",
		    w->package, "{\"edgeType\":\"DependsEdge\",\"group\":0}");
	if (rc == ALK_OK)
		rc = alk_stream_publish(s, "demo", NULL, "{}", ALK_NUL, NULL);
	if (rc == ALK_OK)
		rc = count(s, w->graph, &w->inside);
	return rc == ALK_OK ? ALK_CANCELLED : rc; /* undo it all */
}

static void
print(const char *when, const struct counts *c)
{
	printf("%-24s %" PRId64 " nodes, %" PRId64 " edges, last event %" PRId64
	    "\n", when, c->nodes, c->edges, c->last_event);
}

static int
run(alk_session *s, const char *graph, const char *package)
{
	struct counts before;
	struct counts after;
	struct work w = { .graph = graph, .package = package };
	alk_row row;
	int rc = count(s, graph, &before);

	if (rc != ALK_OK)
		return rc;
	rc = alk_transact(s, 0, work, &w);
	if (rc != ALK_CANCELLED)
		return rc == ALK_OK ? ALK_INVALID : rc;
	rc = count(s, graph, &after);
	if (rc != ALK_OK)
		return rc;
	print("before", &before);
	print("inside the transaction", &w.inside);
	print("after it was undone", &after);
	if (w.inside.nodes != before.nodes + 1 ||
	    w.inside.edges != before.edges + 1 ||
	    w.inside.last_event <= before.last_event ||
	    after.nodes != before.nodes || after.edges != before.edges ||
	    after.last_event != before.last_event ||
	    alk_node_get(s, graph, "alkstore-demo", &row) != ALK_NOTFOUND) {
		puts("that is wrong: something was left, or never there");
		return ALK_CORRUPT;
	}
	return ALK_OK;
}

int
main(int argc, char **argv)
{
	alk_store *st = NULL;
	alk_session *s = NULL;
	alk_error err = { 0 };
	int rc;

	if (argc != 4) {
		fprintf(stderr, "usage: rollback FILE GRAPH KEY\n");
		return 2;
	}
	rc = alk_open(argv[1], NULL, &st, &err);
	if (rc == ALK_OK)
		rc = alk_session_open(st, NULL, &s, &err);
	if (rc == ALK_OK) {
		rc = run(s, argv[2], argv[3]);
		err = *alk_session_error(s);
	}
	if (rc != ALK_OK)
		fprintf(stderr, "rollback: %s %s\n", err.entry, err.text);
	alk_session_close(s);
	alk_close(st);
	return alk_error_exit(rc);
}
