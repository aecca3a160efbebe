/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What clocks show where, and what is refused as a zone. */
#include "events/testing.h"

#include "base/error.h"
#include "events/zone_parts.h"

#include "memory.h"
#include "scratch.h"

/* ---- Clocks ------------------------------------------------------------ */

struct shown {
	const char *zone;
	const char *at;
	int offset;
	bool is_dst;
};

static void
check_shown(const struct shown *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct zone *z = testing_zone(rows[i].zone);
		bool is_dst;
		int32_t offset = zone_offset(z, testing_time(rows[i].at),
		    &is_dst);
		if (offset != rows[i].offset || is_dst != rows[i].is_dst)
			fail_msg("%s at %s: %d", rows[i].zone, rows[i].at,
			    (int)offset);
		zone_close(z);
	}
}

#define CHECK_SHOWN(rows) check_shown(rows, sizeof(rows) / sizeof((rows)[0]))

static void
offsets_are_those_of_history(void **state)
{
	(void)state;
	static const struct shown rows[] = {
		{ "America/New_York", "1800-01-01 00:00:00", -17762, false },
		{ "America/New_York", "2026-03-08 06:59:59", -18000, false },
		{ "America/New_York", "2026-03-08 07:00:00", -14400, true },
		{ "America/New_York", "2026-11-01 05:59:59", -14400, true },
		{ "America/New_York", "2026-11-01 06:00:00", -18000, false },
		{ "Europe/Berlin", "2026-03-29 01:00:00", 7200, true },
		{ "Europe/Berlin", "2026-10-25 00:59:59", 7200, true },
		{ "Europe/Berlin", "2026-10-25 01:00:00", 3600, false },
		{ "Australia/Lord_Howe", "2026-01-01 00:00:00", 39600, true },
		{ "Australia/Lord_Howe", "2026-07-01 00:00:00", 37800, false },
		{ "Asia/Kathmandu", "1985-12-31 18:29:59", 19800, false },
		{ "Asia/Kathmandu", "1985-12-31 18:30:00", 20700, false },
		{ "Pacific/Apia", "2011-12-30 09:59:59", -36000, true },
		{ "Pacific/Apia", "2011-12-30 10:00:00", 50400, true },
		{ "America/Sao_Paulo", "2018-12-01 00:00:00", -7200, true },
		{ "America/Sao_Paulo", "2019-12-01 00:00:00", -10800, false },
	};

	CHECK_SHOWN(rows);
}

static void
offsets_far_ahead_are_those_of_the_rule(void **state)
{
	(void)state;
	static const struct shown rows[] = {
		{ "America/New_York", "2100-03-14 06:59:59", -18000, false },
		{ "America/New_York", "2100-03-14 07:00:00", -14400, true },
		{ "America/New_York", "2437-07-01 00:00:00", -14400, true },
		{ "America/New_York", "2438-12-01 00:00:00", -18000, false },
		{ "Europe/Berlin", "9999-07-01 00:00:00", 7200, true },
		{ "Europe/Berlin", "99999-12-31 23:00:00", 3600, false },
		{ "Australia/Lord_Howe", "2500-01-01 00:00:00", 39600, true },
		{ "America/Sao_Paulo", "2500-01-01 00:00:00", -10800, false },
	};

	CHECK_SHOWN(rows);
}

