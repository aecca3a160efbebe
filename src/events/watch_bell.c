/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A descriptor that becomes readable: an eventfd on Linux, elsewhere a pipe.
 * However often it is rung, stilling it once is enough.
 */
#define _DEFAULT_SOURCE
#include "events/watch_internal.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/eventfd.h>
#endif

#ifdef __linux__
static int
make(struct watch_bell *b)
{
	b->from = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	b->to = b->from;
	return b->from < 0 ? -1 : 0;
}
#else
static int
prepare(int fd)
{
	return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
	    fcntl(fd, F_SETFL, O_NONBLOCK) == 0 ? 0 : -1;
}

static int
make(struct watch_bell *b)
{
	int ends[2];

	if (pipe(ends) != 0)
		return -1;
	b->from = ends[0];
	b->to = ends[1];
	if (prepare(b->from) == 0 && prepare(b->to) == 0)
		return 0;
	int why = errno;
	watch_bell_close(b);
	errno = why;
	return -1;
}
#endif

int
watch_bell_open(struct watch_bell *b, alk_error *err)
{
	if (make(b) == 0)
		return ALK_OK;
	int why = errno;
	*b = (struct watch_bell){ -1, -1 };
	return error_set(err, ALK_IO, "no descriptor to wake by: %s",
	    strerror(why));
}

void
watch_bell_close(struct watch_bell *b)
{
	if (b->to >= 0 && b->to != b->from)
		(void)close(b->to);
	if (b->from >= 0)
		(void)close(b->from);
	*b = (struct watch_bell){ -1, -1 };
}

void
watch_bell_ring(const struct watch_bell *b)
{
	static const uint64_t one = 1;
	int kept = errno;

	/* Full is rung. */
	if (b->to >= 0)
		while (write(b->to, &one, sizeof(one)) < 0 && errno == EINTR)
			continue;
	errno = kept;
}

void
watch_bell_still(const struct watch_bell *b)
{
	uint64_t some[8];

	if (b->from < 0)
		return;
	for (;;) {
		ssize_t bytes = read(b->from, some, sizeof(some));
		if (bytes < 0 && errno == EINTR)
			continue;
		if (bytes < (ssize_t)sizeof(some))
			return;
	}
}
