/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk init, info, check: a store as a whole. */
#include "cli/cli.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int
print_info(struct cli *c)
{
	const char *json;
	size_t bytes;

	if (alk_info(c->session, &json, &bytes) != ALK_OK)
		return report_session(c);
	output_object(&c->out, json, bytes, "path", true);
	return EXIT_OK;
}

/* Whether a file could be made at path, without making it. */
static int
try_init(struct cli *c, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t bytes = slash != NULL ? (size_t)(slash - path) : 0;
	static const struct column column = { "path", false };
	struct cell cell = cell_text(path);
	struct buf dir = { 0 };
	alk_error err;

	memset(&err, 0, sizeof(err));
	if (slash == NULL)
		buf_char(&dir, '.');
	else
		buf_add(&dir, path, bytes > 0 ? bytes : 1);
	if (access(path, F_OK) == 0) {
		err.code = ALK_EXISTS;
		snprintf(err.text, sizeof(err.text),
		    "%.200s is there already", path);
	} else if (buf_text(&dir) == NULL ||
	    access(buf_text(&dir), W_OK | X_OK) != 0) {
		err.code = errno == ENOENT ? ALK_NOTFOUND : ALK_READONLY;
		snprintf(err.text, sizeof(err.text),
		    "cannot make a file in the folder of %.200s: %s", path,
		    strerror(errno));
	}
	buf_fini(&dir);
	if (err.code != ALK_OK)
		return report_error(c, &err);
	output_record(&c->out, &column, 1, 0, &cell);
	report_note(c, "dry run: nothing was changed");
	return EXIT_OK;
}

static int
run_init(struct cli *c)
{
	const char *path = args_operand(&c->args, "FILE");
	int status, kind;

	if (write_is_dry(c))
		return try_init(c, path);
	kind = args_has(&c->args, "system") ? ALK_FILE_SYSTEM : ALK_FILE_TENANT;
	status = open_store(c, path, ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE,
	    kind);
	if (status == EXIT_OK && !c->is_quiet)
		status = print_info(c);
	return status;
}

struct findings {
	struct cli *cli;
	struct progress progress;
};

static int
print_finding(void *arg, const alk_error *problem)
{
	struct findings *f = arg;
	struct cell cells[4];

	progress_end(&f->progress);
	cells[0] = cell_text(alk_error_name(problem->code));
	cells[1] = cell_text(problem->entry[0] != '\0' ? problem->entry : NULL);
	cells[2] = cell_text(problem->pointer[0] != '\0' ?
	    problem->pointer : NULL);
	cells[3] = cell_text(problem->text);
	return output_row(&f->cli->out, cells, NULL, 0);
}

static int
show_progress(void *arg, int64_t done, int64_t total)
{
	struct findings *f = arg;

	progress_update(&f->progress, done, total);
	return 0;
}

static int
run_check(struct cli *c)
{
	static const struct column columns[] = {
		{ "code", false }, { "entry", false }, { "pointer", false },
		{ "text", false }
	};
	struct findings f = { .cli = c };
	unsigned flags = args_has(&c->args, "attributes") ?
	    ALK_CHECK_ATTRIBUTES : 0;
	size_t problems = 0;
	int rc;

	report_progress(c, &f.progress, "check", false);
	output_list(&c->out, columns, 4, 1);
	rc = alk_check(c->session, flags, print_finding, &f, show_progress, &f,
	    &problems);
	progress_end(&f.progress);
	if (rc != ALK_OK)
		return report_session(c);
	if (problems > 0 || c->is_format_given)
		output_list_end(&c->out);
	report_note(c, "%zu found", problems);
	return problems == 0 ? EXIT_OK : EXIT_NEGATIVE;
}

static const struct option init_options[] = {
	{ "system", 0, OPTION_FLAG, NULL, false,
	  "a system file: identity and system graph types" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option check_options[] = {
	{ "attributes", 0, OPTION_FLAG, NULL, false,
	  "also each attribute object against its type" },
	OPTION_END
};

static const char *const init_examples[] = {
	"alk init work.db",
	"alk init system.db --system",
	NULL
};
static const char *const info_examples[] = {
	"alk info work.db",
	"alk info work.db --json",
	NULL
};
static const char *const check_examples[] = {
	"alk check work.db",
	"alk check work.db --attributes -o jsonl",
	NULL
};

const struct command cmd_init[] = {
	{ "init", "FILE", "make a store",
	  "Makes the file with the reference graph types in it and shows what "
	  "it is. It is an error if the file is there (exit 5).",
	  init_examples, init_options, ACCESS_NONE, false, run_init },
	COMMAND_END
};

const struct command cmd_info[] = {
	{ "info", "FILE", "describe a store",
	  "Path, kind, versions, sizes and settings in force.",
	  info_examples, NULL, ACCESS_READ, false, print_info },
	COMMAND_END
};

const struct command cmd_check[] = {
	{ "check", "FILE", "check a store for damage",
	  "Prints what it finds, and exits with 9 if that is anything; with 7 "
	  "if the file is so damaged that it cannot be read to the end. "
	  "Nothing is repaired: restore a copy, or save what can still be "
	  "read by alk export, graph by graph, and import it into a new "
	  "store. Rows that do not match their types are not damage: put "
	  "them right by alk node put, or load types that allow them.",
	  check_examples, check_options, ACCESS_READ, false, run_check },
	COMMAND_END
};
