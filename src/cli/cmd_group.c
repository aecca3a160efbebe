/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk group: add, list, rm, take, claim, ack, pending, dead, revive, discard,
 * leave: consumers that share the events of a topic.
 */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/mem.h"
#include "json/json.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define TAKEN 10 /* events, where no number is given */

struct work {
	struct cli *cli;
	const char *topic;
	const char *group;
	const char *consumer;
	int64_t *offsets;
	size_t count;
};

static struct work
work_of(struct cli *c)
{
	const struct args *a = &c->args;

	return (struct work){ .cli = c, .topic = args_operand(a, "TOPIC"),
		.group = args_operand(a, "GROUP"),
		.consumer = args_operand(a, "CONSUMER") };
}

/* ---- offsets ---- */

static int
parse_offset(struct cli *c, const char *word, int64_t *out)
{
	char *end;

	errno = 0;
	long long number = strtoll(word, &end, 10);
	if (errno != 0 || end == word || *end != '\0' || number < 1)
		return report_usage(c, "'%.100s' is no offset: a whole number "
		    "from 1 on", word);
	*out = number;
	return EXIT_OK;
}

/* Those that the command names; work_fini() frees them. */
static int
read_offsets(struct work *w)
{
	const struct args *a = &w->cli->args;
	size_t first = table_operand_index(a->command, "OFFSET");
	int status = EXIT_OK;

	w->count = a->operands_count - first;
	w->offsets = mem_zero(w->count * sizeof(*w->offsets));
	if (w->offsets == NULL) {
		w->cli->out.is_nomem = true;
		return EXIT_FAILED;
	}
	for (size_t i = 0; i < w->count && status == EXIT_OK; i++)
		status = parse_offset(w->cli, a->operands[first + i],
		    &w->offsets[i]);
	return status;
}

/* ---- showing deliveries ---- */

#define COLUMNS 8

static const struct column columns[COLUMNS] = { { "offset", true },
	{ "topic", false }, { "key", false }, { "consumer", false },
	{ "deliveredAt", false }, { "deliveries", true }, { "diedAt", false },
	{ "payload", false } };

struct listing {
	struct cli *cli;
	struct json_reader reader;
	size_t seen;
};

/* A payload that is JSON is shown as it is, other text as a string. */
static struct cell
payload_cell(struct listing *l, const alk_delivery *d)
{
	struct json_bounds bounds = { .bytes_max = d->payload_bytes + 1,
		.depth_max = JSON_DEPTH_MAX };
	alk_error ignored = { 0 };

	if (json_read(&l->reader, d->payload, d->payload_bytes, &bounds,
		&ignored) != NULL)
		return cell_json(d->payload, d->payload_bytes);
	return cell_text(d->payload);
}

static int
show(void *arg, const alk_delivery *d)
{
	struct listing *l = arg;
	struct cell cells[COLUMNS];
	char delivered[CLOCK_ISO];
	char died[CLOCK_ISO];

	clock_iso(d->delivered_at, delivered);
	clock_iso(d->died_at, died);
	cells[0] = cell_number(d->offset);
	cells[1] = cell_text(d->topic);
	cells[2] = cell_text(d->key);
	cells[3] = cell_text(d->consumer);
	cells[4] = cell_text(d->delivered_at != 0 ? delivered : NULL);
	cells[5] = cell_number(d->deliveries);
	cells[6] = cell_text(d->died_at != 0 ? died : NULL);
	cells[7] = payload_cell(l, d);
	l->seen++;
	return output_row(&l->cli->out, cells, NULL, 0);
}

static void
listing_start(struct listing *l, struct cli *c)
{
	*l = (struct listing){ .cli = c };
	output_list(&c->out, columns, COLUMNS, 0);
}

static int
listing_end(struct listing *l, int code)
{
	json_reader_fini(&l->reader);
	if (code != ALK_OK)
		return report_session(l->cli);
	output_list_end(&l->cli->out);
	return EXIT_OK;
}

/* ---- add, list, rm ---- */

static int
work_add(alk_session *s, void *arg)
{
	struct work *w = arg;
	const struct args *a = &w->cli->args;
	alk_group_new g = { w->topic, w->group,
		args_has(a, "from-now") ? -1 : args_count(a, "after", 0),
		args_count(a, "max-deliveries", 0) };

	return alk_group_create(s, &g);
}

