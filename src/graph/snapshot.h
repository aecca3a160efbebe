/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_SNAPSHOT_H
#define GRAPH_SNAPSHOT_H

#include "base/buf.h"
#include "base/map.h"
#include "db/db.h"
#include "json/json.h"

#include <alkstore.h>
#include <stdbool.h>

/*
 * The topology of one graph at one revision, in compressed sparse rows: for
 * each node, by its place among the numbers in order, a run of arcs in each of
 * two arrays.
 *
 *   nids     12  15  16  40 ...            numbers of nodes, ascending
 *   offset    0   2   2   5 ...            where a node's run begins
 *   to       [1 3][ ][0 0 2] ...           places of the nodes at the other end
 *   edge     [7 9][ ][3 4 8] ...           numbers of the edges
 *   kind      edge type, interned; the high bit says undirected
 *
 * Side 0 is as alk_edges_out gives it, side 1 as alk_edges_in does, in the same
 * order; an undirected edge lies, as in the file, from its source to its
 * target. What was changed since the arrays were made lies beside them: a patch
 * is a node's whole run on one side. New nodes follow behind the others.
 *
 * A session holds its snapshots (struct snapshots); a traversal pins the one it
 * reads. One that is pinned is not changed: what comes up to date then is made
 * anew, and the old one goes with its last pin.
 */
struct graph;
struct graph_ref;

#define SNAPSHOT_OUT 0
#define SNAPSHOT_IN 1
#define SNAPSHOT_UNDIRECTED 0x8000u  /* in a kind */
#define SNAPSHOT_KINDS_MAX 0x7fff
#define SNAPSHOT_EDGES_END ((int64_t)1 << 31) /* beyond: no snapshot */
#define SNAPSHOT_NONE UINT32_MAX

struct snapshot_side {
	uint32_t *offset; /* nodes + 1 */
	uint32_t *to;
	uint32_t *edge;
	uint16_t *kind;
};

struct snapshot_patch {
	uint32_t *to;
	uint32_t *edge;
	uint16_t *kind;
	size_t count;
	size_t room;
};

/* A run of arcs, borrowed. */
struct snapshot_run {
	const uint32_t *to;
	const uint32_t *edge;
	const uint16_t *kind;
	size_t count;
};

struct snapshot {
	int64_t gid;
	int64_t rev;     /* as committed, that it shows */
	int64_t offset;  /* of the feed, up to which it has looked */
	int64_t nid_max; /* of the file: nodes beyond are new */
	int64_t eid_max;
	int64_t eid_own; /* the greatest of the graph itself, about */
	/* Nodes. */
	int64_t *nids;
	uint16_t *types; /* interned */
	uint32_t nodes;
	uint32_t nodes_room;
	uint32_t nodes_built; /* those of the arrays */
	int64_t *tids;        /* of the interned types, of nodes and edges */
	size_t tids_count;
	size_t tids_room;
	/* Arcs. */
	struct snapshot_side sides[2];
	size_t edges_built;
	bool has_undirected;
	bool has_dead; /* nodes were deleted, which ones is not known */
	/* Patches by 2 * node + side. */
	struct intmap patched;
	struct snapshot_patch *patches;
	size_t patches_count;
	size_t patches_room;
	size_t patched_arcs;
	/* Keys, read when first asked for: places in texts, 0 not read yet. */
	uint32_t *key_at;
	size_t key_room;
	struct buf keys;
	uint32_t *by_key; /* places and one, by key; 0 free */
	size_t by_key_room;
	size_t by_key_count;
	/* When it was right: for the look that costs nothing. */
	struct db *db;
	uint64_t version;
	struct db_state state;
	size_t seen;   /* changes of the open transaction, looked at */
	size_t own;    /* of them, up to the last that it shows; 0 none */
	bool is_ahead; /* shows a commit of the session's own behind rev */
	int pins;
	bool is_retired; /* not in the list any more */
	bool is_spoilt;  /* to be made anew */
	uint64_t used;   /* for the least recently used */
	struct snapshot *next;
};

/* What a session holds. Zeroed it is empty. */
struct snapshots {
	struct snapshot *first;
	uint64_t clock;
	struct snapshot_work {
		int64_t gid;
		uint64_t done; /* by traversals from the indexes */
		uint64_t due;  /* where a snapshot is worth making */
	} *work;
	size_t work_count;
	struct json_reader reader; /* of change records */
	/* How often, for tests. */
	size_t built;
	size_t patched;
};

void snapshots_fini(struct snapshots *all);

/* How much a caller wants one. */
enum snapshot_need {
	SNAPSHOT_IF_THERE, /* one hop: only one that is right already */
	SNAPSHOT_IF_DUE,   /* deep: one made if enough work has been done */
	SNAPSHOT_AT_ONCE   /* the whole graph will be read */
};

