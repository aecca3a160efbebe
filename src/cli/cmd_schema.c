/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk schema: graph types, and the rows of what needs no store. */
#include "cli/documents.h"
#include "cli/rows.h"
#include "cli/schemas.h"

#include "base/error.h"

#include <string.h>

struct load {
	struct cli *cli;
	struct buf text;
	alk_type_options options;
	alk_types_result result;
};

static int
work_load(alk_session *s, void *arg)
{
	struct load *l = arg;

	return alk_types_load(s, args_operand(&l->cli->args, "TYPE"),
	    &l->options, l->text.data, l->text.bytes, &l->result);
}

static void
print_result(struct cli *c, const alk_types_result *r)
{
	static const struct column columns[] = {
		{ "version", true }, { "created", true }, { "changed", true },
		{ "unchanged", true }
	};
	struct cell cells[4];

	cells[0] = cell_number(r->version);
	cells[1] = cell_number((int64_t)r->created);
	cells[2] = cell_number((int64_t)r->changed);
	cells[3] = cell_number((int64_t)r->unchanged);
	if (!c->is_quiet)
		output_record(&c->out, columns, 4, 0, cells);
}

static int
run_load(struct cli *c)
{
	const char *scope = args_text(&c->args, "scope");
	struct load l = { .cli = c };
	alk_error err;
	int status;

	memset(&err, 0, sizeof(err));
	l.options.scope = scope != NULL ? scope : "tenant";
	l.options.description = args_text(&c->args, "description");
	l.options.version = args_count(&c->args, "version", 0);
	if (input_read(args_operand(&c->args, "MODULE"), INPUT_BYTES_MAX,
	    &l.text, &err) != ALK_OK)
		status = report_error(c, &err);
	else
		status = write_run(c, work_load, &l, NULL);
	if (status == EXIT_OK && !write_is_dry(c))
		print_result(c, &l.result);
	buf_fini(&l.text);
	return status;
}

static int
run_list(struct cli *c)
{
	struct rows rows;
	int rc;

	rows_start(&rows, c, ROWS_TYPES);
	rc = alk_types_list(c->session, rows_visit, &rows);
	rows_end(&rows, rc == ALK_OK);
	return rc == ALK_OK ? EXIT_OK : report_session(c);
}

/* The node or edge types of a graph type as rows. */
static void
print_entries(struct cli *c, yyjson_val *root, const char *list,
    const char *kind)
{
	struct cell cells[5];
	yyjson_val *entry;
	yyjson_arr_iter at;
	struct buf ends[2] = { { 0 }, { 0 } };
	static const char *const names[2] = {
		"allowedSourceTypes", "allowedTargetTypes"
	};
	int i;

	at = yyjson_arr_iter_with(yyjson_obj_get(root, list));
	while ((entry = yyjson_arr_iter_next(&at)) != NULL) {
		cells[0] = cell_text(kind);
		cells[1] = cell_text(yyjson_get_str(
		    yyjson_obj_get(entry, "name")));
		for (i = 0; i < 2; i++) {
			yyjson_val *v = yyjson_obj_get(entry, names[i]);

			buf_clear(&ends[i]);
			if (yyjson_arr_size(v) > 0)
				json_write(&ends[i], v);
			cells[2 + i] = cell_json(ends[i].data, ends[i].bytes);
		}
		cells[4] = cell_text(yyjson_get_str(
		    yyjson_obj_get(entry, "description")));
		output_row(&c->out, cells, NULL, 0);
	}
	buf_fini(&ends[0]);
	buf_fini(&ends[1]);
}

static int
run_show(struct cli *c)
{
	static const struct column columns[] = {
		{ "kind", false }, { "name", false }, { "sources", false },
		{ "targets", false }, { "description", false }
	};
	struct json_reader reader = { 0 };
	yyjson_val *root;
	const char *json;
	size_t bytes;

	if (alk_types_get(c->session, args_operand(&c->args, "TYPE"), &json,
	    &bytes) != ALK_OK)
		return report_session(c);
	if (c->out.format == FORMAT_JSON || c->out.format == FORMAT_JSONL) {
		output_object(&c->out, json, bytes, "name", false);
		return EXIT_OK;
	}
	root = json_read_own(&reader, json, bytes, NULL);
	output_list(&c->out, columns, 5, 1);
	print_entries(c, root, "nodeTypes", "node");
	print_entries(c, root, "edgeTypes", "edge");
	output_list_end(&c->out);
	json_reader_fini(&reader);
	return EXIT_OK;
}

