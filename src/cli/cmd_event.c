/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk event: publish, read, notify. */
#include "cli/cli.h"
#include "cli/rows.h"

#include <string.h>

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
	COMMAND_END
};
