/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_LENGTH_H
#define SCHEMA_LENGTH_H

#include <stddef.h>
#include <stdint.h>

/* How many code points a well-formed text has. */
uint64_t length_count(const char *text, size_t bytes);

#endif
