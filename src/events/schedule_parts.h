/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_SCHEDULE_PARTS_H
#define EVENTS_SCHEDULE_PARTS_H

#include "events/schedule.h"

/* Within schedule*.c. */

/* When a task fires: its expression, read, and its zone. */
struct schedule_plan {
	struct cron cron;
	struct zone *zone; /* NULL: an interval needs none */
};

/* Frees nothing on failure; else schedule_plan_fini(). Fails db. */
int schedule_plan_init(struct schedule_plan *p, struct db *db,
    const struct schedule *s);
void schedule_plan_fini(struct schedule_plan *p);
int schedule_plan_next(const struct schedule_plan *p, struct db *db,
    int64_t from, int64_t *next);

/* The task at a row of schedule_due, _get or _list. Borrowed from it. */
void schedule_read(struct db_rows *rows, struct schedule *s);
bool schedule_is_over(const struct schedule *s, int64_t fire_at);

#endif