static void
a_rule_alone_is_a_zone_for_all_times(void **state)
{
	(void)state;
	static const char berlin[] = "=CET-1CEST,M3.5.0,M10.5.0/3";
	static const struct shown rows[] = {
		{ berlin, "0001-07-01 00:00:00", 7200, true },
		{ berlin, "1571-01-01 00:00:00", 3600, false },
		{ berlin, "2026-03-29 00:59:59", 3600, false },
		{ berlin, "2026-03-29 01:00:00", 7200, true },
		{ berlin, "2372-10-29 00:59:59", 7200, true },
		{ berlin, "2372-10-29 01:00:00", 3600, false },
		{ "=EST5EDT", "2026-03-08 07:00:00", -14400, true },
		{ "=EST5EDT", "2026-11-01 06:00:00", -18000, false },
		{ "=<+0545>-5:45", "2026-01-01 00:00:00", 20700, false },
		{ "=UTC0", "2026-01-01 00:00:00", 0, false },
		/* Days without the leap day, and with it. */
		{ "=AAA0BBB,J60/0,J365/0", "2024-02-29 23:59:59", 0, false },
		{ "=AAA0BBB,J60/0,J365/0", "2024-03-01 00:00:00", 3600, true },
		{ "=AAA0BBB,59/0,365/0", "2024-02-28 23:59:59", 0, false },
		{ "=AAA0BBB,59/0,365/0", "2024-02-29 00:00:00", 3600, true },
		{ "=AAA0BBB,59/0,365/0", "2023-03-01 00:00:00", 3600, true },
		/* All the year, and times outside of their day. */
		{ "=EST5EDT,0/0,J365/25", "2026-01-01 04:59:59", -14400, true },
		{ "=EST5EDT,0/0,J365/25", "2026-01-01 05:00:00", -14400, true },
		{ "=<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29 00:59:59",
		    -7200, false },
		{ "=<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29 01:00:00",
		    -3600, true },
		{ "=IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-27 00:00:00", 10800,
		    true },
		/* The south: summer over the new year; winter time as "dst". */
		{ "=NZST-12NZDT,M9.5.0,M4.1.0/3", "2026-01-01 00:00:00", 46800,
		    true },
		{ "=IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-01 00:00:00", 0,
		    true },
		{ "=IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01 00:00:00", 3600,
		    false },
	};

	CHECK_SHOWN(rows);
}

static void
what_is_no_rule_is_refused(void **state)
{
	(void)state;
	static const char *const rules[] = { "", "A0", "AB0", "ABC", "ABC25",
		"ABC1:60", "ABC1x", "<+01-1", "<+>1", "ABC1DEF,", "ABC1DEF,M3",
		"ABC1DEF,M3.2.0", "ABC1DEF,M13.2.0,M11.1.0",
		"ABC1DEF,M3.6.0,M11.1.0", "ABC1DEF,M3.2.7,M11.1.0",
		"ABC1DEF,J0,J5", "ABC1DEF,J366,J5", "ABC1DEF,366,5",
		"ABC1DEF,J5/168,J7", "ABC1DEF,J5,J7 ", "ABC1DEF,J5,J7,",
		"ABC99999999999999999999" };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct zone *z = NULL;
		alk_error err = { 0 };
		if (zone_rule(rules[i], strlen(rules[i]), &z, &err) !=
		    ALK_INVALID || err.text[0] == '\0' || z != NULL)
			fail_msg("'%s' is taken as a rule", rules[i]);
	}
}

struct wall {
	const char *zone;
	const char *wall;
	int count;
	const char *first;
	const char *last;
};

