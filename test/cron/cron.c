/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Random schedules, with what two other implementations say about them
 * (generate.mjs), against ours.
 *
 *   cron FILE     "-": standard input
 *
 * A slow search, written apart from src/events/cron.c, looks at every wall time
 * that matches and can be told to differ: which of two equal wall times fires,
 * what becomes of one that clocks jump over, how the day fields work together.
 * As the contract has it, it must give our answer. An oracle's answer that is
 * another must be that of the search with such a difference, or a refusal that
 * `refusals` knows; what nothing explains fails.
 */
#include "base/error.h"
#include "events/civil.h"
#include "events/cron.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#define NEVER INT64_MIN
#define ZONES 32
#define TEXT_BYTES 256
#define DAY_S CIVIL_DAY_SECONDS

enum repeat { LAST, FIRST, BOTH, REPEATS };
enum jump { BEHIND, SHIFTED, LEFT_OUT, HOUR_LEFT_OUT, JUMPS };
enum days { AS_ASKED, STAR_ALONE, FULL_IS_STAR, DAYS };

enum rewritten { AS_WRITTEN, LONG_STEPS, SUNDAY_LAST, REWRITTEN };

struct way {
	enum repeat repeat;
	enum jump jump;
	enum days days;
	enum rewritten rewritten;
};

#define WAYS ((int)REPEATS * (int)JUMPS * (int)DAYS * (int)REWRITTEN)

static const char *const repeat_names[REPEATS] = { "",
	"what clocks show twice fires the first time; ",
	"what clocks show twice fires twice; " };
static const char *const jump_names[JUMPS] = { "",
	"what clocks jump over fires as much later; ",
	"what clocks jump over does not fire; ",
	"an hour that clocks jump into does not fire; " };
static const char *const days_names[DAYS] = { "",
	"a field that only begins with a star restricts as others do; ",
	"only a field that allows every day counts as a star; " };
static const char *const rewritten_names[REWRITTEN] = { "",
	"n/step is n-max/step; ", "SUN at the end of a range is 7; " };

/*
 * Answers of cron-parser, where clocks are set by half an hour or not on the
 * hour, that are not later than the instant asked about, or that the expression
 * does not name.
 */
static int off_the_hour;

/* From 2026-01-01 on, rules may be made that one's time zones do not have. */
#define FUTURE INT64_C(1767225600)

static int other_rules;

/* How often an oracle differed in each way. */
static int seen[2][REPEATS][JUMPS][DAYS][REWRITTEN];

struct refusal {
	const char *oracle;
	const char *begin;
	const char *reason;
	int seen;
};

static struct refusal refusals[] = {
	{ "croner", "CronPattern: Syntax error, stepping",
	    "refuses n/step", 0 },
	{ "croner", "CronPattern: Syntax error, steps",
	    "refuses steps beyond the range", 0 },
	{ "parser", "CronSecond Validation error",
	    "refuses what is said twice", 0 },
	{ "parser", "CronMinute Validation error",
	    "refuses what is said twice", 0 },
	{ "parser", "CronHour Validation error",
	    "refuses what is said twice", 0 },
	{ "parser", "CronDayOfMonth Validation error",
	    "refuses what is said twice", 0 },
	{ "parser", "CronMonth Validation error",
	    "refuses what is said twice", 0 },
	{ "parser", "CronDayOfWeek Validation error",
	    "refuses what is said twice", 0 },
	{ "parser", "Invalid explicit day of month",
	    "refuses days that no month has", 0 },
	{ "parser", "Invalid expression, loop limit",
	    "gives up where a match is far", 0 },
};

/* ---- The case ---------------------------------------------------------- */

struct one {
	int64_t n;
	const char *text;
	const char *zone_name;
	const struct zone *zone;
	int64_t at;
	bool is_either;
	struct cron cron;
	int64_t ours;
};

/* Zones stay open: opening them would be most of the time. */
static const struct zone *
find_zone(const char *name)
{
	static struct {
		char name[40];
		struct zone *zone;
	} known[ZONES];
	alk_error err = { 0 };

	for (int i = 0; i < ZONES; i++) {
		if (known[i].zone == NULL) {
			if (zone_open(name, &known[i].zone, &err) != ALK_OK)
				return NULL;
			(void)snprintf(known[i].name, sizeof(known[i].name),
			    "%s", name);
		}
		if (strcmp(known[i].name, name) == 0)
			return known[i].zone;
	}
	return NULL;
}

/* ---- The slow search --------------------------------------------------- */

