/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * fault [--all] [--points N] [--only KIND] SCENARIO.txt
 *
 * Runs the scenario again and again, each time with the n-th operation of one
 * kind failing: memory, then reads, writes, syncs, locks and so on through a
 * VFS; once, and from there on. Each run has to give either the answers of the
 * scenario or an error that fits the fault; a call that failed is made again
 * without the fault and has to succeed then. Behind each run the store is
 * looked at: the invariants hold, its content is that of a run without faults,
 * and no memory is left over.
 *
 * With --all n goes through 0, 1, 2, ... until nothing fails any more;
 * otherwise N points are taken evenly from the operations of each kind that a
 * run without faults does.
 */
#include "aftermath.h"
#include "fault_vfs.h"
#include "invariants.h"
#include "memory.h"
#include "scenario.h"
#include "scratch.h"
#include "text.h"

#include <alkstore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAILURES_MAX 5 /* told for one scenario */
#define BUSY_MS 5      /* a lock that is never given is waited for so long */

struct plan {
	const char *name;
	bool is_memory;
	enum fault_op op;
	enum fault_kind kind;
	bool is_persistent;
	int codes[3]; /* that the fault explains; 0: no more */
};

static const struct plan plans[] = {
	{ "memory", true, FAULT_OPS, FAULT_IO, false, { ALK_NOMEM } },
	{ "memory-gone", true, FAULT_OPS, FAULT_IO, true, { ALK_NOMEM } },
	{ "open", false, FAULT_OPEN, FAULT_IO, false, { ALK_IO } },
	{ "read", false, FAULT_READ, FAULT_IO, false, { ALK_IO } },
	{ "read-gone", false, FAULT_READ, FAULT_IO, true, { ALK_IO } },
	{ "write", false, FAULT_WRITE, FAULT_IO, false, { ALK_IO } },
	{ "write-gone", false, FAULT_WRITE, FAULT_IO, true, { ALK_IO } },
	{ "full", false, FAULT_WRITE, FAULT_FULL, false, { ALK_FULL } },
	{ "full-stays", false, FAULT_WRITE, FAULT_FULL, true, { ALK_FULL } },
	{ "sync", false, FAULT_SYNC, FAULT_IO, false, { ALK_IO } },
	{ "truncate", false, FAULT_TRUNCATE, FAULT_IO, false, { ALK_IO } },
	{ "size", false, FAULT_SIZE, FAULT_IO, false, { ALK_IO } },
	{ "lock", false, FAULT_LOCK, FAULT_IO, false, { ALK_IO } },
	{ "busy", false, FAULT_LOCK, FAULT_BUSY, false, { ALK_BUSY } },
	{ "busy-stays", false, FAULT_LOCK, FAULT_BUSY, true, { ALK_BUSY } },
	{ "shm-map", false, FAULT_SHM_MAP, FAULT_IO, false, { ALK_IO } },
	{ "shm-lock", false, FAULT_SHM_LOCK, FAULT_IO, false, { ALK_IO } },
	{ "shm-busy", false, FAULT_SHM_LOCK, FAULT_BUSY, false, { ALK_BUSY } },
	{ "shm-busy-stays", false, FAULT_SHM_LOCK, FAULT_BUSY, true,
	    { ALK_BUSY } },
	{ "access", false, FAULT_ACCESS, FAULT_IO, false, { ALK_IO } },
	{ "delete", false, FAULT_DELETE, FAULT_IO, false, { ALK_IO } },
};

struct harness {
	char *name;        /* of the scenario */
	struct text text;
	char data[SCRATCH_PATH];
	char dir[SCRATCH_PATH];
	char fresh_dir[SCRATCH_PATH];
	char fresh[SCRATCH_PATH];
	char store[SCRATCH_PATH];
	bool is_all;
	long points;
	const char *only;
	const struct plan *plan; /* of this run; NULL: nothing fails */
	unsigned long long digest;
	int64_t live;
	int failures;
	long runs;
	long errors; /* runs in which a call returned the fault */
};

static void
heal(void)
{
	memory_heal();
	fault_vfs_heal();
}

static bool
has_fired(const struct plan *p)
{
	return p->is_memory ? memory_fired() : fault_vfs_fired();
}

static bool
excuse(void *arg, int code)
{
	struct harness *h = arg;

	if (h->plan == NULL || !has_fired(h->plan))
		return false;
	for (int i = 0; i < 3; i++)
		if (h->plan->codes[i] == code || code == ALK_MISUSE) {
			heal();
			h->errors++;
			return true;
		}
	return false;
}

static void
set_paused(void *arg, bool is_paused)
{
	(void)arg;
	memory_pause(is_paused);
	fault_vfs_pause(is_paused);
}

/* ---- One run ----------------------------------------------------------- */

static int
run_scenario(struct harness *h, const char *context)
{
	struct scenario_env env = { 0 };

	scratch_clear(h->dir);
	env.dir = h->dir;
	env.data = h->data;
	env.fresh = h->fresh;
	env.busy_ms = BUSY_MS;
	env.excuse = excuse;
	env.pause = set_paused;
	env.arg = h;
	env.context = context;
	return scenario_run(h->name, text_get(&h->text), &env);
}

