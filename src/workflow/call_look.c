/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Looking at calls: one, a list, the lineage of one, counts. Lists are lists of
 * nodes with a filter on the status, so that an index on it serves them.
 */
#include "workflow/call_parts.h"

#include "base/error.h"
#include "workflow/call.sql.h"

#include <string.h>

struct look {
	struct graph *g;
	struct graph_ref ref;
	int64_t node_type;
	int64_t edge_type;
	const alk_call_query *q;
	alk_call_fn fn;
	void *arg;
	struct json_reader reader;
	size_t limit;
	size_t seen;
	alk_call_stats stats;
};

static int
look_open(struct look *l, struct graph *g, const char *graph)
{
	static const alk_call_query all;

	*l = (struct look){ .g = g, .q = &all };
	if (graph_find(g, graph, &l->ref) != ALK_OK)
		return g->err->code;
	return calls_types(g, &l->ref, &l->node_type, &l->edge_type);
}

static int
look_end(struct look *l)
{
	json_reader_fini(&l->reader);
	return l->g->err->code;
}

static int
need_fn(struct look *l, alk_call_fn fn, void *arg)
{
	l->fn = fn;
	l->arg = arg;
	return fn != NULL ? ALK_OK : error_set(l->g->err, ALK_INVALID,
	    "no function is given to take the calls");
}

/* ---- from a row to a call ---- */

static const char *
text_of(yyjson_val *object, const char *name, const char *otherwise)
{
	yyjson_val *v = yyjson_obj_get(object, name);

	return yyjson_is_str(v) ? yyjson_get_str(v) : otherwise;
}

static int64_t
time_of(yyjson_val *object, const char *name)
{
	int64_t ms = call_instant(object, name);

	return ms != CALL_NEVER ? ms : 0;
}

static bool
is_open(enum call_status s)
{
	return s == CALL_STATUS_PENDING || s == CALL_STATUS_RUNNING;
}

/* false: no memory, or the row is damaged; noted. */
static bool
take_call(struct look *l, const alk_row *row, alk_call *out,
    enum call_status *status)
{
	int64_t now = l->g->now_ms;
	yyjson_val *v = json_read_own(&l->reader, row->attributes,
	    row->attributes_bytes, l->g->err);

	if (v == NULL)
		return false;
	*status = call_status_of(v);
	*out = (alk_call){ .request = row->key,
		.operation = text_of(v, "operationId", ""),
		.status = text_of(v, "status", ""),
		.parent = text_of(v, "parentRequestId", NULL),
		.error = text_of(yyjson_obj_get(v, "error"), "message", NULL),
		.deadline_ms = time_of(v, "deadline"),
		.started_ms = time_of(v, "startedAt"),
		.completed_ms = time_of(v, "completedAt"), .duration_ms = -1,
		.attributes = row->attributes,
		.attributes_bytes = row->attributes_bytes };
	bool is_running = is_open(*status);
	int64_t until = is_running ? now : out->completed_ms;
	if (out->started_ms != 0 && until != 0) /* aborted before it began: 0 */
		out->duration_ms = until > out->started_ms ?
		    until - out->started_ms : 0;
	out->is_overdue = is_running && out->deadline_ms != 0 &&
	    out->deadline_ms < now;
	return true;
}

/* ---- one ---- */

int
calls_get(struct graph *g, const char *graph, const char *request,
    alk_call_fn fn, void *arg)
{
	struct look l;
	alk_row row;
	alk_call call;
	enum call_status status;

	if (look_open(&l, g, graph) == ALK_OK &&
	    need_fn(&l, fn, arg) == ALK_OK) {
		if (request == NULL)
			error_set(g->err, ALK_INVALID, "no request id given");
		else if (graph_node_get(g, graph, request, &row) == ALK_OK) {
			if (strcmp(row.type, CALL_NODE) != 0)
				error_set(g->err, ALK_NOTFOUND,
				    "node '%s' is no call", request);
			else if (take_call(&l, &row, &call, &status))
				(void)fn(arg, &call);
		}
	}
	return look_end(&l);
}

/* ---- lists ---- */

static bool
has_maker(struct look *l, const char *request)
{
	return db_number(l->g->db, &sql_call_has_maker, 0, "isi", l->ref.gid,
	    request, l->edge_type) != 0;
}

static bool
is_wanted(struct look *l, const alk_row *row, const alk_call *call,
    enum call_status status)
{
	const alk_call_query *q = l->q;
	int64_t since = call->started_ms != 0 ? call->started_ms :
	    row->created_at * 1000;

	if (q->operation != NULL && strcmp(q->operation, call->operation) != 0)
		return false;
	if (q->is_overdue && !call->is_overdue)
		return false;
	if (q->stuck_ms != 0 && (!is_open(status) ||
		l->g->now_ms - since < q->stuck_ms))
		return false;
	return !q->is_root || !has_maker(l, row->key);
}

