/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The seven short reads of LDBC's Social Network Benchmark, Interactive v1
 * (specification, "Short Reads"), on the traversal API: what an application
 * would write. Rows and their order are the specification's; where it leaves
 * the order of equals open, it is by id.
 *
 *   IS1  a person's profile and city
 *   IS2  the last 10 messages of a person, each with the post that began it
 *   IS3  friends, and since when
 *   IS4  a message's text
 *   IS5  who wrote a message
 *   IS6  the forum of a message and its moderator
 *   IS7  replies to a message, who wrote them, and whether they know the author
 */
#include "reads.h"

#include "../feed.h"

#include <stdlib.h>
#include <string.h>

#define GRAPH "snb"
#define IS2_ROWS 10
#define PARTS 4

static const char *const creators[] = { "CommentHasCreatorEdge",
	"PostHasCreatorEdge" };
static const char *const replies[] = { "ReplyOfCommentEdge",
	"ReplyOfPostEdge" };
static const char *const located[] = { "PersonIsLocatedInEdge" };
static const char *const knows[] = { "KnowsEdge" };
static const char *const contains[] = { "ContainerOfEdge" };
static const char *const moderates[] = { "HasModeratorEdge" };

/* A row of an answer under way: what it is ordered by, and texts. */
struct found {
	int64_t date;
	int64_t id;
	char key[48];
	char *part[PARTS]; /* JSON values; each with its room */
	size_t room[PARTS];
};

struct read {
	alk_session *s;
	struct answer *out;
	struct found *found;
	size_t count;
	size_t room;
	size_t limit; /* the first so many by date, latest first; 0: all */
	char key[48];
	int64_t other_id; /* what a visitor looks for */
	bool is_there;
};

/* ---- Texts ------------------------------------------------------------- */

static void
put(struct answer *out, const char *text, size_t bytes)
{
	if (out->room < out->bytes + bytes + 1) {
		out->room = (out->bytes + bytes + 1) * 2;
		out->text = must_have(realloc(out->text, out->room));
	}
	memcpy(out->text + out->bytes, text, bytes);
	out->bytes += bytes;
	out->text[out->bytes] = '\0';
}

static void
put_string(struct answer *out, const char *text, char end)
{
	put(out, text, strlen(text));
	put(out, &end, 1);
}

static void
put_number(struct answer *out, int64_t n, char end)
{
	char text[24];
	size_t at = sizeof(text);
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	text[--at] = end;
	do
		text[--at] = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (n < 0)
		text[--at] = '-';
	put(out, text + at, sizeof(text) - at);
}

/* Behind a JSON value that ends before a comma or bracket of its object. */
static const char *
value_end(const char *p)
{
	if (*p == '"') {
		for (p++; *p != '"'; p++)
			p += *p == '\\';
		return p + 1;
	}
	while (*p != ',' && *p != '}')
		p++;
	return p;
}

/* The JSON text of a member of attributes without arrays or objects in them, as
   all of this benchmark are; bytes is 0 where there is none. They may also be
   what stands behind another member. */
static const char *
member(const char *attributes, const char *name, size_t *bytes)
{
	size_t name_bytes = strlen(name);
	const char *p = attributes;

	while (*p != '\0' && *p != '}') {
		const char *begin = p + 2; /* past {" or ," */
		const char *end = value_end(p + 1);
		const char *value_begin = end + 1;

		p = value_end(value_begin);
		if ((size_t)(end - 1 - begin) == name_bytes &&
		    memcmp(begin, name, name_bytes) == 0) {
			*bytes = (size_t)(p - value_begin);
			return value_begin;
		}
	}
	*bytes = 0;
	return "";
}

static void
put_member(struct answer *out, const char *attributes, const char *name,
    char end)
{
	size_t bytes;
	const char *value = member(attributes, name, &bytes);

	put(out, value, bytes);
	put(out, &end, 1);
}

/* The text of a message: its content, or of a photo its file. */
static const char *
content_of(const char *attributes, size_t *bytes)
{
	const char *value = member(attributes, "content", bytes);

	if (*bytes == 0)
		value = member(attributes, "imageFile", bytes);
	return value;
}

