/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The rules of the table of commands, asserted of every row. */
#include "cli/args.h"
#include "cli/help.h"
#include "cli/man.h"

#include <setjmp.h>
#include <stdarg.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef void (*row_fn)(const struct group *g, const struct command *c);

static void
each_row(row_fn fn)
{
	const struct group *g;
	const struct command *c;

	for (g = table_groups; g->name != NULL; g++)
		for (c = g->commands; c->name != NULL; c++)
			fn(g, c);
}

static void
name_fits(const struct group *g, const struct command *c)
{
	size_t bytes = strlen(g->name);

	assert_int_equal(strncmp(c->name, g->name, bytes), 0);
	assert_true(table_is_single(g) ? c->name[bytes] == '\0'
	    : c->name[bytes] == ' ');
	assert_non_null(c->run);
}

static void
every_name_begins_with_its_group(void **state)
{
	(void)state;
	each_row(name_fits);
}

static bool
is_line(const char *text)
{
	size_t bytes = strlen(text);

	return bytes > 0 && !isupper((unsigned char)text[0]) &&
	    text[bytes - 1] != '.' && strchr(text, '\n') == NULL;
}

static void
summary_is_line(const struct group *g, const struct command *c)
{
	assert_true(is_line(g->summary));
	assert_true(is_line(c->summary));
}

static void
every_summary_is_a_line_without_capital_and_stop(void **state)
{
	(void)state;
	each_row(summary_is_line);
}

static void
operands_are_ordered(const struct group *g, const struct command *c)
{
	struct operand o, before = { NULL, 0, false, false };
	size_t i;

	(void)g;
	for (i = 0; table_operand(c, i, &o); i++) {
		assert_true(o.name_bytes > 0);
		assert_false(before.is_optional && !o.is_optional);
		assert_false(before.repeats);
		before = o;
	}
	if (c->access != ACCESS_NONE)
		assert_true(table_takes_file(c));
}

static void
optional_operands_come_last(void **state)
{
	(void)state;
	each_row(operands_are_ordered);
}

static void
options_differ(const struct group *g, const struct command *c)
{
	const struct option *o, *p;

	(void)g;
	for (o = c->options; o != NULL && o->name != NULL; o++) {
		assert_true(is_line(o->summary));
		assert_int_equal(o->kind == OPTION_FLAG, o->value == NULL);
		for (p = c->options; p != o; p++) {
			assert_string_not_equal(p->name, o->name);
			assert_false(o->letter != 0 && o->letter == p->letter);
		}
		p = args_letter(NULL, o->letter);
		assert_true(o->letter == 0 || p == NULL);
	}
}

static void
no_two_options_of_a_command_are_alike(void **state)
{
	(void)state;
	each_row(options_differ);
}

static void
writer_has_dry_run(const struct group *g, const struct command *c)
{
	(void)g;
	if (c->access == ACCESS_WRITE || strcmp(c->name, "init") == 0)
		assert_non_null(args_option(c, "dry-run", 7));
	else
		assert_null(args_option(c, "dry-run", 7));
}

static void
every_command_that_writes_has_a_dry_run(void **state)
{
	(void)state;
	each_row(writer_has_dry_run);
}

/* The words that a shell makes of an example; a pipe or < ends or begins it. */
static size_t
split(char *line, const char **words)
{
	size_t count = 0;
	char *to, quote;

	while (*line != '\0') {
		line += strspn(line, " ");
		if (*line == '<' || *line == '>' || *line == '\0')
			break;
		words[count++] = to = line;
		for (quote = 0; *line != '\0' && (quote || *line != ' ');
		    line++)
			if (quote == 0 && (*line == '\'' || *line == '"'))
				quote = *line;
			else if (*line == quote)
				quote = 0;
			else
				*to++ = *line;
		if (*line != '\0')
			line++;
		*to = '\0';
	}
	return count;
}

static void
example_parses(const struct command *c, const char *example)
{
	const char *words[32];
	char line[256];
	struct args a = { 0 };
	alk_error err = { 0 };
	size_t count;

	example = strstr(example, "alk ");
	assert_non_null(example);
	snprintf(line, sizeof(line), "%s", example);
	count = split(line, words);
	if (args_parse(&a, words + 1, count - 1, NULL, &err) != ALK_OK)
		fail_msg("%s: %s", example, err.text);
	assert_ptr_equal(a.command, c);
	args_fini(&a);
}

