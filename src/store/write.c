/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writing nodes and edges, as alkstore.h offers it. */
#include "store/store.h"

#include "base/error.h"
#include "db/bulk.h"

/* From here on a transaction meets so many pages that the log would be taken
   into the file by nearly each. */
#define MANY_ITEMS 1000
#define SORTED_ITEMS 4000 /* what sorting costs once pays off from here on */

static int
check_call(alk_session *s, const alk_item *items, size_t count, alk_error *err)
{
	size_t most = s->store->limits.batch_rows;

	if (items == NULL || count == 0)
		return error_set(err, ALK_INVALID, "no items given");
	if (count > most)
		return error_set(err, ALK_LIMIT, "%zu items in one call, more "
		    "than %zu (limits.batch_rows)", count, most);
	return ALK_OK;
}

/* Sorted where they are many and new, else one by one. */
static int
write_all(alk_session *s, struct graph_ref *ref, const char *graph,
    const alk_item *items, size_t count, alk_write_result *result)
{
	struct graph *g = &s->graph;

	if (count < SORTED_ITEMS || !s->call->owns_writer)
		return graph_write(g, ref, items, count, result);
	switch (graph_write_many(g, ref, items, count, result)) {
	case GRAPH_MANY_AGAIN:
		if (call_again(s, s->call) != ALK_OK ||
		    graph_find_to_write(g, graph, ref) != ALK_OK)
			return g->err->code;
		return graph_write(g, ref, items, count, result);
	case GRAPH_MANY_NOT:
		return g->err->code != ALK_OK ? g->err->code :
		    graph_write(g, ref, items, count, result);
	default:
		return g->err->code;
	}
}

static int
write_items(alk_session *s, const char *graph, const alk_item *items,
    size_t count, int64_t if_rev, alk_write_result *result)
{
	struct graph *g = &s->graph;
	struct graph_ref ref;

	if (graph_find_to_write(g, graph, &ref) != ALK_OK)
		return g->err->code;
	if (if_rev != 0 && if_rev != ref.rev)
		return error_set(g->err, ALK_CONFLICT, "the graph is at "
		    "revision %lld, not %lld; read again and decide",
		    (long long)ref.rev, (long long)if_rev);
	if (count >= MANY_ITEMS)
		db_set_long_log(g->db, true);
	if (write_all(s, &ref, graph, items, count, result) != ALK_OK)
		return g->err->code;
	size_t changed = result->created + result->updated + result->deleted;
	result->rev = ref.rev + (changed > 0 ? 1 : 0);
	return ALK_OK;
}

int
alk_write(alk_session *s, const char *graph, const alk_item *items,
    size_t count, const alk_write_options *o, alk_write_result *result)
{
	struct call c;
	alk_write_result made = { 0 };
	unsigned flags = o != NULL ? o->flags : 0;
	bool is_dry = (flags & ALK_TX_DRY_RUN) != 0;

	if (call_write(s, &c, is_dry) == ALK_OK &&
	    call_check_flags(&c, flags, ALK_TX_DRY_RUN) == ALK_OK &&
	    check_call(s, items, count, &c.err) == ALK_OK)
		(void)write_items(s, graph, items, count,
		    o != NULL ? o->if_rev : 0, &made);
	int code = call_end(s, &c);
	if (code == ALK_OK && result != NULL)
		*result = made;
	return code;
}

static int
write_one(alk_session *s, const char *graph, const alk_item *item)
{
	return alk_write(s, graph, item, 1, NULL, NULL);
}

static int
write_node_op(alk_session *s, int op, const char *graph, const char *key,
    const char *attributes)
{
	alk_item item = { .op = op, .kind = ALK_NODE, .key = key,
		.attributes = attributes, .attributes_bytes = ALK_NUL };

	return write_one(s, graph, &item);
}

int
alk_node_create(alk_session *s, const char *graph, const char *key,
    const char *attributes)
{
	return write_node_op(s, ALK_CREATE, graph, key, attributes);
}

int
alk_node_put(alk_session *s, const char *graph, const char *key,
    const char *attributes)
{
	return write_node_op(s, ALK_PUT, graph, key, attributes);
}

int
alk_node_merge(alk_session *s, const char *graph, const char *key,
    const char *attributes)
{
	return write_node_op(s, ALK_MERGE, graph, key, attributes);
}

int
alk_node_delete(alk_session *s, const char *graph, const char *key)
{
	return write_node_op(s, ALK_DELETE, graph, key, NULL);
}

int
alk_edge_create(alk_session *s, const char *graph, const char *key,
    const char *source, const char *target, const char *attributes)
{
	alk_item item = { .op = ALK_CREATE, .kind = ALK_EDGE, .key = key,
		.source = source, .target = target, .attributes = attributes,
		.attributes_bytes = ALK_NUL };

	return write_one(s, graph, &item);
}

int
alk_edge_delete(alk_session *s, const char *graph, const char *key)
{
	alk_item item = { .op = ALK_DELETE, .kind = ALK_EDGE, .key = key };

	return write_one(s, graph, &item);
}
