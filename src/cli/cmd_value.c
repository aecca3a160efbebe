/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk value: JSON values compared, patched, hashed, and brought into the form
 * of a schema. Values go to standard output as JSON, one a line, or for people
 * on a terminal.
 */
#include "cli/documents.h"
#include "cli/schemas.h"

#include "base/error.h"

#include <string.h>

static int
print_value(struct cli *c, const alk_json *j)
{
	unsigned flags = c->out.is_tty ? ALK_JSON_PRETTY : 0;
	alk_error err;
	char *text;
	size_t bytes;
	int rc;

	if (j == NULL)
		return EXIT_OK;
	if (alk_json_write(j, flags, &text, &bytes, &err) != ALK_OK)
		return report_error(c, &err);
	rc = output_text(&c->out, text, bytes);
	if (rc == 0)
		rc = output_text(&c->out, "\n", 1);
	alk_free(text);
	return rc == 0 ? EXIT_OK : EXIT_FAILED;
}

/* Reports an error with the document it is about. */
static int
report_in(struct cli *c, alk_error *err, const char *file, int64_t line)
{
	if (line > 0)
		error_entry(err, "%s:%lld", file, (long long)line);
	else
		error_entry(err, "%s", file);
	return report_error(c, err);
}

/* ---- Two values -------------------------------------------------------- */

static int
read_value(struct cli *c, const char *operand, alk_json **out)
{
	const char *path = args_operand(&c->args, operand);
	struct buf b = { 0 };
	alk_error err;
	int rc;

	memset(&err, 0, sizeof(err));
	rc = input_read(path, ALK_JSON_BYTES_MAX, &b, &err);
	if (rc == ALK_OK) {
		rc = alk_json_read(buf_text(&b), b.bytes, out, &err);
		error_entry(&err, "%s", path);
	}
	buf_fini(&b);
	return rc == ALK_OK ? EXIT_OK : report_error(c, &err);
}

typedef int (*join_fn)(const alk_json *a, const alk_json *b, alk_json **out,
    alk_error *err);

/* What fn makes of two files; second is the operand that it may complain of. */
static int
run_join(struct cli *c, join_fn fn, const char *first, const char *second)
{
	alk_json *a = NULL, *b = NULL, *made = NULL;
	alk_error err;
	int status;

	status = read_value(c, first, &a);
	if (status == EXIT_OK)
		status = read_value(c, second, &b);
	if (status == EXIT_OK)
		status = fn(a, b, &made, &err) == ALK_OK ?
		    print_value(c, made) : report_in(c, &err,
		    args_operand(&c->args, second), 0);
	alk_json_free(a);
	alk_json_free(b);
	alk_json_free(made);
	return status;
}

static int
run_diff(struct cli *c)
{
	return run_join(c, alk_value_diff, "OLD", "NEW");
}

static int
run_patch(struct cli *c)
{
	return run_join(c, alk_value_patch, "VALUE", "EDITS");
}

static int
run_merge(struct cli *c)
{
	return run_join(c, alk_value_merge, "VALUE", "PATCH");
}

/* ---- Values and a schema ----------------------------------------------- */

typedef int (*make_fn)(const alk_schema *s, const alk_json *j, alk_json **out,
    alk_error *err);

struct making {
	struct cli *cli;
	make_fn fn;
	alk_schema *schema;
	bool has_steps; /* to be printed, instead of values */
	const struct document *document;
};

static const struct column steps[] = {
	{ "file", false }, { "line", true }, { "pointer", false },
	{ "change", false }, { "lossy", false }, { "before", false },
	{ "after", false }
};

static struct cell
cell_of(const char *json)
{
	return json != NULL ? cell_json(json, strlen(json)) : cell_text(NULL);
}

static int
print_step(void *arg, const alk_value_step *step)
{
	static const char *const names[] = {
		"filled", "converted", "truncated", "replaced", "dropped"
	};
	const struct making *m = arg;
	const struct document *d = m->document;
	struct cell cells[7];

	cells[0] = cell_text(d->file);
	cells[1] = d->line > 0 ? cell_number(d->line) : cell_text(NULL);
	cells[2] = cell_text(step->pointer);
	cells[3] = cell_text(names[step->change]);
	cells[4] = cell_bool(step->is_lossy != 0);
	cells[5] = cell_of(step->before);
	cells[6] = cell_of(step->after);
	return output_row(&m->cli->out, cells, NULL, 0);
}

static int
make(void *arg, const struct document *d)
{
	struct making *m = arg;
	struct cli *c = m->cli;
	alk_json *j = NULL, *made = NULL;
	int status = EXIT_OK, rc;
	alk_error err;

	m->document = d;
	rc = alk_json_read(d->text, d->bytes, &j, &err);
	if (rc == ALK_OK)
		rc = m->fn(m->schema, j, &made, &err);
	if (rc == ALK_OK && m->has_steps)
		rc = alk_value_report(j, made, print_step, m, &err);
	else if (rc == ALK_OK)
		status = print_value(c, made);
	if (rc != ALK_OK)
		status = report_in(c, &err, d->file, d->line);
	alk_json_free(j);
	alk_json_free(made);
	return status;
}

