/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_MODEL_TEST_H
#define GRAPH_MODEL_TEST_H

/*
 * For the tests of traversal: a random graph in a store and, beside it, as an
 * array of edges. Nodes have the keys "0", "1", ..., edges the keys "e0", "e1",
 * ... and the types XEdge, YEdge, ZEdge. The test includes child.h and
 * fixture.h first.
 */
#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MODEL_NODES 40
#define MODEL_EDGES 200
#define MODEL_FAR 1000 /* no way */

struct model_edge {
	int source;
	int target;
	int type;
	bool undirected;
};

struct model {
	struct fixture f;
	uint64_t seed;
	char graph[24];
	int nodes;
	int edges_count;
	struct model_edge edges[MODEL_EDGES];
	int far[MODEL_NODES][MODEL_NODES]; /* by model_measure() */
};

static const char *const model_types[] = { "XEdge", "YEdge", "ZEdge" };
static const char *const model_kinds[] = { "directed", "undirected", "mixed" };

static inline int
model_below(struct model *m, int n)
{
	return (int)(child_random(&m->seed) % (uint64_t)n);
}

static inline void
model_load(struct model *m, const char *kind)
{
	char module[700];
	alk_type_options o = { .scope = "tenant" };

	(void)snprintf(module, sizeof(module),
	    "{\"Config\":{\"type\":\"object\",\"properties\":{"
	    "\"type\":{\"const\":\"%s\"},\"multi\":{\"const\":true},"
	    "\"allowSelfLoops\":{\"const\":true}}},"
	    "\"ThingNode\":{\"type\":\"object\"},"
	    "\"XEdge\":{\"type\":\"object\"},\"YEdge\":{\"type\":\"object\"},"
	    "\"ZEdge\":{\"type\":\"object\"}}", kind);
	fixture_ok(m->f.session, alk_types_load(m->f.session, kind, &o, module,
	    ALK_NUL, NULL), "types");
}

static inline void
model_init(struct model *m)
{
	memset(m, 0, sizeof(*m));
	m->seed = 5;
	fixture_init(&m->f, NULL);
	for (int i = 0; i < 3; i++)
		model_load(m, model_kinds[i]);
}

static inline void
model_fini(struct model *m)
{
	fixture_fini(&m->f);
}

static inline int
model_write(alk_session *s, void *arg)
{
	struct model *m = arg;
	char key[16], source[16], target[16];
	int code = ALK_OK;

	for (int i = 0; i < m->nodes && code == ALK_OK; i++) {
		(void)snprintf(key, sizeof(key), "%d", i);
		code = alk_node_create(s, m->graph, key, NULL);
	}
	for (int i = 0; i < m->edges_count && code == ALK_OK; i++) {
		const struct model_edge *e = &m->edges[i];
		(void)snprintf(key, sizeof(key), "e%d", i);
		(void)snprintf(source, sizeof(source), "%d", e->source);
		(void)snprintf(target, sizeof(target), "%d", e->target);
		alk_item item = { .op = ALK_CREATE, .kind = ALK_EDGE,
			.key = key, .type = model_types[e->type],
			.source = source, .target = target,
			.direction = e->undirected ? ALK_UNDIRECTED :
						     ALK_DIRECTED };
		code = alk_write(s, m->graph, &item, 1, NULL, NULL);
	}
	return code;
}

/* A graph of a kind with so many nodes and edges, loops and parallels too. */
static inline void
model_make(struct model *m, int number, const char *kind, int nodes, int edges)
{
	alk_graph_new g = { .name = m->graph, .id = m->graph, .type = kind };

	(void)snprintf(m->graph, sizeof(m->graph), "graph %d", number);
	m->nodes = nodes;
	m->edges_count = edges;
	for (int i = 0; i < edges; i++)
		m->edges[i] = (struct model_edge){ model_below(m, nodes),
			model_below(m, nodes), model_below(m, 3),
			strcmp(kind, "undirected") == 0 ||
			(strcmp(kind, "mixed") == 0 && model_below(m, 2) == 0)
		};
	fixture_ok(m->f.session, alk_graph_create(m->f.session, &g, NULL),
	    "graph");
	fixture_ok(m->f.session, alk_transact(m->f.session, 0, model_write, m),
	    "rows");
}

/* Random options; types has room for three. */
static inline alk_walk_options
model_options(struct model *m, const char *types[3])
{
	alk_walk_options o = { .direction = model_below(m, 3) };
	int first = model_below(m, 3);

	o.edge_types = types;
	o.edge_types_count = (size_t)model_below(m, 4);
	for (int i = 0; i < 3; i++)
		types[i] = model_types[(first + i) % 3];
	if (o.edge_types_count == 0)
		o.edge_types = NULL;
	return o;
}

static inline bool
model_has_type(const alk_walk_options *o, int type)
{
	for (size_t i = 0; i < o->edge_types_count; i++)
		if (strcmp(o->edge_types[i], model_types[type]) == 0)
			return true;
	return o->edge_types_count == 0;
}

/* Whether a hop may go from source to target, and from target to source. */
static inline bool
model_goes_along(const struct model_edge *e, const alk_walk_options *o)
{
	return model_has_type(o, e->type) &&
	    (o->direction != ALK_IN || e->undirected);
}

static inline bool
model_goes_against(const struct model_edge *e, const alk_walk_options *o)
{
	return model_has_type(o, e->type) &&
	    (o->direction != ALK_OUT || e->undirected);
}

/* All distances, by Floyd and Warshall. */
static inline void
model_measure(struct model *m, const alk_walk_options *o)
{
	for (int i = 0; i < m->nodes; i++)
		for (int j = 0; j < m->nodes; j++)
			m->far[i][j] = i == j ? 0 : MODEL_FAR;
	for (int i = 0; i < m->edges_count; i++) {
		const struct model_edge *e = &m->edges[i];
		if (e->source == e->target)
			continue;
		if (model_goes_along(e, o))
			m->far[e->source][e->target] = 1;
		if (model_goes_against(e, o))
			m->far[e->target][e->source] = 1;
	}
	for (int k = 0; k < m->nodes; k++)
		for (int i = 0; i < m->nodes; i++)
			for (int j = 0; j < m->nodes; j++)
				if (m->far[i][k] + m->far[k][j] < m->far[i][j])
					m->far[i][j] = m->far[i][k] +
					    m->far[k][j];
}

/* The model of a test, new for each. */

static struct model m;

static inline int
set_up(void **state)
{
	(void)state;
	model_init(&m);
	return 0;
}

static inline int
tear_down(void **state)
{
	(void)state;
	model_fini(&m);
	return 0;
}

/* Of each kind by turns, without edges at first, then with many or few. */
static inline void
make_random_graph(int number)
{
	int nodes = 1 + model_below(&m, MODEL_NODES);
	int edges = number < 3 ? 0 : model_below(&m, 2 * nodes) + 1;

	model_make(&m, number, model_kinds[number % 3], nodes, edges);
}

#endif
