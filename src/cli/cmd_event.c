/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk event: publish, read, notify, listen; consumers that keep an offset; how
 * long events are kept.
 */
#include "cli/cli.h"
#include "cli/rows.h"
#include "cli/signals.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct send {
	struct cli *cli;
	const char *to; /* topic or channel */
	const char *key;
	const char *payload;
	size_t bytes;
	int64_t number;
};

static int
work_publish(alk_session *s, void *arg)
{
	struct send *w = arg;

	return alk_stream_publish(s, w->to, w->key, w->payload, w->bytes,
	    &w->number);
}

static int
work_notify(alk_session *s, void *arg)
{
	struct send *w = arg;

	return alk_notify(s, w->to, w->payload, w->bytes, &w->number);
}

/* What was sent, or with --dry-run would be. */
static void
print_sent(struct cli *c, const struct send *w, const char *to,
    const char *number)
{
	const struct column columns[] = {
		{ number, true }, { to, false }, { "key", false },
		{ "payload", false }
	};
	struct cell cells[4];

	cells[0] = write_is_dry(c) ? cell_text(NULL) : cell_number(w->number);
	cells[1] = cell_text(w->to);
	cells[2] = cell_text(w->key);
	cells[3] = cell_text(w->payload);
	if (!c->is_quiet || write_is_dry(c))
		output_record(&c->out, columns, 4, 0, cells);
	if (write_is_dry(c))
		report_note(c, "dry run: nothing was changed");
}

static int
run_send(struct cli *c, const char *operand, const char *to, const char *number,
    alk_work_fn work)
{
	unsigned flags = write_is_dry(c) ? ALK_TX_DRY_RUN : 0;
	struct send w = { .cli = c, .to = args_operand(&c->args, operand),
		.key = args_text(&c->args, "key") };
	struct buf input = { 0 };
	alk_error err;
	int status = EXIT_OK;

	memset(&err, 0, sizeof(err));
	if (input_operand(args_operand(&c->args, "PAYLOAD"), &input,
	    &w.payload, &w.bytes, &err) != ALK_OK)
		return report_error(c, &err);
	if (alk_transact(c->session, flags, work, &w) != ALK_OK)
		status = report_session(c);
	else
		print_sent(c, &w, to, number);
	buf_fini(&input);
	return status;
}

static int
run_publish(struct cli *c)
{
	return run_send(c, "TOPIC", "topic", "offset", work_publish);
}

static int
run_notify(struct cli *c)
{
	return run_send(c, "CHANNEL", "channel", "id", work_notify);
}

static int
run_read(struct cli *c)
{
	int64_t after = args_count(&c->args, "after", 0), last = 0;
	int64_t limit = args_count(&c->args, "limit", 1000);
	struct rows rows;
	int rc;

	rows_start(&rows, c, ROWS_EVENTS);
	rc = alk_stream_read(c->session, args_operand(&c->args, "TOPIC"), after,
	    (size_t)limit, rows_visit, &rows, &last);
	rows_end(&rows, rc == ALK_OK);
	if (rc != ALK_OK)
		return report_session(c);
	if ((int64_t)rows.seen == limit)
		report_note(c, "there may be more: --after %lld",
		    (long long)last);
	return EXIT_OK;
}

/* ---- listening ---- */

#define LOOK_MS 1000 /* between looks whether anybody reads our output */

struct listening {
	struct cli *cli;
	struct rows rows;
	int64_t last;
	int64_t left; /* until --limit; -1 without */
};

static int
hear(void *arg, const alk_row *row)
{
	struct listening *l = arg;

	if (rows_visit(&l->rows, row) != 0)
		return 1;
	output_flush(&l->cli->out);
	return l->left > 0 && --l->left == 0;
}

static bool
is_alone(struct cli *c)
{
	struct pollfd p = { .fd = fileno(c->out.file), .events = 0 };

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLERR | POLLNVAL)) != 0;
}

/* Each call goes on where the one before has ended. */
static int
listen_on(struct listening *l, const char *channel)
{
	struct cli *c = l->cli;
	int rc;

	do {
		rc = alk_listen(c->session, channel, l->last, LOOK_MS, hear,
		    l, &l->last);
	} while (rc == ALK_TIMEOUT && signals_caught() == 0 && !is_alone(c));
	return rc == ALK_TIMEOUT ? ALK_OK : rc;
}

