/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_TERM_H
#define CLI_TERM_H

#include "base/buf.h"

#include <alkstore.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * Terminals: what a stream is, how wide text is there, and what is unsafe on
 * one.
 */

enum term_colour {
	COLOUR_AUTO,
	COLOUR_ALWAYS,
	COLOUR_NEVER
};

bool term_is_tty(FILE *file);
/*
 * Whether to colour a stream: never and always as said; auto follows NO_COLOR,
 * CLICOLOR_FORCE, TERM=dumb, and then whether it is a terminal.
 */
bool term_is_coloured(FILE *file, enum term_colour choice);
/* The terminal can move its cursor: TERM is not "dumb". */
bool term_is_capable(void);
/* Columns of the terminal; 80 where that cannot be known. */
size_t term_columns(FILE *file);

/*
 * The code point that text begins with; *c is set to it. Returns its bytes. A
 * byte that is no UTF-8 is taken alone, with *c = 0xDC00 + byte.
 */
size_t term_next(const char *text, size_t bytes, uint32_t *c);

/* Columns that text takes up, wide and combining characters reckoned. */
size_t term_width(const char *text, size_t bytes);
/* How many bytes of text fit into that many columns. */
size_t term_cut(const char *text, size_t bytes, size_t columns);

/*
 * What must not reach a terminal as it is: control characters (they move the
 * cursor, set the title, answer as if typed), marks that turn the direction of
 * writing, and bytes that are no UTF-8.
 */
bool term_is_unsafe(uint32_t c);

#define ESCAPE_LINES 1u     /* tab, newline, return become \t \n \r */
#define ESCAPE_BACKSLASH 2u /* and \ becomes \\, so that it can be undone */
#define ESCAPE_UNSAFE 4u    /* the rest becomes \u001b, \xff */
#define ESCAPE_JSON 8u      /* text is JSON: the escape is one of JSON */

void term_escape(struct buf *out, const char *text, size_t bytes, unsigned how);

#endif
