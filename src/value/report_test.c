/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "value/testing.h"

static int
note(void *arg, const struct value_step *step)
{
	static const char *const names[] = { "filled", "converted",
		"truncated", "replaced", "dropped" };
	struct buf *text = arg;

	assert_int_equal(step->before == NULL, step->change == VALUE_FILLED);
	assert_int_equal(step->after == NULL, step->change == VALUE_DROPPED);
	buf_printf(text, "%s%s '%s'", step->is_lossy ? "!" : "",
	    names[step->change], step->pointer);
	if (step->before != NULL) {
		buf_char(text, ' ');
		json_write(text, step->before);
	}
	if (step->after != NULL) {
		buf_str(text, " to ");
		json_write(text, step->after);
	}
	buf_char(text, '\n');
	return 0;
}

static void
expect(const char *before, const char *after, const char *steps)
{
	struct json_reader a = { 0 };
	struct json_reader b = { 0 };
	struct buf text = { 0 };
	alk_error err = { 0 };

	assert_int_equal(value_report(testing_read(&a, before),
	    testing_read(&b, after), note, &text, &err), ALK_OK);
	assert_string_equal(buf_text(&text), steps);
	buf_fini(&text);
	json_reader_fini(&a);
	json_reader_fini(&b);
}

static void
each_step_is_told_with_its_kind(void **state)
{
	(void)state;
	expect("{\"w\":\"3\",\"old\":1,\"n\":{\"a/b\":4.9},\"s\":\"x\"}",
	    "{\"w\":3,\"n\":{\"a/b\":4},\"s\":0,\"new\":[]}",
	    "converted '/w' \"3\" to 3\n"
	    "!dropped '/old' 1\n"
	    "!truncated '/n/a~1b' 4.9 to 4\n"
	    "!replaced '/s' \"x\" to 0\n"
	    "filled '/new' to []\n");
	expect("{\"a\":1.0}", "{\"a\":1}", "");
}

static void
conversions_that_say_the_same_lose_nothing(void **state)
{
	(void)state;
	expect("[\" 7 \",true,1,\"NULL\",5,\"1e3\",\"FALSE\"]",
	    "[7,1,true,null,\"5\",1000,false]",
	    "converted '/0' \" 7 \" to 7\n"
	    "converted '/1' true to 1\n"
	    "converted '/2' 1 to true\n"
	    "converted '/3' \"NULL\" to null\n"
	    "converted '/4' 5 to \"5\"\n"
	    "converted '/5' \"1e3\" to 1000\n"
	    "converted '/6' \"FALSE\" to false\n");
	expect("5", "[5]", "converted '' 5 to [5]\n");
	expect("\"5\"", "[5]", "converted '' \"5\" to [5]\n");
}

static void
conversions_that_say_less_lose_something(void **state)
{
	(void)state;
	expect("[\"4.9\",\"7\",100,5,{},\"\",1e-400]", "[4,0,9,[6],[],{},0]",
	    "!truncated '/0' \"4.9\" to 4\n"
	    "!replaced '/1' \"7\" to 0\n"
	    "!replaced '/2' 100 to 9\n"
	    "!replaced '/3' 5 to [6]\n"
	    "!replaced '/4' {} to []\n"
	    "!replaced '/5' \"\" to {}\n"
	    "!truncated '/6' 1e-400 to 0\n");
}

static void
items_keep_the_indexes_that_they_had(void **state)
{
	(void)state;
	expect("[1,1,2]", "[1,2]", "!dropped '/1' 1\n");
	expect("[1,\"2\",3]", "[1,2]",
	    "converted '/1' \"2\" to 2\n!dropped '/2' 3\n");
	expect("[1]", "[1,null]", "filled '/1' to null\n");
}

static int
stop_at_once(void *arg, const struct value_step *step)
{
	(void)step;
	++*(int *)arg;
	return 42;
}

static void
a_visitor_can_stop(void **state)
{
	(void)state;
	struct json_reader a = { 0 };
	struct json_reader b = { 0 };
	alk_error err = { 0 };
	int calls = 0;

	assert_int_equal(value_report(testing_read(&a, "[1,{\"a\":1},3]"),
	    testing_read(&b, "[2,{},4]"), stop_at_once, &calls, &err), 42);
	assert_int_equal(calls, 1);
	json_reader_fini(&a);
	json_reader_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_step_is_told_with_its_kind),
		cmocka_unit_test(conversions_that_say_the_same_lose_nothing),
		cmocka_unit_test(conversions_that_say_less_lose_something),
		cmocka_unit_test(items_keep_the_indexes_that_they_had),
		cmocka_unit_test(a_visitor_can_stop)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
