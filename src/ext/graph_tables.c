/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Table-valued functions:
 *
 *   alk_neighbors(graph, node [, direction, edge_types, edge_filter,
 *       node_filter])
 *   alk_walk(graph, node, depth [, direction, edge_types, ...])
 *   alk_path(graph, node, goal [, direction, edge_types, ...])
 *   alk_components(graph, kind [, edge_types, ...])
 *
 * What a call finds is kept whole, cell behind cell, and handed out from there:
 * a host may leave a cursor open while it writes.
 *
 *   cell: 'n' | 'i' int64 | 't' size_t bytes
 */
#include "ext/graph_ext.h"

#include "algorithm/algorithm.h"
#include "base/buf.h"
#include "base/error.h"

#include <string.h>

#define ARGS_MAX 8
#define ROWS_BYTES_MAX ((size_t)1 << 30)
/* Bits of the plan beside those of the arguments. */
#define PLAN_KEYS (1 << 16) /* no column is asked for but keys and types */

enum arg {
	ARG_GRAPH,
	ARG_NODE,
	ARG_THIRD, /* depth, goal, kind */
	ARG_DIRECTION,
	ARG_EDGE_TYPES,
	ARG_EDGE_FILTER,
	ARG_NODE_FILTER,
	ARGS
};

/* What a call was given; texts are NULL where nothing was. */
struct asked {
	const char *text[ARGS];
	int64_t number; /* of ARG_THIRD */
	bool is_keys;
};

/* What it finds. */
struct found {
	struct buf rows;
	struct buf edge;  /* cells of an edge whose node comes next */
	int64_t count;
	alk_error *err;
};

struct table {
	const char *name;
	const char *schema;
	int columns;          /* that are shown; arguments stand behind */
	const enum arg *args; /* ARGS ends it */
	uint64_t more;        /* columns that keys and types do not make */
	int least;            /* arguments that have to be there */
	const char *first;    /* which ones */
	int (*fill)(struct graph *g, const struct asked *a,
	    const alk_walk_options *o, struct found *f);
};

/* ---- cells ---- */

static void
put_int(struct buf *b, int64_t n)
{
	buf_char(b, 'i');
	buf_add(b, &n, sizeof(n));
}

static void
put_text(struct buf *b, const char *text, size_t bytes)
{
	if (text == NULL) {
		buf_char(b, 'n');
		return;
	}
	buf_char(b, 't');
	buf_add(b, &bytes, sizeof(bytes));
	buf_add(b, text, bytes);
}

static void
put_name(struct buf *b, const char *text)
{
	bool is_some = text != NULL && text[0] != '\0';

	put_text(b, is_some ? text : NULL, is_some ? strlen(text) : 0);
}

static int
end_row(struct found *f)
{
	f->count++;
	if (f->rows.failed || f->edge.failed)
		return error_nomem(f->err) != ALK_OK;
	if (f->rows.bytes > ROWS_BYTES_MAX)
		return error_set(f->err, ALK_LIMIT, "what was found takes "
		    "more than %zu bytes; ask for less", ROWS_BYTES_MAX) !=
		    ALK_OK;
	return 0;
}

/* ---- the tables ---- */

static int
on_neighbor(void *arg, const alk_row *row)
{
	struct found *f = arg;

	if (row->kind == ALK_EDGE) {
		buf_clear(&f->edge);
		put_name(&f->edge, row->id);
		put_name(&f->edge, row->key);
		put_name(&f->edge, row->type);
		put_name(&f->edge, row->source);
		put_name(&f->edge, row->target);
		put_text(&f->edge, row->attributes, row->attributes_bytes);
		return 0;
	}
	put_name(&f->rows, row->key);
	put_name(&f->rows, row->type);
	put_text(&f->rows, row->attributes, row->attributes_bytes);
	if (f->edge.bytes == 0)
		buf_add(&f->rows, "nnnnnn", 6);
	else
		buf_add(&f->rows, f->edge.data, f->edge.bytes);
	return end_row(f);
}

