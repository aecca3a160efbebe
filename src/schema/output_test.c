/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The forms of output of the JSON Schema specification. */
#include "schema/testing.h"

#include "schema/program.h"

/* What the specification asks of any output. */
static const char shape[] = "{\"$id\":\"https://x.org/output\",\"anyOf\":["
    "{\"$ref\":\"#/$defs/flag\"},{\"$ref\":\"#/$defs/unit\"}],\"$defs\":{"
    "\"flag\":{\"type\":\"object\",\"properties\":{\"valid\":{\"type\":"
    "\"boolean\"}},\"required\":[\"valid\"],\"additionalProperties\":false},"
    "\"unit\":{\"type\":\"object\",\"properties\":{"
    "\"valid\":{\"type\":\"boolean\"},"
    "\"keywordLocation\":{\"type\":\"string\",\"format\":\"json-pointer\"},"
    "\"absoluteKeywordLocation\":{\"type\":\"string\",\"format\":"
    "\"uri-reference\",\"pattern\":\"#(/|$)\"},"
    "\"instanceLocation\":{\"type\":\"string\",\"format\":\"json-pointer\"},"
    "\"error\":{\"type\":\"string\",\"minLength\":1},"
    "\"errors\":{\"type\":\"array\",\"minItems\":1,\"items\":{\"$ref\":"
    "\"#/$defs/unit\"}}},\"additionalProperties\":false,"
    "\"required\":[\"valid\",\"keywordLocation\",\"instanceLocation\"],"
    "\"if\":{\"properties\":{\"valid\":{\"const\":false}}},"
    "\"then\":{\"oneOf\":[{\"required\":[\"error\"]},{\"required\":["
    "\"errors\"]}]},\"else\":{\"not\":{\"anyOf\":[{\"required\":[\"error\"]},"
    "{\"required\":[\"errors\"]}]}},"
    "\"allOf\":[{\"if\":{\"properties\":{\"keywordLocation\":{\"pattern\":"
    "\"/\\\\$(ref|dynamicRef|recursiveRef)(/|$)\"}}},\"then\":{\"required\":["
    "\"absoluteKeywordLocation\"]}}]}}}";

static struct schema *shape_schema;

static int
setup(void **state)
{
	(void)state;
	shape_schema = testing_compile(shape);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	schema_free(shape_schema);
	return 0;
}

static void
write_output(const struct schema *s, const char *value, enum schema_form form,
    int failures_max, struct buf *out)
{
	struct json_reader r = { 0 };
	alk_error err = { 0 };
	yyjson_val *v = testing_read(&r, value);
	bool valid = schema_check(s, v);

	buf_clear(out);
	assert_int_equal(schema_output(s, v, form, failures_max, out, &err),
	    valid ? ALK_OK : ALK_VALUE);
	assert_int_equal(err.code, valid ? ALK_OK : ALK_VALUE);
	assert_non_null(buf_text(out));
	if (!testing_accepts(shape_schema, buf_text(out)))
		fail_msg("%s is not of the shape", buf_text(out));
	json_reader_fini(&r);
}

static void
expect(const char *schema, const char *value, enum schema_form form,
    const char *expected)
{
	struct buf out = { 0 };
	struct schema *s = testing_compile(schema);

	write_output(s, value, form, 100, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_fini(&out);
	schema_free(s);
}

#define UNIT(keyword, absolute, instance) \
	"{\"valid\":false,\"keywordLocation\":\"" keyword \
	"\",\"absoluteKeywordLocation\":\"" absolute \
	"\",\"instanceLocation\":\"" instance "\","
#define ROOT "{\"valid\":false,\"keywordLocation\":\"\"," \
	"\"instanceLocation\":\"\",\"errors\":["

/* The specification's own example, section 12.4.2. */
#define POLYGON "{\"$id\":\"https://example.com/polygon\",\"$defs\":{" \
	"\"point\":{\"type\":\"object\",\"properties\":{\"x\":{\"type\":" \
	"\"number\"},\"y\":{\"type\":\"number\"}},\"additionalProperties\":" \
	"false,\"required\":[\"x\",\"y\"]}},\"type\":\"array\",\"items\":{" \
	"\"$ref\":\"#/$defs/point\"},\"minItems\":3}"
#define LINE "[{\"x\":2.5,\"y\":1.3},{\"x\":1,\"z\":6.7}]"
#define MIN_ITEMS UNIT("/minItems", "https://example.com/polygon#/minItems", \
	"") "\"error\":\"expected array length to be greater or equal to 3, " \
	"not 2\"}"
