/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cli/output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct column columns[] = {
	{ "name", false }, { "size", true }, { "data", false }
};

struct sink {
	struct output out;
	char text[20000];
};

static void
start(struct sink *s, enum format format)
{
	output_init(&s->out, tmpfile(), format);
	assert_non_null(s->out.file);
}

/* What was written, as a text; ends the sink. */
static const char *
written(struct sink *s)
{
	size_t n;

	assert_int_equal(output_flush(&s->out), 0);
	assert_false(s->out.is_nomem);
	rewind(s->out.file);
	n = fread(s->text, 1, sizeof(s->text) - 1, s->out.file);
	s->text[n] = '\0';
	fclose(s->out.file);
	output_fini(&s->out);
	return s->text;
}

static void
row(struct sink *s, const char *name, int64_t size, const char *data)
{
	struct cell cells[3];

	cells[0] = cell_text(name);
	cells[1] = cell_number(size);
	cells[2] = cell_json(data, data != NULL ? strlen(data) : 0);
	assert_int_equal(output_row(&s->out, cells, NULL, 0), 0);
}

static void
an_empty_list_in_json_is_an_array(void **state)
{
	struct sink s;

	(void)state;
	start(&s, FORMAT_JSON);
	output_list(&s.out, columns, 3, 0);
	output_list_end(&s.out);
	assert_string_equal(written(&s), "[]\n");
}

static void
a_list_that_fails_at_once_leaves_no_trace(void **state)
{
	int f;

	(void)state;
	for (f = FORMAT_TABLE; f <= FORMAT_ID; f++) {
		struct sink s;

		start(&s, (enum format)f);
		output_list(&s.out, columns, 3, 0);
		assert_string_equal(written(&s), "");
	}
}

static void
json_is_an_array_of_objects_without_empty_members(void **state)
{
	struct sink s;

	(void)state;
	start(&s, FORMAT_JSON);
	output_list(&s.out, columns, 3, 0);
	row(&s, "a\"\n", 7, "{\"x\":[1]}");
	row(&s, NULL, -1, NULL);
	output_list_end(&s.out);
	assert_string_equal(written(&s),
	    "[\n {\"name\":\"a\\\"\\n\",\"size\":7,\"data\":{\"x\":[1]}},\n"
	    " {\"size\":-1}\n]\n");
}

static void
jsonl_is_an_object_a_line(void **state)
{
	struct sink s;

	(void)state;
	start(&s, FORMAT_JSONL);
	output_list(&s.out, columns, 3, 0);
	row(&s, "a", 1, NULL);
	row(&s, "b", 2, NULL);
	output_list_end(&s.out);
	assert_string_equal(written(&s),
	    "{\"name\":\"a\",\"size\":1}\n{\"name\":\"b\",\"size\":2}\n");
}

static void
csv_quotes_what_it_must(void **state)
{
	struct sink s;

	(void)state;
	start(&s, FORMAT_CSV);
	output_list(&s.out, columns, 3, 0);
	row(&s, "a,b", 1, "{\"x\":\"y\"}");
	row(&s, "two\nlines", 2, NULL);
	output_list_end(&s.out);
	assert_string_equal(written(&s), "name,size,data\n"
	    "\"a,b\",1,\"{\"\"x\"\":\"\"y\"\"}\"\n\"two\nlines\",2,\n");
}

static void
tsv_can_be_undone(void **state)
{
	struct sink s;

	(void)state;
	start(&s, FORMAT_TSV);
	output_list(&s.out, columns, 3, 0);
	row(&s, "a\tb\\n\n", 1, NULL);
	output_list_end(&s.out);
	assert_string_equal(written(&s), "name\tsize\tdata\n"
	    "a\\tb\\\\n\\n\t1\t\n");
}

