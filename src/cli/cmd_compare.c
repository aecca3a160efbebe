/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk schema diff: in what two modules or schemas differ. */
#include "cli/schemas.h"

#include "base/error.h"

#include <string.h>

struct comparison {
	struct cli *cli;
	size_t columns;
	bool is_breaking;
	int status;
};

static const struct column columns[] = {
	{ "change", false }, { "kind", false }, { "name", false },
	{ "breaking", false }, { "why", false }, { "edits", false }
};

static const char *
kind_name(int kind)
{
	return kind == ALK_NODE ? "node" : kind == ALK_EDGE ? "edge" :
	    kind == ALK_GRAPH ? "config" : "schema";
}

/* The edits from one text to the other, or NULL. */
static char *
edits_of(const alk_type_change *c, alk_error *err)
{
	alk_json *before = NULL, *after = NULL, *edits = NULL;
	char *text = NULL;

	memset(err, 0, sizeof(*err));
	if (c->before == NULL || c->after == NULL)
		return NULL;
	if (alk_json_read(c->before, ALK_NUL, &before, err) == ALK_OK &&
	    alk_json_read(c->after, ALK_NUL, &after, err) == ALK_OK &&
	    alk_value_diff(before, after, &edits, err) == ALK_OK)
		(void)alk_json_write(edits, 0, &text, NULL, err);
	alk_json_free(before);
	alk_json_free(after);
	alk_json_free(edits);
	return text;
}

static int
print_change(void *arg, const alk_type_change *change)
{
	struct comparison *c = arg;
	char *edits = NULL;
	struct cell cells[6];
	alk_error err;
	int rc;

	c->is_breaking |= change->is_breaking != 0;
	if (c->columns == 6) {
		edits = edits_of(change, &err);
		if (err.code != ALK_OK) {
			c->status = report_error(c->cli, &err);
			return 1;
		}
	}
	cells[0] = cell_text(change->op == ALK_CREATE ? "new" :
	    change->op == ALK_DELETE ? "gone" : "changed");
	cells[1] = cell_text(kind_name(change->kind));
	cells[2] = cell_text(change->name);
	cells[3] = cell_bool(change->is_breaking != 0);
	cells[4] = cell_text(change->text);
	cells[5] = edits != NULL ? cell_json(edits, strlen(edits)) :
	    cell_text(NULL);
	rc = output_row(&c->cli->out, cells, NULL, 0);
	alk_free(edits);
	return rc;
}

/* A file as text with a NUL; an exit status. */
static int
read_text(struct cli *c, const char *path, struct buf *b)
{
	alk_error err;
	int rc;

	memset(&err, 0, sizeof(err));
	rc = input_read(path, INPUT_BYTES_MAX, b, &err);
	if (rc == ALK_OK && buf_text(b) == NULL)
		rc = error_nomem(&err);
	return rc == ALK_OK ? EXIT_OK : report_error(c, &err);
}

static int
compare_files(struct comparison *c, const struct buf *after)
{
	const char *path = args_operand(&c->cli->args, "OLD");
	struct buf before = { 0 };
	alk_error err;
	int status;

	status = read_text(c->cli, path, &before);
	if (status == EXIT_OK && alk_types_compare(before.data, before.bytes,
	    after->data, after->bytes, print_change, c, &err) != ALK_OK) {
		error_entry(&err, "%s", strncmp(err.text, "before", 6) == 0 ?
		    path : args_operand(&c->cli->args, "NEW"));
		status = report_error(c->cli, &err);
	}
	buf_fini(&before);
	return status;
}

static int
compare_stored(struct comparison *c, const char *type,
    const struct buf *after)
{
	int status = open_store(c->cli, args_operand(&c->cli->args, "OLD"),
	    ALK_OPEN_READONLY, ALK_FILE_TENANT);

	if (status == EXIT_OK && alk_types_diff(c->cli->session, type,
	    after->data, after->bytes, print_change, c) != ALK_OK)
		status = report_session(c->cli);
	return status;
}

int
schemas_diff(struct cli *c)
{
	struct comparison comparison = { .cli = c, .status = EXIT_OK };
	const char *type = args_text(&c->args, "type");
	struct buf after = { 0 };
	int status;

	comparison.columns = args_has(&c->args, "edits") ? 6 : 5;
	output_list(&c->out, columns, comparison.columns, 2);
	status = read_text(c, args_operand(&c->args, "NEW"), &after);
	if (status == EXIT_OK)
		status = type != NULL ?
		    compare_stored(&comparison, type, &after) :
		    compare_files(&comparison, &after);
	buf_fini(&after);
	if (status == EXIT_OK)
		status = comparison.status;
	if (status != EXIT_OK)
		return status;
	if (c->out.rows > 0 || c->is_format_given)
		output_list_end(&c->out);
	else
		report_note(c, "no difference");
	return comparison.is_breaking && args_has(&c->args, "check") ?
	    EXIT_NEGATIVE : EXIT_OK;
}