static int
run_make(struct cli *c, make_fn fn)
{
	struct making m = { .cli = c, .fn = fn };
	struct schemas s;
	int status;

	m.has_steps = args_has(&c->args, "steps");
	status = schemas_init(&s, c);
	if (status == EXIT_OK)
		status = schemas_compile(&s, args_operand(&c->args, "SCHEMA"),
		    &m.schema);
	if (status == EXIT_OK) {
		if (m.has_steps)
			output_list(&c->out, steps, 7, 2);
		status = documents_each(c, "DOCUMENT", make, &m);
		if (m.has_steps && status == EXIT_OK)
			output_list_end(&c->out);
	}
	alk_schema_free(m.schema);
	schemas_fini(&s);
	return status;
}

static int
run_clean(struct cli *c)
{
	return run_make(c, alk_value_clean);
}

static int
run_default(struct cli *c)
{
	return run_make(c, alk_value_default);
}

static int
run_convert(struct cli *c)
{
	return run_make(c, alk_value_convert);
}

static int
run_cast(struct cli *c)
{
	return run_make(c, alk_value_cast);
}

static int
run_create(struct cli *c)
{
	const char *path = args_operand(&c->args, "SCHEMA");
	alk_schema *schema = NULL;
	alk_json *made = NULL;
	struct schemas s;
	alk_error err;
	int status;

	status = schemas_init(&s, c);
	if (status == EXIT_OK)
		status = schemas_compile(&s, path, &schema);
	if (status == EXIT_OK)
		status = alk_value_create(schema, &made, &err) == ALK_OK ?
		    print_value(c, made) : report_in(c, &err, path, 0);
	alk_json_free(made);
	alk_schema_free(schema);
	schemas_fini(&s);
	return status;
}

/* ---- One value --------------------------------------------------------- */

static int
print_formatted(void *arg, const struct document *d)
{
	struct cli *c = arg;
	alk_json *j = NULL;
	char *text = NULL;
	alk_error err;
	size_t bytes;
	int rc, failed;

	rc = alk_json_read(d->text, d->bytes, &j, &err);
	if (rc == ALK_OK)
		rc = alk_json_write(j, args_has(&c->args, "canonical") ?
		    ALK_JSON_CANONICAL : args_has(&c->args, "compact") ? 0 :
		    ALK_JSON_PRETTY, &text, &bytes, &err);
	alk_json_free(j);
	if (rc != ALK_OK)
		return report_in(c, &err, d->file, d->line);
	failed = output_text(&c->out, text, bytes);
	if (failed == 0)
		failed = output_text(&c->out, "\n", 1);
	alk_free(text);
	return failed == 0 ? EXIT_OK : EXIT_FAILED;
}

static int
run_format(struct cli *c)
{
	if (args_has(&c->args, "canonical") && args_has(&c->args, "compact"))
		return report_usage(c,
		    "--canonical and --compact exclude each other");
	return documents_each(c, "DOCUMENT", print_formatted, c);
}

static const struct column hashes[] = {
	{ "hash", false }, { "file", false }, { "line", true }
};

