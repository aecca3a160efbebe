/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "cli/table.h"

/* Where the cursor stands in a command line that is not finished. */
struct complete {
	const struct group *group;
	const struct command *command;
	const struct option *wanted; /* whose value comes next, or NULL */
	const char *file;            /* of --db, ALK_DB or the operand FILE */
	const char *graph;           /* the operand GRAPH */
	const char *type;            /* the operand TYPE */
	const struct group *help;    /* that alk help was asked about */
	size_t operands;             /* complete ones, FILE counted */
	bool options_ended;
};

/* Takes in the words before the cursor, leniently. db as in args_parse(). */
void complete_read(struct complete *at, const char *const *words, size_t count,
    const char *db);

/* A word that may stand there; summary may be NULL. */
typedef void (*complete_fn)(void *arg, const char *word, const char *summary);

/*
 * What may stand at the cursor from the table alone: commands, options,
 * choices. prefix is what is typed of it already. Names the operand or value
 * whose words the store knows, as "GRAPH" (with its bytes), or returns NULL.
 */
const char *complete_static(const struct complete *at, const char *prefix,
    complete_fn fn, void *arg, size_t *bytes);

#endif