static void
a_wall_time_is_shown_never_once_or_twice(void **state)
{
	(void)state;
	static const struct wall rows[] = {
		{ "America/New_York", "2026-03-08 01:59:59", 1,
		    "2026-03-08 06:59:59", "2026-03-08 06:59:59" },
		{ "America/New_York", "2026-03-08 02:00:00", 0,
		    "2026-03-08 07:00:00", "2026-03-08 07:00:00" },
		{ "America/New_York", "2026-03-08 02:59:59", 0,
		    "2026-03-08 07:00:00", "2026-03-08 07:00:00" },
		{ "America/New_York", "2026-03-08 03:00:00", 1,
		    "2026-03-08 07:00:00", "2026-03-08 07:00:00" },
		{ "America/New_York", "2026-11-01 00:59:59", 1,
		    "2026-11-01 04:59:59", "2026-11-01 04:59:59" },
		{ "America/New_York", "2026-11-01 01:00:00", 2,
		    "2026-11-01 05:00:00", "2026-11-01 06:00:00" },
		{ "America/New_York", "2026-11-01 01:59:59", 2,
		    "2026-11-01 05:59:59", "2026-11-01 06:59:59" },
		{ "America/New_York", "2026-11-01 02:00:00", 1,
		    "2026-11-01 07:00:00", "2026-11-01 07:00:00" },
		{ "America/New_York", "2837-11-01 01:30:00", 2,
		    "2837-11-01 05:30:00", "2837-11-01 06:30:00" },
		{ "Australia/Lord_Howe", "2026-04-05 01:45:00", 2,
		    "2026-04-04 14:45:00", "2026-04-04 15:15:00" },
		{ "Australia/Lord_Howe", "2026-10-04 02:15:00", 0,
		    "2026-10-03 15:30:00", "2026-10-03 15:30:00" },
		{ "Pacific/Apia", "2011-12-30 12:00:00", 0,
		    "2011-12-30 10:00:00", "2011-12-30 10:00:00" },
		{ "Asia/Kathmandu", "1986-01-01 00:10:00", 0,
		    "1985-12-31 18:30:00", "1985-12-31 18:30:00" },
		{ "UTC", "2026-01-01 00:00:00", 1, "2026-01-01 00:00:00",
		    "2026-01-01 00:00:00" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct zone *z = testing_zone(rows[i].zone);
		struct zone_instants at;
		zone_instants(z, testing_time(rows[i].wall), &at);
		zone_close(z);
		if (at.count != rows[i].count)
			fail_msg("%s %s: %d instants", rows[i].zone,
			    rows[i].wall, at.count);
		assert_string_equal(testing_text(at.first), rows[i].first);
		assert_string_equal(testing_text(at.last), rows[i].last);
	}
}

/* Each hour of 30 years: what an instant shows is shown at that instant. */
static void
walls_and_instants_are_each_others_inverse(void **state)
{
	(void)state;
	static const char *const names[] = { "America/New_York",
		"Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca" };
	int64_t from = testing_time("2010-01-01 00:10:00");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct zone *z = testing_zone(names[i]);
		for (int64_t at = from; at < from + 30 * INT64_C(31557600);
		    at += 3600) {
			struct zone_instants found;
			zone_instants(z, at + zone_offset(z, at, NULL), &found);
			assert_true(found.count > 0);
			assert_true(found.first == at || found.last == at);
		}
		zone_close(z);
	}
}

static void
the_next_change_of_clocks_is_known(void **state)
{
	(void)state;
	struct zone *z = testing_zone("Europe/Berlin");
	struct zone *utc = testing_zone("UTC");

	assert_string_equal(testing_text(zone_change(z,
	    testing_time("2026-01-01 00:00:00"))), "2026-03-29 01:00:00");
	assert_string_equal(testing_text(zone_change(z,
	    testing_time("2026-03-29 01:00:00"))), "2026-10-25 01:00:00");
	assert_string_equal(testing_text(zone_change(z,
	    testing_time("3026-01-01 00:00:00"))), "3026-03-26 01:00:00");
	assert_true(zone_change(utc, 0) == INT64_MAX);
	/* Summer all the year: its two changes come at the same instant. */
	struct zone *all = testing_zone("=AAA06JBBB,0/-1,J365/24");
	assert_true(zone_change(all, 0) == INT64_MAX);
	zone_close(all);
	zone_close(utc);
	zone_close(z);
}

static void
no_time_is_too_far(void **state)
{
	(void)state;
	static const int64_t times[] = { INT64_MIN, INT64_MIN + 1, INT64_MAX,
		INT64_MAX - 1, -(INT64_C(1) << 60), INT64_C(1) << 60 };
	struct zone *z = testing_zone("=CET-1CEST,M3.5.0,M10.5.0/3");

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct zone_instants at;
		assert_in_range(zone_offset(z, times[i], NULL), 3600, 7200);
		zone_instants(z, times[i], &at);
		(void)zone_change(z, times[i]);
	}
	zone_close(z);
}

