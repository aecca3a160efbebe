/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cli/args.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Splits a line at blanks and parses it; the words live as long as *line. */
static int
parse_with(struct args *a, char *line, const char *db, alk_error *err)
{
	const char *words[32];
	size_t count = 0;
	char *word, *rest = NULL;

	memset(a, 0, sizeof(*a));
	memset(err, 0, sizeof(*err));
	for (word = strtok_r(line, " ", &rest); word != NULL;
	    word = strtok_r(NULL, " ", &rest))
		words[count++] = strcmp(word, "''") == 0 ? "" : word;
	return args_parse(a, words, count, db, err);
}

static void
accepts(struct args *a, char *line)
{
	alk_error err;

	assert_int_equal(parse_with(a, line, NULL, &err), ALK_OK);
	assert_non_null(a->command);
}

static void
refuses(const char *line, const char *why)
{
	struct args a;
	alk_error err;
	char copy[200];

	snprintf(copy, sizeof(copy), "%s", line);
	assert_int_equal(parse_with(&a, copy, NULL, &err), ALK_INVALID);
	if (strstr(err.text, why) == NULL)
		fail_msg("%s: '%s' does not say '%s'", line, err.text, why);
	args_fini(&a);
}

static void
operands_are_found_by_name(void **state)
{
	char line[] = "node add f.db g k {}";
	struct args a;

	(void)state;
	accepts(&a, line);
	assert_string_equal(a.command->name, "node add");
	assert_string_equal(args_operand(&a, "FILE"), "f.db");
	assert_string_equal(args_operand(&a, "KEY"), "k");
	assert_string_equal(args_operand(&a, "ATTRIBUTES"), "{}");
	assert_null(args_operand(&a, "NAME"));
	args_fini(&a);
}

static void
an_optional_operand_may_be_left_out(void **state)
{
	char line[] = "node add f.db g k";
	struct args a;

	(void)state;
	accepts(&a, line);
	assert_null(args_operand(&a, "ATTRIBUTES"));
	args_fini(&a);
}

static void
options_stand_anywhere(void **state)
{
	char line[] = "-q node list --limit 5 f.db --where=a=b g -ojson";
	struct args a;

	(void)state;
	accepts(&a, line);
	assert_true(args_has(&a, "quiet"));
	assert_int_equal(args_count(&a, "limit", 0), 5);
	assert_string_equal(args_text(&a, "where"), "a=b");
	assert_string_equal(args_text(&a, "output"), "json");
	assert_string_equal(args_operand(&a, "GRAPH"), "g");
	args_fini(&a);
}

static void
letters_may_stand_together(void **state)
{
	char line[] = "tail -qfn3 f.db";
	struct args a;

	(void)state;
	accepts(&a, line);
	assert_true(args_has(&a, "quiet"));
	assert_true(args_has(&a, "follow"));
	assert_int_equal(args_count(&a, "lines", 0), 3);
	args_fini(&a);
}

static void
two_dashes_end_the_options(void **state)
{
	char line[] = "node get f.db g -- --json";
	struct args a;

	(void)state;
	accepts(&a, line);
	assert_string_equal(args_operand(&a, "KEY"), "--json");
	assert_false(args_has(&a, "json"));
	args_fini(&a);
}

static void
one_dash_is_an_operand(void **state)
{
	char line[] = "node set f.db g k -";
	struct args a;

	(void)state;
	accepts(&a, line);
	assert_string_equal(args_operand(&a, "ATTRIBUTES"), "-");
	args_fini(&a);
}

static void
a_store_named_elsewhere_takes_the_place_of_FILE(void **state)
{
	char by_option[] = "node get --db x.db g k";
	char by_environment[] = "node get g k";
	struct args a;
	alk_error err;

	(void)state;
	accepts(&a, by_option);
	assert_string_equal(args_operand(&a, "FILE"), "x.db");
	assert_string_equal(args_operand(&a, "GRAPH"), "g");
	args_fini(&a);
	assert_int_equal(parse_with(&a, by_environment, "y.db", &err), ALK_OK);
	assert_string_equal(args_operand(&a, "FILE"), "y.db");
	assert_string_equal(args_operand(&a, "KEY"), "k");
	args_fini(&a);
}

