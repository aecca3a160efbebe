/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Records of the change feed, read: which changes pass a filter, where to begin
 * by offset or revision, and whether what lies behind that is still there.
 */
#include "store/feed_take.h"

#include "base/error.h"
#include "events/stream_trim.h"
#include "store/names.h"

#include <string.h>

#define KINDS (ALK_FEED_NODES | ALK_FEED_EDGES | ALK_FEED_GRAPHS | \
	ALK_FEED_TYPES)
#define OPS (ALK_FEED_CREATE | ALK_FEED_UPDATE | ALK_FEED_DELETE)

/* ---- where to begin ---- */

static int
check_options(alk_session *s, const struct feed_taking *t)
{
	const alk_feed *o = t->o;
	alk_error *err = s->graph.err;

	if ((o->kinds & ~KINDS) != 0 || (o->ops & ~OPS) != 0)
		return error_set(err, ALK_INVALID, "%s %#x: not known to this "
		    "version", (o->kinds & ~KINDS) != 0 ? "kinds" : "ops",
		    (o->kinds & ~KINDS) != 0 ? o->kinds & ~KINDS :
		    o->ops & ~OPS);
	if (o->after < ALK_FEED_KEPT)
		return error_set(err, ALK_INVALID, "after is an offset, 0, "
		    "ALK_FEED_NOW or ALK_FEED_KEPT");
	if (o->after_rev < 0 || (o->after_rev != 0 && o->graph == NULL))
		return error_set(err, ALK_INVALID,
		    "after_rev is a revision of a graph; name the graph");
	if (o->consumer != NULL)
		return names_check(s, o->consumer, "the consumer", err);
	return ALK_OK;
}

int
feed_check_kept(alk_session *s, int64_t after)
{
	struct graph *g = &s->graph;
	int64_t upto = stream_trimmed(g->db, span_of("changes"));

	if (g->err->code == ALK_OK && after < upto)
		error_set(g->err, ALK_TRIMMED, "changes up to offset %lld were "
		    "deleted, and %lld is where to go on from: read the graph "
		    "itself, and go on from the newest offset of that "
		    "snapshot", (long long)upto, (long long)after);
	return g->err->code;
}

/* The revision that a record tells of; -1: it is no record. */
static int64_t
rev_of(struct feed_taking *t, const struct event *e)
{
	yyjson_val *root = json_read_own(&t->reader, e->payload.at,
	    e->payload.bytes, NULL);
	yyjson_val *rev = yyjson_obj_get(root, "rev");

	return yyjson_is_int(rev) ? yyjson_get_sint(rev) : -1;
}

struct looking {
	struct feed_taking *t;
	int64_t rev;
	int64_t offset; /* of the newest record up to rev; 0: none */
	int64_t oldest; /* revision of the oldest record beyond it; 0: none */
};

static int
look_back(void *arg, const struct event *e)
{
	struct looking *l = arg;
	int64_t rev = rev_of(l->t, e);

	if (rev > l->rev)
		l->oldest = rev;
	else if (rev >= 0)
		l->offset = e->offset;
	return l->offset != 0;
}

/*
 * From the newest record backwards: as far as is to be read again then. What
 * lies between the revision and the oldest record kept is gone.
 */
static int64_t
find_rev(alk_session *s, struct feed_taking *t, int64_t graph_rev)
{
	struct graph *g = &s->graph;
	struct looking l = { .t = t, .rev = t->o->after_rev };

	if (graph_rev < l.rev) {
		error_set(g->err, ALK_CONFLICT, "the graph is at revision "
		    "%lld and has not come to %lld", (long long)graph_rev,
		    (long long)l.rev);
		return 0;
	}
	if (events_read_back(g->db, span_of("changes"), span_of(t->graph_id),
		look_back, &l) != ALK_OK || l.offset != 0)
		return l.offset;
	/* No record of it is that old. */
	int64_t upto = stream_trimmed(g->db, span_of("changes"));
	if ((l.oldest == 0 && graph_rev == l.rev) ||
	    (l.oldest == l.rev + 1 && upto == 0))
		return upto;
	error_set(g->err, ALK_TRIMMED, "the changes of the graph behind "
	    "revision %lld were deleted, some or all: read the graph itself, "
	    "and go on from the newest offset of that snapshot",
	    (long long)l.rev);
	return 0;
}

static int64_t
find_start(alk_session *s, struct feed_taking *t, int64_t graph_rev)
{
	struct db *db = s->graph.db;

	if (t->o->after_rev != 0)
		return find_rev(s, t, graph_rev);
	if (t->o->after == ALK_FEED_NOW) {
		int64_t last = events_last(db, span_of("changes"));
		int64_t trimmed = stream_trimmed(db, span_of("changes"));
		return last > trimmed ? last : trimmed;
	}
	if (t->o->after == ALK_FEED_KEPT)
		return stream_trimmed(db, span_of("changes"));
	return t->o->after;
}

