/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Reading schedule expressions. The messages are those of the Honker contract,
 * which quotes what it cannot read; blanks are those of Unicode, as there.
 */
#include "events/cron.h"

#include "base/error.h"

#include <string.h>

#define FIELDS_MAX 6

struct piece {
	const char *at;
	size_t bytes;
};

/* What a field may hold. */
struct field {
	int low;
	int high;
	const char *names; /* each of three letters; NULL: none */
	int first_name;    /* what the first one stands for */
};

enum { SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY };

static const struct field honker_fields[FIELDS_MAX] = {
	{ .low = 0, .high = 59 }, { .low = 0, .high = 59 },
	{ .low = 0, .high = 23 }, { .low = 1, .high = 31 },
	{ .low = 1, .high = 12 }, { .low = 0, .high = 6 },
};

static const struct field extended_fields[FIELDS_MAX] = {
	{ .low = 0, .high = 59 }, { .low = 0, .high = 59 },
	{ .low = 0, .high = 23 }, { .low = 1, .high = 31 },
	{ .low = 1, .high = 12,
	    .names = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC", .first_name = 1 },
	{ .low = 0, .high = 7, .names = "SUNMONTUEWEDTHUFRISAT" },
};

/* ---- Texts ------------------------------------------------------------- */

/* Bytes of the blank at the beginning, 0: there is none. */
static size_t
blank(const char *at, size_t bytes)
{
	static const char *const wide[] = { "\xc2\x85", "\xc2\xa0",
		"\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
		"\xe2\x81\x9f", "\xe3\x80\x80" };

	if (bytes > 0 && (*at == ' ' || (*at >= '\t' && *at <= '\r')))
		return 1;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		size_t n = strlen(wide[i]);
		if (bytes >= n && memcmp(at, wide[i], n) == 0)
			return n;
	}
	/* U+2000 to U+200A */
	if (bytes >= 3 && memcmp(at, "\xe2\x80", 2) == 0 &&
	    (unsigned char)at[2] >= 0x80 && (unsigned char)at[2] <= 0x8a)
		return 3;
	return 0;
}

static void
skip(struct piece *s, size_t bytes)
{
	s->at += bytes;
	s->bytes -= bytes;
}

static void
skip_blanks(struct piece *s)
{
	size_t n;

	while ((n = blank(s->at, s->bytes)) > 0)
		skip(s, n);
}

static void
trim(struct piece *s)
{
	skip_blanks(s);
	size_t used = 0;
	for (size_t i = 0; i < s->bytes;) {
		size_t n = blank(s->at + i, s->bytes - i);
		i += n > 0 ? n : 1;
		if (n == 0)
			used = i;
	}
	s->bytes = used;
}

/* What stands before the next of a character, which is taken too. */
static bool
cut(struct piece *rest, char c, struct piece *out)
{
	const char *end = rest->bytes == 0 ? NULL :
	    memchr(rest->at, c, rest->bytes);

	out->at = rest->at;
	out->bytes = end != NULL ? (size_t)(end - rest->at) : rest->bytes;
	skip(rest, out->bytes + (end != NULL));
	return end != NULL;
}

/* The text as a message can show it: on one line, cut where it is long. */
struct quote {
	char text[160];
};

static const char *
quote(struct quote *q, struct piece s)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (size_t i = 0; i < s.bytes && n < sizeof(q->text) - 8; i++) {
		unsigned char c = (unsigned char)s.at[i];
		if (c == '"' || c == '\\') {
			q->text[n++] = '\\';
			q->text[n++] = (char)c;
		} else if (c == '\n' || c == '\t' || c == '\r') {
			q->text[n++] = '\\';
			q->text[n++] = c == '\n' ? 'n' : c == '\t' ? 't' : 'r';
		} else if (c < 0x20 || c == 0x7f) {
			memcpy(q->text + n, "\\u{", 3);
			n += 3;
			if (c >= 0x10)
				q->text[n++] = hex[c >> 4];
			q->text[n++] = hex[c & 15];
			q->text[n++] = '}';
		} else {
			q->text[n++] = (char)c;
		}
	}
	q->text[n] = '\0';
	return q->text;
}

/* format has one %s, for the text in question. */
#define REFUSE(err, format, piece) \
	error_set(err, ALK_INVALID, format, quote(&(struct quote){ "" }, piece))

/* ---- Intervals --------------------------------------------------------- */

#define INTERVAL "interval expression must be '@every <n><unit>'"

