/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Killed while loading in bulk. Load i, by turns in one transaction and in
 * batches, makes a ring of LOAD_NODES nodes "i-0", "i-1", ...; so the file
 * holds whole loads, at least those that the child acknowledged, and of the one
 * under way nothing, or whole batches.
 */
#include "crash.h"

#include "aftermath.h"
#include "fixture.h"
#include "invariants.h"

#include <stdio.h>
#include <string.h>

#define LOAD_NODES 3000
#define BATCH 1000
#define LATEST_US 150000L /* a kill comes before that */
#define KILLS_PER_FILE 10 /* so that looking at the file stays quick */

struct ring {
	int64_t load;
	int64_t at; /* item */
	char key[40];
	char other[40];
};

static int
next_item(void *arg, alk_item *item)
{
	struct ring *r = arg;
	int64_t i = r->at++;

	if (i >= 2 * LOAD_NODES)
		return 0;
	item->kind = i < LOAD_NODES ? ALK_NODE : ALK_EDGE;
	i %= LOAD_NODES;
	snprintf(r->key, sizeof(r->key), "%lld-%lld", (long long)r->load,
	    (long long)i);
	snprintf(r->other, sizeof(r->other), "%lld-%lld", (long long)r->load,
	    (long long)((i + 1) % LOAD_NODES));
	item->attributes = "{\"n\":7}";
	if (item->kind == ALK_NODE) {
		item->key = r->key;
	} else {
		item->source = r->key;
		item->target = r->other;
	}
	return 1;
}

static bool
is_in_batches(int64_t load)
{
	return load % 2 == 1;
}

struct job {
	const char *path;
	int64_t start; /* the load to begin with */
	int64_t skip;  /* items of it that are there */
};

static int
load_on(void *arg, int to)
{
	struct job *job = arg;
	alk_store *st;
	alk_session *s;

	fixture_open(job->path, NULL, &st, &s);
	for (int64_t i = job->start;; i++) {
		struct ring r = { .load = i };
		alk_load_options o = { .batch_items = is_in_batches(i) ?
			BATCH : 0, .skip_items = i == job->start ? job->skip :
			0 };

		fixture_ok(s, alk_load(s, "g", &o, next_item, &r, NULL),
		    "load");
		child_say(to, i + 1);
	}
	return 0;
}

/* Items of all loads that are there; -1 and told, when they are no loads. */
static int64_t
items_there(const char *path)
{
	int64_t nodes = invariants_number(path, "SELECT count(*) FROM nodes");
	int64_t edges = invariants_number(path, "SELECT count(*) FROM edges");
	int64_t items = nodes + edges;
	int64_t load = items / (2 * LOAD_NODES);
	int64_t rest = items % (2 * LOAD_NODES);
	int failed = 0;

	if (rest != 0) {
		failed += crash_differs("a load is there by half",
		    is_in_batches(load), 1);
		failed += crash_differs("a batch is there by half",
		    rest % BATCH, 0);
	}
	failed += crash_differs("nodes", nodes, load * LOAD_NODES +
	    (rest < LOAD_NODES ? rest : LOAD_NODES));
	failed += crash_differs("edges by the index of targets",
	    invariants_number(path, "SELECT count(*) FROM alk_nodes n "
		"CROSS JOIN alk_edges e INDEXED BY alk_edges_in "
		"ON e.dst = n.nid"), edges);
	return failed == 0 ? items : -1;
}

static int
kill_once(struct crash *c, int64_t *items, long most_us)
{
	struct job job = { c->path, *items / (2 * LOAD_NODES),
		*items % (2 * LOAD_NODES) };
	struct child child;
	int failed;

	child_start(&child, load_on, &job);
	child_listen(&child, crash_below(c, most_us));
	child_kill(&child);
	failed = aftermath_check(c->path, "crash load", NULL);
	*items = items_there(c->path);
	if (*items < 0)
		return failed + 1;
	if (child.said * 2 * LOAD_NODES > *items) {
		fprintf(stderr, "  %lld loads were acknowledged, %lld items "
		    "are there\n", (long long)child.said, (long long)*items);
		failed++;
	}
	return failed;
}

int
crash_load(struct crash *c)
{
	int64_t items = 0;
	int64_t all = 0;
	int failed = 0;

	/* A busy machine gets more time, until something could be hurt. */
	for (int i = 0; failed == 0 && (i < c->rounds ||
	    (all + items == 0 && i < 9 * c->rounds)); i++) {
		if (i % KILLS_PER_FILE == 0) {
			all += items;
			items = 0;
			scratch_clear(c->dir);
			fixture_make(c->path);
		}
		failed = kill_once(c, &items,
		    LATEST_US * (1 + i / c->rounds));
	}
	printf("%d kills, %lld items loaded between them\n", c->rounds,
	    (long long)(all + items));
	return failed + crash_differs("any item at all", all + items > 0, 1);
}
