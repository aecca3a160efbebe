/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * module_is_additive() against the meaning of the word, on pairs of schemas
 * made at random: where it says yes, whatever the first schema accepts the
 * second must accept. Objects of the first are closed, since new members of
 * open ones are additive by decision and not by meaning.
 */
#include "module/module.h"

#include "schema/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PAIRS 4000
#define VALUES 60

static uint64_t seed;

/* Marsaglia's xorshift: from 0 to below - 1. */
static unsigned
pick(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 11) % below;
}

/* Two schemas that grow side by side, mostly alike. */
struct twins {
	struct buf a;
	struct buf b;
};

static void make(struct twins *t, unsigned depth);

static void
both(struct twins *t, const char *text)
{
	buf_str(&t->a, text);
	buf_str(&t->b, text);
}

/* One of the two texts in each, the first more often. */
static void
either(struct twins *t, const char *usual, const char *other)
{
	buf_str(&t->a, pick(8) == 0 ? other : usual);
	buf_str(&t->b, pick(4) == 0 ? other : usual);
}

static void
make_bound(struct twins *t, const char *name)
{
	unsigned n = pick(4);
	unsigned m = pick(3) == 0 ? pick(4) : n;

	if (pick(8) != 0)
		buf_printf(&t->a, ",\"%s\":%u", name, n);
	if (pick(4) != 0)
		buf_printf(&t->b, ",\"%s\":%u", name, m);
}

static void
make_scalar(struct twins *t)
{
	switch (pick(4)) {
	case 0:
		both(t, "{\"type\":");
		either(t, "\"integer\"", "\"number\"");
		make_bound(t, pick(2) ? "minimum" : "exclusiveMinimum");
		make_bound(t, pick(2) ? "maximum" : "exclusiveMaximum");
		break;
	case 1:
		both(t, "{\"type\":");
		either(t, "\"string\"", "[\"null\",\"string\"]");
		make_bound(t, pick(2) ? "minLength" : "maxLength");
		break;
	case 2:
		both(t, "{");
		either(t, "\"enum\":[1,\"a\"]", "\"enum\":[\"a\",1,2,null]");
		break;
	default:
		both(t, "{");
		either(t, "\"const\":\"a\"", "\"enum\":[\"b\",\"a\"]");
		break;
	}
	both(t, "}");
}

static void
make_object(struct twins *t, unsigned depth)
{
	both(t, "{\"type\":\"object\",\"properties\":{\"a\":");
	make(t, depth - 1);
	both(t, ",\"b\":");
	make(t, depth - 1);
	if (pick(4) == 0)
		buf_str(&t->b, ",\"c\":{\"type\":\"integer\"}");
	both(t, "}");
	either(t, ",\"required\":[\"a\"]", ",\"required\":[]");
	buf_str(&t->a, ",\"additionalProperties\":false");
	if (pick(4) != 0)
		buf_str(&t->b, ",\"additionalProperties\":false");
	make_bound(t, pick(2) ? "minProperties" : "maxProperties");
	both(t, "}");
}

static void
make_array(struct twins *t, unsigned depth)
{
	bool is_tuple = pick(3) == 0;

	both(t, "{\"type\":\"array\",");
	both(t, is_tuple ? "\"items\":[" :
	    pick(3) == 0 ? "\"contains\":" : "\"items\":");
	make(t, depth - 1);
	both(t, is_tuple ? "]" : "");
	if (is_tuple)
		either(t, ",\"additionalItems\":false", "");
	make_bound(t, pick(2) ? "minItems" : "maxItems");
	make_bound(t, pick(2) ? "minContains" : "maxContains");
	either(t, ",\"uniqueItems\":true", "");
	both(t, "}");
}

/* {"anyOf": [...]} and the like; a variant may be in one of the two only. */
static void
make_list(struct twins *t, unsigned depth)
{
	static const char *const heads[] = { "{\"anyOf\":[", "{\"anyOf\":[",
		"{\"anyOf\":[", "{\"allOf\":[", "{\"oneOf\":[" };
	static const char *const more[] = { ",{\"type\":\"boolean\"}",
		",{\"const\":2}", ",{\"enum\":[\"b\",null]}" };

	both(t, heads[pick(5)]);
	make(t, depth - 1);
	both(t, ",");
	make(t, depth - 1);
	if (pick(3) == 0)
		buf_str(&t->b, more[pick(3)]);
	both(t, "]}");
}

/* In the second, now and then, the same as one variant of several. */
static void
make_wrapped(struct twins *t, unsigned depth)
{
	bool is_wrapped = pick(3) == 0;

	if (is_wrapped)
		buf_str(&t->b, "{\"anyOf\":[{\"type\":\"null\"},");
	make(t, depth - 1);
	if (is_wrapped)
		buf_str(&t->b, "]}");
}

