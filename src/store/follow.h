/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef STORE_FOLLOW_H
#define STORE_FOLLOW_H

#include "store/store.h"

/* What those that wait for commits share (follow.c). Each is a public call. */

/* A commit after this is noticed by the next wait. ALK_MISUSE within a call. */
int follow_subscribe(alk_session *s);
/* Until a commit, or the steady clock says `at` (INT64_MAX: without end). */
int follow_wait_until(alk_session *s, int64_t at);
/* Ends with an error that no call of its own had. */
int follow_end_with(alk_session *s, int code, const char *text);

#endif