/* What a run left behind, with the fault gone. */
static int
look_after(struct harness *h, const char *context)
{
	int failed = 0;

	if (memory_live() != h->live) {
		fprintf(stderr, "%s %s: %lld blocks of memory left over\n",
		    h->name, context, (long long)(memory_live() - h->live));
		failed = 1;
	}
	failed += aftermath_check(h->store, h->name, context);
	if (failed == 0 && scratch_exists(h->store)
	    && invariants_digest(h->store) != h->digest) {
		fprintf(stderr, "%s %s: the store's content differs\n",
		    h->name, context);
		failed = 1;
	}
	h->live = memory_live();
	return failed;
}

/* Whether the fault was reached. */
static bool
run_point(struct harness *h, const struct plan *p, int64_t n)
{
	char context[64];
	bool fired;
	int failed;

	snprintf(context, sizeof(context), "with %s %lld", p->name,
	    (long long)n);
	h->plan = p;
	if (p->is_memory)
		memory_fail_at(n, p->is_persistent);
	else
		fault_vfs_fail_at(p->op, n, p->is_persistent, p->kind);
	failed = run_scenario(h, context);
	fired = has_fired(p);
	heal();
	h->plan = NULL;
	h->runs++;
	if (failed == 0)
		failed = look_after(h, context);
	h->failures += failed != 0;
	return fired;
}

/* ---- All runs ---------------------------------------------------------- */

static void
run_plan(struct harness *h, const struct plan *p, int64_t count)
{
	long points = p->is_memory ? 4 * h->points : h->points;
	int64_t step = h->is_all ? 1 : count / points + 1;

	for (int64_t n = 0; h->failures < FAILURES_MAX; n += step) {
		/* Nothing would fail, as in run_base(). */
		if (!h->is_all && n >= count)
			return;
		if (!run_point(h, p, n))
			return;
	}
}

/*
 * A run without faults: counts the operations, keeps what the store then holds.
 */
static bool
run_base(struct harness *h, int64_t counts[FAULT_OPS + 1])
{
	int failed = run_scenario(h, "without faults");

	heal();
	if (failed == 0)
		failed = run_scenario(h, "without faults, again");
	for (int i = 0; i < FAULT_OPS; i++)
		counts[i] = fault_vfs_count((enum fault_op)i);
	counts[FAULT_OPS] = memory_count();
	heal();
	if (scratch_exists(h->store)) {
		failed += aftermath_check(h->store, h->name, "without faults");
		h->digest = invariants_digest(h->store);
	}
	h->live = memory_live();
	return failed == 0;
}

static int
run_all(struct harness *h)
{
	int64_t counts[FAULT_OPS + 1];

	if (!run_base(h, counts))
		return 1;
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		const struct plan *p = &plans[i];

		if (h->only == NULL || strcmp(h->only, p->name) == 0)
			run_plan(h, p, counts[p->op]);
	}
	printf("%s: %lld allocations, %lld reads, %lld writes, %lld locks; "
	    "%ld runs, %ld with an error, %d wrong\n", h->name,
	    (long long)counts[FAULT_OPS], (long long)counts[FAULT_READ],
	    (long long)counts[FAULT_WRITE],
	    (long long)(counts[FAULT_LOCK] + counts[FAULT_SHM_LOCK]),
	    h->runs, h->errors, h->failures);
	return h->failures == 0 ? 0 : 1;
}

static bool
harness_init(struct harness *h, const char *file)
{
	const char *slash = strrchr(file, '/');
	int folder = slash == NULL ? 1 : (int)(slash - file);
	char *name = text_copy(slash == NULL ? file : slash + 1,
	    strlen(slash == NULL ? file : slash + 1));

	if (!text_file(&h->text, file)) {
		fprintf(stderr, "cannot read %s\n", file);
		free(name);
		return false;
	}
	name[strcspn(name, ".")] = '\0';
	h->name = name;
	snprintf(h->data, sizeof(h->data), "%.*s/data", folder,
	    slash == NULL ? "." : file);
	scratch_make(h->dir);
	scratch_make(h->fresh_dir);
	scratch_path(h->fresh, h->fresh_dir, "fresh.db");
	scratch_path(h->store, h->dir, SCENARIO_FILE);
	scenario_make_fresh(h->fresh);
	return true;
}

static const char *
read_options(struct harness *h, int argc, char **argv)
{
	const char *file = NULL;

	h->points = 3;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--all") == 0)
			h->is_all = true;
		else if (strcmp(argv[i], "--points") == 0 && i + 1 < argc)
			h->points = strtol(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc)
			h->only = argv[++i];
		else
			file = argv[i];
	}
	return h->points > 0 ? file : NULL;
}

int
main(int argc, char **argv)
{
	struct harness h;
	const char *file;
	int failed;

	memset(&h, 0, sizeof(h));
	file = read_options(&h, argc, argv);
	if (file == NULL) {
		fputs("usage: fault [--all] [--points N] [--only KIND] "
		    "SCENARIO.txt\n", stderr);
		return 2;
	}
	memory_install();
	fault_vfs_register(true);
	if (!harness_init(&h, file))
		return 2;
	failed = run_all(&h);
	scratch_remove(h.dir);
	scratch_remove(h.fresh_dir);
	text_fini(&h.text);
	free(h.name);
	return failed;
}
