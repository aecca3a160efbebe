/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_LDBC_NETWORK_H
#define TEST_LDBC_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#define PERSONS 24
#define FORUMS 9
#define POSTS 70
#define COMMENTS 140
#define CITIES 5
#define TEXTS 7

/*
 * A small social network of the benchmark's shape. Indexes, not ids, join its
 * parts; the id of each is made from the index so that the order of ids is not
 * the order of rows. Dates of posts are shared, with comments as well.
 */
struct person {
	int city;
	int64_t since;
};

struct post {
	int author;
	int forum;
	int text; /* -1: a photo */
	int64_t date;
};

struct comment {
	int author;
	int text;
	bool is_to_post;
	int to; /* a post, or an earlier comment */
	int64_t date;
};

struct network {
	struct person person[PERSONS];
	int moderator[FORUMS];
	struct post post[POSTS];
	struct comment comment[COMMENTS];
	int64_t knows[PERSONS][PERSONS]; /* since when; one way; 0: not */
};

/* As they stand in a file, and as JSON. */
extern const char *const network_texts[TEXTS];
extern const char *const network_json[TEXTS];

void network_make(struct network *n, uint64_t seed);
/* Writes the files that the loader reads, some with headers, some without. */
void network_write(const struct network *n, const char *dir);

int64_t person_id(int i);
int64_t post_id(int i);
int64_t comment_id(int i);
int64_t forum_id(int i);

#endif
