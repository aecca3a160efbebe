/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_MESSAGE_H
#define SCHEMA_MESSAGE_H

#include "schema/walk.h"

/*
 * Appends one line on why v fails keyword k of node n. detail: the name that is
 * missing or not expected, or NULL.
 */
void message_write(struct buf *out, const struct walk *w,
    const struct node *n, enum keyword k, yyjson_val *v, yyjson_val *detail);

/* codes.c: enum schema_code of a failure. */
int code_find(const struct node *n, enum keyword k);

#endif
