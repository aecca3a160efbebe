/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Finding a zone's file, and looking up in a zone: the spans of one offset
 * each, by time. Wall times are looked for in all spans that could show them,
 * which are those within a day or so.
 */
#define _POSIX_C_SOURCE 200809L
#include "events/zone.h"

#include "base/error.h"
#include "base/mem.h"
#include "events/zone_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/usr/share/zoneinfo"
#define LOCAL_FILE "/etc/localtime"
#define PATH_BYTES 1024

/* ---- Making ------------------------------------------------------------ */

struct zone *
zone_new(size_t room, struct zone_span first)
{
	room += 1 + 2 * ZONE_RULE_YEARS;
	struct zone *z = mem_alloc(sizeof(*z) + room * sizeof(z->spans[0]));

	if (z == NULL)
		return NULL;
	*z = (struct zone){ .count = 1, .room = room };
	z->spans[0] = first;
	return z;
}

void
zone_add(struct zone *z, struct zone_span span)
{
	if (z->count > 1 && z->spans[z->count - 1].from == span.from)
		z->count--;
	const struct zone_span *last = &z->spans[z->count - 1];
	if (last->offset == span.offset && last->is_dst == span.is_dst)
		return;
	if (z->count < z->room)
		z->spans[z->count++] = span;
}

void
zone_close(struct zone *z)
{
	mem_release(z);
}

static int
open_utc(struct zone **out, alk_error *err)
{
	struct zone *z = zone_new(0, (struct zone_span){ .from = INT64_MIN });

	if (z == NULL)
		return error_nomem(err);
	*out = z;
	return ALK_OK;
}

int
zone_rule(const char *text, size_t bytes, struct zone **out, alk_error *err)
{
	struct zone_rule rule;

	if (!zone_rule_parse(text, bytes, &rule))
		return error_set(err, ALK_INVALID, "not a time zone rule as "
		    "in 'CET-1CEST,M3.5.0,M10.5.0/3'");
	int code = open_utc(out, err);
	if (code == ALK_OK)
		zone_rule_add(*out, &rule, INT64_MIN);
	return code;
}

/* ---- Files ------------------------------------------------------------- */

/* The bytes there, at most `room`; -1 and errno. Only of a plain file. */
static ssize_t
read_all(int fd, unsigned char *data, size_t room)
{
	struct stat st;
	size_t used = 0;

	if (fstat(fd, &st) != 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = ENOENT;
		return -1;
	}
	while (used < room) {
		ssize_t n = read(fd, data + used, room - used);
		if (n < 0 && errno != EINTR)
			return -1;
		if (n == 0)
			break;
		used += n > 0 ? (size_t)n : 0;
	}
	return (ssize_t)used;
}

/* ALK_NOTFOUND without a text: the caller knows what it looked for. */
static int
read_file(const char *path, struct zone **out, alk_error *err)
{
	/* A byte more than is allowed shows that a file is too large. */
	size_t room = ZONE_FILE_MAX + 1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return ALK_NOTFOUND;
	if (fd < 0)
		return error_set(err, ALK_IO, "%s: %s", path, strerror(errno));
	unsigned char *data = mem_alloc(room);
	ssize_t bytes = data != NULL ? read_all(fd, data, room) : 0;
	int saved = errno;
	(void)close(fd);
	int code = ALK_NOTFOUND;
	if (data == NULL)
		code = error_nomem(err);
	else if (bytes >= 0)
		code = zone_read(data, (size_t)bytes, out, err);
	else if (saved != ENOENT)
		code = error_set(err, ALK_IO, "%s: %s", path, strerror(saved));
	mem_release(data);
	return code;
}

/* Folders and a file of letters, digits and "_+-."; none begins with a dot. */
static bool
is_name(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_+-./";
	size_t bytes = strlen(name);

	if (bytes == 0 || bytes > ZONE_NAME_MAX ||
	    strspn(name, allowed) != bytes || name[bytes - 1] == '/')
		return false;
	for (size_t i = 0; i < bytes; i++)
		if ((i == 0 || name[i - 1] == '/') &&
		    (name[i] == '.' || name[i] == '/'))
			return false;
	return true;
}

static const char *
folder(void)
{
	const char *set = getenv("TZDIR");

	return set != NULL && set[0] != '\0' ? set : FOLDER;
}

