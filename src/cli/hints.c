/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What helps after an error, as a note of its own. Whether it is the graph or
 * the graph type that is missing, the store is asked again: the wording of an
 * error is not for reading by programs.
 */
#include "cli/hints.h"

#include <string.h>

void
hints_word(struct buf *b, const char *word)
{
	const char *safe = "abcdefghijklmnopqrstuvwxyz0123456789_-./:=@%+,"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *s;

	buf_char(b, ' ');
	if (word[0] != '\0' && strspn(word, safe) == strlen(word)) {
		buf_str(b, word);
		return;
	}
	buf_char(b, '\'');
	for (s = word; *s != '\0'; s++)
		if (*s == '\'')
			buf_str(b, "'\\''");
		else
			buf_char(b, *s);
	buf_char(b, '\'');
}

void
hints_store(struct buf *b, const struct args *a)
{
	const char *db = args_text(a, "db"), *file = args_operand(a, "FILE");

	if (db != NULL) {
		buf_str(b, " --db");
		hints_word(b, db);
	} else if (!a->is_file_put && file != NULL) {
		hints_word(b, file);
	}
}

static void
note_list(struct cli *c, const char *format, const char *name,
    const char *command)
{
	struct buf b = { 0 };

	buf_printf(&b, format, name);
	buf_str(&b, command);
	hints_store(&b, &c->args);
	if (buf_text(&b) != NULL)
		report_note(c, "%s", buf_text(&b));
	buf_fini(&b);
}

static void
hint_graph(struct cli *c, const char *graph)
{
	alk_row row;
	int rc = alk_graph_get(c->session, graph, &row);

	if (rc == ALK_NOTFOUND)
		note_list(c, "the graphs that are there, instead of '%.200s': ",
		    graph, "alk graph list");
	else if (rc == ALK_CONFLICT)
		note_list(c, "the ids of the graphs called '%.200s': ", graph,
		    "alk graph list");
}

/* The graph type that the command line names, or NULL. */
static const char *
named_type(const struct args *a)
{
	if (args_operand(a, "MODULE") != NULL)
		return NULL; /* it need not be there */
	if (strcmp(a->group->name, "graph") == 0)
		return args_text(a, "type");
	if (args_has(a, "create"))
		return args_text(a, "create");
	return args_operand(a, "TYPE");
}

static void
hint_type(struct cli *c, const char *type)
{
	const char *json;
	size_t bytes;

	if (alk_types_get(c->session, type, &json, &bytes) == ALK_NOTFOUND)
		note_list(c, "the graph types that are there, instead of "
		    "'%.200s': ", type, "alk schema list");
}

static void
hint_attributes(struct cli *c)
{
	const char *text = args_operand(&c->args, "ATTRIBUTES");

	if (text == NULL && args_has(&c->args, "from"))
		text = args_operand(&c->args, "KEY"); /* edge set, merge */
	if (text == NULL || strcmp(text, "-") == 0)
		return;
	text += strspn(text, " \t\r\n");
	if (text[0] != '{')
		report_note(c, "attributes are JSON text, as {\"size\":1}; - "
		    "reads standard input, as in: - < attributes.json");
}

/* As other languages turn an order round: -size, "size desc". */
static void
hint_order(struct cli *c)
{
	const char *order = args_text(&c->args, "order");
	const char *end = order == NULL ? NULL : strrchr(order, ' ');

	if (order != NULL && (order[0] == '-' || (end != NULL &&
	    (strcmp(end, " desc") == 0 || strcmp(end, " DESC") == 0))))
		report_note(c, "the greatest first: --desc");
}

/* The name of the limit in a text, behind "limits."; 0 bytes: none. */
static const char *
find_limit(const char *text, size_t *bytes)
{
	const char *at = strstr(text, "limits.");

	*bytes = 0;
	if (at == NULL)
		return NULL;
	at += strlen("limits.");
	*bytes = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
	return at;
}

void
hints_option(struct cli *c, int code, const char *text)
{
	size_t bytes;
	const char *name = find_limit(text, &bytes);

	if (code == ALK_BUSY && !c->is_quiet)
		report_note(c, "--busy MS waits longer, as --busy 60000");
	else if (bytes > 0 && c->session != NULL && !c->is_quiet)
		report_note(c, "another limit for this run: --max %.*s=N",
		    (int)bytes, name);
}

void
hints_error(struct cli *c, int code)
{
	const char *graph, *type;

	if (c->session == NULL || c->args.command == NULL || c->is_quiet)
		return;
	graph = args_has(&c->args, "create") ? NULL :
	    args_operand(&c->args, "GRAPH");
	type = named_type(&c->args);
	if (code == ALK_JSON)
		hint_attributes(c);
	if (code == ALK_FILTER)
		hint_order(c);
	if (code != ALK_NOTFOUND && code != ALK_CONFLICT)
		return;
	if (graph != NULL)
		hint_graph(c, graph);
	if (type != NULL)
		hint_type(c, type);
}
