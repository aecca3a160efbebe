/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_FIXTURE_H
#define TEST_FIXTURE_H

#include "scratch.h"

#include <alkstore.h>

/*
 * A store in a folder of its own with one session, one graph type "plain"
 * (nodes ThingNode, edges LinkEdge; mixed, parallel edges and loops allowed)
 * and one graph "g" of it. Whatever fails here ends the program with the error
 * told.
 */
struct fixture {
	char dir[SCRATCH_PATH];
	char path[SCRATCH_PATH];
	alk_store *store;
	alk_session *session;
};

extern const char fixture_module[];

/* o: NULL for the defaults; ALK_OPEN_CREATE is added. */
void fixture_init(struct fixture *f, const alk_options *o);
/* Closes what is open and removes the folder. */
void fixture_fini(struct fixture *f);

/* A file with the type and an empty graph "g" (id "g"), closed again. */
void fixture_make(const char *path);
/* Opens an existing tenant file with a session. */
void fixture_open(const char *path, const alk_options *o, alk_store **st,
    alk_session **s);
void fixture_close(alk_store *st, alk_session *s);

/*
 * Loads a module as the graph type `name` of the tenant, and makes a graph of
 * it with the same name and id.
 */
void fixture_graph(alk_session *s, const char *name, const char *module);

/* Ends the program with the session's error unless rc is ALK_OK. */
void fixture_ok(alk_session *s, int rc, const char *what);

#endif
