/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * An index outside of the store, kept by the change feed: which word stands in
 * the name of which task. It lies in a file of its own, with the offset up to
 * which it is right in the first line; both are replaced at once, by renaming.
 * So whoever is killed at any moment goes on from a place that fits the index.
 *
 *   no file, or ALK_TRIMMED:  rebuild  one snapshot: the offset of the feed,
 *                                      then every node
 *   else:                     resume   the changes behind the offset
 *
 * A change says which node changed, not how: the node is read as it is now. A
 * change that comes twice therefore does no harm.
 */
#include <alkstore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENTRIES 64
#define WORD 32

static const char path[] = "work.db";
static const char index_path[] = "words.idx";

struct index {
	alk_session *s;
	long long offset;
	struct entry {
		char word[WORD];
		char key[WORD];
	} list[ENTRIES];
	size_t count;
	int is_lost; /* a change told of more than it named */
};

/* ---- the index in memory and in its file ---- */

static void
drop(struct index *x, const char *key)
{
	size_t kept = 0;

	for (size_t i = 0; i < x->count; i++)
		if (strcmp(x->list[i].key, key) != 0)
			x->list[kept++] = x->list[i];
	x->count = kept;
}

static void
add_words(struct index *x, const char *key, const char *name)
{
	struct entry e;

	(void)snprintf(e.key, sizeof(e.key), "%s", key);
	while (x->count < ENTRIES && sscanf(name, " %31s", e.word) == 1) {
		x->list[x->count++] = e;
		name = strstr(name, e.word) + strlen(e.word);
	}
}

/* The name of a task: its attributes checked as JSON, then a part of them. */
static void
add_node(struct index *x, const alk_row *row)
{
	alk_json *all = NULL;
	alk_json *name = NULL;
	char *text = NULL;
	size_t bytes = 0;

	if (alk_json_read(row->attributes, row->attributes_bytes, &all, NULL) ==
	    ALK_OK && alk_json_get(all, "/name", &name, NULL) == ALK_OK &&
	    alk_json_write(name, 0, &text, &bytes, NULL) == ALK_OK &&
	    bytes > 2) {
		text[bytes - 1] = '\0'; /* without its quotes */
		add_words(x, row->key, text + 1);
	}
	alk_free(text);
	alk_json_free(name);
	alk_json_free(all);
}

static int
compare(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	int order = strcmp(x->word, y->word);

	return order != 0 ? order : strcmp(x->key, y->key);
}

/* Either the old file or the new one is there, never half of one. */
static int
save(struct index *x)
{
	FILE *f = fopen("words.new", "w");

	if (f == NULL)
		return -1;
	qsort(x->list, x->count, sizeof(x->list[0]), compare);
	fprintf(f, "%lld\n", x->offset);
	for (size_t i = 0; i < x->count; i++)
		fprintf(f, "%s %s\n", x->list[i].word, x->list[i].key);
	if (fflush(f) != 0 || fsync(fileno(f)) != 0 || fclose(f) != 0)
		return -1;
	return rename("words.new", index_path);
}

static int
load(struct index *x)
{
	FILE *f = fopen(index_path, "r");
	struct entry e;

	if (f == NULL)
		return 0;
	int is_there = fscanf(f, "%lld", &x->offset) == 1;
	while (x->count < ENTRIES &&
	    fscanf(f, "%31s %31s", e.word, e.key) == 2)
		x->list[x->count++] = e;
	fclose(f);
	return is_there;
}

/* ---- from the store ---- */

static int
on_node(void *arg, const alk_row *row)
{
	add_node(arg, row);
	return 0;
}

/* Within one snapshot, so that the offset fits the nodes. */
static int
read_all(alk_session *s, void *arg)
{
	struct index *x = arg;
	alk_feed now = { .after = ALK_FEED_NOW };
	alk_query all = { .limit = ALK_NUL };
	int64_t offset = 0;
	int rc = alk_feed_read(s, &now, 0, NULL, NULL, &offset);

	x->count = 0;
	x->offset = offset;
	x->is_lost = 0;
	return rc ? rc : alk_node_list(s, "plan", &all, on_node, x, NULL);
}

