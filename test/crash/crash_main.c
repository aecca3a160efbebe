/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * crash MODE [--rounds N] [--jobs N] [--processes N] [--seed N]
 *
 *     create    a child that makes a new store is killed
 *     import    a child that imports is killed; the next one goes on behind it
 *     load      the same with bulk loads, in one transaction and in batches
 *     single    a child that makes one transaction after another is killed
 *     race      twenty processes open and make the same new file at once
 *     transfer  two processes write, three read, for some seconds
 *     jobs      workers are killed and stopped, and their clocks are set
 *     stream    consumers and a group of consumers are killed; a round is a
 *               thousand events
 *     feed      consumers of the change feed are killed; a round is a thousand
 *               changes
 *     schedule  processes that run schedules are killed and stopped
 *
 * After each round the file opens, the invariants hold, what the child
 * acknowledged is there, and nothing is there by half. The seed is printed; the
 * same seed kills after the same times (not at the same instructions).
 */
#include "crash.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct mode {
	const char *name;
	int (*run)(struct crash *c);
	int rounds; /* where none are asked for */
};

static const struct mode modes[] = {
	{ "create", crash_create, 20 },
	{ "import", crash_import, 20 },
	{ "load", crash_load, 20 },
	{ "single", crash_single, 20 },
	{ "race", crash_race, 3 },
	{ "transfer", crash_transfer, 1 },
	{ "jobs", crash_jobs, 1 },
	{ "stream", crash_stream, 5 },
	{ "feed", crash_feed, 3 },
	{ "schedule", crash_schedule, 40 },
};

void *
crash_share(const struct crash *c, size_t bytes)
{
	char path[SCRATCH_PATH];
	void *at = MAP_FAILED;

	scratch_path(path, c->dir, "shared");
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	if (fd >= 0 && ftruncate(fd, (off_t)bytes) == 0)
		at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    0);
	if (fd >= 0)
		close(fd);
	return at == MAP_FAILED ? NULL : at;
}

long
crash_below(struct crash *c, long bound)
{
	return (long)(child_random(&c->random) % (uint64_t)bound);
}

int
crash_differs(const char *what, long long got, long long wanted)
{
	if (got == wanted)
		return 0;
	fprintf(stderr, "  %s: %lld, should be %lld\n", what, got, wanted);
	return 1;
}

long long
crash_n_of(const char *attributes)
{
	const char *at = strstr(attributes, "\"n\":");

	return at == NULL ? -1 : strtoll(at + 4, NULL, 10);
}

static const struct mode *
find_mode(const char *name)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (name != NULL && strcmp(modes[i].name, name) == 0)
			return &modes[i];
	return NULL;
}

static void
read_options(struct crash *c, int argc, char **argv)
{
	c->random = (uint64_t)time(NULL) << 16 ^ (uint64_t)getpid();
	for (int i = 2; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--seed") == 0)
			c->random = strtoull(argv[i + 1], NULL, 10);
		if (strcmp(argv[i], "--rounds") == 0)
			c->rounds = atoi(argv[i + 1]);
		if (strcmp(argv[i], "--jobs") == 0)
			c->jobs = atol(argv[i + 1]);
		if (strcmp(argv[i], "--processes") == 0)
			c->processes = atoi(argv[i + 1]) < 16 ?
			    atoi(argv[i + 1]) : 16;
	}
}

int
main(int argc, char **argv)
{
	const struct mode *mode = find_mode(argc > 1 ? argv[1] : NULL);
	struct crash c = { .jobs = 3000, .processes = 4 };
	int failed;

	if (mode == NULL) {
		fputs("usage: crash "
		    "create|import|single|race|transfer|jobs|stream|feed|schedule "
		    "[--rounds N] [--jobs N] [--processes N] [--seed N]\n",
		    stderr);
		return 2;
	}
	c.rounds = mode->rounds;
	read_options(&c, argc, argv);
	printf("crash %s --rounds %d --seed %llu\n", mode->name, c.rounds,
	    (unsigned long long)c.random);
	scratch_make(c.dir);
	scratch_path(c.path, c.dir, "store.db");
	failed = mode->run(&c);
	if (failed == 0)
		scratch_remove(c.dir);
	else
		fprintf(stderr, "%d went wrong; the file is kept: %s\n",
		    failed, c.path);
	return failed == 0 ? 0 : 1;
}
