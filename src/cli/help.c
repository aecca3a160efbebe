/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* --help and alk help, from the table of commands. */
#include "cli/help.h"

#include <string.h>

#define WIDTH 78
#define LEFT 26 /* columns of the names in a list */

static void
blanks(struct buf *out, size_t count)
{
	while (count-- > 0)
		buf_char(out, ' ');
}

/* One paragraph: words filled into lines. */
static void
fill_paragraph(struct buf *out, const char *text, size_t bytes, size_t indent)
{
	size_t at = 0, word, column = 0;

	while (at < bytes) {
		at += strspn(text + at, " \n");
		if (at >= bytes)
			break;
		word = strcspn(text + at, " \n");
		if (column > 0 && column + 1 + word > WIDTH) {
			buf_char(out, '\n');
			column = 0;
		}
		if (column == 0) {
			blanks(out, indent);
			column = indent;
		} else {
			buf_char(out, ' ');
			column++;
		}
		buf_add(out, text + at, word);
		column += word;
		at += word;
	}
	buf_char(out, '\n');
}

void
help_fill(struct buf *out, const char *prose, size_t indent)
{
	size_t bytes;
	const char *end;

	while (*prose != '\0') {
		end = strstr(prose, "\n\n");
		bytes = end != NULL ? (size_t)(end - prose) : strlen(prose);
		if (prose[0] == ' ') {
			buf_add(out, prose, bytes);
			if (prose[bytes - 1] != '\n')
				buf_char(out, '\n');
		} else {
			fill_paragraph(out, prose, bytes, indent);
		}
		if (end == NULL)
			break;
		buf_char(out, '\n');
		prose = end + 2;
	}
}

void
help_option(struct buf *out, const struct option *o)
{
	if (o->letter != 0)
		buf_printf(out, "-%c, ", o->letter);
	buf_printf(out, "--%s", o->name);
	if (o->value != NULL)
		buf_printf(out, " %s", o->value);
}

/* A name and what it is, in two columns. */
static void
list_row(struct buf *out, const char *name, const char *summary)
{
	size_t bytes = strlen(name);

	blanks(out, 2);
	buf_str(out, name);
	if (bytes + 4 > LEFT) {
		buf_char(out, '\n');
		blanks(out, LEFT);
	} else {
		blanks(out, LEFT - 2 - bytes);
	}
	if (LEFT + strlen(summary) <= WIDTH) {
		buf_printf(out, "%s\n", summary);
		return;
	}
	/* The rest of a long one goes under its beginning. */
	size_t cut = WIDTH - LEFT;

	while (cut > 0 && summary[cut] != ' ')
		cut--;
	buf_add(out, summary, cut);
	buf_char(out, '\n');
	fill_paragraph(out, summary + cut, strlen(summary + cut), LEFT);
}

static void
list_options(struct buf *out, const struct option *o)
{
	struct buf name = { 0 };

	for (; o != NULL && o->name != NULL; o++) {
		buf_clear(&name);
		if (o->letter == 0)
			buf_str(&name, "    ");
		help_option(&name, o);
		if (buf_text(&name) != NULL)
			list_row(out, buf_text(&name), o->summary);
	}
	buf_fini(&name);
}

void
help_main(struct buf *out)
{
	const struct group *g;
	const struct topic *t;

	buf_str(out,
	    "alk: a typed graph store with events in one SQLite file\n\n"
	    "  alk init work.db\n"
	    "  alk graph add work.db plan --type task\n"
	    "  alk node add work.db plan t1 '{\"name\":\"dig\"}'\n"
	    "  alk node list work.db plan\n\n"
	    "usage: alk COMMAND [OPTION]... [OPERAND]...\n\ncommands:\n");
	for (g = table_groups; g->name != NULL; g++)
		if (!g->commands[0].is_hidden)
			list_row(out, g->name, g->summary);
	buf_str(out, "\ntopics:\n");
	for (t = help_topics; t->name != NULL; t++)
		list_row(out, t->name, t->summary);
	buf_str(out, "\noptions of every command:\n");
	list_options(out, table_global_options);
	buf_str(out, "\nalk help COMMAND and alk help TOPIC tell more.\n");
}

static void
examples(struct buf *out, const struct command *c)
{
	const char *const *e;

	for (e = c->examples; *e != NULL; e++)
		buf_printf(out, "  %s\n", *e);
}

void
help_group(struct buf *out, const struct group *g)
{
	const struct command *c;
	size_t i;

	if (table_is_single(g)) {
		help_command(out, g->commands);
		return;
	}
	buf_printf(out, "alk %s: %s\n\n", g->name, g->summary);
	for (c = g->commands, i = 0; c->name != NULL && i < 3; c++, i++)
		buf_printf(out, "  %s\n", c->examples[0]);
	buf_str(out, "\ncommands:\n");
	for (c = g->commands; c->name != NULL; c++)
		list_row(out, c->name, c->summary);
	buf_printf(out, "\nalk help %s COMMAND tells more.\n", g->name);
}

void
help_command(struct buf *out, const struct command *c)
{
	buf_printf(out, "alk %s: %s\n\n", c->name, c->summary);
	examples(out, c);
	buf_printf(out, "\nusage: alk %s%s%s%s\n", c->name,
	    c->options != NULL ? " [OPTION]..." : "",
	    c->operands[0] != '\0' ? " " : "", c->operands);
	if (c->notes != NULL) {
		buf_char(out, '\n');
		help_fill(out, c->notes, 0);
	}
	if (c->options != NULL) {
		buf_str(out, "\noptions:\n");
		list_options(out, c->options);
	}
	buf_str(out, "\nOptions of every command: alk help.\n");
}

void
help_topic_text(struct buf *out, const struct topic *t)
{
	struct buf prose = { 0 };

	buf_printf(out, "%s: %s\n\n", t->name, t->summary);
	t->write(&prose);
	if (buf_text(&prose) != NULL)
		help_fill(out, buf_text(&prose), 0);
	buf_fini(&prose);
}

void
help_write(struct buf *out, const struct command *c, const struct group *g,
    const struct topic *t)
{
	if (c != NULL)
		help_command(out, c);
	else if (g != NULL)
		help_group(out, g);
	else if (t != NULL)
		help_topic_text(out, t);
	else
		help_main(out);
}
