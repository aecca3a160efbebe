/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
buf_fini(struct buf *b)
{
	mem_release(b->data);
	*b = (struct buf){ 0 };
}

void
buf_clear(struct buf *b)
{
	b->bytes = 0;
	b->failed = false;
}

bool
buf_reserve(struct buf *b, size_t more)
{
	if (b->failed)
		return false;
	if (b->room - b->bytes > more)
		return true;
	size_t room = b->room < 64 ? 64 : b->room;
	while (room - b->bytes <= more) {
		if (room > SIZE_MAX / 4) {
			b->failed = true;
			return false;
		}
		room *= 2;
	}
	char *p = mem_resize(b->data, room);
	if (p == NULL) {
		b->failed = true;
		return false;
	}
	b->data = p;
	b->room = room;
	return true;
}

void
buf_add(struct buf *b, const void *data, size_t bytes)
{
	if (bytes == 0 || !buf_reserve(b, bytes))
		return;
	memcpy(b->data + b->bytes, data, bytes);
	b->bytes += bytes;
}

void
buf_char(struct buf *b, char c)
{
	if (buf_reserve(b, 1))
		b->data[b->bytes++] = c;
}

void
buf_str(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_int(struct buf *b, int64_t n)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do {
		digits[--at] = (char)('0' + u % 10);
		u /= 10;
	} while (u != 0);
	if (n < 0)
		digits[--at] = '-';
	buf_add(b, digits + at, sizeof(digits) - at);
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n > 0 && buf_reserve(b, (size_t)n)) {
		(void)vsnprintf(b->data + b->bytes, (size_t)n + 1, format,
		    again);
		b->bytes += (size_t)n;
	}
	va_end(again);
}

const char *
buf_text(struct buf *b)
{
	if (b->failed)
		return NULL;
	if (b->bytes == 0)
		return "";
	b->data[b->bytes] = '\0'; /* buf_reserve() keeps one byte beyond */
	return b->data;
}
