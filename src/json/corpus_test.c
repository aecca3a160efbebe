/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The seeds of the fuzz target as examples of what is JSON: files of
 * fuzz/corpus/json/ whose names begin with y- are accepted, n- refused. What
 * the fuzzer adds there has other names. Runs at the top of the tree.
 */
#include "json/json.h"

#include "base/error.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER "fuzz/corpus/json"

static const struct json_bounds wide = { .bytes_max = (size_t)1 << 20,
	.depth_max = JSON_DEPTH_MAX };

static void
read_file(const char *name, struct buf *text)
{
	char path[512];
	char part[4096];
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", FOLDER, name);
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		fail_msg("cannot open %s", path);
	buf_clear(text);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(text, part, n);
	assert_int_equal(fclose(f), 0);
}

/* How many files begin with prefix; each is accepted or refused as expected. */
static int
read_all(const char *prefix, bool accepted)
{
	struct json_reader r = { 0 };
	struct buf text = { 0 };
	const struct dirent *entry;
	int count = 0;

	DIR *folder = opendir(FOLDER);
	if (folder == NULL)
		fail_msg("cannot open %s", FOLDER);
	while ((entry = readdir(folder)) != NULL) {
		alk_error err = { 0 };
		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
			continue;
		read_file(entry->d_name, &text);
		yyjson_val *v = json_read(&r, text.bytes > 0 ? text.data : "",
		    text.bytes, &wide, &err);
		if ((v != NULL) != accepted)
			fail_msg("%s: %s", entry->d_name,
			    v != NULL ? "accepted" : err.text);
		count++;
	}
	closedir(folder);
	buf_fini(&text);
	json_reader_fini(&r);
	return count;
}

static void
good_examples_are_accepted(void **state)
{
	(void)state;
	assert_true(read_all("y-", true) >= 25);
}

static void
bad_examples_are_refused(void **state)
{
	(void)state;
	assert_true(read_all("n-", false) >= 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_examples_are_accepted),
		cmocka_unit_test(bad_examples_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
