/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk help; and, for the makers of alk, alk __man and alk __commands. */
#include "cli/cli.h"
#include "cli/man.h"

#include "base/error.h"
#include "base/nearest.h"

#include <errno.h>
#include <string.h>

static int
unknown(struct cli *c, const char *word)
{
	const struct group *g;
	const struct topic *t;
	struct nearest n;

	nearest_init(&n, word);
	for (g = table_groups; g->name != NULL; g++)
		if (!g->commands[0].is_hidden)
			nearest_try(&n, g->name);
	for (t = help_topics; t->name != NULL; t++)
		nearest_try(&n, t->name);
	if (n.best != NULL)
		return report_usage(c, "no command or topic is called '%.80s'; "
		    "did you mean 'alk help %s'?", word, n.best);
	return report_usage(c, "no command or topic is called '%.80s'; "
	    "'alk help' lists them", word);
}

static int
run_help(struct cli *c)
{
	const char *word = args_operand(&c->args, "COMMAND");
	const char *verb = args_operand(&c->args, "VERB");
	const struct group *g = word != NULL ? table_group(word) : NULL;
	const struct topic *t = word != NULL ? help_topic(word) : NULL;
	const struct command *command = NULL;
	struct buf text = { 0 };

	if (g != NULL && verb != NULL)
		command = table_verb(g, verb);
	if (word != NULL && g == NULL && t == NULL)
		return unknown(c, word);
	if (verb != NULL && command == NULL)
		return report_usage(c, "'%.80s' has no command '%.80s'; "
		    "'alk help %.80s' tells what it has", word, verb, word);
	help_write(&text, command, g, t);
	c->out.is_nomem |= text.failed;
	output_text(&c->out, text.data, text.bytes);
	buf_fini(&text);
	return EXIT_OK;
}

/* Writes one page to DIR/name.section and empties it. */
static int
write_page(struct cli *c, const char *name, int section, struct buf *page)
{
	struct buf path = { 0 };
	alk_error err;
	FILE *f = NULL;
	bool is_written = false;

	memset(&err, 0, sizeof(err));
	buf_printf(&path, "%s/alk%s%s.%d", args_operand(&c->args, "DIR"),
	    name[0] != '\0' ? "-" : "", name, section);
	if (buf_text(&path) != NULL && !page->failed)
		f = fopen(buf_text(&path), "w");
	if (f != NULL)
		is_written = fwrite(page->data, 1, page->bytes, f) ==
		    page->bytes;
	if (f != NULL && fclose(f) != 0)
		is_written = false;
	if (!is_written)
		error_set(&err, ALK_IO, "cannot write %.200s: %s",
		    buf_text(&path) != NULL ? buf_text(&path) : name,
		    strerror(errno));
	buf_fini(&path);
	buf_clear(page);
	return is_written ? EXIT_OK : report_error(c, &err);
}

static int
run_man(struct cli *c)
{
	const struct group *g;
	const struct topic *t;
	struct buf page = { 0 };
	int status;

	man_main(&page);
	status = write_page(c, "", 1, &page);
	for (g = table_groups; status == EXIT_OK && g->name != NULL; g++) {
		if (g->commands[0].is_hidden)
			continue;
		man_group(&page, g);
		status = write_page(c, g->name, 1, &page);
	}
	for (t = help_topics; status == EXIT_OK && t->name != NULL; t++) {
		if (t->has_own_page)
			continue;
		man_topic(&page, t);
		status = write_page(c, t->name, 7, &page);
	}
	buf_fini(&page);
	return status;
}

static int
run_commands(struct cli *c)
{
	static const struct column columns[] = {
		{ "name", false }, { "operands", false }, { "access", false }
	};
	static const char *const access[] = { "none", "read", "write" };
	const struct group *g;
	const struct command *command;
	struct cell cells[3];

	output_list(&c->out, columns, 3, 0);
	for (g = table_groups; g->name != NULL; g++)
		for (command = g->commands; command->name != NULL; command++) {
			if (command->is_hidden)
				continue;
			cells[0] = cell_text(command->name);
			cells[1] = cell_text(command->operands);
			cells[2] = cell_text(access[command->access]);
			output_row(&c->out, cells, NULL, 0);
		}
	output_list_end(&c->out);
	return EXIT_OK;
}

static const char *const help_examples[] = {
	"alk help node add",
	"alk help filter",
	NULL
};
static const char *const man_examples[] = {
	"alk __man man",
	"alk __man share/man",
	NULL
};
static const char *const commands_examples[] = {
	"alk __commands",
	"alk __commands --json",
	NULL
};

const struct command cmd_help[] = {
	{ "help", "[COMMAND] [VERB]", "help on a command or topic", NULL,
	  help_examples, NULL, ACCESS_NONE, false, run_help },
	COMMAND_END
};

const struct command cmd_man[] = {
	{ "__man", "DIR", "write the man pages",
	  "One for each group of commands and for each topic, and alk(1).",
	  man_examples, NULL, ACCESS_NONE, true, run_man },
	COMMAND_END
};

const struct command cmd_commands[] = {
	{ "__commands", "", "print the table of commands", NULL,
	  commands_examples, NULL, ACCESS_NONE, true, run_commands },
	COMMAND_END
};
