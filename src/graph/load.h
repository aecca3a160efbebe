/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_LOAD_H
#define GRAPH_LOAD_H

#include "base/keymap.h"
#include "graph/graph.h"
#include "graph/load_runs.h"
#include "graph/order.h"
#include "graph/write.h"

/*
 * Loading many nodes and edges that are new: the same rows, rules and errors as
 * by graph_write(), at a fraction of its cost. Rows go to the tables a chunk at
 * a time; what the indexes and the rules need of them is kept, and settled at
 * the end of the transaction: sorted once, checked, and put into each index in
 * its order. Where memory does not hold it, it is sorted in a temporary file
 * (load_runs.h). End points are found in a map of keys.
 *
 * load_init() for a whole load, which may be several transactions; for each of
 * them load_begin(), load_item() and load_flush(); load_release() in the last
 * one, or in the one that fails, and load_fini() at the end. After a failure
 * load_fail() is due, and then nothing but these two.
 */

struct load_row {
	uint32_t number;     /* nid or eid */
	uint32_t type;
	uint32_t src;        /* edges */
	uint32_t dst;
	bool undirected;
	bool has_key;
	bool has_metadata;
	size_t key;          /* places in load.texts */
	size_t key_bytes;
	size_t attributes;
	size_t attributes_bytes;
	size_t metadata;
	size_t metadata_bytes;
};

/* Rows of one table that are not in it yet. */
struct load_chunk {
	struct load_row *rows;
	size_t count;
};

/* An edge as the indexes want it. */
struct load_edge {
	uint32_t src;
	uint32_t dst;
	uint32_t kind; /* type << 1 | undirected */
	uint32_t eid;
};

/* A key as its index wants it. */
struct load_key {
	uint64_t head;   /* the eight bytes behind what all have in common */
	uint32_t place;  /* in the map of keys */
	uint32_t number; /* nid or eid */
};

/* Keys of one kind: the map, and those whose index does not know them. */
struct load_keys {
	struct keymap map;
	bool is_whole;   /* what is not in the map is not in the file either */
	struct load_key *pending;
	size_t count;
	size_t room;
};

/* Edges that are not settled, by their ends (load_ends.c). */
struct load_ends {
	struct load_edge *slots; /* eid 0: empty */
	size_t room;             /* a power of two, or 0 */
	size_t count;
	bool is_used;
};

struct load_settings {
	size_t memory_bytes; /* of keys, rows and what is to be sorted */
	bool is_nested;      /* within a transaction that others began */
	bool has_batches;    /* many small transactions, of few pages each */
	bool may_assign;     /* WRITE_ASSIGN is an op of its items */
	bool lists_changes;  /* each in the feed, rather than the load */
};

/* The statements that write: as load.sql says, of two kinds. */
struct load_sql {
	const struct sql *nodes;
	const struct sql *edges;
	const struct sql *nodes_plain; /* with their indexes */
	const struct sql *edges_plain;
	const struct sql *node_keys;
	const struct sql *node_types;
	const struct sql *edge_keys;
	const struct sql *edges_out;
	const struct sql *edges_in;
};

struct load {
	struct graph *g;
	const struct load_sql *sql;
	struct graph_ref *ref;     /* of the transaction */
	struct load_settings settings;
	int64_t expected_rev;      /* what the last transaction left; -1 */
	bool is_single;            /* set by the caller: all items one by one */
	bool is_quick;             /* else item by item, as graph_write() */
	bool may_be_quick;         /* it is, once there were so many more */
	bool has_been_quick;       /* in an earlier transaction of the load */
	int64_t singles_left;
	bool has_trees;            /* each index is filled for itself */
	bool has_file_edges;       /* of the graph, that are not pending */
	bool has_indexes;          /* on attributes, of the graph's types */
	bool has_unique;
	bool has_nodes;            /* their indexes have what is pending */
	bool has_out;              /* so has that of edges by source */
	bool has_in;               /* and by target */
	bool is_backwards;         /* this batch goes through them so */
	bool is_failing;           /* load_fail() has been called */
	bool is_end_missing;       /* of the edge that failed last */

	struct load_keys nodes;
	struct load_keys edge_keys;
	struct load_chunk node_rows;
	struct load_chunk edge_rows;
	struct buf texts;          /* of the rows in both chunks */

	/* Edges to settle, by eid: their numbers are without gaps. */
	struct load_edge *edges;
	uint32_t *items;           /* the item that each was */
	size_t edges_count;
	size_t edges_room;
	uint32_t first_eid;
	/* The items of pending nodes, where an index is unique. */
	uint32_t *node_items;
	size_t node_items_room;
	uint32_t first_nid;
	/* The first rows that indexes do not have yet; 0: they have all. */
	int64_t nodes_from;
	int64_t edges_from;
	struct load_runs runs;     /* what memory did not hold */
	struct load_ends ends;

	/* Of the transaction: */
	int64_t item;              /* number of the item under way, from 0 */
	alk_write_result written;
	int64_t nodes_count;
	int64_t edges_total;

	int64_t failed_item;       /* after load_fail() */
	char failed_name[256];     /* "edge a -> b"; "": that under way */
};

void load_init(struct load *l, struct graph *g,
    const struct load_settings *settings);
void load_fini(struct load *l);

/* ref must stay until load_flush(). */
int load_begin(struct load *l, struct graph_ref *ref);
/*
 * Any item that graph_write() takes; those that are not new nodes or edges
 * without an id are written one by one. value: its attributes, parsed, or NULL.
 */
