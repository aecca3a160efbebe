/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Open addressing, at most half full. A slot holds half of the hash and where
 * the key stands, counted from the object; 0, the object itself, is an empty
 * slot.
 *
 * The hash is SipHash-1-3 (Aumasson and Bernstein).
 */
#include "json/members.h"

#include "base/clock.h"
#include "base/random.h"

struct members_slot {
	uint32_t hash;
	uint32_t at;
};

static void
choose_secret(uint64_t secret[2])
{
	if (random_bytes(secret, 2 * sizeof(secret[0])) == ALK_OK)
		return;
	/* Weaker, but the answers are right with any secret. */
	secret[0] = (uint64_t)clock_steady_ms();
	secret[1] = (uint64_t)(uintptr_t)secret; /* never 0 */
}

static uint64_t
rotate(uint64_t n, int by)
{
	return n << by | n >> (64 - by);
}

static void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static uint64_t
sip_hash(const uint64_t secret[2], const char *data, size_t bytes)
{
	uint64_t v[4] = { secret[0] ^ 0x736f6d6570736575u,
		secret[1] ^ 0x646f72616e646f6du,
		secret[0] ^ 0x6c7967656e657261u,
		secret[1] ^ 0x7465646279746573u };
	uint64_t last = (uint64_t)bytes << 56;
	uint64_t word;

	for (; bytes >= sizeof(word); bytes -= sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
		data += sizeof(word);
	}
	word = 0;
	memcpy(&word, data, bytes);
	last |= word;
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The slot that holds key, or the empty one where it belongs. */
static struct members_slot *
place(const struct members *m, yyjson_val *key, uint32_t *hash_out)
{
	struct members_slot *slots = (void *)m->slots.data;
	uint64_t hash = sip_hash(m->secret, unsafe_yyjson_get_str(key),
	    unsafe_yyjson_get_len(key));

	*hash_out = (uint32_t)(hash >> 32);
	for (size_t i = hash & m->mask;; i = (i + 1) & m->mask) {
		struct members_slot *s = &slots[i];
		if (s->at == 0)
			return s;
		if (s->hash == *hash_out &&
		    members_same(m->object + s->at, key))
			return s;
	}
}

bool
members_index(struct members *m, yyjson_val *object, yyjson_val **twice)
{
	size_t count = unsafe_yyjson_get_len(object);
	size_t room = 64;

	while (room < count * 2)
		room *= 2;
	buf_clear(&m->slots);
	if (!buf_reserve(&m->slots, room * sizeof(struct members_slot)))
		return false;
	if ((m->secret[0] | m->secret[1]) == 0)
		choose_secret(m->secret);
	memset(m->slots.data, 0, room * sizeof(struct members_slot));
	m->object = object;
	m->mask = room - 1;
	*twice = NULL;
	yyjson_val *key = members_first(object);
	for (; count > 0 && *twice == NULL; count--, key = members_next(key)) {
		uint32_t hash;
		struct members_slot *s = place(m, key, &hash);
		if (s->at != 0)
			*twice = key;
		else
			*s = (struct members_slot){ hash,
				(uint32_t)(key - object) };
	}
	return true;
}

yyjson_val *
members_find(const struct members *m, yyjson_val *key)
{
	uint32_t hash;
	const struct members_slot *s = place(m, key, &hash);

	return s->at != 0 ? m->object + s->at : NULL;
}

yyjson_val *
members_scan(yyjson_val *object, yyjson_val *key)
{
	size_t count = unsafe_yyjson_get_len(object);
	yyjson_val *other = members_first(object);

	for (; count > 0; count--, other = members_next(other))
		if (members_same(other, key))
			return other;
	return NULL;
}

/* Nine bits of a key; different for most different keys. */
static unsigned
mark_of(yyjson_val *key)
{
	const char *p = unsafe_yyjson_get_str(key);
	size_t bytes = unsafe_yyjson_get_len(key);
	uint32_t head = 0;
	uint32_t tail = 0;

	if (bytes >= sizeof(head)) {
		memcpy(&head, p, sizeof(head));
		memcpy(&tail, p + bytes - sizeof(tail), sizeof(tail));
	} else if (bytes > 0) {
		head = (unsigned char)p[0];
		tail = (uint32_t)(unsigned char)p[bytes - 1] << 8 |
		    (unsigned char)p[bytes / 2];
	}
	uint64_t mixed = ((uint64_t)head << 32 | tail) + bytes;
	return (unsigned)(mixed * 0x9e3779b97f4a7c15u >> 55);
}

yyjson_val *
members_twice(yyjson_val *object)
{
	size_t count = unsafe_yyjson_get_len(object);
	uint64_t seen[8] = { 0 };
	yyjson_val *key = members_first(object);

	for (; count > 0; count--, key = members_next(key)) {
		unsigned mark = mark_of(key);
		uint64_t bit = (uint64_t)1 << (mark & 63);
		if ((seen[mark >> 6] & bit) != 0 &&
		    members_scan(object, key) != key)
			return key;
		seen[mark >> 6] |= bit;
	}
	return NULL;
}
