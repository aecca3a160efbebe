/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef STORE_NAMES_H
#define STORE_NAMES_H

#include "store/store.h"

/* What the public calls on events ask of the texts that they are given. */

/* A name of 1 to limits.name_bytes bytes, not beginning with "__". */
int names_check(alk_session *s, const char *name, const char *what,
    alk_error *err);
/* UTF-8 of at most limits.attributes_bytes; *bytes may be ALK_NUL, and is set.
 */
int names_check_payload(alk_session *s, const char *payload, size_t *bytes,
    alk_error *err);
/* The same, or NULL for all. */
int names_check_any(alk_session *s, const char *name, const char *what,
    alk_error *err);
/* limit, or for 0 limits.page_rows. */
int64_t names_limit(alk_session *s, size_t limit);
/* From least to some 31,000 years. */
int names_check_seconds(int64_t s, int64_t least, const char *what,
    alk_error *err);

#endif
