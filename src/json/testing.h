/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef JSON_TESTING_H
#define JSON_TESTING_H

/* For tests of this room and of those above it: values from text. */
#include "json/json.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct json_bounds testing_bounds = {
	.bytes_max = (size_t)64 << 20, .depth_max = JSON_DEPTH_MAX
};

/* The value is in memory of r until it reads the next or ends. */
static inline yyjson_val *
testing_read_bytes(struct json_reader *r, const char *text, size_t bytes)
{
	alk_error err = { 0 };
	yyjson_val *v = json_read(r, text, bytes, &testing_bounds, &err);

	if (v == NULL)
		fail_msg("%.200s: %s", text, err.text);
	return v;
}

static inline yyjson_val *
testing_read(struct json_reader *r, const char *text)
{
	return testing_read_bytes(r, text, strlen(text));
}

#endif
