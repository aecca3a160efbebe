/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk task: order, critical, ready, blockers, blocked: plans of tasks. */
#include "cli/cli.h"

#include "base/buf.h"
#include "json/push.h"

#include <stdio.h>
#include <string.h>

enum {
	CELL_GROUP,
	CELL_HOPS,
	CELL_KEY,
	CELL_STATUS,
	CELL_PRIORITY,
	CELL_WAITS,
	CELL_START,
	CELL_FINISH,
	CELL_SLACK,
	CELL_NAME,
	CELLS
};

static const struct column all_columns[CELLS] = {
	[CELL_GROUP] = { "group", true }, [CELL_HOPS] = { "hops", true },
	[CELL_KEY] = { "key", false }, [CELL_STATUS] = { "status", false },
	[CELL_PRIORITY] = { "priority", false },
	[CELL_WAITS] = { "waits", true }, [CELL_START] = { "start", true },
	[CELL_FINISH] = { "finish", true }, [CELL_SLACK] = { "slack", true },
	[CELL_NAME] = { "name", false }
};

/* Which of them a list shows. */
static const int plan_cells[] = { CELL_GROUP, CELL_KEY, CELL_STATUS,
	CELL_PRIORITY, CELL_START, CELL_FINISH, CELL_SLACK, CELL_NAME };
static const int ready_cells[] = { CELL_KEY, CELL_STATUS, CELL_PRIORITY,
	CELL_NAME };
static const int hop_cells[] = { CELL_HOPS, CELL_KEY, CELL_STATUS,
	CELL_PRIORITY, CELL_WAITS, CELL_NAME };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define NUMBER_TEXT 32

struct listing {
	struct cli *cli;
	const int *shown;
	size_t count;
	struct column columns[CELLS];
	size_t limit;
	size_t seen;
	struct buf json;
};

static void
start(struct listing *l, struct cli *c, const int *shown, size_t count)
{
	size_t id = 0;

	*l = (struct listing){ .cli = c, .shown = shown, .count = count,
		.limit = (size_t)args_count(&c->args, "limit", 0) };
	for (size_t i = 0; i < count; i++) {
		l->columns[i] = all_columns[shown[i]];
		if (shown[i] == CELL_KEY)
			id = i;
	}
	output_list(&c->out, l->columns, count, id);
}

static int
end(struct listing *l, int rc)
{
	buf_fini(&l->json);
	if (rc != ALK_OK)
		return report_session(l->cli);
	output_list_end(&l->cli->out);
	return EXIT_OK;
}

/* A number in its shortest form of at most 15 digits, as JSON. */
static struct cell
number_cell(double n, char text[NUMBER_TEXT])
{
	(void)snprintf(text, NUMBER_TEXT, "%.15g", n);
	return cell_json(text, strlen(text));
}

/* {"key", what the list shows, "attributes"} */
static const char *
task_json(struct listing *l, const struct cell *cells, const alk_task *task,
    size_t *bytes)
{
	struct json_out o = { .out = &l->json };

	buf_clear(&l->json);
	json_out_begin_object(&o);
	for (size_t i = 0; i < l->count; i++) {
		const struct cell *cell = &cells[i];
		const char *name = l->columns[i].name;
		if (l->shown[i] == CELL_NAME)
			continue;
		if (cell->kind == CELL_NUMBER)
			json_out_member_int(&o, name, cell->number);
		else if (cell->kind == CELL_JSON)
			json_out_member_raw(&o, name, cell->text, cell->bytes);
		else
			json_out_member(&o, name, cell->text);
	}
	json_out_member_raw(&o, "attributes", task->attributes,
	    task->attributes_bytes);
	json_out_end_object(&o);
	*bytes = l->json.bytes;
	l->cli->out.is_nomem |= l->json.failed;
	return buf_text(&l->json);
}

static int
show(void *arg, const alk_task *t)
{
	struct listing *l = arg;
	char texts[3][NUMBER_TEXT];
	struct cell cells[CELLS];
	size_t bytes;
	const struct cell all[CELLS] = {
		[CELL_GROUP] = cell_number(t->group),
		[CELL_HOPS] = cell_number(t->hops),
		[CELL_KEY] = cell_text(t->key),
		[CELL_STATUS] = cell_text(t->status),
		[CELL_PRIORITY] = cell_text(t->priority),
		[CELL_WAITS] = cell_number(t->waits),
		[CELL_START] = number_cell(t->start, texts[0]),
		[CELL_FINISH] = number_cell(t->finish, texts[1]),
		[CELL_SLACK] = number_cell(t->slack, texts[2]),
		[CELL_NAME] = cell_text(t->name) };

	for (size_t i = 0; i < l->count; i++)
		cells[i] = all[l->shown[i]];
	const char *json = task_json(l, cells, t, &bytes);
	return output_row(&l->cli->out, cells, json, bytes) != 0 ||
	    ++l->seen == l->limit;
}

