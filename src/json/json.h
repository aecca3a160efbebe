/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include "base/buf.h"

#include <alkstore.h>
#include <stdbool.h>
#include <yyjson.h>

/*
 * JSON as the store reads and keeps it, over yyjson's immutable documents.
 *
 * Numbers: what fits int64 or uint64 is that, however it is written (1.0, 1e3);
 * else the double, if its shortest decimal form is the number that was written;
 * else the text as written (YYJSON_TYPE_RAW). -0 is 0. So a value is never
 * changed by storing it, and is of the same type when it is read again.
 *
 * A double stands for its shortest decimal, not for the binary fraction behind
 * it: 1e23 is that number, and greater than 99999999999999991611392.
 */

#define JSON_DEPTH_MAX 1000 /* whatever a caller asks for */

/*
 * Memory that parsing uses again and again. Zeroed it is ready;
 * json_reader_fini() at the end. Holds one document at a time: the next
 * json_read() ends it. A small text gives back what memory a large one took.
 */
struct json_reader {
	void *pool;
	size_t pool_bytes;
	bool is_lent; /* the pool: json_reader_lend() */
	yyjson_doc *doc;
	struct buf scratch;
	uint64_t secret[2]; /* of hashes; chosen at first use */
	struct outline *outline; /* from the second use on, or a large text */
	bool was_used;
};

void json_reader_fini(struct json_reader *r);

/*
 * Lets a zeroed reader begin with the caller's memory, which must stay until
 * json_reader_fini(): texts that fit are read without allocating. It is left
 * for good at the first that does not.
 */
void json_reader_lend(struct json_reader *r, void *pool, size_t bytes);
#define JSON_STACK_BYTES 32768 /* enough for texts of 2,400 bytes */

struct json_bounds {
	size_t bytes_max;
	size_t depth_max; /* [] and {} are 1 deep; at most JSON_DEPTH_MAX */
	const char *bytes_name; /* names of the limits for messages, as */
	const char *depth_name; /*   "limits.depth"; NULL: no remedy is told */
};

/*
 * Parses one JSON text: strict UTF-8, no BOM, no comments, nothing behind it;
 * depth and duplicate members are checked here too, so that what comes out is
 * safe to walk by recursion down to depth_max.
 *
 * @return The root, borrowed from r until its next use; NULL with err set:
 *         ALK_JSON (text names the byte offset and line for bad syntax,
 *         err->pointer the place of a duplicate member), ALK_LIMIT bytes or
 *         depth (err->pointer where), ALK_NOMEM.
 */
yyjson_val *json_read(struct json_reader *r, const char *text, size_t bytes,
    const struct json_bounds *bounds, alk_error *err);

/*
 * As json_read() without bounds or duplicate check, for text that the library
 * itself wrote. Only what is more than 24 levels deeper than JSON_DEPTH_MAX is
 * refused: another program may have written it. err: ALK_CORRUPT or ALK_NOMEM.
 */
yyjson_val *json_read_own(struct json_reader *r, const char *text, size_t bytes,
    alk_error *err);

/*
 * Appends v compactly: member order kept, shortest exact numbers as JavaScript
 * writes them (1, 1.5, 1e21, 1e-7), only ", \ and control characters escaped.
 */
void json_write(struct buf *out, yyjson_val *v);
/* As json_write() for an object, leaving out the member `name`. */
void json_write_without(struct buf *out, yyjson_val *object, const char *name);
/* As json_write() with two-space (or tab) indentation, for people. */
void json_write_pretty(struct buf *out, yyjson_val *v);

/* Pieces, for those who write JSON by hand. */
void json_write_string(struct buf *out, const char *text, size_t bytes);
void json_write_number(struct buf *out, yyjson_val *v);

/*
 * Appends one token to a JSON Pointer: '/', then the token, ~ and / escaped.
 */
void json_pointer_add(struct buf *pointer, const char *token, size_t bytes);
void json_pointer_index(struct buf *pointer, size_t index);
/* Appends the way from root to v, a value (not a key) of the same document. */
void json_pointer_to(struct buf *pointer, yyjson_val *root, yyjson_val *v);

/*
 * Equality of JSON values: members in any order, numbers by mathematical value
 * (1 and 1.0 are equal; raw numbers compared as decimals). Large objects in
 * different orders are indexed; without memory for that it takes longer.
 */
bool json_equal(yyjson_val *a, yyjson_val *b);

/*
 * Order of two numbers (int, real or raw) by mathematical value, exact also
 * between int64, uint64, double and decimals: <0, 0, >0.
 */
int json_compare_numbers(yyjson_val *a, yyjson_val *b);
/* A number without fraction, however written: 2, 2.0, 1e3, 1e400. */
bool json_is_integral(yyjson_val *v);
bool json_is_number(yyjson_val *v);

/*
 * Appends the target with the members of other put over its own, whole values
 * and null too: what JavaScript's Object.assign() makes. The target's order is
 * kept, new members follow. Both are objects. false: as of json_merge().
 */
bool json_assign(struct buf *out, yyjson_val *target, yyjson_val *other,
    size_t depth_max);

/*
 * JSON Merge Patch (RFC 7396): appends to out the target with patch applied,
 * written as json_write() does. The target's order is kept, new members follow.
 * target may be NULL (nothing there). false: deeper than depth_max, and out is
 * as it was.
 */
bool json_merge(struct buf *out, yyjson_val *target, yyjson_val *patch,
    size_t depth_max);

#endif