static int
run_add(struct cli *c)
{
	struct work w = work_of(c);

	if (args_has(&c->args, "from-now") && args_has(&c->args, "after"))
		return report_usage(c, "--after or --from-now, not both");
	return write_plain(c, work_add, &w);
}

#define INFO_COLUMNS 9

static int
show_group(void *arg, const alk_group_info *g)
{
	struct cli *c = arg;
	struct cell cells[INFO_COLUMNS];

	cells[0] = cell_text(g->topic);
	cells[1] = cell_text(g->name);
	cells[2] = cell_number(g->delivered);
	cells[3] = cell_number(g->lag);
	cells[4] = cell_number(g->pending);
	cells[5] = g->oldest != 0 ? cell_number(g->oldest) : cell_text(NULL);
	cells[6] = cell_number(g->consumers);
	cells[7] = cell_number(g->dead);
	cells[8] = g->max_deliveries != 0 ? cell_number(g->max_deliveries) :
	    cell_text(NULL);
	return output_row(&c->out, cells, NULL, 0);
}

static int
run_list(struct cli *c)
{
	static const struct column info[INFO_COLUMNS] = { { "topic", false },
		{ "name", false }, { "delivered", true }, { "lag", true },
		{ "pending", true }, { "oldest", true },
		{ "consumers", true }, { "dead", true },
		{ "maxDeliveries", true } };

	output_list(&c->out, info, INFO_COLUMNS, 1);
	if (alk_group_list(c->session, args_operand(&c->args, "TOPIC"),
		show_group, c) != ALK_OK)
		return report_session(c);
	output_list_end(&c->out);
	return EXIT_OK;
}

static int
work_rm(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_group_delete(s, w->topic, w->group);
}

static int
run_rm(struct cli *c)
{
	struct work w = work_of(c);
	int status = write_confirm(c, "delete the group %.200s with what is "
	    "pending in it?", w.group);

	return status == EXIT_OK ? write_plain(c, work_rm, &w) : status;
}

/* ---- take and claim ---- */

struct taking {
	struct work w;
	struct listing l;
	bool is_claim;
};

static int
work_take(alk_session *s, void *arg)
{
	struct taking *t = arg;
	const struct args *a = &t->w.cli->args;
	alk_group_claim_options o = { args_text(a, "from"),
		args_count(a, "idle", 0),
		(size_t)args_count(a, "limit", TAKEN) };

	t->l.seen = 0;
	if (t->is_claim)
		return alk_group_claim(s, t->w.topic, t->w.group,
		    t->w.consumer, &o, show, &t->l);
	return alk_group_read(s, t->w.topic, t->w.group, t->w.consumer, o.n,
	    show, &t->l);
}

/* Once, or with --wait until there is something. */
static int
take(struct taking *t)
{
	alk_session *s = t->w.cli->session;
	int64_t wait_ms = args_count(&t->w.cli->args, "wait", 0);
	int64_t end = clock_steady_ms() + wait_ms;
	int64_t left = 0; /* the first wait begins to watch */
	int rc = ALK_OK;

	if (wait_ms == 0)
		return work_take(s, t);
	for (;;) {
		rc = alk_wait(s, left > INT_MAX ? INT_MAX : (int)left);
		if (rc != ALK_OK && rc != ALK_TIMEOUT)
			return rc;
		bool is_over = clock_steady_ms() >= end;
		rc = work_take(s, t);
		if (rc != ALK_OK || t->l.seen > 0 || is_over)
			return rc;
		left = end - clock_steady_ms();
		if (left < 0)
			left = 0;
	}
}

static int
run_taking(struct cli *c, bool is_claim)
{
	struct taking t = { .w = work_of(c), .is_claim = is_claim };
	int rc;

	listing_start(&t.l, c);
	if (!write_is_dry(c))
		rc = take(&t);
	else
		rc = alk_transact(c->session, ALK_TX_DRY_RUN, work_take, &t);
	int status = listing_end(&t.l, rc);
	if (status == EXIT_OK && write_is_dry(c))
		report_note(c, "dry run: nothing was changed");
	return status;
}

static int
run_take(struct cli *c)
{
	return run_taking(c, false);
}

static int
run_claim(struct cli *c)
{
	return run_taking(c, true);
}

static int
work_ack(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_group_ack(s, w->topic, w->group, w->consumer, w->offsets,
	    w->count);
}

static int
run_with_offsets(struct cli *c, alk_work_fn work)
{
	struct work w = work_of(c);
	int status = read_offsets(&w);

	if (status == EXIT_OK)
		status = write_plain(c, work, &w);
	mem_release(w.offsets);
	return status;
}