static void
md_escapes_its_bars(void **state)
{
	struct sink s;

	(void)state;
	start(&s, FORMAT_MD);
	output_list(&s.out, columns, 3, 0);
	row(&s, "a|b", 1, NULL);
	output_list_end(&s.out);
	assert_string_equal(written(&s), "| name | size | data |\n"
	    "| --- | ---: | --- |\n| a\\|b | 1 |  |\n");
}

static void
id_prints_one_column(void **state)
{
	struct sink s;

	(void)state;
	start(&s, FORMAT_ID);
	output_list(&s.out, columns, 3, 0);
	row(&s, "a", 1, NULL);
	row(&s, "b", 2, NULL);
	output_list_end(&s.out);
	assert_string_equal(written(&s), "a\nb\n");
}

static void
a_table_is_aligned_and_has_no_blanks_at_the_end(void **state)
{
	struct sink s;

	(void)state;
	start(&s, FORMAT_TABLE);
	output_list(&s.out, columns, 3, 0);
	row(&s, "long name", 7, "{}");
	row(&s, "\xe4\xb8\xad", 12345, "{}");
	output_list_end(&s.out);
	assert_string_equal(written(&s),
	    "name        size  data\n"
	    "long name      7  {}\n"
	    "\xe4\xb8\xad         12345  {}\n");
}

static void
a_table_goes_on_after_the_rows_held_back(void **state)
{
	struct sink s;
	const char *text;
	size_t lines = 0;
	int i;

	(void)state;
	start(&s, FORMAT_TABLE);
	output_list(&s.out, columns, 3, 0);
	for (i = 0; i < OUTPUT_HELD + 50; i++)
		row(&s, i < OUTPUT_HELD ? "a" : "much wider", i, "{}");
	output_list_end(&s.out);
	for (text = written(&s); *text != '\0'; text++)
		lines += *text == '\n';
	assert_int_equal(lines, OUTPUT_HELD + 50 + 1);
	assert_non_null(strstr(s.text, "much wider   249  {}\n"));
}

static void
a_table_is_cut_where_a_terminal_ends(void **state)
{
	struct sink s;

	(void)state;
	start(&s, FORMAT_TABLE);
	s.out.room = 34;
	output_list(&s.out, columns, 3, 0);
	row(&s, "a", 1, "{\"text\":\"0123456789abcdefghijklmn\"}");
	output_list_end(&s.out);
	assert_string_equal(written(&s), "name  size  data\n"
	    "a        1  {\"text\":\"0123456789ab\xe2\x80\xa6\n");
}

static void
a_box_has_a_frame(void **state)
{
	struct sink s;

	(void)state;
	start(&s, FORMAT_BOX);
	output_list(&s.out, columns, 2, 0);
	row(&s, "ab", 1, NULL);
	output_list_end(&s.out);
	assert_string_equal(written(&s),
	    "┌──────┬──────┐\n"
	    "│ name │ size │\n"
	    "├──────┼──────┤\n"
	    "│ ab   │    1 │\n"
	    "└──────┴──────┘\n");
}

static void
a_record_is_shown_whole_and_upright(void **state)
{
	struct sink s;
	struct cell cells[3];

	(void)state;
	start(&s, FORMAT_TABLE);
	s.out.room = 20;
	cells[0] = cell_text("a name that is longer than the terminal");
	cells[1] = cell_number(3);
	cells[2] = cell_text(NULL);
	output_record(&s.out, columns, 3, 0, cells);
	assert_string_equal(written(&s), "field  value\n"
	    "name   a name that is longer than the terminal\n"
	    "size   3\n");
}

static void
an_object_is_taken_apart(void **state)
{
	static const char json[] =
	    "{\"path\":\"f\",\"pages\":{\"free\":2},\"on\":true,"
	    "\"tags\":[1,2]}";
	struct sink s;

	(void)state;
	start(&s, FORMAT_TSV);
	output_object(&s.out, json, sizeof(json) - 1, "path", true);
	assert_string_equal(written(&s),
	    "path\tpages.free\ton\ttags\nf\t2\ttrue\t[1,2]\n");
	start(&s, FORMAT_JSON);
	output_object(&s.out, json, sizeof(json) - 1, "path", true);
	written(&s);
	assert_memory_equal(s.text, json, sizeof(json) - 1);
	start(&s, FORMAT_ID);
	output_object(&s.out, json, sizeof(json) - 1, "path", true);
	assert_string_equal(written(&s), "f\n");
}

