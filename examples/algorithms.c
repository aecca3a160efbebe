/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Algorithms over a graph: the order in which things can be built and what can
 * be built at the same time, why there is none, what a change touches, the
 * cheapest ways, what everything rests on, a part as a graph of its own. The
 * graph is that of a program's libraries: an edge leads to what is needed, and
 * says what it costs to build for it, in minutes.
 */
#include <alkstore.h>
#include <stdio.h>

static const char module[] =
    "{\"Config\": {\"type\": \"object\", \"properties\": {"
    "  \"type\": {\"const\": \"directed\"}, \"multi\": {\"const\": false},"
    "  \"allowSelfLoops\": {\"const\": false}}},"
    " \"LibraryNode\": {\"type\": \"object\"},"
    " \"NeedsEdge\": {\"type\": \"object\", \"required\": [\"minutes\"],"
    "  \"properties\": {\"minutes\": {\"type\": \"number\","
    "   \"minimum\": 0}}}}";

static const struct need {
	const char *from;
	const char *to;
	const char *attributes;
} needs[] = {
	{ "app", "http", "{\"minutes\":4}" },
	{ "app", "store", "{\"minutes\":2}" },
	{ "http", "json", "{\"minutes\":1}" },
	{ "http", "base", "{\"minutes\":5}" },
	{ "store", "json", "{\"minutes\":3}" },
	{ "store", "base", "{\"minutes\":2.5}" },
	{ "json", "base", "{\"minutes\":0.5}" },
};

static int
write_all(alk_session *s, void *arg)
{
	static const char *const names[] = { "app", "http", "store", "json",
		"base" };
	int rc = ALK_OK;
	size_t i;

	(void)arg;
	for (i = 0; i < 5 && rc == ALK_OK; i++)
		rc = alk_node_create(s, "libs", names[i], NULL);
	for (i = 0; i < 7 && rc == ALK_OK; i++)
		rc = alk_edge_create(s, "libs", NULL, needs[i].from,
		    needs[i].to, needs[i].attributes);
	return rc;
}

static int
make(alk_session *s)
{
	alk_type_options mine = { .scope = "user" };
	alk_graph_new libs = { .name = "libs", .type = "libraries" };
	int rc = alk_types_load(s, "libraries", &mine, module, ALK_NUL, NULL);

	if (rc == ALK_OK)
		rc = alk_graph_create(s, &libs, NULL);
	return rc == ALK_OK ? alk_transact(s, 0, write_all, NULL) : rc;
}

static int
print(void *arg, const alk_row *row)
{
	(void)arg;
	if (row->kind == ALK_NODE)
		printf("  %lld %s\n", (long long)row->number, row->key);
	else
		printf("  %lld %s -> %s\n", (long long)row->number,
		    row->source, row->target);
	return 0;
}

/* Paths: only their nodes, with the minutes up to there. */
static int
print_step(void *arg, const alk_visit *v)
{
	(void)arg;
	if (v->row->kind == ALK_NODE && v->row->number == 0)
		printf(v->group == 0 ? " " : "\n ");
	if (v->row->kind == ALK_NODE)
		printf(" %s (%g)", v->row->key, v->value);
	return 0;
}

static int
print_rank(void *arg, const alk_visit *v)
{
	(void)arg;
	printf("  %s %.2f\n", v->row->key, v->value);
	return 0;
}

static int
around_one(alk_session *s)
{
	alk_walk_options who = { .direction = ALK_IN };
	alk_paths_options three = { .which = ALK_PATHS_NEXT, .limit = 3,
		.weight = "minutes" };
	int rc;

	puts("what a change of json touches, and by which way:");
	rc = alk_lineage(s, "libs", "json", &who, print, NULL);
	if (rc == ALK_OK) {
		puts("the three cheapest ways from app to base:");
		rc = alk_paths(s, "libs", "app", "base", &three, print_step,
		    NULL, NULL);
		puts("");
	}
	return rc;
}

static int
the_whole(alk_session *s)
{
	alk_walk_options needed_first = { .direction = ALK_IN };
	alk_pagerank_options two = { .limit = 2 };
	int rc;

	puts("what can be built when:");
	rc = alk_order(s, "libs", &needed_first, print, NULL);
	if (rc == ALK_OK) {
		puts("what the rest stands on:");
		rc = alk_pagerank(s, "libs", &two, print_rank, NULL, NULL);
	}
	return rc;
}

static int
with_a_cycle(alk_session *s)
{
	int rc = alk_edge_create(s, "libs", "back", "base", "store",
	    "{\"minutes\":1}");

	if (rc != ALK_OK)
		return rc;
	puts("with an edge back from base to store:");
	if (alk_order(s, "libs", NULL, print, NULL) != ALK_STRUCTURE)
		return ALK_MISUSE;
	printf("  %s\n", alk_session_error(s)->text);
	rc = alk_cycle(s, "libs", NULL, print, NULL);
	return rc == ALK_OK ? alk_edge_delete(s, "libs", "back") : rc;
}

static int
copy_a_part(alk_session *s)
{
	static const char *const keys[] = { "store" };
	alk_graph_new part = { .name = "part", .type = "libraries" };
	alk_walk_options all = { .depth_max = ALK_NUL };
	alk_write_result made = { 0 };
	int rc = alk_graph_create(s, &part, NULL);

	if (rc == ALK_OK)
		rc = alk_subgraph_copy(s, "libs", keys, 1, &all, "part",
		    ALK_CREATE, &made);
	if (rc == ALK_OK)
		printf("copied, what store needs: %zu nodes and edges\n",
		    made.created);
	return rc;
}

static int
run(alk_session *s)
{
	int rc = make(s);

	if (rc == ALK_OK)
		rc = the_whole(s);
	if (rc == ALK_OK)
		rc = around_one(s);
	if (rc == ALK_OK)
		rc = with_a_cycle(s);
	return rc == ALK_OK ? copy_a_part(s) : rc;
}

int
main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "libraries.db";
	alk_options options = { .flags = ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE };
	alk_store *st = NULL;
	alk_session *s = NULL;
	alk_error err = { 0 };
	int rc = alk_open(path, &options, &st, &err);

	if (rc == ALK_OK)
		rc = alk_session_open(st, NULL, &s, &err);
	if (rc == ALK_OK) {
		rc = run(s);
		err = *alk_session_error(s);
	}
	if (rc != ALK_OK)
		fprintf(stderr, "%s: %s %s\n", path, err.entry, err.text);
	alk_session_close(s);
	alk_close(st);
	return alk_error_exit(rc);
}
