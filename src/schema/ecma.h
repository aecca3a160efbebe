/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_ECMA_H
#define SCHEMA_ECMA_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads a regular expression of ECMA-262 (2018 and later, with the u flag) and
 * writes it as PCRE2 understands it, to be compiled with PCRE2_UTF,
 * PCRE2_DOLLAR_ENDONLY and PCRE2_MATCH_UNSET_BACKREF.
 *
 * @param text   Well-formed UTF-8.
 * @param out    Receives the PCRE2 text; a failure of memory is seen in
 *               out->failed. NULL: only look whether it is ECMA-262, which
 *               allocates nothing.
 * @param why    Receives one line on what is wrong, static; may be NULL.
 * @param where  Receives the offset of that in bytes; may be NULL.
 * @return Whether text is such an expression.
 */
bool ecma_translate(const char *text, size_t bytes, struct buf *out,
    const char **why, size_t *where);

#endif
