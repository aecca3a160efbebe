/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Slots are probed one after the other and kept at most two thirds full. The
 * mixing step multiplies by odd constants and folds the high half down (the
 * finaliser of MurmurHash3, Austin Appleby, public domain, gave the constants).
 */
#include "base/map.h"

#include "base/mem.h"

#include <assert.h>
#include <string.h>

#define EMPTY INT64_MIN
#define CHUNK_BYTES ((size_t)64 * 1024)

struct textmap_chunk {
	struct textmap_chunk *next;
	size_t used;
	size_t room;
	char data[];
};

static uint64_t
mix(uint64_t h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdu;
	h ^= h >> 33;
	h *= 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 33;
}

uint64_t
map_hash(const void *data, size_t bytes, uint64_t seed)
{
	const unsigned char *p = data;
	uint64_t h = seed ^ bytes * 0x9e3779b97f4a7c15u;
	uint64_t word;

	for (; bytes >= sizeof(word); bytes -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = (h ^ mix(word)) * 0x9e3779b97f4a7c15u;
		p += sizeof(word);
	}
	word = 0;
	memcpy(&word, p, bytes);
	return mix(h ^ word);
}

/* ---- intmap ---- */

void
intmap_fini(struct intmap *m)
{
	mem_release(m->slots);
	*m = (struct intmap){ 0 };
}

void
intmap_clear(struct intmap *m)
{
	for (size_t i = 0; i < m->room; i++)
		m->slots[i].key = EMPTY;
	m->count = 0;
}

static struct intmap_slot *
intmap_place(const struct intmap *m, int64_t key)
{
	size_t i = mix((uint64_t)key) & (m->room - 1);

	while (m->slots[i].key != EMPTY && m->slots[i].key != key)
		i = (i + 1) & (m->room - 1);
	return &m->slots[i];
}

int64_t *
intmap_find(const struct intmap *m, int64_t key)
{
	if (m->room == 0)
		return NULL;
	struct intmap_slot *s = intmap_place(m, key);
	return s->key == key ? &s->value : NULL;
}

static bool
intmap_grow(struct intmap *m)
{
	struct intmap wide = { .room = m->room == 0 ? 64 : m->room * 2 };

	wide.slots = mem_alloc(wide.room * sizeof(wide.slots[0]));
	if (wide.slots == NULL)
		return false;
	intmap_clear(&wide);
	for (size_t i = 0; i < m->room; i++)
		if (m->slots[i].key != EMPTY)
			*intmap_place(&wide, m->slots[i].key) = m->slots[i];
	wide.count = m->count;
	mem_release(m->slots);
	*m = wide;
	return true;
}

int
intmap_add(struct intmap *m, int64_t key, int64_t value)
{
	assert(key != EMPTY);
	if (m->count * 3 >= m->room * 2 && !intmap_grow(m))
		return ALK_NOMEM;
	struct intmap_slot *s = intmap_place(m, key);
	if (s->key == key)
		return 0;
	*s = (struct intmap_slot){ key, value };
	m->count++;
	return 1;
}

/* ---- textmap ---- */

void
textmap_fini(struct textmap *m)
{
	while (m->chunks != NULL) {
		struct textmap_chunk *next = m->chunks->next;
		mem_release(m->chunks);
		m->chunks = next;
	}
	mem_release(m->slots);
	*m = (struct textmap){ 0 };
}

static struct textmap_slot *
textmap_place(const struct textmap *m, uint64_t hash, int64_t scope,
    const char *text, size_t bytes)
{
	size_t i = hash & (m->room - 1);

	for (;; i = (i + 1) & (m->room - 1)) {
		struct textmap_slot *s = &m->slots[i];
		if (!s->used)
			return s;
		if (s->hash == hash && s->scope == scope && s->bytes == bytes &&
		    memcmp(s->text, text, bytes) == 0)
			return s;
	}
}

int64_t *
textmap_find(const struct textmap *m, int64_t scope, const char *text,
    size_t bytes)
{
	if (m->room == 0)
		return NULL;
	uint64_t hash = map_hash(text, bytes, (uint64_t)scope);
	struct textmap_slot *s = textmap_place(m, hash, scope, text, bytes);
	return s->used ? &s->value : NULL;
}

static bool
textmap_grow(struct textmap *m)
{
	size_t old = m->room;
	struct textmap_slot *from = m->slots;
	size_t room = old == 0 ? 64 : old * 2;
	struct textmap_slot *slots = mem_zero(room * sizeof(slots[0]));

	if (slots == NULL)
		return false;
	m->slots = slots;
	m->room = room;
	m->held += (room - old) * sizeof(slots[0]);
	for (size_t i = 0; i < old; i++) {
		if (!from[i].used)
			continue;
		size_t at = from[i].hash & (room - 1);
		while (slots[at].used)
			at = (at + 1) & (room - 1);
		slots[at] = from[i];
	}
	mem_release(from);
	return true;
}

static const char *
keep(struct textmap *m, const char *text, size_t bytes)
{
	struct textmap_chunk *c = m->chunks;

	if (c == NULL || c->room - c->used < bytes) {
		size_t room = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
		c = mem_alloc(sizeof(*c) + room);
		if (c == NULL)
			return NULL;
		*c = (struct textmap_chunk){ .next = m->chunks, .room = room };
		m->chunks = c;
		m->held += sizeof(*c) + room;
	}
	char *at = c->data + c->used;
	memcpy(at, text, bytes);
	c->used += bytes;
	return at;
}

int
textmap_add(struct textmap *m, int64_t scope, const char *text, size_t bytes,
    int64_t value)
{
	assert(bytes <= UINT32_MAX);
	if (m->count * 3 >= m->room * 2 && !textmap_grow(m))
		return ALK_NOMEM;
	uint64_t hash = map_hash(text, bytes, (uint64_t)scope);
	struct textmap_slot *s = textmap_place(m, hash, scope, text, bytes);
	if (s->used)
		return 0;
	const char *copy = keep(m, text, bytes);
	if (copy == NULL)
		return ALK_NOMEM;
	*s = (struct textmap_slot){ .hash = hash, .text = copy, .scope = scope,
		.value = value, .bytes = (uint32_t)bytes, .used = true };
	m->count++;
	return 1;
}
