/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * SipHash-2-4 with an output of 128 bits, by its authors' description. Public
 * domain in its reference form; this is written anew from that description.
 */
#include "value/parts.h"

static uint64_t
rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static uint64_t
load(const uint8_t *from)
{
	uint64_t word = 0;

	for (int i = 7; i >= 0; i--)
		word = word << 8 | from[i];
	return word;
}

static void
store(uint8_t *to, uint64_t word)
{
	for (int i = 0; i < 8; i++)
		to[i] = (uint8_t)(word >> 8 * i);
}

static void
rounds(uint64_t v[4], int count)
{
	for (int i = 0; i < count; i++) {
		v[0] += v[1];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[0] = rotate(v[0], 32);
		v[2] += v[3];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] += v[3];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] += v[1];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[2] = rotate(v[2], 32);
	}
}

static void
compress(struct sip *s, uint64_t word)
{
	s->v[3] ^= word;
	rounds(s->v, 2);
	s->v[0] ^= word;
}

void
sip_begin(struct sip *s, const uint8_t key[16])
{
	uint64_t a = load(key);
	uint64_t b = load(key + 8);

	s->v[0] = a ^ 0x736f6d6570736575u;
	s->v[1] = b ^ 0x646f72616e646f6du ^ 0xee;
	s->v[2] = a ^ 0x6c7967656e657261u;
	s->v[3] = b ^ 0x7465646279746573u;
	s->word = 0;
	s->bytes = 0;
}

void
sip_add(struct sip *s, const void *data, size_t bytes)
{
	const uint8_t *at = data;

	while (bytes > 0 && s->bytes % 8 != 0) {
		s->word |= (uint64_t)*at++ << 8 * (s->bytes % 8);
		bytes--;
		if (++s->bytes % 8 == 0) {
			compress(s, s->word);
			s->word = 0;
		}
	}
	for (; bytes >= 8; bytes -= 8, at += 8, s->bytes += 8)
		compress(s, load(at));
	for (; bytes > 0; bytes--)
		s->word |= (uint64_t)*at++ << 8 * (s->bytes++ % 8);
}

void
sip_end(struct sip *s, uint8_t out[16])
{
	compress(s, s->word | s->bytes << 56);
	s->v[2] ^= 0xee;
	rounds(s->v, 4);
	store(out, s->v[0] ^ s->v[1] ^ s->v[2] ^ s->v[3]);
	s->v[1] ^= 0xdd;
	rounds(s->v, 4);
	store(out + 8, s->v[0] ^ s->v[1] ^ s->v[2] ^ s->v[3]);
}