int load_item(struct load *l, const alk_item *item, yyjson_val *value);
/* What items that come next will ask the maps of keys for; up to 16. */
void load_foresee(const struct load *l, const alk_item *items, size_t count);
/*
 * All rows are in the file and all rules hold, and the load is noted for the
 * feed; the last of a transaction.
 */
int load_flush(struct load *l, int64_t lines);
/* Whether a node is there, in the file or pending: 1, 0, or a code. */
int load_has_node(struct load *l, const char *key);
/* The connection is as it was before load_begin(). */
void load_release(struct load *l);
/*
 * g->err has been filled, by whomever, at the item under way. Where an earlier
 * item breaks a rule that was yet to be checked, it is that item that fails:
 * then g->err is its error. failed_item and failed_name say which it is.
 */
void load_fail(struct load *l);

/* Whether the code is that of an item that is wrong. */
bool load_is_of_an_item(int code);

/* ---- between the files of the load ---- */

#define LOAD_CHUNK_ROWS ((size_t)1024)

/* A node by key. ALK_NOTFOUND as `what` 'key' is not there. (load.c) */
int load_find_node(struct load *l, const char *key, const char *what,
    struct node_place *out);

/* One row more in a chunk, its texts copied (load_rows.c). */
int load_row_add(struct load *l, int kind, struct load_row row,
    const alk_item *item, const char *metadata);
/* Writes both chunks to the tables. */
int load_rows_write(struct load *l);
void load_rows_fini(struct load *l);

/* An edge to settle (load_settle.c). */
int load_edge_add(struct load *l, const struct load_edge *e);
/* One without direction goes from the smaller end to the larger. */
struct load_edge load_turned(const struct load_edge *e);
/* Those without direction, turned; how many. out may be the edges. */
size_t load_turn_undirected(const struct load_edge *edges, size_t count,
    struct load_edge *out);
int load_key_add(struct load *l, struct load_keys *keys, uint32_t place,
    uint32_t number);
/* What a load breaks; of several the first item's is told, and of that the
   one that a single write would come to first. */
enum load_rule { LOAD_PARALLEL, LOAD_CYCLE, LOAD_UNIQUE };

struct load_fault {
	int64_t item; /* -1: nothing is broken */
	enum load_rule rule;
	int kind;
	uint32_t number;
	const struct entry_type *type; /* of what is unique */
	const struct type_index *index;
	struct buf name;   /* of the row */
	struct buf holder; /* of the one that was there before */
	struct order_cycle cycle;
};

/* Whether this is to be told rather than what f has; f has it then. */
bool load_note_fault(struct load *l, struct load_fault *f, enum load_rule rule,
    int kind, uint32_t number);
/* The rules that a statement has found broken, which g->err says. */
int load_explain(struct load *l);

/* Edges found by their ends: those pending are known from load_ends_begin() on,
   which needs all of them in memory. load_ends_add() is told of new ones. */
int load_ends_begin(struct load *l);
int load_ends_add(struct load *l, const struct load_edge *e);
bool load_ends_have(const struct load *l, const struct load_edge *e);
/* They should be settled. */
bool load_ends_are_full(const struct load *l);
void load_ends_clear(struct load *l);

/* Which indexes on attributes there are (load_index.c). */
void load_index_begin(struct load *l);
/* Their trees are named; false: they cannot be, or the call has failed. */
bool load_index_name(struct load *l);
/* Rows from nodes_from and edges_from on go into them. ALK_EXISTS: one that is
   unique refuses. */
int load_index_fill(struct load *l);
int load_index_find_fault(struct load *l, struct load_fault *f);
int load_node_item_add(struct load *l, uint32_t nid);
/* Nodes and the index of edges by source, before the others: what is pending
   is in order, or all is in runs. */
int load_settle_nodes(struct load *l);
int load_settle_out(struct load *l);
/* Behind them that by target, of what is in memory. */
int load_settle_in(struct load *l);

/* All that is pending is a run, and its memory free. */
int load_spill_all(struct load *l);
/* Columns of an edge of an array, as load.sql has them. */
struct db_answer;
struct db_feed;
void load_give_edge(const void *edges, size_t i, int column,
    struct db_answer *to);
/* A feed of edges that are merged; load_merge_end() is due in any case. */
int load_edges_begin(struct load *l, struct load_merge *m,
    struct db_feed *feed, enum load_order order);
/* Rules and indexes of all that is pending; its rows are written. */
int load_settle(struct load *l);
/* The rules alone (load_rules.c). */
int load_check_rules(struct load *l);
/* The indexes of keys alone, so that the map of keys can be forgotten. */
int load_settle_keys(struct load *l);
size_t load_pending_bytes(const struct load *l);
/* What they may come to. */
size_t load_pending_max(const struct load *l);

/* Sorts for the index by source, and from there for that by target. Uses room
   for as many more; ALK_OK or ALK_NOMEM (load_sort.c). */
int load_sort_out(struct load_edge **edges, size_t count, size_t room);
int load_sort_in(struct load_edge **edges, size_t count, size_t room);
int load_sort_by_eid(struct load_edge **edges, size_t count, size_t room);
int load_sort_keys(struct load_keys *keys);
/* By type and number; head is the type then. */
void load_sort_types(struct load_keys *keys);

#endif
