/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Commands on call graphs, task graphs and the change feed. Times are shown as seconds from now.
 */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

/* ---- Calls ------------------------------------------------------------- */

static int
show_told(void *arg, const alk_call_told *t)
{
	static const char *const outcomes[] = { "", "applied", "duplicate",
		"late", "waiting", "differs", "foreign" };
	struct scene *sc = arg;

	text_printf(&sc->out, "%lld %s%s%s\n", (long long)t->index,
	    outcomes[t->outcome], t->why != NULL ? ": " : "",
	    t->why != NULL ? t->why : "");
	return 0;
}

static void
show_result(struct scene *sc, const alk_call_result *r)
{
	text_printf(&sc->out, "rev %lld: calls %zu, edges %zu, aborted %zu\n",
	    (long long)r->rev, r->calls, r->edges, r->aborted);
}

/* The lines of the input as one array. */
static void
make_array(const struct text *lines, struct text *out)
{
	const char *at = text_get(lines);

	text_str(out, "[");
	while (*at != '\0') {
		size_t bytes = strcspn(at, "\n");
		if (out->bytes > 1)
			text_str(out, ",");
		text_add(out, at, bytes);
		at += bytes + (at[bytes] == '\n');
	}
	text_str(out, "]");
}

/* call ingest GRAPH [dry] [stamp], an event a line of the input */
static int
run_ingest(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *graph = args_word(a, 2);
	struct text events = { 0 };
	struct text input = { 0 };
	alk_call_result r;
	alk_call_options o = { .fn = show_told, .arg = sc };
	int rc;

	if (s == NULL || !scene_input(sc, a, &input))
		return SCENE_SLIP;
	if (args_has(a, 3, "dry"))
		o.flags |= ALK_TX_DRY_RUN;
	if (args_has(a, 3, "stamp"))
		o.flags |= ALK_CALL_STAMP;
	make_array(&input, &events);
	rc = scene_told(sc, alk_call_ingest(s, graph, text_get(&events),
	    events.bytes, &o, &r));
	if (rc == ALK_OK)
		show_result(sc, &r);
	text_fini(&events);
	text_fini(&input);
	return rc;
}

struct source {
	const struct text *text;
	size_t at;
};

static long
give(void *arg, char *into, size_t room)
{
	struct source *from = arg;
	size_t left = from->text->bytes - from->at;
	size_t n = left < room ? left : room;

	if (n > 0)
		memcpy(into, from->text->data + from->at, n);
	from->at += n;
	return (long)n;
}

/* call lines GRAPH [batch=N], likewise; what a fault broke off comes again */
static int
run_lines(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *graph = args_word(a, 2);
	struct text input = { 0 };
	alk_call_options o = { .batch_events =
	    (size_t)args_number(a, "batch", 0) };
	struct source from = { &input, 0 };
	alk_call_result r;
	int rc;

	if (s == NULL || !scene_input(sc, a, &input))
		return SCENE_SLIP;
	rc = scene_told(sc, alk_call_import(s, graph, &o, give, &from, &r));
	if (rc == ALK_OK)
		text_printf(&sc->out, "lines %lld\n", (long long)r.lines);
	text_fini(&input);
	return rc;
}

/* call abort GRAPH CALL */
static int
run_abort(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_call_result r;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_call_abort(s, args_word(a, 2),
	    args_word(a, 3), &r));
	if (rc == ALK_OK)
		show_result(sc, &r);
	return rc;
}

static void
show_time(struct scene *sc, const char *name, int64_t ms)
{
	if (ms != 0)
		text_printf(&sc->out, " %s %+.3f", name,
		    (double)(ms - sc->now_ms) / 1000);
}

static int
show_call(void *arg, const alk_call *c)
{
	struct scene *sc = arg;

	if (c->hops != 0)
		text_printf(&sc->out, "%lld ", (long long)c->hops);
	text_printf(&sc->out, "%s %s %s", c->request, c->operation,
	    c->status);
	if (c->parent != NULL)
		text_printf(&sc->out, " of %s", c->parent);
	show_time(sc, "started", c->started_ms);
	show_time(sc, "completed", c->completed_ms);
	show_time(sc, "deadline", c->deadline_ms);
	if (c->duration_ms != -1)
		text_printf(&sc->out, " took %.3f",
		    (double)c->duration_ms / 1000);
	if (c->is_overdue)
		text_printf(&sc->out, " overdue");
	if (c->error != NULL)
		text_printf(&sc->out, ": %s", c->error);
	text_str(&sc->out, "\n");
	return 0;
}