/* ---- following ---- */

/* Above 0: the event counts as seen; below 0: it could not be printed. */
static int
follow_one(void *arg, const alk_row *row)
{
	struct listening *l = arg;

	if (rows_visit(&l->rows, row) != 0)
		return -1;
	output_flush(&l->cli->out);
	return l->left > 0 && --l->left == 0;
}

/* A dry run goes on from the offset that is kept, and keeps none. */
static int
follow_on(struct listening *l, alk_follow *f)
{
	struct cli *c = l->cli;
	int64_t kept = 0;
	int rc = ALK_OK;

	if (write_is_dry(c)) {
		rc = alk_stream_saved(c->session, f->consumer, f->topic,
		    &kept);
		f->consumer = NULL;
		if (kept != 0)
			f->after = kept;
	}
	if (rc != ALK_OK)
		return rc;
	do {
		rc = alk_stream_follow(c->session, f, follow_one, l,
		    &f->after);
	} while (rc == ALK_TIMEOUT && f->wait_ms > 0 &&
	    signals_caught() == 0 && !is_alone(c));
	return rc == ALK_TIMEOUT ? ALK_OK : rc;
}

/* Of a command whose rows have no end; f NULL listens. */
static int
run_endless(struct cli *c, struct listening *l, alk_follow *f)
{
	int rc;

	if (!c->is_format_given || c->out.format == FORMAT_JSON)
		c->out.format = FORMAT_JSONL;
	if (c->out.format == FORMAT_TABLE || c->out.format == FORMAT_BOX ||
	    c->out.format == FORMAT_MD)
		return report_usage(c, "this has no end, and so no table: "
		    "-o jsonl, tsv, csv or id");
	rows_start(&l->rows, c, ROWS_EVENTS);
	rc = f != NULL ? follow_on(l, f) :
	    listen_on(l, args_operand(&c->args, "CHANNEL"));
	rows_end(&l->rows, false);
	if (signals_caught() != 0)
		return EXIT_SIGNAL + signals_caught();
	if (is_alone(c))
		return EXIT_PIPE;
	return rc == ALK_OK ? EXIT_OK : report_session(c);
}

static int
run_listen(struct cli *c)
{
	struct listening l = { .cli = c,
		.left = args_count(&c->args, "limit", -1),
		.last = args_count(&c->args, "after", -1) };

	return run_endless(c, &l, NULL);
}

static int
run_follow(struct cli *c)
{
	const struct args *a = &c->args;
	struct listening l = { .cli = c, .left = args_count(a, "limit", -1) };
	alk_follow f = { .topic = args_operand(a, "TOPIC"),
		.consumer = args_operand(a, "CONSUMER"),
		.after = args_has(a, "from-now") ? -1 : 0,
		.wait_ms = args_has(a, "follow") ? LOOK_MS : 0 };

	return run_endless(c, &l, &f);
}

/* ---- consumers ---- */

#define CONSUMER_COLUMNS 7

static int
show_consumer(void *arg, const alk_consumer *i)
{
	struct cli *c = arg;
	struct cell cells[CONSUMER_COLUMNS];
	char seen[CLOCK_ISO];

	clock_iso(i->seen_at, seen);
	cells[0] = cell_text(i->topic);
	cells[1] = cell_text(i->group);
	cells[2] = cell_text(i->name);
	cells[3] = cell_number(i->offset);
	cells[4] = i->group == NULL ? cell_number(i->lag) : cell_text(NULL);
	cells[5] = i->group != NULL ? cell_number(i->pending) :
	    cell_text(NULL);
	cells[6] = cell_text(i->seen_at != 0 ? seen : NULL);
	return output_row(&c->out, cells, NULL, 0);
}

static int
run_consumers(struct cli *c)
{
	static const struct column columns[CONSUMER_COLUMNS] = {
		{ "topic", false }, { "group", false }, { "name", false },
		{ "offset", true }, { "lag", true }, { "pending", true },
		{ "seenAt", false } };

	output_list(&c->out, columns, CONSUMER_COLUMNS, 2);
	if (alk_stream_consumers(c->session, args_operand(&c->args, "TOPIC"),
		show_consumer, c) != ALK_OK)
		return report_session(c);
	output_list_end(&c->out);
	return EXIT_OK;
}

