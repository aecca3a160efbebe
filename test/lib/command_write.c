/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Commands that write nodes and edges. The items of "write" are the lines of
 * its input:
 *
 *     create|put|merge|replace|delete node KEY [ATTRIBUTES]
 *     create|put|merge|replace|delete edge KEY|- [SOURCE TARGET] [ATTRIBUTES]
 *
 * each with type=, id=, and for edges directed or undirected. "-" is an edge
 * without a key.
 */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS_MAX 512

struct batch {
	struct args args[ITEMS_MAX];
	alk_item items[ITEMS_MAX];
	size_t count;
};

static int
op_of(const char *word)
{
	static const char *const ops[] = { "create", "put", "merge", "replace",
		"delete" };

	for (int i = 0; i < 5; i++)
		if (word != NULL && strcmp(word, ops[i]) == 0)
			return ALK_CREATE + i;
	return 0;
}

static const char *
not_dash(const char *word)
{
	return word == NULL || strcmp(word, "-") == 0 ? NULL : word;
}

static void
read_edge(struct args *a, alk_item *item)
{
	int last = a->count;

	if (args_has(a, 3, "directed"))
		item->direction = ALK_DIRECTED;
	if (args_has(a, 3, "undirected"))
		item->direction = ALK_UNDIRECTED;
	if (last > 3 && a->words[last - 1][0] == '{')
		last--;
	if (item->direction != ALK_DIRECTION_DEFAULT)
		last--;
	if (last >= 5) {
		item->source = args_word(a, 3);
		item->target = args_word(a, 4);
	}
}

static bool
read_item(struct args *a, alk_item *item)
{
	const char *kind = args_word(a, 1);

	memset(item, 0, sizeof(*item));
	item->op = op_of(args_word(a, 0));
	item->key = not_dash(args_word(a, 2));
	item->type = args_get(a, "type");
	item->id = args_get(a, "id");
	item->metadata = args_get(a, "metadata");
	item->by = args_get(a, "by");
	if (kind == NULL || item->op == 0)
		return false;
	item->kind = strcmp(kind, "edge") == 0 ? ALK_EDGE : ALK_NODE;
	if (item->kind == ALK_EDGE)
		read_edge(a, item);
	if (a->count > 3 && strchr("{[\"", a->words[a->count - 1][0])) {
		item->attributes = args_word(a, a->count - 1);
		item->attributes_bytes = ALK_NUL;
	}
	return true;
}

static bool
read_batch(struct scene *sc, struct batch *b, char *lines)
{
	char *rest = NULL;
	char *line = strtok_r(lines, "\n", &rest);

	for (; line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		struct args *a = &b->args[b->count];

		if (b->count == ITEMS_MAX) {
			scene_slip(sc, "too many items");
			return false;
		}
		args_init(a, line);
		if (!read_item(a, &b->items[b->count++]) || a->fault != NULL
		    || args_unused(a) != NULL) {
			scene_slip(sc, "not an item: %s", line);
			return false;
		}
	}
	return true;
}

/* Nodes r0, r1, ... and edges from each to the next, then the batch. */
struct ring {
	char (*keys)[16];
	alk_item *items;
	size_t count;
};

static bool
make_ring(struct ring *r, size_t nodes, const struct batch *b)
{
	r->count = 2 * nodes + b->count;
	r->keys = calloc(nodes + 1, sizeof(r->keys[0]));
	r->items = calloc(r->count + 1, sizeof(r->items[0]));
	if (r->keys == NULL || r->items == NULL)
		return false;
	for (size_t i = 0; i < nodes; i++) {
		alk_item *node = &r->items[i], *edge = &r->items[nodes + i];
		(void)snprintf(r->keys[i], sizeof(r->keys[i]), "r%u",
		    (unsigned)i);
		node->kind = ALK_NODE;
		node->key = r->keys[i];
		edge->kind = ALK_EDGE;
		edge->source = r->keys[i];
		edge->target = r->keys[(i + 1) % nodes];
		node->op = edge->op = ALK_CREATE;
	}
	for (size_t i = 0; i < b->count; i++)
		r->items[2 * nodes + i] = b->items[i];
	return true;
}

static int
write_batch(struct scene *sc, struct args *a, const struct batch *b)
{
	alk_session *s = scene_session(sc);
	alk_write_options o = { 0 };
	alk_write_result r = { 0 };
	struct ring all = { 0 };
	int rc = SCENE_SLIP;

	o.if_rev = args_number(a, "if_rev", 0);
	o.flags = args_has(a, 2, "dry") ? ALK_TX_DRY_RUN : 0;
	if (make_ring(&all, (size_t)args_number(a, "ring", 0), b))
		rc = scene_told(sc, alk_write(s, args_word(a, 1), all.items,
		    all.count, &o, &r));
	free(all.keys);
	free(all.items);
	if (rc == ALK_OK)
		text_printf(&sc->out, "rev %lld: created %zu, updated %zu, "
		    "unchanged %zu, deleted %zu\n", (long long)r.rev,
		    r.created, r.updated, r.unchanged, r.deleted);
	return rc;
}

