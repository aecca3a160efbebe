/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The VFS of our connections: the default one, with the frames of a commit
 * gathered (frames.c). Only two kinds of files are ours, all others are the
 * default VFS's own:
 *
 *   WAL   writes are gathered; every other call writes first what is held
 *   main  hands over; looks at two calls about the WAL's index. SQLite puts a
 *         barrier before what it publishes: whatever is held then is written,
 *         though by frames.c nothing of a commit can be. And it gives the write
 *         lock back: what is still held was not committed and is dropped, for
 *         behind it others write at the same place. Where it had the file alone
 *         it gave no lock back, and takes one when that ends: then the same.
 *
 *       And while the WAL holds no frame, its index says no size either, and
 *       SQLite asks for that of the file in each transaction. Nothing but a
 *       checkpoint of frames changes it: so it is asked for once, and told
 *       again for as long as the index's header stays what it was.
 *
 * A WAL whose main file is not one of ours, because somebody's VFS lies above,
 * is left alone. Both belong to one connection, used by one thread at a time.
 */
#include "db/db_internal.h"

#ifdef ALK_HOST_SQLITE

const char *
db_vfs(void)
{
	return NULL;
}

#else

#include "db/frames.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

#define NAME "alk-frames"
#define WRITE_LOCK 0 /* its place among the locks of the WAL's index */

struct wal_file {
	sqlite3_file base;
	struct main_file *main;
	struct frames frames; /* its file lies behind this struct */
};

struct main_file {
	sqlite3_file base;
	sqlite3_file *real; /* behind this struct */
	struct wal_file *wal;
	const volatile uint32_t *index; /* header of the WAL's; NULL: none */
	uint32_t sized[DB_WAL_WORDS];   /* what it said when size was right */
	sqlite3_int64 size;             /* of the file; -1: not known */
};

static sqlite3_vfs vfs;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* ---- WAL ---- */

static struct wal_file *
wal_of(sqlite3_file *f)
{
	return (struct wal_file *)(void *)f;
}

/* With nothing held any more; NULL: that could not be written. */
static sqlite3_file *
settled(sqlite3_file *f, int *rc)
{
	struct frames *frames = &wal_of(f)->frames;

	*rc = frames_flush(frames);
	return *rc == SQLITE_OK ? frames->file : NULL;
}

static int
wal_close(sqlite3_file *f)
{
	struct wal_file *w = wal_of(f);
	sqlite3_file *real = w->frames.file;

	if (w->main != NULL)
		w->main->wal = NULL;
	frames_end(&w->frames);
	return real->pMethods->xClose(real);
}

static int
wal_read(sqlite3_file *f, void *into, int bytes, sqlite3_int64 at)
{
	struct frames *frames = &wal_of(f)->frames;
	int rc = frames_overlap(frames, bytes, at) ? frames_flush(frames) :
	    SQLITE_OK;

	if (rc != SQLITE_OK)
		return rc;
	return frames->file->pMethods->xRead(frames->file, into, bytes, at);
}

static int
wal_write(sqlite3_file *f, const void *from, int bytes, sqlite3_int64 at)
{
	return frames_write(&wal_of(f)->frames, from, bytes, at);
}

static int
wal_truncate(sqlite3_file *f, sqlite3_int64 bytes)
{
	int rc;
	sqlite3_file *real = settled(f, &rc);

	return real == NULL ? rc : real->pMethods->xTruncate(real, bytes);
}

static int
wal_sync(sqlite3_file *f, int flags)
{
	int rc;
	sqlite3_file *real = settled(f, &rc);

	return real == NULL ? rc : real->pMethods->xSync(real, flags);
}

static int
wal_size(sqlite3_file *f, sqlite3_int64 *bytes)
{
	int rc;
	sqlite3_file *real = settled(f, &rc);

	return real == NULL ? rc : real->pMethods->xFileSize(real, bytes);
}

static int
wal_lock(sqlite3_file *f, int level)
{
	int rc;
	sqlite3_file *real = settled(f, &rc);

	return real == NULL ? rc : real->pMethods->xLock(real, level);
}

static int
wal_unlock(sqlite3_file *f, int level)
{
	int rc;
	sqlite3_file *real = settled(f, &rc);

	return real == NULL ? rc : real->pMethods->xUnlock(real, level);
}