/* Every n/step as n-max/step. */
static void
lengthen(const char *text, char out[TEXT_BYTES])
{
	static const int high[] = { 59, 59, 23, 31, 12, 7 };
	int blanks = 0;
	size_t used = 0;
	bool is_number = true;

	for (const char *p = text; *p != '\0'; p++)
		blanks += *p == ' ';
	int field = 5 - blanks;
	for (; *text != '\0' && used < TEXT_BYTES - 8; text++) {
		if (*text == '/' && is_number)
			used += (size_t)snprintf(out + used, 8, "-%d",
			    high[field]);
		field += *text == ' ';
		if (*text == ' ' || *text == ',')
			is_number = true;
		else if (*text < '0' || *text > '9')
			is_number = false;
		out[used++] = *text;
	}
	out[used] = '\0';
}

/* Every "-SUN" as "-7". */
static void
end_with_sunday(const char *text, char out[TEXT_BYTES])
{
	size_t used = 0;

	while (*text != '\0' && used < TEXT_BYTES - 8) {
		if (strncmp(text, "-SUN", 4) == 0 ||
		    strncmp(text, "-sun", 4) == 0) {
			memcpy(out + used, "-7", 2);
			used += 2;
			text += 4;
		} else {
			out[used++] = *text++;
		}
	}
	out[used] = '\0';
}

static bool
has_date(const struct cron *c, int64_t day, bool is_either)
{
	struct civil date;

	civil_date(day, &date);
	bool has_day = (c->days >> date.day & 1) != 0;
	bool has_weekday = (c->weekdays >> civil_weekday(day) & 1) != 0;
	return (c->months >> date.month & 1) != 0 && (is_either ?
	    has_day || has_weekday : has_day && has_weekday);
}

/* Whether neither day field is a star and nothing else. */
static bool
has_no_star(const char *text)
{
	const char *month = strrchr(text, ' ');
	const char *weekday = month != NULL ? month + 1 : "*";

	/* The day is the third field from the end. */
	for (int i = 0; i < 2 && month != NULL && month > text; i++)
		while (--month > text && *month != ' ')
			continue;
	return strcmp(weekday, "*") != 0 && strncmp(month, " * ", 3) != 0;
}

/* Whether a day need match one field only. */
static bool
is_either_day(const struct one *o, const struct way *w, const struct cron *c)
{
	if (w->days == AS_ASKED)
		return c->is_either_day;
	if (w->days == STAR_ALONE)
		return o->is_either && has_no_star(o->text);
	return o->is_either && c->days != 0xfffffffe && c->weekdays != 0x7f;
}

/* How far clocks are set, in all, within two days of an instant. */
static int64_t
disorder(const struct zone *z, int64_t at)
{
	int64_t sum = 0;
	int64_t from = at - 2 * DAY_S;

	for (int64_t next = zone_change(z, from); next < at + 2 * DAY_S;
	    next = zone_change(z, next)) {
		int64_t change = zone_offset(z, next, NULL) -
		    zone_offset(z, next - 1, NULL);
		sum += change < 0 ? -change : change;
	}
	return sum;
}

/* The instants after `at` of one wall time, in a way. */
static void
consider(const struct one *o, const struct way *w, int64_t wall, int64_t *best)
{
	struct zone_instants found;
	int64_t times[2];
	int count = 0;

	/* What clocks show already was there, though it may come again. */
	if (w->repeat == LAST && wall <= o->at + zone_offset(o->zone, o->at,
	    NULL))
		return;
	zone_instants(o->zone, wall - (w->jump == HOUR_LEFT_OUT ?
	    ((wall % 3600) + 3600) % 3600 : 0), &found);
	if (w->jump == HOUR_LEFT_OUT && found.count == 0)
		return;
	zone_instants(o->zone, wall, &found);
	if (found.count > 0) {
		if (w->repeat != LAST || found.count == 1)
			times[count++] = found.first;
		if (w->repeat != FIRST && found.count == 2)
			times[count++] = found.last;
	} else if (w->jump == BEHIND) {
		times[count++] = found.first;
	} else if (w->jump == SHIFTED) {
		times[count++] = wall - zone_offset(o->zone, found.first - 1,
		    NULL);
	}
	for (int i = 0; i < count; i++)
		if (times[i] > o->at && (*best == NEVER || times[i] < *best))
			*best = times[i];
}

