/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef JSON_CHECK_H
#define JSON_CHECK_H

#include "json/json.h"
#include "json/members.h"

#include <alkstore.h>
#include <stdbool.h>
#include <yyjson.h>

/* Nesting of our own text: a caller's document in a frame of ours. */
#define JSON_DEPTH_OWN (JSON_DEPTH_MAX + 24)

/*
 * One pass over the values of a parsed document: bounds the nesting, finds a
 * member that is there twice, and gives each number its type. Inside the room
 * only.
 */
struct check {
	size_t depth_max;        /* at most JSON_DEPTH_OWN */
	struct members *members; /* for large objects; NULL: unchecked */
	/* Out. */
	yyjson_val *bad; /* where it is too deep; the key that is there twice */
	bool has_real;   /* some number has a fraction or an exponent */
	bool has_tiny;   /* some may have been too small for a double */
};

/* ALK_OK; ALK_LIMIT too deep; ALK_JSON a member twice; ALK_NOMEM. */
int check_values(struct check *c, yyjson_doc *doc);

/*
 * Whether a double may differ from what was written: a fraction or exponent
 * behind 16 digits or more, or with `tiny` any negative exponent. Goes by the
 * look of the text, so at times it says yes without need.
 */
bool check_text_is_finer(const char *text, size_t bytes, bool tiny);

/* A number as text becomes an integer or a double where that is the same. */
void check_settle_text(yyjson_val *v);

#endif
