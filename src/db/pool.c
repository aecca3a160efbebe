/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
/*
 * The pool of connections, and the guard against a second copy of SQLite.
 *
 * POSIX locks belong to a process: when another copy of SQLite in the process
 * closes the same file, it drops our locks, and another process's commits
 * overwrite ours. So before the first connection is opened, the process's
 * descriptors are searched for the file; one that no store of ours holds was
 * opened by somebody else. What opens the file later than we do cannot be seen.
 */
#include "db/pool.h"

#include "base/error.h"
#include "base/mem.h"
#include "db/db_internal.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define READERS_MAX 64

struct db_pool {
	struct db_pool_options o;
	char *path;
	char *vfs;
	struct db_listing listing;
	pthread_mutex_t lock;
	pthread_cond_t freed;
	struct db *writer; /* that wrote last, idle or out; NULL: none */
	bool writer_is_out;
	int readers_out;
	struct db *idle[READERS_MAX + 1];
	int idle_count;
};

/* The files that this process has open through alkstore. */
static struct db_listing *open_files;
static pthread_mutex_t open_files_lock = PTHREAD_MUTEX_INITIALIZER;

static bool
is_ours(dev_t dev, ino_t ino)
{
	for (const struct db_listing *l = open_files; l != NULL; l = l->next)
		if (l->dev == dev && l->ino == ino)
			return true;
	return false;
}

/*
 * Whether some descriptor of this process is the file. Opens nothing but the
 * list.
 */
static bool
has_descriptor(dev_t dev, ino_t ino)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;
	bool found = false;

	if (d == NULL)
		return false; /* cannot be told on this system */
	while (!found && (e = readdir(d)) != NULL) {
		struct stat s;
		if (fstatat(dirfd(d), e->d_name, &s, 0) == 0)
			found = s.st_dev == dev && s.st_ino == ino;
	}
	(void)closedir(d);
	return found;
}

static int
refuse_second_copy(struct db_pool *p, alk_error *err)
{
	struct stat s;

	if (stat(p->path, &s) != 0)
		return ALK_OK; /* not there yet, so nobody has it open */
	if (is_ours(s.st_dev, s.st_ino) || !has_descriptor(s.st_dev, s.st_ino))
		return ALK_OK;
	return error_set(err, ALK_COPY,
	    "this process has the file open through something else; a second "
	    "copy of SQLite on one file loses commits: close that first, or "
	    "say ALK_OPEN_SHARED if it uses this library's own SQLite");
}

static void
list_add(struct db_listing *l, const char *path)
{
	struct stat s;

	if (stat(path, &s) != 0)
		return; /* a file of a VFS of its own */
	l->dev = s.st_dev;
	l->ino = s.st_ino;
	l->is_listed = true;
	l->next = open_files;
	open_files = l;
}

static void
list_remove(struct db_listing *l)
{
	struct db_listing **at = &open_files;

	while (*at != NULL && *at != l)
		at = &(*at)->next;
	if (*at == l)
		*at = l->next;
}

bool
db_pool_is_in_place(const struct db_pool *p)
{
	struct stat s;

	if (!p->listing.is_listed)
		return true;
	return stat(p->path, &s) == 0 && s.st_dev == p->listing.dev &&
	    s.st_ino == p->listing.ino;
}

static int
connect(struct db_pool *p, bool is_first, struct db **out, alk_error *err)
{
	struct db_options o = p->o.db;
	bool create = is_first && o.create;

	o.is_late = is_first;
	o.path = p->path;
	o.vfs = p->vfs;
	o.create = create;
	return db_open(&o, p->o.functions, p->o.functions_count, out, err);
}

static int
first_connection(struct db_pool *p, const struct db_format *format,
    alk_error *err)
{
	struct db *db = NULL;
	int code = p->o.is_shared ? ALK_OK : refuse_second_copy(p, err);

	if (code == ALK_OK)
		code = connect(p, true, &db, err);
	if (code != ALK_OK)
		return code;
	db_use(db, err, NULL);
	code = db_prepare(db, format, p->o.db.create);
	db_use(db, NULL, NULL);
	if (code != ALK_OK) {
		db_close(db);
		return code;
	}
	p->idle[p->idle_count++] = db;
	list_add(&p->listing, p->path);
	return ALK_OK;
}