static int
wal_reserved(sqlite3_file *f, int *is_reserved)
{
	int rc;
	sqlite3_file *real = settled(f, &rc);

	return real == NULL ? rc :
	    real->pMethods->xCheckReservedLock(real, is_reserved);
}

static int
wal_control(sqlite3_file *f, int op, void *arg)
{
	int rc;
	sqlite3_file *real = settled(f, &rc);

	return real == NULL ? rc :
	    real->pMethods->xFileControl(real, op, arg);
}

static int
wal_sector(sqlite3_file *f)
{
	f = wal_of(f)->frames.file;
	return f->pMethods->xSectorSize(f);
}

static int
wal_traits(sqlite3_file *f)
{
	f = wal_of(f)->frames.file;
	return f->pMethods->xDeviceCharacteristics(f);
}

/* A WAL shares no memory and is never mapped. */
static const sqlite3_io_methods wal_methods = {
	.iVersion = 1,
	.xClose = wal_close,
	.xRead = wal_read,
	.xWrite = wal_write,
	.xTruncate = wal_truncate,
	.xSync = wal_sync,
	.xFileSize = wal_size,
	.xLock = wal_lock,
	.xUnlock = wal_unlock,
	.xCheckReservedLock = wal_reserved,
	.xFileControl = wal_control,
	.xSectorSize = wal_sector,
	.xDeviceCharacteristics = wal_traits,
};

/* ---- main ---- */

static struct main_file *
main_of(sqlite3_file *f)
{
	return (struct main_file *)(void *)f;
}

static sqlite3_file *
real_of(sqlite3_file *f)
{
	return main_of(f)->real;
}

static int
main_close(sqlite3_file *f)
{
	struct main_file *m = main_of(f);

	if (m->wal != NULL)
		m->wal->main = NULL;
	return m->real->pMethods->xClose(m->real);
}

static int
main_read(sqlite3_file *f, void *into, int bytes, sqlite3_int64 at)
{
	f = real_of(f);
	return f->pMethods->xRead(f, into, bytes, at);
}

static int
main_write(sqlite3_file *f, const void *from, int bytes, sqlite3_int64 at)
{
	main_of(f)->size = -1;
	f = real_of(f);
	return f->pMethods->xWrite(f, from, bytes, at);
}

static int
main_truncate(sqlite3_file *f, sqlite3_int64 bytes)
{
	main_of(f)->size = -1;
	f = real_of(f);
	return f->pMethods->xTruncate(f, bytes);
}

static int
main_sync(sqlite3_file *f, int flags)
{
	f = real_of(f);
	return f->pMethods->xSync(f, flags);
}

/* The header of the WAL's index, where that says that there is no frame. */
static bool
has_no_frame(const struct main_file *m, uint32_t words[DB_WAL_WORDS])
{
	if (m->index == NULL)
		return false;
	db_wal_read(m->index, words);
	return words[0] == DB_WAL_VERSION && words[DB_WAL_FRAMES] == 0 &&
	    words[DB_WAL_PAGES] == 0;
}

static int
main_size(sqlite3_file *f, sqlite3_int64 *bytes)
{
	struct main_file *m = main_of(f);
	uint32_t before[DB_WAL_WORDS];
	bool is_empty = has_no_frame(m, before);

	if (is_empty && m->size >= 0 &&
	    memcmp(before, m->sized, sizeof(before)) == 0) {
		*bytes = m->size;
		return SQLITE_OK;
	}
	m->size = -1;
	int rc = m->real->pMethods->xFileSize(m->real, bytes);
	if (rc == SQLITE_OK && is_empty) {
		memcpy(m->sized, before, sizeof(before));
		m->size = *bytes;
	}
	return rc;
}

static int
main_lock(sqlite3_file *f, int level)
{
	f = real_of(f);
	return f->pMethods->xLock(f, level);
}

static int
main_unlock(sqlite3_file *f, int level)
{
	f = real_of(f);
	return f->pMethods->xUnlock(f, level);
}

static int
main_reserved(sqlite3_file *f, int *is_reserved)
{
	f = real_of(f);
	return f->pMethods->xCheckReservedLock(f, is_reserved);
}

static int
main_control(sqlite3_file *f, int op, void *arg)
{
	f = real_of(f);
	return f->pMethods->xFileControl(f, op, arg);
}

static int
main_sector(sqlite3_file *f)
{
	f = real_of(f);
	return f->pMethods->xSectorSize(f);
}

