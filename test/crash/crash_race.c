/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Many processes open the same file at once, which is not there yet, and each
 * makes a graph of a type that comes with the store: all succeed, and the file
 * is one store with all their graphs.
 */
#include "crash.h"

#include "aftermath.h"
#include "fixture.h"
#include "invariants.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CHILDREN 20

struct racer {
	const char *path;
	int number;
	int gate[2]; /* closed by the parent when all are there */
};

static int
race(void *arg, int to)
{
	struct racer *r = arg;
	alk_options o = { 0 };
	alk_graph_new g = { 0 };
	alk_store *st;
	alk_session *s;
	char name[32];
	char byte;

	close(r->gate[1]);
	if (read(r->gate[0], &byte, 1) != 0)
		return 4;
	o.flags = ALK_OPEN_CREATE;
	o.busy_ms = 60000;
	fixture_open(r->path, &o, &st, &s);
	snprintf(name, sizeof(name), "race-%d", r->number);
	g.name = name;
	g.type = "call-graph";
	fixture_ok(s, alk_graph_create(s, &g, NULL), name);
	fixture_close(st, s);
	child_say(to, r->number);
	return 0;
}

static int
race_once(struct crash *c)
{
	struct child children[CHILDREN];
	struct racer r = { c->path, 0, { 0, 0 } };
	int failed = 0;

	scratch_clear(c->dir);
	if (pipe(r.gate) != 0)
		return 1;
	for (r.number = 0; r.number < CHILDREN; r.number++)
		child_start(&children[r.number], race, &r);
	close(r.gate[0]);
	close(r.gate[1]);
	for (int i = 0; i < CHILDREN; i++)
		failed += crash_differs("exit status",
		    child_wait(&children[i]), 0);
	failed += crash_differs("graphs", invariants_number(c->path,
	    "SELECT count(DISTINCT name) FROM graphs"), CHILDREN);
	failed += crash_differs("call-graph types", invariants_number(c->path,
	    "SELECT count(*) FROM graph_types WHERE name = 'call-graph'"), 1);
	return failed + aftermath_check(c->path, "crash race", NULL);
}

int
crash_race(struct crash *c)
{
	int failed = 0;

	for (int i = 0; i < c->rounds && failed == 0; i++)
		failed = race_once(c);
	return failed;
}
