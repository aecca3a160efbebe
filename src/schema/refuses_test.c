/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which paths a schema rules out. */
#include "schema/testing.h"

/* "a.b", "a[].b"; returns the steps. */
static size_t
steps_of(char *path, struct schema_step *out)
{
	size_t count = 0;

	for (char *at = strtok(path, "."); at != NULL; at = strtok(NULL, ".")) {
		char *bracket = strstr(at, "[]");
		if (bracket != NULL)
			*bracket = '\0';
		out[count++] = (struct schema_step){ at, strlen(at) };
		if (bracket != NULL)
			out[count++] = (struct schema_step){ NULL, 0 };
	}
	return count;
}

#define OPEN (-1)

/* step: which of the path is refused; OPEN: none. */
static void
check(const char *schema, const char *path, int step)
{
	struct schema *s = testing_compile(schema);
	struct schema_step steps[16];
	char text[200];
	size_t at = 99;

	snprintf(text, sizeof(text), "%s", path);
	size_t count = steps_of(text, steps);
	bool refused = schema_refuses(s, steps, count, &at);
	if (refused != (step != OPEN) || (refused && at != (size_t)step))
		fail_msg("%s, %s: %s at %zu, not %d", schema, path, refused ?
		    "refused" : "let pass", at, step);
	schema_free(s);
}

static void
an_open_schema_rules_nothing_out(void **state)
{
	(void)state;
	check("true", "a", OPEN);
	check("{}", "a.b[].c", OPEN);
	check("{\"properties\":{\"a\":{}}}", "b", OPEN);
	check("{\"additionalProperties\":true}", "a", OPEN);
	check("{\"additionalProperties\":{\"type\":\"string\"}}", "a", OPEN);
	check("{\"required\":[\"a\"]}", "b", OPEN);
	check("{\"properties\":{\"a\":{}},\"additionalProperties\":false,"
	    "\"patternProperties\":{\"^x\":{}}}", "b", OPEN);
	check("{\"unevaluatedProperties\":true}", "a", OPEN);
	check("false", "a", OPEN);
}

#define CLOSED(properties) "{\"properties\":{" properties "}," \
	"\"additionalProperties\":false}"

static void
a_closed_one_rules_out_what_it_does_not_name(void **state)
{
	(void)state;
	check(CLOSED("\"a\":{}"), "a", OPEN);
	check(CLOSED("\"a\":{}"), "a.b", OPEN);
	check(CLOSED("\"a\":{}"), "b", 0);
	check(CLOSED("\"a\":{}"), "b.c", 0);
	check(CLOSED("\"a\":false"), "a", 0);
	check("{\"required\":[\"a\"],\"additionalProperties\":false}", "a",
	    0);
}

static void
so_it_does_further_down_the_path(void **state)
{
	(void)state;
	check(CLOSED("\"a\":" CLOSED("\"b\":{}")), "a.b", OPEN);
	check(CLOSED("\"a\":" CLOSED("\"b\":{}")), "a.c", 1);
	check("{\"additionalProperties\":" CLOSED("\"b\":{}") "}", "a.c", 1);
	check("{\"properties\":{\"a\":{\"type\":\"string\"}}}", "a", OPEN);
	check("{\"properties\":{\"a\":{\"type\":\"string\"}}}", "a.b", 1);
	check("{\"properties\":{\"a\":{\"type\":\"string\"}}}", "a[]", 1);
	check("{\"properties\":{\"a\":{\"type\":\"array\"}}}", "a[].b.c",
	    OPEN);
	check("{\"properties\":{\"a\":{\"type\":[\"object\",\"null\"]}}}",
	    "a.b", OPEN);
}

static void
references_and_allof_add_up(void **state)
{
	(void)state;
	check("{\"$defs\":{\"B\":" CLOSED("\"b\":{}") "},"
	    "\"$ref\":\"#/$defs/B\"}", "c", 0);
	check("{\"allOf\":[{\"properties\":{\"c\":{}}},"
	    CLOSED("\"b\":{}") "]}", "c", 0);
	check("{\"allOf\":[{},{\"properties\":{\"c\":{}}}]}", "d", OPEN);
	/* One that goes round and round. */
	check("{\"properties\":{\"next\":{\"$ref\":\"#\"}},"
	    "\"additionalProperties\":false}", "next.next.next.nxt", 3);
}

static void
alternatives_rule_out_what_each_of_them_does(void **state)
{
	(void)state;
	check("{\"anyOf\":[" CLOSED("\"a\":{}") "," CLOSED("\"b\":{}") "]}",
	    "b", OPEN);
	check("{\"anyOf\":[" CLOSED("\"a\":{}") "," CLOSED("\"b\":{}") "]}",
	    "c", 0);
	check("{\"oneOf\":[" CLOSED("\"a\":{}") ",{}]}", "c", OPEN);
	/* The furthest step is told. */
	check("{\"anyOf\":[" CLOSED("\"a\":{}") ","
	    CLOSED("\"b\":" CLOSED("\"x\":{}")) "]}", "b.y", 1);
	/* What an alternative that lets it pass met on the way is not. */
	check("{\"allOf\":[{\"anyOf\":[{\"properties\":{\"b\":"
	    CLOSED("") "}},{}]}," CLOSED("\"a\":{}") "]}", "b.y", 0);
}