/* call get GRAPH CALL */
static int
run_get(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_call_get(s, args_word(a, 2),
	    args_word(a, 3), show_call, sc));
}

/* call list GRAPH [status=] [operation=] [root] [overdue] [stuck=S] [limit=] */
static int
run_list(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_call_query q = { .status = args_get(a, "status"),
		.operation = args_get(a, "operation"),
		.is_root = args_has(a, 3, "root"),
		.is_overdue = args_has(a, 3, "overdue"),
		.stuck_ms = args_number(a, "stuck", 0) * 1000,
		.limit = (size_t)args_number(a, "limit", 0) };
	alk_page page;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_call_list(s, args_word(a, 2), &q, show_call,
	    sc, &page));
	if (rc == ALK_OK && page.cursor != NULL)
		text_str(&sc->out, "more\n");
	return rc;
}

/* call up|down GRAPH CALL [depth=N] */
static int
run_lineage(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	bool is_up = strcmp(args_word(a, 1), "up") == 0;

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_call_lineage(s, args_word(a, 2),
	    args_word(a, 3), is_up ? ALK_IN : ALK_OUT,
	    (size_t)args_number(a, "depth", 0), show_call, sc));
}

/* call stats GRAPH */
static int
run_stats(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_call_stats st;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_call_stats_get(s, args_word(a, 2), &st));
	if (rc == ALK_OK)
		text_printf(&sc->out, "calls %lld: pending %lld running %lld "
		    "completed %lld failed %lld aborted %lld overdue %lld; "
		    "waiting: parents %lld outcomes %lld\n",
		    (long long)st.calls, (long long)st.pending,
		    (long long)st.running, (long long)st.completed,
		    (long long)st.failed, (long long)st.aborted,
		    (long long)st.overdue, (long long)st.waiting_parents,
		    (long long)st.waiting_outcomes);
	return rc;
}

/* ---- Tasks ------------------------------------------------------------- */

static int
show_task(void *arg, const alk_task *t)
{
	struct scene *sc = arg;

	if (t->hops != 0)
		text_printf(&sc->out, "%lld ", (long long)t->hops);
	text_printf(&sc->out, "%s %s %s group %lld waits %lld start %g "
	    "finish %g slack %g\n", t->key, t->status, t->priority,
	    (long long)t->group, (long long)t->waits, t->start, t->finish,
	    t->slack);
	return 0;
}

static alk_task_options
task_options(struct args *a)
{
	return (alk_task_options){ .weight = args_get(a, "weight"),
		.flags = (args_has(a, 3, "open") ? ALK_TASK_OPEN : 0) |
		    (args_has(a, 3, "groups") ? ALK_TASK_GROUPS : 0) };
}

/* task order GRAPH [open] [groups] [weight=PATH] */
static int
run_order(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_task_options o = task_options(a);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_task_order(s, args_word(a, 2), &o,
	    show_task, sc));
}

/* task critical GRAPH [open] [weight=PATH] */
static int
run_critical(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_task_options o = task_options(a);
	double length;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_task_critical(s, args_word(a, 2), &o,
	    show_task, sc, &length));
	if (rc == ALK_OK)
		text_printf(&sc->out, "length %g\n", length);
	return rc;
}

/* task ready GRAPH */
static int
run_ready(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_task_ready(s, args_word(a, 2), show_task,
	    sc));
}

/* task blockers GRAPH TASK | task blocked GRAPH [TASK] */
static int
run_blocks(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	bool is_up = strcmp(args_word(a, 1), "blocked") == 0;

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, is_up ?
	    alk_task_blocked(s, args_word(a, 2), args_word(a, 3), show_task,
		sc) :
	    alk_task_blockers(s, args_word(a, 2), args_word(a, 3), show_task,
		sc));
}

/* ---- The change feed --------------------------------------------------- */