typedef int (*batch_fn)(struct scene *sc, struct args *a,
    const struct batch *b);

static int
run_batch(struct scene *sc, struct args *a, batch_fn run)
{
	struct batch *b = calloc(1, sizeof(*b));
	struct text lines = { 0 };
	int rc = SCENE_SLIP;

	if (b == NULL || scene_session(sc) == NULL) {
		free(b);
		return SCENE_SLIP;
	}
	if (scene_input(sc, a, &lines) && (lines.bytes == 0
	    || read_batch(sc, b, lines.data)))
		rc = run(sc, a, b);
	for (size_t i = 0; i < b->count; i++)
		args_fini(&b->args[i]);
	text_fini(&lines);
	free(b);
	return rc;
}

/* write GRAPH [if_rev=N] [dry], items in the input */
static int
run_write(struct scene *sc, struct args *a)
{
	return run_batch(sc, a, write_batch);
}

/* ---- Bulk load --------------------------------------------------------- */

#define RING_MEMORY_BYTES ((size_t)1024 * 1024)

struct pull {
	const struct batch *batch;
	size_t at;
	size_t ring;    /* nodes r0, r1, ... and edges from each to the next */
	size_t ring_at;
	char key[32];
	char other[32];
};

static int
pull_ring(struct pull *p, alk_item *item)
{
	size_t i = p->ring_at++;

	(void)snprintf(p->key, sizeof(p->key), "r%zu", i % p->ring);
	(void)snprintf(p->other, sizeof(p->other), "r%zu", (i + 1) % p->ring);
	item->kind = i < p->ring ? ALK_NODE : ALK_EDGE;
	if (i < p->ring) {
		item->key = p->key;
	} else {
		item->source = p->key;
		item->target = p->other;
	}
	return 1;
}

static int
pull_item(void *arg, alk_item *item)
{
	struct pull *p = arg;

	if (p->ring_at < 2 * p->ring)
		return pull_ring(p, item);
	if (p->at == p->batch->count)
		return 0;
	*item = p->batch->items[p->at++];
	return 1;
}

static int
load_batch(struct scene *sc, struct args *a, const struct batch *b)
{
	alk_session *s = scene_session(sc);
	struct pull pull = { .batch = b };
	alk_load_options o = { 0 };
	alk_load_result r = { 0 };
	int rc;

	if (args_has(a, 2, "any"))
		o.flags |= ALK_LOAD_ANY_ORDER;
	if (args_has(a, 2, "dry"))
		o.flags |= ALK_LOAD_DRY_RUN;
	pull.ring = (size_t)args_number(a, "ring", 0);
	if (pull.ring > 0)
		o.memory_bytes = RING_MEMORY_BYTES;
	rc = scene_told(sc, alk_load(s, args_word(a, 1), &o, pull_item, &pull,
	    &r));
	if (rc == ALK_OK)
		text_printf(&sc->out, "rev %lld: nodes %lld, edges %lld, "
		    "unchanged %lld, items %lld\n", (long long)r.rev,
		    (long long)r.nodes, (long long)r.edges,
		    (long long)r.unchanged, (long long)r.items);
	return rc;
}

/* load GRAPH [any] [dry] [ring=N], items in the input behind the ring */
static int
run_load(struct scene *sc, struct args *a)
{
	return run_batch(sc, a, load_batch);
}

/* ---- One at a time ----------------------------------------------------- */

typedef int (*node_fn)(alk_session *s, const char *graph, const char *key,
    const char *attributes);

static int
write_node(struct scene *sc, struct args *a, node_fn write)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, write(s, args_word(a, 2), args_word(a, 3),
	    args_word(a, 4)));
}

static int
run_node_create(struct scene *sc, struct args *a)
{
	return write_node(sc, a, alk_node_create);
}

static int
run_node_put(struct scene *sc, struct args *a)
{
	return write_node(sc, a, alk_node_put);
}

static int
run_node_merge(struct scene *sc, struct args *a)
{
	return write_node(sc, a, alk_node_merge);
}

static int
run_node_delete(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc,
	    alk_node_delete(s, args_word(a, 2), args_word(a, 3)));
}

/* edge create GRAPH KEY|- SOURCE TARGET [ATTRIBUTES] */
static int
run_edge_create(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_edge_create(s, args_word(a, 2),
	    not_dash(args_word(a, 3)), args_word(a, 4), args_word(a, 5),
	    args_word(a, 6)));
}

static int
run_edge_delete(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc,
	    alk_edge_delete(s, args_word(a, 2), args_word(a, 3)));
}

const struct command write_commands[] = {
	{ "write", 1, run_write },
	{ "load", 1, run_load },
	{ "node create", 2, run_node_create },
	{ "node put", 2, run_node_put },
	{ "node merge", 2, run_node_merge },
	{ "node delete", 2, run_node_delete },
	{ "edge create", 2, run_edge_create },
	{ "edge delete", 2, run_edge_delete },
	{ NULL, 0, NULL }
};