/* A name that is_name(). */
static int
open_named(const char *name, struct zone **out, alk_error *err)
{
	char path[PATH_BYTES];

	if (strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0)
		return open_utc(out, err);
	int n = snprintf(path, sizeof(path), "%s/%s", folder(), name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return ALK_NOTFOUND;
	return read_file(path, out, err);
}

static int
open_local(struct zone **out, alk_error *err)
{
	const char *set = getenv("TZ");
	int code = ALK_NOTFOUND;

	if (set == NULL || set[0] == '\0') {
		code = read_file(LOCAL_FILE, out, err);
		return code == ALK_NOTFOUND ? open_utc(out, err) : code;
	}
	if (set[0] == ':')
		set++;
	if (set[0] == '/')
		code = read_file(set, out, err);
	else if (is_name(set))
		code = open_named(set, out, err);
	if (code != ALK_NOTFOUND)
		return code;
	struct zone_rule rule;
	if (zone_rule_parse(set, strlen(set), &rule))
		return zone_rule(set, strlen(set), out, err);
	return open_utc(out, err);
}

int
zone_open(const char *name, struct zone **out, alk_error *err)
{
	if (name == NULL || name[0] == '\0')
		return open_local(out, err);
	if (!is_name(name))
		return error_set(err, ALK_INVALID, "'%.*s' is not the name of "
		    "a time zone; they are like Europe/Berlin", ZONE_NAME_MAX,
		    name);
	int code = open_named(name, out, err);
	if (code == ALK_NOTFOUND)
		return error_set(err, ALK_NOTFOUND, "no time zone '%s' in %s; "
		    "names are like Europe/Berlin", name, folder());
	return code;
}

/* ---- Looking up -------------------------------------------------------- */

/* Beyond this no clock goes, and sums stay far from overflow. */
#define FAR_AWAY (INT64_C(1) << 60)

#define YEAR_SECONDS (INT64_C(366) * 86400)

/* How much earlier the same time stands in the spans. */
static int64_t
shift_of(const struct zone *z, int64_t at)
{
	if (!z->has_cycle || (at < z->cycle_from && !z->is_endless))
		return 0;
	int64_t n = at - z->cycle_from;
	int64_t cycles = n / ZONE_CYCLE_SECONDS - (n % ZONE_CYCLE_SECONDS < 0);
	return cycles * ZONE_CYCLE_SECONDS;
}

/* The span that an instant lies in. */
static size_t
find(const struct zone *z, int64_t at)
{
	size_t low = 0;
	size_t high = z->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (z->spans[middle].from <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static int64_t
within_reach(int64_t at)
{
	return at < -FAR_AWAY ? -FAR_AWAY : at > FAR_AWAY ? FAR_AWAY : at;
}

int32_t
zone_offset(const struct zone *z, int64_t at, bool *is_dst)
{
	at = within_reach(at);
	const struct zone_span *s = &z->spans[find(z, at - shift_of(z, at))];

	if (is_dst != NULL)
		*is_dst = s->is_dst;
	return s->offset;
}

static int64_t
end_of(const struct zone *z, size_t i)
{
	return i + 1 < z->count ? z->spans[i + 1].from : INT64_MAX;
}

int64_t
zone_change(const struct zone *z, int64_t at)
{
	at = within_reach(at);
	int64_t shift = shift_of(z, at);
	size_t i = find(z, at - shift);
	int32_t offset = z->spans[i].offset;

	while (i + 1 < z->count && z->spans[i + 1].offset == offset)
		i++;
	int64_t end = end_of(z, i);
	/* A rule that changes at all does so every year. */
	if (end > FAR_AWAY || (z->has_cycle && end > z->cycle_from +
	    ZONE_CYCLE_SECONDS + YEAR_SECONDS))
		return INT64_MAX;
	return end + shift;
}

void
zone_instants(const struct zone *z, int64_t wall, struct zone_instants *out)
{
	struct zone_instants found = { .count = 0 };

	wall = within_reach(wall);
	int64_t shift = shift_of(z, wall);
	int64_t w = wall - shift;
	bool has_jump = false;
	for (size_t i = find(z, w - ZONE_OFFSET_MAX); i < z->count &&
	    (i == 0 || z->spans[i].from <= w + ZONE_OFFSET_MAX); i++) {
		const struct zone_span *s = &z->spans[i];
		int64_t end = end_of(z, i);
		int64_t at = w - s->offset;
		if (at >= s->from && at < end) {
			if (found.count == 0)
				found.first = at + shift;
			found.last = at + shift;
			found.count = found.count == 0 ? 1 : 2;
		} else if (at >= end && i + 1 < z->count && !has_jump &&
		    w - s[1].offset < end) {
			has_jump = true;
			if (found.count == 0)
				found.first = found.last = end + shift;
		}
	}
	*out = found;
}
