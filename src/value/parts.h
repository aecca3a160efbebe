/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef VALUE_PARTS_H
#define VALUE_PARTS_H

#include "schema/names.h"
#include "schema/pattern.h"
#include "value/value.h"

#include <string.h>

/* What the files of the room share. */

/* ---- Places ------------------------------------------------------------ */

/* The way to a value, in frames on the stack, outermost last. */
struct place {
	const struct place *outer; /* NULL: the root is meant */
	yyjson_val *key;           /* NULL: item `index` */
	size_t index;
};

void place_write(struct buf *pointer, const struct place *place);

/* ---- Members by name (find.c) ------------------------------------------ */

/*
 * Looks up members of one object. The one behind the last one found is tried
 * first. Large objects are indexed when that fails, with a seed that nobody
 * knows; without memory for that it takes longer.
 */
struct finder {
	yyjson_val *object;
	yyjson_val *likely; /* a key, or the end */
	uint32_t *slots;    /* distance of the key from the object; 0: empty */
	size_t mask;
	uint64_t seed;
	bool no_index;
};

void finder_begin(struct finder *f, yyjson_val *object);
void finder_end(struct finder *f);
/* The key, or NULL; its value stands behind it. */
yyjson_val *finder_find_slow(struct finder *f, const char *text, size_t bytes);
/* A seed for a table of names. */
uint64_t finder_seed(void);

static inline bool
key_is(yyjson_val *key, const char *text, size_t bytes)
{
	return unsafe_yyjson_get_len(key) == bytes &&
	    memcmp(unsafe_yyjson_get_str(key), text, bytes) == 0;
}

static inline yyjson_val *
finder_find(struct finder *f, yyjson_val *key)
{
	const char *text = unsafe_yyjson_get_str(key);
	size_t bytes = unsafe_yyjson_get_len(key);
	yyjson_val *at = f->likely;

	if (at < unsafe_yyjson_get_next(f->object) && key_is(at, text, bytes)) {
		f->likely = unsafe_yyjson_get_next(at + 1);
		return at;
	}
	return finder_find_slow(f, text, bytes);
}

/* Whether two scalars, or two keys, are plainly the same. */
static inline bool
is_same_scalar(yyjson_val *a, yyjson_val *b)
{
	if (a->tag != b->tag || unsafe_yyjson_is_ctn(a))
		return false;
	if (unsafe_yyjson_is_str(a) || unsafe_yyjson_is_raw(a))
		return memcmp(a->uni.str, b->uni.str,
		    unsafe_yyjson_get_len(a)) == 0;
	return !unsafe_yyjson_is_num(a) || a->uni.u64 == b->uni.u64;
}

/* ---- Plans (kind.c) ---------------------------------------------------- */

enum kind {
	KIND_ANY,       /* says nothing that is known here; {} and true */
	KIND_OTHER,     /* is checked, but not taken apart */
	KIND_NEVER,
	KIND_NOT,
	KIND_REF,
	KIND_LITERAL,
	KIND_ENUM,
	KIND_UNION,
	KIND_INTERSECT,
	KIND_OBJECT,    /* also records: properties and patterns */
	KIND_ARRAY,
	KIND_TUPLE,
	KIND_STRING,
	KIND_NUMBER,
	KIND_INTEGER,
	KIND_BOOLEAN,
	KIND_NULL
};

#define FORM_ANY 0u
#define FORM_NONE UINT32_MAX

struct form_property {
	yyjson_val *key; /* in the schema */
	uint32_t form;
	bool is_required;
};

struct form_pattern {
	const struct pattern *pattern;
	uint32_t form;
};

/*
 * One schema. Forms and the schema's nodes have the same numbers; behind them
 * come parts of schemas that say several things at once.
 */
