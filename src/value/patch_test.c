/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "value/testing.h"

/* answer: JSON, or the name of a code and the place of the error. */
static void
expect(const char *current, const char *edits, const char *answer)
{
	struct json_reader a = { 0 };
	struct json_reader b = { 0 };
	struct value_work work = { 0 };
	struct buf text = { 0 };
	alk_error err = { 0 };
	yyjson_val *out = NULL;
	int rc = value_patch(&work, testing_read(&a, current),
	    testing_read(&b, edits), &out, &err);

	assert_int_equal(rc, err.code);
	if (rc == ALK_OK)
		json_write(&text, out);
	else
		buf_printf(&text, "%s %s", alk_error_name(rc), err.pointer);
	if (strcmp(buf_text(&text), answer) != 0)
		fail_msg("%s with %s gives %s (%s), not %s", current, edits,
		    buf_text(&text), err.text, answer);
	value_work_fini(&work);
	buf_fini(&text);
	json_reader_fini(&a);
	json_reader_fini(&b);
}

#define SET(path, value) \
	"{\"type\":\"update\",\"path\":\"" path "\",\"value\":" value "}"
#define INSERT(path, value) \
	"{\"type\":\"insert\",\"path\":\"" path "\",\"value\":" value "}"
#define DELETE(path) "{\"type\":\"delete\",\"path\":\"" path "\"}"

static void
members_are_set_and_deleted(void **state)
{
	(void)state;
	expect("{\"a\":1,\"b\":{\"c\":2}}",
	    "[" SET("/b/c", "3") "," INSERT("/b/d", "[]") "," DELETE("/a") "]",
	    "{\"b\":{\"c\":3,\"d\":[]}}");
	expect("{\"a\":null}", "[" DELETE("/a") "]", "{}");
	expect("{\"a\":1}", "[" DELETE("/a") "," INSERT("/a", "2") "]",
	    "{\"a\":2}");
	expect("{\"a/b\":1,\"m~n\":1,\"\":1}", "[" SET("/a~1b", "2") ","
	    SET("/m~0n", "2") "," SET("/", "2") "]",
	    "{\"a/b\":2,\"m~n\":2,\"\":2}");
	expect("{}", "[]", "{}");
}

static void
items_are_set_appended_and_taken_out(void **state)
{
	(void)state;
	expect("[1,2,3]", "[" DELETE("/1") "]", "[1,3]");
	expect("[1,2,3]", "[" INSERT("/1", "9") "," INSERT("/3", "4") "]",
	    "[1,9,3,4]");
	expect("[[1],[2]]", "[" DELETE("/0") "," SET("/0/0", "5") "]",
	    "[[5]]");
}

static void
an_edit_may_lead_into_what_one_before_brought(void **state)
{
	(void)state;
	expect("{}", "[" INSERT("/a", "{\"b\":[]}") "," INSERT("/a/b/0", "1")
	    "," INSERT("/a/c", "2") "]", "{\"a\":{\"b\":[1],\"c\":2}}");
}

static void
an_update_of_the_whole_stands_alone(void **state)
{
	(void)state;
	expect("{\"a\":1}", "[" SET("", "[1]") "," SET("/b", "2") "]", "[1]");
	expect("{\"a\":1}", "[" SET("/a", "2") "," SET("", "[1]") "]",
	    "ALK_CONFLICT /1/path");
	expect("{}", "[" INSERT("", "5") "]", "ALK_CONFLICT /0/path");
	expect("{}", "[" DELETE("") "]", "ALK_CONFLICT /0/path");
}

static void
what_does_not_fit_is_refused(void **state)
{
	(void)state;
	static const char *const edits[] = {
		INSERT("/x/y", "1"), DELETE("/x"), DELETE("/l/2"),
		INSERT("/l/3", "1"), INSERT("/l/-", "1"), INSERT("/l/01", "1"),
		SET("/n/m", "1"), SET("/l/0/0", "1"), INSERT("/l/", "1"),
		INSERT("/l/99999999999999999999", "1"), DELETE("/a/")
	};

	for (size_t i = 0; i < COUNT(edits); i++) {
		struct buf list = { 0 };
		buf_printf(&list, "[" SET("/a", "{}") ",%s]", edits[i]);
		expect("{\"a\":1,\"l\":[1,2],\"n\":null}", buf_text(&list),
		    "ALK_CONFLICT /1/path");
		buf_fini(&list);
	}
}

