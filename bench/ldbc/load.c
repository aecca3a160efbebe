/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * From the CSV files of LDBC's social network to nodes and edges. One line is
 * one item; its attributes are put together in a buffer that is used again.
 */
#include "load.h"

#include "../feed.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS 8

/* Names of columns; one that begins with '#' holds whole numbers. */
struct file {
	const char *name;
	const char *type;
	const char *from; /* prefix of the keys in the first column */
	const char *to;   /* in the second, of edges; NULL of nodes */
	const char *column[COLUMNS];
};

static const struct file files[] = {
	{ "Comment", "CommentNode", "Comment", NULL, { "#creationDate",
	    "locationIP", "browserUsed", "content", "#length" } },
	{ "Forum", "ForumNode", "Forum", NULL, { "title", "#creationDate" } },
	{ "Organisation", "OrganisationNode", "Organisation", NULL, { "label",
	    "name", "url" } },
	{ "Person", "PersonNode", "Person", NULL, { "firstName", "lastName",
	    "gender", "#birthday", "#creationDate", "locationIP",
	    "browserUsed" } },
	{ "Place", "PlaceNode", "Place", NULL, { "name", "url", "label" } },
	{ "Post", "PostNode", "Post", NULL, { "imageFile", "#creationDate",
	    "locationIP", "browserUsed", "language", "content", "#length" } },
	{ "Tag", "TagNode", "Tag", NULL, { "name", "url" } },
	{ "TagClass", "TagClassNode", "TagClass", NULL, { "name", "url" } },
	{ "Comment_hasCreator_Person", "CommentHasCreatorEdge", "Comment",
	    "Person", { NULL } },
	{ "Comment_hasCreator_Person_1", "CommentHasCreatorEdge", "Comment",
	    "Person", { NULL } },
	{ "Comment_hasTag_Tag", "CommentHasTagEdge", "Comment", "Tag",
	    { NULL } },
	{ "Comment_hasTag_Tag_1", "CommentHasTagEdge", "Comment", "Tag",
	    { NULL } },
	{ "Comment_isLocatedIn_Place", "CommentIsLocatedInEdge", "Comment",
	    "Place", { NULL } },
	{ "Comment_isLocatedIn_Place_1", "CommentIsLocatedInEdge", "Comment",
	    "Place", { NULL } },
	{ "Comment_replyOf_Comment", "ReplyOfCommentEdge", "Comment",
	    "Comment", { NULL } },
	{ "Comment_replyOf_Post", "ReplyOfPostEdge", "Comment", "Post",
	    { NULL } },
	{ "Forum_containerOf_Post", "ContainerOfEdge", "Forum", "Post",
	    { NULL } },
	{ "Forum_hasMember_Person", "HasMemberEdge", "Forum", "Person",
	    { "#joinDate" } },
	{ "Forum_hasModerator_Person", "HasModeratorEdge", "Forum", "Person",
	    { NULL } },
	{ "Forum_hasTag_Tag", "ForumHasTagEdge", "Forum", "Tag", { NULL } },
	{ "Organisation_isLocatedIn_Place", "OrganisationIsLocatedInEdge",
	    "Organisation", "Place", { NULL } },
	{ "Person_hasInterest_Tag", "HasInterestEdge", "Person", "Tag",
	    { NULL } },
	{ "Person_isLocatedIn_Place", "PersonIsLocatedInEdge", "Person",
	    "Place", { NULL } },
	{ "Person_knows_Person", "KnowsEdge", "Person", "Person",
	    { "#creationDate" } },
	{ "Person_knows_Person_1", "KnowsEdge", "Person", "Person",
	    { "#creationDate" } },
	{ "Person_likes_Comment", "LikesCommentEdge", "Person", "Comment",
	    { "#creationDate" } },
	{ "Person_likes_Comment_1", "LikesCommentEdge", "Person", "Comment",
	    { "#creationDate" } },
	{ "Person_likes_Post", "LikesPostEdge", "Person", "Post",
	    { "#creationDate" } },
	{ "Person_likes_Post_1", "LikesPostEdge", "Person", "Post",
	    { "#creationDate" } },
	{ "Person_studyAt_Organisation", "StudyAtEdge", "Person",
	    "Organisation", { "#classYear" } },
	{ "Person_workAt_Organisation", "WorkAtEdge", "Person",
	    "Organisation", { "#workFrom" } },
	{ "Place_isPartOf_Place", "IsPartOfEdge", "Place", "Place", { NULL } },
	{ "Post_hasCreator_Person", "PostHasCreatorEdge", "Post", "Person",
	    { NULL } },
	{ "Post_hasTag_Tag", "PostHasTagEdge", "Post", "Tag", { NULL } },
	{ "Post_isLocatedIn_Place", "PostIsLocatedInEdge", "Post", "Place",
	    { NULL } },
	{ "TagClass_isSubclassOf_TagClass", "IsSubclassOfEdge", "TagClass",
	    "TagClass", { NULL } },
	{ "Tag_hasType_TagClass", "HasTypeEdge", "Tag", "TagClass", { NULL } },
};

