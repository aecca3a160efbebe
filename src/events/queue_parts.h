/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_QUEUE_PARTS_H
#define EVENTS_QUEUE_PARTS_H

/* What the files of queues share. Only they include it. */

#include "events/queue.h"

/* To the dead letters. An id that lies there already is an error. */
int queue_bury(struct db *db, int64_t id, struct span error, int64_t now);

#endif
