/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One event of the call protocol, applied to the graph.
 *
 *   requested   node, edge from its parent, edges to the calls that waited for
 *               it, the outcomes that waited for it
 *   an outcome  the node's attributes; an abort goes down to all that the call
 *               has made and that has not ended
 *
 * What is about a call that is not there yet waits in alk_call_waiting, so that
 * the order of events does not matter but where a call has two outcomes.
 *
 * A call that has not ended has no aborted call above it: aborting reaches all
 * below, and a call that comes later looks upwards. Hence looking upwards ends
 * at the first that has not ended.
 */
#include "workflow/call_parts.h"

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "workflow/call.sql.h"

#include <string.h>

#define WAITS_CHILD 0
#define WAITS_OUTCOME 1

/* ---- nodes ---- */

/* A call that is there; attributes are borrowed from c->stored. */
struct call_row {
	int64_t nid;
	yyjson_val *attributes;
};

static yyjson_val *
read_attributes(struct calls *c, struct db_rows *rows, int column)
{
	size_t bytes;
	const char *text = db_text(rows, column, &bytes);

	return json_read_own(&c->stored, text, bytes, c->g->err);
}

/* false: not there, or an error. */
static bool
find_call(struct calls *c, const char *key, struct call_row *out)
{
	struct db *db = c->g->db;
	struct db_rows *rows = db_query(db, &sql_call_find, "isi", c->ref.gid,
	    key, c->node_type);
	bool found = db_next(db, rows);

	if (found) {
		out->nid = db_int(rows, 0);
		out->attributes = read_attributes(c, rows, 1);
		found = out->attributes != NULL;
	}
	db_end(db, rows);
	return found;
}

static int
write_item(struct calls *c, const alk_item *item, alk_write_result *r)
{
	*r = (alk_write_result){ 0 };
	if (graph_write(c->g, &c->ref, item, 1, r) == ALK_OK)
		c->changed += r->created + r->updated;
	return c->g->err->code;
}

static int
write_node(struct calls *c, int op, const char *key)
{
	alk_write_result r;
	alk_item item = { .op = op, .kind = ALK_NODE, .key = key,
		.type = CALL_NODE, .attributes = buf_text(&c->text),
		.attributes_bytes = c->text.bytes };

	if (item.attributes == NULL)
		return error_nomem(c->g->err);
	return write_item(c, &item, &r);
}

/* Joins two calls that are there; once. */
static int
write_edge(struct calls *c, const char *parent, const char *child)
{
	alk_write_result r;
	alk_item item = { .op = ALK_PUT, .kind = ALK_EDGE, .type = CALL_EDGE,
		.source = parent, .target = child };

	if (write_item(c, &item, &r) == ALK_OK)
		c->result.edges += r.created;
	return c->g->err->code;
}

/* ---- up and down ---- */

/* Nodes met, in order; each once. */
struct front {
	struct intmap met;
	int64_t *list;
	size_t count;
	size_t room;
};

static void
front_fini(struct front *f)
{
	intmap_fini(&f->met);
	mem_release(f->list);
}

static int
front_add(struct calls *c, struct front *f, int64_t nid)
{
	size_t most = c->g->limits->visited;
	int added = intmap_add(&f->met, nid, 0);

	if (added == 0)
		return ALK_OK;
	if (f->count >= most)
		return error_set(c->g->err, ALK_LIMIT, "more than %zu calls "
		    "hang together here (limits.visited)", most);
	if (added > 0 && f->count == f->room) {
		size_t room = f->room == 0 ? 64 : 2 * f->room;
		int64_t *list = mem_resize(f->list, room * sizeof(list[0]));
		if (list == NULL)
			return error_nomem(c->g->err);
		f->list = list;
		f->room = room;
	}
	if (added < 0)
		return error_nomem(c->g->err);
	f->list[f->count++] = nid;
	return ALK_OK;
}

static int
front_hop(struct calls *c, struct front *f, const struct sql *q, int64_t nid)
{
	struct db *db = c->g->db;
	struct db_rows *rows = db_query(db, q, "ii", nid, c->edge_type);

	while (db_next(db, rows))
		if (front_add(c, f, db_int(rows, 0)) != ALK_OK)
			break;
	db_end(db, rows);
	return c->g->err->code;
}

/* What is known of a call by its number; CALL_STATUS_OTHER: no call. */
static enum call_status
status_by_nid(struct calls *c, int64_t nid, int64_t *completed_ms)
{
	struct db *db = c->g->db;
	struct db_rows *rows = db_query(db, &sql_call_by_nid, "ii", nid,
	    c->node_type);
	enum call_status status = CALL_STATUS_OTHER;

	if (db_next(db, rows)) {
		yyjson_val *v = read_attributes(c, rows, 1);
		status = call_status_of(v);
		*completed_ms = call_instant(v, "completedAt");
	}
	db_end(db, rows);
	return status;
}