static void
pool_free(struct db_pool *p)
{
	(void)pthread_mutex_destroy(&p->lock);
	(void)pthread_cond_destroy(&p->freed);
	mem_release(p->path);
	mem_release(p->vfs);
	mem_release(p);
}

static struct db_pool *
pool_new(const struct db_pool_options *o)
{
	struct db_pool *p = mem_zero(sizeof(*p));

	if (p == NULL)
		return NULL;
	p->o = *o;
	if (p->o.readers_max < 1)
		p->o.readers_max = 1;
	if (p->o.readers_max > READERS_MAX)
		p->o.readers_max = READERS_MAX;
	pthread_condattr_t attr;
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->freed, &attr);
	(void)pthread_condattr_destroy(&attr);
	p->path = mem_text(o->db.path);
	p->vfs = mem_text(o->db.vfs);
	if (p->path == NULL || (o->db.vfs != NULL && p->vfs == NULL)) {
		pool_free(p);
		return NULL;
	}
	return p;
}

int
db_pool_open(const struct db_pool_options *o, const struct db_format *format,
    struct db_pool **out, alk_error *err)
{
	struct db_pool *p = pool_new(o);

	if (p == NULL)
		return error_nomem(err);
	(void)pthread_mutex_lock(&open_files_lock);
	int code = first_connection(p, format, err);
	(void)pthread_mutex_unlock(&open_files_lock);
	if (code != ALK_OK)
		pool_free(p);
	else
		*out = p;
	return code;
}

void
db_pool_close(struct db_pool *p)
{
	assert(!p->writer_is_out && p->readers_out == 0);
	(void)pthread_mutex_lock(&open_files_lock);
	/* The last to close a WAL file checkpoints it: that is the one that
	   knows the pages. */
	for (int i = 0; i < p->idle_count; i++)
		if (p->idle[i] != p->writer)
			db_close(p->idle[i]);
	db_close(p->writer);
	list_remove(&p->listing);
	(void)pthread_mutex_unlock(&open_files_lock);
	pool_free(p);
}

/* Waits for a connection to come free; false when the time is up. */
static bool
wait_freed(struct db_pool *p, const struct timespec *until)
{
	return pthread_cond_timedwait(&p->freed, &p->lock, until) != ETIMEDOUT;
}