static int
fill_neighbors(struct graph *g, const struct asked *a,
    const alk_walk_options *o, struct found *f)
{
	return graph_neighbors(g, a->text[ARG_GRAPH], a->text[ARG_NODE], o,
	    on_neighbor, f);
}

static int
on_walked(void *arg, const alk_row *row)
{
	struct found *f = arg;

	put_name(&f->rows, row->key);
	put_name(&f->rows, row->type);
	put_int(&f->rows, row->number);
	put_text(&f->rows, row->attributes, row->attributes_bytes);
	return end_row(f);
}

static int
fill_walk(struct graph *g, const struct asked *a, const alk_walk_options *o,
    struct found *f)
{
	alk_walk_options own = *o;

	if (a->number < 1)
		return error_set(g->err, ALK_INVALID,
		    "depth is %lld; it must be 1 or more",
		    (long long)a->number);
	own.depth_max = (size_t)a->number;
	return graph_walk(g, a->text[ARG_GRAPH], a->text[ARG_NODE], &own,
	    on_walked, f, NULL);
}

static int
on_step(void *arg, const alk_row *row)
{
	struct found *f = arg;

	put_int(&f->rows, f->count);
	put_name(&f->rows, row->kind == ALK_EDGE ? "edge" : "node");
	put_name(&f->rows, row->id);
	put_name(&f->rows, row->key);
	put_name(&f->rows, row->type);
	put_name(&f->rows, row->source);
	put_name(&f->rows, row->target);
	put_text(&f->rows, row->attributes, row->attributes_bytes);
	return end_row(f);
}

/* No way is no row, not an error; a node that is not there is one. */
static int
fill_path(struct graph *g, const struct asked *a, const alk_walk_options *o,
    struct found *f)
{
	alk_row row;

	if (graph_node_get(g, a->text[ARG_GRAPH], a->text[ARG_NODE], &row) !=
	    ALK_OK || graph_node_get(g, a->text[ARG_GRAPH],
	    a->text[ARG_THIRD], &row) != ALK_OK)
		return g->err->code;
	if (graph_path(g, a->text[ARG_GRAPH], a->text[ARG_NODE],
	    a->text[ARG_THIRD], o, on_step, f) == ALK_NOTFOUND)
		error_clear(g->err);
	return g->err->code;
}

static int
on_member(void *arg, const alk_visit *v)
{
	struct found *f = arg;

	put_name(&f->rows, v->row->key);
	put_name(&f->rows, v->row->type);
	put_int(&f->rows, (int64_t)v->group);
	put_int(&f->rows, v->row->number);
	return end_row(f);
}

/* The kind stands where others have a direction, which has no meaning here. */
static int
fill_components(struct graph *g, const struct asked *a,
    const alk_walk_options *o, struct found *f)
{
	const char *kind = a->text[ARG_THIRD];

	if (kind == NULL || (strcmp(kind, "strong") != 0 &&
	    strcmp(kind, "weak") != 0))
		return error_set(g->err, ALK_INVALID, "the kind is '%.40s'; "
		    "it must be strong or weak", kind != NULL ? kind : "");
	return algorithm_components(g, a->text[ARG_GRAPH],
	    kind[0] == 's' ? ALK_STRONG : ALK_WEAK, o, on_member, f, NULL);
}

#define OPTIONS \
	"direction HIDDEN, edge_types HIDDEN, edge_filter HIDDEN, " \
	"node_filter HIDDEN"
#define OPTION_ARGS \
	ARG_DIRECTION, ARG_EDGE_TYPES, ARG_EDGE_FILTER, ARG_NODE_FILTER, ARGS

static const enum arg node_args[] = { ARG_GRAPH, ARG_NODE, OPTION_ARGS };
static const enum arg third_args[] = { ARG_GRAPH, ARG_NODE, ARG_THIRD,
	OPTION_ARGS };

