/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef STORE_FIRES_H
#define STORE_FIRES_H

#include "base/buf.h"
#include "events/schedule.h"

/* What a tick has fired, kept until its commit. Zeroed but for err. */
struct fires {
	alk_error *err;   /* where a lack of memory is told */
	struct buf texts; /* name and queue of each, with their NULs */
	struct buf list;  /* of alk_fire, without its texts */
};

/* A schedule_fire_fn. */
void fires_keep(void *arg, const struct schedule_fire *f);
void fires_tell(const struct fires *kept, alk_fire_fn fn, void *arg);
void fires_fini(struct fires *kept);

#endif
