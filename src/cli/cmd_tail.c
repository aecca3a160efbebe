/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk tail: the newest events of a stream, then, with -f, those that are
 * committed.
 *
 *   start -> read until nothing is new -> wait for a commit -> read ... -> end
 *
 * It ends on a signal, when nobody reads its output any more, or at --limit.
 */
#include "cli/cli.h"
#include "cli/rows.h"
#include "cli/signals.h"

#include <poll.h>
#include <unistd.h>

#define WAIT_MS 1000

struct tail {
	struct cli *cli;
	const char *topic; /* NULL for all */
	int64_t last;      /* offset of the last event seen */
	int64_t left;      /* events until --limit; -1 without */
	struct rows rows;
};

/* Whoever read our output has gone. */
static bool
is_alone(struct tail *t)
{
	struct pollfd p = { .fd = fileno(t->cli->out.file), .events = 0 };

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLERR | POLLNVAL)) != 0;
}

/* Prints what is new. ALK_OK, or an error of the session. */
static int
read_new(struct tail *t)
{
	size_t seen, limit;
	int rc;

	do {
		seen = t->rows.seen;
		limit = t->left >= 0 && t->left < 1000 ? (size_t)t->left : 1000;
		rc = limit == 0 ? ALK_OK : alk_stream_read(t->cli->session,
		    t->topic, t->last, limit, rows_visit, &t->rows, &t->last);
		seen = t->rows.seen - seen;
		if (t->left >= 0)
			t->left -= (int64_t)seen;
	} while (rc == ALK_OK && seen == limit && limit > 0 &&
	    t->cli->out.error == 0);
	output_flush(&t->cli->out);
	return rc;
}

static int
follow(struct tail *t)
{
	int rc;

	for (;;) {
		rc = read_new(t);
		if (rc != ALK_OK || t->left == 0 || t->cli->out.error != 0)
			return rc;
		rc = alk_wait(t->cli->session, WAIT_MS);
		if (signals_caught() != 0 || is_alone(t))
			return ALK_OK;
		if (rc != ALK_OK && rc != ALK_TIMEOUT)
			return rc;
	}
}

static int
count_row(void *arg, const alk_row *row)
{
	(void)row;
	*(int64_t *)arg += 1;
	return 0;
}

/*
 * Sets t->last so that `lines` events, or all there are, lie after it: looks
 * back twice as far each time. Offsets have gaps, for other topics.
 */
static int
find_start(struct tail *t, int64_t lines)
{
	int64_t newest = 0, back = lines, found = 0;
	int rc;

	rc = alk_stream_read(t->cli->session, t->topic, -1, 0, NULL, NULL,
	    &newest);
	if (rc != ALK_OK)
		return rc;
	t->last = newest;
	while (rc == ALK_OK && lines > 0 && found < lines && t->last > 0) {
		t->last = back < newest ? newest - back : 0;
		found = 0;
		rc = alk_stream_read(t->cli->session, t->topic, t->last,
		    (size_t)back, count_row, &found, NULL);
		back *= 2;
	}
	/* Leave out those too many. */
	if (rc == ALK_OK && found > lines)
		rc = alk_stream_read(t->cli->session, t->topic, t->last,
		    (size_t)(found - lines), count_row, &found, &t->last);
	return rc;
}

static int
run_from_start(struct tail *t)
{
	const struct args *a = &t->cli->args;
	int rc = ALK_OK;

	if (args_has(a, "follow")) /* commits from here on are noticed */
		rc = alk_wait(t->cli->session, 0);
	if (rc == ALK_TIMEOUT)
		rc = ALK_OK;
	if (rc == ALK_OK && args_has(a, "after"))
		t->last = args_count(a, "after", 0);
	else if (rc == ALK_OK && !args_has(a, "from-start"))
		rc = find_start(t, args_count(a, "lines", 10));
	if (rc == ALK_OK)
		rc = args_has(a, "follow") ? follow(t) : read_new(t);
	return rc;
}

static int
run_tail(struct cli *c)
{
	const struct args *a = &c->args;
	const char *topic = args_operand(a, "TOPIC");
	struct tail t = { .cli = c, .topic = topic != NULL ? topic : "changes",
		.left = args_count(a, "limit", -1) };
	int rc;

	if (!c->is_format_given || c->out.format == FORMAT_JSON)
		c->out.format = FORMAT_JSONL;
	if (c->out.format == FORMAT_TABLE || c->out.format == FORMAT_BOX ||
	    c->out.format == FORMAT_MD)
		return report_usage(c, "a stream has no end, and so no table: "
		    "-o jsonl, tsv, csv or id");
	if (args_has(a, "all"))
		t.topic = NULL;
	rows_start(&t.rows, c, ROWS_EVENTS);
	rc = run_from_start(&t);
	rows_end(&t.rows, rc == ALK_OK && !args_has(a, "follow"));
	if (signals_caught() != 0)
		return EXIT_SIGNAL + signals_caught();
	if (args_has(a, "follow") && is_alone(&t))
		return EXIT_PIPE;
	return rc == ALK_OK ? EXIT_OK : report_session(c);
}

static const struct option options[] = {
	{ "follow", 'f', OPTION_FLAG, NULL, false,
	  "go on, as further events are committed" },
	{ "lines", 'n', OPTION_COUNT, "N", false,
	  "start N events before the end; 10" },
	{ "after", 0, OPTION_COUNT, "N", false, "start after this offset" },
	{ "from-start", 0, OPTION_FLAG, NULL, false,
	  "start with the oldest event" },
	{ "limit", 0, OPTION_NUMBER, "N", false, "end after N events" },
	{ "all", 'a', OPTION_FLAG, NULL, false, "events of every topic" },
	OPTION_END
};

static const char *const examples[] = {
	"alk tail work.db -f",
	"alk tail work.db orders --from-start",
	"alk tail work.db --after 120 --follow --limit 1",
	NULL
};

const struct command cmd_tail[] = {
	{ "tail", "FILE [TOPIC]", "print events as they are committed",
	  "TOPIC is changes if left out: a record of each change to a graph. "
	  "One JSON object a line, also on a terminal.",
	  examples, options, ACCESS_READ, false, run_tail },
	COMMAND_END
};
