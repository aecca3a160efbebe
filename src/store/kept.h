/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef STORE_KEPT_H
#define STORE_KEPT_H

#include "base/buf.h"
#include "events/events.h"
#include "store/store.h"

/*
 * What a call changed, kept until its commit, because only then the caller's
 * function may see it: rows of one size, and their texts. Both move while they
 * grow, so a row keeps the places of its texts and gets pointers at the end.
 * Zeroed but for `s` it is ready; kept_fini() at the end.
 */
struct kept {
	alk_session *s;
	struct buf rows;
	struct buf texts;
};

/* A copy of a text, ended by NUL: its place. No text is an empty one. */
size_t kept_text(struct kept *k, struct span text);
/*
 * A copy of a row, behind its texts: 0, or 1 with the error of the session's
 * call noted, as visitors of rows answer.
 */
int kept_add(struct kept *k, const void *row, size_t bytes);
/* The text at a place; valid until more is kept. */
const char *kept_at(const struct kept *k, size_t place);
void kept_fini(struct kept *k);

#endif
