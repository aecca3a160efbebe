/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Lists of nodes and edges, a page at a time.
 *
 * Three orders, each total, so that a page can begin exactly behind the last
 * row of the page before (keyset), whatever was written in between:
 *   as written   nodes type by type, edges source by source (by key), within
 *                that by number
 *   "@key"       by key, then number
 *   a path       by sort key of the value there (filter.h), then number
 *
 * A cursor is text: hash of the query, then the place:
 * "v1-<hash>-<type>-<number>" and, for the second and third order, "-<sort key
 * in hex>".
 */
#include "base/error.h"
#include "base/mem.h"
#include "graph/filter.h"
#include "graph/graph.h"
#include "graph/list.sql.h"
#include "graph/node.sql.h"
#include "graph/row.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CURSOR_BYTES_MAX 140000 /* of the longest key, in hex, and some */

enum list_order { BY_WRITING, BY_KEY, BY_VALUE };

struct list {
	struct graph *g;
	int kind;
	const alk_query *q;
	struct graph_ref ref;
	enum list_order order;
	int64_t type;   /* or -1 */
	int64_t source; /* or -1 */
	int64_t target;
	uint64_t hash;
	size_t limit;
	/* Where the page begins: behind this row. */
	int64_t at_type;
	int64_t at_number;
	struct buf at_key;   /* bound while a query runs */
	struct buf last_key; /* of the row visited last */
	bool is_begun; /* the place is that of a row */
	alk_row_fn fn;
	void *arg;
	size_t rows;
	bool is_stopped;
	bool has_more;
};

/* ---- the query ---- */

static uint64_t
hash_text(uint64_t h, const char *text)
{
	return text == NULL ? map_hash("", 1, h) :
			      map_hash(text, strlen(text), h);
}

static uint64_t
hash_query(const struct list *l)
{
	const alk_query *q = l->q;
	uint64_t h = map_hash(&l->kind, sizeof(l->kind), 0);

	h = hash_text(h, l->ref.id);
	h = hash_text(h, q->type);
	h = hash_text(h, q->source);
	h = hash_text(h, q->target);
	h = hash_text(h, q->filter);
	h = hash_text(h, q->order);
	return map_hash(q->descending ? "d" : "a", 1, h);
}

static int
check_filter(struct graph *g, const alk_query *q)
{
	struct filter *f = NULL;
	struct filter_path *p = NULL;

	if (q->filter != NULL && filter_parse(q->filter, strlen(q->filter), &f,
		g->err) != ALK_OK)
		return g->err->code;
	filter_free(f);
	if (q->order != NULL && strcmp(q->order, "@key") != 0) {
		if (filter_path_parse(q->order, strlen(q->order), &p,
			g->err) != ALK_OK)
			return g->err->code;
		filter_path_free(p);
	}
	return ALK_OK;
}

static int64_t
find_nid(struct graph *g, int64_t gid, const char *key)
{
	int64_t nid = db_number(g->db, &sql_node_find, 0, "is", gid, key);

	if (nid == 0 && g->err->code == ALK_OK)
		error_set(g->err, ALK_NOTFOUND, "node '%s' is not there", key);
	return nid;
}

static int
prepare(struct list *l, const char *name)
{
	struct graph *g = l->g;
	const alk_query *q = l->q;

	if (graph_find(g, name, &l->ref) != ALK_OK || check_filter(g, q) !=
	    ALK_OK)
		return g->err->code;
	l->type = l->source = l->target = -1;
	if (q->type != NULL) {
		const struct entry_type *t = l->ref.type == NULL ? NULL :
		    type_entry_named(l->ref.type, l->kind, q->type,
			strlen(q->type));
		if (t == NULL)
			return type_entry_unknown(l->ref.type, l->kind,
			    q->type, strlen(q->type), g->err);
		l->type = t->tid;
	}
	if (l->kind == ALK_NODE && (q->source != NULL || q->target != NULL))
		return error_set(g->err, ALK_INVALID,
		    "source and target are for lists of edges");
	if (q->source != NULL)
		l->source = find_nid(g, l->ref.gid, q->source);
	if (q->target != NULL)
		l->target = find_nid(g, l->ref.gid, q->target);
	l->order = q->order == NULL ? BY_WRITING :
	    strcmp(q->order, "@key") == 0 ? BY_KEY : BY_VALUE;
	l->limit = q->limit == 0 ? g->limits->page_rows : q->limit;
	l->hash = hash_query(l);
	return g->err->code;
}

/* ---- cursors ---- */

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f'    ? c - 'a' + 10 : -1;
}

