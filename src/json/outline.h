/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef JSON_OUTLINE_H
#define JSON_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yyjson.h>

/*
 * What objects looked like lately: the names of their members in order, and
 * for each name the same of the objects below it. Texts come in series of like
 * kind, lists hold objects of like kind; so a name is mostly known before it is
 * read, and one comparison finds it, its quotes and its colon. The names of one
 * object here are all different, so an object that fits has none twice.
 *
 * Only a guess: it decides how fast a text is read, never what is read. Inside
 * the room only. Made by outline_new(), freed by outline_free().
 */
#define OUTLINE_NAMES_MAX 512 /* of all objects together */
#define OUTLINE_MEMBERS_MAX 160 /* of one object */
#define OUTLINE_LISTS_MAX 64
#define OUTLINE_BYTES_MAX 32 /* of a name, with quotes and colon */

struct outline_name {
	char text[OUTLINE_BYTES_MAX]; /* "name": and zeros */
	uint64_t tag;   /* of the key's value */
	uint16_t bytes; /* of text */
	uint16_t masks[2]; /* a bit for each byte of either half of text */
	uint16_t below; /* the list of the objects that stand here, or 0 */
};

/* The names of one object. */
struct outline_list {
	uint16_t first;
	uint16_t count;
	uint16_t room;
};

struct outline {
	uint16_t names_used;
	uint16_t lists_used; /* the first one is of no object */
	uint16_t top; /* the list of the outermost object */
	int credit;   /* learning costs, what fits pays */
	struct outline_list lists[OUTLINE_LISTS_MAX];
	struct outline_name names[OUTLINE_NAMES_MAX];
};

/* NULL: no memory. */
struct outline *outline_new(void);
/* NULL is allowed. */
void outline_free(struct outline *o);
/* Before a text is read: begins anew when it is full. */
void outline_begin(struct outline *o);
/*
 * Takes the names of an object, which are known to differ, for what is to be
 * expected at *place; unless there is no room, or too little of late did fit.
 */
void outline_learn(struct outline *o, uint16_t *place, yyjson_val *object);

#endif
