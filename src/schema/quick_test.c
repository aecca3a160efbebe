/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The quick form must say what the walk without it says: of schemas and values
 * made at random, always alike, from few names, so that they often meet.
 */
#include "schema/walk.h"

#include "base/error.h"
#include "schema/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define SCHEMAS 4000
#define VALUES 24 /* of each schema */

static const struct json_bounds bounds = { .bytes_max = 1 << 20,
	.depth_max = 200 };
static unsigned seed;

static unsigned
below(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 8) % n;
}

static const char *const names[] = { "\"a\"", "\"b\"", "\"kind\"",
	"\"a name of more than sixteen bytes\"", "\"\"" };
static const char *const constants[] = { "\"x\"", "\"y\"",
	"\"\xc3\xa4\xc3\xb6\"", "1", "-2", "1.5", "true", "null", "[]", "1e20",
	"18446744073709551615" };

static const char *
any_name(void)
{
	return names[below(sizeof(names) / sizeof(names[0]))];
}

static const char *
any_constant(void)
{
	return constants[below(sizeof(constants) / sizeof(constants[0]))];
}

/* ---- Schemas ----------------------------------------------------------- */

static void add_schema(struct buf *out, int depth);
static void add_record(struct buf *out, int depth);

static void
add_list(struct buf *out, const char *keyword, int depth)
{
	buf_printf(out, ",\"%s\":[", keyword);
	for (unsigned i = 0, n = 1 + below(3); i < n; i++) {
		buf_str(out, i == 0 ? "" : ",");
		add_schema(out, depth);
	}
	buf_char(out, ']');
}

static void
add_properties(struct buf *out, int depth)
{
	unsigned from = below(5);
	unsigned count = below(6 - from);

	buf_str(out, ",\"properties\":{");
	for (unsigned i = from; i < from + count && i < 5; i++) {
		buf_printf(out, "%s%s:", i == from ? "" : ",", names[i]);
		add_schema(out, depth);
	}
	buf_char(out, '}');
	if (below(2) == 0)
		buf_printf(out, ",\"required\":[%s]", any_name());
	if (below(3) == 0) {
		buf_str(out, ",\"additionalProperties\":");
		add_schema(out, depth);
	}
	if (below(6) == 0)
		buf_printf(out, ",\"minProperties\":%u", below(3));
}

static void
add_scalar(struct buf *out)
{
	static const char *const rules[] = { "\"minLength\":2",
		"\"maxLength\":2", "\"minimum\":1", "\"maximum\":1.5",
		"\"exclusiveMinimum\":-2", "\"exclusiveMaximum\":1e20",
		"\"multipleOf\":0.5", "\"minItems\":1", "\"maxItems\":2",
		"\"pattern\":\"x\"", "\"uniqueItems\":true",
		"\"pattern\":\"^[x-z]$\"", "\"format\":\"date\"" };

	buf_printf(out, ",%s", rules[below(13)]);
}

static void
add_type(struct buf *out)
{
	static const char *const types[] = { "\"object\"", "\"string\"",
		"\"number\"", "\"integer\"", "\"array\"", "\"boolean\"",
		"[\"string\",\"null\"]", "[\"object\",\"integer\"]" };

	buf_printf(out, ",\"type\":%s", types[below(8)]);
}

static void
add_part(struct buf *out, int depth)
{
	switch (below(13)) {
	case 0:
		add_list(out, "allOf", depth);
		break;
	case 1:
		add_list(out, "anyOf", depth);
		break;
	case 2:
		add_list(out, "oneOf", depth);
		break;
	case 3:
		buf_printf(out, ",\"enum\":[%s,%s]", any_constant(),
		    any_constant());
		break;
	case 4:
		buf_printf(out, ",\"const\":%s", any_constant());
		break;
	case 5:
		buf_str(out, ",\"items\":");
		add_schema(out, depth);
		break;
	case 6:
		add_list(out, "items", depth);
		break;
	case 7:
		buf_str(out, below(2) == 0 ? ",\"unevaluatedProperties\":false"
		    : ",\"not\":{\"type\":\"string\"}");
		break;
	case 8:
		add_record(out, depth);
		break;
	case 9:
	case 10:
		add_scalar(out);
		break;
	default:
		add_properties(out, depth);
		break;
	}
}

/* Names that match, and those that do not. */
static void
add_record(struct buf *out, int depth)
{
	static const char *const patterns[] = { "^(.*)$", "^a", "^[a-k]+$",
		"(a|b)", "^(?=a)", "^.$" };

	buf_printf(out, ",\"patternProperties\":{\"%s\":",
	    patterns[below(6)]);
	add_schema(out, depth);
	buf_char(out, '}');
	if (below(2) == 0) {
		buf_str(out, ",\"additionalProperties\":");
		add_schema(out, depth);
	}
}

