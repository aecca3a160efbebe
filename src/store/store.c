/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Opening and closing stores; what is known of one. */
#define _POSIX_C_SOURCE 200809L
#include "store/store.h"

#include "base/error.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES_MAX 4000
#define MIB ((size_t)1024 * 1024)

/* ---- limits ---- */

struct limit {
	const char *name;
	size_t offset;
	size_t usual;
	size_t most; /* 0: none */
};

#define LIMIT(field, usual, most) \
	{ "limits." #field, offsetof(alk_limits, field), usual, most }

static const struct limit limits[] = {
	LIMIT(attributes_bytes, MIB, 64 * MIB),
	LIMIT(depth, 128, JSON_DEPTH_MAX),
	LIMIT(key_bytes, 1024, 65536),
	LIMIT(name_bytes, 256, 256),
	LIMIT(types, 1024, 32768),
	LIMIT(schema_bytes, MIB, 64 * MIB),
	LIMIT(batch_rows, 100000, 0),
	LIMIT(page_rows, 1000, 0),
	LIMIT(visited, 1000000, 0),
	LIMIT(snapshot_bytes, 256 * MIB, 0),
	LIMIT(cache_bytes, DB_CACHE_BYTES, 0),
};

static int
set_limits(alk_limits *l, alk_error *err)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		size_t *n = (size_t *)(void *)((char *)l + limits[i].offset);
		if (*n == 0)
			*n = limits[i].usual;
		if (limits[i].most != 0 && *n > limits[i].most)
			return error_set(err, ALK_INVALID,
			    "%s may be %zu at most", limits[i].name,
			    limits[i].most);
	}
	if (l->traverse_ms == 0)
		l->traverse_ms = 10000;
	return ALK_OK;
}

/* ---- open ---- */

static int
check_path(const char *path, alk_error *err)
{
	if (path == NULL || path[0] == '\0')
		return error_set(err, ALK_INVALID, "no path given");
	if (strcmp(path, ":memory:") == 0)
		return error_set(err, ALK_INVALID,
		    "a store is a file; \":memory:\" is none");
	if (strlen(path) > PATH_BYTES_MAX)
		return error_set(err, ALK_INVALID,
		    "the path has more than %d bytes", PATH_BYTES_MAX);
	return ALK_OK;
}

/* Makes the empty file, alone or not at all. */
static int
make_exclusively(const char *path, alk_error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd >= 0) {
		(void)close(fd); /* nobody can have locks on it yet */
		return ALK_OK;
	}
	if (errno == EEXIST)
		return error_set(err, ALK_EXISTS, "'%s' is already there",
		    path);
	return error_set(err, errno == EACCES || errno == EROFS ? ALK_DENIED :
	    ALK_IO, "'%s' cannot be made: %s", path, strerror(errno));
}

static void
folder_of(const char *path, char folder[PATH_BYTES_MAX + 1])
{
	const char *slash = strrchr(path, '/');
	size_t bytes = slash == NULL || slash == path ? 1 :
	    (size_t)(slash - path);

	memcpy(folder, slash == NULL ? "." : path, bytes);
	folder[bytes] = '\0';
}

/* A file that is to be made needs its folder. */
static int
check_folder(const char *path, alk_error *err)
{
	char folder[PATH_BYTES_MAX + 1];
	struct stat s;

	folder_of(path, folder);
	if (stat(folder, &s) == 0 && S_ISDIR(s.st_mode))
		return ALK_OK;
	return error_set(err, ALK_NOTFOUND, "no folder '%s'; make it first",
	    folder);
}

/* SQLite opens for reading only what cannot be written, and tells it late. */
static int
check_permission(const char *path, const alk_options *o, alk_error *err)
{
	if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0)
		return error_set(err, ALK_DENIED, "'%s' cannot be read: %s",
		    path, strerror(errno));
	if ((o->flags & ALK_OPEN_READONLY) == 0 &&
	    faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
		return error_set(err, ALK_READONLY, "'%s' cannot be written: "
		    "%s", path, strerror(errno));
	return ALK_OK;
}

static int
check_file(const char *path, const alk_options *o, alk_error *err)
{
	struct stat s;
	bool creates = (o->flags & ALK_OPEN_CREATE) != 0;

	if (o->vfs != NULL)
		return ALK_OK; /* its files need not be the system's */
	if (creates && check_folder(path, err) != ALK_OK)
		return err->code;
	if (creates && (o->flags & ALK_OPEN_EXCLUSIVE) != 0)
		return make_exclusively(path, err);
	if (stat(path, &s) != 0) {
		if (errno == ENOENT && creates)
			return ALK_OK;
		if (errno == ENOENT || errno == ENOTDIR)
			return error_set(err, ALK_NOTFOUND, "no file '%s'; "
			    "make a store with ALK_OPEN_CREATE (alk init)",
			    path);
		return error_set(err, ALK_IO, "'%s': %s", path,
		    strerror(errno));
	}
	if (!S_ISREG(s.st_mode))
		return error_set(err, ALK_NOTSTORE, "'%s' is not a file", path);
	return check_permission(path, o, err);
}

/* What SQLite calls unable to open, or a file for reading only. */
static void
explain_folder(const char *path, alk_error *err)
{
	char folder[PATH_BYTES_MAX + 1];

	folder_of(path, folder);
	if ((err->code != ALK_IO && err->code != ALK_READONLY) ||
	    faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) == 0)
		return;
	error_clear(err);
	error_set(err, ALK_READONLY, "the folder '%s' cannot be written, and "
	    "even to read a store SQLite keeps a log there; copy the file to "
	    "another folder", folder);
}

