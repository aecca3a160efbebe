/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The VFS of the fault harness. Each method asks trip() whether it is the one
 * to fail and otherwise hands over to the file of the default VFS, which lies
 * behind ours in the memory that SQLite gave. Releasing a lock never fails: no
 * system does that, and SQLite would not look. There is no xFetch, so nothing
 * is memory-mapped and every read passes here.
 */
#include "fault_vfs.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fault_file {
	sqlite3_file base;
	sqlite3_file *real; /* behind this struct */
};

static struct {
	_Atomic int op; /* FAULT_OPS: none */
	_Atomic int kind;
	_Atomic int64_t countdown;
	_Atomic bool is_persistent;
	_Atomic bool is_paused;
	_Atomic bool has_fired;
	_Atomic int64_t counts[FAULT_OPS];
} plan = { .op = FAULT_OPS };
static _Atomic bool sleeps;

static const char *const names[FAULT_OPS] = { "open", "read", "write", "sync",
	"truncate", "size", "lock", "shm-map", "shm-lock", "access", "delete" };

const char *
fault_op_name(enum fault_op op)
{
	return names[op];
}

static void
forget(void)
{
	plan.op = FAULT_OPS;
	for (int i = 0; i < FAULT_OPS; i++)
		plan.counts[i] = 0;
}

void
fault_vfs_fail_at(enum fault_op op, int64_t n, bool persistent,
    enum fault_kind kind)
{
	forget();
	plan.has_fired = false;
	plan.countdown = n;
	plan.is_persistent = persistent;
	plan.kind = (int)kind;
	plan.op = (int)op;
}

void
fault_vfs_heal(void)
{
	forget();
}

void
fault_vfs_sleep(bool truly)
{
	sleeps = truly;
}

void
fault_vfs_pause(bool paused)
{
	plan.is_paused = paused;
}

int64_t
fault_vfs_count(enum fault_op op)
{
	return plan.counts[op];
}

bool
fault_vfs_fired(void)
{
	return plan.has_fired;
}

/* SQLITE_OK, or what this operation fails with; io is its own kind of IOERR. */
static int
trip(enum fault_op op, int io)
{
	if (plan.is_paused)
		return SQLITE_OK;
	plan.counts[op]++;
	if (plan.op != (int)op)
		return SQLITE_OK;
	if (plan.countdown > 0) {
		plan.countdown--;
		return SQLITE_OK;
	}
	plan.has_fired = true;
	if (!plan.is_persistent)
		plan.op = FAULT_OPS;
	if (plan.kind == FAULT_FULL)
		return SQLITE_FULL;
	return plan.kind == FAULT_BUSY ? SQLITE_BUSY : io;
}

static sqlite3_file *
real_file(sqlite3_file *f)
{
	return ((struct fault_file *)(void *)f)->real;
}

static int
file_close(sqlite3_file *f)
{
	sqlite3_file *real = real_file(f);

	if (real->pMethods == NULL)
		return SQLITE_OK;
	return real->pMethods->xClose(real);
}

static int
file_read(sqlite3_file *f, void *into, int bytes, sqlite3_int64 at)
{
	int rc = trip(FAULT_READ, SQLITE_IOERR_READ);

	if (rc != SQLITE_OK)
		return rc;
	f = real_file(f);
	return f->pMethods->xRead(f, into, bytes, at);
}

static int
file_write(sqlite3_file *f, const void *from, int bytes, sqlite3_int64 at)
{
	int rc = trip(FAULT_WRITE, SQLITE_IOERR_WRITE);

	f = real_file(f);
	if (rc == SQLITE_FULL && bytes > 1)
		f->pMethods->xWrite(f, from, bytes / 2, at);
	if (rc != SQLITE_OK)
		return rc;
	return f->pMethods->xWrite(f, from, bytes, at);
}

static int
file_truncate(sqlite3_file *f, sqlite3_int64 bytes)
{
	int rc = trip(FAULT_TRUNCATE, SQLITE_IOERR_TRUNCATE);

	if (rc != SQLITE_OK)
		return rc;
	f = real_file(f);
	return f->pMethods->xTruncate(f, bytes);
}

static int
file_sync(sqlite3_file *f, int flags)
{
	int rc = trip(FAULT_SYNC, SQLITE_IOERR_FSYNC);

	if (rc != SQLITE_OK)
		return rc;
	f = real_file(f);
	return f->pMethods->xSync(f, flags);
}

static int
file_size(sqlite3_file *f, sqlite3_int64 *bytes)
{
	int rc = trip(FAULT_SIZE, SQLITE_IOERR_FSTAT);

	if (rc != SQLITE_OK)
		return rc;
	f = real_file(f);
	return f->pMethods->xFileSize(f, bytes);
}

