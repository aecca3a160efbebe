/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One run:  words -> args -> store opened -> handler -> store closed -> output
 * flushed
 */
#include "cli/cli.h"

#include "base/error.h"
#include "cli/help.h"
#include "cli/signals.h"
#include "cli/term.h"
#include "cli/version.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum format
choose_format(const struct args *a, FILE *file)
{
	static const char *const names[] = {
		"table", "box", "json", "jsonl", "csv", "tsv", "md", "id"
	};
	const char *given = args_text(a, "output");
	int i;

	if (args_has(a, "json"))
		return FORMAT_JSON;
	for (i = 0; given != NULL && i < 8; i++)
		if (strcmp(names[i], given) == 0)
			return (enum format)i;
	return term_is_tty(file) ? FORMAT_TABLE : FORMAT_TSV;
}

static enum term_colour
choose_colour(const struct args *a)
{
	const char *given = args_text(a, "color");

	if (given == NULL || strcmp(given, "auto") == 0)
		return COLOUR_AUTO;
	return strcmp(given, "always") == 0 ? COLOUR_ALWAYS : COLOUR_NEVER;
}

/* Also after a mistake: what was understood so far holds for its message. */
static void
configure(struct cli *c, FILE *out)
{
	const struct args *a = &c->args;
	const char *log = args_text(a, "log-format");
	enum term_colour colour = choose_colour(a);

	output_init(&c->out, out, choose_format(a, out));
	c->out.is_tty = term_is_tty(out);
	c->out.is_coloured = term_is_coloured(out, colour);
	c->out.room = c->out.is_tty ? term_columns(out) : 0;
	c->is_err_coloured = term_is_coloured(c->err, colour);
	c->is_quiet = args_has(a, "quiet");
	c->is_verbose = args_has(a, "verbose");
	c->out.is_verbose = c->is_verbose;
	c->is_log_json = log != NULL && strcmp(log, "json") == 0;
	c->is_format_given = args_has(a, "output") || args_has(a, "json");
}

static bool
asks_for_version(const struct args *a)
{
	size_t i;

	for (i = 0; i < a->options_count; i++)
		if (strcmp(a->options[i].option->name, "version") == 0)
			return a->options[i].option->kind == OPTION_FLAG;
	return false;
}

static int
print_help(struct cli *c)
{
	struct buf text = { 0 };

	help_write(&text, c->args.command, c->args.group, NULL);
	c->out.is_nomem |= text.failed;
	output_text(&c->out, text.data, text.bytes);
	buf_fini(&text);
	return EXIT_OK;
}

static int
run_command(struct cli *c)
{
	const struct command *command = c->args.command;
	int status = EXIT_OK;

	if (command->access != ACCESS_NONE)
		status = open_store(c, args_operand(&c->args, "FILE"),
		    command->access == ACCESS_READ ? ALK_OPEN_READONLY : 0,
		    ALK_FILE_TENANT);
	if (status == EXIT_OK)
		status = command->run(c);
	open_close(c);
	return status;
}

static int
dispatch(struct cli *c)
{
	const struct args *a = &c->args;

	if (args_has(a, "help"))
		return print_help(c);
	if (asks_for_version(a)) {
		if (!c->is_format_given)
			c->out.format = FORMAT_TABLE;
		version_print(&c->out);
		return EXIT_OK;
	}
	if (a->group == NULL)
		return report_usage(c, "which command? 'alk help' lists them");
	if (a->command == NULL)
		return report_usage(c, "which command of %s? 'alk help %s' "
		    "lists them", a->group->name, a->group->name);
	if (args_has(a, "json") && args_has(a, "output"))
		return report_usage(c,
		    "--json and --output exclude each other");
	return run_command(c);
}

/*
 * A full disk under standard output is a failure; a reader who left is not
 * news.
 */
static int
finish_output(struct cli *c, int status)
{
	alk_error err;

	memset(&err, 0, sizeof(err));
	output_flush(&c->out);
	if (c->out.is_nomem) {
		error_nomem(&err);
		return report_error(c, &err);
	}
	if (c->out.error == 0)
		return status;
	if (c->out.error == EPIPE)
		return EXIT_PIPE;
	error_set(&err, c->out.error == ENOSPC ? ALK_FULL : ALK_IO,
	    "cannot write standard output: %s", strerror(c->out.error));
	return report_error(c, &err);
}

int
cli_main(int argc, char **argv, FILE *out, FILE *err)
{
	struct cli c;
	alk_error error;
	int rc, status;

	memset(&c, 0, sizeof(c));
	memset(&error, 0, sizeof(error));
	c.err = err;
	rc = args_parse(&c.args, (const char *const *)argv + 1,
	    argc > 0 ? (size_t)argc - 1 : 0, getenv("ALK_DB"), &error);
	configure(&c, out);
	if (rc == ALK_OK)
		status = dispatch(&c);
	else if (rc == ALK_INVALID)
		status = report_usage(&c, "%s", error.text);
	else
		status = report_error(&c, &error);
	status = finish_output(&c, status);
	output_fini(&c.out);
	args_fini(&c.args);
	return status;
}
