/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "filter/parts.h"

#include "base/error.h"

#include "memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char row[] =
    "{\"size\":1500,\"section\":\"libs\",\"name\":\"Ada's\","
    "\"owner\":{\"name\":\"Ada\",\"age\":36.5},\"tags\":[\"x\",\"y\",null],"
    "\"odd name\":1,\"a.b\":2,\"none\":null,\"yes\":true,\"no\":false,"
    "\"in\":3,\"gr\xc3\xb6\xc3\x9f" "e\":4,\"big\":9007199254740993,"
    "\"raw\":12345678901234567890123,\"minus\":-5,\"grid\":[[1,2],[3,4]],"
    "\"empty\":\"\",\"l\":\"\\u0000\"}";

static struct json_reader reader;
static yyjson_val *attributes;
static alk_error err;
static struct buf wanted; /* of operators() */

static int
setup(void **state)
{
	const struct json_bounds bounds = { 4096, 100, NULL, NULL };

	(void)state;
	attributes = json_read(&reader, row, strlen(row), &bounds, &err);
	return attributes == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	json_reader_fini(&reader);
	buf_fini(&wanted);
	return 0;
}

static bool
matches(const char *text)
{
	struct filter *f = NULL;

	error_clear(&err);
	if (filter_parse(text, strlen(text), &f, &err) != ALK_OK)
		fail_msg("%s: %s: %s", text, err.entry, err.text);
	bool is_match = filter_match(f, attributes);
	filter_free(f);
	return is_match;
}

static void
assert_true_all(const char *const *texts)
{
	for (; *texts != NULL; texts++)
		if (!matches(*texts))
			fail_msg("should match: %s", *texts);
}

static void
assert_false_all(const char *const *texts)
{
	for (; *texts != NULL; texts++)
		if (matches(*texts))
			fail_msg("should not match: %s", *texts);
}

static void
refused(const char *text, size_t bytes, int code, const char *entry,
    const char *part)
{
	struct filter *f = NULL;

	error_clear(&err);
	if (filter_parse(text, bytes, &f, &err) != code)
		fail_msg("%.60s: code %d: %s", text, err.code, err.text);
	assert_null(f);
	assert_int_equal(err.code, code);
	if (strcmp(err.entry, entry) != 0)
		fail_msg("%s: at \"%s\", not \"%s\"", text, err.entry, entry);
	if (strstr(err.text, part) == NULL)
		fail_msg("%s: \"%s\" lacks \"%s\"", text, err.text, part);
}

static void
assert_refused(const char *text, const char *entry, const char *part)
{
	refused(text, strlen(text), ALK_FILTER, entry, part);
}

/* ---- What matches ---- */

static void
numbers_compare_by_value(void **state)
{
	static const char *const yes[] = { "size = 1500", "size = 1500.0",
		"size = 1.5e3", "size = 15E+2", "size > 1000", "size >= 1500",
		"size <= 1500", "size < 1500.5", "owner.age = 36.5",
		"big = 9007199254740993", "big > 9007199254740992",
		"big > 9007199254740992.0", "raw > 12345678901234567890122",
		"raw = 12345678901234567890123", "raw < 1e400", "minus > -6",
		"minus<-4", "size>-1", "minus < 0", NULL };
	static const char *const no[] = { "size = 1501", "size < 1500",
		"size > 1500", "big = 9007199254740992", "size = \"1500\"",
		"big > 9007199254740993.0", "raw = 1.2345678901234568e22",
		NULL };

	(void)state;
	assert_true_all(yes);
	assert_false_all(no);
}

static void
strings_compare_by_bytes(void **state)
{
	static const char *const yes[] = { "section = \"libs\"",
		"section = 'libs'", "section < \"libt\"", "section > \"lib\"",
		"section >= 'libs'", "name = 'Ada''s'", "name = \"Ada's\"",
		"section = \"li\\u0062s\"", "empty = \"\"", "empty < 'a'",
		"section > 'Z'", "l = \"\\u0000\"", "l > ''", NULL };
	static const char *const no[] = { "section = 'Libs'",
		"section < 'libs'", "section = 'lib'", "size > 'a'",
		"section > 5", "empty > ''", NULL };

	(void)state;
	assert_true_all(yes);
	assert_false_all(no);
}

