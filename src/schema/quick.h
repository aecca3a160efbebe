/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_QUICK_H
#define SCHEMA_QUICK_H

#include "schema/program.h"

/*
 * The nodes once more, for checks that nobody wants an account of: laid out so
 * that a scalar costs a test of one bit, and objects put together with allOf
 * are one table. Made by quick_build.c from the program when that is complete,
 * run by quick.c. What has no quick form is left to check.c, node by node.
 */

/* A bit for each type and subtype of yyjson. */
#define QUICK_KIND(tag) ((unsigned)(tag) & 31)
#define QUICK_BIT(kind) (UINT32_C(1) << (kind))
#define QUICK_ALL UINT32_MAX

/* Strings and numbers, and what a value may be one of. */
struct quick_leaf {
	size_t bytes_min; /* strings from here ... */
	size_t bytes_max; /* ... to here need not be counted */
	uint64_t length_min; /* code points */
	uint64_t length_max;
	const struct pattern *pattern; /* linear; or NULL */
	format_fn format;
	const struct names *strings; /* the value is one of these; or NULL */
	bool is_length;   /* there is nothing but a length */
	bool is_string;   /* no more than what is here */
	bool is_range;    /* nothing but bounds, all of them below */
	bool integers_only;
	int64_t low;      /* of integers */
	int64_t high;
	double least;     /* of other numbers ... */
	double most;
	double above;     /* ... and exclusive */
	double below;
};

/*
 * A property as an object's members are compared with it: name is the word at
 * the front of its name, and tail that at `last`; of up to seven bytes, half
 * ones, which may be the same or reach into the NUL.
 */
struct quick_property {
	uint64_t tag;      /* of its name: the length where yyjson has it */
	uint64_t name;
	uint64_t tail;
	uint32_t last;
	uint32_t pass;     /* both those of the node */
	uint32_t node;     /* of others, where it is only required */
	uint32_t required; /* 1 or 0 */
	uint64_t bit;      /* its own, if it is required, among the first 64 */
	const char *text;
};

struct quick_object {
	const struct quick_property *properties;
	const struct names *names;
	uint64_t required; /* bits */
	size_t count_min;  /* required or minProperties */
	size_t count_max;
	uint32_t required_count;
	uint32_t others;   /* node for members that are not declared */
};

/* Members whose names match are one node, the others another. */
struct quick_record {
	const struct pattern *pattern; /* linear */
	size_t count_min;
	size_t count_max;
	uint32_t pass;   /* both those of the node */
	uint32_t node;
	uint32_t others;
};

struct quick_item {
	uint32_t pass;
	uint32_t node;
};

struct quick_array {
	size_t count_min;
	size_t count_max;
	const struct quick_item *prefix;
	size_t prefix_count;
	uint32_t rest;
};

#define QUICK_TYPES 8 /* of yyjson */

/* For each object that may be a variant, the names that it must have. */
struct quick_needs {
	struct names names; /* that some variant requires; 64 at most */
	uint64_t bits[];    /* of variant i of the objects' list */
};

struct quick_union {
	const struct discriminator *by; /* NULL: try each */
	const struct node_list *list;
	/* Those that a value of such a type may be. */
	struct node_list of[QUICK_TYPES];
	const struct quick_needs *needs; /* NULL: try each */
};

struct quick {
	uint32_t pass; /* kinds of values that are valid */
	uint32_t look; /* those that are looked at; all others are not valid */
	/* NULL where check.c has to look. */
	const struct quick_leaf *leaf;
	const struct quick_object *object;
	const struct quick_record *record; /* then object is NULL */
	const struct quick_array *array;
	const struct quick_union *any_of; /* then the others are NULL */
};

struct compile;

/* Makes quick of c's program, which is complete. ALK_OK or ALK_NOMEM. */
int quick_build(struct compile *c);

#endif
