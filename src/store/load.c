/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Bulk load, as alkstore.h offers it: items are pulled from the caller and put
 * into the loader of `graph`, in one transaction or in batches. Edges that came
 * before their nodes, where that is allowed, wait in memory for the end.
 */
#include "graph/load.h"

#include "base/error.h"
#include "store/load_ahead.h"
#include "store/store.h"

#include <stdio.h>
#include <string.h>

#define MEMORY_BYTES_MIN ((size_t)1024 * 1024)
#define WAITING_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define CANCEL_ITEMS 256
#define PROGRESS_ITEMS 4096

struct loading {
	alk_session *s;
	const char *graph;
	const alk_load_options *o;
	alk_item_fn next;
	void *arg;
	alk_error *err;        /* of the whole call */
	struct load load;
	struct graph_ref ref;  /* of the batch */
	int64_t pulled;        /* items, also those skipped */
	int64_t first;         /* of the batch, by the caller's count */
	bool is_ended;
	bool is_single;        /* one transaction for all */
	struct ahead ahead;
	int source_code;       /* that the source ended with, behind them */
	struct buf waiting;    /* edges: struct waiting_edge, then texts */
	alk_load_result result;
};

/* ---- edges that wait ---- */

#define TEXTS 6 /* of an edge */

struct waiting_edge {
	int64_t number; /* of the item in its batch */
	int op;
	int direction;
	size_t bytes[TEXTS]; /* with a NUL; 0: NULL */
};

static int
add_waiting(struct loading *x, const alk_item *item)
{
	const char *texts[TEXTS] = { item->key, item->type, item->source,
		item->target, item->attributes, item->metadata };
	struct waiting_edge w = { .number = x->load.item, .op = item->op,
		.direction = item->direction };

	for (int i = 0; i < TEXTS; i++)
		w.bytes[i] = texts[i] != NULL ? strlen(texts[i]) + 1 : 0;
	if (texts[4] != NULL && item->attributes_bytes != 0 &&
	    item->attributes_bytes != ALK_NUL)
		w.bytes[4] = item->attributes_bytes + 1;
	buf_add(&x->waiting, &w, sizeof(w));
	for (int i = 0; i < TEXTS; i++) {
		if (w.bytes[i] == 0)
			continue;
		buf_add(&x->waiting, texts[i], w.bytes[i] - 1);
		buf_char(&x->waiting, '\0');
	}
	if (x->waiting.failed)
		return error_nomem(x->s->graph.err);
	return ALK_OK;
}

/* The edge at *at as an item; moves *at behind it. */
static int64_t
take_waiting(const struct loading *x, size_t *at, alk_item *item)
{
	struct waiting_edge w;
	const char *texts[TEXTS];

	memcpy(&w, x->waiting.data + *at, sizeof(w));
	*at += sizeof(w);
	for (int i = 0; i < TEXTS; i++) {
		texts[i] = w.bytes[i] != 0 ? x->waiting.data + *at : NULL;
		*at += w.bytes[i];
	}
	*item = (alk_item){ .op = w.op, .kind = ALK_EDGE,
		.key = texts[0], .type = texts[1], .source = texts[2],
		.target = texts[3], .attributes = texts[4],
		.metadata = texts[5], .direction = w.direction,
		.attributes_bytes = w.bytes[4] > 1 ? w.bytes[4] - 1 : 0 };
	return w.number;
}

/* ---- items ---- */

static void
place_error(struct loading *x, const alk_item *item)
{
	struct graph *g = &x->s->graph;
	struct load *l = &x->load;

	load_fail(l);
	if (l->failed_item >= 0)
		error_entry(g->err, "item %lld: %s",
		    (long long)(x->first + l->failed_item), l->failed_name);
	else
		write_place_error(g, item, x->first + l->item);
}

/* Takes one in, or puts it by. */
static int
take(struct loading *x, const alk_item *item)
{
	struct graph *g = &x->s->graph;
	int code = load_item(&x->load, item, NULL);

	if (code == ALK_OK)
		return ALK_OK;
	if (code == ALK_NOTFOUND && x->load.is_end_missing &&
	    (x->o->flags & ALK_LOAD_ANY_ORDER) != 0 && item->id == NULL) {
		if (x->waiting.bytes > WAITING_BYTES_MAX) {
			place_error(x, item);
			return g->err->code;
		}
		error_clear(g->err);
		if (add_waiting(x, item) != ALK_OK)
			return g->err->code;
		x->load.item++;
		return ALK_OK;
	}
	place_error(x, item);
	return g->err->code;
}

static int
take_those_waiting(struct loading *x)
{
	struct graph *g = &x->s->graph;
	int64_t items = x->load.item;
	size_t at = 0;

	for (int64_t n = 1; at < x->waiting.bytes; n++) {
		alk_item item;
		x->load.item = take_waiting(x, &at, &item);
		if (load_item(&x->load, &item, NULL) != ALK_OK) {
			place_error(x, &item);
			return g->err->code;
		}
		if (n % CANCEL_ITEMS == 0 && graph_is_cancelled(g))
			return g->err->code;
	}
	x->load.item = items;
	return ALK_OK;
}

