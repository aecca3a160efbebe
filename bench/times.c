/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Times of single calls, memory and size of files, as the benchmarks beside
 * other systems print them.
 */
#include "times.h"

#include "feed.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void
times_put(struct times *t, double us)
{
	if (t->count == t->room) {
		t->room = t->room * 2 + 1024;
		t->us = must_have(realloc(t->us, t->room * sizeof(*t->us)));
	}
	t->us[t->count++] = us;
}

void
times_add(struct times *t, double begin_s)
{
	times_put(t, (now_s() - begin_s) * 1e6);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

double
times_percentile(struct times *t, unsigned percent)
{
	if (t->count == 0)
		return 0;
	qsort(t->us, t->count, sizeof(*t->us), compare);
	return t->us[t->count * percent / 100];
}

void
times_print(struct times *t, const char *name)
{
	static const unsigned percents[] = { 50, 95, 99 };

	for (size_t i = 0; i < 3 && t->count > 0; i++)
		printf("%s_p%u\t%.2f\n", name, percents[i],
		    times_percentile(t, percents[i]));
	fflush(stdout);
	free(t->us);
	*t = (struct times){ 0 };
}

static long
memory(const char *which)
{
	char line[256];
	long kb = 0;
	FILE *f = fopen("/proc/self/status", "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, which, strlen(which)) == 0)
			kb = strtol(line + strlen(which), NULL, 10);
	}
	if (f != NULL)
		fclose(f);
	return kb;
}

long
memory_now_kb(void)
{
	return memory("VmRSS:");
}

long
memory_peak_kb(void)
{
	return memory("VmHWM:");
}

long
store_bytes(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[1024];
	struct stat st;
	long bytes = 0;

	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		if (stat(name, &st) == 0)
			bytes += (long)st.st_size;
	}
	return bytes;
}
