/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk lock: acquire, renew, release, list; alk rate: try, sweep. */
#include "cli/jobs.h"

#include "base/clock.h"

#define TTL_S 60

struct work {
	struct cli *cli;
	const char *name;
	const char *owner;
	int64_t limit;
	int64_t per_s;
	int allowed;
	int64_t count;
};

/* ---- locks ---- */

static int
work_acquire(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_lock_acquire(s, w->name, w->owner,
	    args_count(&w->cli->args, "ttl", TTL_S));
}

static int
work_renew(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_lock_renew(s, w->name, w->owner,
	    args_count(&w->cli->args, "ttl", TTL_S));
}

static int
work_release(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_lock_release(s, w->name, w->owner);
}

static int
run_lock(struct cli *c, alk_work_fn work)
{
	struct work w = { .cli = c, .name = args_operand(&c->args, "NAME"),
		.owner = args_operand(&c->args, "OWNER") };

	return write_plain(c, work, &w);
}

static int
run_acquire(struct cli *c)
{
	return run_lock(c, work_acquire);
}

static int
run_renew(struct cli *c)
{
	return run_lock(c, work_renew);
}

static int
run_release(struct cli *c)
{
	return run_lock(c, work_release);
}

static int
show_lock(void *arg, const alk_lock *l)
{
	struct cli *c = arg;
	struct cell cells[3];
	char expires[CLOCK_ISO];

	clock_iso(l->expires_at, expires);
	cells[0] = cell_text(l->name);
	cells[1] = cell_text(l->owner);
	cells[2] = cell_text(expires);
	return output_row(&c->out, cells, NULL, 0);
}

static int
run_list(struct cli *c)
{
	static const struct column columns[] = { { "name", false },
		{ "owner", false }, { "expiresAt", false } };

	output_list(&c->out, columns, 3, 0);
	if (alk_lock_list(c->session, show_lock, c) != ALK_OK)
		return report_session(c);
	output_list_end(&c->out);
	return EXIT_OK;
}

/* ---- rate limits ---- */

static int
work_try(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_rate_try(s, w->name, w->limit, w->per_s, &w->allowed);
}

static int
run_try(struct cli *c)
{
	static const struct column columns[] = { { "allowed", false } };
	struct work w = { .cli = c, .name = args_operand(&c->args, "NAME") };
	struct cell cell;
	int status = jobs_number(c, "LIMIT", 1, &w.limit);

	if (status == EXIT_OK)
		status = jobs_number(c, "SECONDS", 1, &w.per_s);
	if (status == EXIT_OK)
		status = write_plain(c, work_try, &w);
	if (status != EXIT_OK)
		return status;
	cell = cell_bool(w.allowed != 0);
	if (!c->is_quiet)
		output_record(&c->out, columns, 1, 0, &cell);
	return w.allowed ? EXIT_OK : EXIT_NEGATIVE;
}

static int
work_sweep(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_rate_sweep(s, args_count(&w->cli->args, "older", 86400),
	    &w->count);
}

static int
run_sweep(struct cli *c)
{
	struct work w = { .cli = c };
	int status = write_plain(c, work_sweep, &w);

	if (status == EXIT_OK && !c->is_quiet)
		output_count(&c->out, "swept", w.count);
	return status;
}

/* ---- the tables ---- */

static const struct option ttl_options[] = {
	{ "ttl", 't', OPTION_NUMBER, "S", false,
	  "how long the lock holds; 60" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option dry_options[] = { OPTION_DRY_RUN, OPTION_END };
static const struct option sweep_options[] = {
	{ "older", 0, OPTION_COUNT, "S", false,
	  "only windows that began so long ago; 86400" },
	OPTION_DRY_RUN, OPTION_END
};

static const char *const acquire_examples[] = {
	"alk lock acquire work.db backup host-1 --ttl 600",
	"alk lock acquire work.db backup host-1 --dry-run",
	NULL
};
static const char *const renew_examples[] = {
	"alk lock renew work.db backup host-1 --ttl 600",
	"alk lock renew work.db backup host-1 --dry-run",
	NULL
};
static const char *const release_examples[] = {
	"alk lock release work.db backup host-1",
	"alk lock release work.db backup host-1 --dry-run",
	NULL
};
static const char *const list_examples[] = {
	"alk lock list work.db",
	"alk lock list work.db --json",
	NULL
};
static const char *const try_examples[] = {
	"alk rate try work.db login:ada 5 60",
	"alk rate try work.db login:ada 5 60 --dry-run",
	NULL
};
static const char *const sweep_examples[] = {
	"alk rate sweep work.db",
	"alk rate sweep work.db --older 3600",
	NULL
};

const struct command cmd_lock[] = {
	{ "lock acquire", "FILE NAME OWNER",
	  "take a lock, for a time",
	  "OWNER is a name that no other process has. Exit 5 where another "
	  "owner has the lock. Who has it already still has it, no longer than "
	  "before.",
	  acquire_examples, ttl_options, ACCESS_WRITE, false, run_acquire },
	{ "lock renew", "FILE NAME OWNER",
	  "hold a lock from now on for a time",
	  "Exit 5 where it is not the owner's.",
	  renew_examples, ttl_options, ACCESS_WRITE, false, run_renew },
	{ "lock release", "FILE NAME OWNER", "let go of a lock",
	  "Exit 5 where it is not the owner's.",
	  release_examples, dry_options, ACCESS_WRITE, false, run_release },
	{ "lock list", "FILE", "list locks",
	  "Also those whose time is over; they are free.",
	  list_examples, NULL, ACCESS_READ, false, run_list },
	COMMAND_END
};

const struct command cmd_rate[] = {
	{ "rate try", "FILE NAME LIMIT SECONDS",
	  "count a call against a limit",
	  "At most LIMIT calls in each window of SECONDS. Exit 0: counted, go "
	  "ahead; exit 9: the window is full, and nothing was counted.",
	  try_examples, dry_options, ACCESS_WRITE, false, run_try },
	{ "rate sweep", "FILE", "forget what was counted long ago", NULL,
	  sweep_examples, sweep_options, ACCESS_WRITE, false, run_sweep },
	COMMAND_END
};
