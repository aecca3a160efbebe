/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "graph/tell.h"

#include "base/error.h"
#include "graph/row.h"
#include "graph/topo.sql.h"

/* Adds a text and its NUL; where it begins, or CHANGE_NONE for none. */
static size_t
add(struct buf *b, const char *text)
{
	size_t at = b->bytes;

	if (text == NULL)
		return CHANGE_NONE;
	buf_str(b, text);
	buf_char(b, '\0');
	return at;
}

static void
take_keys(struct topo *t, int kind, struct db_rows *rows, struct buf *text,
    alk_row *row)
{
	const struct entry_type *e = type_entry(t->ref.type, db_int(rows, 0));

	buf_clear(text);
	size_t key = add(text, db_text(rows, 1, NULL));
	size_t id = text->bytes;
	if (kind == ALK_EDGE && db_is_null(rows, 2)) {
		buf_str(text, "edge-");
		buf_int(text, db_int(rows, 3));
		buf_char(text, '\0');
	} else if (kind == ALK_EDGE) {
		id = add(text, db_text(rows, 2, NULL));
	}
	if (text->failed) {
		error_nomem(t->g->err);
		return;
	}
	*row = (alk_row){ .kind = kind, .type = e != NULL ? e->name : "",
		.key = key != CHANGE_NONE ? text->data + key : NULL,
		.id = kind == ALK_EDGE ? text->data + id : NULL };
}

static int
read_keys(struct topo *t, int kind, int64_t number, struct buf *text,
    alk_row *row)
{
	struct db *db = t->g->db;
	struct db_rows *rows = db_query(db, kind == ALK_NODE ?
	    &sql_topo_node_key : &sql_topo_edge_key, "i", number);

	if (db_next(db, rows))
		take_keys(t, kind, rows, text, row);
	else if (!db_failed(db))
		error_set(t->g->err, ALK_CORRUPT,
		    "%s-%lld is referred to but not there; run a check",
		    type_noun(kind), (long long)number);
	db_end(db, rows);
	return t->g->err->code;
}

int
tell_read(struct topo *t, int kind, int64_t number, bool is_keys,
    struct buf *text, alk_row *row)
{
	if (is_keys)
		return read_keys(t, kind, number, text, row);
	return kind == ALK_NODE ?
	    row_node(t->g, t->ref.type, number, text, row) :
	    row_edge(t->g, t->ref.type, number, text, row);
}

/* Without a statement, where the snapshot has met the node before. */
static int
take_kept_key(struct topo *t, uint32_t node, alk_row *row)
{
	const char *key = snapshot_key(t->g, t->snapshot, node);
	const struct entry_type *e = type_entry(t->ref.type,
	    topo_type(t, node));

	*row = (alk_row){ .kind = ALK_NODE, .key = key,
		.type = e != NULL ? e->name : "" };
	return t->g->err->code;
}

static int
read_node(struct tell *to, uint32_t node, struct buf *text, alk_row *row)
{
	struct topo *t = to->t;

	if (to->is_keys && t->snapshot != NULL)
		return take_kept_key(t, node, row);
	return tell_read(t, ALK_NODE, topo_nid(t, node), to->is_keys, text,
	    row);
}

static int
read_edge(struct tell *to, uint32_t edge, struct buf *text, alk_row *row)
{
	return tell_read(to->t, ALK_EDGE, topo_eid(to->t, edge), to->is_keys,
	    text, row);
}

static bool
tell(struct tell *to, alk_row *row, int64_t number)
{
	row->number = number;
	to->is_stopped = to->fn(to->arg, row) != 0;
	if (row->kind == ALK_NODE && ++to->told == to->limit)
		to->is_stopped = true;
	return !to->is_stopped && to->t->g->err->code == ALK_OK;
}

bool
tell_node(struct tell *to, uint32_t node, int64_t number)
{
	alk_row row;

	if (to->fn == NULL)
		return true;
	if (to->is_stopped ||
	    read_node(to, node, &to->t->g->row, &row) != ALK_OK)
		return false;
	return tell(to, &row, number);
}

bool
tell_edge(struct tell *to, uint32_t edge, int64_t number)
{
	alk_row row;

	if (to->fn == NULL)
		return true;
	if (to->is_stopped ||
	    read_edge(to, edge, &to->t->g->row, &row) != ALK_OK)
		return false;
	return tell(to, &row, number);
}

bool
tell_hop(struct tell *to, uint32_t edge, uint32_t node, int64_t number)
{
	struct graph *g = to->t->g;
	alk_row of_edge, of_node;

	if (to->is_keys || to->fn == NULL)
		return tell_node(to, node, number);
	struct row_hop h = { topo_eid(to->t, edge), topo_nid(to->t, node),
		to->from_key };
	if (row_hop(g, to->t->ref.type, &h, &of_edge, &of_node) != ALK_OK)
		return false;
	uint64_t peers = g->peers;
	if (!tell(to, &of_edge, number))
		return false;
	/* A visitor that traversed put another one there. */
	return g->peers == peers ? tell(to, &of_node, number) :
	    tell_node(to, node, number);
}

bool
tell_joined(struct tell *to, struct db_rows *rows)
{
	struct graph *g = to->t->g;
	alk_row row;

	if (row_take(g, to->t->ref.type, ALK_EDGE, rows, &g->row, &row) !=
	    ALK_OK || !tell(to, &row, 1))
		return false;
	return row_take_behind(g, to->t->ref.type, rows, &g->row, &row) ==
	    ALK_OK && tell(to, &row, 1);
}