static int
visit(void *arg, const alk_row *row)
{
	struct look *l = arg;
	alk_call call;
	enum call_status status;

	if (!take_call(l, row, &call, &status))
		return 1;
	if ((l->seen & 63) == 0 && graph_is_cancelled(l->g))
		return 1;
	if (!is_wanted(l, row, &call, status))
		return l->g->err->code != ALK_OK;
	l->seen++;
	return l->fn(l->arg, &call) != 0 || l->seen == l->limit;
}

/* The filter for a status; NULL with the error noted where there is none. */
static const char *
status_filter(struct look *l)
{
	static const struct {
		const char *name;
		const char *filter;
	} known[] = {
		{ "pending", "status = \"pending\"" },
		{ "running", "status = \"running\"" },
		{ "completed", "status = \"completed\"" },
		{ "failed", "status = \"failed\"" },
		{ "aborted", "status = \"aborted\"" },
		{ "open", "status in (\"pending\", \"running\")" },
		{ "ended",
		    "status in (\"completed\", \"failed\", \"aborted\")" },
	};
	const char *status = l->q->status;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, status) == 0)
			return known[i].filter;
	error_set(l->g->err, ALK_INVALID, "'%.100s' is no status of a call: "
	    "pending, running, completed, failed, aborted, open, ended",
	    status);
	return NULL;
}

int
calls_list(struct graph *g, const char *graph, const alk_call_query *q,
    alk_call_fn fn, void *arg, alk_page *page)
{
	struct look l;
	alk_page rows = { 0 };

	if (look_open(&l, g, graph) == ALK_OK &&
	    need_fn(&l, fn, arg) == ALK_OK) {
		if (q != NULL)
			l.q = q;
		bool wants_open = l.q->is_overdue || l.q->stuck_ms != 0;
		alk_query nodes = { .type = CALL_NODE, .limit = ALK_NUL,
			.cursor = l.q->cursor,
			.filter = l.q->status != NULL ? status_filter(&l) :
			    wants_open ?
			    "status in (\"pending\", \"running\")" : NULL };
		l.limit = l.q->limit != 0 ? l.q->limit : g->limits->page_rows;
		if (g->err->code == ALK_OK)
			(void)graph_rows_list(g, ALK_NODE, graph, &nodes,
			    visit, &l, &rows);
	}
	if (g->err->code == ALK_OK && page != NULL)
		*page = (alk_page){ l.seen, rows.cursor };
	return look_end(&l);
}

/* ---- lineage ---- */

static int
visit_kin(void *arg, const alk_row *row)
{
	struct look *l = arg;
	alk_call call;
	enum call_status status;

	if (!take_call(l, row, &call, &status))
		return 1;
	call.hops = row->number;
	return l->fn(l->arg, &call);
}

int
calls_lineage(struct graph *g, const char *graph, const char *request,
    int direction, size_t depth_max, alk_call_fn fn, void *arg)
{
	static const char *const along[] = { CALL_EDGE };
	struct look l;
	alk_walk_options o = { .direction = direction, .edge_types = along,
		.edge_types_count = 1,
		.depth_max = depth_max != 0 ? depth_max : SIZE_MAX };

	if (look_open(&l, g, graph) == ALK_OK &&
	    need_fn(&l, fn, arg) == ALK_OK) {
		if (direction != ALK_OUT && direction != ALK_IN)
			error_set(g->err, ALK_INVALID, "direction %d is "
			    "neither ALK_OUT nor ALK_IN", direction);
		else
			(void)graph_walk(g, graph, request, &o, visit_kin, &l,
			    NULL);
	}
	return look_end(&l);
}

/* ---- counts ---- */

static int
count(void *arg, const alk_row *row)
{
	struct look *l = arg;
	alk_call_stats *st = &l->stats;
	alk_call call;
	enum call_status status;
	int64_t *const counts[] = { NULL, &st->pending, &st->running,
		&st->completed, &st->failed, &st->aborted };

	if (!take_call(l, row, &call, &status))
		return 1;
	if ((st->calls++ & 255) == 0 && graph_is_cancelled(l->g))
		return 1;
	if (counts[status] != NULL)
		++*counts[status];
	st->overdue += call.is_overdue;
	if (is_open(status) && call.started_ms != 0 &&
	    (st->oldest_open_ms == 0 ||
		call.started_ms < st->oldest_open_ms))
		st->oldest_open_ms = call.started_ms;
	return 0;
}

int
calls_stats(struct graph *g, const char *graph, alk_call_stats *out)
{
	struct look l;
	alk_query nodes = { .type = CALL_NODE, .limit = ALK_NUL };

	if (look_open(&l, g, graph) == ALK_OK) {
		(void)graph_rows_list(g, ALK_NODE, graph, &nodes, count, &l,
		    NULL);
		l.stats.waiting_parents = db_number(g->db,
		    &sql_call_waiting_count, 0, "ii", l.ref.gid, INT64_C(0));
		l.stats.waiting_outcomes = db_number(g->db,
		    &sql_call_waiting_count, 0, "ii", l.ref.gid, INT64_C(1));
	}
	if (g->err->code == ALK_OK)
		*out = l.stats;
	return look_end(&l);
}