/* ---- Files ------------------------------------------------------------- */

/* Version 2: no 32-bit block; two changes (0 and 1000), two types, a rule. */
#define HEADER(version, leap, time, type) \
	"TZif" version "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" \
	"\0\0\0\0\0\0\0\0\0\0\0" leap "\0\0\0" time "\0\0\0" type "\0\0\0\4"
#define FIRST HEADER("2", "\0", "\0", "\1") "\0\0\0\0\0\0UTC\0"
#define TIMES "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\3\350" "\1\0"
#define TYPES "\0\0\0\0\0\0" "\0\0\16\20\1\0" "AAA\0"

static const char good_file[] = FIRST HEADER("2", "\0", "\2", "\2") TIMES TYPES
    "\nAAA0\n";

static int
read_bytes(const void *data, size_t bytes, struct zone **z)
{
	alk_error err = { 0 };
	/* A block of just that size, so that reading over its end shows. */
	void *copy = malloc(bytes == 0 ? 1 : bytes);

	assert_non_null(copy);
	memcpy(copy, data, bytes);
	int code = zone_read(copy, bytes, z, &err);
	free(copy);
	assert_int_equal(err.code, code);
	return code;
}

static void
a_file_is_read(void **state)
{
	(void)state;
	struct zone *z;

	assert_int_equal(read_bytes(good_file, sizeof(good_file) - 1, &z),
	    ALK_OK);
	assert_int_equal(zone_offset(z, -1, NULL), 0);
	assert_int_equal(zone_offset(z, 0, NULL), 3600);
	assert_int_equal(zone_offset(z, 999, NULL), 3600);
	assert_int_equal(zone_offset(z, 1000, NULL), 0);
	zone_close(z);
}

static void
version_1_has_times_of_32_bits_and_no_rule(void **state)
{
	(void)state;
	static const char file[] = HEADER("\0", "\0", "\1", "\2")
	    "\377\377\377\377" "\1" TYPES;
	struct zone *z;

	assert_int_equal(read_bytes(file, sizeof(file) - 1, &z), ALK_OK);
	assert_int_equal(zone_offset(z, -2, NULL), 0);
	assert_int_equal(zone_offset(z, -1, NULL), 3600);
	zone_close(z);
}

/* A file without the last newline is without its rule. */
static void
a_file_cut_short_is_refused(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(good_file) - 1; n++) {
		struct zone *z = NULL;
		assert_int_equal(read_bytes(good_file, n, &z), ALK_INVALID);
		assert_null(z);
	}
}