static int
parse_every(struct piece s, struct cron *out, alk_error *err)
{
	static const char units[] = "smhd";
	static const int64_t seconds[] = { 1, 60, 3600, 86400 };
	struct piece unit = s;
	int64_t n = 0;
	bool is_large = false;

	if (s.bytes == 0)
		return error_set(err, ALK_INVALID, INTERVAL);
	for (; unit.bytes > 0 && *unit.at >= '0' && *unit.at <= '9';
	    skip(&unit, 1)) {
		int digit = *unit.at - '0';
		is_large = is_large || n > (INT64_MAX - digit) / 10;
		n = is_large ? n : n * 10 + digit;
	}
	if (unit.bytes == s.bytes || unit.bytes == 0)
		return REFUSE(err, INTERVAL "; got \"%s\"", s);
	if (is_large)
		return REFUSE(err, "interval count must be an integer: \"%s\"",
		    s);
	if (n == 0)
		return REFUSE(err, "interval count must be positive: \"%s\"",
		    s);
	const char *known = unit.bytes == 1 && *unit.at != '\0' ?
	    strchr(units, *unit.at) : NULL;
	if (known == NULL)
		return REFUSE(err, "unsupported interval unit \"%s\"; "
		    "expected one of s, m, h, d", unit);
	int64_t unit_s = seconds[known - units];
	if (n > INT64_MAX / unit_s)
		return REFUSE(err, "interval is too large: \"%s\"", s);
	*out = (struct cron){ .every_s = n * unit_s };
	return ALK_OK;
}

/* ---- Fields ------------------------------------------------------------ */

