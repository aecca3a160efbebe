/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_SIDE_H
#define EVENTS_SIDE_H

#include "events/events.h"

/*
 * What lies beside the tables of the contract: when it comes into being. The
 * tables are made with the file, or, in one made by Honker alone, when the
 * first feature is used; triggers on the contract's tables always only then, so
 * that a file that uses none pays for none.
 */

enum side_feature {
	SIDE_JOBS,    /* rows of _alk_job follow the ends of jobs */
	SIDE_METRICS, /* rows of _alk_queue_total follow the jobs */
	SIDE_EVENTS,  /* notifications follow the jobs */
};

/*
 * Makes sure of the tables and of what the feature needs. One look-up where it
 * is there. Only within a transaction or unit that has written already.
 */
int side_use(struct db *db, enum side_feature f);
/* The same of the tables alone. */
int side_make(struct db *db);
/*
 * Whether the last call failed because a table is missing. Then the failure is
 * forgotten: what has no table has no rows.
 */
bool side_lacks(struct db *db);

#endif