static void
prefix_looks_at_the_beginning_of_strings(void **state)
{
	static const char *const yes[] = { "section prefix \"lib\"",
		"section prefix 'libs'", "section prefix ''",
		"section not prefix 'ib'", "size not prefix '1'", NULL };
	static const char *const no[] = { "section prefix 'libsx'",
		"size prefix '1'", "absent prefix ''", NULL };

	(void)state;
	assert_true_all(yes);
	assert_false_all(no);
}

static void
in_takes_any_of_a_list(void **state)
{
	static const char *const yes[] = { "section in (\"a\", \"libs\")",
		"size in(1,2,1500.0)", "none in (null)", "yes in (false, true)",
		"size not in (1, \"1500\")", "absent not in (1)", NULL };
	static const char *const no[] = { "section in ('a')",
		"size in (\"1500\")", "absent in (null)",
		"section not in ('libs')", NULL };

	(void)state;
	assert_true_all(yes);
	assert_false_all(no);
}

static void
a_missing_member_is_equal_to_nothing(void **state)
{
	static const char *const yes[] = { "absent != 1", "absent != null",
		"none = null", "not absent = null", "not exists(absent)",
		"absent not exists", "not absent > 1", "owner.x.y != 1",
		"size.x not exists", "tags[9] != 'x'", NULL };
	static const char *const no[] = { "absent = null", "absent = 1",
		"absent < 1", "absent >= 1", "none != null", "exists(absent)",
		"tags[3] = null", NULL };

	(void)state;
	assert_true_all(yes);
	assert_false_all(no);
}

static void
exists_sees_members_that_are_null(void **state)
{
	static const char *const yes[] = { "exists(none)", "none exists",
		"exists($)", "exists ( owner . name )", "tags[2] exists",
		"exists(no)", NULL };

	(void)state;
	assert_true_all(yes);
}

static void
booleans_are_compared_with_booleans(void **state)
{
	static const char *const yes[] = { "yes = true", "no = false",
		"yes != false", "size != true", NULL };
	static const char *const no[] = { "yes = false", "size = true",
		"no = null", NULL };

	(void)state;
	assert_true_all(yes);
	assert_false_all(no);
}

static void
paths_lead_through_members_and_elements(void **state)
{
	static const char *const yes[] = { "owner.name = 'Ada'",
		"$.owner.name = 'Ada'", "$[\"owner\"]['name'] = 'Ada'",
		"tags[0] = 'x'", "tags[-2] = 'y'", "tags[-3] = 'x'",
		"grid[1][0] = 3", "\"odd name\" = 1", "'odd name' = 1",
		"\"a.b\" = 2", "\"in\" = 3", "$.\"in\" = 3",
		"gr\xc3\xb6\xc3\x9f" "e = 4", "tags[-4] not exists",
		"\"\\u0069n\" = 3", "owner[0] not exists", NULL };

	(void)state;
	assert_true_all(yes);
}

static void
and_binds_closer_than_or_and_not_closest(void **state)
{
	static const char *const yes[] = { "yes = true or yes = true and "
		"yes = false", "not yes = false and yes = true",
		"not (yes = false or yes = false)", "not not yes = true",
		"no = true or no = true or yes = true",
		"yes = true and no = false and size = 1500",
		"(no = true or yes = true) and (yes = true or no = true)",
		"size > 1000 and (section = \"libs\" or section prefix "
		    "\"lib\") "
		"and exists(tags)", "not no = true and not no = true",
		"no = true and no = true or yes = true", NULL };
	static const char *const no[] = { "(yes = true or yes = true) and "
		"yes = false", "not yes = true or no = true",
		"not (yes = true and no = false)",
		"yes = true and (no = true or no = true)",
		"yes = true and no = false and size = 1", NULL };

	(void)state;
	assert_true_all(yes);
	assert_false_all(no);
}

/*
 * Every combination of three conditions and two words, against C's own
 * operators.
 */
static void
conditions_combine_as_in_c(void **state)
{
	char text[200];

	(void)state;
	for (unsigned bits = 0; bits < 8 * 4 * 8; bits++) {
		bool a = bits & 1, b = bits & 2, c = bits & 4;
		bool first_or = bits & 8, second_or = bits & 16;
		bool na = bits & 32, nb = bits & 64, nc = bits & 128;
		(void)snprintf(text, sizeof(text), "%syes = %s %s %syes = %s "
		    "%s %syes = %s", na ? "not " : "", a ? "true" : "false",
		    first_or ? "or" : "and", nb ? "not " : "",
		    b ? "true" : "false", second_or ? "or" : "and",
		    nc ? "not " : "", c ? "true" : "false");
		a ^= na;
		b ^= nb;
		c ^= nc;
		bool expected = first_or ? (second_or ? a || b || c : a || (b &&
		    c)) : (second_or ? (a && b) || c : a && b && c);
		if (matches(text) != expected)
			fail_msg("%s is not %d", text, expected);
	}
}

