/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_STREAM_PARTS_H
#define EVENTS_STREAM_PARTS_H

/* What the files of groups share. Only they include it. */

#include "events/stream_group.h"

struct group_row {
	int64_t id;
	int64_t delivered;
	int64_t max_deliveries;
};

/* false: there is none, and the call has failed with ALK_NOTFOUND. */
bool group_find(struct db *db, struct group_name g, struct group_row *out);

/* From a row whose first eight columns are those of stream_pending_get. */
void delivery_read(struct db_rows *rows, struct delivery *d);

#endif
