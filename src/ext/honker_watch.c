/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The watcher as SQL functions, for bindings that have nothing but SQL. */
#include "ext/ext.h"

#include "base/error.h"
#include "base/mem.h"
#include "ext/watcher_table.h"

/* A text that ends with a NUL; NULL for NULL, or with the call failed. */
static char *
copy(struct ext_call *c, int i)
{
	struct span s = ext_text(c, i);
	char *text = s.at != NULL ? mem_copy(s.at, s.bytes) : NULL;

	if (s.at != NULL && text == NULL)
		(void)error_nomem(&c->err);
	return text;
}

/* path, backend, poll_ms */
static void
open_watcher(struct ext_call *c)
{
	int64_t poll_ms = ext_is_null(c, 2) ? 1 : ext_int(c, 2);
	int64_t id = 0;

	if (poll_ms <= 0) {
		ext_fail(c, "watcher poll interval must be positive");
		return;
	}
	char *path = copy(c, 0);
	char *backend = copy(c, 1);
	if (c->err.code == ALK_OK)
		(void)watcher_table_open(path, backend, poll_ms, &id, &c->err);
	c->err.sub = 0; /* the words are in err, not the connection's */
	mem_release(path);
	mem_release(backend);
	sqlite3_result_int64(c->context, id);
}

/* id, timeout_ms */
static void
wait_for_update(struct ext_call *c)
{
	sqlite3_result_int(c->context, watcher_table_wait(ext_int(c, 0),
	    ext_int(c, 1)));
}

static void
close_watcher(struct ext_call *c)
{
	watcher_table_close(ext_int(c, 0));
	sqlite3_result_int(c->context, 1);
}

const struct ext_function ext_watch_functions[] = {
	{ "honker_update_watcher_open", "tT", open_watcher, false },
	{ "honker_update_watcher_open", "tTI", open_watcher, false },
	{ "honker_update_watcher_wait", "ii", wait_for_update, false },
	{ "honker_update_watcher_close", "i", close_watcher, false },
	{ NULL, NULL, NULL, false },
};