/* Names of node types and edge types cannot collide: one of them is meant. */
static int
check_either(struct cli *c, const char *text, size_t bytes)
{
	const char *type = args_operand(&c->args, "TYPE"), *json;
	const char *entry = args_operand(&c->args, "ENTRY");
	alk_error err;
	size_t n;
	int rc;

	rc = alk_types_check(c->session, type, ALK_NODE, entry, text, bytes);
	if (rc == ALK_NOTFOUND)
		rc = alk_types_check(c->session, type, ALK_EDGE, entry, text,
		    bytes);
	if (rc == ALK_OK)
		return EXIT_OK;
	if (rc != ALK_NOTFOUND ||
	    alk_types_get(c->session, type, &json, &n) != ALK_OK)
		return report_session(c);
	memset(&err, 0, sizeof(err));
	error_set(&err, ALK_NOTFOUND, "graph type '%.200s' has no node or edge "
	    "type '%.200s'; alk schema show names them", type, entry);
	return report_error(c, &err);
}

static int
run_check(struct cli *c)
{
	const char *text;
	static const struct column column = { "valid", false };
	struct cell cell = cell_bool(true);
	struct buf input = { 0 };
	alk_error err;
	size_t bytes;
	int status;

	memset(&err, 0, sizeof(err));
	if (input_operand(args_operand(&c->args, "ATTRIBUTES"), &input, &text,
	    &bytes, &err) != ALK_OK)
		return report_error(c, &err);
	if (text == NULL) {
		text = "{}";
		bytes = 2;
	}
	status = check_either(c, text, bytes);
	if (status == EXIT_OK && !c->is_quiet)
		output_record(&c->out, &column, 1, 0, &cell);
	buf_fini(&input);
	return status;
}

static int
work_rm(alk_session *s, void *arg)
{
	return alk_types_delete(s, arg);
}

static int
run_rm(struct cli *c)
{
	const char *type = args_operand(&c->args, "TYPE");
	int status;

	status = write_confirm(c, "delete the graph type %.200s?", type);
	if (status == EXIT_OK)
		status = write_run(c, work_rm, (void *)(uintptr_t)type, NULL);
	return status;
}

