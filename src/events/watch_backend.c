/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The backends by the names of the contract, and how often each looks.
 *
 *   kernel    after an event: at once, then after 0.1, 0.2, 0.4 ms and so on to
 *             SAFETY_US. An event comes before the commit can be seen (a frame
 *             is written, then synced, then published), hence the looks after
 *             it; and it may be lost, hence those without end.
 *   polling   1 ms after a change, by and by POLL_US_MAX; or as told
 *   shm       0.1 ms after a change, by and by POLL_US_MAX; or as told. Most of
 *             its looks are at shared memory alone
 */
#include "events/watch_internal.h"

#include "base/error.h"

#include <string.h>

#define FOLLOW_US 100
#define SAFETY_US 1000000
#define POLL_US_MIN 1000
#define POLL_US_MAX 10000
#define POLL_MS_MAX 86400000

int
watch_backend_parse(const char *name, enum watch_backend *out, alk_error *err)
{
	static const struct {
		const char *name;
		enum watch_backend backend;
	} backends[] = {
		{ "", WATCH_BEST },
		{ "polling", WATCH_POLLING },
		{ "poll", WATCH_POLLING },
		{ "kernel", WATCH_KERNEL },
		{ "kernel-watcher", WATCH_KERNEL },
		{ "shm", WATCH_SHM },
		{ "shm-fast-path", WATCH_SHM },
	};
	const char *wanted = name != NULL ? name : "";

	for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++) {
		if (strcmp(wanted, backends[i].name) != 0)
			continue;
		*out = backends[i].backend;
		if (*out != WATCH_KERNEL || watch_source_is_here())
			return ALK_OK;
		return error_set(err, ALK_INVALID, "watcher backend 'kernel' "
		    "requires the kernel-watcher Cargo feature");
	}
	return error_set(err, ALK_INVALID, "unknown watcher backend \"%s\"; "
	    "valid: None, 'polling', 'kernel', 'shm'", wanted);
}

struct watch_pace
watch_pace_of(enum watch_backend backend, int64_t poll_ms)
{
	if (backend == WATCH_KERNEL)
		return (struct watch_pace){ FOLLOW_US, SAFETY_US, false };
	if (poll_ms <= 0 && backend == WATCH_SHM)
		return (struct watch_pace){ FOLLOW_US, POLL_US_MAX, true };
	if (poll_ms <= 0)
		return (struct watch_pace){ POLL_US_MIN, POLL_US_MAX, true };
	int64_t us = (poll_ms < POLL_MS_MAX ? poll_ms : POLL_MS_MAX) * 1000;
	return (struct watch_pace){ us, us, true };
}

struct watch_pace
watch_pace_merge(struct watch_pace a, struct watch_pace b)
{
	struct watch_pace both = {
		.first_us = a.first_us < b.first_us ? a.first_us : b.first_us,
		.most_us = a.most_us < b.most_us ? a.most_us : b.most_us,
		.is_gentle = a.is_gentle || b.is_gentle,
	};

	return both;
}

int64_t
watch_pace_next(const struct watch_pace *p, int64_t delay_us)
{
	delay_us += p->is_gentle ? delay_us / 16 + 1 : delay_us;
	if (delay_us < p->first_us)
		return p->first_us;
	return delay_us < p->most_us ? delay_us : p->most_us;
}
