/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "network.h"

#include "child.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>

const char *const network_texts[TEXTS] = { "ok", "a \"quoted\" word",
	"back\\slash", "Übergröße", "}, {", "tab\there", "https://x.y/?a=1,b" };
const char *const network_json[TEXTS] = { "\"ok\"",
	"\"a \\\"quoted\\\" word\"", "\"back\\\\slash\"", "\"Übergröße\"",
	"\"}, {\"", "\"tab\\there\"", "\"https://x.y/?a=1,b\"" };

/* 37, 53 and 101 are prime to the counts. */
int64_t
person_id(int i)
{
	return 900 + (int64_t)i * 37 % 1000;
}

int64_t
post_id(int i)
{
	return 1030792000000 + (int64_t)i * 53 % 1000;
}

int64_t
comment_id(int i)
{
	return 1030792000500 + (int64_t)i * 101 % 1000 * 1000;
}

int64_t
forum_id(int i)
{
	return 68719476000 + (int64_t)i * 7 % 100;
}

static int
below(uint64_t *seed, int count)
{
	return (int)(child_random(seed) % (uint64_t)count);
}

void
network_make(struct network *n, uint64_t seed)
{
	const int64_t day = 20120101000000000;

	*n = (struct network){ 0 };
	for (int i = 0; i < PERSONS; i++)
		n->person[i] = (struct person){ below(&seed, CITIES),
			day - below(&seed, 1000) };
	for (int i = 0; i < FORUMS; i++)
		n->moderator[i] = below(&seed, PERSONS);
	for (int i = 0; i < POSTS; i++)
		n->post[i] = (struct post){ below(&seed, PERSONS / 2),
			below(&seed, FORUMS), below(&seed, TEXTS + 2) - 2,
			day + below(&seed, 20) };
	for (int i = 0; i < POSTS; i++)
		n->post[i].text = n->post[i].text < 0 ? -1 : n->post[i].text;
	/* No two comments at one time: replies of one person have an order. */
	for (int i = 0; i < COMMENTS; i++) {
		bool is_to_post = i == 0 || below(&seed, 3) == 0;

		n->comment[i] = (struct comment){ below(&seed, PERSONS - 2),
			below(&seed, TEXTS), is_to_post,
			below(&seed, is_to_post ? POSTS : i),
			day + (int64_t)i * 37 % COMMENTS };
	}
	/* Some friends since the same day; the last person has none. */
	for (int i = 0; i < 60; i++) {
		int a = below(&seed, PERSONS - 1);
		int b = below(&seed, PERSONS - 1);

		if (a != b && n->knows[b][a] == 0)
			n->knows[a][b] = day + below(&seed, 5);
	}
}

static FILE *
begin(const char *dir, const char *name, const char *headers)
{
	char path[SCRATCH_PATH];
	FILE *f;

	scratch_path(path, dir, name);
	f = fopen(path, "w");
	if (f == NULL) {
		perror(path);
		exit(2);
	}
	if (headers != NULL)
		fprintf(f, "%s\n", headers);
	return f;
}

static void
end(FILE *f)
{
	if (fclose(f) != 0)
		exit(2);
}

static void
write_persons(const struct network *n, const char *dir)
{
	static const char *const gender[] = { "female", "male" };
	FILE *f = begin(dir, "Person.csv", "id:ID(Person)|firstName:STRING");
	FILE *at = begin(dir, "Person_isLocatedIn_Place.csv", NULL);
	FILE *place = begin(dir, "Place.csv", "id:ID(Place)|name:STRING");

	for (int i = 0; i < PERSONS; i++) {
		fprintf(f, "%lld|First%d|Læst%d|%s|1980%02d01|%lld|10.0.0.%d|"
		    "Opera\n", (long long)person_id(i), i, i, gender[i % 2],
		    i % 12 + 1, (long long)n->person[i].since, i);
		fprintf(at, "%lld|%d\n", (long long)person_id(i),
		    n->person[i].city);
	}
	for (int i = 0; i < CITIES; i++)
		fprintf(place, "%d|City%d|http://dbpedia.org/x%d|City\n", i, i,
		    i);
	end(f);
	end(at);
	end(place);
}

static void
write_posts(const struct network *n, const char *dir)
{
	FILE *f = begin(dir, "Post.csv", "id:ID(Post)|imageFile:STRING");
	FILE *by = begin(dir, "Post_hasCreator_Person.csv", ":START_ID(Post)");
	FILE *in = begin(dir, "Forum_containerOf_Post.csv", NULL);

	for (int i = 0; i < POSTS; i++) {
		const struct post *p = &n->post[i];
		long long id = post_id(i);

		fprintf(f, "%lld|", id);
		if (p->text < 0)
			fprintf(f, "photo%d.jpg", i);
		fprintf(f, "|%lld|10.1.0.%d|Chrome|%s|%s|%d\n",
		    (long long)p->date, i, p->text < 0 ? "" : "uz",
		    p->text < 0 ? "" : network_texts[p->text], i);
		fprintf(by, "%lld|%lld\n", id, (long long)person_id(p->author));
		fprintf(in, "%lld|%lld\n", (long long)forum_id(p->forum), id);
	}
	end(f);
	end(by);
	end(in);
}

static void
write_comments(const struct network *n, const char *dir)
{
	FILE *f = begin(dir, "Comment.csv", "id:ID(Comment)|creationDate:LONG");
	FILE *by = begin(dir, "Comment_hasCreator_Person.csv", "x");
	FILE *more = begin(dir, "Comment_hasCreator_Person_1.csv", NULL);
	FILE *to[2];

	to[0] = begin(dir, "Comment_replyOf_Comment.csv", "x");
	to[1] = begin(dir, "Comment_replyOf_Post.csv", NULL);
	for (int i = 0; i < COMMENTS; i++) {
		const struct comment *c = &n->comment[i];
		long long id = comment_id(i);

		fprintf(f, "%lld|%lld|10.2.0.%d|Safari|%s|%d\n", id,
		    (long long)c->date, i, network_texts[c->text], i);
		fprintf(i % 2 == 0 ? by : more, "%lld|%lld\n", id,
		    (long long)person_id(c->author));
		fprintf(to[c->is_to_post], "%lld|%lld\n", id,
		    (long long)(c->is_to_post ? post_id(c->to) :
		    comment_id(c->to)));
	}
	end(f);
	end(by);
	end(more);
	end(to[0]);
	end(to[1]);
}

void
network_write(const struct network *n, const char *dir)
{
	FILE *f = begin(dir, "Forum.csv", "id:ID(Forum)|title:STRING");
	FILE *by = begin(dir, "Forum_hasModerator_Person.csv", NULL);
	FILE *knows = begin(dir, "Person_knows_Person.csv", "x");

	for (int i = 0; i < FORUMS; i++) {
		fprintf(f, "%lld|Wall %d|20110101000000000\n",
		    (long long)forum_id(i), i);
		fprintf(by, "%lld|%lld\n", (long long)forum_id(i),
		    (long long)person_id(n->moderator[i]));
	}
	for (int a = 0; a < PERSONS; a++) {
		for (int b = 0; b < PERSONS; b++) {
			if (n->knows[a][b] == 0)
				continue;
			fprintf(knows, "%lld|%lld|%lld\n",
			    (long long)person_id(a), (long long)person_id(b),
			    (long long)n->knows[a][b]);
		}
	}
	end(f);
	end(by);
	end(knows);
	write_persons(n, dir);
	write_posts(n, dir);
	write_comments(n, dir);
}
