/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_URI_H
#define SCHEMA_URI_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * References to schemas, RFC 3986 section 5. Bases may be relative themselves,
 * because a schema's $id may be a bare name, and anything is taken for a
 * reference.
 */

/* Bytes of text before its fragment; text[that] is '#' or the end. */
size_t uri_without_fragment(const char *text, size_t bytes);

/* Appends reference resolved against base, both without fragments. */
void uri_resolve(struct buf *out, const char *base, size_t base_bytes,
    const char *reference, size_t bytes);

/* Appends text with each %XX decoded. */
void uri_decode(struct buf *out, const char *text, size_t bytes);

#endif