static int
on_change(void *arg, const alk_feed_change *c)
{
	struct index *x = arg;
	alk_row row;

	if (c->kind != ALK_NODE) { /* an import, or the graph is gone */
		x->is_lost = 1;
		return 1;
	}
	drop(x, c->key);
	if (c->op != ALK_DELETE &&
	    alk_node_get(x->s, "plan", c->key, &row) == ALK_OK)
		add_node(x, &row);
	return 0;
}

/* Brings the index up to date in memory; save() is for the caller. */
static int
update(struct index *x)
{
	alk_feed behind = { .graph = "plan", .kinds = ALK_FEED_NODES };
	int64_t offset = 0;
	int rc = ALK_TRIMMED;

	if (x->offset > 0 || load(x)) {
		offset = x->offset;
		do { /* as many records as make a page */
			behind.after = offset;
			rc = alk_feed_read(x->s, &behind, 0, on_change, x,
			    &offset);
		} while (rc == ALK_OK && !x->is_lost && offset > behind.after);
	}
	if (rc == ALK_OK && !x->is_lost) {
		printf("resumed behind %lld\n", x->offset);
		x->offset = offset;
		return rc;
	}
	if (rc != ALK_OK && rc != ALK_TRIMMED)
		return rc;
	printf("rebuilt\n");
	return alk_snapshot(x->s, read_all, x);
}

/* ---- the story ---- */

static void
show(const struct index *x)
{
	for (size_t i = 0; i < x->count; i++)
		printf("  %s: %s\n", x->list[i].word, x->list[i].key);
	fflush(stdout);
}

static int
with_store(int (*fn)(alk_session *s))
{
	alk_options o = { .flags = ALK_OPEN_CREATE };
	alk_store *st = NULL;
	alk_session *s = NULL;
	alk_error err = { 0 };
	int rc = alk_open(path, &o, &st, &err);

	if (rc == ALK_OK)
		rc = alk_session_open(st, NULL, &s, &err);
	if (rc == ALK_OK && (rc = fn(s)) != ALK_OK)
		err = *alk_session_error(s);
	if (rc != ALK_OK)
		fprintf(stderr, "%s: %s\n", path, err.text);
	alk_session_close(s);
	alk_close(st);
	return rc;
}

static int
make(alk_session *s)
{
	alk_graph_new plan = { .name = "plan", .type = "task" };
	int rc = alk_graph_create(s, &plan, NULL);

	if (rc == ALK_OK)
		rc = alk_node_create(s, "plan", "t1",
		    "{\"name\":\"dig a well\"}");
	return rc ? rc : alk_node_create(s, "plan", "t2",
	    "{\"name\":\"build a wall\"}");
}

static int
change(alk_session *s)
{
	int rc = alk_node_put(s, "plan", "t1", "{\"name\":\"dig deeper\"}");

	if (rc == ALK_OK)
		rc = alk_node_delete(s, "plan", "t2");
	return rc ? rc : alk_node_create(s, "plan", "t3",
	    "{\"name\":\"drink deeper\"}");
}

static int
run(alk_session *s)
{
	struct index x = { .s = s };
	int rc = update(&x);

	if (rc == ALK_OK && save(&x) == 0)
		show(&x);
	return rc;
}

/* Comes as far as the changes, and dies before it could save them. */
static int
run_and_die(alk_session *s)
{
	struct index x = { .s = s };
	int rc = update(&x);

	fflush(stdout);
	if (rc == ALK_OK)
		raise(SIGKILL);
	return rc;
}

static int
trim(alk_session *s)
{
	alk_stream_policy p = { .topic = "changes", .keep_events = 1,
		.past_readers = 1 };
	int rc = alk_node_put(s, "plan", "t3", "{\"name\":\"drink\"}");

	if (rc == ALK_OK)
		rc = alk_node_delete(s, "plan", "t1");
	return rc ? rc : alk_stream_trim(s, &p, 0, NULL);
}

int
main(void)
{
	int status = 0;

	if (with_store(make) || with_store(run) || with_store(change))
		return 1;
	fflush(stdout);
	pid_t child = fork();
	if (child == 0)
		_exit(with_store(run_and_die) != ALK_OK);
	waitpid(child, &status, 0);
	printf("killed: %s\n", WIFSIGNALED(status) ? "yes" : "no");
	if (with_store(run) || with_store(trim) || with_store(run))
		return 1;
	return 0;
}