/* Some items, at most `most`, until the source ends. */
static int
pull(struct loading *x, int64_t most)
{
	struct ahead *a = &x->ahead;
	int more = 1;

	ahead_clear(a);
	while (a->count < AHEAD_ITEMS && (int64_t)a->count < most &&
	    !x->is_ended) {
		alk_item item = { .op = ALK_CREATE };
		more = x->next(x->arg, &item);
		if (more <= 0) {
			x->is_ended = true;
			x->source_code = more;
		} else if (++x->pulled > x->o->skip_items) {
			ahead_add(a, &item);
		}
	}
	if (ahead_finish(a) != ALK_OK)
		return error_nomem(x->s->graph.err);
	load_foresee(&x->load, a->items, a->count);
	return ALK_OK;
}

static int
tell_progress(struct loading *x, alk_error *err)
{
	const alk_load_options *o = x->o;

	if (o->progress == NULL || o->progress(o->progress_arg, x->pulled,
		o->total_items) == 0)
		return ALK_OK;
	return error_set(err, ALK_CANCELLED, "stopped behind item %lld; %lld "
	    "are committed (skip_items)", (long long)x->pulled,
	    (long long)x->result.items);
}

static int
take_items(struct loading *x)
{
	struct graph *g = &x->s->graph;
	int64_t most = x->is_single ? INT64_MAX : (int64_t)x->o->batch_items;

	for (int64_t n = 0; n < most && !x->is_ended;) {
		if (pull(x, most - n) != ALK_OK)
			return g->err->code;
		if (n == 0)
			x->first = x->pulled - (int64_t)x->ahead.count;
		for (size_t i = 0; i < x->ahead.count; i++)
			if (take(x, &x->ahead.items[i]) != ALK_OK)
				return g->err->code;
		n += (int64_t)x->ahead.count;
		if ((n % CANCEL_ITEMS == 0 && graph_is_cancelled(g)) ||
		    (n % PROGRESS_ITEMS == 0 && n > 0 &&
			tell_progress(x, g->err) != ALK_OK))
			return g->err->code;
	}
	if (x->source_code < 0)
		return error_set(g->err, x->source_code,
		    "the source of items answered %d", x->source_code);
	return x->is_ended ? take_those_waiting(x) : ALK_OK;
}

/* ---- transactions ---- */

static void
place_late_error(struct loading *x)
{
	const struct load *l = &x->load;

	if (l->failed_item >= 0)
		error_entry(x->s->graph.err, "item %lld: %s",
		    (long long)(x->first + l->failed_item), l->failed_name);
}

static void
load_batch(struct loading *x)
{
	struct graph *g = &x->s->graph;
	struct load *l = &x->load;

	if (graph_find_to_write(g, x->graph, &x->ref) == ALK_OK &&
	    load_begin(l, &x->ref) == ALK_OK && take_items(x) == ALK_OK &&
	    load_flush(l, x->pulled) != ALK_OK)
		place_late_error(x);
	if (x->is_ended || g->err->code != ALK_OK)
		load_release(l);
}

static void
note_committed(struct loading *x)
{
	const struct load *l = &x->load;
	alk_load_result *r = &x->result;

	r->nodes += l->nodes_count;
	r->edges += l->edges_total;
	r->unchanged += (int64_t)l->written.unchanged;
	r->items = x->pulled;
	r->rev = l->expected_rev;
}

static int
run_batches(struct loading *x)
{
	alk_session *s = x->s;
	bool is_dry = (x->o->flags & ALK_LOAD_DRY_RUN) != 0;
	int code = ALK_OK;

	while (code == ALK_OK && !x->is_ended) {
		struct call c;
		if (call_write(s, &c, is_dry) == ALK_OK)
			load_batch(x);
		code = call_end(s, &c);
		if (code != ALK_OK) {
			*x->err = s->err;
			break;
		}
		note_committed(x);
		if (!x->is_ended)
			code = tell_progress(x, x->err);
	}
	return code;
}

static int
check_options(struct call *c, const alk_load_options *o, alk_item_fn next)
{
	if (call_check_flags(c, o->flags, ALK_LOAD_ANY_ORDER |
		ALK_LOAD_DRY_RUN) != ALK_OK)
		return c->err.code;
	if (next == NULL)
		return error_set(&c->err, ALK_INVALID,
		    "no function to take items from");
	if (o->flags != 0 && o->batch_items != 0)
		return error_set(&c->err, ALK_INVALID, "in any order, or for "
		    "a dry run, all items are one transaction: no batch_items");
	if (o->memory_bytes != 0 && o->memory_bytes < MEMORY_BYTES_MIN)
		return error_set(&c->err, ALK_INVALID,
		    "memory_bytes %zu: at least %zu", o->memory_bytes,
		    MEMORY_BYTES_MIN);
	return ALK_OK;
}

int
alk_load(alk_session *s, const char *graph, const alk_load_options *o,
    alk_item_fn next, void *arg, alk_load_result *result)
{
	static const alk_load_options usual;
	struct call c;

	if (o == NULL)
		o = &usual;
	struct load_settings settings = { .memory_bytes = o->memory_bytes,
		.is_nested = s->writer != NULL,
		.has_batches = o->batch_items != 0 };
	struct loading x = { .s = s, .graph = graph, .o = o, .next = next,
		.arg = arg, .err = &c.err, .is_single = o->batch_items == 0 };
	x.result.items = o->skip_items;
	call_begin(s, &c);
	if (c.err.code == ALK_OK && check_options(&c, o, next) == ALK_OK) {
		load_init(&x.load, &s->graph, &settings);
		(void)run_batches(&x);
		load_fini(&x.load);
		buf_fini(&x.waiting);
		ahead_fini(&x.ahead);
	}
	if (result != NULL)
		*result = x.result;
	return call_end(s, &c);
}
