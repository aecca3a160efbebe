/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A text, asked of every format. Aborts where formats contradict each other:
 * what one grammar holds is part of another, or stays valid inside a larger
 * text. The text ends where its block ends, so that reading on shows.
 */
#include "schema/format.h"

#include "base/utf8.h"

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

#define BYTES_MAX ((size_t)1 << 16)

/* libFuzzer's entry; its own header is C++ only. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* Whether before + text + after is of the format. */
static bool
holds(format_fn format, const char *before, const char *text, size_t bytes,
    const char *after)
{
	size_t first = strlen(before);
	size_t last = strlen(after);
	char *whole = malloc(first + bytes + last + 1);

	EXPECT(whole != NULL);
	memcpy(whole, before, first);
	memcpy(whole + first, text, bytes);
	memcpy(whole + first + bytes, after, last + 1);
	bool answer = format(whole, first + bytes + last);
	EXPECT(format(whole, first + bytes + last) == answer);
	free(whole);
	return answer;
}

static bool
is(format_fn format, const char *text, size_t bytes)
{
	return holds(format, "", text, bytes, "");
}

/* The same with small letters for capitals, and the other way round. */
static bool
is_in_other_case(format_fn format, const char *text, size_t bytes)
{
	char *other = malloc(bytes + 1);

	EXPECT(other != NULL);
	for (size_t i = 0; i < bytes; i++) {
		char c = text[i];
		if (c >= 'a' && c <= 'z')
			other[i] = (char)(c - 'a' + 'A');
		else if (c >= 'A' && c <= 'Z')
			other[i] = (char)(c - 'A' + 'a');
		else
			other[i] = c;
	}
	bool answer = is(format, other, bytes);
	free(other);
	return answer;
}

static void
check_times(const char *text, size_t bytes)
{
	if (is(format_date, text, bytes))
		EXPECT(bytes == 10 &&
		    holds(format_date_time, "", text, bytes, "T00:00:00Z"));
	if (is(format_time, text, bytes))
		EXPECT(bytes >= 9 &&
		    holds(format_date_time, "2024-02-29T", text, bytes, ""));
	if (is(format_date_time, text, bytes))
		EXPECT((text[10] == 'T' || text[10] == 't') &&
		    is(format_date, text, 10) &&
		    is(format_time, text + 11, bytes - 11));
	if (is(format_duration, text, bytes))
		EXPECT(bytes >= 3 && text[0] == 'P' &&
		    (text[bytes - 1] < '0' || text[bytes - 1] > '9'));
}

static void
check_hosts(const char *text, size_t bytes)
{
	bool host = is(format_hostname, text, bytes);
	bool idn_host = is(format_idn_hostname, text, bytes);

	if (is(format_ipv4, text, bytes)) {
		EXPECT(host);
		EXPECT(holds(format_ipv6, "::", text, bytes, ""));
		EXPECT(holds(format_ipv6, "1:2:3:4:5:6:", text, bytes, ""));
		EXPECT(holds(format_email, "a@[", text, bytes, "]"));
	}
	bool ipv6 = is(format_ipv6, text, bytes);
	EXPECT(ipv6 == is_in_other_case(format_ipv6, text, bytes));
	EXPECT(!ipv6 || (holds(format_uri, "x://[", text, bytes, "]:1/") &&
	    holds(format_email, "a@[IPv6:", text, bytes, "]")));
	if (host) {
		EXPECT(idn_host && bytes <= 253);
		EXPECT(is_in_other_case(format_hostname, text, bytes));
		EXPECT(holds(format_uri, "x://", text, bytes, "/"));
		EXPECT(holds(format_email, "a@", text, bytes, ""));
	}
	if (idn_host)
		EXPECT(holds(format_idn_email, "\xc3\xa9@", text, bytes, ""));
	if (is(format_email, text, bytes))
		EXPECT(is(format_idn_email, text, bytes));
	if (is(format_idn_email, text, bytes))
		EXPECT(memchr(text, '@', bytes) != NULL);
}

static void
check_references(const char *text, size_t bytes)
{
	bool uri = is(format_uri, text, bytes);
	bool reference = is(format_uri_reference, text, bytes);
	bool iri = is(format_iri, text, bytes);
	bool iri_reference = is(format_iri_reference, text, bytes);
	bool ascii = true;

	for (size_t i = 0; i < bytes; i++)
		ascii = ascii && (unsigned char)text[i] < 0x80;
	EXPECT(!uri || (reference && iri));
	EXPECT(!(reference || iri) || iri_reference);
	if (ascii)
		EXPECT(uri == iri && reference == iri_reference);
	else
		EXPECT(!uri && !reference);
	if (reference && memchr(text, '#', bytes) == NULL)
		EXPECT(holds(format_uri_reference, "", text, bytes, "#a?/"));
	if (iri)
		EXPECT(memchr(text, ':', bytes) != NULL);
	/* RFC 6570 takes all of it literally, but for the apostrophe. */
	if (iri_reference && memchr(text, '\'', bytes) == NULL)
		EXPECT(is(format_uri_template, text, bytes));
	if (is(format_uri_template, text, bytes))
		EXPECT(holds(format_uri_template, "{a}", text, bytes, "{b*}"));
}

static void
check_others(const char *text, size_t bytes)
{
	bool pointer = is(format_json_pointer, text, bytes);

	EXPECT(!pointer || (holds(format_relative_json_pointer, "0", text,
	    bytes, "") && holds(format_json_pointer, "/~0", text, bytes, "/")));
	if (is(format_relative_json_pointer, text, bytes))
		EXPECT(text[0] >= '0' && text[0] <= '9');
	if (is(format_uuid, text, bytes))
		EXPECT(bytes == 36 &&
		    is_in_other_case(format_uuid, text, bytes));
	if (bytes < 1000 && is(format_regex, text, bytes))
		EXPECT(holds(format_regex, "x|(?:", text, bytes, ")y"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	const char *text = (const char *)data;

	if (bytes > BYTES_MAX || !utf8_is_valid(text, bytes))
		return 0;
	check_times(text, bytes);
	check_hosts(text, bytes);
	check_references(text, bytes);
	check_others(text, bytes);
	return 0;
}
