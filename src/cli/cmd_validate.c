/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk schema validate: documents against a schema, one row a failure. */
#include "cli/documents.h"
#include "cli/schemas.h"

#include "base/error.h"
#include "json/json.h"

#include <string.h>

struct validation {
	struct cli *cli;
	alk_schema *schema;
	size_t failures_max; /* of one document */
	int form;            /* ALK_OUTPUT_..., instead of rows; -1 rows */
	int64_t documents;
	int64_t invalid;
	const struct document *document; /* at hand */
};

static const struct column columns[] = {
	{ "file", false }, { "line", true }, { "pointer", false },
	{ "keyword", false }, { "message", false }
};

static int
print_failure(struct validation *v, const char *pointer, const char *keyword,
    const char *message)
{
	const struct document *d = v->document;
	struct cell cells[5];

	cells[0] = cell_text(d->file);
	cells[1] = d->line > 0 ? cell_number(d->line) : cell_text(NULL);
	cells[2] = cell_text(pointer);
	cells[3] = cell_text(keyword);
	cells[4] = cell_text(message);
	return output_row(&v->cli->out, cells, NULL, 0);
}

static int
tell_failure(void *arg, const alk_failure *f)
{
	return print_failure(arg, f->instance, f->path, f->message);
}

/* JSON Lines that were not said to be: something stands behind a line. */
static void
hint_lines(const struct validation *v, const alk_error *why)
{
	const struct document *d = v->document;
	const char *end = memchr(d->text, '\n', d->bytes);

	if (why->code == ALK_JSON && d->line == 0 && end != NULL &&
	    end + 1 < d->text + d->bytes && end[1] == '{')
		report_note(v->cli, "if each line is a document: --lines");
}

/* A document that alk_schema_check() refused. Returns an exit status. */
static int
explain(struct validation *v, const alk_error *why)
{
	alk_json *j = NULL;
	alk_error err;
	int rc;

	v->invalid++;
	hint_lines(v, why);
	if (why->code != ALK_VALUE)
		return print_failure(v, why->pointer, NULL, why->text) == 0 ?
		    EXIT_OK : EXIT_FAILED;
	rc = alk_json_read(v->document->text, v->document->bytes, &j, &err);
	if (rc == ALK_OK)
		rc = alk_schema_errors(v->schema, j, v->failures_max,
		    tell_failure, v, &err);
	alk_json_free(j);
	if (rc != ALK_OK && rc != ALK_VALUE)
		return report_error(v->cli, &err);
	return v->cli->out.error == 0 ? EXIT_OK : EXIT_FAILED;
}

/* What the document is no value for, in the form of a failure. */
static char *
write_refusal(const struct validation *v, const alk_error *why, size_t *bytes)
{
	struct buf b = { 0 };

	buf_str(&b, "{\"valid\":false");
	if (v->form != ALK_OUTPUT_FLAG) {
		buf_str(&b, ",\"keywordLocation\":\"\",\"instanceLocation\":");
		json_write_string(&b, why->pointer, strlen(why->pointer));
		buf_str(&b, ",\"error\":");
		json_write_string(&b, why->text, strlen(why->text));
	}
	buf_char(&b, '}');
	if (buf_text(&b) == NULL)
		buf_fini(&b);
	*bytes = b.bytes;
	return b.data;
}

/* One line in a format of the specification, whatever the document is. */
static int
print_form(struct validation *v)
{
	const struct document *d = v->document;
	alk_json *j = NULL;
	char *text = NULL;
	alk_error err;
	size_t bytes;
	int rc;

	rc = alk_json_read(d->text, d->bytes, &j, &err);
	if (rc == ALK_OK)
		rc = alk_schema_output(v->schema, j, v->form, v->failures_max,
		    &text, &bytes, &err);
	alk_json_free(j);
	v->invalid += rc != ALK_OK;
	if (text == NULL && (rc == ALK_JSON || rc == ALK_LIMIT))
		text = write_refusal(v, &err, &bytes);
	if (text == NULL) {
		error_entry(&err, d->line > 0 ? "%s:%lld" : "%s", d->file,
		    (long long)d->line);
		return report_error(v->cli, &err);
	}
	rc = output_text(&v->cli->out, text, bytes);
	if (rc == 0)
		rc = output_text(&v->cli->out, "\n", 1);
	alk_free(text);
	return rc == 0 ? EXIT_OK : EXIT_FAILED;
}

static int
validate(void *arg, const struct document *d)
{
	struct validation *v = arg;
	alk_error err;
	int rc;

	v->document = d;
	v->documents++;
	if (v->form >= 0)
		return print_form(v);
	rc = alk_schema_check(v->schema, d->text, d->bytes, &err);
	if (rc == ALK_OK)
		return EXIT_OK;
	if (rc == ALK_VALUE || rc == ALK_JSON || rc == ALK_LIMIT)
		return explain(v, &err);
	return report_error(v->cli, &err);
}

static void
note_counts(const struct validation *v)
{
	const char *noun = v->documents == 1 ? "document" : "documents";

	if (v->invalid == 0)
		report_note(v->cli, "%lld %s, valid", (long long)v->documents,
		    noun);
	else
		report_note(v->cli, "%lld %s, %lld invalid",
		    (long long)v->documents, noun, (long long)v->invalid);
}

static int
form_of(const char *name)
{
	if (name == NULL)
		return -1;
	return strcmp(name, "flag") == 0 ? ALK_OUTPUT_FLAG :
	    strcmp(name, "basic") == 0 ? ALK_OUTPUT_BASIC :
	    ALK_OUTPUT_DETAILED;
}

static int
run(struct validation *v)
{
	struct cli *c = v->cli;
	int status;

	v->failures_max = (size_t)args_count(&c->args, "failures", 20);
	v->form = form_of(args_text(&c->args, "form"));
	if (v->form < 0)
		output_list(&c->out, columns, 5, 0);
	status = documents_each(c, "DOCUMENT", validate, v);
	if (v->form < 0 && (v->invalid > 0 || (c->is_format_given &&
	    status == EXIT_OK)))
		output_list_end(&c->out);
	if (status != EXIT_OK)
		return status;
	note_counts(v);
	return v->invalid == 0 ? EXIT_OK : EXIT_NEGATIVE;
}

int
schemas_validate(struct cli *c)
{
	struct validation v = { .cli = c };
	struct schemas s;
	int status;

	status = schemas_init(&s, c);
	if (status == EXIT_OK)
		status = schemas_compile(&s, args_operand(&c->args, "SCHEMA"),
		    &v.schema);
	if (status == EXIT_OK)
		status = run(&v);
	alk_schema_free(v.schema);
	schemas_fini(&s);
	return status;
}
