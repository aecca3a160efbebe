/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef VALUE_VALUE_H
#define VALUE_VALUE_H

#include "json/json.h"
#include "schema/pool.h"
#include "schema/schema.h"

#include <alkstore.h>
#include <stdbool.h>

/*
 * What TypeBox's Value.* does, for serialised schemas: comparing, patching,
 * hashing, and bringing values into the form that a schema asks for.
 *
 * All values, those given and those made, are immutable and lie side by side
 * as json_read() lays them out, so that schema_check() and json_write() take
 * them. Numbers are of the types that json.h tells.
 */

/* Limits, by the names that messages give them. */
#define VALUE_FRAMES_MAX 2048   /* "value depth": schemas entered at a time */
#define VALUE_STEPS 10000000    /* "value steps": for any value ... */
#define VALUE_STEPS_A_VALUE 64  /* ... and more for each value within it */
#define VALUE_VALUES_MAX 1000000 /* "value count": made beyond those given */
#define VALUE_TEXT_MAX ((size_t)16 << 20) /* "value text": bytes made */

/* ---- Without a schema -------------------------------------------------- */

/* Equality is json_equal(): {} and [] differ, members come in any order. */

/*
 * Appends the edits that make next of current: a JSON array of
 * {"type":"insert"|"update"|"delete","path":POINTER,"value":...}. In objects
 * first inserts, then updates, then deletes; arrays are compared by position
 * and lose items from their end. [] where they are equal. Pointers are those
 * of RFC 6901.
 *
 * @return ALK_OK; ALK_NOMEM, and out has failed.
 */
int value_diff(struct buf *out, yyjson_val *current, yyjson_val *next,
    alk_error *err);

/*
 * Memory for values that are made. Zeroed it is ready; value_work_fini() at
 * the end. One call at a time.
 *
 * A result is borrowed from it until the call after the next one, or until the
 * next call that is given a value from elsewhere. So the result of one call may
 * be given to the next, and to nothing later.
 */
struct value_work {
	struct value_side {
		yyjson_val *values;
		size_t count;
		size_t room;
	} sides[2];
	int latest;               /* the side that holds the last result */
	struct pool pool;         /* texts and parts that were made */
	size_t pool_bytes;
	struct json_reader reader; /* of numbers in strings */
};

void value_work_fini(struct value_work *w);

/*
 * Applies edits, an array as value_diff() writes it, one after the other; all
 * or none. insert and update both set: a member is made or replaced, an item
 * replaced or, by the index behind the last one, added. delete takes a member
 * away, or an item, which moves up those behind it. An update of the whole
 * ("path":"") as the first edit is the answer, whatever follows.
 *
 * @param current  Borrowed; so are edits. *out borrows their texts.
 * @return ALK_OK; ALK_INVALID an edit is not well-formed; ALK_CONFLICT it does
 *         not fit the value (no such parent, item or member; a wrong index);
 *         err->pointer is the edit's place in edits, as "/3/path"; ALK_LIMIT;
 *         ALK_NOMEM.
 */
int value_patch(struct value_work *w, yyjson_val *current, yyjson_val *edits,
    yyjson_val **out, alk_error *err);

#define VALUE_HASH_BYTES 16

/*
 * The hash of a value's content: SipHash-2-4 with 128 bits (Aumasson and
 * Bernstein, 2012) and a key of zeros, over the encoding that hash.c tells,
 * from which the value could be read back. Equal values have equal hashes, on
 * every machine and in every version. It tells values apart that nobody chose
 * to collide; it proves nothing against somebody who did.
 *
 * @return ALK_OK or ALK_NOMEM.
 */
int value_hash(yyjson_val *v, uint8_t out[VALUE_HASH_BYTES], alk_error *err);

/*
 * Appends v as the one text that all values equal to it have: members in the
 * order of their names by UTF-16 units, one form for each number. That is RFC
 * 8785 but for numbers: none is rounded, and 1e21 has no +. ALK_OK or
 * ALK_NOMEM, and out has failed.
 */
