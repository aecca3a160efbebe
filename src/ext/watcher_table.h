/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXT_WATCHER_TABLE_H
#define EXT_WATCHER_TABLE_H

#include <alkstore.h>

/*
 * Watches by number, for SQL: 1, 2, 3 and so on, the same for every connection
 * of the process, none given twice. From any thread; a child that was forked
 * finds the table empty.
 */

/*
 * poll_ms 0: adaptive, for a caller who gave none; who gave 0 is to be refused
 * before. err as watch_open().
 */
int watcher_table_open(const char *path, const char *backend, int64_t poll_ms,
    int64_t *id, alk_error *err);
/*
 * 1 something was committed; 0 nothing for timeout_ms (negative counts as 0);
 * -1 no such number, closed, or the file has gone. Several may wait at once.
 */
int watcher_table_wait(int64_t id, int64_t timeout_ms);
/* Wakes those who wait. Numbers that are none are allowed. */
void watcher_table_close(int64_t id);

#endif