static int
hash_of(const alk_json *j, bool is_typebox, char text[2 * ALK_HASH_BYTES + 1],
    alk_error *err)
{
	uint8_t hash[ALK_HASH_BYTES];
	uint64_t n;
	int rc, i;

	if (is_typebox) {
		rc = alk_value_hash_typebox(j, &n, err);
		if (rc == ALK_OK)
			snprintf(text, 2 * ALK_HASH_BYTES + 1, "%llu",
			    (unsigned long long)n);
		return rc;
	}
	rc = alk_value_hash(j, hash, err);
	for (i = 0; rc == ALK_OK && i < ALK_HASH_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", hash[i]);
	return rc;
}

static int
print_hash(void *arg, const struct document *d)
{
	struct cli *c = arg;
	char text[2 * ALK_HASH_BYTES + 1];
	alk_json *j = NULL;
	struct cell cells[3];
	alk_error err;
	int rc;

	rc = alk_json_read(d->text, d->bytes, &j, &err);
	if (rc == ALK_OK)
		rc = hash_of(j, args_has(&c->args, "typebox"), text, &err);
	alk_json_free(j);
	if (rc != ALK_OK)
		return report_in(c, &err, d->file, d->line);
	cells[0] = cell_text(text);
	cells[1] = cell_text(d->file);
	cells[2] = d->line > 0 ? cell_number(d->line) : cell_text(NULL);
	return output_row(&c->out, cells, NULL, 0) == 0 ? EXIT_OK :
	    EXIT_FAILED;
}

static int
run_hash(struct cli *c)
{
	int status;

	output_list(&c->out, hashes, 3, 0);
	status = documents_each(c, "DOCUMENT", print_hash, c);
	if (status == EXIT_OK)
		output_list_end(&c->out);
	return status;
}

/* ---- The table --------------------------------------------------------- */

static const struct option make_options[] = {
	OPTION_LINES,
	{ "steps", 0, OPTION_FLAG, NULL, false,
	  "print what changed and what was lost, instead of the value" },
	SCHEMAS_OPTIONS, OPTION_END
};
static const struct option create_options[] = {
	SCHEMAS_OPTIONS, OPTION_END
};
static const struct option hash_options[] = {
	OPTION_LINES,
	{ "typebox", 0, OPTION_FLAG, NULL, false,
	  "the hash that TypeBox 0.34's Value.Hash() gives" },
	OPTION_END
};

static const struct option format_options[] = {
	OPTION_LINES,
	{ "compact", 0, OPTION_FLAG, NULL, false, "on one line" },
	{ "canonical", 0, OPTION_FLAG, NULL, false,
	  "on one line, the same text for all values that are equal" },
	OPTION_END
};

static const char *const diff_examples[] = {
	"alk value diff old.json new.json",
	"alk value diff old.json new.json > edits.json",
	NULL
};
static const char *const patch_examples[] = {
	"alk value patch old.json edits.json",
	"ssh host cat edits.json | alk value patch old.json -",
	NULL
};
static const char *const merge_examples[] = {
	"alk value merge settings.json local.json",
	"echo '{\"colour\":null}' | alk value merge settings.json -",
	NULL
};
static const char *const clean_examples[] = {
	"alk value clean task.schema.json task.json",
	"alk value clean task.schema.json tasks.jsonl --steps",
	NULL
};
static const char *const default_examples[] = {
	"alk value default task.schema.json task.json",
	"echo '{}' | alk value default task.schema.json",
	NULL
};
static const char *const convert_examples[] = {
	"alk value convert task.schema.json task.json",
	"alk value convert task.schema.json tasks.jsonl > typed.jsonl",
	NULL
};
static const char *const cast_examples[] = {
	"alk value cast task.schema.json task.json --steps",
	"alk value cast task.schema.json tasks.jsonl > valid.jsonl",
	NULL
};
static const char *const create_examples[] = {
	"alk value create task.schema.json",
	"alk value create task.schema.json --draft 2020-12",
	NULL
};
static const char *const hash_examples[] = {
	"alk value hash one.json two.json",
	"alk value hash rows.jsonl -o id > hashes.txt",
	NULL
};

static const char *const format_examples[] = {
	"alk value format settings.json",
	"alk value format --canonical old.json > old.txt",
	NULL
};

const struct command cmd_value[] = {
	{ "value diff", "OLD NEW", "the edits that make one value of another",
	  "An array of {\"type\":\"insert\"|\"update\"|\"delete\",\"path\","
	  "\"value\"}, as TypeBox's Value.Diff() gives; [] where they are "
	  "equal. Members may come in any order, and 1 equals 1.0.",
	  diff_examples, NULL, ACCESS_NONE, false, run_diff },
	{ "value patch", "VALUE EDITS", "apply edits of alk value diff",
	  "All or none. An edit that does not fit is exit 5, with its place "
	  "among the edits.",
	  patch_examples, NULL, ACCESS_NONE, false, run_patch },
	{ "value merge", "VALUE PATCH", "merge a patch (RFC 7396) into a value",
	  "Members of PATCH replace those of VALUE; null takes one away.",
	  merge_examples, NULL, ACCESS_NONE, false, run_merge },
	{ "value clean", "SCHEMA [DOCUMENT...]",
	  "drop what a schema does not know of",
	  "The value need not be valid, neither before nor after: see alk "
	  "schema validate.",
	  clean_examples, make_options, ACCESS_NONE, false, run_clean },
	{ "value default", "SCHEMA [DOCUMENT...]",
	  "fill in the defaults of a schema",
	  "Where nothing is, and in objects member by member.",
	  default_examples, make_options, ACCESS_NONE, false, run_default },
	{ "value convert", "SCHEMA [DOCUMENT...]",
	  "give scalars the type that a schema asks for",
	  "Where they say the same in another: \"3\" for 3, 1 for true. What "
	  "cannot be converted stays.",
	  convert_examples, make_options, ACCESS_NONE, false, run_convert },
	{ "value cast", "SCHEMA [DOCUMENT...]", "make a value valid",
	  "A valid value stays as it is. In others what is wrong is replaced "
	  "as alk value create would, or dropped: --steps says what that "
	  "loses. Where no valid value can be made it is exit 8.",
	  cast_examples, make_options, ACCESS_NONE, false, run_cast },
	{ "value create", "SCHEMA", "the simplest value of a schema",
	  "Defaults, or what is empty or least. A type that needs a default "
	  "and has none is exit 8.",
	  create_examples, create_options, ACCESS_NONE, false, run_create },
	{ "value hash", "[DOCUMENT...]", "hash the content of values",
	  "Equal values have equal hashes, however they are written.",
	  hash_examples, hash_options, ACCESS_NONE, false, run_hash },
	{ "value format", "[DOCUMENT...]",
	  "write values for people, or as one text",
	  "Numbers keep their value, whatever their size. Canonical text has "
	  "the members in the order of RFC 8785.",
	  format_examples, format_options, ACCESS_NONE, false, run_format },
	COMMAND_END
};