static void
a_terminal_gets_no_control_characters(void **state)
{
	static const char evil[] = "\033]0;owned\007\xc2\x9b\xe2\x80\xae\xff";
	int f;

	(void)state;
	for (f = FORMAT_TABLE; f <= FORMAT_ID; f++) {
		struct sink s;
		const char *t;

		start(&s, (enum format)f);
		s.out.is_tty = true;
		output_list(&s.out, columns, 3, 0);
		row(&s, evil, 1, "\"\xc2\x9b\"");
		output_list_end(&s.out);
		for (t = written(&s); *t != '\0'; t++)
			assert_true((unsigned char)*t >= ' ' || *t == '\n' ||
			    *t == '\t');
		assert_null(strstr(s.text, "\xc2\x9b"));
		assert_null(strstr(s.text, "\xe2\x80\xae"));
		assert_null(strchr(s.text, '\xff'));
	}
}

static void
a_pipe_gets_the_bytes_as_they_are(void **state)
{
	struct sink s;

	(void)state;
	start(&s, FORMAT_TSV);
	output_list(&s.out, columns, 1, 0);
	row(&s, "\033[1m", 1, NULL);
	output_list_end(&s.out);
	assert_string_equal(written(&s), "name\n\033[1m\n");
}

static void
a_full_disk_is_told(void **state)
{
	struct output o;
	FILE *full = fopen("/dev/full", "w");
	struct cell cells[3];
	int i, stopped = 0;

	(void)state;
	if (full == NULL)
		skip();
	output_init(&o, full, FORMAT_JSONL);
	output_list(&o, columns, 3, 0);
	cells[0] = cell_text("some text to fill what the stream buffers");
	cells[1] = cell_number(1);
	cells[2] = cell_text(NULL);
	for (i = 0; i < 10000 && !stopped; i++)
		stopped = output_row(&o, cells, NULL, 0);
	assert_true(stopped);
	assert_int_equal(output_flush(&o), ENOSPC);
	fclose(full);
	output_fini(&o);
}

static void
a_count_is_a_number_alone_or_a_member(void **state)
{
	struct sink s;

	(void)state;
	start(&s, FORMAT_TSV);
	output_count(&s.out, "count", 42);
	assert_string_equal(written(&s), "42\n");
	start(&s, FORMAT_JSON);
	output_count(&s.out, "count", 42);
	assert_string_equal(written(&s), "{\"count\":42}\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_list_in_json_is_an_array),
		cmocka_unit_test(a_list_that_fails_at_once_leaves_no_trace),
		cmocka_unit_test(
		    json_is_an_array_of_objects_without_empty_members),
		cmocka_unit_test(jsonl_is_an_object_a_line),
		cmocka_unit_test(csv_quotes_what_it_must),
		cmocka_unit_test(tsv_can_be_undone),
		cmocka_unit_test(md_escapes_its_bars),
		cmocka_unit_test(id_prints_one_column),
		cmocka_unit_test(
		    a_table_is_aligned_and_has_no_blanks_at_the_end),
		cmocka_unit_test(a_table_goes_on_after_the_rows_held_back),
		cmocka_unit_test(a_table_is_cut_where_a_terminal_ends),
		cmocka_unit_test(a_box_has_a_frame),
		cmocka_unit_test(a_record_is_shown_whole_and_upright),
		cmocka_unit_test(an_object_is_taken_apart),
		cmocka_unit_test(a_terminal_gets_no_control_characters),
		cmocka_unit_test(a_pipe_gets_the_bytes_as_they_are),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(a_count_is_a_number_alone_or_a_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