static void
a_damaged_file_is_refused_for_what_is_wrong(void **state)
{
	(void)state;
#define FILE_OF(text) text, sizeof(text) - 1
	static const struct {
		const char *file;
		size_t bytes;
		const char *text;
	} rows[] = {
		{ FILE_OF("#!/bin/sh and so on until there are bytes enough"),
		    "time zone file: it is no TZif file" },
		{ FILE_OF(FIRST HEADER("2", "\1", "\0", "\1") "\0\0\0\0\0\0"
		    "AAA\0" "\0\0\0\0\0\0\0\1\0\0\0\1" "\nAAA0\n"),
		    "time zone file: it counts leap seconds, which Unix time "
		    "does not" },
		{ FILE_OF(FIRST HEADER("2", "\0", "\0", "\0") "AAA\0\nAAA0\n"),
		    "time zone file: it has no types" },
		{ FILE_OF(FIRST HEADER("2", "\0", "\2", "\2")
		    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\3\350" "\1\2" TYPES
		    "\nAAA0\n"),
		    "time zone file: a change has a type that is not there" },
		{ FILE_OF(FIRST HEADER("2", "\0", "\2", "\2")
		    "\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1" "\1\0" TYPES
		    "\nAAA0\n"),
		    "time zone file: its changes are out of order" },
		{ FILE_OF(FIRST HEADER("2", "\0", "\0", "\1") "\0\1\155\240\0\0"
		    "AAA\0\nAAA0\n"),
		    "time zone file: an offset is of more than a day" },
		{ FILE_OF(FIRST HEADER("2", "\0", "\0", "\1") "\200\0\0\0\0\0"
		    "AAA\0\nAAA0\n"),
		    "time zone file: an offset is of more than a day" },
		{ FILE_OF(FIRST HEADER("2", "\0", "\0", "\1") "\0\0\0\0\0\0"
		    "AAA\0\nnonsense\n"),
		    "time zone file: its rule is not one of POSIX" },
		{ FILE_OF(FIRST HEADER("2", "\377", "\0", "\1") "\0\0\0\0\0\0"
		    "AAA\0\n\n"), "time zone file: it is cut short" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct zone *z = NULL;
		alk_error err = { 0 };
		(void)zone_read(rows[i].file, rows[i].bytes, &z, &err);
		assert_string_equal(err.text, rows[i].text);
		assert_null(z);
	}
}

/* Every byte of a real file changed in some ways: read or refused. */
static void
any_changed_byte_is_survived(void **state)
{
	(void)state;
	char bytes[sizeof(good_file)];

	for (size_t n = 0; n < sizeof(good_file) - 1; n++)
		for (int c = 0; c < 256; c++) {
			struct zone *z = NULL;
			memcpy(bytes, good_file, sizeof(bytes));
			bytes[n] = (char)c;
			if (read_bytes(bytes, sizeof(bytes) - 1, &z) == ALK_OK)
				assert_in_range(zone_offset(z, 500, NULL) +
				    ZONE_OFFSET_MAX, 0, 2 * ZONE_OFFSET_MAX);
			zone_close(z);
		}
}

/* ---- Names ------------------------------------------------------------- */

static void
names_that_leave_the_folder_are_refused(void **state)
{
	(void)state;
	static const char *const names[] = { "../etc/passwd", "/etc/localtime",
		"Europe/../Berlin", "Europe//Berlin", "Europe/", ".hidden",
		"Europe/.hidden", "a b", "a\nb", "Europe/Berlin%s", ":UTC" };
	char long_name[ZONE_NAME_MAX + 2];

	memset(long_name, 'a', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	assert_int_equal(zone_open(long_name, &(struct zone *){ NULL }, NULL),
	    ALK_INVALID);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct zone *z = NULL;
		alk_error err = { 0 };
		assert_int_equal(zone_open(names[i], &z, &err), ALK_INVALID);
		assert_non_null(strstr(err.text, "Europe/Berlin"));
	}
}

/* A folder of zones of our own in $TZDIR. */
static char dir[SCRATCH_PATH];

static int
set_up(void **state)
{
	(void)state;
	char path[SCRATCH_PATH];

	scratch_make(dir);
	scratch_path(path, dir, "Here");
	scratch_write(path, good_file, sizeof(good_file) - 1);
	scratch_path(path, dir, "Text");
	scratch_write(path, "text", 4);
	return setenv("TZDIR", dir, 1);
}

static int
tear_down(void **state)
{
	(void)state;
	scratch_remove(dir);
	(void)unsetenv("TZ");
	return unsetenv("TZDIR");
}

static int
offset_of(const char *name)
{
	struct zone *z = NULL;
	alk_error err = { 0 };

	if (zone_open(name, &z, &err) != ALK_OK)
		return -err.code;
	int32_t offset = zone_offset(z, 500, NULL);
	zone_close(z);
	return -offset;
}

static void
zones_are_looked_for_in_the_folder_named(void **state)
{
	(void)state;
	assert_int_equal(offset_of("Here"), -3600);
	assert_int_equal(offset_of("There"), -ALK_NOTFOUND);
	assert_int_equal(offset_of("Here/Here"), -ALK_NOTFOUND);
	assert_int_equal(offset_of("Text"), -ALK_INVALID);
	assert_int_equal(offset_of("UTC"), 0);
	assert_int_equal(offset_of("Etc/UTC"), 0);
}

static int
local_offset(const char *tz)
{
	(void)setenv("TZ", tz, 1);
	return offset_of("");
}

static void
the_local_zone_is_what_the_environment_says(void **state)
{
	(void)state;
	char path[SCRATCH_PATH + 1] = ":";

	assert_int_equal(local_offset("Here"), -3600);
	assert_int_equal(local_offset(":Here"), -3600);
	scratch_path(path + 1, dir, "Here");
	assert_int_equal(local_offset(path), -3600);
	assert_int_equal(local_offset(path + 1), -3600);
	assert_int_equal(local_offset("XYZ-2"), -7200);
	assert_int_equal(local_offset("<+02>-2:30"), -9000);
	/* As for the C library. */
	assert_int_equal(local_offset("Nowhere"), 0);
	assert_int_equal(local_offset("../Here"), 0);
	assert_int_equal(local_offset("/nowhere"), 0);
	assert_int_equal(local_offset("Text"), -ALK_INVALID);
}

static void
a_folder_and_a_large_file_are_no_zones(void **state)
{
	(void)state;
	char path[SCRATCH_PATH];
	size_t bytes = ZONE_FILE_MAX + 1;
	char *data = calloc(1, bytes);

	assert_non_null(data);
	memcpy(data, good_file, sizeof(good_file));
	scratch_path(path, dir, "Large");
	scratch_write(path, data, bytes);
	free(data);
	assert_int_equal(offset_of("Large"), -ALK_INVALID);
	assert_int_equal(local_offset(dir), 0);
}

static void
without_memory_there_is_no_zone_and_nothing_leaks(void **state)
{
	(void)state;
	static const char *const names[] = { "Here", "UTC", "" };
	int64_t before = memory_live();

	(void)setenv("TZ", "CET-1CEST", 1);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (int64_t n = 0;; n++) {
			struct zone *z = NULL;
			alk_error err = { 0 };
			memory_fail_at(n, false);
			int code = zone_open(names[i], &z, &err);
			bool fired = memory_fired();
			memory_heal();
			assert_int_equal(code, fired ? ALK_NOMEM : ALK_OK);
			zone_close(z);
			assert_int_equal(memory_live(), before);
			if (!fired) {
				assert_true(n > 0);
				break;
			}
		}
}

#define IN_FOLDER(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets_are_those_of_history),
		cmocka_unit_test(offsets_far_ahead_are_those_of_the_rule),
		cmocka_unit_test(a_rule_alone_is_a_zone_for_all_times),
		cmocka_unit_test(what_is_no_rule_is_refused),
		cmocka_unit_test(a_wall_time_is_shown_never_once_or_twice),
		cmocka_unit_test(walls_and_instants_are_each_others_inverse),
		cmocka_unit_test(the_next_change_of_clocks_is_known),
		cmocka_unit_test(no_time_is_too_far),
		cmocka_unit_test(a_file_is_read),
		cmocka_unit_test(version_1_has_times_of_32_bits_and_no_rule),
		cmocka_unit_test(a_file_cut_short_is_refused),
		cmocka_unit_test(a_damaged_file_is_refused_for_what_is_wrong),
		cmocka_unit_test(any_changed_byte_is_survived),
		cmocka_unit_test(names_that_leave_the_folder_are_refused),
		IN_FOLDER(zones_are_looked_for_in_the_folder_named),
		IN_FOLDER(the_local_zone_is_what_the_environment_says),
		IN_FOLDER(a_folder_and_a_large_file_are_no_zones),
		IN_FOLDER(without_memory_there_is_no_zone_and_nothing_leaks),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
