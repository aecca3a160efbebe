/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_WALKS_H
#define CLI_WALKS_H

#include "cli/cli.h"

/* How to go through a graph, from the options of the command. */
struct walks {
	alk_walk_options options;
	const char **edge_types;
	const char **node_types;
};

/* Returns an exit status; on EXIT_OK, walks_fini() at the end. */
int walks_options(struct cli *c, struct walks *w);
void walks_fini(struct walks *w);

#define OPTION_EXPLAIN_WALK \
	{ "explain", 0, OPTION_FLAG, NULL, false, \
	  "tell where edges come from and which index narrows which filter; " \
	  "walk nowhere" }
#define OPTIONS_DIRECTION \
	{ "out", 0, OPTION_FLAG, NULL, false, \
	  "along the edges; as if none of the three were given" }, \
	{ "in", 0, OPTION_FLAG, NULL, false, "against the edges" }, \
	{ "both", 0, OPTION_FLAG, NULL, false, "along and against them" }

#endif
