/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_HINTS_H
#define CLI_HINTS_H

#include "cli/cli.h"

/* Commands to type next, in notes and errors. */

/* Appends a space and a word, quoted for a shell where it must be. */
void hints_word(struct buf *b, const char *word);
/* Appends what names the store, as the command line did: " FILE" or nothing. */
void hints_store(struct buf *b, const struct args *a);

/* After an error that an option puts off: which, for this run. */
void hints_option(struct cli *c, int code, const char *text);
/*
 * After an error of that code was printed: notes what helps, where the command
 * line shows what is meant. Asks the store, and so ends its session's error.
 */
void hints_error(struct cli *c, int code);

#endif
