/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Man pages. No date is written into them: the same table gives the same bytes,
 * which a test compares with what is in man/.
 */
#include "cli/man.h"

#include <string.h>

/* Text with what roff would read escaped. */
static void
add(struct buf *out, const char *text, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes; i++) {
		bool is_first = i == 0 || text[i - 1] == '\n';

		if (text[i] == '\\')
			buf_str(out, "\\e");
		else if (text[i] == '-')
			buf_str(out, "\\-");
		else if (is_first && (text[i] == '.' || text[i] == '\''))
			buf_str(out, text[i] == '.' ? "\\&." : "\\&\\(aq");
		else if (text[i] == '\'')
			buf_str(out, "\\(aq");
		else
			buf_char(out, text[i]);
	}
}

static void
add_str(struct buf *out, const char *text)
{
	add(out, text, strlen(text));
}

static void
head(struct buf *out, const char *name, int section, const char *summary)
{
	size_t i;

	buf_str(out, ".\\\" SPDX-License-Identifier: MIT OR Apache-2.0\n"
	    ".\\\" Made by alk from the table of commands: do not edit.\n.TH ");
	for (i = 0; name[i] != '\0'; i++)
		buf_char(out, (char)(name[i] >= 'a' && name[i] <= 'z' ?
		    name[i] - 'a' + 'A' : name[i]));
	buf_printf(out, " %d \"\" \"alkstore %s\" \"alkstore\"\n.SH NAME\n",
	    section, ALK_VERSION);
	add_str(out, name);
	buf_str(out, " \\- ");
	add_str(out, summary);
	buf_char(out, '\n');
}

static void
literal(struct buf *out, const char *text, size_t bytes)
{
	buf_str(out, ".PP\n.EX\n");
	add(out, text, bytes);
	if (bytes == 0 || text[bytes - 1] != '\n')
		buf_char(out, '\n');
	buf_str(out, ".EE\n");
}

static void
prose(struct buf *out, const char *text)
{
	size_t bytes;
	const char *end;

	for (; *text != '\0'; text = end + 2) {
		end = strstr(text, "\n\n");
		bytes = end != NULL ? (size_t)(end - text) : strlen(text);
		if (text[0] == ' ') {
			literal(out, text, bytes);
		} else {
			buf_str(out, ".PP\n");
			add(out, text, bytes);
			if (text[bytes - 1] != '\n')
				buf_char(out, '\n');
		}
		if (end == NULL)
			break;
	}
}

static void
options(struct buf *out, const struct option *o)
{
	struct buf name = { 0 };

	for (; o != NULL && o->name != NULL; o++) {
		buf_clear(&name);
		help_option(&name, o);
		buf_str(out, ".TP\n.B ");
		add(out, name.data, name.bytes);
		buf_char(out, '\n');
		add_str(out, o->summary);
		buf_char(out, '\n');
	}
	buf_fini(&name);
}

static void
synopsis(struct buf *out, const struct command *c)
{
	buf_str(out, ".B alk ");
	add_str(out, c->name);
	buf_char(out, '\n');
	if (c->options != NULL)
		buf_str(out, "[\\fIOPTION\\fR]...\\&\n");
	if (c->operands[0] != '\0') {
		buf_str(out, ".I ");
		add_str(out, c->operands);
		buf_char(out, '\n');
	}
}

static void
examples(struct buf *out, const struct command *c)
{
	const char *const *e;

	buf_str(out, ".PP\n.EX\n");
	for (e = c->examples; *e != NULL; e++) {
		add_str(out, *e);
		buf_char(out, '\n');
	}
	buf_str(out, ".EE\n");
}

/* Description and options of one command, under the heading that is open. */
static void
command(struct buf *out, const struct command *c)
{
	buf_str(out, ".PP\n");
	add_str(out, c->summary);
	buf_str(out, ".\n");
	if (c->notes != NULL)
		prose(out, c->notes);
	options(out, c->options);
	examples(out, c);
}

static void
see_also(struct buf *out, const char *self)
{
	const struct group *g;
	const struct topic *t;

	buf_str(out, ".SH SEE ALSO\n");
	if (self[0] != '\0')
		buf_str(out, ".BR alk (1),\n");
	for (g = table_groups; self[0] == '\0' && g->name != NULL; g++)
		if (!g->commands[0].is_hidden)
			buf_printf(out, ".BR alk\\-%s (1),\n", g->name);
	for (t = help_topics; t->name != NULL; t++)
		if (strcmp(t->name, self) != 0)
			buf_printf(out, ".BR alk\\-%s (7),\n", t->name);
	buf_str(out, ".BR sqlite3 (1)\n");
}

void
man_main(struct buf *out)
{
	const struct group *g;

	head(out, "alk", 1,
	    "a typed graph store with events in one SQLite file");
	buf_str(out, ".SH SYNOPSIS\n.B alk\n.I COMMAND\n"
	    "[\\fIOPTION\\fR]...\\&\n"
	    "[\\fIOPERAND\\fR]...\\&\n.SH COMMANDS\n");
	for (g = table_groups; g->name != NULL; g++) {
		if (g->commands[0].is_hidden)
			continue;
		buf_printf(out, ".TP\n.BR alk\\-%s (1)\n", g->name);
		add_str(out, g->summary);
		buf_char(out, '\n');
	}
	buf_str(out, ".SH OPTIONS\nThese go with every command, and stand "
	    "before or behind it.\n");
	options(out, table_global_options);
	buf_str(out, ".SH OUTPUT\n");
	prose(out,
	    "Answers go to standard output; errors, notes and progress to "
	    "standard error. A table is made for a terminal and tsv for "
	    "anything "
	    "else. In tsv a tab, a new line and a backslash are \\t, \\n and "
	    "\\\\; csv is that of RFC 4180; a list in json is always an array; "
	    "jsonl is one object a line; id prints what other commands take to "
	    "name a row: the key of a node, the id of an edge or graph, the "
	    "name "
	    "of a graph type, the offset of an event. On a terminal control "
	    "characters are shown escaped.");
	see_also(out, "");
}

void
man_group(struct buf *out, const struct group *g)
{
	const struct command *c;
	struct buf name = { 0 };

	buf_printf(&name, "alk-%s", g->name);
	if (buf_text(&name) != NULL)
		head(out, buf_text(&name), 1, g->summary);
	buf_str(out, ".SH SYNOPSIS\n");
	for (c = g->commands; c->name != NULL; c++) {
		if (c != g->commands)
			buf_str(out, ".br\n");
		synopsis(out, c);
	}
	buf_str(out, ".SH DESCRIPTION\n");
	for (c = g->commands; c->name != NULL; c++) {
		if (!table_is_single(g)) {
			buf_str(out, ".SS alk ");
			add_str(out, c->name);
			buf_char(out, '\n');
		}
		command(out, c);
	}
	see_also(out, g->name);
	buf_fini(&name);
}

void
man_topic(struct buf *out, const struct topic *t)
{
	struct buf text = { 0 }, name = { 0 };

	buf_printf(&name, "alk-%s", t->name);
	if (buf_text(&name) != NULL)
		head(out, buf_text(&name), 7, t->summary);
	buf_str(out, ".SH DESCRIPTION\n");
	t->write(&text);
	if (buf_text(&text) != NULL)
		prose(out, buf_text(&text));
	see_also(out, t->name);
	buf_fini(&text);
	buf_fini(&name);
}
