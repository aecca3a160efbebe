/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The shortest whole program: make a store, describe a graph type, write two
 * nodes and an edge, see who is next to whom. Each call returns ALK_OK (0) or
 * an error, so that a row of them reads as one condition.
 */
#include <alkstore.h>
#include <stdio.h>

static int
print(void *arg, const alk_row *row)
{
	(void)arg;
	printf("%s %s\n", row->type, row->attributes);
	return 0;
}

int
main(int argc, char **argv)
{
	static const char module[] =
	    "{\"PersonNode\": {\"type\": \"object\", \"required\": [\"name\"],"
	    "  \"properties\": {\"name\": {\"type\": \"string\"}}},"
	    " \"KnowsEdge\": {\"type\": \"object\","
	    "  \"properties\": {\"since\": {\"type\": \"integer\"}}}}";
	const char *path = argc > 1 ? argv[1] : "people.db";
	alk_options options = { .flags = ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE };
	alk_type_options mine = { .scope = "user" };
	alk_graph_new friends = { .name = "friends", .type = "people" };
	alk_store *st = NULL;
	alk_session *s = NULL;
	alk_error err = { 0 };

	if (alk_open(path, &options, &st, &err) ||
	    alk_session_open(st, NULL, &s, &err)) {
		fprintf(stderr, "%s: %s\n", path, err.text);
		return alk_error_exit(err.code);
	}
	if (alk_types_load(s, "people", &mine, module, ALK_NUL, NULL) ||
	    alk_graph_create(s, &friends, NULL) ||
	    alk_node_create(s, "friends", "ada", "{\"name\": \"Ada\"}") ||
	    alk_node_create(s, "friends", "mary", "{\"name\": \"Mary\"}") ||
	    alk_edge_create(s, "friends", NULL, "ada", "mary",
		"{\"since\": 1834}") ||
	    alk_neighbors(s, "friends", "ada", NULL, print, NULL))
		fprintf(stderr, "%s\n", alk_session_error(s)->text);

	/* A name must be a text: the store says where it is not. */
	if (alk_node_create(s, "friends", "bob", "{\"name\": 7}") == ALK_VALUE)
		printf("refused: %s at %s\n", alk_session_error(s)->entry,
		    alk_session_error(s)->pointer);

	err = *alk_session_error(s);
	alk_session_close(s);
	alk_close(st);
	return err.code == ALK_VALUE ? 0 : alk_error_exit(err.code);
}
