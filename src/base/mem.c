/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The one place that calls malloc, realloc and free. */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void *
std_alloc(void *arg, size_t bytes)
{
	(void)arg;
	return malloc(bytes);
}

static void *
std_resize(void *arg, void *old, size_t bytes)
{
	(void)arg;
	return realloc(old, bytes);
}

static void
std_release(void *arg, void *old)
{
	(void)arg;
	free(old);
}

static alk_allocator table = { std_alloc, std_resize, std_release, NULL };

int
alk_set_allocator(const alk_allocator *a)
{
	if (a == NULL) {
		table = (alk_allocator){ std_alloc, std_resize, std_release,
			NULL };
		return ALK_OK;
	}
	if (a->alloc == NULL || a->resize == NULL || a->release == NULL)
		return ALK_INVALID;
	table = *a;
	return ALK_OK;
}

void *
mem_alloc(size_t bytes)
{
	return table.alloc(table.arg, bytes == 0 ? 1 : bytes);
}

void *
mem_zero(size_t bytes)
{
	void *p = mem_alloc(bytes);

	if (p != NULL)
		memset(p, 0, bytes);
	return p;
}

void *
mem_resize(void *old, size_t bytes)
{
	return table.resize(table.arg, old, bytes == 0 ? 1 : bytes);
}

void
mem_release(void *old)
{
	if (old != NULL)
		table.release(table.arg, old);
}

char *
mem_copy(const char *text, size_t bytes)
{
	if (text == NULL)
		return NULL;
	char *p = mem_alloc(bytes + 1);
	if (p == NULL)
		return NULL;
	memcpy(p, text, bytes);
	p[bytes] = '\0';
	return p;
}

char *
mem_text(const char *text)
{
	return text == NULL ? NULL : mem_copy(text, strlen(text));
}
