/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct error_kind {
	int code;
	int exit;
	const char *name;
	const char *text;
};

static const struct error_kind kinds[] = {
#define ALK_ERROR(name, number, exit, http, text) \
	{ number, exit, "ALK_" #name, text },
#include "errors.def"
#undef ALK_ERROR
};

static const struct error_kind *
kind_of(int code)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].code == code)
			return &kinds[i];
	return NULL;
}

const char *
alk_error_name(int code)
{
	const struct error_kind *k = kind_of(code);

	return k != NULL ? k->name : "ALK_UNKNOWN";
}

const char *
alk_error_text(int code)
{
	const struct error_kind *k = kind_of(code);

	return k != NULL ? k->text : "unknown error";
}

int
alk_error_exit(int code)
{
	const struct error_kind *k = kind_of(code);

	return k != NULL ? k->exit : 1;
}

void
error_clear(alk_error *err)
{
	if (err == NULL)
		return;
	err->code = ALK_OK;
	err->sub = 0;
	err->entry[0] = err->pointer[0] = err->text[0] = '\0';
}

/* Cuts at a character boundary and marks the cut. */
static void
mark_cut(char *into, size_t room)
{
	size_t at = room - 4;

	while (at > 0 && (into[at] & 0xc0) == 0x80)
		at--;
	memcpy(into + at, "...", 4);
}

/* One line: control characters that came in with a name become spaces. */
static void
one_line(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = ' ';
}

static void
put(char *into, size_t room, const char *format, va_list ap)
{
	int n = vsnprintf(into, room, format, ap);

	if (n < 0)
		into[0] = '\0';
	else if ((size_t)n >= room)
		mark_cut(into, room);
	one_line(into);
}

int
error_set_va(alk_error *err, int code, const char *format, va_list ap)
{
	assert(code != ALK_OK);
	if (err == NULL)
		return code;
	if (err->code != ALK_OK)
		return err->code;
	err->code = code;
	put(err->text, sizeof(err->text), format, ap);
	return code;
}

int
error_set(alk_error *err, int code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	int first = error_set_va(err, code, format, ap);
	va_end(ap);
	return first;
}

void
error_entry(alk_error *err, const char *format, ...)
{
	if (err == NULL || err->entry[0] != '\0')
		return;
	va_list ap;
	va_start(ap, format);
	put(err->entry, sizeof(err->entry), format, ap);
	va_end(ap);
}

void
error_pointer(alk_error *err, const char *pointer, size_t bytes)
{
	if (err == NULL || err->pointer[0] != '\0')
		return;
	bool cut = bytes >= sizeof(err->pointer);
	size_t n = cut ? sizeof(err->pointer) - 1 : bytes;
	memcpy(err->pointer, pointer, n);
	err->pointer[n] = '\0';
	if (cut)
		mark_cut(err->pointer, sizeof(err->pointer));
	one_line(err->pointer);
}

int
error_nomem(alk_error *err)
{
	return error_set(err, ALK_NOMEM, "out of memory");
}
