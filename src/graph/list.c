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
#include "graph/list.h"
#include "graph/list.sql.h"
#include "graph/naming.h"
#include "graph/node.sql.h"
#include "graph/pick.h"
#include "graph/row.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CURSOR_BYTES_MAX 140000 /* of the longest key, in hex, and some */

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
read_filter(struct list *l)
{
	struct graph *g = l->g;
	const alk_query *q = l->q;

	if (q->filter != NULL && filter_parse(q->filter, strlen(q->filter),
		&l->filter, g->err) != ALK_OK)
		return g->err->code;
	l->order = q->order == NULL ? BY_WRITING :
	    strcmp(q->order, "@key") == 0 ? BY_KEY : BY_VALUE;
	return l->order != BY_VALUE ? ALK_OK : pick_read_order(q->order,
	    &l->path, g->err);
}

static int
check_names(struct list *l)
{
	const struct naming n = { .g = l->g, .type = l->ref.type,
		.kind = l->kind,
		.tids = l->entry != NULL ? &l->entry->tid : NULL,
		.tids_count = 1, .remedy = "type (--type)" };

	return naming_check(&n, l->filter, l->path);
}

static int64_t
find_nid(struct graph *g, int64_t gid, const char *key)
{
	int64_t nid = db_number(g->db, &sql_node_number, 0, "is", gid, key);

	if (nid == 0 && g->err->code == ALK_OK)
		error_set(g->err, ALK_NOTFOUND, "node '%s' is not there", key);
	return nid;
}

int
list_prepare(struct list *l, const char *name)
{
	struct graph *g = l->g;
	const alk_query *q = l->q;

	if (graph_find(g, name, &l->ref) != ALK_OK || read_filter(l) != ALK_OK)
		return g->err->code;
	l->type = l->source = l->target = -1;
	if (q->type != NULL) {
		l->entry = l->ref.type == NULL ? NULL :
		    type_entry_named(l->ref.type, l->kind, q->type,
			strlen(q->type));
		if (l->entry == NULL)
			return type_entry_unknown(l->ref.type, l->kind,
			    q->type, strlen(q->type), g->err);
		l->type = l->entry->tid;
	} else if (l->ref.type != NULL) {
		l->entry = type_entry_only(l->ref.type, l->kind);
	}
	if (l->kind == ALK_NODE && (q->source != NULL || q->target != NULL))
		return error_set(g->err, ALK_INVALID,
		    "source and target are for lists of edges");
	if (check_names(l) != ALK_OK)
		return g->err->code;
	if (q->source != NULL)
		l->source = find_nid(g, l->ref.gid, q->source);
	if (q->target != NULL)
		l->target = find_nid(g, l->ref.gid, q->target);
	l->limit = q->limit == 0 ? g->limits->page_rows : q->limit;
	l->hash = hash_query(l);
	return g->err->code;
}

void
list_fini(struct list *l)
{
	filter_free(l->filter);
	filter_path_free(l->path);
	plan_fini(&l->plan);
	buf_fini(&l->at_key);
	buf_fini(&l->last_key);
	buf_fini(&l->scratch);
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

int64_t
list_rows_wanted(const struct list *l)
{
	size_t left = l->limit - l->rows;

	return left >= (size_t)INT64_MAX - 1 ? INT64_MAX : (int64_t)left + 1;
}

static struct db_value
number(int64_t n)
{
	return (struct db_value){ .kind = 'i', .number = n };
}

static struct db_value
text(const char *t, size_t bytes)
{
	return (struct db_value){ .kind = t != NULL ? 't' : 0, .text = t,
		.bytes = bytes };
}

static struct db_value
blob(const char *t, size_t bytes)
{
	return (struct db_value){ .kind = 'b', .text = t, .bytes = bytes };
}

/*
 * Visits what a statement finds from the place ?5, ?6 on; of the index of
 * l->plan where there is one.
 */
static void
run(struct list *l, const struct sql *q, int64_t type, struct db_value key,
    int64_t at)
{
	const char *filter = l->q->filter;
	const char *order = l->order == BY_VALUE ? l->q->order : NULL;
	const struct db_value parameters[PLAN_PARAMETERS] = {
		number(l->ref.gid), number(type),
		text(filter, filter != NULL ? strlen(filter) : 0),
		number(list_rows_wanted(l)), key, number(at),
		text(order, order != NULL ? strlen(order) : 0),
		number(l->source), number(l->target),
	};

	visit(l, l->plan.index != NULL ?
	    plan_query(l->g, &l->plan, q, parameters) :
	    db_query_values(l->g->db, q, parameters, PLAN_PARAMETERS));
}

/*
 * The same where an index gives the order: in two parts where its values that
 * are NULL come apart (index_plan.h). key is a sort key.
 */
static void
run_in_order(struct list *l, const struct sql *q, struct db_value key,
    int64_t at)
{
	bool down = l->q->descending != 0;
	struct db_value from;

	if (!index_key_of_sort_key(key.text, key.bytes, &l->scratch, &from)) {
		error_nomem(l->g->err);
		return;
	}
	for (int part = PART_FIRST; part <= PART_SECOND; part++) {
		if (plan_start(&l->plan, (enum plan_part)part, down,
			l->is_begun ? &from : NULL))
			run(l, q, l->entry->tid, key, at);
		if (!l->plan.is_in_parts || l->is_stopped || l->has_more ||
		    l->g->err->code != ALK_OK)
			return;
	}
}

/* The nodes of one type, in the order of writing. */
static void
visit_type(struct list *l, const struct entry_type *t)
{
	bool down = l->q->descending != 0;
	int64_t tid = t != NULL ? t->tid : 0;
	int64_t at = l->is_begun && l->at_type == tid ? l->at_number :
	    down ? INT64_MAX : 0;

	(void)list_choose(l, t);
	run(l, down ? &sql_list_nodes_desc : &sql_list_nodes, tid, number(at),
	    0);
	plan_fini(&l->plan);
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
		visit_type(l, l->entry);
		return;
	}
	/* Type 0, rows without one, comes before all others. */
	for (size_t i = 0; i <= count; i++) {
		size_t n = l->q->descending ? count - i : i;
		const struct entry_type *t = n == 0 ? NULL :
		    &gt->entries[n - 1];
		if (t != NULL && t->kind != ALK_NODE)
			continue;
		if (is_before_page(l, t != NULL ? t->tid : 0))
			continue;
		visit_type(l, t);
		if (l->is_stopped || l->has_more || l->g->err->code != ALK_OK)
			return;
	}
}

