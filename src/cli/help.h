/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/buf.h"
#include "cli/table.h"

/*
 * Help as text, and the pieces from which the man pages are made as well. Prose
 * is in paragraphs apart by an empty line; lines that begin with two blanks
 * stay as they are.
 */

struct topic {
	const char *name;
	const char *summary;
	bool has_own_page; /* man/alk-<name>.7 is written by hand */
	void (*write)(struct buf *out); /* appends its prose */
};

extern const struct topic help_topics[]; /* ends with a NULL name */
const struct topic *help_topic(const char *name);

void help_main(struct buf *out);
void help_group(struct buf *out, const struct group *g);
void help_command(struct buf *out, const struct command *c);
void help_topic_text(struct buf *out, const struct topic *t);
/* The first of these that is not NULL; else the main page. */
void help_write(struct buf *out, const struct command *c,
    const struct group *g, const struct topic *t);

/* "-t, --type TYPE" */
void help_option(struct buf *out, const struct option *o);
/* Prose, filled to 78 columns, each line set in by `indent` blanks. */
void help_fill(struct buf *out, const char *prose, size_t indent);

#endif
