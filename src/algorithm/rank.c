/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Degrees and PageRank.
 *
 * Brin and Page, "The anatomy of a large-scale hypertextual web search engine"
 * (1998), by power iteration: from equal ranks, each node gives `damping` of
 * its rank to the ends of its arcs in equal shares, and the rest, and all of a
 * node without arcs, to every node alike. Sums go by node and by arc, so that
 * the same arrays give the same bits. Time O(n + m) an iteration, 24 bytes a
 * node and 4 an arc.
 */
#include "algorithm/algorithm.h"
#include "algorithm/tour.h"

#include "base/error.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

int
algorithm_degree(struct graph *g, const char *graph, const char *key,
    const alk_walk_options *o, size_t *degree)
{
	struct topo t;
	struct topo_arcs a;
	uint32_t node = TOPO_NONE;

	if (topo_open_near(&t, g, graph, o) == ALK_OK)
		node = topo_node(&t, key);
	if (node != TOPO_NONE && topo_arcs(&t, node, false, &a) == ALK_OK &&
	    topo_check(&t, 0) == ALK_OK && degree != NULL)
		*degree = a.count;
	topo_close(&t);
	return g->err->code;
}

/* ---- PageRank ---- */

struct ranks {
	struct tour *r;
	struct net net;
	const alk_pagerank_options *o;
	double damping;
	double tolerance;
	size_t iterations;
	double *now;
	double *next;
};

/* What each node gets whatever its arcs. */
static double
share_of_all(const struct ranks *k)
{
	double idle = 0;
	double count = k->net.count;

	for (uint32_t i = 0; i < k->net.count; i++)
		if (k->net.first[i] == k->net.first[i + 1])
			idle += k->now[i];
	return (1 - k->damping + k->damping * idle) / count;
}

/* Returns the sum of the changes. */
static double
iterate(struct ranks *k)
{
	const struct net *n = &k->net;
	double base = share_of_all(k);
	double change = 0;

	for (uint32_t i = 0; i < n->count; i++)
		k->next[i] = base;
	for (uint32_t i = 0; i < n->count; i++) {
		size_t arcs = n->first[i + 1] - n->first[i];
		double share = arcs == 0 ? 0 :
		    k->damping * k->now[i] / (double)arcs;
		for (size_t j = n->first[i]; j < n->first[i + 1]; j++)
			k->next[n->to[j]] += share;
	}
	for (uint32_t i = 0; i < n->count; i++)
		change += fabs(k->next[i] - k->now[i]);
	double *swap = k->now;
	k->now = k->next;
	k->next = swap;
	return change;
}

static void
compute(struct ranks *k, alk_pagerank_result *result)
{
	result->nodes = k->net.count;
	result->has_converged = k->net.count == 0;
	for (uint32_t i = 0; i < k->net.count; i++)
		k->now[i] = 1.0 / k->net.count;
	while (!result->has_converged && result->iterations < k->iterations &&
	    topo_check(&k->r->topo, k->net.count) == ALK_OK) {
		result->change = iterate(k);
		result->iterations++;
		result->has_converged = result->change <= k->tolerance;
	}
}

struct ranked {
	double rank;
	uint32_t node;
};

/* Higher rank first, then the older node. */
static int
compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a;
	const struct ranked *y = b;

	if (x->rank < y->rank || x->rank > y->rank)
		return x->rank < y->rank ? 1 : -1;
	return x->node < y->node ? -1 : x->node > y->node;
}

static void
tell_ranks(struct ranks *k)
{
	uint32_t count = k->net.count;
	struct ranked *list = tour_alloc(k->r, count, sizeof(list[0]));

	if (list == NULL)
		return;
	for (uint32_t i = 0; i < count; i++)
		list[i] = (struct ranked){ k->now[i], i };
	if (count > 0)
		qsort(list, count, sizeof(list[0]), compare_ranked);
	for (uint32_t i = 0; i < count; i++) {
		struct said t = { .kind = ALK_NODE,
			.number = k->net.nids[list[i].node],
			.hops = (int64_t)i + 1, .value = list[i].rank };
		if ((k->o->limit != 0 && i == k->o->limit) ||
		    !tour_tell(k->r, &t))
			break;
	}
	mem_release(list);
}

static int
check_options(struct ranks *k, alk_error *err)
{
	const alk_pagerank_options *o = k->o;

	k->damping = o->damping > 0 || o->damping < 0 ? o->damping : 0.85;
	k->tolerance = o->tolerance > 0 || o->tolerance < 0 ? o->tolerance :
	    1e-9;
	k->iterations = o->iterations == 0 ? 200 : o->iterations;
	if (isnan(o->damping) || k->damping < 0 || k->damping >= 1)
		return error_set(err, ALK_INVALID,
		    "damping must be more than 0 and less than 1");
	if (isnan(o->tolerance) || k->tolerance < 0)
		return error_set(err, ALK_INVALID,
		    "tolerance must be more than 0");
	return ALK_OK;
}

int
algorithm_pagerank(struct graph *g, const char *graph,
    const alk_pagerank_options *o, alk_visit_fn fn, void *arg,
    alk_pagerank_result *result)
{
	static const alk_pagerank_options usual;
	struct tour r = { .visit = fn, .arg = arg };
	struct ranks k = { .r = &r, .o = o != NULL ? o : &usual };
	alk_pagerank_result made = { 0 };

	if (check_options(&k, g->err) != ALK_OK)
		return g->err->code;
	if (tour_open(&r, g, graph, &k.o->walk) == ALK_OK &&
	    net_read(&k.net, &r, false) == ALK_OK) {
		k.now = tour_alloc(&r, k.net.count, sizeof(k.now[0]));
		k.next = tour_alloc(&r, k.net.count, sizeof(k.next[0]));
		if (!tour_failed(&r))
			compute(&k, &made);
		if (!tour_failed(&r) && fn != NULL)
			tell_ranks(&k);
	}
	mem_release(k.now);
	mem_release(k.next);
	net_fini(&k.net);
	tour_close(&r);
	if (g->err->code == ALK_OK && result != NULL)
		*result = made;
	return g->err->code;
}