struct acking {
	const char *consumer;
	const char *topic;
	int64_t offset;
};

static int
work_ack(alk_session *s, void *arg)
{
	struct acking *w = arg;

	return alk_stream_save(s, w->consumer, w->topic, w->offset);
}

static int
work_forget(alk_session *s, void *arg)
{
	struct acking *w = arg;

	return alk_stream_forget(s, w->consumer, w->topic);
}

static int
run_ack(struct cli *c)
{
	const char *word = args_operand(&c->args, "OFFSET");
	struct acking w = { args_operand(&c->args, "CONSUMER"),
		args_operand(&c->args, "TOPIC"), 0 };
	char *end;

	errno = 0;
	w.offset = strtoll(word, &end, 10);
	if (errno != 0 || end == word || *end != '\0' || w.offset < 1)
		return report_usage(c, "'%.100s' is no offset: a whole number "
		    "from 1 on", word);
	return write_plain(c, work_ack, &w);
}

static int
run_forget(struct cli *c)
{
	struct acking w = { args_operand(&c->args, "CONSUMER"),
		args_operand(&c->args, "TOPIC"), 0 };

	return write_plain(c, work_forget, &w);
}

/* ---- retention ---- */

struct keeping {
	alk_stream_policy policy;
	size_t max;
	int64_t older_than_s; /* notifications */
	int64_t keep;
	int64_t count;
};

static void
fill_policy(struct cli *c, alk_stream_policy *p)
{
	const struct args *a = &c->args;

	*p = (alk_stream_policy){ .topic = args_operand(a, "TOPIC"),
		.keep_s = args_count(a, "older-than", 0),
		.keep_events = args_count(a, "keep", 0),
		.drop_seen = args_has(a, "seen"),
		.past_readers = args_has(a, "past-readers") };
}

static int
show_policy(void *arg, const alk_stream_policy *p)
{
	struct cli *c = arg;
	struct cell cells[5];

	cells[0] = cell_text(p->topic);
	cells[1] = p->keep_s != 0 ? cell_number(p->keep_s) : cell_text(NULL);
	cells[2] = p->keep_events != 0 ? cell_number(p->keep_events) :
	    cell_text(NULL);
	cells[3] = cell_bool(p->drop_seen);
	cells[4] = cell_bool(p->past_readers);
	return output_row(&c->out, cells, NULL, 0);
}

static int
run_policies(struct cli *c)
{
	static const struct column columns[] = { { "topic", false },
		{ "olderThan", true }, { "keep", true }, { "seen", false },
		{ "pastReaders", false } };

	output_list(&c->out, columns, 5, 0);
	if (alk_stream_policy_list(c->session,
		args_operand(&c->args, "TOPIC"), show_policy, c) != ALK_OK)
		return report_session(c);
	output_list_end(&c->out);
	return EXIT_OK;
}

static int
work_policy(alk_session *s, void *arg)
{
	struct keeping *w = arg;

	return alk_stream_policy_set(s, &w->policy);
}

static int
run_keep(struct cli *c)
{
	struct keeping w = { .max = 0 };
	bool is_none = args_has(&c->args, "forever");

	fill_policy(c, &w.policy);
	bool is_some = w.policy.keep_s != 0 || w.policy.keep_events != 0 ||
	    w.policy.drop_seen;
	if (is_some == is_none)
		return report_usage(c, "say what may go: --older-than, --keep "
		    "or --seen; or --forever");
	return write_plain(c, work_policy, &w);
}

static int
work_trim(alk_session *s, void *arg)
{
	struct keeping *w = arg;

	return alk_stream_trim(s, &w->policy, w->max, &w->count);
}

static int
work_prune(alk_session *s, void *arg)
{
	struct keeping *w = arg;

	return alk_notify_prune(s, w->older_than_s, w->keep, &w->count);
}

