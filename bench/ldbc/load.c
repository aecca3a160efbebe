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
#define BATCH 10000

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

/* What one item points to: keys and attributes, a NUL behind each. */
struct slot {
	char from[48];
	char to[48];
	char *attributes;
	size_t room;
};

struct reader {
	const char *dir;
	size_t at;    /* the file that is read now */
	char *text;   /* all of it; NULL: not read yet */
	char *line;   /* what comes next in it */
	size_t rows;
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
put_attributes(struct slot *slot, const struct file *f, char *line)
{
	size_t need = strlen(line) * 6 + COLUMNS * 32;
	char *to;

	if (slot->room < need) {
		slot->room = need * 2;
		slot->attributes = must_have(realloc(slot->attributes,
		    slot->room));
	}
	to = slot->attributes;
	*to++ = '{';
	for (size_t i = 0; i < COLUMNS && f->column[i] != NULL; i++) {
		const char *name = f->column[i];
		const char *value = field(&line);
		bool is_number = *name == '#';

		if (*value == '\0')
			continue;
		to += sprintf(to, "%s\"%s\":", to[-1] == '{' ? "" : ",",
		    name + is_number);
		if (is_number)
			to += sprintf(to, "%s", value);
		else
			to = put_text(to, value);
	}
	*to++ = '}';
	*to = '\0';
}

/* The next line as an item; false at the end. */
static bool
next_item(struct reader *r, struct slot *slot, alk_item *item)
{
	char *line = next_line(r);
	const struct file *f;

	if (line == NULL)
		return false;
	f = &files[r->at];
	*item = (alk_item){ .op = ALK_CREATE, .type = f->type };
	snprintf(slot->from, sizeof(slot->from), "%s:%s", f->from,
	    field(&line));
	if (f->to != NULL)
		snprintf(slot->to, sizeof(slot->to), "%s:%s", f->to,
		    field(&line));
	item->kind = f->to != NULL ? ALK_EDGE : ALK_NODE;
	item->key = f->to != NULL ? NULL : slot->from;
	item->source = f->to != NULL ? slot->from : NULL;
	item->target = f->to != NULL ? slot->to : NULL;
	put_attributes(slot, f, line);
	item->attributes = slot->attributes;
	r->rows++;
	return true;
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
	struct slot *slots = must_have(calloc(BATCH, sizeof(*slots)));
	alk_item *items = must_have(calloc(BATCH, sizeof(*items)));
	struct reader r = { .dir = dir };
	size_t count;
	int rc = ALK_OK;

	do {
		for (count = 0; count < BATCH; count++) {
			if (!next_item(&r, &slots[count], &items[count]))
				break;
		}
		if (count > 0)
			rc = alk_write(s, "snb", items, count, NULL, NULL);
	} while (rc == ALK_OK && count == BATCH);
	for (size_t i = 0; i < BATCH; i++)
		free(slots[i].attributes);
	free(items);
	free(slots);
	free(r.text);
	*rows = r.rows;
	return rc;
}
