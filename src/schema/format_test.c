/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Texts that a format accepts, then those that it does not; NULL ends each. */
static void
check(const char *format, const char *const *good, const char *const *bad)
{
	format_fn is = format_find(format, strlen(format));

	assert_non_null(is);
	for (; *good != NULL; good++)
		if (!is(*good, strlen(*good)))
			fail_msg("%s should be a %s", *good, format);
	for (; *bad != NULL; bad++)
		if (is(*bad, strlen(*bad)))
			fail_msg("%s should not be a %s", *bad, format);
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
dates_and_times_are_those_of_rfc_3339(void **state)
{
	(void)state;
	check("date", LIST("2024-02-29", "2000-02-29", "1970-12-31"),
	    LIST("2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10",
	    "2024-01-00", "2024-04-31", "24-01-01", "2024-1-01", "2024-01-01Z",
	    "", "2024/01/01"));
	check("time", LIST("08:30:06Z", "08:30:06.283185z", "23:59:60Z",
	    "01:29:60+01:30", "23:29:60-00:30", "00:00:00-23:59"),
	    LIST("08:30:06", "24:00:00Z", "08:60:00Z", "08:30:61Z",
	    "22:59:60Z", "23:59:60+01:00", "08:30:06.Z", "8:30:06Z",
	    "08:30:06+24:00", "08:30:06+0100", "08:30Z", ""));
	check("date-time", LIST("1963-06-19T08:30:06.283185Z",
	    "1963-06-19t08:30:06z", "1998-12-31T15:59:60.123-08:00"),
	    LIST("1963-06-19 08:30:06Z", "1963-06-19T", "T08:30:06Z",
	    "1963-06-19T08:30:06Zx", "1990-02-31T15:59:59Z"));
}

static void
durations_have_their_units_in_order(void **state)
{
	(void)state;
	check("duration", LIST("P4DT12H30M5S", "PT0S", "P2W", "P1Y2M3D",
	    "PT36H", "P1Y", "PT1M5S"),
	    LIST("P", "PT", "P1", "P1D2H", "PT1D", "P2D1Y", "P1Y2D", "PT1H2S",
	    "P1Y2W", "P1W2D", "4DT12H", "P1DT", "", "P-1D"));
}

static void
addresses_of_machines_are_checked(void **state)
{
	(void)state;
	check("ipv4", LIST("192.168.0.1", "0.0.0.0", "255.255.255.255"),
	    LIST("256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4 ",
	    "1..2.3", "0x7f.1.1.1", "", "1.2.3.4/8"));
	check("ipv6", LIST("::1", "::", "1::", "1:2:3:4:5:6:7:8",
	    "::ffff:192.168.0.1", "1:2::7:8", "1:2:3:4:5:6:1.2.3.4",
	    "::2:3:4:5:6:7:8"),
	    LIST("12345::", "1:2:3:4:5:6:7:8:9", "1::2::3", ":1:2", "1:2:",
	    "1:2:3:4:5:6:7", "::1.2.3", "fe80::1%eth0", "::g", "", ":",
	    "1:2:3:4::5:6:7:8", "1:2:3:4:5:6:7:1.2.3.4"));
	check("hostname", LIST("example.com", "a", "1.com", "xn--4gbwdl.xn--"
	    "wgbh1c", "a-b.c"),
	    LIST("", ".", "a..b", "-a.b", "a-.b", "a_b", "a.", ".a",
	    "xn--X", "ab--c"));
	check("idn-hostname", LIST("example.com",
	    "\xec\x8b\xa4\xeb\xa1\x80.\xed\x85\x8c\xec\x8a\xa4\xed\x8a\xb8",
	    "l\xc2\xb7l", "\xe4\xbe\x8b\xe3\x80\x82\xe4\xbe\x8b"),
	    LIST("", "-a", "\xcc\x80" "a", "a\xc2\xb7l", "a..b",
	    "\xe3\x80\xae\xec\x8b\xa4", "\xc2\xa0"));
}

static void
long_labels_and_names_are_refused(void **state)
{
	(void)state;
	char name[300];
	format_fn is = format_find("hostname", 8);
	format_fn idn = format_find("idn-hostname", 12);

	memset(name, 'a', sizeof(name));
	assert_true(is(name, 0) == false);
	name[63] = '\0';
	assert_true(is(name, 63) && idn(name, 63));
	name[63] = 'a';
	name[64] = '\0';
	assert_false(is(name, 64) || idn(name, 64));
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 50 == 49 ? '.' : 'a';
	name[253] = '\0';
	assert_true(is(name, 253) && idn(name, 253));
	name[253] = 'a';
	name[254] = '\0';
	assert_false(is(name, 254) || idn(name, 254));
}

static void
addresses_of_people_are_checked(void **state)
{
	(void)state;
	check("email", LIST("joe@example.com", "te~st@example.com",
	    "\"joe bloggs\"@example.com", "\"a@b\"@example.com",
	    "joe@[127.0.0.1]", "joe@[IPv6:::1]", "a.b+c@d"),
	    LIST("joe", "@example.com", "joe@", ".a@b", "a.@b", "a..b@c",
	    "joe@[127.0.0.300]", "joe@ex=ample.com", "a b@c", "\"@c",
	    "\xc3\xa9@b.c", "joe@[", "joe@[]"));
	check("idn-email", LIST("\xec\x8b\xa4@\xec\x8b\xa4.\xed\x85\x8c",
	    "joe@example.com"), LIST("2962", "\xec\x8b\xa4@"));
}

static void
references_follow_their_grammar(void **state)
{
	(void)state;
	check("uri", LIST("http://foo.bar/?baz=qux#quux",
	    "ftp://u:p@h:21/a;type=i", "urn:oasis:names", "mailto:a@b",
	    "ldap://[2001:db8::7]/c=GB?o", "http://[v1.x:y]/", "a:",
	    "http://h:/", "file:///etc"),
	    LIST("//foo.bar/", "/abc", "\\\\WIN", "abc", "http:// no",
	    ":// fail", "bar,baz:foo", "http://[::1", "http://h:x/",
	    "http://a b/", "http://x/%zz", "http://[1.2.3.4]/", "",
	    "http://x/#a#b", "http://h/<>", "http://\xc3\xa9/",
	    "http://[v.x]/", "1a:b"));
	check("uri-reference", LIST("/abc", "//h/a", "#f", "", "a/b:c", "?q",
	    "../x"), LIST("\\a", "#fr\\ag", "a:b c", "1a:b", "a^b"));
	check("iri", LIST("http://\xc6\x92\xc3\xb8\xc3\xb8.b/?q#\xc3\xa9"),
	    LIST("/abc", "http://2001:0db8::7334", "http://\xef\xbf\xbe/"));
	check("iri-reference", LIST("/\xc3\xa9", "#\xc3\xa9"),
	    LIST("\\\xc3\xa9"));
	check("uri-template",
	    LIST("http://x/{a}{?b,c*,d:30}/{+e.f}", "", "a%20"),
	    LIST("{", "}", "{a", "{}", "{a,}", "{a:0}", "{a:12345}", "a b",
	    "{a..b}", "{-a}", "%2", "<"));
}

static void
the_small_formats_are_checked(void **state)
{
	(void)state;
	check("uuid", LIST("2EB8AA08-aa98-11ea-b4aa-73b441d16380",
	    "00000000-0000-0000-0000-000000000000"),
	    LIST("2eb8aa08-aa98-11ea-b4aa73b441d16380",
	    "2eb8aa08-aa98-11ea-b4aa-73b441d1638", "g",
	    "2eb8aa08-aa98-11ea-b4aa-73b441d1638g",
	    "2eb8aa08aa98-11ea-b4aa-73b4-41d16380"));
	check("json-pointer", LIST("", "/", "/a~0b~1", "/a//b", "/\""),
	    LIST("a", "/~", "/~2", "#/a", "/a~"));
	check("relative-json-pointer", LIST("1", "0#", "120/a/b", "0/"),
	    LIST("", "/a", "01", "-1", "+1", "1a", "0##", "1/~"));
	check("regex", LIST("([abc])+\\s+$", ""), LIST("^(abc]", "\\a"));
}

static void
a_nul_within_a_text_ends_nothing(void **state)
{
	(void)state;
	static const char *const formats[] = { "date", "time", "date-time",
		"duration", "ipv4", "ipv6", "hostname", "idn-hostname",
		"email", "idn-email", "uri", "uri-reference", "iri",
		"iri-reference", "uri-template", "uuid",
		"relative-json-pointer" };
	static const char *const texts[] = { "2024-02-29", "08:30:06Z",
		"1963-06-19T08:30:06Z", "P1D", "1.2.3.4", "::1", "a.b", "a.b",
		"a@b", "a@b", "a:b", "a", "a:b", "a", "{a}",
		"00000000-0000-0000-0000-000000000000", "1" };
	char text[64];

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		format_fn is = format_find(formats[i], strlen(formats[i]));
		size_t bytes = strlen(texts[i]);
		memset(text, 0, sizeof(text));
		memcpy(text, texts[i], bytes);
		assert_true(is(text, bytes));
		if (is(text, bytes + 1))
			fail_msg("a %s may not hold a NUL", formats[i]);
	}
}

static void
a_pattern_may_end_within_a_name(void **state)
{
	(void)state;
	/* What lies behind the end is not looked at. */
	static const char text[] = "(?<\0)";

	assert_false(format_regex(text, 3));
	assert_false(format_regex(text + 1, 2));
}

static void
an_unknown_format_is_not_found(void **state)
{
	(void)state;
	assert_null(format_find("colour", 6));
	assert_null(format_find("dat", 3));
	assert_null(format_find("", 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_and_times_are_those_of_rfc_3339),
		cmocka_unit_test(durations_have_their_units_in_order),
		cmocka_unit_test(addresses_of_machines_are_checked),
		cmocka_unit_test(long_labels_and_names_are_refused),
		cmocka_unit_test(addresses_of_people_are_checked),
		cmocka_unit_test(references_follow_their_grammar),
		cmocka_unit_test(the_small_formats_are_checked),
		cmocka_unit_test(a_nul_within_a_text_ends_nothing),
		cmocka_unit_test(a_pattern_may_end_within_a_name),
		cmocka_unit_test(an_unknown_format_is_not_found)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