/* Whether the call or one above it was aborted, and when. */
static bool
is_aborted_above(struct calls *c, int64_t nid, int64_t *at_ms)
{
	struct front f = { .count = 0 };
	bool found = false;

	(void)front_add(c, &f, nid);
	for (size_t i = 0; i < f.count && c->g->err->code == ALK_OK; i++) {
		enum call_status s = status_by_nid(c, f.list[i], at_ms);
		found = s == CALL_STATUS_ABORTED;
		if (found)
			break;
		if (i == 0 || call_is_ended(s))
			(void)front_hop(c, &f, &sql_call_makers, f.list[i]);
	}
	front_fini(&f);
	return found && c->g->err->code == ALK_OK;
}

/* Aborts one call, unless it has ended. */
static int
abort_one(struct calls *c, int64_t nid, const struct call_event *e)
{
	struct db *db = c->g->db;
	struct db_rows *rows = db_query(db, &sql_call_by_nid, "ii", nid,
	    c->node_type);
	char *key = NULL;

	buf_clear(&c->text);
	if (db_next(db, rows)) {
		yyjson_val *v = read_attributes(c, rows, 1);
		if (v != NULL && !call_is_ended(call_status_of(v)) &&
		    call_attributes_ended(&c->text, v, e) == CALL_CHANGED) {
			key = mem_text(db_text(rows, 0, NULL));
			if (key == NULL)
				error_nomem(c->g->err);
		}
	}
	db_end(db, rows);
	if (key != NULL && c->g->err->code == ALK_OK &&
	    write_node(c, ALK_REPLACE, key) == ALK_OK)
		c->result.aborted++;
	mem_release(key);
	return c->g->err->code;
}

/* The call and all that it has made, directly or not, and has not ended. */
static int
abort_below(struct calls *c, int64_t nid, int64_t at_ms)
{
	struct call_event e = { .kind = CALL_ABORTED, .at_ms = at_ms };
	struct front f = { .count = 0 };

	(void)front_add(c, &f, nid);
	for (size_t i = 0; i < f.count && c->g->err->code == ALK_OK; i++) {
		(void)abort_one(c, f.list[i], &e);
		if (c->g->err->code == ALK_OK)
			(void)front_hop(c, &f, &sql_call_made, f.list[i]);
		if ((i & 255) == 255)
			(void)graph_is_cancelled(c->g);
	}
	front_fini(&f);
	return c->g->err->code;
}

/* ---- outcomes ---- */

static const char *
text_late(enum call_status s)
{
	return s == CALL_STATUS_ABORTED ? "the call was aborted before" :
	    s == CALL_STATUS_FAILED	? "the call has failed before" :
					  "the call was completed before";
}

/* Of a call that is there. */
static int
end_call(struct calls *c, const struct call_event *e,
    const struct call_row *row, int *outcome, const char **why)
{
	enum call_status before = call_status_of(row->attributes);

	buf_clear(&c->text);
	switch (call_attributes_ended(&c->text, row->attributes, e)) {
	case CALL_SAME:
		*outcome = ALK_CALL_DUPLICATE;
		return ALK_OK;
	case CALL_LATE:
		*outcome = ALK_CALL_LATE;
		*why = text_late(before);
		return ALK_OK;
	default:
		break;
	}
	if (write_node(c, ALK_REPLACE, e->request) != ALK_OK)
		return c->g->err->code;
	*outcome = ALK_CALL_APPLIED;
	if (e->kind != CALL_ABORTED || call_is_ended(before))
		return ALK_OK;
	return abort_below(c, row->nid, e->at_ms);
}

/* ---- waiting ---- */

static int
wait_for(struct calls *c, const char *call, int what, const char *child,
    const char *event, int *outcome)
{
	struct db *db = c->g->db;

	if (event == NULL)
		return error_nomem(c->g->err);
	if (db_exec(db, &sql_call_wait, "isiss", c->ref.gid, call,
		(int64_t)what, child, event) != ALK_OK)
		return c->g->err->code;
	if (outcome != NULL)
		*outcome = db_changes(db) > 0 ? ALK_CALL_WAITING :
						ALK_CALL_DUPLICATE;
	return ALK_OK;
}

static int
keep_outcome(struct calls *c, const struct call_event *e, int *outcome,
    const char **why)
{
	buf_clear(&c->kept);
	call_event_write(&c->kept, e);
	*why = "the call was not requested yet";
	return wait_for(c, e->request, WAITS_OUTCOME, "", buf_text(&c->kept),
	    outcome);
}