/* Ids and dates: never negative. */
static int64_t
digits(const char *p)
{
	int64_t n = 0;

	for (; *p >= '0' && *p <= '9'; p++)
		n = n * 10 + (*p - '0');
	return n;
}

static int64_t
number_of(const char *attributes, const char *name)
{
	size_t bytes;

	return digits(member(attributes, name, &bytes));
}

static int64_t
id_of(const char *key)
{
	return digits(strchr(key, ':') + 1);
}

/* ---- Rows that are put in order ---------------------------------------- */

static void
keep_part(struct found *f, int part, const char *text, size_t bytes)
{
	if (f->room[part] < bytes + 1) {
		f->room[part] = (bytes + 1) * 2;
		f->part[part] = must_have(realloc(f->part[part],
		    f->room[part]));
	}
	memcpy(f->part[part], text, bytes);
	f->part[part][bytes] = '\0';
}

static void
keep_member(struct found *f, int part, const char *attributes,
    const char *name)
{
	size_t bytes;
	const char *value = member(attributes, name, &bytes);

	keep_part(f, part, value, bytes);
}

/* A person's two names, the first before the last as the schema has them. */
static void
keep_names(struct found *f, int part, const char *attributes)
{
	size_t first_bytes, last_bytes;
	const char *first = member(attributes, "firstName", &first_bytes);
	const char *last = member(first_bytes > 0 ? first + first_bytes :
	    attributes, "lastName", &last_bytes);

	keep_part(f, part, first, first_bytes);
	keep_part(f, part + 1, last, last_bytes);
}

/* Latest first; then, as the read says, by id up or down. */
static bool
is_before(const struct found *a, const struct found *b, bool is_down)
{
	if (a->date != b->date)
		return a->date > b->date;
	return is_down ? a->id > b->id : a->id < b->id;
}

/* A place for one more row, behind the others. */
static struct found *
one_more(struct read *r)
{
	if (r->count == r->room) {
		size_t room = r->room * 2 + 16;

		r->found = must_have(realloc(r->found,
		    room * sizeof(*r->found)));
		memset(r->found + r->room, 0,
		    (room - r->room) * sizeof(*r->found));
		r->room = room;
	}
	return &r->found[r->count++];
}

static int
compare_up(const void *a, const void *b)
{
	return is_before(a, b, false) ? -1 : is_before(b, a, false);
}

static void
release(struct read *r)
{
	for (size_t i = 0; i < r->room; i++) {
		for (int part = 0; part < PARTS; part++)
			free(r->found[i].part[part]);
	}
	free(r->found);
}

/* ---- Hops -------------------------------------------------------------- */

static int
hop(struct read *r, const char *key, int direction, const char *const *types,
    size_t count, unsigned flags, alk_row_fn fn, void *arg)
{
	alk_walk_options o = { .direction = direction, .edge_types = types,
		.edge_types_count = count, .flags = flags, .depth_max = 1 };

	return alk_walk(r->s, GRAPH, key, &o, fn, arg, NULL);
}

/* Keeps the key of the last row: of a chain its end. */
static int
take_key(void *arg, const alk_row *row)
{
	char *key = arg;

	snprintf(key, sizeof(((struct read *)0)->key), "%s", row->key);
	return 0;
}

static bool
is_post(const char *key)
{
	return key[0] == 'P';
}

/* The post that a message is, or answers over any number of hops. */
static int
post_of(struct read *r, const char *key, char post[48])
{
	alk_walk_options o = { .edge_types = replies, .edge_types_count = 2,
		.flags = ALK_WALK_KEYS };

	snprintf(post, 48, "%s", key);
	o.depth_max = SIZE_MAX;
	return is_post(key) ? ALK_OK :
	    alk_walk(r->s, GRAPH, key, &o, take_key, post, NULL);
}

/* A person's id and name, and what ends the row. */
static int
put_person(void *arg, const alk_row *row)
{
	struct read *r = arg;

	put_number(r->out, id_of(row->key), '|');
	put_member(r->out, row->attributes, "firstName", '|');
	put_member(r->out, row->attributes, "lastName", '\n');
	return 0;
}

