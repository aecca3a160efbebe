/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <alkstore.h>

/*
 * All memory of the library comes from here. The functions behind it are set
 * once, before first use (alk_set_allocator), and never change after.
 */

/* NULL when there is none. bytes may be 0: then one byte is given. */
void *mem_alloc(size_t bytes);
void *mem_zero(size_t bytes);
/* On NULL the old block stays as it was. */
void *mem_resize(void *old, size_t bytes);
/* NULL is allowed. */
void mem_release(void *old);
/* A copy with a NUL behind it. text may be NULL: then so is the answer. */
char *mem_copy(const char *text, size_t bytes);
char *mem_text(const char *text);

#endif
