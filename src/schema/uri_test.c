/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
expect(const char *base, const char *reference, const char *expected)
{
	struct buf out = { 0 };

	uri_resolve(&out, base, strlen(base), reference, strlen(reference));
	assert_string_equal(buf_text(&out), expected);
	buf_fini(&out);
}

/* RFC 3986, section 5.4, without fragments. */
static void
references_resolve_as_the_rfc_shows(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "g:h", "g:h" }, { "g", "http://a/b/c/g" },
		{ "./g", "http://a/b/c/g" }, { "g/", "http://a/b/c/g/" },
		{ "/g", "http://a/g" }, { "//g", "http://g" },
		{ "?y", "http://a/b/c/d;p?y" }, { "g?y", "http://a/b/c/g?y" },
		{ ";x", "http://a/b/c/;x" }, { "", "http://a/b/c/d;p?q" },
		{ ".", "http://a/b/c/" }, { "./", "http://a/b/c/" },
		{ "..", "http://a/b/" }, { "../", "http://a/b/" },
		{ "../g", "http://a/b/g" }, { "../..", "http://a/" },
		{ "../../g", "http://a/g" }, { "../../../g", "http://a/g" },
		{ "/./g", "http://a/g" }, { "/../g", "http://a/g" },
		{ "g.", "http://a/b/c/g." }, { "..g", "http://a/b/c/..g" },
		{ "./../g", "http://a/b/g" }, { "g/./h", "http://a/b/c/g/h" },
		{ "g/../h", "http://a/b/c/h" }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect("http://a/b/c/d;p?q", rows[i][0], rows[i][1]);
}

static void
bases_may_be_relative_or_missing(void **state)
{
	(void)state;
	expect("", "Person", "Person");
	expect("Person", "Address", "Address");
	expect("a/b", "c", "a/c");
	expect("http://a", "b", "http://a/b");
	expect("urn:x:y", "", "urn:x:y");
	expect("http://a/b", "x y", "http://a/x y");
}

static void
fragments_are_cut_and_decoded(void **state)
{
	(void)state;
	struct buf out = { 0 };

	assert_int_equal(uri_without_fragment("a#b#c", 5), 1);
	assert_int_equal(uri_without_fragment("abc", 3), 3);
	assert_int_equal(uri_without_fragment("", 0), 0);
	uri_decode(&out, "%41%2f%4g%", 10);
	assert_string_equal(buf_text(&out), "A/%4g%");
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_resolve_as_the_rfc_shows),
		cmocka_unit_test(bases_may_be_relative_or_missing),
		cmocka_unit_test(fragments_are_cut_and_decoded)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
