/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef FUZZ_READING_H
#define FUZZ_READING_H

/*
 * What the targets of the readers of graphs share: an input is read to its end,
 * at once and in pieces. Both ways give the same rows and the same end, unless
 * a limit was reached, which pieces reach sooner. What a row has is text and
 * JSON as the writing of rows takes it.
 */

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "exchange/reader.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

struct reading {
	const uint8_t *data;
	size_t left;
	size_t piece;
};

static inline void
reading_require(bool is_true)
{
	if (!is_true)
		abort();
}

static inline long
reading_give(void *arg, char *into, size_t room)
{
	struct reading *in = arg;
	size_t n = in->left < in->piece ? in->left : in->piece;

	if (n > room)
		n = room;
	if (n > 0)
		memcpy(into, in->data, n);
	in->data += n;
	in->left -= n;
	return (long)n;
}

static inline void
reading_text(uint64_t *digest, const char *text)
{
	*digest = text == NULL ? map_hash("", 0, *digest + 1) :
	    map_hash(text, strlen(text), *digest);
}

static inline void
reading_row(struct exchange_reader *r, const struct exchange_row *row,
    uint64_t *digest)
{
	const alk_item *item = &row->item;
	struct exchange_place place = { "", "" };
	struct buf attributes = { 0 };

	reading_require(item->kind == ALK_NODE || item->kind == ALK_EDGE);
	r->form->place(r, row, &place);
	reading_require(place.entry[0] != '\0');
	reading_text(digest, item->key);
	reading_text(digest, item->id);
	reading_text(digest, item->source);
	reading_text(digest, item->target);
	reading_text(digest, item->by);
	reading_text(digest, item->metadata);
	*digest = map_hash("", 0, *digest + (uint64_t)item->direction);
	if (row->attributes != NULL) {
		json_write(&attributes, row->attributes);
		reading_text(digest, buf_text(&attributes));
	} else {
		reading_require(item->attributes == NULL ||
		    item->attributes_bytes == strlen(item->attributes));
		reading_text(digest, item->attributes);
	}
	buf_fini(&attributes);
}

/* Reads all of it: how it ended, and a number that the rows make. */
static inline int
reading_run(const struct exchange_form *form, struct reading in,
    uint64_t *digest)
{
	const alk_limits limits = { .attributes_bytes = 4096, .depth = 32,
		.key_bytes = 256, .name_bytes = 256 };
	const alk_import_options options = { .flags = ALK_IMPORT_PUT };
	struct exchange_head head = { .direction = -1, .multi = -1,
		.self_loops = -1 };
	struct losses losses = { 0 };
	struct exchange_reader *r = mem_zero(form->bytes);
	struct exchange_row row;
	alk_error err = { 0 };
	int more;

	if (r == NULL)
		abort();
	r->form = form;
	r->from = (struct exchange_source){ reading_give, &in, &limits,
		&options, &losses, &head };
	more = form->open(r, &err) == ALK_OK ? 1 : err.code;
	while (more == 1 && (more = form->next(r, &row, &err)) == 1)
		reading_row(r, &row, digest);
	reading_require(more == err.code);
	reading_require(more == 0 || (err.text[0] != '\0' &&
		(err.entry[0] != '\0' || more == ALK_NOMEM)));
	*digest = map_hash("", 0, *digest + (uint64_t)losses_total(&losses));
	if (head.has_attributes)
		reading_text(digest, buf_text(&head.attributes));
	buf_fini(&head.attributes);
	form->close(r);
	mem_release(r);
	return more;
}

/* The first byte says how large pieces are. */
static inline int
reading_twice(const struct exchange_form *form, const uint8_t *data,
    size_t bytes)
{
	uint64_t a = 0, b = 0;

	if (bytes == 0)
		return 0;
	struct reading in = { data + 1, bytes - 1, bytes };
	int x = reading_run(form, in, &a);
	in.piece = 1 + data[0] % 16;
	int y = reading_run(form, in, &b);
	if (x != ALK_LIMIT && y != ALK_LIMIT)
		reading_require(x == y && a == b);
	return 0;
}

#endif
