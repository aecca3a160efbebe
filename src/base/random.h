/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <alkstore.h>

/* Unpredictable bytes from the system. ALK_OK or ALK_IO. */
int random_bytes(void *into, size_t bytes);

#define UUID_TEXT 37 /* 36 characters and a NUL */

/*
 * A UUID version 7 (RFC 9562): 48 bits of now_ms, 74 random bits. ALK_OK,
 * ALK_IO.
 */
int random_uuid7(int64_t now_ms, char out[UUID_TEXT]);

#endif
