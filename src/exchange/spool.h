/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_SPOOL_H
#define EXCHANGE_SPOOL_H

#include "exchange/lines.h"
#include "exchange/reader.h"

/*
 * Rows put by, to be read again in their order: edges that stand before their
 * nodes. The first SPOOL_HELD_BYTES are held in memory, more goes to a file
 * without a name in TMPDIR (or /tmp), which is gone when the process is. Zeroed
 * it is empty; spool_fini() at the end. Inside the room only.
 */
#define SPOOL_HELD_BYTES ((size_t)4 * 1024 * 1024)

struct spool {
	struct buf held;
	size_t at;       /* in held, while it is read */
	int file;        /* descriptor, if has_file */
	bool has_file;
	int64_t file_at; /* bytes of it read */
	int64_t count;   /* rows put by */
	struct lines lines;
	bool is_reading;
	struct json_reader reader;
};

void spool_fini(struct spool *s);
int spool_add(struct spool *s, const struct exchange_row *row,
    const struct exchange_place *place, alk_error *err);
/*
 * The next row and where it stood: 1, 0 the end, or a code. After the first
 * call nothing can be added. bytes_max: of a row.
 */
int spool_next(struct spool *s, size_t bytes_max, struct exchange_row *row,
    struct exchange_place *place, alk_error *err);

#endif
