/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * TZif files (RFC 8536), all numbers big-endian:
 *
 *     header   "TZif", version, 15 bytes unused, six counts of 4 bytes:
 *              UT/local, standard/wall, leap seconds, changes, types, letters
 *     block    change times, the type after each, types of 6 bytes (offset,
 *              is_dst, name), letters, leap seconds, two rows of flags
 *     from version 2 on, once more with times of 8 bytes instead of 4, then
 *     footer   newline, POSIX rule, newline
 *
 * Flags and letters are not looked at. Whatever the counts say is held against
 * the size of the file first.
 */
#include "events/zone_parts.h"

#include "base/error.h"
#include "base/mem.h"

#include <string.h>

#define HEADER_BYTES 44
#define TYPE_BYTES 6

enum { COUNT_UT, COUNT_STANDARD, COUNT_LEAP, COUNT_TIME, COUNT_TYPE,
	COUNT_LETTER, COUNTS };

/* A header and the block behind it. */
struct part {
	int version;
	uint32_t counts[COUNTS];
	size_t time_bytes; /* 4 or 8 */
	size_t bytes;      /* of both */
	const unsigned char *times;
	const unsigned char *indexes;
	const unsigned char *types;
};

static uint32_t
big32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* Two's complement, without leaving it to the compiler. */
static int64_t
as_signed(uint64_t n)
{
	return n <= INT64_MAX ? (int64_t)n : -1 - (int64_t)~n;
}

static int64_t
read_time(const struct part *p, size_t i)
{
	const unsigned char *at = p->times + i * p->time_bytes;
	uint64_t high = big32(at);

	if (p->time_bytes == 8)
		return as_signed(high << 32 | big32(at + 4));
	return as_signed(high >> 31 != 0 ? high | UINT64_MAX << 32 : high);
}

static const char *
read_part(const unsigned char *data, size_t bytes, size_t time_bytes,
    struct part *out)
{
	struct part p = { .time_bytes = time_bytes };

	if (bytes < HEADER_BYTES || memcmp(data, "TZif", 4) != 0)
		return "it is no TZif file";
	p.version = data[4];
	for (int i = 0; i < COUNTS; i++) {
		p.counts[i] = big32(data + 20 + i * 4);
		if (p.counts[i] > bytes)
			return "it is cut short";
	}
	size_t change_bytes = p.counts[COUNT_TIME] * (time_bytes + 1);
	p.bytes = HEADER_BYTES + change_bytes +
	    (size_t)p.counts[COUNT_TYPE] * TYPE_BYTES +
	    p.counts[COUNT_LETTER] +
	    p.counts[COUNT_LEAP] * (time_bytes + 4) +
	    p.counts[COUNT_STANDARD] + p.counts[COUNT_UT];
	if (p.bytes > bytes)
		return "it is cut short";
	p.times = data + HEADER_BYTES;
	p.indexes = p.times + p.counts[COUNT_TIME] * time_bytes;
	p.types = p.times + change_bytes;
	*out = p;
	return NULL;
}

static const char *
read_type(const struct part *p, size_t i, struct zone_span *out)
{
	const unsigned char *at = p->types + i * TYPE_BYTES;
	uint32_t raw = big32(at);
	int64_t offset = as_signed(raw >> 31 != 0 ?
	    raw | UINT64_MAX << 32 : raw);

	if (offset <= -ZONE_OFFSET_MAX || offset >= ZONE_OFFSET_MAX)
		return "an offset is of more than a day";
	out->offset = (int32_t)offset;
	out->is_dst = at[4] != 0;
	return NULL;
}

/* *last becomes the time of the last one, if there is one. */
static const char *
add_changes(const struct part *p, struct zone *z, int64_t *last)
{
	for (size_t i = 0; i < p->counts[COUNT_TIME]; i++) {
		struct zone_span span = { .from = read_time(p, i) };
		if (i > 0 && span.from <= *last)
			return "its changes are out of order";
		if (p->indexes[i] >= p->counts[COUNT_TYPE])
			return "a change has a type that is not there";
		const char *wrong = read_type(p, p->indexes[i], &span);
		if (wrong != NULL)
			return wrong;
		zone_add(z, span);
		*last = span.from;
	}
	return NULL;
}

/* What stands between the newlines at `at`. */
static const char *
add_footer(const unsigned char *at, size_t bytes, struct zone *z, int64_t last)
{
	struct zone_rule rule;
	const char *text = (const char *)at + 1;

	if (bytes < 2 || at[0] != '\n')
		return "its rule is missing";
	const char *end = memchr(text, '\n', bytes - 1);
	if (end == NULL)
		return "its rule is cut short";
	if (end == text)
		return NULL;
	if (!zone_rule_parse(text, (size_t)(end - text), &rule))
		return "its rule is not one of POSIX";
	zone_rule_add(z, &rule, last);
	return NULL;
}

static const char *
check_counts(const struct part *p)
{
	if (p->counts[COUNT_TYPE] == 0)
		return "it has no types";
	if (p->counts[COUNT_LEAP] != 0)
		return "it counts leap seconds, which Unix time does not";
	return NULL;
}

int
zone_read(const void *data, size_t bytes, struct zone **out, alk_error *err)
{
	const unsigned char *at = data;
	struct zone_span first = { .from = INT64_MIN };
	struct part p;
	const char *wrong = bytes > ZONE_FILE_MAX ? "it is too large" :
	    read_part(at, bytes, 4, &p);

	if (wrong == NULL && p.version != 0) {
		at += p.bytes;
		bytes -= p.bytes;
		wrong = read_part(at, bytes, 8, &p);
	}
	if (wrong == NULL)
		wrong = check_counts(&p);
	if (wrong == NULL)
		wrong = read_type(&p, 0, &first);
	if (wrong != NULL)
		return error_set(err, ALK_INVALID, "time zone file: %s", wrong);
	struct zone *z = zone_new(p.counts[COUNT_TIME], first);
	if (z == NULL)
		return error_nomem(err);
	int64_t last = INT64_MIN;
	wrong = add_changes(&p, z, &last);
	if (wrong == NULL && p.version != 0)
		wrong = add_footer(at + p.bytes, bytes - p.bytes, z, last);
	if (wrong != NULL) {
		zone_close(z);
		return error_set(err, ALK_INVALID, "time zone file: %s", wrong);
	}
	*out = z;
	return ALK_OK;
}
