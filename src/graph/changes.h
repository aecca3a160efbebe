/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_CHANGES_H
#define GRAPH_CHANGES_H

#include "base/buf.h"

#include <alkstore.h>

/*
 * What the open transaction has changed, in order, for the change feed and for
 * dry runs. Graph and type rooms add; the store reads it before the commit.
 */

#define CHANGE_NONE SIZE_MAX /* no text */

struct change {
	int op;   /* ALK_CREATE, ALK_REPLACE, ALK_DELETE; 0: a load */
	int kind; /* ALK_NODE ... ALK_TYPE */
	int64_t gid; /* 0 for types */
	size_t graph_id; /* texts: offsets in changes.text, or CHANGE_NONE */
	size_t key;
	size_t id;
	size_t type;
	size_t source;
	size_t target;
	int64_t rev;   /* that the transaction gives the graph */
	int64_t nodes; /* of a load */
	int64_t edges;
	int64_t lines; /*   of the input, read so far */
};

/* Zeroed it is empty. changes_fini() at the end. */
struct changes {
	struct change *list;
	size_t count;
	size_t room;
	struct buf text;
	size_t last_graph; /* offset of the id added last, or CHANGE_NONE */
	bool has_others;   /* than nodes and edges; also of those forgotten */
};

struct changes_mark {
	size_t count;
	size_t text_bytes;
};

struct change_texts {
	const char *graph_id;
	const char *key;
	const char *id;
	const char *type;
	const char *source;
	const char *target;
};

void changes_fini(struct changes *c);
void changes_clear(struct changes *c);
/* Copies the texts; the offsets in change are set here. ALK_OK or ALK_NOMEM. */
int changes_add(struct changes *c, struct change change,
    const struct change_texts *texts);
/* A text of a change, or NULL. */
const char *changes_text(const struct changes *c, size_t offset);

struct changes_mark changes_mark(const struct changes *c);
/* Forgets what was added since. */
void changes_back_to(struct changes *c, struct changes_mark mark);

#endif
