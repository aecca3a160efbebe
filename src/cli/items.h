/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_ITEMS_H
#define CLI_ITEMS_H

#include "cli/cli.h"

/* What the commands on nodes and those on edges have in common. */

/*
 * Fills type, id, metadata and attributes from options and `text`; "-" is read.
 */
struct items_text {
	struct buf input; /* items_text_fini() */
};

/*
 * attributes is the operand, or NULL. Returns an exit status.
 */
int items_fill(struct cli *c, alk_item *item, const char *attributes,
    struct items_text *t);
void items_text_fini(struct items_text *t);

/*
 * Writes items to GRAPH and prints the counts. edges: keys or ids of existing
 * edges, one for each item, looked up in the same transaction; NULL where the
 * items say it themselves. Returns an exit status.
 */
int items_write(struct cli *c, alk_item *items, size_t count,
    const char *const *edges);

/* "list" for nodes or edges. */
int items_list(struct cli *c, int kind);

/* Options of "list"; by_default: the order where none is asked for. */
#define OPTIONS_LIST(by_default) \
	{ "where", 'w', OPTION_TEXT, "FILTER", false, \
	  "only where the attributes match; alk help filter" }, \
	{ "order", 0, OPTION_TEXT, "PATH", false, \
	  "by an attribute, or @key; else " by_default }, \
	{ "desc", 0, OPTION_FLAG, NULL, false, "greatest first" }, \
	{ "limit", 0, OPTION_NUMBER, "N", false, "rows at most; 1000" }, \
	{ "cursor", 0, OPTION_TEXT, "CURSOR", false, \
	  "go on where an earlier list ended" }, \
	{ "all", 'a', OPTION_FLAG, NULL, false, "all rows" }, \
	OPTION_EXPLAIN

#endif
