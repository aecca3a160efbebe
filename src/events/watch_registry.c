/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The watchers of this process, one a file, found by device and inode. Locks
 * are taken in this order: the registry's, a watcher's.
 *
 * A watcher's thread ends with its last watch, or by itself when the file has
 * gone; then it is not found again, and a new one is made.
 */
#define _DEFAULT_SOURCE
#include "events/watch_internal.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/forklock.h"
#include "base/mem.h"
#include "db/pool.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STACK_BYTES ((size_t)256 * 1024)
#define BASELINE_MS 1000 /* for a writer to end, at the first look */

static struct forklock registry_lock;
static struct watcher *registry;

static void
registry_enter(void)
{
	if (forklock_enter(&registry_lock))
		registry = NULL; /* a parent's are the parent's */
}

/* ---- making one ---- */

static void
watcher_free(struct watcher *r)
{
	db_alone_close(r->db);
	watch_source_close(&r->source);
	watch_bell_close(&r->bell);
	(void)pthread_mutex_destroy(&r->lock);
	mem_release(r->path);
	mem_release(r->file);
	mem_release(r->vfs);
	mem_release(r);
}

/* The folder may be left (chdir) while the file is watched. */
static char *
absolute(const char *path)
{
	char here[PATH_MAX];
	char both[2 * PATH_MAX];

	if (path[0] == '/' || getcwd(here, sizeof(here)) == NULL)
		return mem_text(path);
	int bytes = snprintf(both, sizeof(both), "%s/%s", here, path);
	return mem_text(bytes < (int)sizeof(both) ? both : path);
}

static struct watcher *
watcher_new(const struct watch_options *o)
{
	struct watcher *r = mem_zero(sizeof(*r));

	if (r == NULL)
		return NULL;
	r->bell = (struct watch_bell){ -1, -1 };
	r->source.fd = -1;
	r->version = VERSION_UNKNOWN;
	(void)pthread_mutex_init(&r->lock, NULL);
	r->path = absolute(o->path);
	r->vfs = mem_text(o->vfs);
	if (r->path != NULL && (r->vfs != NULL || o->vfs == NULL))
		return r;
	watcher_free(r);
	return NULL;
}

/*
 * What is there now is what changes are told from. A writer that has the file
 * to itself for longer than BASELINE_MS leaves it unknown: then the first look
 * that succeeds is a change.
 */
static int
take_baseline(struct watcher *r, alk_error *err)
{
	db_set_busy(r->db, BASELINE_MS);
	int code = watcher_look(r, err);
	db_set_busy(r->db, -1);
	if (code == ALK_BUSY)
		error_clear(err);
	r->generation = 0;
	r->placed_us = r->looked_us;
	return err->code;
}

static int
connect(struct watcher *r, alk_error *err)
{
	struct db_options o = { .path = r->path, .vfs = r->vfs, .busy_ms = -1,
		.is_bare = true };

	if (db_alone_open(&o, &r->db, err) != ALK_OK)
		return err->code;
	const char *file = db_file(r->db);
	r->file = mem_text(file != NULL ? file : r->path);
	if (r->file == NULL)
		return error_nomem(err);
	return take_baseline(r, err);
}

/* With every signal blocked: they are for the program's own threads. */
static int
start(struct watcher *r, alk_error *err)
{
	pthread_attr_t attr;
	sigset_t all;
	sigset_t kept;

	if (pthread_attr_init(&attr) != 0)
		return error_nomem(err);
	(void)pthread_attr_setstacksize(&attr, STACK_BYTES);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &kept);
	int failed = pthread_create(&r->thread, &attr, watcher_run, r);
	(void)pthread_sigmask(SIG_SETMASK, &kept, NULL);
	(void)pthread_attr_destroy(&attr);
	return failed == 0 ? ALK_OK : error_set(err, ALK_IO,
	    "no thread can be started to watch: %s", strerror(failed));
}

static int
make(const struct watch_options *o, const struct stat *s, struct watcher **out,
    alk_error *err)
{
	struct watcher *r = watcher_new(o);

	if (r == NULL)
		return error_nomem(err);
	if (s != NULL) {
		r->has_identity = true;
		r->dev = s->st_dev;
		r->ino = s->st_ino;
	}
	/* Until there is a watch the thread need not look. */
	r->pace = watch_pace_of(WATCH_KERNEL, 0);
	r->delay_us = r->pace.most_us;
	r->next_us = clock_steady_us() + r->pace.most_us;
	if (watch_bell_open(&r->bell, err) != ALK_OK ||
	    connect(r, err) != ALK_OK || start(r, err) != ALK_OK) {
		watcher_free(r);
		return err->code;
	}
	*out = r;
	return ALK_OK;
}

/* ---- finding one ---- */

static bool
is_alive(struct watcher *r)
{
	(void)pthread_mutex_lock(&r->lock);
	bool is = !r->is_dead;
	(void)pthread_mutex_unlock(&r->lock);
	return is;
}

static struct watcher *
find(const struct stat *s, const char *vfs)
{
	struct watcher *r = registry;

	while (r != NULL && !(r->has_identity && r->dev == s->st_dev &&
	    r->ino == s->st_ino &&
	    strcmp(r->vfs != NULL ? r->vfs : "", vfs != NULL ? vfs : "") == 0 &&
	    is_alive(r)))
		r = r->next;
	return r;
}

static int
get(const struct watch_options *o, const struct stat *s, struct watcher **out,
    alk_error *err)
{
	struct watcher *r = s != NULL ? find(s, o->vfs) : NULL;

	if (r == NULL) {
		if (make(o, s, &r, err) != ALK_OK)
			return err->code;
		r->next = registry;
		registry = r;
	}
	r->refs++;
	*out = r;
	return ALK_OK;
}

int
watcher_get(const struct watch_options *o, struct watcher **out,
    alk_error *err)
{
	struct stat s;
	bool is_there = stat(o->path, &s) == 0;
	int why = errno;

	/* The files of another VFS need not be the system's. */
	if (!is_there && o->vfs == NULL && (why == ENOENT || why == ENOTDIR))
		return error_set(err, ALK_NOTFOUND,
		    "no file '%s' to watch; make it first", o->path);
	if (!is_there && o->vfs == NULL)
		return error_set(err, ALK_IO, "'%s': %s", o->path,
		    strerror(why));
	if (is_there && !S_ISREG(s.st_mode))
		return error_set(err, ALK_NOTSTORE, "'%s' is not a file",
		    o->path);
	registry_enter();
	int code = get(o, is_there ? &s : NULL, out, err);
	forklock_leave(&registry_lock);
	return code;
}

static void
unlist(struct watcher *r)
{
	struct watcher **at = &registry;

	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
}

void
watcher_give_back(struct watcher *r)
{
	registry_enter();
	bool is_last = --r->refs == 0;
	if (is_last)
		unlist(r);
	forklock_leave(&registry_lock);
	if (!is_last)
		return;
	assert(!pthread_equal(pthread_self(), r->thread));
	(void)pthread_mutex_lock(&r->lock);
	r->is_stopping = true;
	(void)pthread_mutex_unlock(&r->lock);
	watch_bell_ring(&r->bell);
	(void)pthread_join(r->thread, NULL);
	watcher_free(r);
}
