/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The table of operators and what is written about them, so that none is added
 * without a word. Runs at the top of the tree.
 */
#include "filter/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The part of a file from one text to the next one, in one line. */
static char part[16384];

static void
read_part(const char *path, const char *from, const char *to)
{
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	size_t bytes = fread(part, 1, sizeof(part) - 1, file);
	(void)fclose(file);
	part[bytes] = '\0';
	assert_true(bytes < sizeof(part) - 1);
	char *begin = strstr(part, from);
	assert_non_null(begin);
	begin += strlen(from);
	char *end = strstr(begin, to);
	assert_non_null(end);
	*end = '\0';
	memmove(part, begin, (size_t)(end - begin) + 1);
}

/* Whether a list has the word: apart by blanks, commas, new lines. */
static bool
has_word(const char *list, const char *word)
{
	size_t bytes = strlen(word);

	for (const char *p = list; (p = strstr(p, word)) != NULL; p += bytes)
		if ((p == list || strchr(" ,\n\"", p[-1]) != NULL) &&
		    strchr(" ,\n", p[bytes]) != NULL)
			return true;
	return false;
}

/* The lines of part that begin with head, without it, into out. */
static void
lines_after(const char *head, char *out)
{
	size_t bytes = strlen(head);

	*out = '\0';
	for (char *line = strtok(part, "\n"); line != NULL;
	    line = strtok(NULL, "\n"))
		if (strncmp(line, head, bytes) == 0) {
			strcat(out, line + bytes);
			strcat(out, "\n");
		}
}

static size_t
count_words(char *list)
{
	size_t count = 0;

	for (char *w = strtok(list, " ,\n"); w != NULL;
	    w = strtok(NULL, " ,\n"))
		count++;
	return count;
}

static void
the_manual_explains_each_operator_and_no_other(void **state)
{
	static char list[sizeof(part)];

	(void)state;
	read_part("man/alk-filter.7", "\n.Ss Operators\n", "\n.Ss ");
	lines_after(".It Ic ", list);
	for (size_t i = 0; i < filter_operators_count; i++)
		if (!has_word(list, filter_operators[i].token))
			fail_msg("no %s", filter_operators[i].token);
	assert_int_equal(count_words(list), filter_operators_count);
}

static void
the_manual_lists_each_word_as_one_to_be_quoted(void **state)
{
	static const char *const others[] = { "and", "or", "not", "true",
		"false", "null" };
	static char list[sizeof(part)];
	size_t words = sizeof(others) / sizeof(others[0]);

	(void)state;
	read_part("man/alk-filter.7", "that is a keyword:\n", "\n.Pp\n");
	lines_after(".Ic ", list);
	for (size_t i = 0; i < filter_operators_count; i++) {
		const struct filter_operator *o = &filter_operators[i];
		if (!filter_operator_is_word(o))
			continue;
		words++;
		if (!has_word(list, o->token))
			fail_msg("no %s", o->token);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_true(filter_is_keyword(others[i], strlen(others[i])));
		assert_true(has_word(list, others[i]));
	}
	for (char *p = list; (p = strstr(p, " .")) != NULL;)
		p[1] = ' '; /* the end of the sentence */
	assert_int_equal(count_words(list), words);
}

static void
the_manual_shows_the_message_as_it_is(void **state)
{
	struct buf text = { 0 };

	(void)state;
	read_part("man/alk-filter.7", "expected an operator:", ",\n");
	for (size_t i = 0; i < filter_operators_count; i++)
		buf_printf(&text, " %s", filter_operators[i].token);
	assert_string_equal(part, buf_text(&text));
	buf_fini(&text);
}

static void
the_help_lists_each_operator(void **state)
{
	(void)state;
	read_part("src/cli/topics.c", "Conditions on the value at a path:",
	    "exists(path) is the same");
	for (size_t i = 0; i < filter_operators_count; i++)
		if (!has_word(part, filter_operators[i].token))
			fail_msg("no %s", filter_operators[i].token);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_manual_explains_each_operator_and_no_other),
		cmocka_unit_test(
		    the_manual_lists_each_word_as_one_to_be_quoted),
		cmocka_unit_test(the_manual_shows_the_message_as_it_is),
		cmocka_unit_test(the_help_lists_each_operator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