struct form {
	enum kind kind;
	uint32_t node;         /* what is asked whether a value is valid */
	uint32_t count;        /* of the list that the kind has */
	bool is_partial;       /* more schemas apply that are not known here */
	yyjson_val *source;    /* NULL: FORM_ANY */
	yyjson_val *otherwise; /* its default, or NULL */
	const uint32_t *parts; /* variants, members of an intersection, slots */
	struct names names;    /* of properties, in their order */
	const struct form_property *properties;
	const struct form_pattern *patterns;
	uint32_t patterns_count;
	/*
	 * REF: its target. ARRAY: of each item. TUPLE: of items behind the
	 * slots. OBJECT: additionalProperties. INTERSECT:
	 * unevaluatedProperties. FORM_NONE: not said.
	 */
	uint32_t rest;
};

struct value_plan {
	const struct schema *schema;
	struct form *forms;
	uint32_t root;
	uint32_t count;
	uint32_t room;
	struct pool pool;
};

/* A keyword's value, or NULL. */
yyjson_val *form_get(const struct form *f, const char *keyword);
/* minItems and its like; UINT64_MAX if it is larger than that. */
uint64_t form_count(const struct form *f, const char *keyword,
    uint64_t otherwise);
/* Past references. */
uint32_t form_target(const struct value_plan *p, uint32_t form);

/* ---- One call (run.c) -------------------------------------------------- */

/*
 * A call under way. Values are appended to one array; what was made of a part
 * can be looked at, taken back, or put aside. After a failure (rc) everything
 * does nothing, so that callers look once, at the end.
 */
struct run {
	struct value_work *work;
	const struct value_plan *plan;
	const struct form *forms;
	struct value_side *side; /* what is being made */
	size_t values_max;
	size_t stashed;
	int64_t steps;           /* left */
	int frames;
	bool is_deeper;          /* the result may be deeper than v was */
	const struct place *place;
	int rc;
	alk_error *err;
	alk_error own;
};

/* v may be NULL; plan too, where no form is visited. */
void run_begin(struct run *r, struct value_work *w, const struct value_plan *p,
    yyjson_val *v, alk_error *err);
/* The value at the front goes to *out; NULL if there is none. Returns rc. */
int run_end(struct run *r, yyjson_val **out);
/* Without a result from here: *out is v. */
int run_end_with(struct run *r, yyjson_val *v, yyjson_val **out);