static const enum arg component_args[] = { ARG_GRAPH, ARG_THIRD,
	ARG_EDGE_TYPES, ARG_EDGE_FILTER, ARG_NODE_FILTER, ARGS };

static const struct table tables[] = {
	{ "alk_neighbors", "CREATE TABLE x(key TEXT, type TEXT, "
	    "attributes TEXT, edge_id TEXT, edge_key TEXT, edge_type TEXT, "
	    "source TEXT, target TEXT, edge_attributes TEXT, "
	    "graph HIDDEN, node HIDDEN, " OPTIONS ")", 9, node_args, ~3ull, 2,
	    "graph, node", fill_neighbors },
	{ "alk_walk", "CREATE TABLE x(key TEXT, type TEXT, hops INTEGER, "
	    "attributes TEXT, graph HIDDEN, node HIDDEN, depth HIDDEN, "
	    OPTIONS ")", 4, third_args, 8, 3,
	    "graph, node, depth", fill_walk },
	{ "alk_path", "CREATE TABLE x(step INTEGER, kind TEXT, id TEXT, "
	    "key TEXT, type TEXT, source TEXT, target TEXT, "
	    "attributes TEXT, graph HIDDEN, node HIDDEN, goal HIDDEN, "
	    OPTIONS ")", 8, third_args, ~0ull, 3,
	    "graph, node, goal", fill_path },
	{ "alk_components", "CREATE TABLE x(key TEXT, type TEXT, "
	    "component INTEGER, size INTEGER, graph HIDDEN, kind HIDDEN, "
	    "edge_types HIDDEN, edge_filter HIDDEN, node_filter HIDDEN)", 4,
	    component_args, 0, 2, "graph, kind", fill_components },
};

#define TABLES (sizeof(tables) / sizeof(tables[0]))

/* ---- the module ---- */


struct vtab {
	sqlite3_vtab base;
	const struct table *table;
	struct graph_ext *ext;
};

struct cursor {
	sqlite3_vtab_cursor base;
	struct buf rows;
	size_t at;
	int64_t number;
};

static int
connect(sqlite3 *conn, void *arg, int argc, const char *const *argv,
    sqlite3_vtab **out, char **error)
{
	struct graph_ext *x = arg;
	struct vtab *v = sqlite3_malloc(sizeof(*v));

	(void)argc;
	(void)error;
	if (v == NULL)
		return SQLITE_NOMEM;
	memset(v, 0, sizeof(*v));
	v->ext = x;
	for (size_t i = 0; i < TABLES; i++)
		if (strcmp(argv[0], tables[i].name) == 0)
			v->table = &tables[i];
	int rc = sqlite3_declare_vtab(conn, v->table->schema);
	if (rc != SQLITE_OK) {
		sqlite3_free(v);
		return rc;
	}
	x->is_kept = true;
	x->refs++; /* SQLite may let go of the module first */
	*out = &v->base;
	return SQLITE_OK;
}

static int
disconnect(sqlite3_vtab *base)
{
	struct vtab *v = (struct vtab *)base;

	db_drop_statements(v->ext->db);
	v->ext->is_kept = false;
	graph_ext_release(v->ext);
	sqlite3_free(v);
	return SQLITE_OK;
}

/* Arguments are equalities on the hidden columns; all have to be usable. */
static int
plan(sqlite3_vtab *base, sqlite3_index_info *info)
{
	const struct table *t = ((struct vtab *)base)->table;
	int place[ARGS_MAX] = { 0 }; /* of a constraint, plus 1 */
	int given = 0;

	for (int i = 0; i < info->nConstraint; i++) {
		int arg = info->aConstraint[i].iColumn - t->columns;
		if (arg < 0 || info->aConstraint[i].op !=
		    SQLITE_INDEX_CONSTRAINT_EQ)
			continue;
		if (!info->aConstraint[i].usable)
			return SQLITE_CONSTRAINT;
		place[arg] = i + 1;
	}
	for (int arg = 0, next = 1; arg < ARGS_MAX; arg++) {
		if (place[arg] == 0)
			continue;
		info->aConstraintUsage[place[arg] - 1].argvIndex = next++;
		info->aConstraintUsage[place[arg] - 1].omit = 1;
		given |= 1 << arg;
	}
	info->idxNum = given;
	uint64_t shown = (1ull << t->columns) - 1;
	if ((info->colUsed & t->more & shown) == 0)
		info->idxNum |= PLAN_KEYS;
	info->estimatedCost = 1000;
	info->estimatedRows = 100;
	return SQLITE_OK;
}

