/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_FAULT_VFS_H
#define TEST_FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A SQLite VFS over the default one, in which the n-th operation of a kind
 * fails. One plan for the whole process.
 */

#define FAULT_VFS "alk-fault" /* for alk_options.vfs */

enum fault_op {
	FAULT_OPEN,
	FAULT_READ,
	FAULT_WRITE,
	FAULT_SYNC,
	FAULT_TRUNCATE,
	FAULT_SIZE,
	FAULT_LOCK,
	FAULT_SHM_MAP,
	FAULT_SHM_LOCK,
	FAULT_ACCESS,
	FAULT_DELETE,
	FAULT_OPS
};

enum fault_kind {
	FAULT_IO,   /* SQLITE_IOERR_..., or SQLITE_CANTOPEN for open */
	FAULT_FULL, /* SQLITE_FULL; writes, half of the bytes get through */
	FAULT_BUSY  /* SQLITE_BUSY; lock and shm-lock */
};

/*
 * Registers the VFS, as the default one or by its name only. Once; ends the
 * program on failure.
 */
void fault_vfs_register(bool as_default);

/*
 * The n-th operation of kind op from now (0: the next) fails; with persistent
 * all later ones of that kind too. Forgets what was counted and what failed.
 */
void fault_vfs_fail_at(enum fault_op op, int64_t n, bool persistent,
    enum fault_kind kind);
/* Nothing fails from here on. */
void fault_vfs_heal(void);
/* While paused nothing is counted and nothing fails. */
void fault_vfs_pause(bool paused);

/*
 * By default a sleep ends at once, as no other process holds locks. Where one
 * does, SQLite would run through all its tries at them in no time.
 */
void fault_vfs_sleep(bool truly);

/* Operations of a kind since fault_vfs_fail_at() or fault_vfs_heal(). */
int64_t fault_vfs_count(enum fault_op op);
bool fault_vfs_fired(void);
/* "read", "shm-lock", ... */
const char *fault_op_name(enum fault_op op);

#endif
