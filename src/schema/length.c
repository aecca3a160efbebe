/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Code points are the bytes that do not continue one, 10xxxxxx. Those that do
 * are counted, 16 at once where the processor can; the last ones are loaded
 * once more with some that were counted, which are masked.
 */
#include "schema/length.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>

/* From the i-th on: i bytes that do not count, then those that do. */
static const unsigned char counted[32] = { [16] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1 };

/* A 1 for each byte that continues: as a signed one it is below -64. */
static inline __m128i
continuing(const char *text, __m128i ones)
{
	__m128i bytes = _mm_loadu_si128((const void *)text);

	return _mm_and_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(-64)), ones);
}

static inline __m128i
add_up(__m128i sum, __m128i ones)
{
	return _mm_add_epi64(sum, _mm_sad_epu8(ones, _mm_setzero_si128()));
}

static uint64_t
count_long(const char *text, size_t bytes)
{
	const __m128i ones = _mm_set1_epi8(1);
	__m128i sum = _mm_setzero_si128();
	size_t i = 0;

	for (; i + 16 <= bytes; i += 16)
		sum = add_up(sum, continuing(text + i, ones));
	sum = add_up(sum, continuing(text + bytes - 16,
	    _mm_loadu_si128((const void *)(counted + (bytes - i)))));
	sum = _mm_add_epi64(sum, _mm_unpackhi_epi64(sum, sum));
	uint64_t found;
	_mm_storel_epi64((void *)&found, sum);
	return bytes - found;
}
#else
static uint64_t
count_long(const char *text, size_t bytes)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t count = bytes;
	size_t i = 0;

	for (; i + 8 <= bytes; i += 8) {
		uint64_t word;
		memcpy(&word, text + i, sizeof(word));
		count -= ((word >> 7 & ~(word >> 6) & ones) * ones) >> 56;
	}
	for (; i < bytes; i++)
		count -= (text[i] & 0xc0) == 0x80;
	return count;
}
#endif

uint64_t
length_count(const char *text, size_t bytes)
{
	uint64_t count = bytes;

	if (bytes >= 16)
		return count_long(text, bytes);
	for (size_t i = 0; i < bytes; i++)
		count -= (text[i] & 0xc0) == 0x80;
	return count;
}
