/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the handler may touch: atomics and alk_session_cancel(), which is made
 * for it.
 */
#include "cli/signals.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>

static _Atomic(alk_session *) watched;
static atomic_bool is_gentle;
static atomic_int caught;
static atomic_int times;

static void
handle(int number)
{
	int before = atomic_fetch_add(&times, 1);
	alk_session *s = atomic_load(&watched);

	atomic_store(&caught, number);
	if (before >= 2) {
		signal(number, SIG_DFL);
		raise(number);
	} else if (s != NULL && (before == 1 || !atomic_load(&is_gentle))) {
		alk_session_cancel(s);
	}
}

void
signals_install(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	sigemptyset(&action.sa_mask);
	action.sa_handler = handle; /* no SA_RESTART: reads are to end */
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

void
signals_watch(alk_session *s, bool gently)
{
	atomic_store(&is_gentle, gently);
	atomic_store(&watched, s);
}

int
signals_caught(void)
{
	return atomic_load(&caught);
}
