/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Killed while a new store is made: afterwards the file is nothing yet, or a
 * whole store; opening with ALK_OPEN_CREATE makes a store of it in either case.
 */
#include "crash.h"

#include "aftermath.h"
#include "fixture.h"

#include <stdio.h>

static int
make(void *arg, int to)
{
	struct crash *c = arg;

	fixture_make(c->path);
	child_say(to, 1);
	return 0;
}

static int
look(struct crash *c, const struct child *child)
{
	alk_options o = { 0 };
	alk_store *st;
	alk_session *s;
	alk_row row;
	int rc;
	int failed = 0;

	o.flags = ALK_OPEN_CREATE;
	fixture_open(c->path, &o, &st, &s);
	rc = alk_graph_get(s, "g", &row);
	if (rc != ALK_OK && (rc != ALK_NOTFOUND || child->said == 1)) {
		fprintf(stderr, "  graph g: %s\n", alk_error_name(rc));
		failed = 1;
	}
	fixture_close(st, s);
	return failed + aftermath_check(c->path, "crash create", NULL);
}

int
crash_create(struct crash *c)
{
	int failed = 0;
	int early = 0;

	for (int i = 0; i < c->rounds && failed == 0; i++) {
		struct child child;

		scratch_clear(c->dir);
		child_start(&child, make, c);
		child_listen(&child, crash_below(c, 40000));
		child_kill(&child);
		early += child.said < 0;
		failed += look(c, &child);
	}
	printf("%d kills, %d before the store was there\n", c->rounds, early);
	return failed;
}
