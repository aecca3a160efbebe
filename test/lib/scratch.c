/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Scratch folders and whole-file helpers of the harnesses.
 */
#include "scratch.h"

#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
give_up(const char *what, const char *path)
{
	fprintf(stderr, "%s %s: %s\n", what, path, strerror(errno));
	exit(2);
}

/* Memory, where there is some to write to: thousands of stores come and go. */
static const char *
base_folder(void)
{
	const char *base = getenv("TMPDIR");

	if (base != NULL && base[0] != '\0')
		return base;
	return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
}

void
scratch_make(char dir[SCRATCH_PATH])
{
	const char *base = base_folder();

	snprintf(dir, SCRATCH_PATH, "%.400s/alk-test-XXXXXX", base);
	if (mkdtemp(dir) == NULL)
		give_up("cannot make", dir);
}

void
scratch_path(char out[SCRATCH_PATH], const char *dir, const char *name)
{
	int bytes = snprintf(out, SCRATCH_PATH, "%s/%s", dir, name);

	if (bytes < 0 || bytes >= SCRATCH_PATH) {
		errno = ENAMETOOLONG;
		give_up("cannot name", name);
	}
}

void
scratch_clear(const char *dir)
{
	struct dirent *entry;
	char path[SCRATCH_PATH];
	DIR *d = opendir(dir);

	if (d == NULL)
		give_up("cannot read", dir);
	while ((entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0
		    || strcmp(entry->d_name, "..") == 0)
			continue;
		scratch_path(path, dir, entry->d_name);
		if (unlink(path) != 0 && rmdir(path) != 0)
			give_up("cannot remove", path);
	}
	closedir(d);
}

void
scratch_remove(const char *dir)
{
	if (chmod(dir, 0700) != 0)
		give_up("cannot open up", dir);
	scratch_clear(dir);
	if (rmdir(dir) != 0)
		give_up("cannot remove", dir);
}

void
scratch_write(const char *path, const void *data, unsigned long bytes)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL || fwrite(data, 1, bytes, f) != bytes || fclose(f) != 0)
		give_up("cannot write", path);
}

void
scratch_copy(const char *from, const char *to)
{
	struct text t = { 0 };

	if (!text_file(&t, from))
		give_up("cannot read", from);
	scratch_write(to, t.data, t.bytes);
	text_fini(&t);
}

bool
scratch_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}
