/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef JSON_DECIMAL_H
#define JSON_DECIMAL_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yyjson.h>

/*
 * A number as the decimal that was written, whatever its length or exponent.
 * For json and value only. Borrows the text it was made from; nothing to free.
 *
 *   value = 0.DIGITS * 10^(point + exponent)
 */
struct decimal {
	const char *digits; /* first and last are not 0; may hold one '.' */
	size_t bytes;       /* of digits with the '.'; 0: the number is zero */
	size_t count;       /* of digits without the '.' */
	int64_t point;
	const char *exponent; /* its digits, as many as were written */
	size_t exponent_bytes;
	bool exponent_negative;
	bool negative; /* never for zero */
};

/* The shortest digits that read back as a double: x = 0.TEXT * 10^point. */
struct digits {
	char text[24];
	int count;
	int point;
};

/* text is a number by JSON's grammar. */
void decimal_parse(struct decimal *d, const char *text, size_t bytes);
/* Any number; digits is room that d borrows. */
void decimal_of(struct decimal *d, struct digits *room, yyjson_val *v);
/* <0, 0, >0, exact. */
int decimal_compare(const struct decimal *a, const struct decimal *b);
bool decimal_is_integral(const struct decimal *d);
/*
 * Appends exponent + point + more in decimal, whatever the exponent's length.
 */
void decimal_write_exponent(const struct decimal *d, int64_t more,
    struct buf *out);
/* The magnitude, if it is integral and fits. */
bool decimal_get_uint(const struct decimal *d, uint64_t *out);

/* x is finite and above zero. */
void digits_of(struct digits *d, double x);
/* The digits of n, 1 to 20, without leading zeros; returns how many. */
int digits_of_uint(char *into, uint64_t n);

#endif
