/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Looks at the process by itself: blocks, pages, descriptors, threads. */
#include "soak_look.h"

#include "memory.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const look_names[LOOK_COUNT] = { "blocks", "resident KB",
	"descriptors", "threads" };

/* Of /proc/self/status; 0 where there is none. */
static long
status(const char *name)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	long n = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			n = strtol(line + strlen(name), NULL, 10);
	if (f != NULL)
		fclose(f);
	return n;
}

static long
count_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	long n = 0;

	while (d != NULL && readdir(d) != NULL)
		n++;
	if (d != NULL)
		closedir(d);
	return n;
}

void
look_now(long out[LOOK_COUNT])
{
	out[LOOK_BLOCKS] = (long)memory_live();
	out[LOOK_RSS_KB] = status("VmRSS:");
	out[LOOK_DESCRIPTORS] = count_descriptors();
	out[LOOK_THREADS] = status("Threads:");
}

void
look_add(struct look *l, int part)
{
	long now[LOOK_COUNT];

	look_now(now);
	for (int i = 0; i < LOOK_COUNT; i++)
		if (now[i] > l->most[part][i])
			l->most[part][i] = now[i];
	l->looks[part]++;
}

/*
 * Descriptors and threads come and go with pools and stores, so that the most
 * of two parts may differ by those of one of each. A twentieth of memory is the
 * unrest of page caches.
 */
int
look_check(const struct look *l)
{
	static const long slack[LOOK_COUNT] = { 500, 4096, 12, 12 };
	int failed = 0;

	for (int i = 0; i < LOOK_COUNT; i++) {
		long early = l->most[0][i];
		long late = l->most[1][i];
		long most = early + slack[i] +
		    (i < LOOK_DESCRIPTORS ? early / 20 : 0);
		printf("%-12s early %8ld, late %8ld (at most %ld)\n",
		    look_names[i], early, late, most);
		if (late > most || late == 0) {
			fprintf(stderr, "%s grew: %ld, then %ld\n",
			    look_names[i], early, late);
			failed++;
		}
	}
	return failed;
}
