/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_LINES_H
#define EXCHANGE_LINES_H

#include "base/buf.h"

#include <alkstore.h>

/*
 * Lines out of a stream of bytes. Holds one piece of the stream in memory; a
 * line longer than the bound is an error, not more memory. lines_fini() at the
 * end.
 */
struct lines {
	alk_read_fn read;
	void *arg;
	size_t line_bytes_max;
	struct buf held;
	size_t at;       /* first byte not given yet */
	bool is_ended;   /* the stream has no more */
	int64_t number;  /* of the line given last, from 1 */
	int64_t bytes;   /* given so far, line ends included */
};

void lines_init(struct lines *l, alk_read_fn read, void *arg,
    size_t line_bytes_max);
void lines_fini(struct lines *l);

/* U+FEFF, which some programs put first. */
#define LINES_MARK "\xef\xbb\xbf"

/*
 * The next line without its end (LF or CRLF), the first also without
 * LINES_MARK, borrowed until the next call. 1
 * there is one, 0 the end, or a code with err filled: ALK_IO, ALK_LIMIT,
 * ALK_NOMEM.
 */
int lines_next(struct lines *l, const char **line, size_t *bytes,
    alk_error *err);
/* Whether there is nothing in it but blanks. */
bool lines_is_blank(const char *line, size_t bytes);

#endif