int value_write_canonical(struct buf *out, yyjson_val *v, alk_error *err);

/*
 * TypeBox 0.34's Value.Hash(): FNV-1a of 64 bits without lengths, so that
 * different values may meet; only to compare with hashes made there. Numbers
 * count as doubles; -0 does not occur.
 */
int value_hash_typebox(yyjson_val *v, uint64_t *out, alk_error *err);

/* What became of one place of a value. */
enum value_change {
	VALUE_FILLED,    /* nothing was there */
	VALUE_CONVERTED, /* another type for the same: "3" and 3 */
	VALUE_TRUNCATED, /* a number lost its fraction */
	VALUE_REPLACED,  /* another value stands there */
	VALUE_DROPPED    /* it is gone */
};

struct value_step {
	const char *pointer; /* JSON Pointer into what was before; borrowed */
	yyjson_val *before;  /* NULL when filled */
	yyjson_val *after;   /* NULL when dropped */
	enum value_change change;
	bool is_lossy;       /* truncated, replaced or dropped */
};

/* Returns 0 to go on, else what value_report() returns. */
typedef int (*value_step_fn)(void *arg, const struct value_step *step);

/*
 * Tells step by step how `after` differs from `before`, which one of the calls
 * below, or several in turn, made of it. Items of an array that only lost some
 * are told as dropped, with the indexes that they had.
 *
 * @return ALK_OK; ALK_NOMEM; or what fn returned.
 */
int value_report(yyjson_val *before, yyjson_val *after, value_step_fn fn,
    void *arg, alk_error *err);

/* ---- With a schema ----------------------------------------------------- */

/*
 * What a compiled schema is in TypeBox's terms, inferred from its JSON: which
 * of its schemas are objects, records, unions, tuples and so on (kind.c).
 * Immutable, may be used by several threads at once. Made by value_plan_new(),
 * freed by value_plan_free(). Borrows the schema, which must outlive it.
 */
struct value_plan;

int value_plan_new(const struct schema *s, struct value_plan **out,
    alk_error *err);
/* NULL is allowed. */
void value_plan_free(struct value_plan *p);

/*
 * The calls below borrow v, and *out borrows from v, the plan's schema and w.
 * Errors: ALK_VALUE no such value can be made, err->pointer where in the value
 * and the text why; ALK_LIMIT one of the limits above; ALK_NOMEM. None checks
 * the value it was given, nor, but for value_cast(), the one that it makes.
 */

/*
 * Fills in defaults: where nothing is, and below objects member by member. v
 * may be NULL: nothing is there. *out is NULL where nothing came of that.
 */
int value_default(struct value_work *w, const struct value_plan *p,
    yyjson_val *v, yyjson_val **out, alk_error *err);

/* Drops the members and items that the schema does not know of. */
int value_clean(struct value_work *w, const struct value_plan *p,
    yyjson_val *v, yyjson_val **out, alk_error *err);

/*
 * Gives scalars the type that the schema asks for where they say the same in
 * another ("3" for 3, 1 for true), and wraps what should be an array. What
 * cannot be converted stays as it was.
 */
int value_convert(struct value_work *w, const struct value_plan *p,
    yyjson_val *v, yyjson_val **out, alk_error *err);

/*
 * Makes the value valid: v itself where it is; else what is wrong in it is
 * replaced by value_create()'s, or dropped. v may be NULL. The result is
 * checked; ALK_VALUE also where it is still not valid.
 */
int value_cast(struct value_work *w, const struct value_plan *p,
    yyjson_val *v, yyjson_val **out, alk_error *err);

/*
 * The simplest value of the schema: the default, or empty, or the least number,
 * or the first variant. A type that needs a default and has none is an error.
 * The value may still not be valid (exclusiveMinimum, for one, is not obeyed).
 */
int value_create(struct value_work *w, const struct value_plan *p,
    yyjson_val **out, alk_error *err);

#endif
