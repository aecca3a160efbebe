/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_OUTPUT_TABLE_H
#define CLI_OUTPUT_TABLE_H

#include "cli/output.h"

/* Inside of output*.c: the aligned formats, and what the files share. */

void table_start(struct output *o);
void table_row(struct output *o, const struct cell *cells);
void table_end(struct output *o);

void output_put(struct output *o, const char *data, size_t bytes);
/* One object in a JSON format. */
void output_record_json(struct output *o, const struct cell *cells,
    const char *json, size_t bytes);
/* Writes o->line and empties it. */
void output_put_line(struct output *o);
/* Appends a cell, escaped as the format needs it. */
void output_cell(struct output *o, struct buf *to, const struct cell *c);

#endif
