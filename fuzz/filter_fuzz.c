/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Filters and paths: any text parses or is refused with a message, and what
 * parses runs. Beside the reader itself these must hold, whatever the text: a
 * filter in parentheses means the same, `not` with it the opposite.
 */
#include "base/buf.h"
#include "base/error.h"
#include "filter/filter.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static const char row[] = "{\"a\":1,\"b\":{\"c\":[1,\"x\",null,{\"d\":true}]},"
    "\"s\":\"text\",\"n\":null,\"big\":12345678901234567890123,\"odd "
    "name\":-0.5}";

static void
require(bool is_true)
{
	if (!is_true)
		abort();
}

/* 1 it matches, 0 it does not, -1 it does not parse. */
static int
run(const char *text, size_t bytes, yyjson_val *v)
{
	alk_error err = { .code = ALK_OK };
	struct filter *f = NULL;
	int rc = filter_parse(text, bytes, &f, &err);

	require((rc == ALK_OK) == (f != NULL));
	require(rc == err.code);
	require(rc == ALK_OK || err.text[0] != '\0');
	if (f == NULL)
		return -1;
	int is_match = filter_match(f, v);
	filter_free(f);
	return is_match;
}

static int
run_within(const char *before, const char *text, size_t bytes, yyjson_val *v)
{
	struct buf b = { 0 };

	buf_str(&b, before);
	buf_add(&b, text, bytes);
	buf_char(&b, ')');
	int n = run(buf_text(&b), b.bytes, v);
	buf_fini(&b);
	return n;
}

static void
check_filter(const char *text, size_t bytes, yyjson_val *v)
{
	int n = run(text, bytes, v);
	int in_parentheses = run_within("(", text, bytes, v);
	int turned = run_within("not (", text, bytes, v);

	/* The longest and deepest filters leave no room for more. */
	if (n >= 0 && in_parentheses >= 0)
		require(in_parentheses == n);
	if (n >= 0 && turned >= 0)
		require(turned == !n);
}

static void
check_path(const char *text, size_t bytes, yyjson_val *v)
{
	struct filter_path *p = NULL;
	struct buf key = { 0 };

	if (filter_path_parse(text, bytes, &p, NULL) != ALK_OK)
		return;
	filter_sort_key(&key, filter_path_get(p, v));
	require(!key.failed && key.bytes > 0);
	buf_fini(&key);
	filter_path_free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct json_reader reader = { 0 };
	yyjson_val *v = json_read_own(&reader, row, strlen(row), NULL);

	require(v != NULL);
	check_filter((const char *)data, bytes, v);
	check_path((const char *)data, bytes, v);
	json_reader_fini(&reader);
	return 0;
}