static void
make(struct twins *t, unsigned depth)
{
	unsigned kind = depth == 0 ? 9 : pick(10);

	if (kind < 2) {
		make_object(t, depth);
	} else if (kind < 4) {
		make_array(t, depth);
	} else if (kind == 4) {
		make_list(t, depth);
	} else if (kind == 5) {
		make_wrapped(t, depth);
	} else if (kind == 6) {
		both(t, "{\"not\":");
		make(t, depth - 1);
		both(t, "}");
	} else if (kind == 7) {
		both(t, pick(2) ? "{\"$ref\":\"A\"}" : "{\"$ref\":\"B\"}");
	} else {
		make_scalar(t);
	}
}

static void
make_twins(struct twins *t)
{
	buf_clear(&t->a);
	buf_clear(&t->b);
	both(t, "{\"allOf\":[");
	make(t, 3);
	both(t, "],\"$defs\":{\"A\":{\"$id\":\"A\",\"allOf\":[");
	make(t, 2);
	both(t, "]},\"B\":{\"$id\":\"B\",\"items\":");
	make(t, 1);
	both(t, "}}}");
}

static void
make_value(struct buf *out, unsigned depth)
{
	static const char *const scalars[] = { "0", "1", "2", "3", "1.5", "-1",
		"\"a\"", "\"b\"", "\"\"", "\"abc\"", "null", "true" };
	unsigned kind = depth == 0 ? 3 : pick(4);

	if (kind > 1) {
		buf_str(out, scalars[pick(12)]);
	} else if (kind == 0) {
		unsigned count = pick(4);
		buf_char(out, '[');
		for (unsigned i = 0; i < count; i++) {
			buf_str(out, i == 0 ? "" : ",");
			make_value(out, depth - 1);
		}
		buf_char(out, ']');
	} else {
		unsigned members = pick(8);
		const char *comma = "";
		buf_char(out, '{');
		for (unsigned i = 0; i < 3; i++) {
			if ((members >> i & 1) == 0)
				continue;
			buf_printf(out, "%s\"%c\":", comma, "abc"[i]);
			make_value(out, depth - 1);
			comma = ",";
		}
		buf_char(out, '}');
	}
}

struct tally {
	size_t additive;
	size_t accepted; /* values that an additive pair's first accepts */
	size_t refused;  /* values that another pair's second one loses */
};

static void
compare_on_values(const struct schema *a, const struct schema *b,
    bool is_additive, const struct twins *t, struct tally *count)
{
	struct json_reader reader = { 0 };
	struct buf text = { 0 };

	for (int i = 0; i < VALUES; i++) {
		buf_clear(&text);
		make_value(&text, 3);
		yyjson_val *v = json_read_own(&reader, text.data, text.bytes,
		    NULL);
		assert_non_null(v);
		if (!schema_check(a, v))
			continue;
		bool is_kept = schema_check(b, v);
		count->accepted += is_additive;
		count->refused += !is_additive && !is_kept;
		if (is_additive && !is_kept)
			fail_msg("%.*s\n%.*s\n%s", (int)t->a.bytes, t->a.data,
			    (int)t->b.bytes, t->b.data, buf_text(&text));
	}
	buf_fini(&text);
	json_reader_fini(&reader);
}

static void
compare_twins(struct twins *t, struct tally *count)
{
	struct json_reader ra = { 0 };
	struct json_reader rb = { 0 };
	struct schema *a = NULL;
	struct schema *b = NULL;
	yyjson_val *va = json_read_own(&ra, t->a.data, t->a.bytes, NULL);
	yyjson_val *vb = json_read_own(&rb, t->b.data, t->b.bytes, NULL);

	assert_non_null(va);
	assert_non_null(vb);
	/* Some refer to themselves without end: those are no schemas. */
	if (schema_compile(va, &a, NULL) == ALK_OK &&
	    schema_compile(vb, &b, NULL) == ALK_OK) {
		bool is_yes = module_is_additive(va, vb) == 1;
		count->additive += is_yes;
		compare_on_values(a, b, is_yes, t, count);
		assert_int_equal(module_is_additive(va, va), 1);
		assert_int_equal(module_is_additive(vb, vb), 1);
	}
	schema_free(a);
	schema_free(b);
	json_reader_fini(&ra);
	json_reader_fini(&rb);
}

static void
what_was_valid_stays_valid_after_an_additive_change(void **state)
{
	struct twins t = { { 0 }, { 0 } };
	struct tally count = { 0 };

	(void)state;
	for (int i = 0; i < PAIRS; i++) {
		seed = 0x9e3779b97f4a7c15u * (uint64_t)(i + 1);
		make_twins(&t);
		compare_twins(&t, &count);
	}
	buf_fini(&t.a);
	buf_fini(&t.b);
	print_message("%zu of %d additive, %zu values accepted, %zu lost by "
	    "other changes\n", count.additive, PAIRS, count.accepted,
	    count.refused);
	/* The test says something only if such pairs and values come about. */
	assert_true(count.additive > PAIRS / 10);
	assert_true(count.accepted > PAIRS);
	assert_true(count.refused > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_was_valid_stays_valid_after_an_additive_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
