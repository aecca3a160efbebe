/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Events of the call protocol: any JSON is read or refused with its place. What
 * is read makes attributes that settle: an outcome applied again changes
 * nothing, none of another kind does afterwards, and an outcome that is kept as
 * text is the same when it is read again. The input is JSON Lines: the first
 * event that requests a call makes its attributes, all others are applied.
 */
#include "base/buf.h"
#include "base/error.h"
#include "workflow/call_event.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

#define LINES_MAX 16

static const char first[] = "{\"type\":\"call.requested\",\"id\":\"a\","
    "\"operationId\":\"o\"}";

static void
require(bool is_true)
{
	if (!is_true)
		abort();
}

static bool
read_event(struct json_reader *r, const char *text, size_t bytes,
    struct call_event *e)
{
	struct json_bounds bounds = { .bytes_max = 1 << 20, .depth_max = 128 };
	alk_error err = { .code = ALK_OK };
	yyjson_val *root = json_read(r, text, bytes, &bounds, &err);

	if (root == NULL)
		return false;
	int rc = call_event_read(root, e, &err);
	require(rc == err.code);
	require(rc == ALK_OK || err.text[0] != '\0');
	require(rc == ALK_OK || rc == ALK_VALUE);
	return rc == ALK_OK && e->kind != CALL_FOREIGN;
}

/* Kept as text and read again it says the same. */
static void
check_kept(const struct call_event *e)
{
	struct json_reader r = { 0 };
	struct buf once = { 0 };
	struct buf twice = { 0 };
	struct call_event again;

	call_event_write(&once, e);
	require(read_event(&r, once.data, once.bytes, &again));
	require(again.kind == e->kind && again.at_ms == e->at_ms);
	require(strcmp(again.request, e->request) == 0);
	call_event_write(&twice, &again);
	require(once.bytes == twice.bytes &&
	    memcmp(once.data, twice.data, once.bytes) == 0);
	buf_fini(&once);
	buf_fini(&twice);
	json_reader_fini(&r);
}

/* Applies an outcome to *attributes, which it replaces. */
static void
apply(struct buf *attributes, const struct call_event *e)
{
	struct json_reader r = { 0 };
	struct buf out = { 0 };
	yyjson_val *v = json_read_own(&r, attributes->data, attributes->bytes,
	    NULL);

	require(v != NULL);
	bool was_ended = call_is_ended(call_status_of(v));
	enum call_status before = call_status_of(v);
	enum call_change change = call_attributes_ended(&out, v, e);
	require(change != CALL_LATE || was_ended);
	require((change == CALL_CHANGED) == (out.bytes > 0));
	if (change == CALL_CHANGED) {
		v = json_read_own(&r, out.data, out.bytes, NULL);
		require(v != NULL && call_is_ended(call_status_of(v)));
		require(!was_ended || call_status_of(v) == before);
		struct buf none = { 0 };
		require(call_attributes_ended(&none, v, e) == CALL_SAME);
		buf_fini(&none);
		buf_fini(attributes);
		*attributes = out;
	} else {
		buf_fini(&out);
	}
	json_reader_fini(&r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct json_reader r = { 0 };
	struct buf attributes = { 0 };
	struct call_event e;
	const char *at = (const char *)data;
	bool has_call = false;

	require(read_event(&r, first, strlen(first), &e));
	call_attributes_new(&attributes, &e);
	for (int i = 0; i < LINES_MAX && bytes > 0; i++) {
		const char *end = memchr(at, '\n', bytes);
		size_t line = end != NULL ? (size_t)(end - at) : bytes;
		if (read_event(&r, at, line, &e)) {
			if (e.kind != CALL_REQUESTED) {
				check_kept(&e);
				apply(&attributes, &e);
			} else if (!has_call) {
				has_call = true;
				buf_clear(&attributes);
				call_attributes_new(&attributes, &e);
			}
		}
		at += line + (end != NULL);
		bytes -= line + (end != NULL);
	}
	buf_fini(&attributes);
	json_reader_fini(&r);
	return 0;
}
