/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_TEXT_H
#define TEST_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A growing run of bytes for the harnesses. It is apart from base/buf.h because
 * its memory must never be the memory that a test lets fail: it comes from
 * malloc, and when there is none the program ends. Zeroed it is empty; whoever
 * holds it calls text_fini().
 */
struct text {
	char *data;
	size_t bytes;
	size_t room;
};

void text_fini(struct text *t);
void text_clear(struct text *t);
void text_add(struct text *t, const void *data, size_t bytes);
void text_str(struct text *t, const char *from);
void text_printf(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The bytes with a NUL behind them; "" while empty. Borrowed. */
const char *text_get(const struct text *t);

/* A copy with a NUL behind it, freed with free(). */
char *text_copy(const char *from, size_t bytes);

/* Appends the whole file. false: it cannot be read. */
bool text_file(struct text *t, const char *path);

/*
 * Whether pattern, in which * stands for any run of bytes, covers all of text.
 */
bool text_matches(const char *pattern, const char *text);

/* FNV-1a over bytes, to be chained from 0. */
unsigned long long text_hash(unsigned long long hash, const void *data,
    size_t bytes);

#endif
