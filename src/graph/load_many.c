/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Many new items by one call of alk_write(): sorted, as a load writes them,
 * with a change of each in the feed. Where an item is wrong nothing is told of
 * it here: the caller undoes all and writes them one by one, which finds the
 * first and its error. So nothing can differ but the time that it takes.
 */
#include "graph/load.h"

#define MEMORY_BYTES ((size_t)96 * 1024 * 1024)

static bool
are_new(const alk_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].op != ALK_CREATE || items[i].id != NULL ||
		    items[i].by != NULL ||
		    (items[i].kind != ALK_NODE && items[i].kind != ALK_EDGE))
			return false;
	return true;
}

static int
take(struct load *l, const alk_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (load_item(l, &items[i], NULL) != ALK_OK) {
			write_place_error(l->g, &items[i], (int64_t)i);
			break;
		}
		if ((i & 255) == 255 && graph_is_cancelled(l->g))
			break;
	}
	return l->g->err->code;
}

enum graph_many
graph_write_many(struct graph *g, struct graph_ref *ref, const alk_item *items,
    size_t count, alk_write_result *result)
{
	static const struct load_settings settings = {
		.memory_bytes = MEMORY_BYTES, .has_batches = true,
		.lists_changes = true };
	enum graph_many answer = GRAPH_MANY_NOT;
	struct load l;

	/* An order that would take too long is refused to single edges. */
	if (!are_new(items, count) || ref->type->config.acyclic)
		return answer;
	load_init(&l, g, &settings);
	l.is_backwards = g->is_backwards;
	if (load_begin(&l, ref) == ALK_OK && l.is_quick && l.has_trees) {
		answer = GRAPH_MANY_DONE;
		if (take(&l, items, count) == ALK_OK &&
		    load_flush(&l, 0) == ALK_OK)
			*result = l.written;
	}
	if (load_is_of_an_item(g->err->code))
		answer = GRAPH_MANY_AGAIN;
	if (g->err->code != ALK_OK)
		textmap_fini(&g->keys);
	g->is_backwards = l.is_backwards;
	load_release(&l);
	load_fini(&l);
	return answer;
}