/* A keyword may come twice; the last one counts for both walks. */
static void
add_schema(struct buf *out, int depth)
{
	if (depth == 0 || below(12) == 0) {
		static const char *const ends[] = { "true", "false", "{}",
			"{\"$ref\":\"#\"}", "{\"type\":\"string\"}",
			"{\"type\":\"integer\"}", "{\"const\":\"x\"}" };
		buf_str(out, ends[below(7)]);
		return;
	}
	buf_str(out, "{\"$comment\":\"\"");
	if (below(2) == 0)
		add_type(out);
	add_part(out, depth - 1);
	if (below(3) == 0)
		add_part(out, depth - 1);
	buf_char(out, '}');
}

/* ---- Values ------------------------------------------------------------ */

static void
add_value(struct buf *out, int depth)
{
	unsigned kind = depth == 0 ? 0 : below(3);

	if (kind == 0) {
		buf_str(out, any_constant());
		return;
	}
	buf_char(out, kind == 1 ? '{' : '[');
	unsigned first = below(5);
	for (unsigned i = 0, n = below(5); i < n; i++) {
		buf_str(out, i == 0 ? "" : ",");
		if (kind == 1)
			buf_printf(out, "%s:", names[(first + i) % 5]);
		add_value(out, depth - 1);
	}
	buf_char(out, kind == 1 ? '}' : ']');
}

/* ---- Both walks -------------------------------------------------------- */

static void
ask_both_ways(const struct schema *s, const char *schema, const char *text,
    unsigned answers[2])
{
	struct json_reader r = { 0 };
	alk_error err = { 0 };
	struct walk w;
	yyjson_val *v = json_read(&r, text, strlen(text), &bounds, &err);

	assert_non_null(v);
	bool valid = schema_check(s, v);
	walk_begin(&w, s, v);
	w.quick = NULL;
	bool valid_slowly = walk_node(&w, s->root, v, NULL);
	walk_end(&w);
	if (valid != valid_slowly)
		fail_msg("quick %d: %s: %s", valid, schema, text);
	answers[valid]++;
	json_reader_fini(&r);
}

static struct schema *
compile(const char *text)
{
	struct json_reader r = { 0 };
	alk_error err = { 0 };
	struct schema *s = NULL;
	yyjson_val *v = json_read(&r, text, strlen(text), &bounds, &err);

	/* Twice a keyword, or "$ref":"#" without end: another one, then. */
	if (v != NULL)
		(void)schema_compile(v, &s, &err);
	json_reader_fini(&r);
	return s;
}

static void
both_walks_agree_on_schemas_made_at_random(void **state)
{
	(void)state;
	struct buf schema = { 0 }, value = { 0 };
	unsigned answers[2] = { 0 };

	seed = 7;
	for (int i = 0; i < SCHEMAS; i++) {
		buf_clear(&schema);
		add_schema(&schema, 4);
		struct schema *s = compile(buf_text(&schema));
		for (int j = 0; s != NULL && j < VALUES; j++) {
			buf_clear(&value);
			add_value(&value, 3);
			ask_both_ways(s, buf_text(&schema), buf_text(&value),
			    answers);
		}
		schema_free(s);
	}
	/* Enough of both answers to tell the walks apart. */
	assert_true(answers[0] > SCHEMAS && answers[1] > SCHEMAS);
	buf_fini(&schema);
	buf_fini(&value);
}

/* More properties than bits of a word, in order and in another order. */
static void
wide_objects_are_judged_in_any_order(void **state)
{
	(void)state;
	struct buf schema = { 0 }, value = { 0 };
	unsigned answers[2] = { 0 };

	buf_str(&schema, "{\"required\":[\"m3\",\"m70\",\"m99\",\"other\"],"
	    "\"properties\":{");
	for (unsigned i = 0; i < 100; i++)
		buf_printf(&schema, "%s\"m%u\":{\"type\":\"integer\"}",
		    i == 0 ? "" : ",", i);
	buf_str(&schema, "}}");
	struct schema *s = compile(buf_text(&schema));
	assert_non_null(s);
	for (unsigned step = 1; step < 100; step++) {
		for (unsigned left_out = 65; left_out < 75; left_out++) {
			buf_clear(&value);
			buf_str(&value, "{\"other\":0");
			for (unsigned i = 1; i <= 100; i++) {
				unsigned at = i * step % 101 - 1;
				if (at != left_out)
					buf_printf(&value, ",\"m%u\":1", at);
			}
			buf_char(&value, '}');
			ask_both_ways(s, buf_text(&schema), buf_text(&value),
			    answers);
		}
	}
	assert_true(answers[0] > 0 && answers[1] > 0);
	schema_free(s);
	buf_fini(&schema);
	buf_fini(&value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_walks_agree_on_schemas_made_at_random),
		cmocka_unit_test(wide_objects_are_judged_in_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