#define EXTRA UNIT("/items/$ref/additionalProperties", \
	"https://example.com/polygon#/$defs/point/additionalProperties", \
	"/1/z") "\"error\":\"unexpected property 'z'\"}"
#define MISSING UNIT("/items/$ref/required", \
	"https://example.com/polygon#/$defs/point/required", "/1") \
	"\"error\":\"expected required property 'y'\"}"

static void
the_forms_are_those_of_the_specification(void **state)
{
	(void)state;
	expect(POLYGON, LINE, SCHEMA_FLAG, "{\"valid\":false}");
	expect(POLYGON, LINE, SCHEMA_BASIC,
	    ROOT MIN_ITEMS "," EXTRA "," MISSING "]}");
	expect(POLYGON, LINE, SCHEMA_DETAILED, ROOT MIN_ITEMS ","
	    UNIT("/items/$ref", "https://example.com/polygon#/$defs/point",
	    "/1") "\"errors\":[" EXTRA "," MISSING "]}]}");
}

static void
what_is_valid_has_no_errors(void **state)
{
	(void)state;
	expect("true", "1", SCHEMA_FLAG, "{\"valid\":true}");
	expect("true", "1", SCHEMA_BASIC, "{\"valid\":true,"
	    "\"keywordLocation\":\"\",\"instanceLocation\":\"\"}");
	expect("{}", "1", SCHEMA_DETAILED, "{\"valid\":true,"
	    "\"keywordLocation\":\"\",\"instanceLocation\":\"\"}");
}

#define WRONG_TYPE(keyword, instance, type) \
	UNIT(keyword, "#" keyword, instance) "\"error\":\"expected " type "\"}"

static void
a_unit_with_one_child_is_left_out_for_it(void **state)
{
	(void)state;
	expect("{\"properties\":{\"a\":{\"properties\":{\"b\":{\"items\":{"
	    "\"type\":\"null\"}}}}}}", "{\"a\":{\"b\":[1]}}", SCHEMA_DETAILED,
	    ROOT WRONG_TYPE("/properties/a/properties/b/items/type", "/a/b/0",
	    "null, not a number") "]}");
	/* Where ways part, and not before. */
	expect("{\"properties\":{\"a\":{\"properties\":{\"b\":{\"items\":{"
	    "\"type\":\"null\"}}}}}}", "{\"a\":{\"b\":[1,2]}}",
	    SCHEMA_DETAILED, ROOT
	    UNIT("/properties/a/properties/b", "#/properties/a/properties/b",
	    "/a/b") "\"errors\":["
	    WRONG_TYPE("/properties/a/properties/b/items/type", "/a/b/0",
	    "null, not a number") ","
	    WRONG_TYPE("/properties/a/properties/b/items/type", "/a/b/1",
	    "null, not a number") "]}]}");
	/* Two failures of one leaf. */
	expect("{\"properties\":{\"a\":{\"minLength\":3,\"pattern\":\"^b\"}}}",
	    "{\"a\":\"a\"}", SCHEMA_DETAILED, ROOT
	    UNIT("/properties/a", "#/properties/a", "/a") "\"errors\":["
	    UNIT("/properties/a/minLength", "#/properties/a/minLength", "/a")
	    "\"error\":\"expected string length greater or equal to 3, not "
	    "1\"},"
	    UNIT("/properties/a/pattern", "#/properties/a/pattern", "/a")
	    "\"error\":\"expected string to match '^b', not 'a'\"}]}]}");
}