static int
main_traits(sqlite3_file *f)
{
	f = real_of(f);
	return f->pMethods->xDeviceCharacteristics(f);
}

static int
main_shm_map(sqlite3_file *f, int page, int bytes, int extend,
    void volatile **out)
{
	struct main_file *m = main_of(f);
	int rc = m->real->pMethods->xShmMap(m->real, page, bytes, extend, out);

	if (page == 0)
		m->index = rc == SQLITE_OK ? (const volatile uint32_t *)*out :
					     NULL;
	return rc;
}

static int
main_shm_lock(sqlite3_file *f, int offset, int count, int flags)
{
	struct wal_file *w = main_of(f)->wal;

	bool is_shared = (flags & SQLITE_SHM_SHARED) != 0;
	bool is_lock = (flags & SQLITE_SHM_LOCK) != 0;
	/* One that writes begins or ends, or a transaction begins to read. */
	if (w != NULL && w->frames.used > 0 &&
	    (is_shared ? is_lock : offset == WRITE_LOCK))
		frames_drop(&w->frames);
	f = real_of(f);
	return f->pMethods->xShmLock(f, offset, count, flags);
}

static void
main_shm_barrier(sqlite3_file *f)
{
	struct wal_file *w = main_of(f)->wal;

	if (w != NULL)
		(void)frames_flush(&w->frames);
	f = real_of(f);
	f->pMethods->xShmBarrier(f);
}

static int
main_shm_unmap(sqlite3_file *f, int remove)
{
	main_of(f)->index = NULL;
	f = real_of(f);
	return f->pMethods->xShmUnmap(f, remove);
}

static int
main_fetch(sqlite3_file *f, sqlite3_int64 at, int bytes, void **out)
{
	f = real_of(f);
	return f->pMethods->xFetch(f, at, bytes, out);
}

static int
main_unfetch(sqlite3_file *f, sqlite3_int64 at, void *page)
{
	f = real_of(f);
	return f->pMethods->xUnfetch(f, at, page);
}

#define VERSIONS 3
#define METHODS(version) { \
	.iVersion = (version), \
	.xClose = main_close, \
	.xRead = main_read, \
	.xWrite = main_write, \
	.xTruncate = main_truncate, \
	.xSync = main_sync, \
	.xFileSize = main_size, \
	.xLock = main_lock, \
	.xUnlock = main_unlock, \
	.xCheckReservedLock = main_reserved, \
	.xFileControl = main_control, \
	.xSectorSize = main_sector, \
	.xDeviceCharacteristics = main_traits, \
	.xShmMap = main_shm_map, \
	.xShmLock = main_shm_lock, \
	.xShmBarrier = main_shm_barrier, \
	.xShmUnmap = main_shm_unmap, \
	.xFetch = main_fetch, \
	.xUnfetch = main_unfetch }

/* SQLite asks a file for no more than its version promises. */
static const sqlite3_io_methods main_methods[VERSIONS] = { METHODS(1),
	METHODS(2), METHODS(3) };

/* ---- opening ---- */

static sqlite3_vfs *
real_vfs(const sqlite3_vfs *v)
{
	return v->pAppData;
}

static int
open_main(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags,
    int *out_flags)
{
	struct main_file *m = main_of(f);

	m->wal = NULL;
	m->index = NULL;
	m->size = -1;
	m->real = (sqlite3_file *)(void *)(m + 1);
	m->real->pMethods = NULL;
	int rc = v->xOpen(v, name, m->real, flags, out_flags);
	const sqlite3_io_methods *real = m->real->pMethods;
	if (real != NULL)
		m->base.pMethods = &main_methods[real->iVersion < VERSIONS ?
		    real->iVersion - 1 : VERSIONS - 1];
	return rc;
}

/* Of the WAL with this name, which SQLite's pager gave; NULL: not ours. */
static struct main_file *
main_of_wal(const char *name)
{
	sqlite3_file *f = sqlite3_database_file_object(name);

	for (int i = 0; f != NULL && i < VERSIONS; i++)
		if (f->pMethods == &main_methods[i])
			return main_of(f);
	return NULL;
}

static int
open_wal(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags,
    int *out_flags)
{
	struct main_file *m = main_of_wal(name);

	if (m == NULL)
		return v->xOpen(v, name, f, flags, out_flags);
	struct wal_file *w = wal_of(f);
	w->frames = (struct frames){ 0 };
	w->frames.file = (sqlite3_file *)(void *)(w + 1);
	w->frames.file->pMethods = NULL;
	int rc = v->xOpen(v, name, w->frames.file, flags, out_flags);
	if (w->frames.file->pMethods == NULL)
		return rc;
	w->main = m;
	m->wal = w;
	w->base.pMethods = &wal_methods;
	return rc;
}