/* Sets the error, with the place; what was made stays as it is. */
void run_fail(struct run *r, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void run_nomem(struct run *r);
/* false: no more (error set). Every entry needs its run_leave(). */
bool run_enter(struct run *r);
static inline void
run_leave(struct run *r)
{
	r->frames--;
}
void run_spend(struct run *r, size_t steps);

/* Whether v, not NULL, is valid by a form. false after a failure. */
bool run_check(struct run *r, uint32_t form, yyjson_val *v);
/* Whether a key matches a pattern. */
bool run_match(struct run *r, const struct pattern *p, yyjson_val *key);

/* ---- Making values ---- */

bool run_grow(struct run *r, size_t more);

static inline bool
run_reserve(struct run *r, size_t more)
{
	if (r->side->room - r->side->count >= more)
		return r->rc == ALK_OK;
	return run_grow(r, more);
}

/* Where the next value goes. */
static inline size_t
run_mark(const struct run *r)
{
	return r->side->count;
}

static inline void
run_take_back(struct run *r, size_t mark)
{
	r->side->count = mark;
}

/* A value that was made; borrowed until the next one is. */
static inline yyjson_val *
run_at(const struct run *r, size_t mark)
{
	return r->side->values + mark;
}

/* One value as it is: a scalar or a key. */
static inline void
run_put(struct run *r, yyjson_val v)
{
	if (run_reserve(r, 1))
		r->side->values[r->side->count++] = v;
}

/* A value with all within it. */
void run_copy(struct run *r, yyjson_val *v);
/* The same for one of the schema's, which may be deeper. */
void run_copy_schema(struct run *r, yyjson_val *v);

/* A container: begun, its values (and keys) put, ended with their count. */
size_t run_open(struct run *r);
void run_close(struct run *r, size_t mark, yyjson_type type, size_t count);

/* Takes what was made since mark out of the way; NULL after a failure. */
yyjson_val *run_stash(struct run *r, size_t mark);
/* Memory for a text that the result holds, with a NUL behind it; or NULL. */
char *run_text(struct run *r, size_t bytes);

static inline yyjson_val
value_of_text(const char *text, size_t bytes, yyjson_type type)
{
	return (yyjson_val){ .tag = (uint64_t)bytes << YYJSON_TAG_BIT | type,
		.uni.str = text };
}

static inline yyjson_val
value_of_bool(bool yes)
{
	return (yyjson_val){ .tag = YYJSON_TYPE_BOOL |
		(yes ? YYJSON_SUBTYPE_TRUE : YYJSON_SUBTYPE_FALSE) };
}

static inline yyjson_val
value_of_null(void)
{
	return (yyjson_val){ .tag = YYJSON_TYPE_NULL };
}

static inline yyjson_val
value_of_int(int64_t n)
{
	return (yyjson_val){ .tag = YYJSON_TYPE_NUM |
		(n < 0 ? YYJSON_SUBTYPE_SINT : YYJSON_SUBTYPE_UINT),
		.uni.i64 = n };
}

/* ---- Parts of the calls ---- */

/*
 * Two values as one (merge.c): objects member by member, else b. Neither may
 * be in the array that is being made.
 */
void merge_values(struct run *r, yyjson_val *a, yyjson_val *b);
/* Two objects; members of b as they are, then those that only a has. */
void merge_over(struct run *r, yyjson_val *a, yyjson_val *b);

/* create.c: appends one value. */
void create_at(struct run *r, uint32_t form);

/*
 * convert.c: what v, a scalar, is as a string, number, integer, boolean or
 * null; false: it is nothing such, or is of that kind already.
 */
bool convert_scalar(struct run *r, enum kind kind, yyjson_val *v,
    yyjson_val *out);

/* The kind that has all values of v's type (KIND_NUMBER for any number). */
enum kind kind_of_value(yyjson_val *v);

/*
 * How an object's member stands in its form: the property's place, or
 * NAMES_NONE. *guess, 0 at first, is for members in the schema's order.
 */
static inline uint32_t
form_property_at(const struct form *f, yyjson_val *key, uint32_t *guess)
{
	const char *text = unsafe_yyjson_get_str(key);
	size_t bytes = unsafe_yyjson_get_len(key);
	uint32_t at = *guess;

	if (at >= f->count || !names_is(&f->names.list[at], text, bytes))
		at = names_find(&f->names, text, bytes);
	if (at != NAMES_NONE)
		*guess = at + 1;
	return at;
}

/* The form of the first pattern that the key matches, or FORM_NONE. */
uint32_t run_pattern_form(struct run *r, const struct form *f,
    yyjson_val *key);

/* number.c */
/* The number that a text is to JavaScript, exactly; false: it is none. */
bool number_of_text(struct run *r, const char *text, size_t bytes,
    yyjson_val *out);
/* The number without its fraction. */
bool number_truncate(struct run *r, yyjson_val *v, yyjson_val *out);
/* As JavaScript writes it. */
bool number_to_text(struct run *r, yyjson_val *v, yyjson_val *out);

/* sip.c: SipHash-2-4 with 128 bits, piece by piece. */
struct sip {
	uint64_t v[4];
	uint64_t word;  /* bytes that do not fill one yet */
	uint64_t bytes; /* all */
};

void sip_begin(struct sip *s, const uint8_t key[16]);
void sip_add(struct sip *s, const void *data, size_t bytes);
void sip_end(struct sip *s, uint8_t out[16]);

/* sort.c: members of an object in the order of their keys. */
struct sorted {
	yyjson_val **keys;
	yyjson_val *few[32];
};

/* as_utf16: by UTF-16 units, as JavaScript does; else by bytes. */
bool sorted_begin(struct sorted *s, yyjson_val *object, bool as_utf16);
void sorted_end(struct sorted *s);

#endif
