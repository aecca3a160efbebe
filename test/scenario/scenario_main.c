/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * scenario FILE.txt ...
 *
 * Runs each scenario in a folder of its own and then looks at the store that it
 * left. Status 0: all as expected.
 */
#include "aftermath.h"
#include "scenario.h"
#include "scratch.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
folder_of(char out[SCRATCH_PATH], const char *file)
{
	const char *slash = strrchr(file, '/');
	int bytes = slash == NULL ? 1 : (int)(slash - file);

	snprintf(out, SCRATCH_PATH, "%.*s/data", bytes,
	    slash == NULL ? "." : file);
}

static void
name_of(char out[SCRATCH_PATH], const char *file)
{
	const char *slash = strrchr(file, '/');

	snprintf(out, SCRATCH_PATH, "%s", slash == NULL ? file : slash + 1);
	if (strlen(out) > 4)
		out[strlen(out) - 4] = '\0';
}

static int
run_file(const char *file)
{
	struct scenario_env env = { 0 };
	struct text text = { 0 };
	char dir[SCRATCH_PATH];
	char data[SCRATCH_PATH];
	char name[SCRATCH_PATH];
	char path[SCRATCH_PATH];
	int failed;

	if (!text_file(&text, file)) {
		fprintf(stderr, "cannot read %s\n", file);
		return 1;
	}
	scratch_make(dir);
	folder_of(data, file);
	name_of(name, file);
	scratch_path(path, dir, SCENARIO_FILE);
	env.dir = dir;
	env.data = data;
	failed = scenario_run(name, text_get(&text), &env);
	if (failed == 0)
		failed = aftermath_check(path, name, NULL);
	scratch_remove(dir);
	text_fini(&text);
	return failed;
}

int
main(int argc, char **argv)
{
	int failed = 0;

	if (argc < 2) {
		fputs("usage: scenario FILE.txt ...\n", stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++)
		failed += run_file(argv[i]) != 0;
	if (argc > 2)
		printf("%d of %d scenarios went wrong\n", failed, argc - 1);
	return failed == 0 ? 0 : 1;
}