static void
what_is_no_edit_is_refused(void **state)
{
	(void)state;
	expect("{}", "{}", "ALK_INVALID ");
	expect("{}", "[1]", "ALK_INVALID /0");
	expect("{}", "[{\"type\":\"move\",\"path\":\"/a\"}]",
	    "ALK_INVALID /0/type");
	expect("{}", "[{\"type\":\"delete\"}]", "ALK_INVALID /0/path");
	expect("{}", "[{\"type\":\"update\",\"path\":\"/a\"}]",
	    "ALK_INVALID /0");
	expect("{}", "[" SET("a", "1") "]", "ALK_INVALID /0/path");
	expect("{}", "[" SET("/~2", "1") "]", "ALK_INVALID /0/path");
	expect("{}", "[" SET("/~", "1") "]", "ALK_INVALID /0/path");
}

/* Each edit finds its member by an index, also those that came by edits. */
static void
many_members_take_a_moment(void **state)
{
	(void)state;
	struct buf edits = { 0 };
	struct buf answer = { 0 };
	const int count = 60000;

	for (int i = 0; i < count; i++)
		buf_printf(&edits, "%s" INSERT("/k%d", "0"),
		    i == 0 ? "[" : ",", i);
	for (int i = 0; i < count; i++)
		buf_printf(&edits, "," SET("/k%d", "%d"), i, i);
	for (int i = 1; i < count; i++)
		buf_printf(&edits, "," DELETE("/k%d"), i);
	buf_char(&edits, ']');
	expect("{}", buf_text(&edits), "{\"k0\":0}");
	buf_fini(&edits);
	buf_fini(&answer);
}

/* Every delete moves all items behind it: that is work, and is counted. */
static void
deletes_at_the_front_of_a_large_array_are_limited(void **state)
{
	(void)state;
	struct buf value = { 0 };
	struct buf edits = { 0 };

	for (int i = 0; i < 300000; i++)
		buf_str(&value, i == 0 ? "[1" : ",1");
	buf_char(&value, ']');
	for (int i = 0; i < 20000; i++)
		buf_str(&edits, i == 0 ? "[" DELETE("/0") : "," DELETE("/0"));
	buf_char(&edits, ']');
	struct json_reader a = { 0 };
	struct json_reader b = { 0 };
	struct value_work work = { 0 };
	alk_error err = { 0 };
	yyjson_val *out = NULL;
	assert_int_equal(value_patch(&work, testing_read(&a, buf_text(&value)),
	    testing_read(&b, buf_text(&edits)), &out, &err), ALK_LIMIT);
	assert_null(out);
	value_work_fini(&work);
	json_reader_fini(&a);
	json_reader_fini(&b);
	buf_fini(&value);
	buf_fini(&edits);
}

static void
edits_cannot_nest_a_value_too_deep(void **state)
{
	(void)state;
	struct buf deep = { 0 };
	struct buf edits = { 0 };

	for (int i = 0; i < 600; i++)
		buf_char(&deep, '[');
	for (int i = 0; i < 600; i++)
		buf_char(&deep, ']');
	buf_printf(&edits, "[{\"type\":\"insert\",\"path\":\"");
	for (int i = 0; i < 600; i++)
		buf_str(&edits, "/0");
	buf_printf(&edits, "\",\"value\":%s}]", buf_text(&deep));
	expect(buf_text(&deep), buf_text(&edits), "ALK_LIMIT ");
	buf_fini(&deep);
	buf_fini(&edits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_set_and_deleted),
		cmocka_unit_test(items_are_set_appended_and_taken_out),
		cmocka_unit_test(an_edit_may_lead_into_what_one_before_brought),
		cmocka_unit_test(an_update_of_the_whole_stands_alone),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(what_is_no_edit_is_refused),
		cmocka_unit_test(many_members_take_a_moment),
		cmocka_unit_test(
		    deletes_at_the_front_of_a_large_array_are_limited),
		cmocka_unit_test(edits_cannot_nest_a_value_too_deep)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