/* What the contract's numbers hold: 32 bits without a sign. */
static bool
number(struct piece s, uint32_t *out)
{
	uint64_t n = 0;

	if (s.bytes > 1 && *s.at == '+')
		skip(&s, 1);
	if (s.bytes == 0)
		return false;
	for (; s.bytes > 0; skip(&s, 1)) {
		if (*s.at < '0' || *s.at > '9')
			return false;
		n = n * 10 + (uint64_t)(*s.at - '0');
		if (n > UINT32_MAX)
			return false;
	}
	*out = (uint32_t)n;
	return true;
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool
named(const struct field *f, struct piece s, uint32_t *out)
{
	if (f->names == NULL || s.bytes != 3)
		return false;
	for (size_t i = 0; f->names[i] != '\0'; i += 3)
		if (upper(s.at[0]) == f->names[i] &&
		    upper(s.at[1]) == f->names[i + 1] &&
		    upper(s.at[2]) == f->names[i + 2]) {
			*out = (uint32_t)f->first_name + (uint32_t)i / 3;
			return true;
		}
	return false;
}

static bool
value(const struct field *f, struct piece s, uint32_t *out)
{
	return number(s, out) || named(f, s, out);
}

/* '*', n or a-b; whole has the step too. */
static int
parse_range(const struct field *f, struct piece s, struct piece whole,
    uint32_t *from, uint32_t *to, alk_error *err)
{
	struct piece rest = s;
	struct piece first;

	if (s.bytes == 1 && *s.at == '*') {
		*from = (uint32_t)f->low;
		/* 7 is 0 again. */
		*to = f->high == 7 ? 6 : (uint32_t)f->high;
		return ALK_OK;
	}
	bool is_range = cut(&rest, '-', &first);
	if (!value(f, first, from) || (is_range && !value(f, rest, to)))
		return REFUSE(err, "cron field \"%s\" not an integer",
		    whole);
	if (!is_range)
		*to = *from;
	if (f->high == 7 && *to == 0 && *from > 0)
		*to = 7; /* FRI-SUN */
	if (*from < (uint32_t)f->low || *to > (uint32_t)f->high || *from > *to)
		return error_set(err, ALK_INVALID, "cron field \"%s\" out of "
		    "range [%d,%d] or inverted", quote(&(struct quote){ "" },
		    whole), f->low, f->high);
	return ALK_OK;
}

/* A range with an optional step. */
static int
parse_part(const struct field *f, struct piece s, uint64_t *bits,
    alk_error *err)
{
	struct piece step = s;
	struct piece range;
	uint32_t by = 1;
	uint32_t from;
	uint32_t to;

	if (cut(&step, '/', &range) && !number(step, &by))
		return REFUSE(err,
		    "cron step must be a positive integer: \"%s\"", s);
	if (by == 0)
		return REFUSE(err, "cron step must be positive: \"%s\"", s);
	int code = parse_range(f, range, s, &from, &to, err);
	if (code != ALK_OK)
		return code;
	for (uint64_t n = from; n <= to; n += by)
		*bits |= UINT64_C(1) << n;
	return ALK_OK;
}

static int
parse_field(const struct field *f, struct piece s, uint64_t *bits,
    alk_error *err)
{
	struct piece part;
	bool has_more = true;

	*bits = 0;
	while (has_more) {
		has_more = cut(&s, ',', &part);
		int code = parse_part(f, part, bits, err);
		if (code != ALK_OK)
			return code;
	}
	return ALK_OK;
}

/* ---- The whole --------------------------------------------------------- */

static const char *
nickname(struct piece s)
{
	static const char *const known[][2] = {
		{ "@yearly", "0 0 1 1 *" }, { "@annually", "0 0 1 1 *" },
		{ "@monthly", "0 0 1 * *" }, { "@weekly", "0 0 * * 0" },
		{ "@daily", "0 0 * * *" }, { "@midnight", "0 0 * * *" },
		{ "@hourly", "0 * * * *" } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (s.bytes == strlen(known[i][0]) &&
		    memcmp(s.at, known[i][0], s.bytes) == 0)
			return known[i][1];
	return NULL;
}

/* How many fields there are; the first ones of them. */
static size_t
split(struct piece s, struct piece fields[FIELDS_MAX])
{
	size_t count = 0;

	for (skip_blanks(&s); s.bytes > 0; skip_blanks(&s)) {
		struct piece one = { .at = s.at };
		while (s.bytes > 0 && blank(s.at, s.bytes) == 0)
			skip(&s, 1);
		one.bytes = (size_t)(s.at - one.at);
		if (count < FIELDS_MAX)
			fields[count] = one;
		count++;
	}
	return count;
}

static int
parse_fields(struct piece s, unsigned dialect, struct cron *out,
    alk_error *err)
{
	const struct field *known = (dialect & CRON_EXTENDED) != 0 ?
	    extended_fields : honker_fields;
	struct piece fields[FIELDS_MAX];
	uint64_t bits[FIELDS_MAX] = { 1 };
	size_t count = split(s, fields);

	if (count != 5 && count != 6)
		return error_set(err, ALK_INVALID, "schedule expression "
		    "requires 5 or 6 cron fields, or '@every <n><unit>'; got "
		    "%zu: \"%s\"", count, quote(&(struct quote){ "" }, s));
	for (size_t i = 0; i < count; i++) {
		size_t at = i + FIELDS_MAX - count;
		int code = parse_field(&known[at], fields[i], &bits[at], err);
		if (code != ALK_OK)
			return code;
	}
	const struct piece *last = &fields[count - 1];
	*out = (struct cron){
		.seconds = bits[SECOND],
		.minutes = bits[MINUTE],
		.hours = (uint32_t)bits[HOUR],
		.days = (uint32_t)bits[DAY],
		.months = (uint16_t)bits[MONTH],
		.weekdays = (uint8_t)((bits[WEEKDAY] | bits[WEEKDAY] >> 7) &
		    0x7f),
		.is_either_day = (dialect & CRON_EITHER_DAY) != 0 &&
		    *last[0].at != '*' && *last[-2].at != '*',
		.is_elapsed = (dialect & CRON_ELAPSED) != 0 &&
		    last[-3].bytes == 1 && *last[-3].at == '*',
	};
	return ALK_OK;
}

int
cron_parse(const char *text, size_t bytes, unsigned dialect,
    struct cron *out, alk_error *err)
{
	static const char every[] = "@every";
	struct piece s = { .at = text, .bytes = bytes };

	if (dialect >= CRON_DIALECTS || (dialect > CRON_EXTENDED &&
	    (dialect & CRON_EXTENDED) == 0))
		return error_set(err, ALK_INVALID,
		    "no schedule dialect has the number %u", dialect);
	if (bytes > CRON_BYTES_MAX)
		return error_set(err, ALK_INVALID, "schedule expression has "
		    "%zu bytes, more than %d", bytes, CRON_BYTES_MAX);
	trim(&s);
	if (s.bytes >= sizeof(every) - 1 &&
	    memcmp(s.at, every, sizeof(every) - 1) == 0) {
		skip(&s, sizeof(every) - 1);
		skip_blanks(&s);
		return parse_every(s, out, err);
	}
	const char *full = (dialect & CRON_EXTENDED) != 0 ? nickname(s) : NULL;
	if (full != NULL)
		s = (struct piece){ .at = full, .bytes = strlen(full) };
	return parse_fields(s, dialect, out, err);
}
