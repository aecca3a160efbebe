/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_DOCUMENTS_H
#define CLI_DOCUMENTS_H

#include "cli/cli.h"

/* The JSON documents that a command line names: files, or lines of files. */

/* One of them. Borrowed until the function that is given it returns. */
struct document {
	const char *file;  /* as it was named; "-" for standard input */
	int64_t line;      /* of JSON Lines, from 1; 0: the file is one value */
	const char *text;
	size_t bytes;
};

/* Returns EXIT_OK to go on, else the exit status to end with. */
typedef int (*document_fn)(void *arg, const struct document *d);

/*
 * Each document of the operands from the one called `name` on; standard input
 * where there is none. With --lines, and in files whose name ends in .jsonl or
 * .ndjson, each line that is not blank is one. Files that cannot be read are
 * reported and passed over, and the status of the first is returned at the end.
 */
int documents_each(struct cli *c, const char *name, document_fn fn, void *arg);

#define OPTION_LINES \
	{ "lines", 'l', OPTION_FLAG, NULL, false, \
	  "each line is a document, whatever the file is called" }

#endif
