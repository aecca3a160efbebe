/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BENCH_LDBC_LOAD_H
#define BENCH_LDBC_LOAD_H

#include <alkstore.h>

/*
 * Makes a store with the module and a graph "snb" of it, then reads the files
 * of a folder into it: those of LDBC's social network as Kuzu ships them, rows
 * cut by "|", a first line of headers or none. The node of Person.csv with id
 * 933 gets the key "Person:933", and so on; its other columns are its
 * attributes, empty ones left out. A file that is not there is passed over.
 */
int ldbc_create(const char *path, const char *module_path, alk_store **st,
    alk_session **s);
int ldbc_load(alk_session *s, const char *dir, size_t *rows);

#endif
