/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Any bytes as an expression, an instant and a zone:
 *
 *     dialect, 8 bytes of the instant, length of the expression, expression,
 *     then a TZif file, or a POSIX rule where it does not begin with "TZif"
 *
 * What is refused is refused in one line. In a zone that is read, what clocks
 * show at an instant is shown at that instant, and offsets change only where
 * zone_change() says. What fires is later than before, and is either named by
 * the expression or lies where clocks are set. Aborts where a promise of
 * cron.h or zone.h is broken.
 */
#include "events/civil.h"
#include "events/cron.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
			    #condition); \
			abort(); \
		} \
	} while (0)

#define HEAD_BYTES 10

/* libFuzzer's entry; its own header is C++ only. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void
check_refusal(int code, const alk_error *err)
{
	EXPECT(code == ALK_INVALID && err->code == code);
	EXPECT(err->text[0] != '\0' && strchr(err->text, '\n') == NULL);
}

static struct zone *
read_zone(const uint8_t *data, size_t bytes)
{
	struct zone *z = NULL;
	alk_error err = { 0 };
	int code = bytes >= 4 && memcmp(data, "TZif", 4) == 0 ?
	    zone_read(data, bytes, &z, &err) :
	    zone_rule((const char *)data, bytes, &z, &err);

	if (code != ALK_OK)
		check_refusal(code, &err);
	return z;
}

static void
check_zone(const struct zone *z, int64_t at)
{
	struct zone_instants found;
	int32_t offset = zone_offset(z, at, NULL);
	int64_t change = zone_change(z, at);

	EXPECT(offset > -26 * 3600 && offset < 26 * 3600);
	if (at < -CIVIL_SECONDS_MAX || at > CIVIL_SECONDS_MAX)
		return;
	zone_instants(z, at + offset, &found);
	EXPECT(found.count == 1 || found.count == 2);
	EXPECT(found.first <= at && at <= found.last);
	EXPECT(found.first + zone_offset(z, found.first, NULL) == at + offset);
	EXPECT(found.last + zone_offset(z, found.last, NULL) == at + offset);
	EXPECT(change > at);
	if (change == INT64_MAX)
		return;
	EXPECT(zone_offset(z, change - 1, NULL) == offset);
	EXPECT(zone_offset(z, change, NULL) != offset);
}

static bool
is_named(const struct cron *c, int64_t wall)
{
	struct civil d;
	int second;
	int64_t day = civil_split(wall, &second);

	civil_date(day, &d);
	bool has_day = (c->days >> d.day & 1) != 0;
	bool has_weekday = (c->weekdays >> civil_weekday(day) & 1) != 0;
	return (c->months >> d.month & 1) != 0 &&
	    (c->is_either_day ? has_day || has_weekday :
	    has_day && has_weekday) &&
	    (c->hours >> second / 3600 & 1) != 0 &&
	    (c->minutes >> second / 60 % 60 & 1) != 0 &&
	    (c->seconds >> second % 60 & 1) != 0;
}

static void
check_firing(const struct cron *c, const struct zone *z, int64_t at)
{
	for (int i = 0; i < 3; i++) {
		alk_error err = { 0 };
		int64_t next = INT64_MIN;
		int code = cron_next(c, z, at, &next, &err);
		if (code != ALK_OK) {
			check_refusal(code, &err);
			EXPECT(next == INT64_MIN);
			return;
		}
		EXPECT(next > at);
		if (c->every_s != 0)
			EXPECT(next == at + c->every_s);
		else
			EXPECT(is_named(c, next + zone_offset(z, next, NULL)) ||
			    zone_change(z, next - 1) == next);
		at = next;
	}
}

/* What the contract reads, the superset reads alike. */
static void
check_superset(const char *text, size_t bytes, const struct cron *c)
{
	struct cron other;
	alk_error err = { 0 };

	EXPECT(cron_parse(text, bytes, CRON_EXTENDED, &other, &err) == ALK_OK);
	EXPECT(c->every_s == other.every_s && c->seconds == other.seconds &&
	    c->minutes == other.minutes && c->hours == other.hours &&
	    c->days == other.days && c->months == other.months &&
	    c->weekdays == other.weekdays);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct cron c;
	alk_error err = { 0 };
	uint64_t raw = 0;

	if (bytes < HEAD_BYTES)
		return 0;
	unsigned dialect = data[0];
	for (int i = 1; i <= 8; i++)
		raw = raw << 8 | data[i];
	int64_t at = raw <= INT64_MAX ? (int64_t)raw : -1 - (int64_t)~raw;
	size_t text_bytes = data[9];
	data += HEAD_BYTES;
	bytes -= HEAD_BYTES;
	if (text_bytes > bytes)
		text_bytes = bytes;
	const char *text = (const char *)data;
	struct zone *z = read_zone(data + text_bytes, bytes - text_bytes);
	int code = cron_parse(text, text_bytes, dialect, &c, &err);
	if (code != ALK_OK)
		check_refusal(code, &err);
	else if (dialect == CRON_HONKER)
		check_superset(text, text_bytes, &c);
	if (z != NULL)
		check_zone(z, at);
	if (z != NULL && code == ALK_OK)
		check_firing(&c, z, at);
	zone_close(z);
	return 0;
}
