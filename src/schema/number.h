/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_NUMBER_H
#define SCHEMA_NUMBER_H

#include <stdbool.h>
#include <stdint.h>
#include <yyjson.h>

/*
 * multipleOf, in exact decimal arithmetic: 0.3 is a multiple of 0.1, whatever
 * binary fractions say; 1e308 is one of 0.5.
 */
struct multiple {
	uint64_t mantissa; /* value = mantissa * 10^exponent; not 0 */
	int64_t exponent;
};

/* v is a number above 0; false: it has more than 19 significant digits. */
bool multiple_init(struct multiple *m, yyjson_val *v);
/* v is any number. */
bool multiple_has(const struct multiple *m, yyjson_val *v);

#endif