/* Wall times behind this fire after `best` too. */
static int64_t
last_wall(const struct one *o, int64_t best)
{
	return best == NEVER ? INT64_MAX : best +
	    zone_offset(o->zone, best, NULL) + disorder(o->zone, best);
}

/* The matching times of a day, from a wall time on. */
static void
consider_day(const struct one *o, const struct way *w, const struct cron *c,
    int64_t day, int64_t from, int64_t *best)
{
	int64_t last = last_wall(o, *best);

	for (int second = 0; second < DAY_S; second++) {
		int64_t wall = day * DAY_S + second;
		int64_t before = *best;
		if ((c->hours >> second / 3600 & 1) == 0) {
			second += 3599;
		} else if ((c->minutes >> second / 60 % 60 & 1) == 0) {
			second += 59;
		} else if ((c->seconds >> second % 60 & 1) != 0 &&
		    wall >= from) {
			if (wall > last)
				return;
			consider(o, w, wall, best);
			if (*best != before)
				last = last_wall(o, *best);
		}
	}
}

static int64_t
search(const struct one *o, const struct way *w)
{
	struct cron c = o->cron;
	char text[TEXT_BYTES];
	alk_error err = { 0 };
	int64_t best = NEVER;

	if (w->rewritten != AS_WRITTEN) {
		(w->rewritten == LONG_STEPS ? lengthen : end_with_sunday)(
		    o->text, text);
		if (cron_parse(text, strlen(text), CRON_EXTENDED |
		    (o->is_either ? CRON_EITHER_DAY : 0), &c, &err) != ALK_OK)
			return NEVER;
	}
	bool is_either = is_either_day(o, w, &c);
	int64_t from = o->at + zone_offset(o->zone, o->at, NULL) -
	    disorder(o->zone, o->at);
	int second;
	int64_t day = civil_split(from, &second);
	for (int64_t end = day + 366 * 100; day < end &&
	    day * DAY_S <= last_wall(o, best); day++)
		if (has_date(&c, day, is_either))
			consider_day(o, w, &c, day, from, &best);
	return best;
}

/* ---- Comparing --------------------------------------------------------- */

static int64_t
ask_ours(struct one *o, bool is_either)
{
	alk_error err = { 0 };
	int64_t next = NEVER;

	o->is_either = is_either;
	if (cron_parse(o->text, strlen(o->text), CRON_EXTENDED |
	    (is_either ? CRON_EITHER_DAY : 0), &o->cron, &err) != ALK_OK) {
		fprintf(stderr, "%lld: %s: %s\n", (long long)o->n, o->text,
		    err.text);
		return INT64_MAX;
	}
	(void)cron_next(&o->cron, o->zone, o->at, &next, &err);
	return next;
}

static int
complain(const struct one *o, const char *who, int64_t theirs, int64_t ours)
{
	fprintf(stderr, "%lld: '%s' in %s after %lld%s: %s says %lld, ours "
	    "%lld\n", (long long)o->n, o->text, o->zone_name,
	    (long long)o->at, o->is_either ? " (either)" : "", who,
	    (long long)theirs, (long long)ours);
	return 1;
}

/* A way of the search that gives the answer, the plainest first. */
static bool
explain(const struct one *o, int oracle, int64_t theirs)
{
	for (int i = 1; i < WAYS; i++) {
		struct way w = { .repeat = (enum repeat)(i % REPEATS),
			.jump = (enum jump)(i / REPEATS % JUMPS),
			.days = (enum days)(i / REPEATS / JUMPS % DAYS),
			.rewritten = (enum rewritten)(i / REPEATS / JUMPS /
			    DAYS) };
		if (search(o, &w) == theirs) {
			seen[oracle][w.repeat][w.jump][w.days][w.rewritten]++;
			return true;
		}
	}
	return false;
}

/* Whether the clocks at that instant show what the expression names. */
static bool
is_named(const struct one *o, int64_t at)
{
	const struct cron *c = &o->cron;
	int second;
	int64_t day = civil_split(at + zone_offset(o->zone, at, NULL),
	    &second);

	return has_date(c, day, c->is_either_day) &&
	    (c->hours >> second / 3600 & 1) != 0 &&
	    (c->minutes >> second / 60 % 60 & 1) != 0 &&
	    (c->seconds >> second % 60 & 1) != 0;
}

static bool
is_off_the_hour(const struct one *o, int64_t theirs)
{
	int64_t set_s = disorder(o->zone, o->at);

	return set_s != 0 && (set_s % 3600 != 0 ||
	    zone_offset(o->zone, o->at, NULL) % 3600 != 0) &&
	    (theirs <= o->at || !is_named(o, theirs));
}

