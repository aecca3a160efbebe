/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A small store to start from.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char fixture_module[] =
    "{\"Config\":{\"type\":\"object\",\"properties\":{"
    "\"type\":{\"const\":\"mixed\"},\"multi\":{\"const\":true},"
    "\"allowSelfLoops\":{\"const\":true}}},"
    "\"ThingNode\":{\"type\":\"object\",\"properties\":{"
    "\"n\":{\"type\":\"integer\"}}},"
    "\"LinkEdge\":{\"type\":\"object\",\"properties\":{"
    "\"n\":{\"type\":\"integer\"}}}}";

static void
stop(const char *what, int rc, const alk_error *err)
{
	fprintf(stderr, "%s: %s %s %s\n", what, alk_error_name(rc), err->entry,
	    err->text);
	exit(1);
}

void
fixture_ok(alk_session *s, int rc, const char *what)
{
	if (rc != ALK_OK)
		stop(what, rc, alk_session_error(s));
}

void
fixture_open(const char *path, const alk_options *o, alk_store **st,
    alk_session **s)
{
	alk_error err = { 0 };
	int rc = alk_open(path, o, st, &err);

	if (rc == ALK_OK)
		rc = alk_session_open(*st, NULL, s, &err);
	if (rc != ALK_OK)
		stop(path, rc, &err);
}

void
fixture_close(alk_store *st, alk_session *s)
{
	alk_session_close(s);
	if (alk_close(st) != ALK_OK) {
		fputs("the store does not close\n", stderr);
		exit(1);
	}
}

static void
make_graph(alk_session *s, const char *name, const char *type,
    const char *module)
{
	const alk_type_options o = { .scope = "tenant" };
	const alk_graph_new g = { .name = name, .id = name, .type = type };

	fixture_ok(s, alk_types_load(s, type, &o, module, ALK_NUL, NULL),
	    "types");
	fixture_ok(s, alk_graph_create(s, &g, NULL), "graph");
}

void
fixture_graph(alk_session *s, const char *name, const char *module)
{
	make_graph(s, name, name, module);
}

static void
fill(alk_session *s)
{
	make_graph(s, "g", "plain", fixture_module);
}

void
fixture_make(const char *path)
{
	alk_options o = { 0 };
	alk_store *st;
	alk_session *s;

	o.flags = ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE;
	fixture_open(path, &o, &st, &s);
	fill(s);
	fixture_close(st, s);
}

void
fixture_init(struct fixture *f, const alk_options *o)
{
	alk_options with = { 0 };

	if (o != NULL)
		with = *o;
	with.flags |= ALK_OPEN_CREATE;
	memset(f, 0, sizeof(*f));
	scratch_make(f->dir);
	scratch_path(f->path, f->dir, "store.db");
	fixture_open(f->path, &with, &f->store, &f->session);
	fill(f->session);
}

void
fixture_fini(struct fixture *f)
{
	fixture_close(f->store, f->session);
	scratch_remove(f->dir);
}