static void
examples_parse(const struct group *g, const struct command *c)
{
	size_t i;

	(void)g;
	for (i = 0; c->examples[i] != NULL; i++)
		example_parses(c, c->examples[i]);
	assert_in_range(i, 2, 3);
}

static void
every_command_has_two_or_three_examples_that_parse(void **state)
{
	(void)state;
	each_row(examples_parse);
}

static void
help_tells(const struct group *g, const struct command *c)
{
	struct buf text = { 0 };
	const struct option *o;
	const char *examples, *usage;

	(void)g;
	help_command(&text, c);
	examples = strstr(buf_text(&text), c->examples[0]);
	usage = strstr(buf_text(&text), "\nusage: alk ");
	assert_non_null(examples);
	assert_non_null(usage);
	assert_true(examples < usage);
	for (o = c->options; o != NULL && o->name != NULL; o++)
		assert_non_null(strstr(usage, o->name));
	buf_fini(&text);
}

static void
help_leads_with_examples_and_names_every_option(void **state)
{
	(void)state;
	each_row(help_tells);
}

static void
help_is_narrow(const struct group *g, const struct command *c)
{
	struct buf text = { 0 };
	const char *line;
	size_t bytes;

	(void)g;
	help_command(&text, c);
	for (line = buf_text(&text); *line != '\0'; line += bytes + 1) {
		bytes = strcspn(line, "\n");
		if (bytes > 80 && strncmp(line, "  alk ", 6) != 0)
			fail_msg("over 80 columns: %.*s", (int)bytes, line);
	}
	buf_fini(&text);
}

static void
help_fits_a_terminal(void **state)
{
	(void)state;
	each_row(help_is_narrow);
}

static void
man_page_tells(const struct group *g, const struct command *c)
{
	struct buf page = { 0 }, heading = { 0 };

	man_group(&page, g);
	if (!table_is_single(g))
		buf_printf(&heading, ".SS alk %s\n", c->name);
	else
		buf_printf(&heading, ".B alk %s\n", c->name);
	assert_non_null(strstr(buf_text(&page), buf_text(&heading)));
	buf_fini(&heading);
	buf_fini(&page);
}

static void
every_command_is_in_the_page_of_its_group(void **state)
{
	(void)state;
	each_row(man_page_tells);
}

static void
roff_takes_no_line_of_a_page_for_a_request(void **state)
{
	static const char *const known[] = {
		".\\\"", ".TH", ".SH", ".SS", ".PP", ".TP", ".B ", ".BR", ".I ",
		".EX", ".EE", ".br"
	};
	const struct group *g;
	struct buf page = { 0 };
	const char *line;
	size_t i;

	(void)state;
	man_main(&page);
	for (g = table_groups; g->name != NULL; g++)
		man_group(&page, g);
	for (i = 0; help_topics[i].name != NULL; i++)
		man_topic(&page, &help_topics[i]);
	for (line = buf_text(&page); *line != '\0';
	    line += strcspn(line, "\n") + 1) {
		if (*line != '.' && *line != '\'')
			continue;
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (strncmp(line, known[i], strlen(known[i])) == 0)
				break;
		if (i == sizeof(known) / sizeof(known[0]))
			fail_msg("a request: %.40s", line);
	}
	buf_fini(&page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_begins_with_its_group),
		cmocka_unit_test(
		    every_summary_is_a_line_without_capital_and_stop),
		cmocka_unit_test(optional_operands_come_last),
		cmocka_unit_test(no_two_options_of_a_command_are_alike),
		cmocka_unit_test(every_command_that_writes_has_a_dry_run),
		cmocka_unit_test(
		    every_command_has_two_or_three_examples_that_parse),
		cmocka_unit_test(
		    help_leads_with_examples_and_names_every_option),
		cmocka_unit_test(help_fits_a_terminal),
		cmocka_unit_test(every_command_is_in_the_page_of_its_group),
		cmocka_unit_test(roff_takes_no_line_of_a_page_for_a_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