static void
an_option_comes_before_the_environment(void **state)
{
	char line[] = "info --db x.db";
	struct args a;
	alk_error err;

	(void)state;
	assert_int_equal(parse_with(&a, line, "y.db", &err), ALK_OK);
	assert_string_equal(args_operand(&a, "FILE"), "x.db");
	args_fini(&a);
}

static void
FILE_too_much_says_who_named_the_store(void **state)
{
	char line[] = "info x.db";
	struct args a;
	alk_error err;

	(void)state;
	assert_int_equal(parse_with(&a, line, "y.db", &err), ALK_INVALID);
	assert_non_null(strstr(err.text, "ALK_DB"));
	args_fini(&a);
}

static void
a_repeated_option_keeps_every_value(void **state)
{
	char line[] = "walk f.db g k --edge-type A -t B";
	const char *types[2];
	struct args a;

	(void)state;
	accepts(&a, line);
	assert_int_equal(args_list(&a, "edge-type", types, 2), 2);
	assert_string_equal(types[0], "A");
	assert_string_equal(types[1], "B");
	args_fini(&a);
}

static void
a_commands_own_option_hides_that_of_all(void **state)
{
	char line[] = "schema load f.db t m.json --version 2";
	struct args a;

	(void)state;
	accepts(&a, line);
	assert_int_equal(args_count(&a, "version", 0), 2);
	args_fini(&a);
}

static void
help_needs_no_operands(void **state)
{
	char line[] = "node add --help";
	struct args a;

	(void)state;
	accepts(&a, line);
	assert_true(args_has(&a, "help"));
	args_fini(&a);
}

static void
mistakes_are_named_with_a_remedy(void **state)
{
	(void)state;
	refuses("nod list f.db g", "alk node");
	refuses("node lst f.db g", "alk node list");
	refuses("node zzzzzz f.db g", "alk help node");
	refuses("node list f.db g --limti 3", "--limit");
	refuses("node list f.db g -Z", "-Z");
	refuses("--where x node list f.db g", "--where");
	refuses("node list f.db", "GRAPH is missing");
	refuses("node list f.db g h", "'h' is too much");
	refuses("node list f.db g --limit", "--limit needs a value");
	refuses("node list f.db g --limit=-1", "whole number");
	refuses("node list f.db g --limit 1x", "whole number");
	refuses("node list f.db g --limit 0", "whole number from 1, not '0'");
	refuses("node list f.db g --limit all", "whole number from 1, not");
	refuses("walk f.db g a --depth 0", "whole number from 1, or all");
	refuses("tail f.db -n -1", "whole number from 0");
	refuses("node list f.db g --limit 99999999999999999999",
	    "whole number");
	refuses("node list f.db g --limit 1 --limit 2", "more than once");
	refuses("node list f.db g --desc=yes", "takes no value");
	refuses("node list f.db g -o xml", "one of table|box");
	refuses("node list f.db g --where ''", "empty");
	refuses("node get f.db g ''", "operand 3 is empty");
	refuses("node get f.db g --js", "--js");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operands_are_found_by_name),
		cmocka_unit_test(an_optional_operand_may_be_left_out),
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(letters_may_stand_together),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(one_dash_is_an_operand),
		cmocka_unit_test(
		    a_store_named_elsewhere_takes_the_place_of_FILE),
		cmocka_unit_test(an_option_comes_before_the_environment),
		cmocka_unit_test(FILE_too_much_says_who_named_the_store),
		cmocka_unit_test(a_repeated_option_keeps_every_value),
		cmocka_unit_test(a_commands_own_option_hides_that_of_all),
		cmocka_unit_test(help_needs_no_operands),
		cmocka_unit_test(mistakes_are_named_with_a_remedy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
