/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef STORE_FEED_TAKE_H
#define STORE_FEED_TAKE_H

#include "events/events.h"
#include "json/json.h"
#include "store/store.h"

/*
 * Records of the change feed, taken apart again: what feed.c and the triggers
 * of the views write.
 */
struct feed_taking {
	const alk_feed *o;
	char graph_id[257];  /* "" for all */
	alk_feed_fn fn;
	void *arg;
	struct json_reader reader;
};

/*
 * Checks the options and finds where to begin, within a read: *after, and *kept
 * whether the consumer had kept it. feed_taking_fini() in any case.
 */
int feed_taking_init(alk_session *s, struct feed_taking *t, const alk_feed *o,
    int64_t *after, bool *was_kept);
void feed_taking_fini(struct feed_taking *t);

/* ALK_TRIMMED noted where records behind the offset are gone. */
int feed_check_kept(alk_session *s, int64_t after);

/*
 * Tells the changes of a record that pass. goes_on: all of them, whatever fn
 * answers above 0. Returns what fn answered first but 0; *is_whole: it was told
 * to its end.
 */
int feed_take(struct feed_taking *t, const struct event *e, bool goes_on,
    bool *is_whole);

#endif
