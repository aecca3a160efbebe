/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Text for the harnesses: a growing buffer, whole files, wildcards.
 */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
text_fini(struct text *t)
{
	free(t->data);
	memset(t, 0, sizeof(*t));
}

void
text_clear(struct text *t)
{
	t->bytes = 0;
	if (t->data != NULL)
		t->data[0] = '\0';
}

static void
text_reserve(struct text *t, size_t more)
{
	char *grown;

	if (t->bytes + more + 1 <= t->room)
		return;
	t->room = 2 * (t->bytes + more + 1);
	grown = realloc(t->data, t->room);
	if (grown == NULL) {
		fputs("out of memory in the harness itself\n", stderr);
		abort();
	}
	t->data = grown;
}

void
text_add(struct text *t, const void *data, size_t bytes)
{
	text_reserve(t, bytes);
	if (bytes > 0)
		memcpy(t->data + t->bytes, data, bytes);
	t->bytes += bytes;
	t->data[t->bytes] = '\0';
}

void
text_str(struct text *t, const char *from)
{
	text_add(t, from, strlen(from));
}

void
text_printf(struct text *t, const char *format, ...)
{
	va_list args;
	int bytes;

	va_start(args, format);
	bytes = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (bytes < 0)
		abort();
	text_reserve(t, (size_t)bytes);
	va_start(args, format);
	vsnprintf(t->data + t->bytes, (size_t)bytes + 1, format, args);
	va_end(args);
	t->bytes += (size_t)bytes;
}

const char *
text_get(const struct text *t)
{
	return t->data == NULL ? "" : t->data;
}

char *
text_copy(const char *from, size_t bytes)
{
	struct text t = { 0 };

	text_add(&t, from, bytes);
	return t.data;
}

bool
text_file(struct text *t, const char *path)
{
	char piece[8192];
	size_t count;
	bool ok;
	FILE *in = fopen(path, "rb");

	if (in == NULL)
		return false;
	text_add(t, "", 0);
	while ((count = fread(piece, 1, sizeof(piece), in)) > 0)
		text_add(t, piece, count);
	ok = ferror(in) == 0;
	fclose(in);
	return ok;
}

bool
text_matches(const char *pattern, const char *text)
{
	const char *star = NULL;
	const char *resume = NULL;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = pattern++;
			resume = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star + 1;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

unsigned long long
text_hash(unsigned long long hash, const void *data, size_t bytes)
{
	const unsigned char *at = data;

	if (hash == 0)
		hash = 14695981039346656037ULL;
	for (size_t i = 0; i < bytes; i++)
		hash = (hash ^ at[i]) * 1099511628211ULL;
	return hash;
}
