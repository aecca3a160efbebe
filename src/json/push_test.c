/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "json/push.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
commas_come_by_themselves(void **state)
{
	(void)state;
	struct buf b = { 0 };
	struct json_out o = { .out = &b };

	json_out_begin_object(&o);
	json_out_key(&o, "a");
	json_out_int(&o, INT64_MIN);
	json_out_key(&o, "b");
	json_out_begin_array(&o);
	json_out_begin_object(&o);
	json_out_end_object(&o);
	json_out_begin_array(&o);
	json_out_end_array(&o);
	json_out_bool(&o, true);
	json_out_bool(&o, false);
	json_out_null(&o);
	json_out_end_array(&o);
	json_out_key(&o, "c");
	json_out_string(&o, "x", ALK_NUL);
	json_out_end_object(&o);
	assert_string_equal(buf_text(&b),
	    "{\"a\":-9223372036854775808,\"b\":[{},[],true,false,null],"
	    "\"c\":\"x\"}");
	buf_fini(&b);
}

static void
names_and_strings_are_escaped(void **state)
{
	(void)state;
	struct buf b = { 0 };
	struct json_out o = { .out = &b };

	json_out_begin_object(&o);
	json_out_key(&o, "a\"b");
	json_out_string(&o, "c\nd\0e", 5);
	json_out_key(&o, "n");
	json_out_string(&o, NULL, 0);
	json_out_end_object(&o);
	assert_string_equal(buf_text(&b),
	    "{\"a\\\"b\":\"c\\nd\\u0000e\",\"n\":null}");
	buf_fini(&b);
}

static void
values_and_ready_text_go_in_as_they_are(void **state)
{
	(void)state;
	struct buf b = { 0 };
	struct json_out o = { .out = &b };
	yyjson_doc *doc = yyjson_read("[1, {\"x\": 2}]", 13, 0);

	json_out_begin_array(&o);
	json_out_raw(&o, "{\"r\":1}", ALK_NUL);
	json_out_raw(&o, "23", 1);
	json_out_value(&o, yyjson_doc_get_root(doc));
	json_out_end_array(&o);
	assert_string_equal(buf_text(&b), "[{\"r\":1},2,[1,{\"x\":2}]]");
	yyjson_doc_free(doc);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_come_by_themselves),
		cmocka_unit_test(names_and_strings_are_escaped),
		cmocka_unit_test(values_and_ready_text_go_in_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