static void
the_tree_shows_all_variants_of_a_union(void **state)
{
	(void)state;
	static const char schema[] = "{\"minProperties\":1,\"anyOf\":[{"
	    "\"type\":\"string\"},{\"type\":\"null\"}]}";

	expect(schema, "{}", SCHEMA_DETAILED, ROOT
	    UNIT("/minProperties", "#/minProperties", "")
	    "\"error\":\"expected object to have at least 1 properties, "
	    "not 0\"},"
	    UNIT("/anyOf", "#/anyOf", "") "\"errors\":["
	    WRONG_TYPE("/anyOf/0/type", "", "string, not an object") ","
	    WRONG_TYPE("/anyOf/1/type", "", "null, not an object") "]}]}");
	expect(schema, "1", SCHEMA_BASIC, ROOT
	    WRONG_TYPE("/anyOf", "", "string or null, not a number") "]}");
}

static void
no_more_failures_than_asked_for(void **state)
{
	(void)state;
	struct buf out = { 0 };
	struct schema *s = testing_compile("{\"items\":{\"type\":\"null\"}}");

	for (int form = SCHEMA_BASIC; form <= SCHEMA_DETAILED; form++) {
		write_output(s, "[1,2,3,4]", (enum schema_form)form, 2, &out);
		assert_non_null(strstr(buf_text(&out), "\"/1\""));
		assert_null(strstr(buf_text(&out), "\"/2\""));
	}
	buf_fini(&out);
	schema_free(s);
}

static void
what_stands_in_the_buffer_stays(void **state)
{
	(void)state;
	struct buf out = { 0 };
	struct json_reader r = { 0 };
	struct schema *s = testing_compile("true");

	buf_str(&out, "x");
	assert_int_equal(schema_output(s, testing_read(&r, "1"), SCHEMA_FLAG,
	    1, &out, NULL), ALK_OK);
	assert_string_equal(buf_text(&out), "x{\"valid\":true}");
	buf_fini(&out);
	schema_free(s);
	json_reader_fini(&r);
}

/* Two failures at each of 900 levels. */
static void
the_tree_is_not_deeper_than_can_be_read(void **state)
{
	(void)state;
	struct buf value = { 0 };
	struct buf out = { 0 };
	struct schema *s = testing_compile("{\"items\":{\"type\":\"array\","
	    "\"items\":{\"$ref\":\"#\"}},\"maxItems\":1}");

	for (int i = 0; i < 900; i++)
		buf_str(&value, "[0,");
	buf_str(&value, "[]");
	for (int i = 0; i < 900; i++)
		buf_char(&value, ']');
	write_output(s, buf_text(&value), SCHEMA_DETAILED, 10000, &out);
	assert_non_null(strstr(buf_text(&out), "/1/1/1/1"));
	buf_fini(&value);
	buf_fini(&out);
	schema_free(s);
}

/* Long names a hundred thousand times: what is written stays bounded. */
static void
texts_are_bounded(void **state)
{
	(void)state;
	struct buf value = { 0 };
	struct buf out = { 0 };
	struct json_reader r = { 0 };
	struct schema *s = testing_compile("{\"additionalProperties\":{"
	    "\"items\":{\"type\":\"null\"}}}");

	buf_str(&value, "{\"");
	for (int i = 0; i < 100000; i++)
		buf_char(&value, 'k');
	buf_str(&value, "\":[0");
	for (int i = 0; i < 10000; i++)
		buf_str(&value, ",0");
	buf_str(&value, "]}");
	for (int form = SCHEMA_BASIC; form <= SCHEMA_DETAILED; form++) {
		buf_clear(&out);
		assert_int_equal(schema_output(s, testing_read(&r,
		    buf_text(&value)), (enum schema_form)form, 1000000, &out,
		    NULL), ALK_VALUE);
		assert_true(out.bytes < SCHEMA_OUTPUT_BYTES_MAX + 1000000);
	}
	buf_fini(&value);
	buf_fini(&out);
	schema_free(s);
	json_reader_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_forms_are_those_of_the_specification),
		cmocka_unit_test(what_is_valid_has_no_errors),
		cmocka_unit_test(a_unit_with_one_child_is_left_out_for_it),
		cmocka_unit_test(the_tree_shows_all_variants_of_a_union),
		cmocka_unit_test(no_more_failures_than_asked_for),
		cmocka_unit_test(what_stands_in_the_buffer_stays),
		cmocka_unit_test(the_tree_is_not_deeper_than_can_be_read),
		cmocka_unit_test(texts_are_bounded)
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