static struct timespec
deadline(int busy_ms)
{
	struct timespec t;
	int ms = busy_ms < 0 ? 0 : busy_ms;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* Under the lock. */
static struct db *
take_idle(struct db_pool *p, int i)
{
	struct db *db = p->idle[i];

	p->idle_count--;
	memmove(&p->idle[i], &p->idle[i + 1],
	    (size_t)(p->idle_count - i) * sizeof(p->idle[0]));
	return db;
}

/* The one that wrote last, else the one used last. Under the lock. */
static void
take_writer(struct db_pool *p)
{
	struct db *db = NULL;

	for (int i = p->idle_count - 1; i >= 0; i--)
		if (p->idle[i] == p->writer)
			db = take_idle(p, i);
	if (db == NULL && p->idle_count > 0)
		db = take_idle(p, p->idle_count - 1);
	p->writer = db;
	p->writer_is_out = true;
}

/*
 * One to use, or room for one more: then *out is NULL. The one that writes is
 * left for that while there is another. Under the lock.
 */
static bool
take_reader(struct db_pool *p, struct db **out)
{
	int i = p->idle_count - 1;

	*out = NULL;
	if (p->readers_out >= p->o.readers_max)
		return false;
	if (i > 0 && p->idle[i] == p->writer)
		i--;
	if (i >= 0)
		*out = take_idle(p, i);
	p->readers_out++;
	return true;
}

/*
 * Opens one where there is none yet; the first is settled when it is first
 * used.
 */
static int
make_ready(struct db_pool *p, struct db **db, alk_error *err)
{
	if (*db == NULL)
		return connect(p, false, db, err);
	if ((*db)->is_settled)
		return ALK_OK;
	db_use(*db, err, NULL);
	int code = db_settle(*db);
	db_use(*db, NULL, NULL);
	return code;
}

/* One that was out; NULL where there was only room for it. Under the lock. */
static void
take_back(struct db_pool *p, struct db *db, bool is_writer)
{
	if (is_writer)
		p->writer_is_out = false;
	else
		p->readers_out--;
	if (db != NULL)
		p->idle[p->idle_count++] = db;
	/* Those who wait for the writer and for readers share the condition. */
	(void)pthread_cond_broadcast(&p->freed);
}

/* What could not be made ready. */
static void
give_up(struct db_pool *p, struct db *db, bool is_writer)
{
	(void)pthread_mutex_lock(&p->lock);
	take_back(p, db, is_writer);
	(void)pthread_mutex_unlock(&p->lock);
}

int
db_pool_writer(struct db_pool *p, int busy_ms, struct db **out, alk_error *err)
{
	if (p->o.db.readonly)
		return error_set(err, ALK_READONLY,
		    "the store is open for reading only");
	struct timespec until = deadline(busy_ms);
	bool in_time = true;
	(void)pthread_mutex_lock(&p->lock);
	while (p->writer_is_out && in_time)
		in_time = wait_freed(p, &until);
	bool got = !p->writer_is_out;
	if (got)
		take_writer(p);
	struct db *db = p->writer;
	bool is_new = db == NULL;
	(void)pthread_mutex_unlock(&p->lock);
	if (!got)
		return error_set(err, ALK_BUSY,
		    "another session of this store wrote for %d ms",
		    busy_ms < 0 ? 0 : busy_ms);
	int code = make_ready(p, &db, err);
	if (code != ALK_OK) {
		give_up(p, db, true);
		return code;
	}
	if (is_new) {
		(void)pthread_mutex_lock(&p->lock);
		p->writer = db;
		(void)pthread_mutex_unlock(&p->lock);
	}
	*out = db;
	return ALK_OK;
}

static bool
wait_for_reader(struct db_pool *p, int busy_ms, struct db **out)
{
	struct timespec until = deadline(busy_ms);
	bool in_time = true;
	bool got = false;

	while (!got && in_time) {
		in_time = wait_freed(p, &until);
		got = take_reader(p, out);
	}
	return got;
}

int
db_pool_reader(struct db_pool *p, int busy_ms, struct db **out, alk_error *err)
{
	struct db *db = NULL;

	(void)pthread_mutex_lock(&p->lock);
	bool got = take_reader(p, &db) || wait_for_reader(p, busy_ms, &db);
	(void)pthread_mutex_unlock(&p->lock);
	if (!got)
		return error_set(err, ALK_BUSY,
		    "all %d readers were in use for %d ms (options.readers)",
		    p->o.readers_max, busy_ms < 0 ? 0 : busy_ms);
	int code = make_ready(p, &db, err);
	if (code == ALK_OK)
		*out = db;
	else
		give_up(p, db, false);
	return code;
}

void
db_pool_give_back(struct db_pool *p, struct db *db)
{
	db_use(db, NULL, NULL);
	(void)pthread_mutex_lock(&p->lock);
	/* A reader may have written last, but not while another writes. */
	take_back(p, db, p->writer_is_out && db == p->writer);
	(void)pthread_mutex_unlock(&p->lock);
}

int
db_pool_extra(struct db_pool *p, struct db **out, alk_error *err)
{
	return connect(p, false, out, err);
}

const char *
db_pool_vfs(const struct db_pool *p)
{
	return p->vfs;
}

/* ---- alone ---- */

/* It is used by two threads in turn, and its file by others' connections. */
static int
check_library(alk_error *err)
{
#ifdef ALK_HOST_SQLITE
	if (sqlite3_api == NULL)
		return error_set(err, ALK_MISUSE, "the extension has not been "
		    "loaded; load it into a connection first");
#endif
	if (sqlite3_threadsafe() == 0)
		return error_set(err, ALK_MISUSE, "this SQLite was built "
		    "without threads (SQLITE_THREADSAFE=0)");
	return ALK_OK;
}

int
db_alone_open(const struct db_options *o, struct db **out, alk_error *err)
{
	struct db *db = NULL;

	if (check_library(err) != ALK_OK)
		return err->code;
	(void)pthread_mutex_lock(&open_files_lock);
	int code = db_open(o, NULL, 0, &db, err);
	if (code == ALK_OK) {
		list_add(&db->listing, o->path);
		*out = db;
	}
	(void)pthread_mutex_unlock(&open_files_lock);
	return code;
}

void
db_alone_close(struct db *db)
{
	if (db == NULL)
		return;
	(void)pthread_mutex_lock(&open_files_lock);
	list_remove(&db->listing);
	db_close(db);
	(void)pthread_mutex_unlock(&open_files_lock);
}
