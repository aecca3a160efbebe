/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include <stddef.h>

/*
 * What other programs call by a word, as it is called here: one name after the
 * other, NULL behind the last. *at is 0 at first. Whether there is such an
 * option or command where the word stands is for the caller to see.
 */
const char *words_option(const char *word, size_t *at);
const char *words_command(const char *word, size_t *at);

#endif