static int
run_ack(struct cli *c)
{
	return run_with_offsets(c, work_ack);
}

static int
work_leave(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_group_leave(s, w->topic, w->group, w->consumer);
}

static int
run_leave(struct cli *c)
{
	struct work w = work_of(c);

	return write_plain(c, work_leave, &w);
}

/* ---- pending and dead ---- */

static int
run_pending(struct cli *c)
{
	const struct args *a = &c->args;
	struct work w = work_of(c);
	struct listing l;
	alk_group_query q = { args_text(a, "consumer"),
		args_count(a, "idle", 0), args_count(a, "after", 0),
		(size_t)args_count(a, "limit", 1000) };

	listing_start(&l, c);
	return listing_end(&l, alk_group_pending(c->session, w.topic, w.group,
	    &q, show, &l));
}

static int
run_dead(struct cli *c)
{
	const struct args *a = &c->args;
	struct work w = work_of(c);
	struct listing l;
	alk_group_query q = { .after = args_count(a, "after", 0),
		.limit = (size_t)args_count(a, "limit", 1000) };

	listing_start(&l, c);
	return listing_end(&l, alk_group_dead(c->session, w.topic, w.group,
	    &q, show, &l));
}

static int
work_revive(alk_session *s, void *arg)
{
	struct work *w = arg;
	int rc = ALK_OK;

	for (size_t i = 0; i < w->count && rc == ALK_OK; i++)
		rc = alk_group_revive(s, w->topic, w->group, w->offsets[i]);
	return rc;
}

static int
work_discard(alk_session *s, void *arg)
{
	struct work *w = arg;
	int rc = ALK_OK;

	for (size_t i = 0; i < w->count && rc == ALK_OK; i++)
		rc = alk_group_discard(s, w->topic, w->group, w->offsets[i]);
	return rc;
}

static int
run_revive(struct cli *c)
{
	return run_with_offsets(c, work_revive);
}

static int
run_discard(struct cli *c)
{
	return run_with_offsets(c, work_discard);
}

/* ---- the table ---- */

#define OPTION_AFTER \
	{ "after", 0, OPTION_COUNT, "N", false, \
	  "only events after this offset; 0" }
#define OPTION_LIMIT(summary) \
	{ "limit", 0, OPTION_NUMBER, "N", false, summary }
#define OPTION_IDLE \
	{ "idle", 0, OPTION_COUNT, "SECONDS", false, \
	  "only what was delivered at least so long ago" }

