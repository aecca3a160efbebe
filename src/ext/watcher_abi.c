/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The watcher's C interface: a handle is a watch. */
#include "ext/watcher_abi.h"

#include "base/error.h"
#include "events/watch.h"

#include <limits.h>
#include <string.h>

static void
give_text(const char *text, char *into, size_t room)
{
	if (into == NULL || room == 0)
		return;
	size_t bytes = strlen(text);
	if (bytes >= room)
		bytes = room - 1;
	/* Not in the middle of a character. */
	while (bytes > 0 && ((unsigned char)text[bytes] & 0xc0) == 0x80)
		bytes--;
	memcpy(into, text, bytes);
	into[bytes] = '\0';
}

static void *
open_handle(const struct watch_options *o, char *err, size_t errlen)
{
	alk_error e = { 0 };
	struct watch *w = NULL;

	if (watch_open(o, &w, &e) != ALK_OK) {
		give_text(e.text, err, errlen);
		return NULL;
	}
	return w;
}

void *
honker_watcher_open(const char *db_path, const char *backend, char *err,
    size_t errlen)
{
	struct watch_options o = { .path = db_path, .backend = backend };

	return open_handle(&o, err, errlen);
}

void *
honker_watcher_open_v2(const char *db_path, const char *backend,
    uint64_t poll_ms, char *err, size_t errlen)
{
	struct watch_options o = { .path = db_path, .backend = backend,
		.poll_ms = poll_ms < INT_MAX ? (int64_t)poll_ms : INT_MAX };

	if (poll_ms == 0) {
		give_text("watcher poll interval must be positive", err,
		    errlen);
		return NULL;
	}
	return open_handle(&o, err, errlen);
}

int
honker_watcher_wait(void *h, uint64_t timeout_ms)
{
	if (h == NULL)
		return -1;
	switch (watch_wait(h, timeout_ms < INT64_MAX ? (int64_t)timeout_ms :
						       INT64_MAX)) {
	case WATCH_UPDATE:
		return 1;
	case WATCH_TIMEOUT:
		return 0;
	case WATCH_CLOSED:
		return -1;
	default:
		return -2;
	}
}

void
honker_watcher_close(void *h)
{
	watch_close(h);
}
