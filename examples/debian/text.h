/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DEBIAN_TEXT_H
#define DEBIAN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A piece of the input. */
struct text {
	const char *at; /* NULL: the field is missing */
	size_t bytes;
};

static inline bool
text_equal(struct text a, struct text b)
{
	return a.bytes == b.bytes && memcmp(a.at, b.at, a.bytes) == 0;
}

static inline int
text_compare(struct text a, struct text b)
{
	int order = memcmp(a.at, b.at, a.bytes < b.bytes ? a.bytes : b.bytes);

	return order != 0 ? order : (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

static inline bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline struct text
text_trim(struct text t)
{
	while (t.bytes > 0 && is_space(t.at[0])) {
		t.at++;
		t.bytes--;
	}
	while (t.bytes > 0 && is_space(t.at[t.bytes - 1]))
		t.bytes--;
	return t;
}

/* Takes what stands before the first c off t; all of it if there is no c. */
static inline struct text
text_cut(struct text *t, char c)
{
	const char *end = memchr(t->at, c, t->bytes);
	struct text head = *t;

	if (end == NULL) {
		t->at += t->bytes;
		t->bytes = 0;
	} else {
		head.bytes = (size_t)(end - t->at);
		t->at = end + 1;
		t->bytes -= head.bytes + 1;
	}
	return head;
}

#endif
