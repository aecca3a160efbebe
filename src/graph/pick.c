/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Rows in an order: each value as its sort key (filter/key.c), equals as they
 * were met. With a limit no more than twice as many are kept: then the better
 * half is, and what is not before the last of it need not be kept at all.
 */
#include "graph/pick.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/topo_parts.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_MIN 32

struct pick_row {
	const char *key; /* while they are sorted */
	size_t key_at;   /* in keys */
	size_t key_bytes;
	size_t met;
	int64_t hops;
	uint32_t edge;
	uint32_t node;
	bool is_down;
};

int
pick_read_order(const char *text, struct filter_path **out, alk_error *err)
{
	if (filter_path_parse(text, strlen(text), out, err) == ALK_FILTER) {
		char at[sizeof(err->entry)];
		memcpy(at, err->entry, sizeof(at));
		err->entry[0] = '\0';
		error_entry(err, "order, %.100s", at);
	}
	return err->code;
}

int
pick_init(struct pick *p, struct topo *t, const alk_walk_options *o,
    alk_walk_options *rest)
{
	alk_error *err = t->g->err;

	*p = (struct pick){ .t = t, .is_of_edges = o->order_edges != 0,
		.is_down = o->descending != 0, .limit = o->limit };
	*rest = *o;
	rest->order = NULL;
	rest->order_edges = rest->descending = 0;
	rest->limit = 0;
	if (o->order == NULL)
		return o->order_edges == 0 && o->descending == 0 ? err->code :
		    error_set(err, ALK_INVALID, "order_edges and descending "
			"say more of an order, but none is given");
	return pick_read_order(o->order, &p->path, err);
}

int
pick_check(struct pick *p)
{
	struct topo *t = p->t;
	int kind = p->is_of_edges ? ALK_EDGE : ALK_NODE;

	return p->path == NULL ? t->g->err->code :
	    topo_check_names(t, kind, NULL, p->path);
}

void
pick_fini(struct pick *p)
{
	filter_path_free(p->path);
	mem_release(p->rows);
	buf_fini(&p->keys);
	buf_fini(&p->spare);
}

bool
pick_is_ordered(const struct pick *p)
{
	return p->path != NULL;
}

static bool
fail(struct pick *p)
{
	error_nomem(p->t->g->err);
	return false;
}

/* ---- sorting ---- */

/* < 0: a is told before b. Descending turns the whole order round. */
static int
compare(const struct pick_row *a, const struct pick_row *b)
{
	size_t bytes = a->key_bytes < b->key_bytes ? a->key_bytes :
						     b->key_bytes;
	int c = memcmp(a->key, b->key, bytes);

	if (c == 0 && a->key_bytes != b->key_bytes)
		c = a->key_bytes < b->key_bytes ? -1 : 1;
	if (c == 0)
		c = a->met < b->met ? -1 : a->met > b->met;
	return a->is_down ? -c : c;
}

static int
compare_rows(const void *a, const void *b)
{
	return compare(a, b);
}

static void
sort(struct pick *p)
{
	for (size_t i = 0; i < p->count; i++)
		p->rows[i].key = p->keys.data + p->rows[i].key_at;
	if (p->count > 1)
		qsort(p->rows, p->count, sizeof(p->rows[0]), compare_rows);
	if (p->limit != 0 && p->count > p->limit)
		p->count = p->limit;
}

/* The better half, and its keys without those of the other. */
static bool
halve(struct pick *p)
{
	sort(p);
	buf_clear(&p->spare);
	for (size_t i = 0; i < p->count; i++) {
		struct pick_row *r = &p->rows[i];
		r->key_at = p->spare.bytes;
		buf_add(&p->spare, r->key, r->key_bytes);
	}
	struct buf old = p->keys;
	p->keys = p->spare;
	p->spare = old;
	p->bound = p->limit - 1;
	p->is_bounded = true;
	return !p->keys.failed || fail(p);
}

/* ---- adding ---- */

/* A row that is not before the last of enough others. */
static bool
is_beyond(struct pick *p, struct pick_row *r)
{
	if (!p->is_bounded)
		return false;
	struct pick_row *last = &p->rows[p->bound];
	last->key = p->keys.data + last->key_at;
	r->key = p->keys.data + r->key_at;
	return compare(r, last) > 0;
}

static bool
grow(struct pick *p)
{
	size_t room = p->room == 0 ? ROOM_MIN : 2 * p->room;
	struct pick_row *rows = mem_resize(p->rows, room * sizeof(rows[0]));

	if (rows == NULL)
		return fail(p);
	p->rows = rows;
	p->room = room;
	return true;
}

bool
pick_add(struct pick *p, uint32_t edge, uint32_t node, int64_t hops)
{
	struct topo *t = p->t;
	struct pick_row r = { .key_at = p->keys.bytes, .met = p->met++,
		.hops = hops, .edge = edge, .node = node,
		.is_down = p->is_down };
	bool read = p->is_of_edges ?
	    topo_sort_key(t, ALK_EDGE, topo_eid(t, edge), p->path, &p->keys) :
	    topo_sort_key(t, ALK_NODE, topo_nid(t, node), p->path, &p->keys);

	if (!read)
		return false;
	r.key_bytes = p->keys.bytes - r.key_at;
	if (is_beyond(p, &r)) {
		p->keys.bytes = r.key_at;
		return true;
	}
	if (p->count == p->room && !grow(p))
		return false;
	p->rows[p->count++] = r;
	return p->limit == 0 || p->limit > SIZE_MAX / 4 ||
	    p->count < 2 * p->limit || halve(p);
}

void
pick_tell(struct pick *p, struct tell *to, bool is_hops)
{
	sort(p);
	for (size_t i = 0; i < p->count; i++) {
		const struct pick_row *r = &p->rows[i];
		bool goes_on = is_hops ? tell_hop(to, r->edge, r->node, 1) :
		    tell_node(to, r->node, r->hops);
		if (!goes_on || ((i & 255) == 255 &&
			topo_check(p->t, 0) != ALK_OK))
			return;
	}
}
