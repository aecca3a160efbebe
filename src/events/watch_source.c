/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Events of the kernel on a database: inotify. It watches by path and opens
 * nothing, so that the locks of SQLite, which the process would lose with any
 * descriptor of the file that it closed, are not touched.
 *
 *   folder          names that come and go: FILE, FILE-wal, FILE-journal
 *   FILE            written (checkpoint, or commit without WAL), moved, removed
 *   FILE-wal        written: most likely a commit
 *   FILE-journal    written: a commit under way; removed: it is there
 *
 * Writes are watched on the files and not on the folder, which may hold
 * thousands of other stores.
 */
#define _DEFAULT_SOURCE
#include "events/watch_internal.h"

#include "base/error.h"
#include "base/mem.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__

#include <sys/inotify.h>
#include <sys/statfs.h>

#define TAKES_MAX 16
#define PLACE (IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB)
#define NAMES (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)

bool
watch_source_is_here(void)
{
	return true;
}

bool
watch_source_is_complete(const char *file)
{
	static const unsigned long local[] = {
		0xef53,     /* ext2, ext3, ext4 */
		0x58465342, /* xfs */
		0x9123683e, /* btrfs */
		0xf2f52010, /* f2fs */
		0x01021994, /* tmpfs */
		0x2fc12fc1, /* zfs */
		0xca451a4e, /* bcachefs */
		0x3153464a, /* jfs */
		0x794c7630, /* overlayfs: events of its own files are whole */
	};
	struct statfs s;

	if (statfs(file, &s) != 0)
		return false;
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++)
		if ((unsigned long)s.f_type == local[i])
			return true;
	return false;
}

/* The watch on FILE and suffix; -1 when it is not there (yet). */
static int
attach(struct watch_source *s, const char *suffix, uint32_t mask)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s%s", s->file, suffix) >=
	    (int)sizeof(path))
		return -1;
	return inotify_add_watch(s->fd, path, mask);
}

/* A file that is watched already keeps its number. */
static bool
attach_all(struct watch_source *s)
{
	s->wal = attach(s, "-wal", IN_MODIFY);
	(void)attach(s, "-journal", IN_MODIFY);
	return attach(s, "", IN_MODIFY | PLACE) >= 0;
}

static bool
attach_folder(struct watch_source *s)
{
	char *slash = strrchr(s->file, '/');

	if (slash == NULL)
		return false;
	char *folder = slash == s->file ? mem_text("/") :
	    mem_copy(s->file, (size_t)(slash - s->file));
	if (folder == NULL) {
		errno = ENOMEM;
		return false;
	}
	int wd = inotify_add_watch(s->fd, folder,
	    NAMES | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
	mem_release(folder);
	return wd >= 0;
}

int
watch_source_open(struct watch_source *s, char *file, alk_error *err)
{
	*s = (struct watch_source){ .fd = -1, .wal = -1, .file = file };
	s->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (s->fd >= 0 && attach_folder(s) && attach_all(s))
		return ALK_OK;
	int why = errno;
	watch_source_close(s);
	return error_set(err, ALK_IO, "watcher backend 'kernel': %s%s",
	    strerror(why), why == EMFILE || why == ENOSPC ?
	    " (see fs.inotify in /proc/sys)" : "");
}

/* What is behind FILE in the name, or NULL. */
static const char *
suffix_of(const struct watch_source *s, const char *name)
{
	const char *base = strrchr(s->file, '/') + 1;
	size_t bytes = strlen(base);

	return strncmp(name, base, bytes) == 0 ? name + bytes : NULL;
}

static unsigned
meaning_of_name(struct watch_source *s, const struct inotify_event *e)
{
	const char *suffix = suffix_of(s, e->name);

	if (suffix == NULL)
		return 0;
	if (suffix[0] == '\0') {
		(void)attach_all(s);
		return WATCH_SOURCE_PLACE;
	}
	if (strcmp(suffix, "-wal") == 0) {
		(void)attach_all(s);
		return WATCH_SOURCE_URGENT;
	}
	if (strcmp(suffix, "-journal") != 0)
		return 0;
	if ((e->mask & (IN_DELETE | IN_MOVED_FROM)) != 0)
		return WATCH_SOURCE_URGENT;
	(void)attach_all(s);
	return WATCH_SOURCE_SOON;
}

static unsigned
meaning_of(struct watch_source *s, const struct inotify_event *e)
{
	if ((e->mask & IN_Q_OVERFLOW) != 0) {
		(void)attach_all(s);
		return WATCH_SOURCE_URGENT | WATCH_SOURCE_PLACE;
	}
	if ((e->mask & NAMES) != 0)
		return e->len > 0 ? meaning_of_name(s, e) : 0;
	if ((e->mask & PLACE) != 0)
		return WATCH_SOURCE_PLACE;
	if ((e->mask & IN_MODIFY) != 0)
		return e->wd == s->wal ? WATCH_SOURCE_URGENT :
					 WATCH_SOURCE_SOON;
	return 0; /* IN_IGNORED: a file that is no more */
}

unsigned
watch_source_take(struct watch_source *s)
{
	_Alignas(struct inotify_event) char some[4096];
	unsigned what = 0;

	if (s->fd < 0)
		return 0;
	/* Where they come faster than they are read, the rest comes later. */
	for (int i = 0; i < TAKES_MAX; i++) {
		ssize_t bytes = read(s->fd, some, sizeof(some));
		if (bytes < 0 && errno == EINTR)
			continue;
		if (bytes <= 0)
			break;
		for (ssize_t at = 0; at < bytes;) {
			const struct inotify_event *e =
			    (const void *)(some + at);
			what |= meaning_of(s, e);
			at += (ssize_t)(sizeof(*e) + e->len);
		}
	}
	return what;
}

#else

bool
watch_source_is_here(void)
{
	return false;
}

bool
watch_source_is_complete(const char *file)
{
	(void)file;
	return false;
}

int
watch_source_open(struct watch_source *s, char *file, alk_error *err)
{
	*s = (struct watch_source){ .fd = -1, .wal = -1, .file = file };
	return error_set(err, ALK_INVALID, "watcher backend 'kernel' requires "
	    "the kernel-watcher Cargo feature");
}

unsigned
watch_source_take(struct watch_source *s)
{
	(void)s;
	return 0;
}

#endif

void
watch_source_close(struct watch_source *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
	s->wal = -1;
}
