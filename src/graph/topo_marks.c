/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The set of nodes that a traversal has met: a bit each, so that the set of a
 * graph of a hundred thousand nodes lies in the cache nearest to the processor.
 * Whoever is done takes out what was put in; what is left of a call that failed
 * is wiped before the next use.
 */
#include "base/error.h"
#include "base/mem.h"
#include "graph/topo_parts.h"

#include <string.h>

#define WORD_BITS 64
#define ROOM_MIN 4096 /* nodes */

/* The session's, unless a traversal further out uses them. */
static void
take_marks(struct topo *t)
{
	struct topo_marks *m = t->g->marks.is_lent ? &t->own_marks :
						     &t->g->marks;

	m->is_lent = true;
	if (m->count != 0)
		memset(m->words, 0, m->room / 8);
	m->count = 0;
	t->marks = m;
}

/* Room for the nodes below `end`. */
static bool
reserve(struct topo *t, size_t end)
{
	if (t->marks == NULL)
		take_marks(t);
	struct topo_marks *m = t->marks;
	if (end <= m->room)
		return true;
	size_t room = m->room == 0 ? ROOM_MIN : m->room;
	while (room < end)
		room *= 2;
	uint64_t *words = mem_resize(m->words, room / 8);
	if (words == NULL) {
		error_nomem(t->g->err);
		return false;
	}
	memset(words + m->room / WORD_BITS, 0, (room - m->room) / 8);
	m->words = words;
	m->room = room;
	return true;
}

int
topo_mark(struct topo *t, uint32_t node)
{
	if (!reserve(t, (size_t)node + 1))
		return ALK_NOMEM;
	uint64_t *word = &t->marks->words[node / WORD_BITS];
	uint64_t bit = (uint64_t)1 << (node % WORD_BITS);
	if ((*word & bit) != 0)
		return 0;
	*word |= bit;
	t->marks->count++;
	return 1;
}

/*
 * Without a branch for each: whether a node is new is what a processor guesses
 * worst. One that is not is written over by the next.
 */
bool
topo_mark_arcs(struct topo *t, const struct topo_arcs *arcs, uint32_t *into,
    size_t *count)
{
	const uint32_t *to = arcs->to;
	size_t added = 0;

	if (!reserve(t, t->count))
		return false;
	uint64_t *words = t->marks->words;
	for (size_t i = 0; i < arcs->count; i++) {
		uint32_t node = to[i];
		uint64_t word = words[node / WORD_BITS];
		uint64_t bit = (uint64_t)1 << (node % WORD_BITS);
		into[added] = node;
		added += (word & bit) == 0;
		words[node / WORD_BITS] = word | bit;
	}
	t->marks->count += added;
	*count += added;
	return true;
}

void
topo_unmark(struct topo *t, uint32_t node)
{
	t->marks->words[node / WORD_BITS] &=
	    ~((uint64_t)1 << (node % WORD_BITS));
	t->marks->count--;
}

void
topo_unmark_all(struct topo *t, const uint32_t *nodes, size_t count)
{
	struct topo_marks *m = t->marks;

	if (m == NULL || m->count != count)
		return; /* wiped before the next use */
	/* Of many, all is sooner done. */
	if (count > m->room / (WORD_BITS * 4))
		memset(m->words, 0, m->room / 8);
	else
		for (size_t i = 0; i < count; i++)
			m->words[nodes[i] / WORD_BITS] = 0;
	m->count = 0;
}
