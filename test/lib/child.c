/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Children of the crash tests. Numbers go through the pipe as decimal lines,
 * each in one write() far below PIPE_BUF, so that a killed child leaves whole
 * lines.
 */
#include "child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void
give_up(const char *what)
{
	perror(what);
	exit(2);
}

void
child_start(struct child *c, child_fn fn, void *arg)
{
	int ends[2];

	memset(c, 0, sizeof(*c));
	c->said = -1;
	fflush(stdout);
	fflush(stderr);
	if (pipe(ends) != 0)
		give_up("pipe");
	c->pid = fork();
	if (c->pid < 0)
		give_up("fork");
	if (c->pid == 0) {
		close(ends[0]);
		_exit(fn(arg, ends[1]));
	}
	close(ends[1]);
	c->from = ends[0];
}

void
child_say(int to, int64_t number)
{
	char line[32];
	int bytes = snprintf(line, sizeof(line), "%lld\n", (long long)number);

	if (write(to, line, (size_t)bytes) != bytes)
		_exit(3);
}

static void
take_byte(struct child *c, char byte)
{
	if (byte != '\n' && c->tail_bytes < (int)sizeof(c->tail) - 1) {
		c->tail[c->tail_bytes++] = byte;
		return;
	}
	c->tail[c->tail_bytes] = '\0';
	c->said = strtoll(c->tail, NULL, 10);
	c->tail_bytes = 0;
}

/* false at the end of the pipe. */
static int
take_some(struct child *c)
{
	char piece[4096];
	ssize_t count = read(c->from, piece, sizeof(piece));

	if (count < 0 && errno == EINTR)
		return 1;
	for (ssize_t i = 0; i < count; i++)
		take_byte(c, piece[i]);
	return count > 0;
}

static long
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void
child_listen(struct child *c, long us)
{
	long end = now_us() + us;
	long left = us;

	while (left > 0) {
		struct pollfd p = { .fd = c->from, .events = POLLIN };
		struct timespec t = { left / 1000000,
			left % 1000000 * 1000 };

		if (left < 1000) {
			nanosleep(&t, NULL);
			return;
		}
		if (poll(&p, 1, (int)(left / 1000)) > 0 && !take_some(c))
			return;
		left = end - now_us();
	}
}

static void
reap(struct child *c)
{
	while (take_some(c))
		continue;
	close(c->from);
	if (waitpid(c->pid, &c->status, 0) != c->pid)
		give_up("waitpid");
}

void
child_kill(struct child *c)
{
	kill(c->pid, SIGKILL);
	reap(c);
}

int
child_wait(struct child *c)
{
	reap(c);
	return WIFEXITED(c->status) ? WEXITSTATUS(c->status) : -1;
}

uint64_t
child_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}