static const struct option add_options[] = {
	{ "after", 0, OPTION_COUNT, "N", false,
	  "begin behind this offset; 0, the oldest event" },
	{ "from-now", 0, OPTION_FLAG, NULL, false,
	  "begin with the next event that is published" },
	{ "max-deliveries", 0, OPTION_NUMBER, "N", false,
	  "then an event is put with the dead letters; never" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option rm_options[] = {
	OPTION_YES, OPTION_DRY_RUN, OPTION_END
};
static const struct option take_options[] = {
	OPTION_LIMIT("events at most; 10"),
	{ "wait", 'w', OPTION_NUMBER, "MS", false,
	  "wait so long for the first one" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option claim_options[] = {
	{ "from", 0, OPTION_TEXT, "CONSUMER", false,
	  "only what this consumer has; its own name too" },
	OPTION_IDLE, OPTION_LIMIT("events at most; 10"), OPTION_DRY_RUN,
	OPTION_END
};
static const struct option dry_options[] = { OPTION_DRY_RUN, OPTION_END };
static const struct option pending_options[] = {
	{ "consumer", 0, OPTION_TEXT, "CONSUMER", false,
	  "only what this consumer has" },
	OPTION_IDLE, OPTION_AFTER, OPTION_LIMIT("events at most; 1000"),
	OPTION_END
};
static const struct option dead_options[] = {
	OPTION_AFTER, OPTION_LIMIT("events at most; 1000"), OPTION_END
};

static const char *const add_examples[] = {
	"alk group add work.db orders billing",
	"alk group add work.db orders billing --from-now --max-deliveries 5",
	NULL
};
static const char *const list_examples[] = {
	"alk group list work.db",
	"alk group list work.db orders --json",
	NULL
};
static const char *const rm_examples[] = {
	"alk group rm work.db orders billing --yes",
	"alk group rm work.db orders billing --dry-run",
	NULL
};
static const char *const take_examples[] = {
	"alk group take work.db orders billing worker-1 -o jsonl",
	"alk group take work.db orders billing worker-1 --limit 1 --wait 5000",
	NULL
};
static const char *const claim_examples[] = {
	"alk group claim work.db orders billing worker-2 --idle 60",
	"alk group claim work.db orders billing worker-1 --from worker-1",
	NULL
};
static const char *const ack_examples[] = {
	"alk group ack work.db orders billing worker-1 17",
	"alk group ack work.db orders billing worker-1 18 19 21",
	NULL
};
static const char *const pending_examples[] = {
	"alk group pending work.db orders billing --idle 60",
	"alk group pending work.db orders billing --consumer worker-1 -o id",
	NULL
};
static const char *const dead_examples[] = {
	"alk group dead work.db orders billing",
	"alk group dead work.db orders billing --limit 10 -o jsonl",
	NULL
};
static const char *const revive_examples[] = {
	"alk group revive work.db orders billing 17",
	"alk group revive work.db orders billing 17 18 --dry-run",
	NULL
};
static const char *const discard_examples[] = {
	"alk group discard work.db orders billing 17",
	"alk group discard work.db orders billing 17 18 --dry-run",
	NULL
};
static const char *const leave_examples[] = {
	"alk group leave work.db orders billing worker-1",
	"alk group leave work.db orders billing worker-1 --dry-run",
	NULL
};

const struct command cmd_group[] = {
	{ "group add", "FILE TOPIC GROUP",
	  "add a group of consumers to a topic",
	  "Each event goes to one consumer of the group, and is pending until "
	  "that one acknowledges it.",
	  add_examples, add_options, ACCESS_WRITE, false, run_add },
	{ "group list", "FILE [TOPIC]", "list groups and how far they are",
	  "lag is how many events were not delivered yet, oldest the first "
	  "that is pending.",
	  list_examples, NULL, ACCESS_READ, false, run_list },
	{ "group rm", "FILE TOPIC GROUP",
	  "delete a group with what is pending in it",
	  "The events stay. Asks first; where nobody can be asked, --yes is "
	  "needed (exit 2).",
	  rm_examples, rm_options, ACCESS_WRITE, false, run_rm },
	{ "group take", "FILE TOPIC GROUP CONSUMER",
	  "deliver the next events to a consumer",
	  "CONSUMER is any name; it need not be made before. Prints nothing "
	  "where there is none.",
	  take_examples, take_options, ACCESS_WRITE, false, run_take },
	{ "group claim", "FILE TOPIC GROUP CONSUMER",
	  "deliver what is pending once more",
	  "What another consumer has left, the longest idle first; with "
	  "--from and its own name, what it had before. Events whose "
	  "deliveries are used up are put with the dead letters.",
	  claim_examples, claim_options, ACCESS_WRITE, false, run_claim },
	{ "group ack", "FILE TOPIC GROUP CONSUMER OFFSET...",
	  "acknowledge events that are done",
	  "All of them or none: exit 5 where one is not this consumer's any "
	  "more.",
	  ack_examples, dry_options, ACCESS_WRITE, false, run_ack },
	{ "group pending", "FILE TOPIC GROUP",
	  "list what is pending in a group",
	  "Without a consumer it is nobody's, and anybody may claim it.",
	  pending_examples, pending_options, ACCESS_READ, false, run_pending },
	{ "group dead", "FILE TOPIC GROUP", "list the dead letters of a group",
	  "Events that were delivered too often. They are kept until they are "
	  "revived or discarded, also when the stream is trimmed.",
	  dead_examples, dead_options, ACCESS_READ, false, run_dead },
	{ "group revive", "FILE TOPIC GROUP OFFSET...",
	  "make dead letters pending again",
	  "All of them or none. Their deliveries are counted anew.",
	  revive_examples, dry_options, ACCESS_WRITE, false, run_revive },
	{ "group discard", "FILE TOPIC GROUP OFFSET...",
	  "forget dead letters", "All of them or none.",
	  discard_examples, dry_options, ACCESS_WRITE, false, run_discard },
	{ "group leave", "FILE TOPIC GROUP CONSUMER",
	  "take a consumer out of a group",
	  "What it has pending is nobody's then, and may be claimed at once.",
	  leave_examples, dry_options, ACCESS_WRITE, false, run_leave },
	COMMAND_END
};
