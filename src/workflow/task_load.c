/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Tasks and what they wait for, from the file to arrays, and back to rows. */
#include "workflow/task_parts.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/row.h"
#include "workflow/task.sql.h"

#include <string.h>

#define WEIGHT_MAX 1e15

/* ---- nodes ---- */

static enum task_status
status_of(yyjson_val *attributes)
{
	static const char *const names[] = { "pending", "in-progress",
		"completed", "failed", "blocked" };
	yyjson_val *v = yyjson_obj_get(attributes, "status");

	for (int i = TASK_PENDING; i <= TASK_BLOCKED; i++)
		if (yyjson_equals_str(v, names[i]))
			return (enum task_status)i;
	return TASK_PENDING;
}

/* None given counts as medium. */
static int
rank_of(yyjson_val *attributes)
{
	static const char *const names[] = { "low", "medium", "high",
		"critical" };
	yyjson_val *v = yyjson_obj_get(attributes, "priority");

	for (int i = 0; i < 4; i++)
		if (yyjson_equals_str(v, names[i]))
			return i;
	return 1;
}

static double
weight_of(struct tasks *t, yyjson_val *attributes, const char *key)
{
	yyjson_val *v = t->weight == NULL ? NULL :
	    filter_path_get(t->weight, attributes);

	if (v == NULL || yyjson_is_null(v))
		return 1;
	double n = yyjson_is_num(v) ? yyjson_get_num(v) : -1;
	if (!(n >= 0 && n <= WEIGHT_MAX)) {
		error_entry(t->g->err, "node %s", key);
		error_set(t->g->err, ALK_VALUE, "expected number from 0 to "
		    "1e15 at \"%.100s\", the weight of the task",
		    t->o->weight);
	}
	return n;
}

static bool
reserve(struct tasks *t)
{
	if (t->count < t->room)
		return true;
	size_t room = t->room == 0 ? 256 : 2 * t->room;
	struct task *list = mem_resize(t->list, room * sizeof(list[0]));
	if (list == NULL) {
		error_nomem(t->g->err);
		return false;
	}
	t->list = list;
	t->room = room;
	return true;
}

static bool
take_task(struct tasks *t, struct db_rows *rows)
{
	size_t bytes;
	const char *text = db_text(rows, 2, &bytes);
	yyjson_val *v = json_read_own(&t->reader, text, bytes, t->g->err);

	if (v == NULL || !reserve(t))
		return false;
	enum task_status status = status_of(v);
	if (status == TASK_COMPLETED && (t->o->flags & ALK_TASK_OPEN) != 0)
		return true;
	const char *key = db_text(rows, 1, &bytes);
	t->list[t->count++] = (struct task){ .nid = db_int(rows, 0),
		.key = t->texts.bytes, .status = status, .rank = rank_of(v),
		.weight = weight_of(t, v, key), .hops = -1 };
	buf_add(&t->texts, key, bytes + 1);
	if (t->texts.failed)
		error_nomem(t->g->err);
	return t->g->err->code == ALK_OK;
}

static int
read_tasks(struct tasks *t)
{
	struct graph *g = t->g;
	struct db_rows *rows = db_query(g->db, &sql_task_nodes, "ii",
	    t->topo.ref.gid, t->node_type);

	while (db_next(g->db, rows))
		if (!take_task(t, rows) || ((t->count & 255) == 0 &&
			topo_check(&t->topo, t->count) != ALK_OK))
			break;
	db_end(g->db, rows);
	return g->err->code;
}

/* ---- edges ---- */

uint32_t *
tasks_numbers(struct tasks *t, size_t count)
{
	uint32_t *list = mem_zero((count + 1) * sizeof(list[0]));

	if (list == NULL)
		error_nomem(t->g->err);
	return list;
}