static int
put_creator(struct read *r, const char *message)
{
	return hop(r, message, ALK_OUT, &creators[is_post(message)], 1, 0,
	    put_person, r);
}

/* ---- The reads --------------------------------------------------------- */

static int
put_city(void *arg, const alk_row *row)
{
	struct read *r = arg;

	r->other_id = id_of(row->key);
	return 0;
}

static int
read_profile(struct read *r)
{
	static const char *const before[] = { "firstName", "lastName",
		"birthday", "locationIP", "browserUsed" };
	int rc = hop(r, r->key, ALK_OUT, located, 1, ALK_WALK_KEYS, put_city,
	    r);
	alk_row row;

	if (rc == ALK_OK)
		rc = alk_node_get(r->s, GRAPH, r->key, &row);
	if (rc != ALK_OK)
		return rc;
	for (size_t i = 0; i < 5; i++)
		put_member(r->out, row.attributes, before[i], '|');
	put_number(r->out, r->other_id, '|');
	put_member(r->out, row.attributes, "gender", '|');
	put_member(r->out, row.attributes, "creationDate", '\n');
	return ALK_OK;
}

/* The latest come first; those of one moment by id. */
static int
take_message(void *arg, const alk_row *row)
{
	struct read *r = arg;
	struct found new;
	const char *value;
	size_t bytes, i;

	new = *one_more(r);
	new.date = number_of(row->attributes, "creationDate");
	new.id = id_of(row->key);
	take_key(new.key, row);
	value = content_of(row->attributes, &bytes);
	keep_part(&new, 0, value, bytes);
	for (i = r->count - 1; i > 0 &&
	     is_before(&new, &r->found[i - 1], true); i--)
		r->found[i] = r->found[i - 1];
	r->found[i] = new;
	return 0;
}

static int
take_messages(struct read *r, size_t limit)
{
	alk_walk_options o = { .direction = ALK_IN, .edge_types = creators,
		.edge_types_count = 2, .depth_max = 1, .order = "creationDate",
		.descending = 1, .limit = limit };

	r->count = 0;
	return alk_walk(r->s, GRAPH, r->key, &o, take_message, r, NULL);
}

static int
read_messages(struct read *r)
{
	int rc = take_messages(r, IS2_ROWS + 1);

	/* Which of one moment come first, only all of them tell. */
	if (r->count > IS2_ROWS &&
	    r->found[IS2_ROWS - 1].date == r->found[IS2_ROWS].date)
		rc = take_messages(r, 0);
	if (r->count > IS2_ROWS)
		r->count = IS2_ROWS;
	for (size_t i = 0; i < r->count && rc == ALK_OK; i++) {
		struct found *f = &r->found[i];
		char post[48];

		put_number(r->out, f->id, '|');
		put_string(r->out, f->part[0], '|');
		put_number(r->out, f->date, '|');
		rc = post_of(r, f->key, post);
		put_number(r->out, id_of(post), '|');
		if (rc == ALK_OK)
			rc = put_creator(r, post);
	}
	return rc;
}

/* An edge's row, then the friend's. */
static int
take_friend(void *arg, const alk_row *row)
{
	struct read *r = arg;
	struct found *f;

	if (row->kind == ALK_EDGE) {
		f = one_more(r);
		f->date = number_of(row->attributes, "creationDate");
		return 0;
	}
	f = &r->found[r->count - 1];
	f->id = id_of(row->key);
	keep_names(f, 0, row->attributes);
	return 0;
}

static int
read_friends(struct read *r)
{
	alk_walk_options o = { .direction = ALK_BOTH, .edge_types = knows,
		.edge_types_count = 1 };
	int rc = alk_neighbors(r->s, GRAPH, r->key, &o, take_friend, r);

	if (r->count > 0)
		qsort(r->found, r->count, sizeof(*r->found), compare_up);
	for (size_t i = 0; i < r->count; i++) {
		put_number(r->out, r->found[i].id, '|');
		put_string(r->out, r->found[i].part[0], '|');
		put_string(r->out, r->found[i].part[1], '|');
		put_number(r->out, r->found[i].date, '\n');
	}
	return rc;
}