static unsigned
bits(struct args *a, const char *name, const char *const *words)
{
	const char *given = args_get(a, name);
	unsigned found = 0;

	for (int i = 0; given != NULL && words[i] != NULL; i++)
		if (strstr(given, words[i]) != NULL)
			found |= 1u << i;
	return found;
}

static alk_feed
feed_options(struct args *a)
{
	static const char *const kinds[] = { "node", "edge", "graph", "type",
		NULL };
	static const char *const ops[] = { "create", "update", "delete",
		NULL };
	const char *after = args_get(a, "after");

	return (alk_feed){ .graph = args_get(a, "graph"),
		.type = args_get(a, "type"),
		.kinds = bits(a, "kinds", kinds), .ops = bits(a, "ops", ops),
		.after = after == NULL ? 0 : strcmp(after, "now") == 0 ?
		    ALK_FEED_NOW : strcmp(after, "kept") == 0 ?
		    ALK_FEED_KEPT : strtoll(after, NULL, 10),
		.after_rev = args_number(a, "rev", 0),
		.records = (size_t)args_number(a, "records", 0) };
}

static int
show_change(void *arg, const alk_feed_change *c)
{
	static const char *const ops[] = { "load", "create", "", "", "update",
		"delete" };
	static const char *const kinds[] = { "", "node", "edge", "graph",
		"type" };
	struct scene *sc = arg;

	text_printf(&sc->out, "%lld rev %lld %s %s %s", (long long)c->offset,
	    (long long)c->rev, ops[c->op], kinds[c->kind],
	    c->key != NULL ? c->key : "-");
	if (c->type != NULL)
		text_printf(&sc->out, " %s", c->type);
	if (c->source != NULL)
		text_printf(&sc->out, " %s -> %s", c->source, c->target);
	if (c->op == 0)
		text_printf(&sc->out, " %lld, %lld", (long long)c->nodes,
		    (long long)c->edges);
	text_printf(&sc->out, "%s\n", c->is_last ? "" : " ...");
	return 0;
}

/* feed read [graph=] [type=] [kinds=] [ops=] [after=N|now|kept] [rev=N]
   [limit=N] */
static int
run_feed_read(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_feed feed = feed_options(a);
	int64_t last = 0;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_feed_read(s, &feed,
	    (size_t)args_number(a, "limit", 0), show_change, sc, &last));
	if (rc == ALK_OK)
		text_printf(&sc->out, "last %lld\n", (long long)last);
	return rc;
}

struct copying {
	alk_session *s;
	const char *topic;
};

/* What a fault breaks is undone with the offset, and comes again. */
static int
publish_change(void *arg, const alk_feed_change *c)
{
	const struct copying *to = arg;

	return alk_stream_publish(to->s, to->topic, NULL,
	    c->key != NULL ? c->key : "-", ALK_NUL, NULL);
}

/* feed consume NAME TOPIC [as feed read] [records=N]: publishes each key */
static int
run_feed_consume(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_feed feed = feed_options(a);
	struct copying to = { s, args_word(a, 3) };

	feed.consumer = args_word(a, 2);
	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_feed_consume(s, &feed, publish_change,
	    &to));
}

/* feed wait GRAPH REV [ms=N] */
static int
run_feed_wait(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *rev = args_word(a, 3);

	if (s == NULL || rev == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_wait_rev(s, args_word(a, 2),
	    strtoll(rev, NULL, 10), (int)args_number(a, "ms", 0)));
}

const struct command workflow_commands[] = {
	{ "feed read", 2, run_feed_read },
	{ "feed consume", 2, run_feed_consume },
	{ "feed wait", 2, run_feed_wait },
	{ "task order", 2, run_order },
	{ "task critical", 2, run_critical },
	{ "task ready", 2, run_ready },
	{ "task blockers", 2, run_blocks },
	{ "task blocked", 2, run_blocks },
	{ "call ingest", 2, run_ingest },
	{ "call lines", 2, run_lines },
	{ "call abort", 2, run_abort },
	{ "call get", 2, run_get },
	{ "call list", 2, run_list },
	{ "call up", 2, run_lineage },
	{ "call down", 2, run_lineage },
	{ "call stats", 2, run_stats },
	{ NULL, 0, NULL },
};
