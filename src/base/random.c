/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _DEFAULT_SOURCE
#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

int
random_bytes(void *into, size_t bytes)
{
	unsigned char *p = into;

	while (bytes > 0) {
		ssize_t n = getrandom(p, bytes, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ALK_IO;
		p += n;
		bytes -= (size_t)n;
	}
	return ALK_OK;
}

int
random_uuid7(int64_t now_ms, char out[UUID_TEXT])
{
	unsigned char b[16];

	if (random_bytes(b + 6, sizeof(b) - 6) != ALK_OK)
		return ALK_IO;
	for (int i = 0; i < 6; i++)
		b[i] = (unsigned char)((uint64_t)now_ms >> (40 - 8 * i));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x70);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	char *p = out;
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = "0123456789abcdef"[b[i] >> 4];
		*p++ = "0123456789abcdef"[b[i] & 15];
	}
	*p = '\0';
	return ALK_OK;
}