static int
read_content(struct read *r)
{
	alk_row row;
	int rc = alk_node_get(r->s, GRAPH, r->key, &row);
	const char *value;
	size_t bytes;

	if (rc != ALK_OK)
		return rc;
	put_member(r->out, row.attributes, "creationDate", '|');
	value = content_of(row.attributes, &bytes);
	put(r->out, value, bytes);
	put(r->out, "\n", 1);
	return ALK_OK;
}

static int
read_creator(struct read *r)
{
	return put_creator(r, r->key);
}

static int
put_forum(void *arg, const alk_row *row)
{
	struct read *r = arg;

	take_key(r->key, row);
	put_number(r->out, id_of(row->key), '|');
	put_member(r->out, row->attributes, "title", '|');
	return 0;
}

static int
read_forum(struct read *r)
{
	char post[48];
	int rc = post_of(r, r->key, post);

	if (rc == ALK_OK)
		rc = hop(r, post, ALK_IN, contains, 1, 0, put_forum, r);
	if (rc == ALK_OK)
		rc = hop(r, r->key, ALK_OUT, moderates, 1, 0, put_person, r);
	return rc;
}

static int
take_reply(void *arg, const alk_row *row)
{
	struct read *r = arg;
	struct found *f = one_more(r);

	take_key(f->key, row);
	f->date = number_of(row->attributes, "creationDate");
	keep_member(f, 0, row->attributes, "content");
	return 0;
}

static int
take_author(void *arg, const alk_row *row)
{
	struct found *f = arg;

	f->id = id_of(row->key);
	keep_names(f, 1, row->attributes);
	keep_part(f, 3, "false", 5);
	return 0;
}

/* Marks the replies of one whom the author knows. */
static int
mark_friend(void *arg, const alk_row *row)
{
	struct read *r = arg;
	int64_t id = id_of(row->key);

	for (size_t i = 0; i < r->count; i++) {
		if (r->found[i].id == id)
			keep_part(&r->found[i], 3, "true", 4);
	}
	return 0;
}

static int
find_authors(struct read *r)
{
	char author[48] = "";
	int rc = hop(r, r->key, ALK_OUT, &creators[is_post(r->key)], 1,
	    ALK_WALK_KEYS, take_key, author);

	for (size_t i = 0; i < r->count && rc == ALK_OK; i++)
		rc = hop(r, r->found[i].key, ALK_OUT, creators, 1, 0,
		    take_author, &r->found[i]);
	if (rc == ALK_OK)
		rc = hop(r, author, ALK_BOTH, knows, 1, ALK_WALK_KEYS,
		    mark_friend, r);
	return rc;
}

static int
read_replies(struct read *r)
{
	int rc = hop(r, r->key, ALK_IN, &replies[is_post(r->key)], 1, 0,
	    take_reply, r);

	if (rc != ALK_OK || r->count == 0)
		return rc;
	rc = find_authors(r);
	qsort(r->found, r->count, sizeof(*r->found), compare_up);
	for (size_t i = 0; i < r->count; i++) {
		struct found *f = &r->found[i];

		put_number(r->out, id_of(f->key), '|');
		put_string(r->out, f->part[0], '|');
		put_number(r->out, f->date, '|');
		put_number(r->out, f->id, '|');
		put_string(r->out, f->part[1], '|');
		put_string(r->out, f->part[2], '|');
		put_string(r->out, f->part[3], '\n');
	}
	return rc;
}

struct work {
	struct read *r;
	int number;
};

static int
work(alk_session *s, void *arg)
{
	static int (*const reads[READS])(struct read *r) = { read_profile,
		read_messages, read_friends, read_content, read_creator,
		read_forum, read_replies };
	struct work *w = arg;

	(void)s;
	return reads[w->number - 1](w->r);
}

int
ldbc_read(alk_session *s, int number, const char *key, struct answer *out)
{
	struct read r = { .s = s, .out = out };
	struct work w = { &r, number };
	int rc;

	snprintf(r.key, sizeof(r.key), "%s", key);
	/* One state of the file, and one read transaction for all calls. */
	rc = number == 4 || number == 5 ? work(s, &w) :
	    alk_snapshot(s, work, &w);
	release(&r);
	return rc;
}
