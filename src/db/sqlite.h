/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DB_SQLITE_H
#define DB_SQLITE_H

/*
 * SQLite: our own, linked in; or, in the loadable extension, the host's, of
 * which nothing is used but the function table that it hands over.
 */
#ifdef ALK_HOST_SQLITE
#include <sqlite3ext.h>
extern const sqlite3_api_routines *sqlite3_api; /* set by the entry point */
#else
#include <sqlite3.h>
#endif

#endif