static const struct option load_options[] = {
	{ "scope", 0, OPTION_CHOICE, "tenant|user", false,
	  "who may change it; tenant" },
	{ "description", 0, OPTION_TEXT, "TEXT", false, "what it is for" },
	{ "version", 0, OPTION_NUMBER, "N", false,
	  "check that this makes it version N (exit 5 if not)" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option rm_options[] = {
	OPTION_YES, OPTION_DRY_RUN, OPTION_END
};

static const struct option validate_options[] = {
	OPTION_LINES,
	{ "failures", 0, OPTION_NUMBER, "N", false,
	  "at most so many of one document; 20" },
	{ "form", 0, OPTION_CHOICE, "flag|basic|detailed", false,
	  "a line a document, in an output format of JSON Schema" },
	SCHEMAS_OPTIONS, OPTION_END
};
static const struct option test_options[] = {
	SCHEMAS_OPTIONS, OPTION_END
};
static const struct option diff_options[] = {
	{ "type", 0, OPTION_TEXT, "TYPE", false,
	  "compare the graph type TYPE of the store OLD" },
	{ "edits", 0, OPTION_FLAG, NULL, false,
	  "also the edits from the old JSON to the new" },
	{ "check", 0, OPTION_FLAG, NULL, false,
	  "exit 9 if a change is breaking" },
	OPTION_END
};

static const char *const load_examples[] = {
	"alk schema load work.db people people.json",
	"alk schema load work.db people - --dry-run < people.json",
	"alk schema load work.db people people.json --version 2",
	NULL
};
static const char *const list_examples[] = {
	"alk schema list work.db",
	"alk schema list work.db -o id",
	NULL
};
static const char *const show_examples[] = {
	"alk schema show work.db task",
	"alk schema show work.db task --json",
	NULL
};
static const char *const check_examples[] = {
	"alk schema check work.db task TaskNode '{\"name\":\"dig\"}'",
	"alk schema check work.db task TaskNode - < attributes.json",
	NULL
};
static const char *const rm_examples[] = {
	"alk schema rm work.db people --yes",
	"alk schema rm work.db people --dry-run",
	NULL
};

static const char *const validate_examples[] = {
	"alk schema validate person.schema.json ada.json bob.json",
	"zcat people.jsonl.gz | alk schema validate person.schema.json --lines",
	"alk schema validate person.json ada.json --refs schemas -o json",
	NULL
};
static const char *const test_examples[] = {
	"alk schema test person.tests.json",
	"alk schema test --draft 7 --refs http://localhost:1234=remotes a.json",
	NULL
};
static const char *const diff_examples[] = {
	"alk schema diff old.json new.json",
	"alk schema diff work.db people.json --type people --check",
	"alk schema diff old.json new.json --edits -o json",
	NULL
};

const struct command cmd_schema[] = {
	{ "schema load", "FILE TYPE MODULE",
	  "store a graph type from a module",
	  "MODULE is a file with the JSON of a TypeBox module, or - for "
	  "standard input. An invalid module is exit 8, with the entry and "
	  "the place in it.\n\n"
	  "A type that is there is compared. What only adds is stored and "
	  "keeps the version. Any other change is stored and counts the "
	  "version up where no graph of the type exists; while one does, it "
	  "is refused (exit 5), whatever --version says: moving rows to "
	  "another schema is not built yet. Load it under another type name, "
	  "or delete those graphs.",
	  load_examples, load_options, ACCESS_WRITE, false, run_load },
	{ "schema list", "FILE", "list graph types", NULL,
	  list_examples, NULL, ACCESS_READ, false, run_list },
	{ "schema show", "FILE TYPE", "show the types of a graph type",
	  "The JSON has their schemas too.",
	  show_examples, NULL, ACCESS_READ, false, run_show },
	{ "schema check", "FILE TYPE ENTRY [ATTRIBUTES]",
	  "check attributes against a node or edge type",
	  "Writes nothing. Invalid attributes are exit 8.",
	  check_examples, NULL, ACCESS_READ, false, run_check },
	{ "schema rm", "FILE TYPE", "delete a graph type",
	  "It is an error if graphs use it (exit 5).",
	  rm_examples, rm_options, ACCESS_WRITE, false, run_rm },
	{ "schema validate", "SCHEMA [DOCUMENT...]",
	  "check JSON documents against a JSON Schema",
	  "Needs no store. Prints a row for each failure: the document, the "
	  "JSON Pointer in it, the keyword in the schema, and what is wrong. "
	  "DOCUMENT is standard input if left out or -; a file of JSON Lines "
	  "(.jsonl, .ndjson, or --lines) holds a document a line and may be "
	  "of any size.\n\n"
	  "Documents that are invalid or no JSON are exit 9, an invalid "
	  "schema is exit 8; one that is no JSON or past a limit, exit 1.",
	  validate_examples, validate_options, ACCESS_NONE, false,
	  schemas_validate },
	{ "schema test", "SUITE...", "run tests of JSON Schemas",
	  "SUITE is a file in the form of the official test suite: schemas, "
	  "and values with what they should be. Prints a row for each test "
	  "that comes out otherwise, and exits with 9 if there is one:\n\n"
	  "  [{\"description\": \"ages\", \"schema\": {\"minimum\": 0},\n"
	  "    \"tests\": [{\"description\": \"none is negative\",\n"
	  "               \"data\": -1, \"valid\": false}]}]",
	  test_examples, test_options, ACCESS_NONE, false, schemas_test },
	{ "schema diff", "OLD NEW", "in what two modules or schemas differ",
	  "Compares entry by entry, and says of each change whether it only "
	  "adds, or is breaking: what was valid may not be any more. OLD and "
	  "NEW are modules, or schemas, or maps of names to schemas. With "
	  "--type OLD is a store, and its graph type is compared with the "
	  "module NEW. A property that is new and optional only adds, though "
	  "an object that was open may hold something else under its name.",
	  diff_examples, diff_options, ACCESS_NONE, false, schemas_diff },
	COMMAND_END
};