static int
fill_store(struct alk_store *st, const char *path, const alk_options *o,
    alk_error *err)
{
	st->kind = o->kind;
	st->is_readonly = (o->flags & ALK_OPEN_READONLY) != 0;
	st->busy_ms = o->busy_ms == 0 ? 5000 : o->busy_ms;
	st->limits = o->limits;
	st->clock = o->clock;
	st->log = o->log;
	st->log_arg = o->log_arg;
	st->path = mem_text(path);
	if (st->path == NULL)
		return error_nomem(err);
	return set_limits(&st->limits, err);
}

static int
open_pool(struct alk_store *st, const alk_options *o, alk_error *err)
{
	bool is_tenant = o->kind == ALK_FILE_TENANT;
	struct db_pool_options p = {
		.db = {
			.path = st->path,
			.vfs = o->vfs,
			.readonly = st->is_readonly,
			.create = (o->flags & ALK_OPEN_CREATE) != 0 &&
			    !st->is_readonly,
			.full_sync = (o->flags & ALK_OPEN_FULL_SYNC) != 0,
			.busy_ms = st->busy_ms,
			.cache_bytes = st->limits.cache_bytes,
		},
		.is_shared = (o->flags & ALK_OPEN_SHARED) != 0,
		.readers_max = o->readers > 0 ? o->readers : 4,
		.functions = graph_functions,
		.functions_count = is_tenant ? graph_functions_count : 0,
	};

	return db_pool_open(&p, is_tenant ? &format_tenant : &format_system,
	    &st->pool, err);
}

int
alk_open(const char *path, const alk_options *o, alk_store **out,
    alk_error *err)
{
	static const alk_options usual;
	alk_error local = { 0 };

	if (err == NULL)
		err = &local;
	error_clear(err);
	if (o == NULL)
		o = &usual;
	if (out == NULL)
		return error_set(err, ALK_INVALID, "no place for the store");
	if ((o->flags & ~(ALK_OPEN_CREATE | ALK_OPEN_READONLY |
		ALK_OPEN_FULL_SYNC | ALK_OPEN_EXCLUSIVE |
		ALK_OPEN_SHARED)) != 0)
		return error_set(err, ALK_INVALID, "flags 0x%x have bits that "
		    "this version does not know", o->flags);
	if (o->kind != ALK_FILE_TENANT && o->kind != ALK_FILE_SYSTEM)
		return error_set(err, ALK_INVALID, "kind %d is none", o->kind);
	if (check_path(path, err) != ALK_OK ||
	    check_file(path, o, err) != ALK_OK)
		return err->code;
	struct alk_store *st = mem_zero(sizeof(*st));
	if (st == NULL)
		return error_nomem(err);
	if (fill_store(st, path, o, err) != ALK_OK ||
	    open_pool(st, o, err) != ALK_OK) {
		if (o->vfs == NULL)
			explain_folder(path, err);
		error_entry(err, "%s", path);
		/* The empty file that check_file() made. */
		if (o->vfs == NULL && (o->flags & ALK_OPEN_EXCLUSIVE) != 0 &&
		    (o->flags & ALK_OPEN_CREATE) != 0)
			(void)unlink(path);
		mem_release(st->path);
		mem_release(st);
		return err->code;
	}
	*out = st;
	return ALK_OK;
}

int
alk_close(alk_store *st)
{
	if (st == NULL)
		return ALK_OK;
	if (atomic_load(&st->sessions) != 0)
		return ALK_MISUSE;
	db_pool_close(st->pool);
	mem_release(st->path);
	mem_release(st);
	return ALK_OK;
}

int
alk_tenant_path(const char *dir, const char *org_id, char *out,
    size_t out_bytes, alk_error *err)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789_-";

	error_clear(err);
	if (org_id == NULL || org_id[0] == '\0' || strlen(org_id) > 64 ||
	    org_id[strspn(org_id, allowed)] != '\0')
		return error_set(err, ALK_INVALID,
		    "an organization id has 1 to "
		    "64 of A-Z a-z 0-9 _ -");
	int n = dir == NULL || dir[0] == '\0' ?
	    snprintf(NULL, 0, "tenant-%s.db", org_id) :
	    snprintf(NULL, 0, "%s/tenant-%s.db", dir, org_id);
	if (n < 0 || (size_t)n >= out_bytes)
		return error_set(err, ALK_LIMIT,
		    "the path needs %d bytes, %zu are given", n + 1, out_bytes);
	if (dir == NULL || dir[0] == '\0')
		(void)snprintf(out, out_bytes, "tenant-%s.db", org_id);
	else
		(void)snprintf(out, out_bytes, "%s/tenant-%s.db", dir, org_id);
	return ALK_OK;
}

const char *
alk_version(void)
{
	return ALK_VERSION;
}

static void
describe(alk_session *s, struct buf *out)
{
	const struct alk_store *st = s->store;

	buf_clear(out);
	buf_str(out, "{\"path\":");
	json_write_string(out, st->path, strlen(st->path));
	buf_str(out, st->kind == ALK_FILE_TENANT ? ",\"kind\":\"tenant\"" :
						   ",\"kind\":\"system\"");
	buf_str(out, ",\"version\":\"" ALK_VERSION "\",\"sqlite\":");
	json_write_string(out, alk_sqlite_version(),
	    strlen(alk_sqlite_version()));
	buf_str(out, st->is_readonly ? ",\"readOnly\":true," :
				       ",\"readOnly\":false,");
	db_describe(s->graph.db, out);
	buf_char(out, '}');
}

int
alk_info(alk_session *s, const char **json, size_t *bytes)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK) {
		describe(s, &s->text);
		if (buf_text(&s->text) == NULL)
			error_nomem(&c.err);
	}
	int code = call_end(s, &c);
	if (code == ALK_OK) {
		*json = buf_text(&s->text);
		if (bytes != NULL)
			*bytes = s->text.bytes;
	}
	return code;
}
