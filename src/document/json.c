/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * JSON values of the caller. A reader's pool is made for the worst that a text
 * may hold; what is kept is a copy of just what it held.
 */
#include "document/document.h"

#include "base/error.h"
#include "base/mem.h"

#include <string.h>

void
alk_free(void *text)
{
	mem_release(text);
}

void
alk_json_free(alk_json *j)
{
	mem_release(j);
}

int
document_need(const void *given, const char *noun, alk_error *err)
{
	if (given != NULL)
		return ALK_OK;
	return error_set(err, ALK_INVALID, "no %s given", noun);
}

static bool
has_text(yyjson_val *v)
{
	return unsafe_yyjson_is_str(v) || unsafe_yyjson_is_raw(v);
}

int
document_json_copy(yyjson_val *v, alk_json **out, alk_error *err)
{
	size_t count = (size_t)(unsafe_yyjson_get_next(v) - v);
	size_t bytes = 0;

	if (document_need(out, DOCUMENT_PLACE, err) != ALK_OK)
		return ALK_INVALID;
	for (size_t i = 0; i < count; i++)
		if (has_text(&v[i]))
			bytes += unsafe_yyjson_get_len(&v[i]) + 1;
	alk_json *j = mem_alloc(sizeof(*j) + count * sizeof(*v) + bytes);
	if (j == NULL)
		return error_nomem(err);
	j->root = (yyjson_val *)(j + 1);
	memcpy(j->root, v, count * sizeof(*v));
	char *texts = (char *)(j->root + count);
	for (size_t i = 0; i < count; i++) {
		yyjson_val *copy = &j->root[i];
		if (!has_text(copy))
			continue;
		size_t length = unsafe_yyjson_get_len(copy);
		memcpy(texts, copy->uni.str, length);
		texts[length] = '\0';
		copy->uni.str = texts;
		texts += length + 1;
	}
	*out = j;
	return ALK_OK;
}

yyjson_val *
document_read(struct json_reader *r, const char *text, size_t bytes,
    alk_error *err)
{
	static const struct json_bounds bounds = {
		.bytes_max = ALK_JSON_BYTES_MAX,
		.depth_max = ALK_JSON_DEPTH_MAX,
	};

	if (document_need(text, "JSON text is", err) != ALK_OK)
		return NULL;
	return json_read(r, text, bytes == ALK_NUL ? strlen(text) : bytes,
	    &bounds, err);
}

int
alk_json_read(const char *text, size_t bytes, alk_json **out, alk_error *err)
{
	char stack[JSON_STACK_BYTES];
	struct json_reader r = { 0 };
	alk_error own;

	if (err == NULL)
		err = &own;
	error_clear(err);
	json_reader_lend(&r, stack, sizeof(stack));
	yyjson_val *v = document_read(&r, text, bytes, err);
	int rc = v != NULL ? document_json_copy(v, out, err) : err->code;
	json_reader_fini(&r);
	return rc;
}

int
alk_json_write(const alk_json *j, unsigned flags, char **text, size_t *bytes,
    alk_error *err)
{
	struct buf b = { 0 };

	error_clear(err);
	if ((flags & ~(ALK_JSON_PRETTY | ALK_JSON_CANONICAL)) != 0)
		return error_set(err, ALK_INVALID, "flags 0x%x have bits that "
		    "this version does not know", flags);
	if (flags == (ALK_JSON_PRETTY | ALK_JSON_CANONICAL))
		return error_set(err, ALK_INVALID,
		    "what is canonical is not pretty: choose one");
	if (document_need(j, "value is", err) != ALK_OK ||
	    document_need(text, DOCUMENT_PLACE, err) != ALK_OK)
		return ALK_INVALID;
	if (flags == ALK_JSON_CANONICAL)
		(void)value_write_canonical(&b, j->root, NULL);
	else if (flags == ALK_JSON_PRETTY)
		json_write_pretty(&b, j->root);
	else
		json_write(&b, j->root);
	if (buf_text(&b) == NULL) {
		buf_fini(&b);
		return error_nomem(err);
	}
	*text = b.data;
	if (bytes != NULL)
		*bytes = b.bytes;
	return ALK_OK;
}

int
alk_json_get(const alk_json *j, const char *pointer, alk_json **out,
    alk_error *err)
{
	error_clear(err);
	if (document_need(j, "value is", err) != ALK_OK ||
	    document_need(pointer, "pointer is", err) != ALK_OK)
		return ALK_INVALID;
	if (pointer[0] != '\0' && pointer[0] != '/')
		return error_set(err, ALK_INVALID, "'%.200s' is no JSON "
		    "Pointer: it is empty or begins with /", pointer);
	yyjson_val *v = yyjson_ptr_get(j->root, pointer);
	if (v != NULL)
		return document_json_copy(v, out, err);
	error_pointer(err, pointer, strlen(pointer));
	return error_set(err, ALK_NOTFOUND, "the value has no such part");
}