static bool
read_hex(struct buf *out, const char *text)
{
	for (; text[0] != '\0'; text += 2) {
		int high = hex_digit(text[0]);
		int low = text[1] != '\0' ? hex_digit(text[1]) : -1;
		if (high < 0 || low < 0)
			return false;
		buf_char(out, (char)(high << 4 | low));
	}
	return true;
}

static int
read_cursor(struct list *l)
{
	uint64_t hash = 0;
	int used = 0;

	if (l->q->cursor == NULL)
		return ALK_OK;
	int n = sscanf(l->q->cursor, "v1-%16" SCNx64 "-%" SCNd64 "-%" SCNd64
	    "-%n", &hash, &l->at_type, &l->at_number, &used);
	if (n != 3 || used == 0 || strlen(l->q->cursor) > CURSOR_BYTES_MAX ||
	    !read_hex(&l->at_key, l->q->cursor + used))
		return error_set(l->g->err, ALK_CURSOR,
		    "the cursor is not one that a page ended with");
	if (hash != l->hash)
		return error_set(l->g->err, ALK_CURSOR, "the cursor belongs to "
		    "another query: graph, type, filter and order must be the "
		    "same");
	if (l->at_key.failed)
		return error_nomem(l->g->err);
	l->is_begun = true;
	return ALK_OK;
}

static int
write_cursor(struct list *l)
{
	struct buf *out = &l->g->cursor;
	const struct buf *key = l->rows > 0 ? &l->last_key : &l->at_key;

	buf_clear(out);
	buf_printf(out, "v1-%016" PRIx64 "-%" PRId64 "-%" PRId64 "-", l->hash,
	    l->at_type, l->at_number);
	for (size_t i = 0; i < key->bytes; i++)
		buf_printf(out, "%02x", (unsigned char)key->data[i]);
	return buf_text(out) != NULL ? ALK_OK : error_nomem(l->g->err);
}

/* ---- rows ---- */

/* Hands rows on until the page is full; remembers the place of the last. */
static void
visit(struct list *l, struct db_rows *rows)
{
	struct graph *g = l->g;
	int sort_column = l->kind == ALK_NODE ? 9 : 12;

	while (!l->is_stopped && db_next(g->db, rows)) {
		alk_row row;
		size_t bytes;
		if (l->rows == l->limit) {
			l->has_more = true;
			break;
		}
		if (row_take(g, l->ref.type, l->kind, rows, &g->row, &row) !=
		    ALK_OK)
			break;
		l->at_number = db_int(rows, 0);
		l->at_type = db_int(rows, 1);
		buf_clear(&l->last_key);
		if (l->order == BY_VALUE ||
		    (l->order == BY_KEY && l->kind == ALK_EDGE)) {
			const char *k = db_text(rows, sort_column, &bytes);
			buf_add(&l->last_key, k, bytes);
		} else if (l->order == BY_KEY) {
			buf_add(&l->last_key, row.key, strlen(row.key));
		} else if (l->kind == ALK_EDGE) {
			buf_add(&l->last_key, row.source, strlen(row.source));
		}
		l->is_begun = true;
		l->rows++;
		l->is_stopped = l->fn(l->arg, &row) != 0;
		/* Behind a row where the visitor stopped there may be more. */
		l->has_more = l->is_stopped;
	}
	if (l->last_key.failed)
		error_nomem(g->err);
	db_end(g->db, rows);
}

static int64_t
rows_wanted(const struct list *l)
{
	size_t left = l->limit - l->rows;

	return left >= (size_t)INT64_MAX - 1 ? INT64_MAX : (int64_t)left + 1;
}

/* The nodes of one type, in the order of writing. */
static void
visit_type(struct list *l, int64_t type)
{
	bool down = l->q->descending != 0;
	int64_t at = l->is_begun && l->at_type == type ? l->at_number :
	    down ? INT64_MAX : 0;
	const struct sql *q = down ? &sql_list_nodes_desc : &sql_list_nodes;

	visit(l, db_query(l->g->db, q, "iisii", l->ref.gid, type,
	    l->q->filter, rows_wanted(l), at));
}

static bool
is_before_page(const struct list *l, int64_t type)
{
	if (!l->is_begun)
		return false;
	return l->q->descending ? type > l->at_type : type < l->at_type;
}

static void
visit_nodes(struct list *l)
{
	const struct graph_type *gt = l->ref.type;
	size_t count = gt != NULL ? gt->count : 0;

	if (l->type != -1) {
		visit_type(l, l->type);
		return;
	}
	/* Type 0, rows without one, comes before all others. */
	for (size_t i = 0; i <= count; i++) {
		size_t n = l->q->descending ? count - i : i;
		int64_t tid = n == 0 ? 0 : gt->entries[n - 1].tid;
		if (n > 0 && gt->entries[n - 1].kind != ALK_NODE)
			continue;
		if (is_before_page(l, tid))
			continue;
		visit_type(l, tid);
		if (l->is_stopped || l->has_more || l->g->err->code != ALK_OK)
			return;
	}
}