struct reader {
	const char *dir;
	size_t at;    /* the file that is read now */
	char *text;   /* all of it; NULL: not read yet */
	char *line;   /* what comes next in it */
	size_t rows;
	/* What the item points to. */
	char from[48];
	char to[48];
	char *attributes;
	size_t room;
};

/* The next file that is there; false at the end. */
static bool
next_file(struct reader *r)
{
	char path[1024];
	FILE *f;

	free(r->text);
	r->text = NULL;
	for (; r->at < sizeof(files) / sizeof(*files); r->at++) {
		snprintf(path, sizeof(path), "%s/%s.csv", r->dir,
		    files[r->at].name);
		f = fopen(path, "r");
		if (f == NULL)
			continue;
		fclose(f);
		r->text = read_whole(path);
		r->line = r->text;
		/* Headers tell of ids, rows begin with one. */
		if (*r->line < '0' || *r->line > '9')
			r->line += strcspn(r->line, "\n");
		r->line += *r->line == '\n';
		return true;
	}
	return false;
}

static char *
next_line(struct reader *r)
{
	char *line;

	while (r->text == NULL || *r->line == '\0') {
		if (r->text != NULL)
			r->at++;
		if (!next_file(r))
			return NULL;
	}
	line = r->line;
	r->line += strcspn(line, "\n");
	if (*r->line == '\n')
		*r->line++ = '\0';
	return line;
}

/* Cuts off what is before the next bar. */
static char *
field(char **line)
{
	char *begin = *line;

	*line += strcspn(begin, "|");
	if (**line == '|')
		*(*line)++ = '\0';
	return begin;
}

static char *
put_text(char *to, const char *text)
{
	*to++ = '"';
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ') {
			to += sprintf(to, "\\u%04x", c);
			continue;
		}
		if (c == '"' || c == '\\')
			*to++ = '\\';
		*to++ = *text;
	}
	*to++ = '"';
	return to;
}

/* Columns as the members of an object. What is empty is left out. */
static void
put_attributes(struct reader *r, const struct file *f, char *line)
{
	size_t need = strlen(line) * 6 + COLUMNS * 32;
	char *to;

	if (r->room < need) {
		r->room = need * 2;
		r->attributes = must_have(realloc(r->attributes, r->room));
	}
	to = r->attributes;
	*to++ = '{';
	for (size_t i = 0; i < COLUMNS && f->column[i] != NULL; i++) {
		const char *name = f->column[i];
		const char *value = field(&line);
		bool is_number = *name == '#';

		if (*value == '\0')
			continue;
		to = stpcpy(to, to[-1] == '{' ? "\"" : ",\"");
		to = stpcpy(stpcpy(to, name + is_number), "\":");
		to = is_number ? stpcpy(to, value) : put_text(to, value);
	}
	*to++ = '}';
	*to = '\0';
}

static void
put_key(char key[48], const char *label, const char *id)
{
	size_t bytes = strlen(label);

	memcpy(key, label, bytes);
	key[bytes] = ':';
	snprintf(key + bytes + 1, 48 - bytes - 1, "%s", id);
}

/* The next line as an item. */
static int
next_item(void *arg, alk_item *item)
{
	struct reader *r = arg;
	char *line = next_line(r);
	const struct file *f;

	if (line == NULL)
		return 0;
	f = &files[r->at];
	put_key(r->from, f->from, field(&line));
	if (f->to != NULL)
		put_key(r->to, f->to, field(&line));
	put_attributes(r, f, line);
	*item = (alk_item){ .op = ALK_CREATE, .type = f->type,
		.kind = f->to != NULL ? ALK_EDGE : ALK_NODE,
		.key = f->to != NULL ? NULL : r->from,
		.source = f->to != NULL ? r->from : NULL,
		.target = f->to != NULL ? r->to : NULL,
		.attributes = r->attributes };
	r->rows++;
	return 1;
}

int
ldbc_create(const char *path, const char *module_path, alk_store **st,
    alk_session **s)
{
	alk_options options = { .flags = ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE };
	alk_type_options mine = { .scope = "user" };
	alk_graph_new graph = { .name = "snb", .type = "snb" };
	char *module = read_whole(module_path);
	alk_error err = { 0 };
	int rc;

	bench_remove(path);
	must(alk_open(path, &options, st, &err), path, &err);
	must(alk_session_open(*st, NULL, s, &err), path, &err);
	rc = alk_types_load(*s, "snb", &mine, module, ALK_NUL, NULL);
	if (rc == ALK_OK)
		rc = alk_graph_create(*s, &graph, NULL);
	free(module);
	return rc;
}

int
ldbc_load(alk_session *s, const char *dir, size_t *rows)
{
	struct reader r = { .dir = dir };
	int rc = alk_load(s, "snb", NULL, next_item, &r, NULL);

	free(r.attributes);
	free(r.text);
	*rows = r.rows;
	return rc;
}
