/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bench_ldbc load|read DATA STORE MODULE STARTS ANSWERS: alkstore's side of
 * bench/ldbc, through <alkstore.h> only.
 *
 *   load   all files of DATA, validated, closing included
 *   read   IS1 to IS7 from each start of STARTS (lines "Person:5"), a number of
 *          times; the answers of each into ANSWERS/IS1, ...
 */
#include "../feed.h"
#include "../times.h"
#include "load.h"
#include "reads.h"

#include <stdlib.h>
#include <string.h>

#define ROUNDS 10

static void
run_load(char **arg)
{
	alk_store *st;
	alk_session *s;
	long before_kb = memory_now_kb();
	double begin;
	size_t rows;

	must(ldbc_create(arg[1], arg[2], &st, &s), "create",
	    alk_session_error(s));
	begin = now_s();
	must(ldbc_load(s, arg[0], &rows), "load", alk_session_error(s));
	alk_session_close(s);
	alk_close(st);
	printf("load_s\t%.3f\n", now_s() - begin);
	printf("memory_mb\t%.1f\n",
	    (double)(memory_peak_kb() - before_kb) / 1024);
	printf("file_mb\t%.1f\n", (double)store_bytes(arg[1]) / 1e6);
	printf("=rows\t%zu\n", rows);
}

static bool
is_for(int number, const char *key)
{
	return (number <= 3) == (strncmp(key, "Person:", 7) == 0);
}

static void
save(const struct answer *a, const char *dir, int number)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/IS%d", dir, number);
	f = fopen(path, "w");
	if (f == NULL || fwrite(a->text, 1, a->bytes, f) != a->bytes ||
	    fclose(f) != 0)
		die(path, "cannot be written");
}

/* Each start once for its answer, then rounds that count. */
static void
read_all(alk_session *s, int number, const char *starts, const char *dir)
{
	struct answer all = { 0 };
	struct answer one = { 0 };
	struct times t = { 0 };
	char name[16];
	char key[64];

	for (int round = 0; round <= ROUNDS; round++) {
		for (const char *p = starts; *p != '\0';
		     p += strcspn(p, "\n") + 1) {
			double begin;

			if (!is_for(number, p))
				continue;
			snprintf(key, sizeof(key), "%.*s",
			    (int)strcspn(p, "\n"), p);
			one.bytes = 0;
			begin = now_s();
			must(ldbc_read(s, number, key,
			    round == 0 ? &all : &one), key,
			    alk_session_error(s));
			if (round > 0)
				times_add(&t, begin);
		}
	}
	save(&all, dir, number);
	snprintf(name, sizeof(name), "IS%d", number);
	times_print(&t, name);
	free(all.text);
	free(one.text);
}

static void
run_read(char **arg)
{
	char *starts = read_whole(arg[3]);
	alk_error err = { 0 };
	alk_store *st;
	alk_session *s;

	must(alk_open(arg[1], NULL, &st, &err), arg[1], &err);
	must(alk_session_open(st, NULL, &s, &err), arg[1], &err);
	for (int number = 1; number <= READS; number++)
		read_all(s, number, starts, arg[4]);
	alk_session_close(s);
	alk_close(st);
	free(starts);
}

int
main(int argc, char **argv)
{
	if (argc == 7 && strcmp(argv[1], "load") == 0) {
		run_load(argv + 2);
	} else if (argc == 7 && strcmp(argv[1], "read") == 0) {
		run_read(argv + 2);
	} else {
		fprintf(stderr, "usage: bench_ldbc load|read DATA STORE MODULE "
		    "STARTS ANSWERS\n");
		return 2;
	}
	return 0;
}
