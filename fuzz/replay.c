/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * replay FILE-OR-FOLDER...
 *
 * Runs the fuzz target that it is linked with over each file named and each
 * file in each folder named, so that every corpus is part of the normal tests.
 * Prints the number of inputs; fails if there was none, or one could not be
 * read.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define INPUT_BYTES_MAX ((size_t)16 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/*
 * The whole of a file in a block of exactly its size, so that reading over its
 * end shows; NULL if it could not be read.
 */
static uint8_t *
read_file(const char *path, size_t bytes)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(bytes == 0 ? 1 : bytes);

	if (f == NULL || data == NULL || fread(data, 1, bytes, f) != bytes) {
		free(data);
		data = NULL;
	}
	if (f != NULL)
		fclose(f);
	return data;
}

static int
run_file(const char *path, size_t bytes, size_t *count)
{
	uint8_t *data = bytes <= INPUT_BYTES_MAX ? read_file(path,
	    bytes) : NULL;

	if (data == NULL) {
		fprintf(stderr, "replay: %s: cannot be read\n", path);
		return 1;
	}
	(void)LLVMFuzzerTestOneInput(data, bytes);
	free(data);
	++*count;
	return 0;
}

static int run(const char *path, size_t *count);

static int
run_folder(const char *path, size_t *count)
{
	struct dirent **names;
	int status = 0;
	int n = scandir(path, &names, NULL, alphasort);

	if (n < 0) {
		fprintf(stderr, "replay: %s: cannot be listed\n", path);
		return 1;
	}
	for (int i = 0; i < n; i++) {
		size_t room = strlen(path) + strlen(names[i]->d_name) + 2;
		char *below = malloc(room);
		if (below == NULL) {
			status = 1;
		} else if (names[i]->d_name[0] != '.') {
			(void)snprintf(below, room, "%s/%s", path,
			    names[i]->d_name);
			status |= run(below, count);
		}
		free(below);
		free(names[i]);
	}
	free(names);
	return status;
}

static int
run(const char *path, size_t *count)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		fprintf(stderr, "replay: %s: not there\n", path);
		return 1;
	}
	return S_ISDIR(st.st_mode) ? run_folder(path, count) :
	    run_file(path, (size_t)st.st_size, count);
}

int
main(int argc, char **argv)
{
	size_t count = 0;
	int status = 0;

	for (int i = 1; i < argc; i++)
		status |= run(argv[i], &count);
	printf("%zu inputs\n", count);
	if (count == 0)
		fprintf(stderr, "replay: no inputs\n");
	return status != 0 || count == 0;
}
