/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Open addressing. A slot has 32 bits of the hash, so that the table grows
 * without a look at the texts, and the place of the entry: number of its chunk
 * and offset within, in units of UNIT bytes.
 */
#include "base/keymap.h"

#include "base/map.h"
#include "base/mem.h"

#include <assert.h>
#include <string.h>

#define UNIT 4 /* entries begin at multiples of it */
#define CHUNK_UNITS_LOG2 16
#define CHUNK_UNITS ((size_t)1 << CHUNK_UNITS_LOG2)
#define CHUNK_BYTES (CHUNK_UNITS * UNIT)
#define CHUNKS_MAX ((size_t)65535)

static_assert(sizeof(struct keymap_entry) + KEYMAP_TEXT_MAX <= CHUNK_BYTES,
    "an entry fits a chunk");

void
keymap_fini(struct keymap *m)
{
	for (size_t i = 0; i < m->chunks_count; i++)
		mem_release(m->chunks[i]);
	mem_release(m->chunks);
	mem_release(m->slots);
	*m = (struct keymap){ 0 };
}

const struct keymap_entry *
keymap_at(const struct keymap *m, uint32_t place)
{
	return (const struct keymap_entry *)(const void *)(m->chunks[place >>
	    CHUNK_UNITS_LOG2] + (place & (CHUNK_UNITS - 1)) * UNIT);
}

static struct keymap_slot *
find_slot(const struct keymap *m, uint32_t hash, const char *text, size_t bytes)
{
	size_t i = hash & (m->room - 1);

	for (;; i = (i + 1) & (m->room - 1)) {
		struct keymap_slot *s = &m->slots[i];
		if (s->place == 0)
			return s;
		if (s->hash != hash)
			continue;
		const struct keymap_entry *e = keymap_at(m, s->place - 1);
		if (e->bytes == bytes && memcmp(e->text, text, bytes) == 0)
			return s;
	}
}

const struct keymap_entry *
keymap_find(const struct keymap *m, const char *text, size_t bytes)
{
	if (m->room == 0)
		return NULL;
	const struct keymap_slot *s = find_slot(m,
	    (uint32_t)map_hash(text, bytes, 0), text, bytes);
	return s->place != 0 ? keymap_at(m, s->place - 1) : NULL;
}

void
keymap_foresee(const struct keymap *m, const struct keymap_text *texts,
    size_t count)
{
	const struct keymap_slot *slots[KEYMAP_FORESEEN_MAX];

	assert(count <= KEYMAP_FORESEEN_MAX);
	if (m->room == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		slots[i] = &m->slots[(uint32_t)map_hash(texts[i].text,
		    texts[i].bytes, 0) & (m->room - 1)];
		__builtin_prefetch(slots[i]);
	}
	for (size_t i = 0; i < count; i++)
		if (slots[i]->place != 0)
			__builtin_prefetch(keymap_at(m, slots[i]->place - 1));
}

static bool
grow(struct keymap *m)
{
	size_t room = m->room == 0 ? 64 : m->room * 2;
	struct keymap_slot *slots = mem_zero(room * sizeof(slots[0]));

	if (slots == NULL)
		return false;
	for (size_t i = 0; i < m->room; i++) {
		if (m->slots[i].place == 0)
			continue;
		size_t at = m->slots[i].hash & (room - 1);
		while (slots[at].place != 0)
			at = (at + 1) & (room - 1);
		slots[at] = m->slots[i];
	}
	mem_release(m->slots);
	m->held += (room - m->room) * sizeof(slots[0]);
	m->slots = slots;
	m->room = room;
	return true;
}

static bool
add_chunk(struct keymap *m)
{
	if (m->chunks_count == CHUNKS_MAX)
		return false;
	char **chunks = mem_resize(m->chunks,
	    (m->chunks_count + 1) * sizeof(chunks[0]));
	if (chunks == NULL)
		return false;
	m->chunks = chunks;
	char *chunk = mem_alloc(CHUNK_BYTES);
	if (chunk == NULL)
		return false;
	m->chunks[m->chunks_count++] = chunk;
	m->used = 0;
	m->held += CHUNK_BYTES;
	return true;
}

/* Where the entry has been put, or -1. */
static int64_t
keep(struct keymap *m, const char *text, size_t bytes, uint32_t number,
    uint16_t tag)
{
	size_t units = (sizeof(struct keymap_entry) + bytes + UNIT - 1) / UNIT;

	if ((m->chunks_count == 0 || m->used + units > CHUNK_UNITS) &&
	    !add_chunk(m))
		return -1;
	size_t place = (m->chunks_count - 1) << CHUNK_UNITS_LOG2 | m->used;
	struct keymap_entry *e = (struct keymap_entry *)(void *)(
	    m->chunks[m->chunks_count - 1] + m->used * UNIT);
	e->number = number;
	e->tag = tag;
	e->bytes = (uint16_t)bytes;
	memcpy(e->text, text, bytes);
	m->used += units;
	return (int64_t)place;
}

int
keymap_add(struct keymap *m, const char *text, size_t bytes, uint32_t number,
    uint16_t tag, uint32_t *place)
{
	assert(bytes <= KEYMAP_TEXT_MAX);
	if (m->count * 4 >= m->room * 3 && !grow(m))
		return ALK_NOMEM;
	uint32_t hash = (uint32_t)map_hash(text, bytes, 0);
	struct keymap_slot *s = find_slot(m, hash, text, bytes);
	if (s->place != 0)
		return 0;
	int64_t at = keep(m, text, bytes, number, tag);
	if (at < 0)
		return ALK_NOMEM;
	*s = (struct keymap_slot){ hash, (uint32_t)at + 1 };
	m->count++;
	if (place != NULL)
		*place = (uint32_t)at;
	return 1;
}
