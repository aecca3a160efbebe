/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Copies of some items, their texts one behind the other. */
#include "store/load_ahead.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

void
ahead_clear(struct ahead *a)
{
	a->count = 0;
	buf_clear(&a->texts);
}

void
ahead_fini(struct ahead *a)
{
	a->count = 0;
	buf_fini(&a->texts);
}

static size_t
keep(struct ahead *a, const char *text, size_t bytes)
{
	size_t at = a->texts.bytes;

	if (text == NULL)
		return SIZE_MAX;
	buf_add(&a->texts, text, bytes == 0 || bytes == ALK_NUL ?
	    strlen(text) : bytes);
	buf_char(&a->texts, '\0');
	return at;
}

void
ahead_add(struct ahead *a, const alk_item *item)
{
	assert(a->count < AHEAD_ITEMS);
	size_t *at = a->at[a->count];

	a->items[a->count++] = *item;
	at[0] = keep(a, item->key, ALK_NUL);
	at[1] = keep(a, item->type, ALK_NUL);
	at[2] = keep(a, item->source, ALK_NUL);
	at[3] = keep(a, item->target, ALK_NUL);
	at[4] = keep(a, item->attributes, item->attributes_bytes);
	at[5] = keep(a, item->id, ALK_NUL);
	at[6] = keep(a, item->metadata, ALK_NUL);
	at[7] = keep(a, item->by, ALK_NUL);
}

static const char *
text_at(const struct ahead *a, size_t at)
{
	return at == SIZE_MAX ? NULL : a->texts.data + at;
}

int
ahead_finish(struct ahead *a)
{
	if (a->texts.failed)
		return ALK_NOMEM;
	for (size_t i = 0; i < a->count; i++) {
		alk_item *item = &a->items[i];
		const size_t *at = a->at[i];
		item->key = text_at(a, at[0]);
		item->type = text_at(a, at[1]);
		item->source = text_at(a, at[2]);
		item->target = text_at(a, at[3]);
		item->attributes = text_at(a, at[4]);
		item->id = text_at(a, at[5]);
		item->metadata = text_at(a, at[6]);
		item->by = text_at(a, at[7]);
	}
	return ALK_OK;
}
