/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_LDBC_MODEL_H
#define TEST_LDBC_MODEL_H

#include "network.h"

#include <stddef.h>

/*
 * The short reads by looking at everything: no index, no traversal. A message is
 * a number: comments from 0 on, posts behind them.
 */
#define MESSAGES (COMMENTS + POSTS)

/* IS1 to IS7 as ldbc_read() tells them. `which` is a person or a message. */
void model_read(const struct network *n, int number, int which, char *out,
    size_t room);
/* "Person:5", or of a message "Comment:5". */
void model_key(int number, int which, char *out, size_t room);

#endif
