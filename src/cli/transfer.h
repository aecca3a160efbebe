/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_TRANSFER_H
#define CLI_TRANSFER_H

#include "cli/cli.h"

/* What alk import and alk export share. */
struct transfer {
	struct cli *cli;
	struct progress progress;
	int fd;
	const char *path; /* of an export; NULL: standard output */
	int error; /* errno of the input or output, or 0 */
	bool is_stdout;
	int format;     /* ALK_FORMAT_... */
	int kind;       /* of an export as CSV */
	bool is_joined; /* in a transaction over several inputs */
	char first[64]; /* of the input */
	size_t first_bytes;
};

/* The value of --format for help, and the choice of args. */
#define TRANSFER_FORMATS "jsonl|graphology|graphml|gexf|csv"

/*
 * The format that --format names, else that the file's name tells, else JSON
 * Lines. path may be NULL.
 */
int transfer_format(const struct args *a, const char *path);
/* A note where the end of the name of an output names no format. */
void transfer_note_format(struct cli *c, const char *path);
/*
 * --separator, or what the file's name says: a tab for .tsv. EXIT_OK, or that
 * of a usage error.
 */
int transfer_separator(struct cli *c, const char *path, char *out);
/* An alk_loss_fn: a note for each kind. arg is the struct transfer. */
void transfer_loss(void *arg, const alk_loss *loss);

#endif
