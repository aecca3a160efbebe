/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_STEPS_H
#define CLI_STEPS_H

#include "cli/cli.h"

/* How lists and traversals find what they find; GRAPH is an operand. */

/* --explain: prints the steps. Returns an exit status. */
int steps_list(struct cli *c, int kind, const alk_query *q);
int steps_walk(struct cli *c, const alk_walk_options *o);

/*
 * After rows were shown, or none: a note where no schema names what the filter
 * or the order does, which is what a slip in a name looks like where the
 * schemas are open; or, after none, where the filter compares with another JSON
 * type than the schemas have there.
 */
void steps_note_list(struct cli *c, int kind, const alk_query *q,
    bool is_empty);
void steps_note_walk(struct cli *c, const alk_walk_options *o, bool is_empty);

#endif