static alk_task_options
options_of(const struct args *a)
{
	return (alk_task_options){ .weight = args_text(a, "weight"),
		.flags = (args_has(a, "open") ? ALK_TASK_OPEN : 0) |
		    (args_has(a, "groups") ? ALK_TASK_GROUPS : 0) };
}

/* ---- handlers ---- */

static int
run_order(struct cli *c)
{
	alk_task_options o = options_of(&c->args);
	struct listing l;

	start(&l, c, plan_cells, COUNT(plan_cells));
	return end(&l, alk_task_order(c->session,
	    args_operand(&c->args, "GRAPH"), &o, show, &l));
}

static int
run_critical(struct cli *c)
{
	alk_task_options o = options_of(&c->args);
	struct listing l;
	double length = 0;

	start(&l, c, plan_cells, COUNT(plan_cells));
	int status = end(&l, alk_task_critical(c->session,
	    args_operand(&c->args, "GRAPH"), &o, show, &l, &length));
	if (status == EXIT_OK)
		report_note(c, "takes %.15g in all", length);
	return status;
}

static int
run_ready(struct cli *c)
{
	struct listing l;

	start(&l, c, ready_cells, COUNT(ready_cells));
	return end(&l, alk_task_ready(c->session,
	    args_operand(&c->args, "GRAPH"), show, &l));
}

static int
run_blockers(struct cli *c)
{
	struct listing l;

	start(&l, c, hop_cells, COUNT(hop_cells));
	return end(&l, alk_task_blockers(c->session,
	    args_operand(&c->args, "GRAPH"), args_operand(&c->args, "KEY"),
	    show, &l));
}

static int
run_blocked(struct cli *c)
{
	struct listing l;

	start(&l, c, hop_cells, COUNT(hop_cells));
	return end(&l, alk_task_blocked(c->session,
	    args_operand(&c->args, "GRAPH"), args_operand(&c->args, "KEY"),
	    show, &l));
}

/* ---- the table ---- */

#define OPTION_LIMIT \
	{ "limit", 0, OPTION_NUMBER, "N", false, "tasks at most" }
#define OPTIONS_PLAN \
	{ "open", 0, OPTION_FLAG, NULL, false, \
	  "without completed tasks: what is left to do" }, \
	{ "weight", 'w', OPTION_TEXT, "PATH", false, \
	  "the attribute that says how long a task takes; each takes 1" }

static const struct option order_options[] = {
	OPTIONS_PLAN,
	{ "groups", 'g', OPTION_FLAG, NULL, false,
	  "group by group: tasks that can be done side by side" },
	OPTION_LIMIT, OPTION_END
};
static const struct option critical_options[] = { OPTIONS_PLAN, OPTION_END };
static const struct option limit_options[] = { OPTION_LIMIT, OPTION_END };

static const char *const order_examples[] = {
	"alk task order work.db plan",
	"alk task order work.db plan --open --groups",
	"alk task order work.db plan --weight hours --json",
	NULL
};
static const char *const critical_examples[] = {
	"alk task critical work.db plan",
	"alk task critical work.db plan --open --weight hours",
	NULL
};
static const char *const ready_examples[] = {
	"alk task ready work.db plan",
	"alk task ready work.db plan --limit 1 -o id",
	NULL
};
static const char *const blockers_examples[] = {
	"alk task blockers work.db plan t9",
	"alk task blockers work.db plan t9 --json",
	NULL
};
static const char *const blocked_examples[] = {
	"alk task blocked work.db plan t1",
	"alk task blocked work.db plan -o id",
	NULL
};

const struct command cmd_task[] = {
	{ "task order", "FILE GRAPH",
	  "list tasks in an order in which they can be done",
	  "Each behind all that it waits for; else by priority and key. start, "
	  "finish and slack are in weights from the beginning: a task with "
	  "slack 0 is on a critical path.",
	  order_examples, order_options, ACCESS_READ, false, run_order },
	{ "task critical", "FILE GRAPH",
	  "list the tasks that decide how long all takes",
	  "The sequence of tasks, each waiting for the one before, that takes "
	  "longest.",
	  critical_examples, critical_options, ACCESS_READ, false,
	  run_critical },
	{ "task ready", "FILE GRAPH", "list the tasks that can be begun",
	  "Those that are pending and wait for completed tasks only, by "
	  "priority and key.",
	  ready_examples, limit_options, ACCESS_READ, false, run_ready },
	{ "task blockers", "FILE GRAPH KEY",
	  "list what keeps a task from being done",
	  "The tasks that it waits for, directly or not, and that are not "
	  "completed; the nearest first.",
	  blockers_examples, limit_options, ACCESS_READ, false,
	  run_blockers },
	{ "task blocked", "FILE GRAPH [KEY]",
	  "list what a task keeps from being done",
	  "Without KEY, what waits for any task that has failed.",
	  blocked_examples, limit_options, ACCESS_READ, false, run_blocked },
	COMMAND_END
};
