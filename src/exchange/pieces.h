/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_PIECES_H
#define EXCHANGE_PIECES_H

#include "base/buf.h"

#include <alkstore.h>

/*
 * One large JSON text taken apart while it is read: brackets and commas one by
 * one, and whole values as pieces of text, each held in memory for itself. A
 * piece longer than the bound is an error, not more memory. Inside the room
 * only. pieces_fini() at the end.
 */
struct pieces {
	alk_read_fn read;
	void *arg;
	size_t piece_bytes_max;
	struct buf held;
	size_t at;         /* first byte not taken yet */
	bool is_ended;     /* the stream has no more */
	int64_t bytes;     /* taken so far */
	int64_t line;      /* of `at`, from 1 */
	int64_t column;    /* in bytes, from 1 */
	int64_t piece_line; /* where the piece given last begins */
	int64_t piece_column;
};

void pieces_init(struct pieces *p, alk_read_fn read, void *arg,
    size_t piece_bytes_max);
void pieces_fini(struct pieces *p);

/* The next byte that is no blank, not taken; 0 at the end; or a code. */
int pieces_peek(struct pieces *p, alk_error *err);
/* Takes the byte that was peeked. */
void pieces_take(struct pieces *p);
/* Takes a text if it is what comes next, in however many reads it comes. */
int pieces_pass(struct pieces *p, const char *text, size_t bytes,
    alk_error *err);
/*
 * Takes a value: up to its last bracket or quote, a number or word up to what
 * ends it. It is not checked beyond that. Borrowed until the next call. ALK_OK,
 * or a code: ALK_JSON there is none or the input ends within it, ALK_LIMIT,
 * ALK_IO, ALK_NOMEM.
 */
int pieces_value(struct pieces *p, const char **text, size_t *bytes,
    alk_error *err);
/* ALK_JSON at the byte that is next. */
int pieces_unexpected(struct pieces *p, const char *want, alk_error *err);

#endif
