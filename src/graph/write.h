/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_WRITE_H
#define GRAPH_WRITE_H

/*
 * What the files of writing share: write.c, write_node.c, write_edge.c,
 * rules.c.
 */

#include "graph/attributes.h"
#include "graph/graph.h"

struct load;

struct write {
	struct graph *g;
	struct graph_ref *ref;
	alk_write_result result;
	yyjson_val *value; /* attributes of the item, parsed; or NULL */
	struct load *load; /* that knows the end points; or NULL */
	bool is_bulk;      /* changes are counted, not listed */
	bool may_assign;   /* WRITE_ASSIGN is an op of its items */
	bool is_end_missing; /* of the edge that failed last */
};

/*
 * An op of imports beside those of alk_item: create, or put the members given
 * over those of what is there. An edge that its key does not find is found by
 * its ends, where there can be one only; it keeps its key.
 */
#define WRITE_ASSIGN 6

/* A node found. */
struct node_place {
	int64_t nid;
	int64_t type; /* 0: not asked for, as no edge type limits its ends */
};

int write_node(struct write *w, const alk_item *item);
int write_edge(struct write *w, const alk_item *item);
/* Any item: a node or an edge. */
int write_any(struct write *w, const alk_item *item);
/* What it must have. */
int write_check_item(struct write *w, const alk_item *item);

/* A node by key: from memory, or the file. ALK_NOTFOUND as `what` 'key' is not
   there. */
int write_find_node(struct write *w, const char *key, const char *what,
    struct node_place *out);
/* Whether this transaction has met it, or one before it that still counts. */
bool write_knows_node(struct graph *g, int64_t gid, const char *key,
    struct node_place *out);
void write_remember_node(struct write *w, const char *key, int64_t nid,
    int64_t type);

/* Names the item in g->err; number: its place, or -1. */
void write_place_error(struct graph *g, const alk_item *item, int64_t number);

/* Next number of a node or an edge; 0 with the error noted. */
int64_t write_next_nid(struct write *w);
int64_t write_next_eid(struct write *w);
/* What they will be; 0 with the error noted. */
int64_t write_peek_nid(struct graph *g);
int64_t write_peek_eid(struct graph *g);

/* The item's attributes, checked, in g->attributes (attributes.h). */
int write_attributes(struct write *w, const alk_item *item,
    struct entry_type *known, struct entry_type **type);

/* The attributes of a row that is there, without the type member. */
struct write_stored {
	struct entry_type *type;
	const char *text;
	size_t bytes;
};

/* The same for an item that changes a row: put, merged or assigned. */
int write_attributes_over(struct write *w, const alk_item *item,
    const struct write_stored *stored, struct entry_type **type);

/*
 * The row that item->by means: 1 found, its number and key there; 0 none; else
 * the error's code.
 */
int write_find_by(struct write *w, const alk_item *item, int64_t *number,
    struct buf *key);

int write_check_key(struct write *w, const char *key, const char *what);
/* An id that the caller chose; prefix is of the derived form, "node-". */
int write_check_id(struct write *w, const char *id, const char *prefix);
/*
 * Whether text begins as a derived id does; *n is its number, 0 if it is none.
 */
bool write_is_derived(const char *text, const char *prefix, int64_t *n);

/* One more change in the feed; texts.graph_id is set here. */
int write_note(struct write *w, int op, int kind, struct change_texts *texts);

/* ---- rules of the graph type (rules.c) ---- */

struct edge_ends {
	struct node_place source;
	struct node_place target;
	const char *source_key;
	const char *target_key;
	bool undirected;
};

/*
 * All that a new node or edge must be for itself: names, attributes (then in
 * g->attributes), metadata; of an edge end points, self loop, end-point types.
 */
int write_node_prepare(struct write *w, const alk_item *item,
    struct entry_type **type, const char **metadata);
int write_edge_prepare(struct write *w, const alk_item *item,
    struct edge_ends *ends, struct entry_type **type, const char **metadata);

/*
 * What an item without key and id says of the edge it means: type, direction,
 * ends. ALK_INVALID where there may be several such.
 */
int write_edge_meant(struct write *w, const alk_item *item,
    struct edge_ends *ends, struct entry_type **type);
/* The edge in the file that is so; 0 none, or the error is noted. */
int64_t write_edge_between(struct write *w, const struct entry_type *type,
    const struct edge_ends *ends);

/* Self loop and end-point types. */
int rules_check_ends(struct write *w, const struct entry_type *type,
    const struct edge_ends *ends);
/* Together with the edges that are there: parallel edge, cycle. */
int rules_check_stored(struct write *w, const struct entry_type *type,
    const struct edge_ends *ends);
int rules_refuse_parallel(struct graph *g, const struct graph_type *gt,
    const struct entry_type *type, const char *source, const char *target);
struct order_cycle;
int rules_refuse_cycle(struct graph *g, const struct graph_type *gt,
    const struct order_cycle *cycle);
/* Directed or not, as item and graph type say; false with the error noted. */
bool rules_direction(struct write *w, int direction, bool *undirected);

#endif
