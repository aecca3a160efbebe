/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_TOPO_H
#define GRAPH_TOPO_H

#include "filter/filter.h"
#include "graph/graph.h"

/*
 * One call's view of a graph's topology: who is joined to whom. Traversal and
 * algorithms are written against it and do not know where the arcs come from: a
 * snapshot that the session holds (topo_memory.c), or the adjacency indexes of
 * the file (topo_file.c). Both give the same arcs in the same order.
 *
 * Nodes have dense indexes from 0 on. In a snapshot all are known from the
 * start; from the file they get one when they are first met. With topo_all()
 * called before any other it is the order of their numbers in both. An edge is
 * a handle, from which topo_eid() makes its number. Errors are sticky, in
 * g->err.
 */

#define TOPO_NONE UINT32_MAX

/* The arcs of one node on one side, as parallel arrays. Borrowed until the next
   topo_arcs() of the same topo. */
struct topo_arcs {
	const uint32_t *to;
	const uint32_t *edge;
	size_t count;
};

struct topo_tids {
	int64_t *list; /* NULL: all */
	size_t count;
};

/* What indexes have told of a filter (topo_narrow.c). */
struct topo_narrow {
	int kind;
	size_t reads;       /* rows that would be looked at, so far */
	bool *is_covered;   /* types, by place in the graph type; NULL: not
	                       asked yet */
	bool is_whole;      /* all types that may be met */
	struct intmap rows; /* numbers of those that may match */
};

/* The caller looks at g, ref and direction only. */
struct topo {
	struct graph *g;
	struct graph_ref ref;
	int direction;
	bool has_undirected; /* the graph type allows undirected edges */
	struct topo_tids edge_tids;
	struct topo_tids node_tids;
	struct filter *edge_filter;
	struct filter *node_filter;
	struct topo_narrow narrow_nodes;
	struct topo_narrow narrow_edges;
	struct json_reader reader;
	uint8_t *verdicts; /* of nodes by index: 0 not asked yet */
	size_t verdicts_room;
	int64_t until_ms;  /* steady clock; 0: no bound */
	int time_ms;
	size_t visited_max;
	const char *visited_name; /* for messages */
	/* A snapshot, or NULL. */
	struct snapshot *snapshot;
	bool *edge_kinds;    /* which are asked for; NULL: all */
	bool *node_kinds;
	bool is_plain;       /* its runs can be lent as they are */
	bool is_used;        /* an index was given out */
	bool asks_file;      /* whether a node is there */
	/* The file. */
	bool is_deep;
	uint64_t work;       /* done from the indexes */
	struct intmap index; /* nid -> index */
	int64_t *nids;       /* borrowed from a snapshot, if there is one */
	size_t count;
	size_t nids_room;
	struct topo_marks *marks; /* NULL: none asked for yet */
	struct topo_marks own_marks;
	/* Edges with numbers that are no handles, and back. */
	struct intmap far_edges;
	int64_t *far_eids;
	size_t far_room;
	/* What topo_arcs() lends. */
	uint32_t *to;
	uint32_t *edge;
	size_t arcs_count;
	size_t arcs_room;
};

/*
 * Finds the graph and reads options (NULL: out, all types, no filters). Returns
 * the code; topo_close() is due in any case.
 */
int topo_open(struct topo *t, struct graph *g, const char *graph,
    const alk_walk_options *o);
/* The same where no more than the arcs of one node will be asked for. */
int topo_open_near(struct topo *t, struct graph *g, const char *graph,
    const alk_walk_options *o);
/*
 * The same where the snapshot answers without a transaction, and knows the node
 * with this key: as long as no more is asked for than arcs and kept keys. false
 * where not, or the options are refused; topo_close() is due if true.
 */
bool topo_open_unchanged(struct topo *t, struct graph *g, const char *graph,
    const char *key, const alk_walk_options *o);
void topo_close(struct topo *t);

/*
 * The node with a key; TOPO_NONE with the error noted, ALK_NOTFOUND. It is
 * exempt from filters: topo_arcs() tells arcs to it.
 */
uint32_t topo_node(struct topo *t, const char *key);
/* By its number; TOPO_NONE if the graph has none (or the call has failed). */
uint32_t topo_of(struct topo *t, int64_t nid);

/*
 * The arcs by which one may leave a node in the direction of the options, each
 * edge once; `turned`: in the opposite one, for a search from the far end. An
 * undirected edge leaves both its ends; a loop is told once. Types and filters
 * of edges and of the nodes behind them are applied. Returns the code.
 */
int topo_arcs(struct topo *t, uint32_t node, bool turned,
    struct topo_arcs *out);

/* Soon the arcs of these will be asked for: the first nearer than the second.
   A word to the processor's cache, no more. */
void topo_hint(const struct topo *t, uint32_t near, uint32_t far);

/*
 * Makes every node of the graph known, those too that filters leave out:
 * topo_admits() tells (always ask it). Before that topo_arcs() may make new
 * ones known. Best called first: then there is a snapshot, if memory allows.
 */
int topo_all(struct topo *t);
/* Nodes known: indexes are below. */
uint32_t topo_count(const struct topo *t);
/* Whether types and filters of nodes let it pass (false on a failure too). */
bool topo_admits(struct topo *t, uint32_t node);

int64_t topo_nid(const struct topo *t, uint32_t node);
int64_t topo_eid(const struct topo *t, uint32_t edge);
/* Number of the node's type (type_entry()); 0 for none. */
int64_t topo_type(struct topo *t, uint32_t node);
/*
 * A number among an edge's attributes. *out is left alone where nothing is
 * there (or null); ALK_VALUE for what is no number, with the edge named.
 */
int topo_number(struct topo *t, uint32_t edge, const struct filter_path *path,
    double *out);

/*
 * A set of nodes, one for each topo: 1 the node is put in, 0 it was there;
 * negative with the error noted.
 */
int topo_mark(struct topo *t, uint32_t node);
void topo_unmark(struct topo *t, uint32_t node);
/*
 * Puts the ends of arcs in. Those that were not there are written to `into`,
 * which has room for all of them and may be written beyond what is told;
 * *count grows by how many they are. false with the error noted.
 */
bool topo_mark_arcs(struct topo *t, const struct topo_arcs *arcs,
    uint32_t *into, size_t *count);
/* At the end: all that were put in, which is quicker than to wipe the set. */
void topo_unmark_all(struct topo *t, const uint32_t *nodes, size_t count);

/*
 * Now and then: cancelled, out of time, over the nodes that may be met. ALK_OK
 * to go on.
 */
int topo_check(struct topo *t, size_t visited);

#endif
