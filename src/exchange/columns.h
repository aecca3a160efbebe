/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_COLUMNS_H
#define EXCHANGE_COLUMNS_H

#include "base/map.h"
#include "graph/graph.h"
#include "json/json.h"

/*
 * Attributes as columns with a type each, for formats that declare them: which
 * there are and of what type, found from the schemas of the types and from all
 * rows before the first is written. Zeroed it is empty; columns_fini() at the
 * end. Inside the room only.
 */

enum column_type {
	COLUMN_BOOLEAN,
	COLUMN_LONG,
	COLUMN_DOUBLE,
	COLUMN_STRING,
	COLUMN_JSON, /* whatever the others cannot hold, as JSON text */
	COLUMN_SKIP  /* of a reader: not to be read */
};

struct column {
	char *name;
	size_t name_bytes;
	unsigned seen; /* what the schemas say and the rows have */
	enum column_type type; /* after columns_settle() */
};

struct columns {
	struct column *all;
	size_t count;
	size_t room;
	struct textmap by_name;
	struct json_reader reader; /* of the row looked at last */
};

#define COLUMNS_MAX 10000

void columns_fini(struct columns *c);
/*
 * The members that the schemas of a kind declare. has_type: rows have nodeType
 * or edgeType. ALK_OK or g->err.
 */
int columns_declare(struct columns *c, struct graph *g,
    const struct graph_type *t, int kind, bool has_type);
/*
 * Takes note of a row. *is_ordered: its members are in the order of the
 * columns.
 */
int columns_look(struct columns *c, const char *attributes, size_t bytes,
    bool *is_ordered, alk_error *err);
int columns_look_value(struct columns *c, yyjson_val *object,
    bool *is_ordered, alk_error *err);
/* Decides the types. has_null: the format can say null in any column. */
void columns_settle(struct columns *c, bool has_null);
/* The index of the column of a member, which was looked at. */
size_t columns_find(const struct columns *c, yyjson_val *name);

/* Appends a value that is no null as its column's type writes it. */
void columns_value(struct buf *out, enum column_type type, yyjson_val *v);

/* ---- the other way: text of a type, as a member of attributes ---- */

/* Builds an object: zeroed it is ready. */
struct members_out {
	struct buf text;
	bool comma;
	struct json_reader reader;
};

void members_fini(struct members_out *m);
void members_begin(struct members_out *m);
/* The text of the whole; NULL without memory. */
const char *members_end(struct members_out *m);
void members_null(struct members_out *m, const char *name, size_t bytes);
/*
 * Adds one; nothing where a number or truth is empty text. 1 done; 0 it is a
 * number that JSON cannot say, and left out; or ALK_SYNTAX and its kin with err
 * filled, but for the place.
 */
int members_add(struct members_out *m, const char *name, size_t name_bytes,
    enum column_type type, const char *text, size_t bytes,
    const alk_limits *limits, alk_error *err);

#endif
