/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_INDEX_H
#define GRAPH_INDEX_H

#include "filter/parts.h"
#include "graph/graph.h"

/*
 * Indexes on attributes, which a node or edge type declares (docs/INDEXES.md).
 * Each is an index of SQLite's own on alk_nodes or alk_edges, over expressions
 * of functions that every SQLite has, so that every way of writing keeps it:
 *
 *   CREATE INDEX alk_ix_5_byEmail ON alk_nodes(gid, KEY...) WHERE type = 5
 *
 * and its row in alk_indexes. What the expressions are is in index_sql.c.
 *
 * The key of a value is of the order of filter_sort_key(), but coarser: values
 * that are equal to the filter language have equal keys, and a value that is
 * not greater has no greater key. So an index narrows, and alk_match() decides.
 * A unique index has, beside the keys, the rest that makes them exact.
 *
 *   missing, null   NULL
 *   number          its whole part, or that and 15 digits of its fraction
 *   string          its first 256 characters, up to a character 0
 *   false, true     x'00', x'01'
 *   array, object   x'02'
 */

struct type_index {
	int64_t iid;        /* row of alk_indexes */
	int64_t tid;
	int kind;           /* ALK_NODE, ALK_EDGE */
	bool is_unique;
	char *name;         /* as declared */
	char *sql_name;     /* alk_ix_<iid>_<name> */
	char *where;        /* filter text; NULL: all rows */
	struct filter *filter; /* where, parsed */
	size_t count;       /* of paths */
	char *paths[MODULE_INDEX_PATHS_MAX]; /* JSON Pointers */
	struct buf tokens;  /* of the paths, decoded, a NUL behind each */
	size_t first[MODULE_INDEX_PATHS_MAX]; /* where a path's begin */
	size_t depth[MODULE_INDEX_PATHS_MAX]; /* how many it has */
	uint64_t stamp;     /* hash of all that the SQL depends on */
};

/* Fills what follows from the texts; zeroes are expected there. */
int index_prepare(struct type_index *x, alk_error *err);
void index_fini(struct type_index *x);
/* Whether the steps are the path at place i. */
bool index_is_path(const struct type_index *x, size_t i,
    const struct filter_step *steps, size_t count);

/* ---- In the file (index.c) ---- */

/* Those of a graph type, from the file, into its entries. */
int index_read(struct graph *g, struct graph_type *t);
/*
 * Brings the indexes of a type to what a module declares, within the
 * transaction. ALK_EXISTS where rows break a unique one, with their keys.
 */
int index_apply(struct graph *g, const char *type_id,
    const struct module_type *t);
/* Drops those whose type left the file without the library. */
int index_sweep(struct graph *g);
/* Drops all of a node or edge type; the type is to be deleted. */
int index_drop_type(struct graph *g, int64_t tid);
/*
 * After ALK_EXISTS of a statement that wrote attributes: if it was an index of
 * this type that refused them, says so in the error with the key of the row
 * that has the values, and returns true.
 */
bool index_explain_conflict(struct graph *g, const struct graph_ref *ref,
    const struct entry_type *t, const char *attributes, size_t bytes);

/*
 * The number of the row that has these values in a unique index, and its key;
 * 0: none, or g->err is set.
 */
int64_t index_find_row(struct graph *g, const struct type_index *x,
    int64_t gid, const char *attributes, size_t bytes, struct buf *key);

/* The error of a row whose values the row `holder` has already. */
int index_refuse(struct graph *g, const struct entry_type *t,
    const struct type_index *x, const char *holder);

/* ---- SQL (index_sql.c) ---- */

/* The statement that makes it. */
void index_write_create(const struct type_index *x, struct buf *out);
/* The key of the path at place i, of a column: "n.attributes". */
void index_write_key(const struct type_index *x, size_t i, const char *column,
    struct buf *out);
/* What makes the key exact, '' where it is already. */
void index_write_rest(const struct type_index *x, size_t i, const char *column,
    struct buf *out);
/* The condition `where` with " AND " before it, or nothing. */
void index_write_where(const struct type_index *x, const char *column,
    struct buf *out);

/*
 * Of loads, which fill the index apart from its table: the CREATE TABLE for its
 * tree (db/bulk.h), the statement that fills it with the rows numbered from..to
 * in its order (may_fail: what it did before it failed may stay), and the query
 * for the first row of a graph, from a number on, whose values an earlier row
 * has: both numbers and both names.
 */
void index_write_tree(const struct type_index *x, struct buf *out);
void index_write_fill(const struct type_index *x, int64_t from, int64_t to,
    bool may_fail, struct buf *out);
void index_write_clash(const struct type_index *x, int64_t gid, int64_t from,
    struct buf *out);

/* ---- Keys of constants (index_key.c) ---- */

/*
 * The key that index_write_key() gives this value (NULL: missing). Its text is
 * borrowed from v. false: no memory.
 */
bool index_key(yyjson_val *v, struct db_value *out);
/* The same of a sort key (filter.h); its text lies in scratch. */
bool index_key_of_sort_key(const char *key, size_t bytes, struct buf *scratch,
    struct db_value *out);

#endif