int
feed_taking_init(alk_session *s, struct feed_taking *t, const alk_feed *o,
    int64_t *after, bool *was_kept)
{
	struct graph *g = &s->graph;
	struct graph_ref ref = { .rev = 0 };
	int64_t kept = 0;

	t->o = o;
	if (check_options(s, t) != ALK_OK)
		return g->err->code;
	if (o->graph != NULL) {
		if (graph_find(g, o->graph, &ref) != ALK_OK)
			return g->err->code;
		memcpy(t->graph_id, ref.id, sizeof(t->graph_id));
	}
	if (o->consumer != NULL && was_kept != NULL)
		kept = events_offset(g->db, span_of(o->consumer),
		    span_of("changes"));
	if (was_kept != NULL)
		*was_kept = kept > 0;
	*after = kept > 0 ? kept : find_start(s, t, ref.rev);
	return g->err->code == ALK_OK ? feed_check_kept(s, *after) :
					g->err->code;
}

void
feed_taking_fini(struct feed_taking *t)
{
	json_reader_fini(&t->reader);
}

/* ---- changes ---- */

static const char *
text_of(yyjson_val *object, const char *name)
{
	return yyjson_get_str(yyjson_obj_get(object, name));
}

static int64_t
number_of(yyjson_val *object, const char *name)
{
	return yyjson_get_sint(yyjson_obj_get(object, name));
}

static int
op_of(yyjson_val *v)
{
	return yyjson_equals_str(v, "create") ? ALK_CREATE :
	    yyjson_equals_str(v, "update")    ? ALK_REPLACE :
	    yyjson_equals_str(v, "delete")    ? ALK_DELETE :
	    yyjson_equals_str(v, "load")      ? 0 : -1;
}

static int
kind_of(yyjson_val *v)
{
	return yyjson_equals_str(v, "node")  ? ALK_NODE :
	    yyjson_equals_str(v, "edge")     ? ALK_EDGE :
	    yyjson_equals_str(v, "graph")    ? ALK_GRAPH :
	    yyjson_equals_str(v, "type")     ? ALK_TYPE : 0;
}

/* false: it is none that we know. */
static bool
read_change(yyjson_val *v, alk_feed_change *c)
{
	c->op = op_of(yyjson_obj_get(v, "op"));
	c->kind = kind_of(yyjson_obj_get(v, "kind"));
	c->key = text_of(v, "key");
	c->id = text_of(v, "id");
	c->type = text_of(v, "type");
	c->source = text_of(v, "source");
	c->target = text_of(v, "target");
	c->nodes = number_of(v, "nodes");
	c->edges = number_of(v, "edges");
	return c->op == 0 || (c->op > 0 && c->kind != 0);
}

static bool
passes(const struct feed_taking *t, const alk_feed_change *c)
{
	static const unsigned kinds[] = { 0, ALK_FEED_NODES, ALK_FEED_EDGES,
		ALK_FEED_GRAPHS, ALK_FEED_TYPES };
	unsigned op = c->op == ALK_CREATE ? ALK_FEED_CREATE :
	    c->op == ALK_DELETE		  ? ALK_FEED_DELETE :
					    ALK_FEED_UPDATE;
	const alk_feed *o = t->o;

	/* These stand for rows of whatever type. */
	if (c->op == 0 || (c->kind == ALK_GRAPH && c->op == ALK_DELETE))
		return true;
	if (o->kinds != 0 && (o->kinds & kinds[c->kind]) == 0)
		return false;
	if (o->ops != 0 && (o->ops & op) == 0)
		return false;
	return o->type == NULL || ((c->kind == ALK_NODE ||
	    c->kind == ALK_EDGE) && c->type != NULL &&
	    strcmp(o->type, c->type) == 0);
}

static bool
is_of_graph(const struct feed_taking *t, const struct event *e)
{
	size_t bytes = strlen(t->graph_id);

	return bytes == 0 || (e->key.at != NULL && e->key.bytes == bytes &&
	    memcmp(e->key.at, t->graph_id, bytes) == 0);
}

/* One is held back until it is known whether it is the last. */
struct held {
	struct feed_taking *t;
	alk_feed_change change;
	bool is_some;
	int answer;
};

static void
tell_held(struct held *h, bool is_last)
{
	if (!h->is_some)
		return;
	h->is_some = false;
	h->change.is_last = is_last;
	int answer = h->t->fn(h->t->arg, &h->change);
	if (h->answer == 0 || answer < 0)
		h->answer = answer;
}

int
feed_take(struct feed_taking *t, const struct event *e, bool goes_on,
    bool *is_whole)
{
	struct held h = { .t = t };

	*is_whole = true;
	if (t->fn == NULL || !is_of_graph(t, e))
		return 0;
	yyjson_val *root = json_read_own(&t->reader, e->payload.at,
	    e->payload.bytes, NULL);
	alk_feed_change c = { .offset = e->offset,
		.created_at = e->created_at, .rev = number_of(root, "rev"),
		.graph = text_of(root, "graphId") };
	yyjson_arr_iter it = yyjson_arr_iter_with(yyjson_obj_get(root,
	    "changes"));
	yyjson_val *v;

	/* What others have published on the topic has no changes. */
	while ((v = yyjson_arr_iter_next(&it)) != NULL) {
		if (!read_change(v, &c) || !passes(t, &c))
			continue;
		tell_held(&h, false);
		if (h.answer < 0 || (h.answer > 0 && !goes_on)) {
			*is_whole = false;
			return h.answer;
		}
		h.change = c;
		h.is_some = true;
	}
	tell_held(&h, true);
	return h.answer;
}