/* A row that waited for the call. */
static int
settle(struct calls *c, const char *call, int64_t what, const char *child,
    const char *event)
{
	struct call_row row;
	struct call_event e;
	int outcome;
	const char *why;

	if (what == WAITS_CHILD) {
		if (!find_call(c, child, &row))
			return c->g->err->code; /* deleted meanwhile */
		return write_edge(c, call, child);
	}
	yyjson_val *v = json_read_own(&c->waiting, event, strlen(event),
	    c->g->err);
	if (v == NULL || call_event_read(v, &e, c->g->err) != ALK_OK)
		return c->g->err->code;
	if (!find_call(c, call, &row))
		return c->g->err->code;
	return end_call(c, &e, &row, &outcome, &why);
}

/* Edges before outcomes: an abort has to reach the calls that waited. */
static int
settle_all(struct calls *c, const char *call)
{
	struct db *db = c->g->db;
	bool is_some = false;

	for (int what = WAITS_CHILD; what <= WAITS_OUTCOME; what++) {
		struct db_rows *rows = db_query(db, &sql_call_waiting, "is",
		    c->ref.gid, call);
		while (db_next(db, rows)) {
			is_some = true;
			if (db_int(rows, 0) == what && settle(c, call, what,
				db_text(rows, 1, NULL),
				db_text(rows, 2, NULL)) != ALK_OK)
				break;
		}
		db_end(db, rows);
	}
	return is_some && c->g->err->code == ALK_OK ?
	    db_exec(db, &sql_call_waiting_end, "is", c->ref.gid, call) :
	    c->g->err->code;
}

/* ---- requests ---- */

static bool
is_text(yyjson_val *v, const char *text)
{
	return text == NULL ? v == NULL : yyjson_equals_str(v, text);
}

static int
join_parent(struct calls *c, const struct call_event *e)
{
	struct call_row parent;

	if (e->parent == NULL)
		return ALK_OK;
	if (find_call(c, e->parent, &parent))
		return write_edge(c, e->parent, e->request);
	return c->g->err->code != ALK_OK ? c->g->err->code :
	    wait_for(c, e->parent, WAITS_CHILD, e->request, "", NULL);
}

static int
request(struct calls *c, const struct call_event *e)
{
	struct call_row row;
	int64_t at_ms = CALL_NEVER;

	buf_clear(&c->text);
	call_attributes_new(&c->text, e);
	if (write_node(c, ALK_CREATE, e->request) != ALK_OK)
		return c->g->err->code;
	c->result.calls++;
	if (join_parent(c, e) != ALK_OK ||
	    settle_all(c, e->request) != ALK_OK ||
	    !find_call(c, e->request, &row))
		return c->g->err->code;
	/* If it was aborted itself, what is below it has been reached. */
	if (call_status_of(row.attributes) != CALL_STATUS_ABORTED &&
	    is_aborted_above(c, row.nid, &at_ms))
		(void)abort_below(c, row.nid, at_ms);
	return c->g->err->code;
}

/* Somebody may have made the node by hand: what waits for it is due then. */
static int
request_again(struct calls *c, const struct call_event *e,
    const struct call_row *row, int *outcome, const char **why)
{
	yyjson_val *v = row->attributes;

	if (!is_text(yyjson_obj_get(v, "operationId"), e->operation) ||
	    !is_text(yyjson_obj_get(v, "parentRequestId"), e->parent)) {
		*outcome = ALK_CALL_DIFFERS;
		*why = "the call was requested before, with another operation "
		    "or parent";
		return ALK_OK;
	}
	*outcome = ALK_CALL_DUPLICATE;
	return settle_all(c, e->request);
}

/* ---- one event ---- */

static int
check_key(struct calls *c, const struct call_event *e, const char *key,
    const char *name)
{
	struct graph *g = c->g;
	char pointer[64] = "";

	if (key == NULL || utf8_name(key, strlen(key), g->limits->key_bytes,
		name, "limits.key_bytes", g->err) == ALK_OK)
		return ALK_OK;
	(void)strncat(pointer, e->place, 16);
	(void)strncat(pointer, "/", 2);
	(void)strncat(pointer, name, 32);
	error_pointer(g->err, pointer, strlen(pointer));
	return g->err->code;
}

int
calls_apply(struct calls *c, const struct call_event *e, int *outcome,
    const char **why)
{
	struct call_row row;

	*why = NULL;
	if (check_key(c, e, e->request, "requestId") != ALK_OK ||
	    check_key(c, e, e->parent, "parentRequestId") != ALK_OK)
		return c->g->err->code;
	bool found = find_call(c, e->request, &row);
	if (c->g->err->code != ALK_OK)
		return c->g->err->code;
	if (e->kind != CALL_REQUESTED)
		return found ? end_call(c, e, &row, outcome, why) :
			       keep_outcome(c, e, outcome, why);
	if (found)
		return request_again(c, e, &row, outcome, why);
	*outcome = ALK_CALL_APPLIED;
	return request(c, e);
}
