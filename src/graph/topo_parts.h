/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_TOPO_PARTS_H
#define GRAPH_TOPO_PARTS_H

/* What topo.c and its backends share. */
#include "graph/topo.h"

bool topo_has_tid(const struct topo_tids *tids, int64_t tid);
/* Types or a filter of nodes are given. */
bool topo_has_filter(const struct topo *t);
/* Refuses what no node or edge that may be met can have: see naming.h. */
int topo_check_names(struct topo *t, int kind, const struct filter *filter,
    const struct filter_path *order);
/* What no schema of theirs names, see there. */
const char *topo_unnamed(struct topo *t, int kind, const struct filter *filter,
    const struct filter_path *order);
void topo_mismatch(struct topo *t, int kind, const struct filter *filter,
    struct buf *out);
/* The graph and the options alone, as topo_open(); nothing can be walked. */
int topo_read(struct topo *t, struct graph *g, const char *graph,
    const alk_walk_options *o);
bool topo_admits_edge(struct topo *t, int64_t eid);
/* Appends the sort key of the value at a path of a row's attributes; false with
   the error noted. */
bool topo_sort_key(struct topo *t, int kind, int64_t number,
    const struct filter_path *path, struct buf *out);

#define TOPO_NARROW_READS 64  /* rows looked at until indexes are asked */
#define TOPO_NARROW_ROWS 4096 /* of an index; more are not read */

/*
 * Whether indexes tell that a node or edge does not match its filter, without a
 * look at its row. tid is of its type, or 0: not known. Asked before each look.
 */
bool topo_narrow_excludes(struct topo *t, int kind, int64_t number,
    int64_t tid);
void topo_narrow_fini(struct topo_narrow *n);

/* The index of a node of the graph; TOPO_NONE with the error noted. */
uint32_t topo_meet(struct topo *t, int64_t nid);
/* The handle of an edge; TOPO_NONE with the error noted. */
uint32_t topo_edge(struct topo *t, int64_t eid);
/* One more arc to lend; false with the error noted. */
bool topo_add_arc(struct topo *t, uint32_t to, uint32_t edge);
/* Room for so many more; false with the error noted. */
bool topo_reserve_arcs(struct topo *t, size_t more);
/* The direction asked for, turned round or not. */
int topo_direction(const struct topo *t, bool turned);

/* Adds the arcs of a node from the indexes of the file. */
void topo_file_arcs(struct topo *t, int64_t nid, int direction);

/* Works on this snapshot from now on; the topo has its pin. */
int topo_memory_use(struct topo *t, struct snapshot *s);
/* Lends the arcs of a node from the snapshot. */
void topo_memory_arcs(struct topo *t, uint32_t node, int direction,
    struct topo_arcs *out);

#endif
