/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "cli/exec.h"

#include "base/clock.h"
#include "cli/signals.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_MS 5000
#define LOOK_MAX_US 50000

extern char **environ;

static void
put_number(const char *name, int64_t number)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)number);
	(void)setenv(name, text, 1);
}

/* No thread of ours reads the environment. */
static void
put_environment(const struct exec_job *j)
{
	put_number("ALK_JOB_ID", j->id);
	put_number("ALK_JOB_ATTEMPT", j->attempt);
	(void)setenv("ALK_JOB_QUEUE", j->queue, 1);
	(void)setenv("ALK_JOB_WORKER", j->worker, 1);
	(void)setenv("ALK_DB", j->file, 1);
}

/* A file without a name: a pipe could fill up and block us. */
static FILE *
payload_file(const struct exec_job *j)
{
	FILE *f = tmpfile();

	if (f == NULL)
		return NULL;
	if (fwrite(j->payload, 1, j->payload_bytes, f) == j->payload_bytes &&
	    fflush(f) == 0 && fseek(f, 0, SEEK_SET) == 0)
		return f;
	(void)fclose(f);
	return NULL;
}

static int
spawn(const struct exec_job *j, int input, pid_t *pid)
{
	char *words[] = { (char[]){ "sh" }, (char[]){ "-c" },
		(char *)(uintptr_t)j->command, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t usual;
	int number = posix_spawn_file_actions_init(&files);

	if (number != 0)
		return number;
	number = posix_spawnattr_init(&attr);
	if (number != 0) {
		(void)posix_spawn_file_actions_destroy(&files);
		return number;
	}
	(void)sigemptyset(&usual);
	(void)sigaddset(&usual, SIGPIPE);
	(void)sigaddset(&usual, SIGINT);
	(void)sigaddset(&usual, SIGTERM);
	(void)posix_spawnattr_setsigdefault(&attr, &usual);
	(void)posix_spawnattr_setpgroup(&attr, 0);
	(void)posix_spawnattr_setflags(&attr,
	    POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
	number = posix_spawn_file_actions_adddup2(&files, input,
	    STDIN_FILENO);
	if (number == 0)
		number = posix_spawn(pid, "/bin/sh", &files, &attr, words,
		    environ);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&files);
	return number;
}

/* A command that runs. */
struct running {
	struct cli *cli;
	const struct exec_job *job;
	pid_t pid;
	int64_t begun_ms;
	int64_t extend_at_ms;
	int64_t kill_at_ms; /* 0: it was not told to end */
	enum exec_why why;
};

static void
tell_to_end(struct running *r, enum exec_why why, int64_t now_ms)
{
	if (r->kill_at_ms != 0)
		return;
	r->why = why;
	r->kill_at_ms = now_ms + GRACE_MS;
	(void)kill(-r->pid, SIGTERM);
}

static void
extend(struct running *r, int64_t now_ms)
{
	const struct exec_job *j = r->job;
	int64_t third_ms = j->timeout_s * 1000 / 3;
	int rc = alk_job_extend(r->cli->session, j->id, j->worker,
	    j->timeout_s);

	r->extend_at_ms = now_ms + (rc == ALK_OK ? third_ms : third_ms / 8);
	if (rc == ALK_CONFLICT)
		tell_to_end(r, EXEC_LOST, now_ms);
}

static void
attend(struct running *r)
{
	int64_t now_ms = clock_steady_ms();
	int64_t run_s = r->job->run_s;

	if (signals_caught() != 0)
		tell_to_end(r, EXEC_STOPPED, now_ms);
	else if (run_s != 0 && now_ms - r->begun_ms >= run_s * 1000)
		tell_to_end(r, EXEC_OVERRAN, now_ms);
	if (r->kill_at_ms != 0 && now_ms >= r->kill_at_ms)
		(void)kill(-r->pid, SIGKILL);
	if (now_ms >= r->extend_at_ms && r->why != EXEC_LOST)
		extend(r, now_ms);
}

/* Looks soon, then less often: a short command is not made a long one. */
static int
await(struct running *r, int *status)
{
	int64_t pause_us = 500;
	pid_t ended;

	while ((ended = waitpid(r->pid, status, WNOHANG)) == 0 ||
	    (ended < 0 && errno == EINTR)) {
		attend(r);
		clock_sleep_us(pause_us);
		if (pause_us < LOOK_MAX_US)
			pause_us += pause_us / 4;
	}
	return ended < 0 ? errno : 0;
}

enum exec_why
exec_run(struct cli *c, const struct exec_job *j, int *status)
{
	int64_t now_ms = clock_steady_ms();
	struct running r = { .cli = c, .job = j, .begun_ms = now_ms,
		.extend_at_ms = now_ms + j->timeout_s * 1000 / 3,
		.why = EXEC_ENDED };
	FILE *input = payload_file(j);

	if (input == NULL)
		return EXEC_NEVER;
	put_environment(j);
	errno = spawn(j, fileno(input), &r.pid);
	(void)fclose(input);
	if (errno != 0)
		return EXEC_NEVER;
	errno = await(&r, status);
	return errno != 0 ? EXEC_NEVER : r.why;
}