static void
unevaluated_properties_close_what_nothing_evaluates(void **state)
{
	(void)state;
	check("{\"properties\":{\"a\":{}},\"unevaluatedProperties\":false}",
	    "a", OPEN);
	check("{\"properties\":{\"a\":{}},\"unevaluatedProperties\":false}",
	    "b", 0);
	check("{\"anyOf\":[{\"properties\":{\"b\":{}}},{}],"
	    "\"unevaluatedProperties\":false}", "b", OPEN);
	check("{\"allOf\":[{\"additionalProperties\":true}],"
	    "\"unevaluatedProperties\":false}", "b", OPEN);
	check("{\"allOf\":[{\"unevaluatedProperties\":true}],"
	    "\"unevaluatedProperties\":false}", "b", OPEN);
}

static void
check_types(const char *schema, const char *path, unsigned types)
{
	struct schema *s = testing_compile(schema);
	struct schema_step steps[16];
	char text[200];

	snprintf(text, sizeof(text), "%s", path);
	unsigned got = schema_types_at(s, steps, steps_of(text, steps));
	if (got != types)
		fail_msg("%s, %s: %u, not %u", schema, path, got, types);
	schema_free(s);
}

#define AT_A(a) "{\"type\":\"object\",\"properties\":{\"a\":" a "}}"

static void
types_are_those_that_all_of_the_schemas_leave(void **state)
{
	(void)state;
	check_types("true", "a", SCHEMA_ALL);
	check_types(AT_A("{\"type\":\"integer\"}"), "a", SCHEMA_NUMBER);
	check_types(AT_A("{\"type\":[\"string\",\"null\"]}"), "a",
	    SCHEMA_STRING | SCHEMA_NULL);
	check_types(AT_A("{\"type\":\"integer\"}"), "b", SCHEMA_ALL);
	check_types(AT_A("{\"anyOf\":[{\"type\":\"boolean\"},"
	    "{\"type\":\"number\"}]}"), "a", SCHEMA_BOOLEAN | SCHEMA_NUMBER);
	check_types(AT_A("{\"allOf\":[{\"type\":[\"string\",\"number\"]},"
	    "{\"type\":[\"number\",\"object\"]}]}"), "a", SCHEMA_NUMBER);
	check_types(AT_A("{\"anyOf\":[{},{\"type\":\"number\"}]}"), "a",
	    SCHEMA_ALL);
	check_types(AT_A("{\"type\":\"array\",\"items\":{\"type\":"
	    "\"string\"}}"), "a", SCHEMA_ARRAY);
	check_types(AT_A("{\"type\":\"array\",\"items\":{\"type\":"
	    "\"string\"}}"), "a[]", SCHEMA_STRING);
	check_types(AT_A("{\"type\":\"array\"}"), "a[]", SCHEMA_ALL);
	check_types("{\"additionalProperties\":{\"type\":\"number\"}}", "x",
	    SCHEMA_NUMBER);
	check_types("{\"additionalProperties\":{\"type\":\"number\"},"
	    "\"patternProperties\":{\"^y\":{}}}", "x", SCHEMA_ALL);
	check_types("{\"$defs\":{\"T\":{\"type\":\"string\"}},"
	    "\"properties\":{\"a\":{\"$ref\":\"#/$defs/T\"}}}", "a",
	    SCHEMA_STRING);
	check_types("{\"properties\":{\"next\":{\"$ref\":\"#\"},"
	    "\"n\":{\"type\":\"number\"}}}", "next.next.n", SCHEMA_NUMBER);
}

static void
add_name(void *arg, const char *name)
{
	size_t length = strlen(arg);

	snprintf((char *)arg + length, 100 - length, "%s ", name);
}

static void
check_names(const char *schema, const char *path, const char *expected)
{
	struct schema *s = testing_compile(schema);
	struct schema_step steps[16];
	char text[200], names[100] = "";

	snprintf(text, sizeof(text), "%s", path);
	schema_name_members(s, steps, steps_of(text, steps), add_name, names);
	assert_string_equal(names, expected);
	schema_free(s);
}

static void
the_names_that_are_there_are_told(void **state)
{
	(void)state;
	check_names(CLOSED("\"a\":{},\"b\":" CLOSED("\"c\":{}") ","
	    "\"d\":false"), "", "a b ");
	check_names(CLOSED("\"a\":{},\"b\":" CLOSED("\"c\":{}")), "b",
	    "c ");
	check_names("{\"allOf\":[" CLOSED("\"a\":{}") "],\"anyOf\":["
	    CLOSED("\"b\":{}") "," CLOSED("\"c\":{}") "]}", "",
	    "a b c ");
	check_names("true", "a", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_open_schema_rules_nothing_out),
		cmocka_unit_test(a_closed_one_rules_out_what_it_does_not_name),
		cmocka_unit_test(so_it_does_further_down_the_path),
		cmocka_unit_test(references_and_allof_add_up),
		cmocka_unit_test(alternatives_rule_out_what_each_of_them_does),
		cmocka_unit_test(
		    unevaluated_properties_close_what_nothing_evaluates),
		cmocka_unit_test(types_are_those_that_all_of_the_schemas_leave),
		cmocka_unit_test(the_names_that_are_there_are_told)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