/* The task of each node of the topology; TOPO_NONE: it is no task. */
static uint32_t *
map_nodes(struct tasks *t)
{
	uint32_t nodes = topo_count(&t->topo);
	uint32_t *of = tasks_numbers(t, nodes);

	for (uint32_t i = 0; of != NULL && i < nodes; i++)
		of[i] = TOPO_NONE;
	for (size_t i = 0; of != NULL && i < t->count; i++) {
		uint32_t node = topo_of(&t->topo, t->list[i].nid);
		if (node < nodes)
			of[node] = (uint32_t)i;
	}
	return of;
}

static bool
grow_down(struct tasks *t, size_t *room, size_t more)
{
	if (t->arcs + more <= *room)
		return true;
	size_t wanted = 2 * *room + more + 64;
	uint32_t *down = mem_resize(t->down, wanted * sizeof(down[0]));
	if (down == NULL) {
		error_nomem(t->g->err);
		return false;
	}
	t->down = down;
	*room = wanted;
	return true;
}

static int
read_arcs(struct tasks *t, const uint32_t *of)
{
	struct topo_arcs arcs;
	size_t room = 0;

	for (size_t i = 0; i < t->count; i++) {
		uint32_t node = topo_of(&t->topo, t->list[i].nid);
		t->down_at[i] = t->arcs;
		if (t->g->err->code != ALK_OK || topo_arcs(&t->topo, node,
			false, &arcs) != ALK_OK ||
		    !grow_down(t, &room, arcs.count))
			break;
		for (size_t k = 0; k < arcs.count; k++) {
			uint32_t to = of[arcs.to[k]];
			if (to == TOPO_NONE)
				continue;
			t->down[t->arcs++] = to;
			t->list[i].waits +=
			    t->list[to].status != TASK_COMPLETED;
		}
		if ((i & 255) == 0)
			(void)topo_check(&t->topo, i);
	}
	t->down_at[t->count] = t->arcs;
	return t->g->err->code;
}

/* The same arcs from the other end. */
static void
turn_arcs(struct tasks *t)
{
	for (size_t k = 0; k < t->arcs; k++)
		t->up_at[t->down[k] + 1]++;
	for (size_t i = 0; i < t->count; i++)
		t->up_at[i + 1] += t->up_at[i];
	for (size_t i = t->count; i-- > 0;)
		for (size_t k = t->down_at[i]; k < t->down_at[i + 1]; k++)
			t->up[--t->up_at[t->down[k] + 1]] = (uint32_t)i;
	/* up_at[i + 1] went back to where i begins. */
	memmove(t->up_at, t->up_at + 1, t->count * sizeof(t->up_at[0]));
	t->up_at[t->count] = t->arcs;
}

static int
read_edges(struct tasks *t)
{
	size_t bytes = (t->count + 2) * sizeof(size_t);
	uint32_t *of = NULL;

	t->down_at = mem_zero(bytes);
	t->up_at = mem_zero(bytes);
	if (t->down_at == NULL || t->up_at == NULL)
		return error_nomem(t->g->err);
	if (topo_all(&t->topo) == ALK_OK)
		of = map_nodes(t);
	if (of != NULL && t->g->err->code == ALK_OK &&
	    read_arcs(t, of) == ALK_OK) {
		t->up = tasks_numbers(t, t->arcs);
		if (t->up != NULL)
			turn_arcs(t);
	}
	mem_release(of);
	return t->g->err->code;
}

/* ---- the whole ---- */

static int
check_options(struct tasks *t)
{
	alk_error *err = t->g->err;

	if (t->fn == NULL)
		return error_set(err, ALK_INVALID,
		    "no function is given to take the tasks");
	if ((t->o->flags & ~(ALK_TASK_OPEN | ALK_TASK_GROUPS)) != 0)
		return error_set(err, ALK_INVALID, "flags %#x: not known to "
		    "this version", t->o->flags);
	return t->o->weight == NULL ? ALK_OK : filter_path_parse(t->o->weight,
	    strlen(t->o->weight), &t->weight, err);
}

