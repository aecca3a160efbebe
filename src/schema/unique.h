/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_UNIQUE_H
#define SCHEMA_UNIQUE_H

#include "json/json.h"

#include <stdbool.h>
#include <stdint.h>

/* Equal values (json_equal) have equal hashes. Not for secrets. */
uint64_t unique_hash(yyjson_val *v);

enum unique_answer {
	UNIQUE_YES,
	UNIQUE_NO,
	UNIQUE_COSTLY /* steps are used up */
};

/*
 * Whether no two items of an array are equal. Allocates nothing: arrays of more
 * than a few thousand items are gone through several times, each time for one
 * part of the hashes. Takes what it did from *steps. On UNIQUE_NO *twin is an
 * item that occurred before.
 */
enum unique_answer unique_check(yyjson_val *array, int64_t *steps,
    yyjson_val **twin);

#endif
