/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BASE_KEYMAP_H
#define BASE_KEYMAP_H

#include <alkstore.h>
#include <stdbool.h>

/*
 * From a text to a small number and a tag, in as little memory as a load of
 * millions wants: ten bytes in slots, and beside the text eight bytes an entry.
 * The texts are copied and stay where they are until keymap_fini(). Zeroed it
 * is empty and ready.
 */
#define KEYMAP_TEXT_MAX 65535 /* bytes of a text */

struct keymap_entry {
	uint32_t number;
	uint16_t tag;
	uint16_t bytes;
	char text[]; /* without a NUL */
};

#define KEYMAP_PARTS ((size_t)64)

struct keymap {
	struct keymap_part {
		struct keymap_slot {
			uint32_t hash;
			uint32_t place; /* of the entry, and one; 0: empty */
		} *slots;
		uint32_t room; /* slots */
		uint32_t count;
	} *parts;      /* KEYMAP_PARTS of them, or NULL */
	size_t count;
	char **chunks; /* of entries */
	size_t chunks_count;
	size_t used;   /* of the last chunk */
	size_t held;   /* bytes of memory in all */
};

void keymap_fini(struct keymap *m);
/* Borrowed until keymap_fini(); NULL if it is not there. */
const struct keymap_entry *keymap_find(const struct keymap *m, const char *text,
    size_t bytes);
/*
 * Fetches what keymap_find() and keymap_add() will look at for these texts, all
 * at the same time: in a map larger than the processor's caches that is most of
 * their cost. Looking up less than some of them gains nothing.
 */
#define KEYMAP_FORESEEN_MAX 48
struct keymap_text {
	const char *text;
	size_t bytes;
};
void keymap_foresee(const struct keymap *m, const struct keymap_text *texts,
    size_t count);
/*
 * 1 added, 0 it was there (and is left alone), ALK_NOMEM. bytes is at most
 * KEYMAP_TEXT_MAX. *place, if wanted, is for keymap_at().
 */
int keymap_add(struct keymap *m, const char *text, size_t bytes,
    uint32_t number, uint16_t tag, uint32_t *place);
const struct keymap_entry *keymap_at(const struct keymap *m, uint32_t place);

#endif