static int
check_type(struct tasks *t, const char *graph)
{
	struct graph *g = t->g;
	struct graph_ref ref;

	if (graph_find(g, graph, &ref) != ALK_OK)
		return g->err->code;
	const struct entry_type *node = ref.type == NULL ? NULL :
	    type_entry_named(ref.type, ALK_NODE, TASK_NODE,
		strlen(TASK_NODE));
	const struct entry_type *edge = ref.type == NULL ? NULL :
	    type_entry_named(ref.type, ALK_EDGE, TASK_EDGE,
		strlen(TASK_EDGE));
	if (node == NULL || edge == NULL)
		return error_set(g->err, ALK_INVALID, "'%s' is no task "
		    "graph: its type has no %s", ref.name, node == NULL ?
		    "node type " TASK_NODE : "edge type " TASK_EDGE);
	t->node_type = node->tid;
	return ALK_OK;
}

int
tasks_open(struct tasks *t, struct graph *g, const char *graph,
    const alk_task_options *o, alk_task_fn fn, void *arg)
{
	static const alk_task_options usual;
	static const char *const along[] = { TASK_EDGE };
	alk_walk_options walk = { .direction = ALK_OUT, .edge_types = along,
		.edge_types_count = 1 };

	*t = (struct tasks){ .g = g, .o = o != NULL ? o : &usual, .fn = fn,
		.arg = arg };
	if (check_type(t, graph) != ALK_OK || check_options(t) != ALK_OK)
		return g->err->code;
	t->is_open = true;
	if (topo_open(&t->topo, g, graph, &walk) == ALK_OK &&
	    read_tasks(t) == ALK_OK)
		(void)read_edges(t);
	return g->err->code;
}

void
tasks_close(struct tasks *t)
{
	if (t->is_open)
		topo_close(&t->topo);
	filter_path_free(t->weight);
	json_reader_fini(&t->reader);
	buf_fini(&t->texts);
	mem_release(t->list);
	mem_release(t->down_at);
	mem_release(t->down);
	mem_release(t->up_at);
	mem_release(t->up);
}

const char *
tasks_key(const struct tasks *t, size_t i)
{
	return t->texts.data + t->list[i].key;
}

bool
tasks_find(struct tasks *t, const char *key, size_t *out)
{
	if (key == NULL) {
		error_set(t->g->err, ALK_INVALID, "no task given");
		return false;
	}
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(tasks_key(t, i), key) == 0) {
			*out = i;
			return true;
		}
	error_set(t->g->err, ALK_NOTFOUND, "task '%s' is not there", key);
	return false;
}

bool
tasks_is_before(const struct tasks *t, size_t a, size_t b)
{
	int x = t->list[a].rank;
	int y = t->list[b].rank;

	return x != y ? x > y :
	    strcmp(tasks_key(t, a), tasks_key(t, b)) < 0;
}

static const char *
text_of(yyjson_val *object, const char *name, const char *otherwise)
{
	yyjson_val *v = yyjson_obj_get(object, name);

	return yyjson_is_str(v) ? yyjson_get_str(v) : otherwise;
}

bool
tasks_tell(struct tasks *t, size_t i)
{
	const struct task *from = &t->list[i];
	struct graph *g = t->g;
	alk_row row;

	if (row_node(g, t->topo.ref.type, from->nid, &g->row, &row) != ALK_OK)
		return false;
	yyjson_val *v = json_read_own(&t->reader, row.attributes,
	    row.attributes_bytes, g->err);
	if (v == NULL)
		return false;
	alk_task task = { .key = row.key, .name = text_of(v, "name", ""),
		.status = text_of(v, "status", "pending"),
		.priority = text_of(v, "priority", "medium"),
		.group = (int64_t)from->group, .waits = (int64_t)from->waits,
		.hops = from->hops < 0 ? 0 : from->hops,
		.weight = from->weight, .start = from->start,
		.finish = from->start + from->weight, .slack = from->slack,
		.attributes = row.attributes,
		.attributes_bytes = row.attributes_bytes };
	return t->fn(t->arg, &task) == 0 && topo_check(&t->topo, 0) == ALK_OK;
}
