/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_TRANSFER_H
#define CLI_TRANSFER_H

#include "cli/cli.h"

/* What alk import and alk export share. */
struct transfer {
	struct cli *cli;
	struct progress progress;
	int fd;
	int error; /* errno of the input or output, or 0 */
	bool is_stdout;
	int format;     /* ALK_FORMAT_... */
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
/* An alk_loss_fn: a note for each kind. arg is the struct transfer. */
void transfer_loss(void *arg, const alk_loss *loss);

#endif