/*
 * The snapshot of a graph as the running transaction sees it, pinned, or NULL:
 * the caller reads the file. An error is noted only when the file cannot be
 * read. In a transaction that has read.
 */
struct snapshot *snapshot_pin(struct graph *g, const struct graph_ref *ref,
    enum snapshot_need need);
/* What snapshot_pin() would find, without doing it. */
enum snapshot_outlook {
	OUTLOOK_THERE, /* and right, or to be made right */
	OUTLOOK_DUE,   /* to be made */
	OUTLOOK_LATER, /* not now: *left is the work until then, as noted */
	OUTLOOK_NEVER  /* by the limit, or on a host's connection */
};
enum snapshot_outlook snapshot_look(struct graph *g,
    const struct graph_ref *ref, enum snapshot_need need, uint64_t *left);
/*
 * Where no read transaction is needed to know that it is right, pinned: the
 * last was right, and nothing has been committed since. NULL where not, or
 * where a transaction is open. A call that it answers alone needs none.
 */
struct snapshot *snapshot_pin_unchanged(struct graph *g,
    const struct graph_ref *ref);
/* NULL is allowed. */
void snapshot_unpin(struct snapshot *s);
/* One made anew instead of a pinned one, or NULL: in the same transaction. */
struct snapshot *snapshot_renew(struct graph *g, const struct graph_ref *ref,
    struct snapshot *s);
/* What it shows is not in the file: it is not used again. */
void snapshot_spoil(struct snapshot *s);
/* Work done from the indexes: arcs read, and 4 for each node. */
void snapshot_note_work(struct graph *g, int64_t gid, uint64_t work);

/* Lets go of as many as a limit that was lowered asks for. */
void snapshots_trim(struct graph *g);

/* The open transaction goes back to its first `count` changes. */
void snapshots_back_to(struct snapshots *all, size_t count);
/* It has ended; its changes are kept. */
void snapshots_committed(struct snapshots *all);

/* ---- reading (snapshot.c) ---- */

/* The place of a node, or SNAPSHOT_NONE. */
uint32_t snapshot_find(const struct snapshot *s, int64_t nid);
struct snapshot_run snapshot_run(const struct snapshot *s, int side,
    uint32_t node);
/* Bytes that it holds. */
size_t snapshot_bytes(const struct snapshot *s);
size_t snapshots_bytes(const struct snapshots *all);

/* ---- keys (snapshot_keys.c) ---- */

/* The key of a node, kept for the next time if memory allows; borrowed until
   the next call. NULL with the error noted. */
const char *snapshot_key(struct graph *g, struct snapshot *s, uint32_t node);
/* The same where it is kept, or NULL. */
const char *snapshot_kept_key(const struct snapshot *s, uint32_t node);
/* The node of a key that is kept, or SNAPSHOT_NONE: the file knows. */
uint32_t snapshot_place(const struct snapshot *s, const char *key);
/* Keeps a key; false for want of memory or within the limit. */
bool snapshot_keep_key(struct graph *g, struct snapshot *s, uint32_t node,
    const char *key, size_t bytes);
/* The node that has this key is gone; false where it is not kept. */
bool snapshot_forget_key(struct snapshot *s, const char *key);
/* All of them; the snapshot is not pinned. */
void snapshot_forget_keys(struct snapshot *s);

/* ---- making and changing (snapshot_build.c, snapshot_patch.c) ---- */

enum snapshot_made {
	SNAPSHOT_MADE,
	SNAPSHOT_TOO_LARGE, /* or without memory: as it was, or half made */
	SNAPSHOT_FAILED     /* noted */
};

/* Fills an empty one from the file; at most bytes_max. */
enum snapshot_made snapshot_build(struct graph *g, struct snapshot *s,
    size_t bytes_max);
void snapshot_free(struct snapshot *s);
/* The number that stands for a type; negative when there is no more. */
int snapshot_kind(struct snapshot *s, int64_t tid);

/* These change; false for want of memory, and then it is good for nothing. */
bool snapshot_add_node(struct snapshot *s, int64_t nid, int64_t tid);
bool snapshot_add_edge(struct snapshot *s, uint32_t source, uint32_t target,
    uint32_t edge, uint16_t kind);
/* An arc at node on one side, and its other end. *found whether it was there.
 */
bool snapshot_remove_edge(struct snapshot *s, uint32_t node, int side,
    uint32_t edge, bool *found);

/*
 * Brings it from its state to that of the transaction, which sees that revision
 * and the feed up to that offset (snapshot_replay.c). SNAPSHOT_TOO_LARGE says
 * that it has to be made anew, as it has after SNAPSHOT_FAILED.
 */
enum snapshot_made snapshot_replay(struct graph *g, struct snapshot *s,
    const char *graph_id, int64_t rev, int64_t offset);

#endif