static int
file_lock(sqlite3_file *f, int level)
{
	int rc = trip(FAULT_LOCK, SQLITE_IOERR_LOCK);

	if (rc != SQLITE_OK)
		return rc;
	f = real_file(f);
	return f->pMethods->xLock(f, level);
}

static int
file_unlock(sqlite3_file *f, int level)
{
	f = real_file(f);
	return f->pMethods->xUnlock(f, level);
}

static int
file_reserved(sqlite3_file *f, int *is_reserved)
{
	f = real_file(f);
	return f->pMethods->xCheckReservedLock(f, is_reserved);
}

static int
file_control(sqlite3_file *f, int op, void *arg)
{
	f = real_file(f);
	return f->pMethods->xFileControl(f, op, arg);
}

static int
file_sector(sqlite3_file *f)
{
	f = real_file(f);
	return f->pMethods->xSectorSize(f);
}

static int
file_traits(sqlite3_file *f)
{
	f = real_file(f);
	return f->pMethods->xDeviceCharacteristics(f);
}

static int
file_shm_map(sqlite3_file *f, int page, int bytes, int extend,
    void volatile **out)
{
	int rc = trip(FAULT_SHM_MAP, SQLITE_IOERR_SHMMAP);

	if (rc != SQLITE_OK)
		return rc;
	f = real_file(f);
	return f->pMethods->xShmMap(f, page, bytes, extend, out);
}

static int
file_shm_lock(sqlite3_file *f, int offset, int count, int flags)
{
	int rc = SQLITE_OK;

	if (flags & SQLITE_SHM_LOCK)
		rc = trip(FAULT_SHM_LOCK, SQLITE_IOERR_SHMLOCK);
	if (rc != SQLITE_OK)
		return rc;
	f = real_file(f);
	return f->pMethods->xShmLock(f, offset, count, flags);
}

static void
file_shm_barrier(sqlite3_file *f)
{
	f = real_file(f);
	f->pMethods->xShmBarrier(f);
}

static int
file_shm_unmap(sqlite3_file *f, int remove)
{
	f = real_file(f);
	return f->pMethods->xShmUnmap(f, remove);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_traits,
	.xShmMap = file_shm_map,
	.xShmLock = file_shm_lock,
	.xShmBarrier = file_shm_barrier,
	.xShmUnmap = file_shm_unmap
};

static sqlite3_vfs *
real_vfs(sqlite3_vfs *v)
{
	return v->pAppData;
}

static int
vfs_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags,
    int *out_flags)
{
	struct fault_file *file = (struct fault_file *)(void *)f;
	int rc;

	file->base.pMethods = NULL;
	rc = trip(FAULT_OPEN, SQLITE_CANTOPEN);
	if (rc != SQLITE_OK)
		return rc;
	v = real_vfs(v);
	file->real = (sqlite3_file *)(void *)(file + 1);
	rc = v->xOpen(v, name, file->real, flags, out_flags);
	if (file->real->pMethods != NULL)
		file->base.pMethods = &methods;
	return rc;
}

static int
vfs_delete(sqlite3_vfs *v, const char *name, int sync_folder)
{
	int rc = trip(FAULT_DELETE, SQLITE_IOERR_DELETE);

	if (rc != SQLITE_OK)
		return rc;
	v = real_vfs(v);
	return v->xDelete(v, name, sync_folder);
}

static int
vfs_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
	int rc = trip(FAULT_ACCESS, SQLITE_IOERR_ACCESS);

	if (rc != SQLITE_OK)
		return rc;
	v = real_vfs(v);
	return v->xAccess(v, name, flags, out);
}

/* SQLite counts the time by what it asked for. */
static int
vfs_sleep(sqlite3_vfs *v, int us)
{
	if (!sleeps)
		return us;
	v = real_vfs(v);
	return v->xSleep(v, us);
}

/* All else is the default VFS's own, which looks at none of our members. */
void
fault_vfs_register(bool as_default)
{
	static sqlite3_vfs vfs;
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);

	if (real != NULL) {
		vfs = *real;
		vfs.pNext = NULL;
		vfs.zName = FAULT_VFS;
		vfs.szOsFile = (int)sizeof(struct fault_file) + real->szOsFile;
		vfs.pAppData = real;
		vfs.xOpen = vfs_open;
		vfs.xDelete = vfs_delete;
		vfs.xAccess = vfs_access;
		vfs.xSleep = vfs_sleep;
	}
	if (real == NULL
	    || sqlite3_vfs_register(&vfs, as_default) != SQLITE_OK) {
		fputs("the test's VFS was refused\n", stderr);
		exit(2);
	}
}