static int
open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
	struct cursor *c = sqlite3_malloc(sizeof(*c));

	(void)base;
	if (c == NULL)
		return SQLITE_NOMEM;
	memset(c, 0, sizeof(*c));
	*out = &c->base;
	return SQLITE_OK;
}

static int
close_cursor(sqlite3_vtab_cursor *base)
{
	struct cursor *c = (struct cursor *)base;

	buf_fini(&c->rows);
	sqlite3_free(c);
	return SQLITE_OK;
}

/* ---- filling a cursor ---- */

static int
read_argument(struct asked *a, enum arg arg, sqlite3_value *value,
    alk_error *err)
{
	int type = sqlite3_value_type(value);

	if (type == SQLITE_NULL)
		return ALK_OK;
	if (arg == ARG_THIRD && type == SQLITE_INTEGER) {
		a->number = sqlite3_value_int64(value);
		return ALK_OK;
	}
	if (type != SQLITE_TEXT)
		return error_set(err, ALK_INVALID,
		    "arguments are texts, and depth a whole number");
	a->text[arg] = (const char *)sqlite3_value_text(value);
	return a->text[arg] != NULL ? ALK_OK : error_nomem(err);
}

static int
read_arguments(const struct table *t, int idx, int argc, sqlite3_value **argv,
    struct asked *a, alk_error *err)
{
	int next = 0;

	for (int i = 0; t->args[i] != ARGS; i++) {
		if ((idx & 1 << i) == 0 || next >= argc) {
			if (i < t->least)
				return error_set(err, ALK_INVALID, "%s takes "
				    "%d arguments at least: %s", t->name,
				    t->least, t->first);
			continue;
		}
		if (read_argument(a, t->args[i], argv[next++], err) != ALK_OK)
			return err->code;
	}
	a->is_keys = (idx & PLAN_KEYS) != 0;
	return ALK_OK;
}

static int
read_direction(const char *text, int *out, alk_error *err)
{
	static const char *const names[] = { "out", "in", "both" };

	for (int i = 0; text != NULL && i < 3; i++)
		if (strcmp(text, names[i]) == 0) {
			*out = i; /* ALK_OUT, ALK_IN, ALK_BOTH */
			return ALK_OK;
		}
	return text == NULL ? ALK_OK : error_set(err, ALK_INVALID,
	    "direction is '%.40s'; it must be out, in or both", text);
}

static int
fill(struct vtab *v, const struct asked *a, struct found *f)
{
	struct graph_ext_names names = { 0 };
	alk_walk_options o = { .edge_filter = a->text[ARG_EDGE_FILTER],
		.node_filter = a->text[ARG_NODE_FILTER],
		.flags = a->is_keys ? ALK_WALK_KEYS : 0 };

	if (read_direction(a->text[ARG_DIRECTION], &o.direction, f->err) ==
	    ALK_OK && graph_ext_names(&names, a->text[ARG_EDGE_TYPES],
	    "edge_types", f->err) == ALK_OK) {
		o.edge_types = names.count > 0 ? names.list : NULL;
		o.edge_types_count = names.count;
		(void)v->table->fill(&v->ext->graph, a, &o, f);
	}
	graph_ext_names_fini(&names);
	return f->err->code;
}

