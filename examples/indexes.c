/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Indexes that a type declares: a value that no two people may share, people
 * found and written by it, a page in the order of an index, and how a list
 * finds its rows.
 */
#include <alkstore.h>
#include <stdio.h>

static const char module[] =
    "{\"PersonNode\": {\"type\": \"object\","
    "  \"properties\": {\"email\": {\"type\": \"string\"},"
    "   \"city\": {\"type\": \"string\"}, \"born\": {\"type\": \"integer\"}},"
    "  \"x-indexes\": ["
    "   {\"name\": \"byEmail\", \"on\": \"/email\", \"unique\": true},"
    "   {\"name\": \"byCity\", \"on\": [\"/city\", \"/born\"]}]}}";

static const char *const people[][2] = {
	{ "ada", "{\"email\":\"ada@a.example\",\"city\":\"London\","
	    "\"born\":1815}" },
	{ "charles", "{\"email\":\"cb@b.example\",\"city\":\"London\","
	    "\"born\":1791}" },
	{ "emmy", "{\"email\":\"emmy@c.example\",\"city\":\"Erlangen\","
	    "\"born\":1882}" },
	{ "alan", "{\"email\":\"alan@a.example\",\"city\":\"London\","
	    "\"born\":1912}" },
};

static int
print_key(void *arg, const alk_row *row)
{
	(void)arg;
	printf("  %s %s\n", row->key, row->attributes);
	return 0;
}

static int
print_step(void *arg, const alk_step *step)
{
	(void)arg;
	printf("  %s\n", step->text);
	return 0;
}

static int
write_one(alk_session *s, int op, const char *by, const char *key,
    const char *attributes)
{
	alk_item item = { 0 };

	item.op = op;
	item.kind = ALK_NODE;
	item.by = by;
	item.key = key;
	item.attributes = attributes;
	return alk_write(s, "town", &item, 1, NULL, NULL);
}

static int
fill(alk_session *s)
{
	alk_type_options o = { .scope = "tenant" };
	alk_graph_new g = { .name = "town", .type = "people" };
	size_t i;
	int rc = alk_types_load(s, "people", &o, module, ALK_NUL, NULL);

	if (rc == ALK_OK)
		rc = alk_graph_create(s, &g, NULL);
	for (i = 0; rc == ALK_OK && i < sizeof(people) / sizeof(people[0]); i++)
		rc = write_one(s, ALK_CREATE, NULL, people[i][0], people[i][1]);
	return rc;
}

static int
show(alk_session *s)
{
	alk_query q = { .filter = "city = \"London\" and born < 1900",
		.order = "born" };
	int rc;

	/* Refused, and the one who has the address is named. */
	if (write_one(s, ALK_CREATE, NULL, "eve",
		"{\"email\":\"ada@a.example\"}") == ALK_EXISTS)
		printf("refused: %s\n", alk_session_error(s)->text);

	/* Whoever has the address moves; her key need not be known. */
	rc = write_one(s, ALK_MERGE, "byEmail", NULL,
	    "{\"email\":\"emmy@c.example\",\"city\":\"Bryn Mawr\"}");
	if (rc != ALK_OK)
		return rc;
	printf("Londoners born before 1900, the eldest first:\n");
	rc = alk_node_list(s, "town", &q, print_key, NULL, NULL);
	if (rc != ALK_OK)
		return rc;
	printf("found\n");
	rc = alk_explain(s, ALK_NODE, "town", &q, print_step, NULL);
	q.filter = "born < 1900";
	q.order = NULL;
	if (rc == ALK_OK)
		rc = alk_explain(s, ALK_NODE, "town", &q, print_step, NULL);
	return rc;
}

int
main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "town.db";
	alk_options o = { .flags = ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE };
	alk_error err = { 0 };
	alk_store *store = NULL;
	alk_session *s = NULL;
	int rc = alk_open(path, &o, &store, &err);

	if (rc == ALK_OK)
		rc = alk_session_open(store, NULL, &s, &err);
	if (rc != ALK_OK) {
		fprintf(stderr, "indexes: %s\n", err.text);
		return 1;
	}
	rc = fill(s);
	if (rc == ALK_OK)
		rc = show(s);
	if (rc != ALK_OK)
		fprintf(stderr, "indexes: %s\n", alk_session_error(s)->text);
	alk_session_close(s);
	return alk_close(store) == ALK_OK && rc == ALK_OK ? 0 : 1;
}
