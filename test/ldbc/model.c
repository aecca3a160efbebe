/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Each read makes all rows that belong to its answer and puts them in order by
 * choosing the first that is left, again and again.
 */
#include "model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct row {
	int64_t date;
	int64_t id; /* what decides between equal dates */
	char text[512];
};

struct rows {
	struct row row[MESSAGES];
	int count;
};

static bool
is_comment(int message)
{
	return message < COMMENTS;
}

static int64_t
id_of(int message)
{
	return is_comment(message) ? comment_id(message) :
	    post_id(message - COMMENTS);
}

static int
author_of(const struct network *n, int message)
{
	return is_comment(message) ? n->comment[message].author :
	    n->post[message - COMMENTS].author;
}

static int64_t
date_of(const struct network *n, int message)
{
	return is_comment(message) ? n->comment[message].date :
	    n->post[message - COMMENTS].date;
}

static int
parent_of(const struct network *n, int message)
{
	const struct comment *c = &n->comment[message];

	return c->is_to_post ? c->to + COMMENTS : c->to;
}

static int
post_of(const struct network *n, int message)
{
	while (is_comment(message))
		message = parent_of(n, message);
	return message - COMMENTS;
}

static const char *
content_of(const struct network *n, int message, char photo[32])
{
	int text = is_comment(message) ? n->comment[message].text :
	    n->post[message - COMMENTS].text;

	snprintf(photo, 32, "\"photo%d.jpg\"", message - COMMENTS);
	return text < 0 ? photo : network_json[text];
}

static const char *
name_of(int person, char name[64])
{
	snprintf(name, 64, "%lld|\"First%d\"|\"Læst%d\"",
	    (long long)person_id(person), person, person);
	return name;
}

static void
add(struct rows *rows, int64_t date, int64_t id, const char *format, ...)
{
	struct row *row = &rows->row[rows->count++];
	va_list ap;

	row->date = date;
	row->id = id;
	va_start(ap, format);
	vsnprintf(row->text, sizeof(row->text), format, ap);
	va_end(ap);
}

/* Latest first, then by id, up or down; so many at most. */
static void
put(struct rows *rows, bool is_down, int limit, char *out, size_t room)
{
	out[0] = '\0';
	for (; limit > 0 && rows->count > 0; limit--) {
		int first = 0;

		for (int i = 1; i < rows->count; i++) {
			struct row *a = &rows->row[i], *b = &rows->row[first];

			if (a->date > b->date || (a->date == b->date &&
			    (is_down ? a->id > b->id : a->id < b->id)))
				first = i;
		}
		snprintf(out + strlen(out), room - strlen(out), "%s\n",
		    rows->row[first].text);
		rows->row[first] = rows->row[--rows->count];
	}
}

static bool
know_each_other(const struct network *n, int a, int b)
{
	return n->knows[a][b] != 0 || n->knows[b][a] != 0;
}

static void
profile(const struct network *n, int i, struct rows *rows)
{
	add(rows, 0, 0, "\"First%d\"|\"Læst%d\"|1980%02d01|\"10.0.0.%d\"|"
	    "\"Opera\"|%d|%s|%lld", i, i, i % 12 + 1, i, n->person[i].city,
	    i % 2 == 0 ? "\"female\"" : "\"male\"",
	    (long long)n->person[i].since);
}

static void
messages(const struct network *n, int person, struct rows *rows)
{
	char name[64], photo[32];

	for (int m = 0; m < MESSAGES; m++) {
		int post = post_of(n, m);

		if (author_of(n, m) == person)
			add(rows, date_of(n, m), id_of(m), "%lld|%s|%lld|%lld|%s",
			    (long long)id_of(m), content_of(n, m, photo),
			    (long long)date_of(n, m), (long long)post_id(post),
			    name_of(n->post[post].author, name));
	}
}

static void
friends(const struct network *n, int a, struct rows *rows)
{
	char name[64];

	for (int b = 0; b < PERSONS; b++) {
		int64_t date = n->knows[a][b] != 0 ? n->knows[a][b] :
		    n->knows[b][a];

		if (date != 0)
			add(rows, date, person_id(b), "%s|%lld",
			    name_of(b, name), (long long)date);
	}
}

static void
forum(const struct network *n, int message, struct rows *rows)
{
	int of = n->post[post_of(n, message)].forum;
	char name[64];

	add(rows, 0, 0, "%lld|\"Wall %d\"|%s", (long long)forum_id(of), of,
	    name_of(n->moderator[of], name));
}

static void
replies(const struct network *n, int message, struct rows *rows)
{
	int author = author_of(n, message);
	char name[64];

	for (int c = 0; c < COMMENTS; c++) {
		int by = n->comment[c].author;

		if (parent_of(n, c) == message)
			add(rows, n->comment[c].date, person_id(by),
			    "%lld|%s|%lld|%s|%s", (long long)comment_id(c),
			    network_json[n->comment[c].text],
			    (long long)n->comment[c].date, name_of(by, name),
			    know_each_other(n, by, author) ? "true" : "false");
	}
}

void
model_read(const struct network *n, int number, int which, char *out,
    size_t room)
{
	static struct rows rows;
	char name[64], photo[32];

	rows.count = 0;
	switch (number) {
	case 1:
		profile(n, which, &rows);
		break;
	case 2:
		messages(n, which, &rows);
		break;
	case 3:
		friends(n, which, &rows);
		break;
	case 4:
		add(&rows, 0, 0, "%lld|%s", (long long)date_of(n, which),
		    content_of(n, which, photo));
		break;
	case 5:
		add(&rows, 0, 0, "%s", name_of(author_of(n, which), name));
		break;
	case 6:
		forum(n, which, &rows);
		break;
	default:
		replies(n, which, &rows);
		break;
	}
	put(&rows, number == 2, number == 2 ? 10 : MESSAGES, out, room);
}

void
model_key(int number, int which, char *out, size_t room)
{
	const char *label = number <= 3 ? "Person" :
	    is_comment(which) ? "Comment" : "Post";

	snprintf(out, room, "%s:%lld", label,
	    (long long)(number <= 3 ? person_id(which) : id_of(which)));
}