static const struct sql *
edges_sql(const struct list *l)
{
	bool down = l->q->descending != 0;

	if (l->source != -1)
		return down ? &sql_list_edges_from_desc : &sql_list_edges_from;
	if (l->target != -1)
		return down ? &sql_list_edges_to_desc : &sql_list_edges_to;
	if (l->type != -1)
		return down ? &sql_list_edges_of_type_desc :
			      &sql_list_edges_of_type;
	return down ? &sql_list_edges_desc : &sql_list_edges;
}

/* Edges node by node, those of one node in the order of writing. */
static void
visit_edges(struct list *l)
{
	bool down = l->q->descending != 0;
	bool has_ends = l->source != -1 || l->target != -1;
	/* Before the first key, or, as a blob, behind every one. */
	const char *format = has_ends ? "iisibinii" :
	    l->is_begun ? "iisiti" : down ? "iisibi" : "iisiti";
	int64_t number = l->is_begun ? l->at_number : down ? INT64_MAX : 0;
	const char *key = l->at_key.bytes > 0 ? l->at_key.data : "";

	visit(l, db_query(l->g->db, edges_sql(l), format, l->ref.gid, l->type,
	    l->q->filter, rows_wanted(l), key, l->at_key.bytes, number,
	    l->source, l->target));
}

static void
visit_nodes_by_key(struct list *l)
{
	bool down = l->q->descending != 0;
	const struct sql *q = down ? &sql_list_nodes_by_key_desc :
				     &sql_list_nodes_by_key;

	if (l->is_begun)
		visit(l, db_query(l->g->db, q, "iisit", l->ref.gid, l->type,
		    l->q->filter, rows_wanted(l), l->at_key.data,
		    l->at_key.bytes));
	else if (down) /* a blob is greater than every text */
		visit(l, db_query(l->g->db, q, "iisib", l->ref.gid, l->type,
		    l->q->filter, rows_wanted(l), "", (size_t)0));
	else
		visit(l, db_query(l->g->db, q, "iisis", l->ref.gid, l->type,
		    l->q->filter, rows_wanted(l), ""));
}

static void
visit_by_value(struct list *l)
{
	bool down = l->q->descending != 0;
	bool by_key = l->order == BY_KEY;
	/* Beyond every sort key: none begins with ff. */
	const char *key = l->is_begun ? l->at_key.data : down ? "\xff" : "";
	size_t bytes = l->is_begun ? l->at_key.bytes : down ? 1 : 0;
	int64_t number = l->is_begun ? l->at_number : 0;
	const struct sql *q;

	if (l->kind == ALK_NODE)
		q = down ? &sql_list_nodes_by_value_desc :
			   &sql_list_nodes_by_value;
	else if (by_key)
		q = down ? &sql_list_edges_by_key_desc :
			   &sql_list_edges_by_key;
	else
		q = down ? &sql_list_edges_by_value_desc :
			   &sql_list_edges_by_value;
	visit(l, db_query(l->g->db, q, l->kind == ALK_NODE ? "iisibis" :
	    "iisibisii", l->ref.gid, l->type, l->q->filter, rows_wanted(l),
	    key != NULL ? key : "", bytes, number, l->q->order, l->source,
	    l->target));
}

int
graph_rows_list(struct graph *g, int kind, const char *name,
    const alk_query *q, alk_row_fn fn, void *arg, alk_page *page)
{
	static const alk_query all;
	struct list l = { .g = g, .kind = kind, .q = q != NULL ? q : &all,
		.fn = fn, .arg = arg };

	if (prepare(&l, name) == ALK_OK && read_cursor(&l) == ALK_OK) {
		if (l.order == BY_WRITING)
			kind == ALK_NODE ? visit_nodes(&l) : visit_edges(&l);
		else if (l.order == BY_KEY && kind == ALK_NODE)
			visit_nodes_by_key(&l);
		else
			visit_by_value(&l);
	}
	if (g->err->code == ALK_OK && l.has_more)
		(void)write_cursor(&l);
	if (g->err->code == ALK_OK && page != NULL) {
		page->rows = l.rows;
		page->cursor = l.has_more ? buf_text(&g->cursor) : NULL;
	}
	buf_fini(&l.at_key);
	buf_fini(&l.last_key);
	return g->err->code;
}
