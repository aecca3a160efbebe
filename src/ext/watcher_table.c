/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Entries are counted: whoever waits holds one, and so does the table until the
 * number is closed. The last to let go closes the watch.
 */
#include "ext/watcher_table.h"

#include "base/error.h"
#include "base/forklock.h"
#include "base/mem.h"
#include "events/watch.h"

struct entry {
	int64_t id;
	struct watch *watch;
	int refs;
	struct entry *next;
};

static struct forklock table_lock;
static struct entry *table;
static int64_t newest;

static void
table_enter(void)
{
	if (forklock_enter(&table_lock)) {
		table = NULL; /* a parent's are the parent's */
		newest = 0;
	}
}

/* Where the entry is linked, or the end. */
static struct entry **
find(int64_t id)
{
	struct entry **at = &table;

	while (*at != NULL && (*at)->id != id)
		at = &(*at)->next;
	return at;
}

static void
let_go(struct entry *e)
{
	table_enter();
	int refs = --e->refs;
	forklock_leave(&table_lock);
	if (refs > 0)
		return;
	watch_close(e->watch);
	mem_release(e);
}

int
watcher_table_open(const char *path, const char *backend, int64_t poll_ms,
    int64_t *id, alk_error *err)
{
	struct watch_options o = { .path = path, .backend = backend,
		.poll_ms = poll_ms };
	struct entry *e = mem_zero(sizeof(*e));

	if (e == NULL)
		return error_nomem(err);
	int code = watch_open(&o, &e->watch, err);
	if (code != ALK_OK) {
		mem_release(e);
		return code;
	}
	e->refs = 1;
	table_enter();
	*id = e->id = ++newest;
	e->next = table;
	table = e;
	forklock_leave(&table_lock);
	return ALK_OK;
}

int
watcher_table_wait(int64_t id, int64_t timeout_ms)
{
	table_enter();
	struct entry *e = *find(id);
	if (e != NULL)
		e->refs++;
	forklock_leave(&table_lock);
	if (e == NULL)
		return -1;
	int answer = watch_wait(e->watch, timeout_ms < 0 ? 0 : timeout_ms);
	let_go(e);
	/* A file that could not be read for a moment is no news yet. */
	if (answer == WATCH_FAILED || answer == WATCH_CANCELLED)
		return 0;
	return answer;
}

void
watcher_table_close(int64_t id)
{
	table_enter();
	struct entry **at = find(id);
	struct entry *e = *at;
	if (e != NULL)
		*at = e->next;
	forklock_leave(&table_lock);
	if (e == NULL)
		return;
	watch_stop(e->watch);
	let_go(e);
}
