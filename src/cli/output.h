/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "base/buf.h"

#include <alkstore.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * What a command answers, in the format asked for. Rows are written as they
 * come; the tables hold the first OUTPUT_HELD rows back, to find how wide their
 * columns are.
 *
 * Write errors are kept and told by output_finish(); after one, nothing more is
 * written. Zeroed plus output_init() it is ready; output_fini() at the end.
 */

enum format {
	FORMAT_TABLE,
	FORMAT_BOX,
	FORMAT_JSON,
	FORMAT_JSONL,
	FORMAT_CSV,
	FORMAT_TSV,
	FORMAT_MD,
	FORMAT_ID
};

#define OUTPUT_COLUMNS 64
#define OUTPUT_HELD 200

struct column {
	const char *name; /* that of the JSON member */
	bool is_number;   /* set to the right */
};

enum cell_kind {
	CELL_NONE, /* no such member */
	CELL_TEXT,
	CELL_NUMBER,
	CELL_JSON, /* text is JSON */
	CELL_BOOL  /* number is 0 or 1 */
};

struct cell {
	enum cell_kind kind;
	const char *text;
	size_t bytes;
	int64_t number;
};

/* text may be NULL: then there is no such member. */
struct cell cell_text(const char *text);
struct cell cell_json(const char *text, size_t bytes);
struct cell cell_number(int64_t number);
struct cell cell_bool(bool value);

struct output {
	FILE *file;
	enum format format;
	bool is_tty;       /* then unsafe characters are escaped */
	bool is_coloured;
	bool is_verbose;
	size_t room;       /* columns of the terminal; 0 without bound */
	int error;         /* errno of the first failure, or 0 */
	bool is_nomem;

	/* The list under way. */
	const struct column *columns;
	size_t columns_count;
	size_t id_column;  /* what the id format prints */
	size_t rows;
	struct buf held;   /* cells of the rows held back, each with a NUL */
	size_t held_rows;
	bool is_holding;
	size_t widths[OUTPUT_COLUMNS];
	struct buf line;
	struct buf text;
};

void output_init(struct output *o, FILE *file, enum format format);
void output_fini(struct output *o);

/*
 * A list. columns is borrowed until its end; at most OUTPUT_COLUMNS. Nothing is
 * written before the first row or the end, so that a list that fails at once
 * leaves no trace; one that fails later is not closed, so that its reader
 * notices.
 */
void output_list(struct output *o, const struct column *columns, size_t count,
    size_t id_column);
/*
 * One row. json is the object that the JSON formats print; NULL makes it from
 * the cells. Returns 0 to go on, 1 when writing has failed.
 */
int output_row(struct output *o, const struct cell *cells, const char *json,
    size_t bytes);
void output_list_end(struct output *o);

/* One object: cells under their names. */
void output_record(struct output *o, const struct column *columns, size_t count,
    size_t id_column, const struct cell *cells);
/*
 * One object, from its JSON text; id is the member that the id format prints.
 * is_flat: what is not JSON shows members of members as "a.b".
 */
void output_object(struct output *o, const char *json, size_t bytes,
    const char *id, bool is_flat);
/* A number alone; in the JSON formats {name: number}. */
void output_count(struct output *o, const char *name, int64_t number);
/* Text as it is, escaped for a terminal. Returns as output_row(). */
int output_text(struct output *o, const char *text, size_t bytes);

/*
 * Hands over what the stream has buffered. Returns the errno of a failure, or
 * 0.
 */
int output_flush(struct output *o);

#endif
