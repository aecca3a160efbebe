/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cli/complete.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct found {
	char words[4000];
	const char *live;
	size_t live_bytes;
	struct complete at;
};

static void
keep(void *arg, const char *word, const char *summary)
{
	struct found *f = arg;
	size_t used = strlen(f->words);

	(void)summary;
	snprintf(f->words + used, sizeof(f->words) - used, "%s ", word);
}

/* The last word of the line is under the cursor; none behind a blank. */
static void
complete(struct found *f, const char *line)
{
	static char copy[200];
	const char *words[32], *prefix = "";
	size_t count = 0;
	char *word, *rest = NULL;

	memset(f, 0, sizeof(*f));
	snprintf(copy, sizeof(copy), "%s", line);
	for (word = strtok_r(copy, " ", &rest); word != NULL;
	    word = strtok_r(NULL, " ", &rest))
		words[count++] = word;
	if (count > 0 && line[strlen(line) - 1] != ' ')
		prefix = words[--count];
	complete_read(&f->at, words, count, NULL);
	f->live = complete_static(&f->at, prefix, keep, f, &f->live_bytes);
}

static bool
lives(const struct found *f, const char *name)
{
	return f->live != NULL && f->live_bytes == strlen(name) &&
	    memcmp(f->live, name, f->live_bytes) == 0;
}

static void
commands_and_verbs_are_offered(void **state)
{
	struct found f;

	(void)state;
	complete(&f, "no");
	assert_string_equal(f.words, "node ");
	complete(&f, "node ");
	assert_string_equal(f.words, "add put get set merge list rm ");
	complete(&f, "help node m");
	assert_string_equal(f.words, "merge ");
	complete(&f, "__");
	assert_string_equal(f.words, "");
}

static void
options_and_their_choices_are_offered(void **state)
{
	struct found f;

	(void)state;
	complete(&f, "node list --or");
	assert_string_equal(f.words, "--order ");
	complete(&f, "-o js");
	assert_string_equal(f.words, "json jsonl ");
	complete(&f, "completion ");
	assert_string_equal(f.words, "bash zsh fish ");
	complete(&f, "node list -- --or");
	assert_string_equal(f.words, "");
}

static void
what_the_store_knows_is_named(void **state)
{
	struct found f;

	(void)state;
	complete(&f, "node list ");
	assert_true(lives(&f, "FILE"));
	complete(&f, "node list w.db ");
	assert_true(lives(&f, "GRAPH"));
	assert_string_equal(f.at.file, "w.db");
	complete(&f, "--db w.db node list p");
	assert_true(lives(&f, "GRAPH"));
	assert_string_equal(f.at.file, "w.db");
	complete(&f, "node list w.db g --type ");
	assert_true(lives(&f, "TYPE"));
	assert_string_equal(f.at.graph, "g");
	complete(&f, "schema check w.db t ");
	assert_true(lives(&f, "ENTRY"));
	assert_string_equal(f.at.type, "t");
	complete(&f, "node list w.db g x");
	assert_null(f.live);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_and_verbs_are_offered),
		cmocka_unit_test(options_and_their_choices_are_offered),
		cmocka_unit_test(what_the_store_knows_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
