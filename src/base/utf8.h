/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <alkstore.h>
#include <stdbool.h>

/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool utf8_is_valid(const char *text, size_t bytes);

/* Code points in well-formed UTF-8. */
size_t utf8_length(const char *text, size_t bytes);

/*
 * A name, key or id: not empty, at most bytes_max, well-formed, no control
 * character (U+0000..U+001F, U+007F..U+009F). On failure err says which of
 * these; what is the noun of the message, limit the name of the limit or NULL.
 */
int utf8_name(const char *text, size_t bytes, size_t bytes_max,
    const char *what,
    const char *limit, alk_error *err);

/*
 * The encoding that a text begins in, where that is seen to be another: by its
 * byte order mark, or by a byte 0 beside the first character. As iconv(1) calls
 * it; NULL: none.
 */
const char *utf8_other(const char *text, size_t bytes);
/* Says so, and what helps; returns the code. */
int utf8_refuse_other(alk_error *err, int code, const char *encoding);

/* Writes code point c (at most U+10FFFF) as 1 to 4 bytes; returns how many. */
size_t utf8_put(char *into, uint32_t c);

#endif
