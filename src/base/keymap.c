/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Open addressing. A slot has 32 bits of the hash, so that the table grows
 * without a look at the texts, and the place of the entry: number of its chunk
 * and offset within, in units of UNIT bytes. The table is in parts, by the
 * upper bits of the hash, each of which grows by a quarter by itself: so there
 * is never twice of it, and it is 70 to 88 % full.
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
#define PART_SHIFT 26 /* 2^6 parts */
#define PART_MASK (((uint32_t)1 << PART_SHIFT) - 1)
#define ROOM_MIN ((uint32_t)8) /* slots of a part */

static_assert(KEYMAP_PARTS == (size_t)1 << (32 - PART_SHIFT),
    "a part for each value of the upper bits");

static_assert(sizeof(struct keymap_entry) + KEYMAP_TEXT_MAX <= CHUNK_BYTES,
    "an entry fits a chunk");

void
keymap_fini(struct keymap *m)
{
	for (size_t i = 0; i < m->chunks_count; i++)
		mem_release(m->chunks[i]);
	mem_release(m->chunks);
	for (size_t i = 0; m->parts != NULL && i < KEYMAP_PARTS; i++)
		mem_release(m->parts[i].slots);
	mem_release(m->parts);
	*m = (struct keymap){ 0 };
}

const struct keymap_entry *
keymap_at(const struct keymap *m, uint32_t place)
{
	return (const struct keymap_entry *)(const void *)(m->chunks[place >>
	    CHUNK_UNITS_LOG2] + (place & (CHUNK_UNITS - 1)) * UNIT);
}

static struct keymap_part *
part_of(const struct keymap *m, uint32_t hash)
{
	return &m->parts[hash >> PART_SHIFT];
}

/* Where in its part a hash belongs: as far on as its lower bits are great. */
static uint32_t
home_of(uint32_t hash, uint32_t room)
{
	return (uint32_t)((uint64_t)(hash & PART_MASK) * room >> PART_SHIFT);
}

/* The part has a slot that is empty. */
static struct keymap_slot *
find_slot(const struct keymap *m, const struct keymap_part *p, uint32_t hash,
    const char *text, size_t bytes)
{
	for (uint32_t i = home_of(hash, p->room);; i++) {
		if (i == p->room)
			i = 0;
		struct keymap_slot *s = &p->slots[i];
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
	if (m->parts == NULL)
		return NULL;
	uint32_t hash = (uint32_t)map_hash(text, bytes, 0);
	const struct keymap_part *p = part_of(m, hash);
	if (p->room == 0)
		return NULL;
	const struct keymap_slot *s = find_slot(m, p, hash, text, bytes);
	return s->place != 0 ? keymap_at(m, s->place - 1) : NULL;
}

void
keymap_foresee(const struct keymap *m, const struct keymap_text *texts,
    size_t count)
{
	const struct keymap_slot *slots[KEYMAP_FORESEEN_MAX];
	size_t found = 0;

	assert(count <= KEYMAP_FORESEEN_MAX);
	if (m->parts == NULL)
		return;
	for (size_t i = 0; i < count; i++) {
		uint32_t hash = (uint32_t)map_hash(texts[i].text,
		    texts[i].bytes, 0);
		const struct keymap_part *p = part_of(m, hash);
		if (p->room == 0)
			continue;
		slots[found] = &p->slots[home_of(hash, p->room)];
		__builtin_prefetch(slots[found++]);
	}
	for (size_t i = 0; i < found; i++)
		if (slots[i]->place != 0)
			__builtin_prefetch(keymap_at(m, slots[i]->place - 1));
}

static bool
grow(struct keymap *m, struct keymap_part *p)
{
	uint32_t room = p->room < ROOM_MIN ? ROOM_MIN : p->room + p->room / 4;
	struct keymap_slot *slots = mem_zero(room * sizeof(slots[0]));

	if (slots == NULL)
		return false;
	for (uint32_t i = 0; i < p->room; i++) {
		if (p->slots[i].place == 0)
			continue;
		uint32_t at = home_of(p->slots[i].hash, room);
		while (slots[at].place != 0)
			at = at + 1 == room ? 0 : at + 1;
		slots[at] = p->slots[i];
	}
	mem_release(p->slots);
	m->held += (room - p->room) * sizeof(slots[0]);
	p->slots = slots;
	p->room = room;
	return true;
}

/* The part of a hash, with room for one more; NULL: no memory. */
static struct keymap_part *
make_room(struct keymap *m, uint32_t hash)
{
	if (m->parts == NULL) {
		m->parts = mem_zero(KEYMAP_PARTS * sizeof(m->parts[0]));
		if (m->parts == NULL)
			return NULL;
		m->held += KEYMAP_PARTS * sizeof(m->parts[0]);
	}
	struct keymap_part *p = part_of(m, hash);
	if (p->count >= p->room - p->room / 8 && !grow(m, p))
		return NULL;
	return p;
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
	uint32_t hash = (uint32_t)map_hash(text, bytes, 0);
	struct keymap_part *p = make_room(m, hash);
	if (p == NULL)
		return ALK_NOMEM;
	struct keymap_slot *s = find_slot(m, p, hash, text, bytes);
	if (s->place != 0)
		return 0;
	int64_t at = keep(m, text, bytes, number, tag);
	if (at < 0)
		return ALK_NOMEM;
	*s = (struct keymap_slot){ hash, (uint32_t)at + 1 };
	p->count++;
	m->count++;
	if (place != NULL)
		*place = (uint32_t)at;
	return 1;
}