static int
vfs_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags,
    int *out_flags)
{
	v = real_vfs(v);
	f->pMethods = NULL;
	if ((flags & SQLITE_OPEN_MAIN_DB) != 0)
		return open_main(v, name, f, flags, out_flags);
	if ((flags & SQLITE_OPEN_WAL) != 0)
		return open_wal(v, name, f, flags, out_flags);
	return v->xOpen(v, name, f, flags, out_flags);
}

/* ---- the rest of a VFS, which may look at its own members ---- */

static int
vfs_delete(sqlite3_vfs *v, const char *name, int sync_folder)
{
	v = real_vfs(v);
	return v->xDelete(v, name, sync_folder);
}

static int
vfs_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
	v = real_vfs(v);
	return v->xAccess(v, name, flags, out);
}

static int
vfs_full_path(sqlite3_vfs *v, const char *name, int room, char *out)
{
	v = real_vfs(v);
	return v->xFullPathname(v, name, room, out);
}

static void *
vfs_dl_open(sqlite3_vfs *v, const char *name)
{
	v = real_vfs(v);
	return v->xDlOpen(v, name);
}

static void
vfs_dl_error(sqlite3_vfs *v, int room, char *out)
{
	v = real_vfs(v);
	v->xDlError(v, room, out);
}

static void (*vfs_dl_sym(sqlite3_vfs *v, void *library, const char *name))(void)
{
	v = real_vfs(v);
	return v->xDlSym(v, library, name);
}

static void
vfs_dl_close(sqlite3_vfs *v, void *library)
{
	v = real_vfs(v);
	v->xDlClose(v, library);
}

static int
vfs_randomness(sqlite3_vfs *v, int bytes, char *out)
{
	v = real_vfs(v);
	return v->xRandomness(v, bytes, out);
}

static int
vfs_sleep(sqlite3_vfs *v, int us)
{
	v = real_vfs(v);
	return v->xSleep(v, us);
}

static int
vfs_time(sqlite3_vfs *v, double *days)
{
	v = real_vfs(v);
	return v->xCurrentTime(v, days);
}

static int
vfs_last_error(sqlite3_vfs *v, int room, char *out)
{
	v = real_vfs(v);
	return v->xGetLastError(v, room, out);
}

static int
vfs_time_ms(sqlite3_vfs *v, sqlite3_int64 *ms)
{
	v = real_vfs(v);
	return v->xCurrentTimeInt64(v, ms);
}

/* What a build of SQLite leaves out is missing here too. */
#define IF_ANY(member, ours) (real->member != NULL ? (ours) : NULL)

static void
make(void)
{
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);
	int ours = (int)(sizeof(struct wal_file) > sizeof(struct main_file) ?
	    sizeof(struct wal_file) : sizeof(struct main_file));

	if (real == NULL)
		return;
	vfs = (sqlite3_vfs){
		.iVersion = real->iVersion < 2 ? 1 : 2,
		.szOsFile = ours + real->szOsFile,
		.mxPathname = real->mxPathname,
		.zName = NAME,
		.pAppData = real,
		.xOpen = vfs_open,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_full_path,
		.xDlOpen = IF_ANY(xDlOpen, vfs_dl_open),
		.xDlError = IF_ANY(xDlError, vfs_dl_error),
		.xDlSym = IF_ANY(xDlSym, vfs_dl_sym),
		.xDlClose = IF_ANY(xDlClose, vfs_dl_close),
		.xRandomness = vfs_randomness,
		.xSleep = vfs_sleep,
		.xCurrentTime = IF_ANY(xCurrentTime, vfs_time),
		.xGetLastError = IF_ANY(xGetLastError, vfs_last_error),
	};
	if (vfs.iVersion == 2)
		vfs.xCurrentTimeInt64 = vfs_time_ms;
	if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK)
		vfs.pAppData = NULL;
}

const char *
db_vfs(void)
{
	(void)pthread_once(&once, make);
	/* Not where the default has been changed since. */
	return vfs.pAppData != NULL && sqlite3_vfs_find(NULL) == vfs.pAppData ?
	    NAME : NULL;
}

#endif
