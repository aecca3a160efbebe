/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Reading a graph: a filter with pages, neighbours, hops, the shortest path,
 * the best-connected nodes, counts. The graph is a small railway.
 */
#include <alkstore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char module[] =
    "{\"Config\": {\"type\": \"object\", \"properties\": {"
    "  \"type\": {\"const\": \"mixed\"}, \"multi\": {\"const\": false},"
    "  \"allowSelfLoops\": {\"const\": false}}},"
    " \"StationNode\": {\"type\": \"object\", \"properties\": {"
    "  \"platforms\": {\"type\": \"integer\", \"minimum\": 1}}},"
    " \"TrackEdge\": {\"type\": \"object\", \"properties\": {"
    "  \"km\": {\"type\": \"number\"}}},"
    " \"ServesEdge\": {\"type\": \"object\"}}";

/* Key and platforms of the stations; then the tracks, undirected. */
static const char stations[] =
    "{\"kind\":\"node\",\"key\":\"aston\",\"attributes\":"
    "{\"nodeType\":\"StationNode\",\"platforms\":2}}\n"
    "{\"kind\":\"node\",\"key\":\"bourne\",\"attributes\":"
    "{\"nodeType\":\"StationNode\",\"platforms\":6}}\n"
    "{\"kind\":\"node\",\"key\":\"carse\",\"attributes\":"
    "{\"nodeType\":\"StationNode\",\"platforms\":1}}\n"
    "{\"kind\":\"node\",\"key\":\"drum\",\"attributes\":"
    "{\"nodeType\":\"StationNode\",\"platforms\":4}}\n"
    "{\"kind\":\"node\",\"key\":\"esk\",\"attributes\":"
    "{\"nodeType\":\"StationNode\",\"platforms\":2}}\n"
    "{\"kind\":\"edge\",\"source\":\"aston\",\"target\":\"bourne\","
    "\"undirected\":true,\"attributes\":"
    "{\"edgeType\":\"TrackEdge\",\"km\":12.5}}\n"
    "{\"kind\":\"edge\",\"source\":\"bourne\",\"target\":\"carse\","
    "\"undirected\":true,\"attributes\":"
    "{\"edgeType\":\"TrackEdge\",\"km\":3}}\n"
    "{\"kind\":\"edge\",\"source\":\"bourne\",\"target\":\"drum\","
    "\"undirected\":true,\"attributes\":"
    "{\"edgeType\":\"TrackEdge\",\"km\":8}}\n"
    "{\"kind\":\"edge\",\"source\":\"carse\",\"target\":\"drum\","
    "\"undirected\":true,\"attributes\":"
    "{\"edgeType\":\"TrackEdge\",\"km\":4}}\n"
    "{\"kind\":\"edge\",\"source\":\"drum\",\"target\":\"esk\","
    "\"undirected\":true,\"attributes\":"
    "{\"edgeType\":\"TrackEdge\",\"km\":21}}\n"
    "{\"kind\":\"edge\",\"source\":\"aston\",\"target\":\"esk\","
    "\"attributes\":{\"edgeType\":\"ServesEdge\"}}\n";

struct source {
	const char *at;
	size_t left;
};

static long
read_text(void *arg, char *into, size_t room)
{
	struct source *t = arg;
	size_t n = t->left < room ? t->left : room;

	memcpy(into, t->at, n);
	t->at += n;
	t->left -= n;
	return (long)n;
}

static int
print_key(void *arg, const alk_row *row)
{
	(void)arg;
	if (row->kind == ALK_NODE)
		printf("  %s (%lld)\n", row->key, (long long)row->number);
	else
		printf("  %s %s -- %s\n", row->type, row->source, row->target);
	return 0;
}

static int
print_node(void *arg, const alk_row *row)
{
	(void)arg;
	printf("  %s %s\n", row->key, row->attributes);
	return 0;
}

static int
print_count(void *arg, const alk_row *row)
{
	(void)arg;
	printf("  %s %lld\n", row->key, (long long)row->number);
	return 0;
}

static int
make(alk_session *s)
{
	alk_type_options mine = { .scope = "user" };
	alk_graph_new rail = { .name = "rail", .type = "railway" };
	struct source text = { stations, sizeof(stations) - 1 };
	int rc = alk_types_load(s, "railway", &mine, module, ALK_NUL, NULL);

	if (rc == ALK_OK)
		rc = alk_graph_create(s, &rail, NULL);
	if (rc == ALK_OK)
		rc = alk_import(s, "rail", NULL, read_text, &text, NULL);
	return rc;
}

/* All stations of a size, two a page. */
static int
pages(alk_session *s)
{
	char *cursor = NULL; /* the library's is gone with the next call */
	alk_query q = {
		.filter = "platforms >= 2", .order = "platforms", .limit = 2
	};
	alk_page page = { 0 };
	int rc;

	for (;;) {
		rc = alk_node_list(s, "rail", &q, print_node, NULL, &page);
		free(cursor);
		if (rc != ALK_OK || page.cursor == NULL)
			return rc;
		puts("  next page");
		q.cursor = cursor = strdup(page.cursor);
		if (cursor == NULL)
			return ALK_NOMEM;
	}
}

static int
run(alk_session *s)
{
	static const char *const track[] = { "TrackEdge" };
	alk_walk_options by_track = {
		.direction = ALK_BOTH,
		.edge_types = track, .edge_types_count = 1
	};
	size_t found = 0;
	int rc = make(s);

	if (rc == ALK_OK) {
		puts("two platforms or more:");
		rc = pages(s);
	}
	if (rc == ALK_OK) {
		puts("next to aston:");
		rc = alk_neighbors(s, "rail", "aston", NULL, print_key, NULL);
	}
	if (rc == ALK_OK) {
		puts("within two stops of aston, by track:");
		by_track.depth_max = 2;
		rc = alk_walk(s, "rail", "aston", &by_track, print_key, NULL,
		    &found);
		printf("  %zu stations\n", found);
	}
	if (rc == ALK_OK) {
		puts("from aston to esk by track:");
		by_track.depth_max = 0;
		rc = alk_path(s, "rail", "aston", "esk", &by_track, print_key,
		    NULL);
	}
	if (rc == ALK_OK) {
		puts("most tracks:");
		rc = alk_degree_top(s, "rail", &by_track, 2, print_key, NULL);
	}
	if (rc == ALK_OK) {
		puts("counts:");
		rc = alk_stats(s, "rail", print_count, NULL);
	}
	return rc;
}

int
main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "rail.db";
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
