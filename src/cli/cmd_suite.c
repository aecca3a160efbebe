/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk schema test: files in the form of the official test suite,
 *
 *   [{"description": ..., "schema": ...,
 *     "tests": [{"description": ..., "data": ..., "valid": true}]}]
 *
 * and one row for each test that does not come out as it says.
 */
#include "cli/documents.h"
#include "cli/schemas.h"

#include "base/error.h"
#include "json/json.h"

#include <string.h>

struct suite {
	struct cli *cli;
	struct schemas schemas;
	const char *file;
	yyjson_val *group; /* at hand */
	int64_t tests;
	int64_t failed;
	struct buf text;
	struct json_reader reader;
};

static const struct column columns[] = {
	{ "file", false }, { "group", false }, { "test", false },
	{ "expected", false }, { "message", false }
};

static const char *
text_of(yyjson_val *object, const char *name)
{
	return yyjson_get_str(yyjson_obj_get(object, name));
}

/* test NULL: the schema itself is refused. Returns an exit status. */
static int
print_failure(struct suite *s, yyjson_val *test, const char *expected,
    const char *pointer, const char *message)
{
	struct buf b = { 0 };
	struct cell cells[5];
	int rc;

	buf_str(&b, message);
	if (pointer[0] != '\0')
		buf_printf(&b, " (at %s)", pointer);
	cells[0] = cell_text(s->file);
	cells[1] = cell_text(text_of(s->group, "description"));
	cells[2] = cell_text(text_of(test, "description"));
	cells[3] = cell_text(expected);
	cells[4] = cell_text(buf_text(&b));
	rc = output_row(&s->cli->out, cells, NULL, 0);
	buf_fini(&b);
	return rc == 0 ? EXIT_OK : EXIT_FAILED;
}

static int
run_test(struct suite *s, const alk_schema *schema, yyjson_val *test)
{
	bool expected = yyjson_is_true(yyjson_obj_get(test, "valid"));
	alk_error err;
	int rc;

	buf_clear(&s->text);
	json_write(&s->text, yyjson_obj_get(test, "data"));
	s->tests++;
	rc = alk_schema_check(schema, buf_text(&s->text), s->text.bytes, &err);
	if (rc != ALK_OK && rc != ALK_VALUE && rc != ALK_LIMIT)
		return report_error(s->cli, &err);
	if ((rc == ALK_OK) == expected)
		return EXIT_OK;
	s->failed++;
	return print_failure(s, test, expected ? "valid" : "invalid",
	    rc == ALK_OK ? "" : err.pointer, rc == ALK_OK ? "it is valid" :
	    err.text);
}

static int
run_group(struct suite *s)
{
	yyjson_val *tests = yyjson_obj_get(s->group, "tests"), *test;
	alk_schema *schema = NULL;
	int status = EXIT_OK;
	yyjson_arr_iter at;
	alk_error err;

	buf_clear(&s->text);
	json_write(&s->text, yyjson_obj_get(s->group, "schema"));
	if (alk_schema_compile(buf_text(&s->text), s->text.bytes,
	    &s->schemas.options, &schema, &err) != ALK_OK) {
		/* So that none of its tests can come out right. */
		s->tests += (int64_t)yyjson_arr_size(tests);
		s->failed += (int64_t)yyjson_arr_size(tests);
		return print_failure(s, NULL, NULL, err.pointer, err.text);
	}
	at = yyjson_arr_iter_with(tests);
	while (status == EXIT_OK && (test = yyjson_arr_iter_next(&at)) != NULL)
		status = run_test(s, schema, test);
	alk_schema_free(schema);
	return status;
}

/* What the file must have, or the pointer where it has not. */
static bool
is_suite(yyjson_val *root, struct buf *wrong)
{
	size_t i, j, count, tests_count;
	yyjson_val *group, *test;

	if (!yyjson_is_arr(root))
		return false;
	yyjson_arr_foreach(root, i, count, group) {
		yyjson_val *tests = yyjson_obj_get(group, "tests");

		buf_clear(wrong);
		json_pointer_index(wrong, i);
		if (yyjson_obj_get(group, "schema") == NULL ||
		    !yyjson_is_arr(tests))
			return false;
		buf_str(wrong, "/tests");
		yyjson_arr_foreach(tests, j, tests_count, test) {
			if (yyjson_obj_get(test, "data") != NULL &&
			    yyjson_is_bool(yyjson_obj_get(test, "valid")))
				continue;
			json_pointer_index(wrong, j);
			return false;
		}
	}
	return true;
}

static int
not_a_suite(struct suite *s, const struct buf *wrong)
{
	alk_error err;

	memset(&err, 0, sizeof(err));
	error_entry(&err, "%s", s->file);
	if (wrong->bytes > 0)
		error_pointer(&err, wrong->data, wrong->bytes);
	error_set(&err, ALK_JSON, "a file of tests is "
	    "[{\"description\", \"schema\", \"tests\": [{\"description\", "
	    "\"data\", \"valid\"}]}]");
	return report_error(s->cli, &err);
}

static int
run_file(void *arg, const struct document *d)
{
	static const struct json_bounds bounds = {
		.bytes_max = ALK_JSON_BYTES_MAX,
		.depth_max = ALK_JSON_DEPTH_MAX,
	};
	struct suite *s = arg;
	struct buf wrong = { 0 };
	int status = EXIT_OK;
	yyjson_val *root;
	yyjson_arr_iter at;
	alk_error err;

	s->file = d->file;
	memset(&err, 0, sizeof(err));
	root = json_read(&s->reader, d->text, d->bytes, &bounds, &err);
	if (root == NULL) {
		error_entry(&err, "%s", d->file);
		return report_error(s->cli, &err);
	}
	if (!is_suite(root, &wrong))
		status = not_a_suite(s, &wrong);
	buf_fini(&wrong);
	at = yyjson_arr_iter_with(root);
	while (status == EXIT_OK &&
	    (s->group = yyjson_arr_iter_next(&at)) != NULL)
		status = run_group(s);
	return status;
}

int
schemas_test(struct cli *c)
{
	struct suite s = { .cli = c };
	int status;

	status = schemas_init(&s.schemas, c);
	output_list(&c->out, columns, 5, 1);
	if (status == EXIT_OK)
		status = documents_each(c, "SUITE", run_file, &s);
	if (s.failed > 0 || (c->is_format_given && status == EXIT_OK))
		output_list_end(&c->out);
	if (status == EXIT_OK)
		report_note(c, "%lld tests, %lld failed", (long long)s.tests,
		    (long long)s.failed);
	json_reader_fini(&s.reader);
	buf_fini(&s.text);
	schemas_fini(&s.schemas);
	return status != EXIT_OK ? status :
	    s.failed > 0 ? EXIT_NEGATIVE : EXIT_OK;
}
