/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_CSV_H
#define EXCHANGE_CSV_H

#include "base/buf.h"

#include <alkstore.h>
#include <stdbool.h>

/*
 * Records out of a stream of CSV (RFC 4180): fields apart by a separator, in
 * quotes where they hold one, or a quote (doubled), or a line end. Lines end in
 * LF or CRLF; empty lines are no records. A record longer than the bound is an
 * error, not more memory. csv_fini() at the end.
 */
struct csv_field {
	const char *text; /* not ended by a NUL */
	size_t bytes;
	bool is_quoted;
};

struct csv {
	alk_read_fn read;
	void *arg;
	char separator;
	size_t record_bytes_max;
	struct buf held;
	size_t at;       /* begin of the next record */
	bool is_ended;
	int64_t records; /* given so far */
	int64_t line;    /* where the record given last begins, from 1 */
	int64_t next_line;
	int64_t bytes;   /* of the input, up to the end of that record */
	struct csv_field *fields;
	size_t fields_count;
	size_t fields_room;
};

void csv_init(struct csv *c, alk_read_fn read, void *arg, char separator,
    size_t record_bytes_max);
void csv_fini(struct csv *c);
/*
 * The next record, in c->fields, borrowed until the next call. 1 there is one,
 * 0 the end, or a code with err filled and its place.
 */
int csv_next(struct csv *c, alk_error *err);

/* Appends a field, in quotes where it needs them. */
void csv_write(struct buf *out, const char *text, size_t bytes,
    char separator);

#endif
