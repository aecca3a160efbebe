/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <alkstore.h>
#include <stdbool.h>

/*
 * SIGINT and SIGTERM end the work in order; SIGPIPE is left to the write that
 * fails. The one place of the command line with state that changes behind its
 * back.
 */

void signals_install(void);

/*
 * The session that a signal cancels; NULL for none. gently: the first signal is
 * only remembered, for work that looks at signals_caught() and stops at an
 * edge; the second cancels. The third ends the process in any case.
 */
void signals_watch(alk_session *s, bool gently);

/* The signal that came, or 0. */
int signals_caught(void);

#endif
