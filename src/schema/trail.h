/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_TRAIL_H
#define SCHEMA_TRAIL_H

#include "schema/locate.h"
#include "schema/walk.h"

/*
 * By which way a keyword was reached. The program names nodes by index and has
 * forgotten by which keyword each one is used. While failures are told, the
 * walk keeps a trail of the schemas that it is within (walk.h), and a way is
 * found from that when there is something to tell: between a schema and the one
 * below it, from what the first one says; then through the references that the
 * program jumps over.
 */

/* A schema that was applied to a value, on the way to a failure. */
struct step {
	const struct trail *trail; /* NULL once way_find() returned */
	const struct node *node;
	enum keyword keyword;  /* or its union, KW_COUNT: the whole schema */
	size_t keyword_bytes;  /* of the path, up to here */
	size_t instance_bytes; /* of the instance pointer */
};

struct way {
	struct buf keyword;  /* the path as evaluated */
	struct buf instance;
	struct locator values;
	struct locator schemas;
	struct step *steps;
	size_t steps_count;
	size_t steps_room;
	int64_t cost; /* what was done so far, in steps of the walk */
};

void way_fini(struct way *way);
/*
 * The way by w's trail to node n, which fails at v: fills keyword, instance and
 * steps. n NULL: only the instance. false: no memory.
 */
bool way_find(struct way *way, const struct walk *w, const struct node *n,
    yyjson_val *v);
/*
 * Appends where n stands: the URI of its resource, where that is absolute, or
 * nothing; '#'; the pointer. false: no memory.
 */
bool way_locate(struct way *way, const struct schema *s, const struct node *n,
    struct buf *out);

/* hops.c: where the reference of a schema leads; NULL: it has none. */
yyjson_val *hops_find(const struct schema *s, yyjson_val *from);

#endif