static int
delete_some(struct cli *c, alk_work_fn work, struct keeping *w)
{
	int status = write_plain(c, work, w);

	if (status == EXIT_OK && !c->is_quiet)
		output_count(&c->out, "deleted", w->count);
	return status;
}

static int
run_trim(struct cli *c)
{
	struct keeping w = { .max = (size_t)args_count(&c->args, "limit",
	    100000) };

	fill_policy(c, &w.policy);
	int status = delete_some(c, work_trim, &w);
	if (status == EXIT_OK && w.count == (int64_t)w.max)
		report_note(c, "there may be more: run it again");
	return status;
}

static int
run_prune(struct cli *c)
{
	const struct args *a = &c->args;
	struct keeping w = { .older_than_s = args_count(a, "older-than", -1),
		.keep = args_count(a, "keep", -1) };

	if (w.older_than_s < 0 && w.keep < 0)
		return report_usage(c,
		    "say what may go: --older-than or --keep");
	return delete_some(c, work_prune, &w);
}

static const struct option publish_options[] = {
	{ "key", 'k', OPTION_TEXT, "KEY", false, "key of the event" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option notify_options[] = {
	OPTION_DRY_RUN, OPTION_END
};
static const struct option read_options[] = {
	{ "after", 0, OPTION_COUNT, "N", false,
	  "only events after this offset; 0" },
	{ "limit", 0, OPTION_NUMBER, "N", false, "events at most; 1000" },
	OPTION_END
};
static const struct option listen_options[] = {
	{ "after", 0, OPTION_COUNT, "N", false,
	  "also those that are there, above this id" },
	{ "limit", 0, OPTION_NUMBER, "N", false, "end after N notifications" },
	OPTION_END
};
static const struct option follow_options[] = {
	{ "follow", 'f', OPTION_FLAG, NULL, false,
	  "go on, as further events are committed" },
	{ "from-now", 0, OPTION_FLAG, NULL, false,
	  "where nothing is kept, begin with the next event" },
	{ "limit", 0, OPTION_NUMBER, "N", false, "end after N events" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option dry_options[] = { OPTION_DRY_RUN, OPTION_END };
#define OPTIONS_POLICY \
	{ "older-than", 0, OPTION_NUMBER, "SECONDS", false, \
	  "events that are older may go" }, \
	{ "keep", 0, OPTION_NUMBER, "N", false, \
	  "all but the newest N events may go" }, \
	{ "seen", 0, OPTION_FLAG, NULL, false, \
	  "events that every consumer and group has done with may go" }, \
	{ "past-readers", 0, OPTION_FLAG, NULL, false, \
	  "do not wait for consumers and groups" }
static const struct option keep_options[] = {
	OPTIONS_POLICY,
	{ "forever", 0, OPTION_FLAG, NULL, false, "no policy any more" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option trim_options[] = {
	OPTIONS_POLICY,
	{ "limit", 0, OPTION_NUMBER, "N", false, "events at most; 100000" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option prune_options[] = {
	{ "older-than", 0, OPTION_COUNT, "SECONDS", false,
	  "notifications that are older may go" },
	{ "keep", 0, OPTION_COUNT, "N", false,
	  "all but the newest N may go" },
	OPTION_DRY_RUN, OPTION_END
};

static const char *const publish_examples[] = {
	"alk event publish work.db orders '{\"id\":7}'",
	"alk event publish work.db orders - --key 7 < order.json",
	NULL
};
static const char *const read_examples[] = {
	"alk event read work.db",
	"alk event read work.db changes --after 120 --limit 10 -o jsonl",
	NULL
};
static const char *const notify_examples[] = {
	"alk event notify work.db wake '{}'",
	"alk event notify work.db wake '\"now\"' --dry-run",
	NULL
};
static const char *const listen_examples[] = {
	"alk event listen work.db",
	"alk event listen work.db wake --limit 1",
	NULL
};
static const char *const follow_examples[] = {
	"alk event follow work.db orders mailer",
	"alk event follow work.db orders mailer -f -o tsv",
	NULL
};
static const char *const consumers_examples[] = {
	"alk event consumers work.db",
	"alk event consumers work.db orders --json",
	NULL
};
static const char *const ack_examples[] = {
	"alk event ack work.db mailer orders 120",
	"alk event ack work.db mailer orders 120 --dry-run",
	NULL
};
static const char *const forget_examples[] = {
	"alk event forget work.db mailer orders",
	"alk event forget work.db mailer orders --dry-run",
	NULL
};
static const char *const policies_examples[] = {
	"alk event policies work.db",
	"alk event policies work.db orders --json",
	NULL
};
static const char *const keep_examples[] = {
	"alk event policy work.db orders --older-than 604800",
	"alk event policy work.db changes --keep 100000 --past-readers",
	"alk event policy work.db orders --forever",
	NULL
};
static const char *const trim_examples[] = {
	"alk event trim work.db orders",
	"alk event trim work.db orders --keep 1000 --dry-run",
	NULL
};
static const char *const prune_examples[] = {
	"alk event prune work.db --older-than 3600",
	"alk event prune work.db --keep 10000",
	NULL
};

const struct command cmd_event[] = {
	{ "event publish", "FILE TOPIC PAYLOAD",
	  "publish an event to a durable stream",
	  "PAYLOAD is text, by custom JSON, read from standard input for -. "
	  "Prints the event's offset. The topic changes, and those that begin "
	  "with __, are the store's own.",
	  publish_examples, publish_options, ACCESS_WRITE, false, run_publish },
	{ "event read", "FILE [TOPIC]", "list events of a stream",
	  "Without TOPIC, those of all streams. The topic changes has a record "
	  "of each change to a graph.",
	  read_examples, read_options, ACCESS_READ, false, run_read },
	{ "event notify", "FILE CHANNEL PAYLOAD", "send a notification",
	  "Only for those who listen now; PAYLOAD as in event publish.",
	  notify_examples, notify_options, ACCESS_WRITE, false, run_notify },
	{ "event listen", "FILE [CHANNEL]",
	  "print notifications as they are sent",
	  "Without CHANNEL, those of every one. Begins with the next one that "
	  "is sent. One JSON object a line, also on a terminal.",
	  listen_examples, listen_options, ACCESS_READ, false, run_listen },
	{ "event follow", "FILE TOPIC CONSUMER",
	  "print what a consumer has not seen yet",
	  "Goes on from the offset that it keeps, and keeps how far it comes, "
	  "so that each event is printed at least once. One JSON object a "
	  "line, also on a terminal. A dry run keeps nothing.",
	  follow_examples, follow_options, ACCESS_WRITE, false, run_follow },
	{ "event consumers", "FILE [TOPIC]",
	  "list who reads, and how far they are",
	  "Consumers that keep an offset, and those of groups (alk group).",
	  consumers_examples, NULL, ACCESS_READ, false, run_consumers },
	{ "event ack", "FILE CONSUMER TOPIC OFFSET",
	  "keep how far a consumer has come",
	  "Only ever forward: a lower offset than the one kept changes "
	  "nothing.",
	  ack_examples, dry_options, ACCESS_WRITE, false, run_ack },
	{ "event forget", "FILE CONSUMER TOPIC", "forget a consumer's offset",
	  "It keeps no events from being trimmed any more.",
	  forget_examples, dry_options, ACCESS_WRITE, false, run_forget },
	{ "event policies", "FILE [TOPIC]", "list how long events are kept",
	  "Topics that are not listed are kept for ever.",
	  policies_examples, NULL, ACCESS_READ, false, run_policies },
	{ "event policy", "FILE TOPIC",
	  "say how long a topic's events are kept",
	  "An event may go when one of the rules says so. It stays while a "
	  "consumer that keeps an offset or a group has not done with it, "
	  "unless --past-readers is given. Publishing acts on it; offsets are "
	  "never given again.",
	  keep_examples, keep_options, ACCESS_WRITE, false, run_keep },
	{ "event trim", "FILE TOPIC", "delete old events now",
	  "As the options say, or without any as the policy of the topic.",
	  trim_examples, trim_options, ACCESS_WRITE, false, run_trim },
	{ "event prune", "FILE", "delete old notifications",
	  "What either option says may go. Nothing else deletes any.",
	  prune_examples, prune_options, ACCESS_WRITE, false, run_prune },
	COMMAND_END
};
