/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_JOB_PARTS_H
#define EVENTS_JOB_PARTS_H

/* What the files of jobs share. Only they include it. */

#include "events/job.h"
#include "events/queue_parts.h"

/* Whether a job of the key would have to be held back. */
bool job_is_key_full(struct db *db, const struct queue_rules *r,
    struct span queue, struct span key);

#endif