static void
a_filter_is_run_on_any_value(void **state)
{
	struct filter *f = NULL;
	yyjson_doc *doc = yyjson_read("[1,{\"a\":2}]", 11, 0);

	(void)state;
	assert_int_equal(filter_parse("$[1].a = 2", 10, &f, &err), ALK_OK);
	assert_true(filter_match(f, yyjson_doc_get_root(doc)));
	assert_false(filter_match(f, NULL));
	assert_false(filter_match(f, attributes));
	filter_free(f);
	yyjson_doc_free(doc);
}

/* ---- What is refused ---- */

/* "an operator: = != ...", of the table; of the words in it only. */
static const char *
operators(bool words_only)
{
	struct buf *text = &wanted;

	buf_clear(text);
	buf_str(text, "an operator:");
	for (size_t i = 0; i < filter_operators_count; i++)
		if (!words_only ||
		    filter_operator_is_word(&filter_operators[i]))
			buf_printf(text, " %s", filter_operators[i].token);
	buf_str(text, ", found");
	return buf_text(text);
}

static void
an_error_tells_what_was_expected_and_found(void **state)
{
	(void)state;
	assert_refused("", "byte 1", "found the end of the filter");
	assert_refused("size", "byte 5", operators(false));
	assert_refused("size >", "byte 7", "a number or a text in quotes");
	assert_refused("size > 1 2", "byte 10", "found the number 2");
	assert_refused("size > 1 and", "byte 13", "a condition, as size > 10");
	assert_refused("(size > 1", "byte 10", "'and', 'or' or ')'");
	assert_refused("size > 1)", "byte 9", "the end of the filter, found "
	    "')'");
	assert_refused("section = libs", "byte 11", "found 'libs'");
	assert_refused("section in 'libs'", "byte 12", "expected (");
	assert_refused("section in ()", "byte 13", "a value: a number");
	assert_refused("section in ('a' 'b')", "byte 17", "',' or ')'");
	assert_refused("section prefix 5", "byte 16", "a text in quotes");
	assert_refused("3 < size", "byte 1", "it stands on the left");
	assert_refused("size not = 3", "byte 10", operators(true));
	assert_refused("exists tags", "byte 8", "expected (");
	assert_refused("tags.0 = 1", "byte 6", "as in tags[0]");
	assert_refused("tags[1.5] = 1", "byte 6", "a whole number");
	assert_refused("tags[99999999999] = 1", "byte 6", "a whole number");
	assert_refused("tags[0 = 1", "byte 8", "expected ]");
	assert_refused("owner. = 1", "byte 8", "a member's name");
	assert_refused("in = 3", "byte 1", "stands in quotes");
	assert_refused("a.not = 3", "byte 3", "stands in quotes");
	assert_refused("size < null", "byte 8", "have no order");
	assert_refused("size < true", "byte 8", "have no order");
	assert_refused("size = (1)", "byte 8", "a value: a number");
}

static void
an_error_names_the_word_that_was_meant(void **state)
{
	(void)state;
	assert_refused("section prefx 'lib'", "byte 9", "did you mean "
	    "'prefix'");
	assert_refused("tags exist", "byte 6", "did you mean 'exists'");
	assert_refused("a = 1 AND b = 2", "byte 7", "did you mean 'and'");
	assert_refused("a = True", "byte 5", "did you mean 'true'");
	assert_refused("a = nul", "byte 5", "did you mean 'null'");
	assert_refused("a == 1", "byte 3", "write '='");
	assert_refused("a <> 1", "byte 3", "write '!='");
	assert_refused("a = 1 && b = 2", "byte 7", "write 'and'");
	assert_refused("a = 1 || b = 2", "byte 7", "write 'or'");
	assert_refused("!a = 1", "byte 1", "write 'not'");
}

