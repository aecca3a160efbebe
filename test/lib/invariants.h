/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_INVARIANTS_H
#define TEST_INVARIANTS_H

#include <stdio.h>

/*
 * docs/INVARIANTS.md as SQL over the physical tables, written apart from
 * alk_check() so that one can be held against the other. Each opens the file by
 * itself, with SQLite alone and the default VFS, and changes nothing.
 */

/*
 * How many findings; each is told on out (NULL: none are told). -1: no such
 * file or not one that can be asked.
 */
int invariants_check(const char *path, FILE *out);

/*
 * A number that two stores share when they hold the same types, graphs, nodes,
 * edges and change records, whatever ids and times they were given. 0: cannot
 * be read.
 */
unsigned long long invariants_digest(const char *path);

/* A number of all rows, in their order, that a statement answers. */
unsigned long long invariants_rows(const char *path, const char *sql);

/* The one integer that a statement answers; ends the program when it fails. */
long long invariants_number(const char *path, const char *sql);

#endif