static const struct sql *
edges_sql(const struct list *l)
{
	bool down = l->q->descending != 0;

	if (l->plan.index != NULL)
		return down ? &sql_list_edges_indexed_desc :
			      &sql_list_edges_indexed;
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
	int64_t at = l->is_begun ? l->at_number : down ? INT64_MAX : 0;
	struct db_value key = text(l->at_key.bytes > 0 ? l->at_key.data : "",
	    l->at_key.bytes);

	/* Before the first key, or, as a blob, behind every one. */
	if (has_ends || (!l->is_begun && down))
		key.kind = 'b';
	(void)list_choose(l, l->entry);
	run(l, edges_sql(l), l->type, key, at);
}

static void
visit_nodes_by_key(struct list *l)
{
	bool down = l->q->descending != 0;
	struct db_value key = text(l->is_begun ? l->at_key.data : "",
	    l->at_key.bytes);

	if (!l->is_begun && down)
		key.kind = 'b'; /* is greater than every text */
	(void)list_choose(l, l->entry);
	run(l, down ? &sql_list_nodes_by_key_desc : &sql_list_nodes_by_key,
	    l->type, key, 0);
}

static const struct sql *
by_value_sql(const struct list *l)
{
	bool down = l->q->descending != 0;
	bool is_indexed = l->plan.index != NULL;

	if (l->kind == ALK_NODE)
		return down ? &sql_list_nodes_by_value_desc :
			      &sql_list_nodes_by_value;
	if (l->order == BY_KEY && is_indexed)
		return down ? &sql_list_edges_indexed_by_key_desc :
			      &sql_list_edges_indexed_by_key;
	if (l->order == BY_KEY)
		return down ? &sql_list_edges_by_key_desc :
			      &sql_list_edges_by_key;
	if (is_indexed)
		return down ? &sql_list_edges_indexed_by_value_desc :
			      &sql_list_edges_indexed_by_value;
	return down ? &sql_list_edges_by_value_desc :
		      &sql_list_edges_by_value;
}

static void
visit_by_value(struct list *l)
{
	bool down = l->q->descending != 0;
	/* Beyond every sort key: none begins with ff. */
	struct db_value key = l->is_begun ? blob(l->at_key.bytes > 0 ?
	    l->at_key.data : "", l->at_key.bytes) :
	    blob(down ? "\xff" : "", down ? 1 : 0);
	int64_t at = l->is_begun ? l->at_number : 0;

	if (list_choose(l, l->entry) && l->plan.order < l->plan.index->count)
		run_in_order(l, by_value_sql(l), key, at);
	else
		run(l, by_value_sql(l), l->type, key, at);
}

int
graph_rows_list(struct graph *g, int kind, const char *name,
    const alk_query *q, alk_row_fn fn, void *arg, alk_page *page)
{
	static const alk_query all;
	struct list l = { .g = g, .kind = kind, .q = q != NULL ? q : &all,
		.fn = fn, .arg = arg };

	if (list_prepare(&l, name) == ALK_OK && read_cursor(&l) == ALK_OK) {
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
	list_fini(&l);
	return g->err->code;
}