static void
bad_tokens_are_refused_where_they_begin(void **state)
{
	(void)state;
	assert_refused("a = \"x", "byte 5", "no closing \"");
	assert_refused("a = 'x", "byte 5", "no closing '");
	assert_refused("a = \"\\x41\"", "byte 6", "not an escape of JSON");
	assert_refused("a = \"\\ud800\"", "byte 6", "not an escape of JSON");
	assert_refused("a = \"\\udc00\\ud800\"", "byte 6", "not an escape");
	assert_refused("a = \"b\nc\"", "byte 7", "a control character");
	assert_refused("a = 01", "byte 5", "not a number");
	assert_refused("a = 1.", "byte 5", "not a number");
	assert_refused("a = 1e", "byte 5", "not a number");
	assert_refused("a = -", "byte 5", "not a number");
	assert_refused("a = 5kg", "byte 5", "not a number");
	assert_refused("a = +5", "byte 5", "'+' means nothing here");
	assert_refused("a # 5", "byte 3", "'#' means nothing here");
	assert_refused("a = 1 \x01", "byte 7", "a control character");
	refused("a = 1\0", 6, ALK_FILTER, "byte 6", "a control character");
	assert_refused("a = '\xff'", "", "not UTF-8");
}

static void
pairs_of_surrogates_are_one_character(void **state)
{
	struct filter *f = NULL;
	yyjson_doc *doc = yyjson_read("{\"a\":\"\xf0\x9f\x98\x80\"}", 12, 0);
	static const char text[] = "a = \"\\ud83d\\ude00\"";

	(void)state;
	assert_int_equal(filter_parse(text, sizeof(text) - 1, &f, &err),
	    ALK_OK);
	assert_true(filter_match(f, yyjson_doc_get_root(doc)));
	filter_free(f);
	yyjson_doc_free(doc);
}

/* ---- Limits ---- */

static char *
repeat(const char *before, const char *part, size_t count, const char *after,
    const char *end)
{
	size_t room = strlen(before) + count * (strlen(part) + strlen(end)) +
	    strlen(after) + 1;
	char *text = malloc(room);

	assert_non_null(text);
	char *at = text + sprintf(text, "%s", before);
	for (size_t i = 0; i < count; i++)
		at += sprintf(at, "%s", part);
	at += sprintf(at, "%s", after);
	for (size_t i = 0; i < count; i++)
		at += sprintf(at, "%s", end);
	return text;
}

static void
nesting_is_bounded(void **state)
{
	char *text = repeat("", "(", FILTER_DEPTH_MAX, "yes = true", ")");

	(void)state;
	assert_true(matches(text));
	free(text);
	text = repeat("", "(", FILTER_DEPTH_MAX + 1, "yes = true", ")");
	refused(text, strlen(text), ALK_LIMIT, "", "nests more than 100");
	free(text);
	text = repeat("", "not ", FILTER_DEPTH_MAX, "yes = true", "");
	assert_true(matches(text));
	free(text);
	text = repeat("", "not ", 60000, "yes = true", "");
	refused(text, 60000, ALK_LIMIT, "", "nests more than 100");
	free(text);
}

static void
side_by_side_does_not_nest(void **state)
{
	char *text = repeat("yes = true", " and (not no = true)", 500, "", "");

	(void)state;
	assert_true(matches(text));
	free(text);
}

static void
size_is_bounded(void **state)
{
	char *text = repeat("size in (0", ",1", FILTER_NODES_MAX, ")", "");

	(void)state;
	refused(text, strlen(text), ALK_LIMIT, "", "more than 4096");
	free(text);
	text = repeat("yes = true", " or no = true", FILTER_NODES_MAX / 2, "",
	    "");
	refused(text, strlen(text), ALK_LIMIT, "", "more than 4096");
	free(text);
	text = repeat("yes = true", " ", FILTER_BYTES_MAX, "", "");
	refused(text, strlen(text), ALK_LIMIT, "", "65536 are allowed");
	refused(text, FILTER_BYTES_MAX + 1, ALK_LIMIT, "", "65537 bytes");
	text[FILTER_BYTES_MAX] = '\0';
	assert_true(matches(text));
	free(text);
}

static void
an_error_may_go_unheard(void **state)
{
	struct filter *f = NULL;
	struct filter_path *p = NULL;

	(void)state;
	assert_int_equal(filter_parse("a b", 3, &f, NULL), ALK_FILTER);
	assert_int_equal(filter_path_parse("a b", 3, &p, NULL), ALK_FILTER);
	assert_int_equal(filter_parse("a = 1", 5, &f, NULL), ALK_OK);
	filter_free(f);
	filter_free(NULL);
	filter_path_free(NULL);
}

