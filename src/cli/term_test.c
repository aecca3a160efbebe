/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cli/progress.h"
#include "cli/term.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
wide_and_combining_characters_are_reckoned(void **state)
{
	(void)state;
	assert_int_equal(term_width("abc", 3), 3);
	assert_int_equal(term_width("\xc3\xa9", 2), 1);
	assert_int_equal(term_width("\xe4\xb8\xad\xe6\x96\x87", 6), 4);
	assert_int_equal(term_width("e\xcc\x81", 3), 1);
	assert_int_equal(term_width("\xf0\x9f\x98\x80", 4), 2);
}

static void
text_is_cut_between_characters(void **state)
{
	(void)state;
	assert_int_equal(term_cut("abc", 3, 2), 2);
	assert_int_equal(term_cut("\xe4\xb8\xad\xe6\x96\x87", 6, 3), 3);
	assert_int_equal(term_cut("e\xcc\x81x", 4, 1), 3);
	assert_int_equal(term_cut("abc", 3, 9), 3);
}

static void
bytes_that_are_not_utf8_are_taken_alone(void **state)
{
	static const char *const bad[] = {
		"\xff", "\xc0\x80", "\xc3", "\xed\xa0\x80", "\xf5\x80\x80\x80",
		"\xe0\x80\x80", "\x80"
	};
	uint32_t c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(term_next(bad[i], strlen(bad[i]), &c), 1);
		assert_int_equal(c, 0xdc00u + (unsigned char)bad[i][0]);
		assert_true(term_is_unsafe(c));
	}
}

static void
escapes(const char *text, unsigned how, const char *expected)
{
	struct buf b = { 0 };

	term_escape(&b, text, strlen(text), how);
	assert_string_equal(buf_text(&b), expected);
	buf_fini(&b);
}

static void
what_is_unsafe_is_escaped(void **state)
{
	(void)state;
	escapes("a\033[2Jb", ESCAPE_UNSAFE, "a\\u001b[2Jb");
	escapes("\xc2\x9b\x7f\xff", ESCAPE_UNSAFE, "\\u009b\\u007f\\xff");
	escapes("\xff", ESCAPE_UNSAFE | ESCAPE_JSON, "\\ufffd");
	escapes("a\tb\nc\\", ESCAPE_LINES, "a\\tb\\nc\\");
	escapes("a\tb\\", ESCAPE_LINES | ESCAPE_BACKSLASH, "a\\tb\\\\");
	escapes("a\nb", ESCAPE_UNSAFE, "a\nb");
	escapes("\xe4\xb8\xad \xc3\xa9", ESCAPE_UNSAFE,
	    "\xe4\xb8\xad \xc3\xa9");
}

static void
colour_follows_the_environment(void **state)
{
	FILE *f = tmpfile();

	(void)state;
	assert_non_null(f);
	unsetenv("NO_COLOR");
	unsetenv("CLICOLOR_FORCE");
	assert_false(term_is_coloured(f, COLOUR_AUTO));
	assert_true(term_is_coloured(f, COLOUR_ALWAYS));
	setenv("CLICOLOR_FORCE", "1", 1);
	assert_true(term_is_coloured(f, COLOUR_AUTO));
	assert_false(term_is_coloured(f, COLOUR_NEVER));
	setenv("CLICOLOR_FORCE", "0", 1);
	assert_false(term_is_coloured(f, COLOUR_AUTO));
	setenv("CLICOLOR_FORCE", "1", 1);
	setenv("NO_COLOR", "1", 1);
	assert_false(term_is_coloured(f, COLOUR_AUTO));
	setenv("NO_COLOR", "", 1);
	assert_true(term_is_coloured(f, COLOUR_AUTO));
	fclose(f);
}

static void
a_bar_tells_share_rate_and_time_left(void **state)
{
	struct progress p = { .label = "import", .is_bytes = true };
	struct buf b = { 0 };

	(void)state;
	progress_line(&b, &p, 5000000, 20000000, 2000);
	assert_string_equal(buf_text(&b), "import  25% [#####---------------]"
	    "  5.0 MB of 20.0 MB  2.5 MB/s  0:06 left");
	buf_clear(&b);
	progress_line(&b, &p, 1500, 0, 1000);
	assert_string_equal(buf_text(&b), "import  1.5 kB  1.5 kB/s");
	buf_clear(&b);
	p.is_bytes = false;
	progress_line(&b, &p, 10, 36010, 1000);
	assert_string_equal(buf_text(&b), "import   0% [--------------------]"
	    "  10 of 36010  10/s  1:00:00 left");
	buf_fini(&b);
}

static void
a_bar_that_is_off_writes_nothing(void **state)
{
	struct progress p;
	FILE *f = tmpfile();

	(void)state;
	assert_non_null(f);
	progress_init(&p, f, "import", true, false);
	p.start_ms -= 5000;
	progress_update(&p, 1, 2);
	progress_end(&p);
	assert_int_equal(ftell(f), 0);
	progress_init(&p, f, "import", true, true);
	progress_update(&p, 1, 2); /* within the first second */
	assert_int_equal(ftell(f), 0);
	p.start_ms -= 5000;
	progress_update(&p, 1, 2);
	assert_true(ftell(f) > 0);
	fclose(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wide_and_combining_characters_are_reckoned),
		cmocka_unit_test(text_is_cut_between_characters),
		cmocka_unit_test(bytes_that_are_not_utf8_are_taken_alone),
		cmocka_unit_test(what_is_unsafe_is_escaped),
		cmocka_unit_test(colour_follows_the_environment),
		cmocka_unit_test(a_bar_tells_share_rate_and_time_left),
		cmocka_unit_test(a_bar_that_is_off_writes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
