/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_READER_H
#define EXCHANGE_READER_H

#include "exchange/lines.h"
#include "exchange/losses.h"
#include "json/json.h"

#include <alkstore.h>
#include <stdbool.h>

/*
 * What a format brings to be read: rows one by one, pulled. Who pulls
 * (import.c) decides where a transaction begins and ends. Inside the room only.
 */

/* A row as a reader found it: all borrowed until its next row. */
struct exchange_row {
	alk_item item; /* op is not the reader's */
	yyjson_val *attributes; /* or NULL: those of the item */
};

/* Where a row stands in the input. */
struct exchange_place {
	char entry[288];   /* "line 7: node a" */
	char pointer[288]; /* JSON Pointer of its attributes, or "" */
};

/* What a file tells about its graph as a whole. -1: it tells nothing. */
struct exchange_head {
	int direction;  /* enum module_direction */
	int multi;
	int self_loops;
	bool has_attributes;
	struct buf attributes; /* a JSON object */
};

/* What a reader reads from. */
struct exchange_source {
	alk_read_fn read;
	void *read_arg;
	const alk_limits *limits;
	const alk_import_options *options;
	struct losses *losses;
	struct exchange_head *head;
};

struct exchange_reader {
	const struct exchange_form *form;
	struct exchange_source from;
	int64_t bytes; /* of the input, used so far */
	int64_t lines; /* of the input, or rows where lines mean nothing */
};

struct exchange_form {
	const char *name;
	bool names_lines; /* a row's place is "line N", N the reader's lines */
	bool is_atomic; /* one transaction, and edges may stand before nodes */
	size_t bytes;   /* of the reader, which begins with exchange_reader */
	/* The rest is zero. ALK_OK, or a code with err filled. */
	int (*open)(struct exchange_reader *r, alk_error *err);
	/* Also after open() failed. */
	void (*close)(struct exchange_reader *r);
	/* 1 a row, 0 the end, or a code with err filled, its place too. */
	int (*next)(struct exchange_reader *r, struct exchange_row *row,
	    alk_error *err);
	/* Of the row given last. */
	void (*place)(const struct exchange_reader *r,
	    const struct exchange_row *row, struct exchange_place *place);
};

extern const struct exchange_form exchange_form_jsonl;
extern const struct exchange_form exchange_form_graphology;
extern const struct exchange_form exchange_form_graphml;
extern const struct exchange_form exchange_form_gexf;
extern const struct exchange_form exchange_form_csv;

/* Takes a graph's attributes; value NULL or an object. ALK_OK, ALK_JSON, ... */
int exchange_take_head(struct exchange_head *head, yyjson_val *value,
    alk_error *err);

/* "node a", "edge k", "edge a -> b"; appended to an entry. */
void exchange_name_row(char *entry, size_t room, const alk_item *item);

/* Reading over the U+FEFF that some programs put first. */
#define EXCHANGE_BOM LINES_MARK
/* Of a row beside its attributes. */
#define EXCHANGE_ENVELOPE_BYTES 16384

#endif