static int
filter(sqlite3_vtab_cursor *base, int idx, const char *text, int argc,
    sqlite3_value **argv)
{
	struct cursor *c = (struct cursor *)base;
	struct vtab *v = (struct vtab *)base->pVtab;
	alk_error err = { 0 };
	struct found f = { .err = &err };
	struct asked a = { 0 };

	(void)text;
	buf_fini(&c->rows);
	c->at = 0;
	c->number = 0;
	if (graph_ext_begin(v->ext, &err) == ALK_OK &&
	    read_arguments(v->table, idx, argc, argv, &a, &err) == ALK_OK)
		(void)fill(v, &a, &f);
	graph_ext_end(v->ext);
	buf_fini(&f.edge);
	c->rows = f.rows;
	if (err.code == ALK_OK)
		return SQLITE_OK;
	buf_fini(&c->rows);
	sqlite3_free(v->base.zErrMsg);
	v->base.zErrMsg = graph_ext_text(&err);
	return graph_ext_code(&err);
}

/* ---- handing out ---- */

/* Behind the cell at a place. */
static size_t
behind(const struct cursor *c, size_t at)
{
	size_t bytes;

	switch (c->rows.data[at]) {
	case 'n':
		return at + 1;
	case 'i':
		return at + 1 + sizeof(int64_t);
	default:
		memcpy(&bytes, c->rows.data + at + 1, sizeof(bytes));
		return at + 1 + sizeof(bytes) + bytes;
	}
}

static int
next(sqlite3_vtab_cursor *base)
{
	struct cursor *c = (struct cursor *)base;

	for (int i = ((struct vtab *)base->pVtab)->table->columns; i > 0; i--)
		c->at = behind(c, c->at);
	c->number++;
	return SQLITE_OK;
}

static int
eof(sqlite3_vtab_cursor *base)
{
	const struct cursor *c = (const struct cursor *)base;

	return c->at >= c->rows.bytes;
}

/* Arguments are not shown: what was asked for the caller knows. */
static int
column(sqlite3_vtab_cursor *base, sqlite3_context *context, int i)
{
	const struct cursor *c = (const struct cursor *)base;
	size_t at = c->at;
	size_t bytes;
	int64_t n;

	if (i >= ((struct vtab *)base->pVtab)->table->columns)
		return SQLITE_OK;
	while (i-- > 0)
		at = behind(c, at);
	const char *cell = c->rows.data + at;
	if (cell[0] == 'i') {
		memcpy(&n, cell + 1, sizeof(n));
		sqlite3_result_int64(context, n);
	} else if (cell[0] == 't') {
		memcpy(&bytes, cell + 1, sizeof(bytes));
		sqlite3_result_text64(context, cell + 1 + sizeof(bytes), bytes,
		    SQLITE_TRANSIENT, SQLITE_UTF8);
	}
	return SQLITE_OK;
}

static int
rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	*out = ((const struct cursor *)base)->number;
	return SQLITE_OK;
}

/* xCreate NULL: there without CREATE VIRTUAL TABLE. */
static const sqlite3_module module = {
	.xConnect = connect,
	.xBestIndex = plan,
	.xDisconnect = disconnect,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = filter,
	.xNext = next,
	.xEof = eof,
	.xColumn = column,
	.xRowid = rowid,
};

int
graph_ext_make_tables(struct graph_ext *x)
{
	for (size_t i = 0; i < TABLES; i++) {
		x->refs++; /* given back also where this fails */
		int rc = sqlite3_create_module_v2(x->conn, tables[i].name,
		    &module, x, graph_ext_release);
		if (rc != SQLITE_OK)
			return rc;
	}
	return graph_ext_keep(x);
}

void
graph_ext_drop_tables(sqlite3 *conn)
{
	for (size_t i = 0; i < TABLES; i++)
		(void)sqlite3_create_module_v2(conn, tables[i].name, NULL,
		    NULL, NULL);
}

int
graph_ext_keep(struct graph_ext *x)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(x->conn, "SELECT 1 FROM alk_walk", -1, &st,
	    NULL);

	(void)sqlite3_finalize(st);
	return rc;
}
