/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BENCH_FEED_H
#define BENCH_FEED_H

#include <alkstore.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * The rows that the benchmarks are made of: the JSON Lines that apt2jsonl
 * writes, a number of times over. In the second copy a key "libc6" is
 * "1-libc6", and so on: copies share nothing. Only one line is held in memory.
 */
struct feed {
	FILE *file;
	int copies;
	int copy;      /* the one that is read now, from 0 */
	char *line;    /* the line under way, with prefixes */
	size_t length;
	char *given;   /* the line that feed_read() hands out; or NULL */
	size_t used;   /* bytes of it that were handed out */
	char *raw;
	size_t raw_room;
	size_t room;
};

/* Ends the program when the file cannot be read. */
void feed_open(struct feed *f, const char *path, int copies);
void feed_close(struct feed *f);
/* The next line without its line feed; NULL at the end. Borrowed. */
char *feed_line(struct feed *f);
/* The lines as an alk_read_fn; arg is the feed. */
long feed_read(void *arg, char *into, size_t room);

/* Ends the program with a message if rc is not ALK_OK. */
void must(int rc, const char *what, const alk_error *err);
_Noreturn void die(const char *what, const char *why);
void *must_have(void *p);
double now_s(void);
/* The text of a file, for the caller to free. */
char *read_whole(const char *path);

/* A new store with the module loaded as type and graph "debian". */
void bench_store(const char *path, const char *module_path, alk_store **st,
    alk_session **s);
/* Removes a store with its -wal and -shm. */
void bench_remove(const char *path);

#endif