/* ---- Paths alone ---- */

static const char *
value_at(const char *path, struct buf *out)
{
	struct filter_path *p = NULL;

	error_clear(&err);
	if (filter_path_parse(path, strlen(path), &p, &err) != ALK_OK)
		return err.text;
	yyjson_val *v = filter_path_get(p, attributes);
	buf_clear(out);
	if (v != NULL)
		json_write(out, v);
	filter_path_free(p);
	return v != NULL ? buf_text(out) : "missing";
}

static void
a_path_alone_is_read_as_in_a_filter(void **state)
{
	static const char *const cases[][2] = {
		{ "size", "1500" }, { "owner.name", "\"Ada\"" },
		{ "$.owner.age", "36.5" }, { "tags[-1]", "null" },
		{ "grid[0]", "[1,2]" }, { "grid[0][1]", "2" },
		{ "\"odd name\"", "1" }, { "$['a.b']", "2" },
		{ "absent", "missing" }, { "tags[3]", "missing" },
		{ "size.x", "missing" }, { " owner . name ", "\"Ada\"" },
	};
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(value_at(cases[i][0], &out), cases[i][1]);
	assert_string_equal(value_at("$", &out), row);
	buf_fini(&out);
}

static void
a_bad_path_is_refused(void **state)
{
	static const char *const cases[][2] = {
		{ "", "found the end of the path" }, { "a.", "a member's "
		    "name" },
		{ "a b", "'.', '[' or the end of the path" },
		{ "a[", "a whole number" }, { "a[0", "expected ]" },
		{ "[0]", "a member's name" }, { "a..b", "a member's name" },
		{ "exists", "stands in quotes" }, { "a = 1", "found '='" },
	};
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = value_at(cases[i][0], &out);
		if (strstr(text, cases[i][1]) == NULL)
			fail_msg("%s: \"%s\"", cases[i][0], text);
		assert_int_equal(err.code, ALK_FILTER);
		assert_memory_equal(err.entry, "byte ", 5);
	}
	buf_fini(&out);
}

/* ---- Memory ---- */

static void
missing_memory_is_told_at_every_allocation(void **state)
{
	static const char text[] = "a.b = 'x' and (tags[0] in (1, 2, \"z\") or "
	    "not exists(c)) and \"odd name\" not prefix 'q' or d q";

	(void)state;
	for (int with_error = 0; with_error < 2; with_error++) {
		size_t bytes = sizeof(text) - 1 - (with_error ? 0 : 7);
		int64_t before = memory_live();
		int64_t n = 0;
		do {
			struct filter *f = NULL;
			struct filter_path *p = NULL;
			error_clear(&err);
			memory_fail_at(n++, true);
			int rc = filter_parse(text, bytes, &f, &err);
			if (rc == ALK_OK || rc == ALK_FILTER) {
				rc = filter_path_parse("a.b[0]", 6, &p, NULL);
				filter_path_free(p);
			}
			filter_free(f);
			memory_heal();
			assert_int_equal(rc, memory_fired() ? ALK_NOMEM :
			    ALK_OK);
			assert_int_equal(memory_live(), before);
		} while (memory_fired());
		assert_true(n > 5);
	}
}

#define T(name) cmocka_unit_test(name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(numbers_compare_by_value),
		T(strings_compare_by_bytes),
		T(prefix_looks_at_the_beginning_of_strings),
		T(in_takes_any_of_a_list),
		T(a_missing_member_is_equal_to_nothing),
		T(exists_sees_members_that_are_null),
		T(booleans_are_compared_with_booleans),
		T(paths_lead_through_members_and_elements),
		T(and_binds_closer_than_or_and_not_closest),
		T(conditions_combine_as_in_c),
		T(a_filter_is_run_on_any_value),
		T(an_error_tells_what_was_expected_and_found),
		T(an_error_names_the_word_that_was_meant),
		T(bad_tokens_are_refused_where_they_begin),
		T(pairs_of_surrogates_are_one_character),
		T(nesting_is_bounded),
		T(side_by_side_does_not_nest),
		T(size_is_bounded),
		T(an_error_may_go_unheard),
		T(a_path_alone_is_read_as_in_a_filter),
		T(a_bad_path_is_refused),
		T(missing_memory_is_told_at_every_allocation),
	};

	memory_install();
	return cmocka_run_group_tests(tests, setup, teardown);
}
