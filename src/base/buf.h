/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <alkstore.h>
#include <stdbool.h>

/*
 * A growing run of bytes. Zeroed it is empty and ready. When memory is missing
 * it becomes `failed` and every later call does nothing, so that a writer looks
 * once, at the end. There is always a NUL behind the bytes (buf_text).
 * Whoever holds it calls buf_fini().
 */
struct buf {
	char *data;
	size_t bytes; /* in use */
	size_t room;  /* allocated */
	bool failed;
};

void buf_fini(struct buf *b);
/* Empty, memory kept, failure forgotten. */
void buf_clear(struct buf *b);
/* Room for `more` bytes beyond those in use; false when there is none. */
bool buf_reserve(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *data, size_t bytes);
void buf_char(struct buf *b, char c);
void buf_str(struct buf *b, const char *text);
void buf_int(struct buf *b, int64_t n);
void buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The bytes with a NUL; "" while empty; NULL when it failed. Borrowed. */
const char *buf_text(struct buf *b);

#endif