static int
know_refusal(const struct one *o, const char *name, const char *text)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (strcmp(refusals[i].oracle, name) == 0 &&
		    strncmp(text, refusals[i].begin,
			strlen(refusals[i].begin)) == 0) {
			refusals[i].seen++;
			return 0;
		}
	fprintf(stderr, "%lld: '%s': %s refuses: %s\n", (long long)o->n,
	    o->text, name, text);
	return 1;
}

/* Whether something fails. */
static int
compare(struct one *o, int oracle, yyjson_val *answer, bool is_either)
{
	static const char *const names[] = { "croner", "parser" };
	int64_t ours = ask_ours(o, is_either);
	int64_t slow = search(o, &(struct way){ .repeat = LAST });

	if (ours != slow)
		return complain(o, "the slow search", slow, ours);
	if (yyjson_is_str(answer))
		return know_refusal(o, names[oracle], yyjson_get_str(answer));
	int64_t theirs = yyjson_is_null(answer) ? NEVER :
	    yyjson_get_sint(answer);
	if (theirs == ours || explain(o, oracle, theirs))
		return 0;
	if (oracle == 1 && is_off_the_hour(o, theirs)) {
		off_the_hour++;
		return 0;
	}
	if (theirs >= FUTURE && ours >= FUTURE && theirs - ours <= 3600 &&
	    ours - theirs <= 3600) {
		other_rules++;
		return 0;
	}
	return complain(o, names[oracle], theirs, ours);
}

static int
compare_line(const char *text, size_t bytes)
{
	yyjson_doc *doc = yyjson_read(text, bytes, 0);
	yyjson_val *root = yyjson_doc_get_root(doc);
	struct one o = { .n = yyjson_get_sint(yyjson_obj_get(root, "n")) };
	int wrong = 0;

	o.text = yyjson_get_str(yyjson_obj_get(root, "text"));
	o.zone_name = yyjson_get_str(yyjson_obj_get(root, "zone"));
	o.at = yyjson_get_sint(yyjson_obj_get(root, "at"));
	o.zone = o.zone_name != NULL ? find_zone(o.zone_name) : NULL;
	if (o.text == NULL || o.zone == NULL) {
		fprintf(stderr, "not a case: %.*s\n", (int)bytes, text);
		wrong = 1;
	} else {
		wrong = compare(&o, 0, yyjson_obj_get(root, "croner"),
		    yyjson_get_bool(yyjson_obj_get(root, "either"))) +
		    compare(&o, 1, yyjson_obj_get(root, "parser"), true);
	}
	yyjson_doc_free(doc);
	return wrong;
}

static void
report_ways(int oracle, const char *name)
{
	const int *count = &seen[oracle][0][0][0][0];

	for (int i = 0; i < WAYS; i++)
		if (count[i] > 0)
			printf("%6d %s: %s%s%s%s\n", count[i], name,
			    repeat_names[i / REWRITTEN / DAYS / JUMPS],
			    jump_names[i / REWRITTEN / DAYS % JUMPS],
			    days_names[i / REWRITTEN % DAYS],
			    rewritten_names[i % REWRITTEN]);
}

int
main(int argc, char **argv)
{
	char line[2048];
	int count = 0;
	int wrong = 0;
	alk_error err = { 0 };
	struct zone *z;

	if (zone_open("Europe/Berlin", &z, &err) != ALK_OK) {
		printf("skipped: %s\n", err.text);
		return 77;
	}
	zone_close(z);
	FILE *f = argc != 2 ? NULL : strcmp(argv[1], "-") == 0 ? stdin :
	    fopen(argv[1], "r");
	if (f == NULL) {
		fprintf(stderr, "usage: cron FILE\n");
		return 2;
	}
	for (; fgets(line, sizeof(line), f) != NULL; count++)
		wrong += compare_line(line, strlen(line));
	if (f != stdin)
		(void)fclose(f);
	report_ways(0, "croner");
	report_ways(1, "cron-parser");
	printf("%6d cron-parser: is wrong where clocks are set otherwise "
	    "than from hour to hour\n", off_the_hour);
	printf("%6d in the future, an hour at most: time zones of another "
	    "year\n", other_rules);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		printf("%6d %s: %s\n", refusals[i].seen, refusals[i].oracle,
		    refusals[i].reason);
	printf("%d cases, %d wrong\n", count, wrong);
	return wrong != 0 || count == 0;
}
