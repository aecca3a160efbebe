/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A graph from graphology's JSON, made by the import; out as GraphML and as a
 * CSV of its nodes; and what a format cannot hold.
 */
#include <alkstore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char module[] =
    "{\"Config\": {\"type\": \"object\", \"properties\": {"
    "  \"type\": {\"const\": \"directed\"}, \"multi\": {\"const\": false},"
    "  \"allowSelfLoops\": {\"const\": false}}},"
    " \"PageNode\": {\"type\": \"object\", \"properties\": {"
    "  \"title\": {\"type\": \"string\"},"
    "  \"size\": {\"type\": \"integer\"},"
    "  \"tags\": {\"type\": \"array\"}}},"
    " \"LinkEdge\": {\"type\": \"object\"}}";

/* Edges may stand before the nodes that they join. */
static const char web[] =
    "{\"options\": {\"type\": \"directed\", \"multi\": false},\n"
    " \"attributes\": {\"crawled\": \"2026-11-25\"},\n"
    " \"edges\": [{\"key\": \"l1\", \"source\": \"home\","
    "  \"target\": \"news\"}],\n"
    " \"nodes\": [\n"
    "  {\"key\": \"home\", \"attributes\": {\"title\": \"Home\","
    "   \"size\": 1200}},\n"
    "  {\"key\": \"news\", \"attributes\": {\"title\": \"News <today>\","
    "   \"tags\": [\"daily\", null]}}]}\n";

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
print_text(void *arg, const char *data, size_t bytes)
{
	return fwrite(data, 1, bytes, arg) != bytes;
}

static void
print_loss(void *arg, const alk_loss *loss)
{
	fprintf(arg, "lost %lld times %s, first: %s\n", (long long)loss->count,
	    loss->kind, loss->example);
}

static void
stop(const alk_error *err)
{
	fprintf(stderr, "%s: %s%s%s\n", alk_error_name(err->code), err->text,
	    err->entry[0] != '\0' ? ", at " : "", err->entry);
	exit(1);
}

static void
check(alk_session *s, int rc)
{
	if (rc != ALK_OK)
		stop(alk_session_error(s));
}

static void
read_web(alk_session *s)
{
	alk_import_options o = { 0 };
	alk_import_result made;
	struct source text = { web, sizeof(web) - 1 };

	o.format = ALK_FORMAT_GRAPHOLOGY;
	o.create_type = "web"; /* its options are those of the file */
	check(s, alk_import(s, "web", &o, read_text, &text, &made));
	printf("%s graph, %lld nodes, %lld edges\n",
	    made.is_new ? "a new" : "an old", (long long)made.nodes,
	    (long long)made.edges);
}

static void
write_web(alk_session *s)
{
	alk_export_options o = { 0 };

	o.loss = print_loss;
	o.loss_arg = stdout;
	o.format = ALK_FORMAT_GRAPHML;
	check(s, alk_export(s, "web", &o, print_text, stdout));
	o.format = ALK_FORMAT_CSV;
	o.kind = ALK_NODE;
	check(s, alk_export(s, "web", &o, print_text, stdout));
	/* Rather nothing than less: the graph has attributes of its own. */
	o.flags = ALK_EXPORT_STRICT;
	int rc = alk_export(s, "web", &o, print_text, stdout);
	printf("%s: %s\n", alk_error_name(rc), alk_session_error(s)->text);
}

int
main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "exchange.db";
	alk_options o = { 0 };
	alk_type_options t = { 0 };
	alk_error err = { 0 };
	alk_store *store = NULL;
	alk_session *s = NULL;

	o.flags = ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE;
	t.scope = "tenant";
	if (alk_open(path, &o, &store, &err) != ALK_OK ||
	    alk_session_open(store, NULL, &s, &err) != ALK_OK)
		stop(&err);
	check(s, alk_types_load(s, "web", &t, module, ALK_NUL, NULL));
	read_web(s);
	write_web(s);
	alk_session_close(s);
	return alk_close(store) == ALK_OK ? 0 : 1;
}
