/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the benchmarks share: rows, the clock, a store to fill.
 */
#include "feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

_Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why);
	exit(1);
}

void
must(int rc, const char *what, const alk_error *err)
{
	if (rc == ALK_OK)
		return;
	fprintf(stderr, "bench: %s: %s %s %s\n", what, err->entry, err->pointer,
	    err->text);
	exit(1);
}

void *
must_have(void *p)
{
	if (p == NULL)
		die("memory", "there is no more");
	return p;
}

double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

char *
read_whole(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	long bytes;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (bytes = ftell(f)) < 0)
		die(path, strerror(errno));
	rewind(f);
	text = must_have(malloc((size_t)bytes + 1));
	if (fread(text, 1, (size_t)bytes, f) != (size_t)bytes)
		die(path, "cannot be read");
	text[bytes] = '\0';
	fclose(f);
	return text;
}

void
feed_open(struct feed *f, const char *path, int copies)
{
	*f = (struct feed){ .copies = copies };
	f->file = fopen(path, "rb");
	if (f->file == NULL)
		die(path, strerror(errno));
}

void
feed_close(struct feed *f)
{
	fclose(f->file);
	free(f->line);
	free(f->raw);
}

/* Appends text up to the opening quote of a member, then the prefix. */
static const char *
add_prefix(struct feed *f, const char *from, const char *member)
{
	const char *at = strstr(from, member);
	size_t bytes;

	if (at == NULL)
		return from;
	bytes = (size_t)(at - from) + strlen(member);
	memcpy(f->line + f->length, from, bytes);
	f->length += bytes;
	f->length += (size_t)sprintf(f->line + f->length, "%d-", f->copy);
	return from + bytes;
}

char *
feed_line(struct feed *f)
{
	const char *rest;
	ssize_t got = getline(&f->raw, &f->raw_room, f->file);

	if (got < 0 && ++f->copy < f->copies) {
		rewind(f->file);
		got = getline(&f->raw, &f->raw_room, f->file);
	}
	if (got < 0)
		return NULL;
	if (f->raw[got - 1] == '\n')
		f->raw[--got] = '\0';
	if (f->copy == 0)
		return f->raw;
	if (f->room < (size_t)got + 64) {
		f->room = (size_t)got * 2 + 64;
		f->line = must_have(realloc(f->line, f->room));
	}
	f->length = 0;
	rest = f->raw;
	if (strncmp(rest, "{\"kind\":\"node\"", 14) == 0) {
		rest = add_prefix(f, rest, "\"key\":\"");
	} else {
		rest = add_prefix(f, rest, "\"source\":\"");
		rest = add_prefix(f, rest, "\"target\":\"");
	}
	strcpy(f->line + f->length, rest);
	return f->line;
}

long
feed_read(void *arg, char *into, size_t room)
{
	struct feed *f = arg;
	size_t given = 0;
	size_t n;

	while (given < room) {
		if (f->given == NULL) {
			f->given = feed_line(f);
			if (f->given == NULL)
				break;
			f->used = 0;
		}
		n = strlen(f->given + f->used);
		if (n >= room - given) {
			memcpy(into + given, f->given + f->used, room - given);
			f->used += room - given;
			return (long)room;
		}
		memcpy(into + given, f->given + f->used, n);
		into[given + n] = '\n';
		given += n + 1;
		f->given = NULL;
	}
	return (long)given;
}

void
bench_remove(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[1024];

	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		remove(name);
	}
}

void
bench_store(const char *path, const char *module_path, alk_store **st,
    alk_session **s)
{
	alk_options options = { .flags = ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE };
	alk_type_options mine = { .scope = "user" };
	alk_graph_new debian = { .name = "debian", .type = "debian" };
	char *module = read_whole(module_path);
	alk_error err = { 0 };

	bench_remove(path);
	must(alk_open(path, &options, st, &err), path, &err);
	must(alk_session_open(*st, NULL, s, &err), path, &err);
	must(alk_types_load(*s, "debian", &mine, module, ALK_NUL, NULL),
	    module_path, alk_session_error(*s));
	must(alk_graph_create(*s, &debian, NULL), "graph",
	    alk_session_error(*s));
	free(module);
}
