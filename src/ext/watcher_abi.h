/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXT_WATCHER_ABI_H
#define EXT_WATCHER_ABI_H

#include <stddef.h>
#include <stdint.h>

/*
 * The watcher as bindings find it with dlsym(): names, results and messages are
 * those of the Honker contract. The extension must have been loaded into some
 * connection of the process before, for its SQLite.
 */

#define WATCHER_ABI __attribute__((visibility("default")))

/* NULL on an error, with a message in err, cut to errlen with its NUL. */
WATCHER_ABI void *honker_watcher_open(const char *db_path, const char *backend,
    char *err, size_t errlen);
/* poll_ms 0 is an error. */
WATCHER_ABI void *honker_watcher_open_v2(const char *db_path,
    const char *backend, uint64_t poll_ms, char *err, size_t errlen);
/* 1 something was committed, 0 timeout, -1 closed or NULL, -2 failed. */
WATCHER_ABI int honker_watcher_wait(void *h, uint64_t timeout_ms);
/* NULL is allowed. Another thread that waits gets -1. */
WATCHER_ABI void honker_watcher_close(void *h);

#endif
