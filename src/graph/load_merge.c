/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Merging runs by a tree of losers (Knuth, as in load_runs.h): the leaves are
 * the sources, each inner place keeps who lost there, and the next record costs
 * one comparison a level. Sources share the memory that what is pending had.
 */
#include "graph/load_runs.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/load.h"
#include "graph/load_runs_parts.h"

#include <string.h>

#define SOURCE_BYTES_MAX ((size_t)256 * 1024)
#define SOURCE_BYTES_MIN ((size_t)1024)
/* The longest record of a key. */
#define KEY_BYTES_MAX (LOAD_KEY_HEAD + (size_t)KEYMAP_TEXT_MAX)

struct load_source {
	int64_t at;      /* in the file, what comes next */
	int64_t end;
	char *bytes;     /* read, from `place` on not yet taken */
	size_t room;
	size_t have;
	size_t place;
	uint64_t major;  /* of its record: what is compared first */
	uint64_t minor;
	size_t record_bytes; /* 0: it has no more */
	bool is_own;     /* bytes are its own, for a record that is long */
};

static bool
is_of_keys(const struct load_merge *m)
{
	return m->order == LOAD_NODE_KEYS || m->order == LOAD_EDGE_KEYS;
}

/* ---- a source ---- */

static bool
enlarge(struct load_merge *m, struct load_source *s, size_t bytes)
{
	char *larger = mem_alloc(bytes);

	if (larger == NULL) {
		error_nomem(m->l->g->err);
		return false;
	}
	memcpy(larger, s->bytes + s->place, s->have - s->place);
	if (s->is_own)
		mem_release(s->bytes);
	s->bytes = larger;
	s->room = bytes;
	s->have -= s->place;
	s->place = 0;
	s->is_own = true;
	return true;
}

/* Whether so many bytes are at hand; false at the end or with the error. */
static bool
need(struct load_merge *m, struct load_source *s, size_t bytes)
{
	if (s->have - s->place >= bytes)
		return true;
	if (bytes > s->room && !enlarge(m, s, KEY_BYTES_MAX))
		return false;
	memmove(s->bytes, s->bytes + s->place, s->have - s->place);
	s->have -= s->place;
	s->place = 0;
	size_t more = s->room - s->have;
	if ((int64_t)more > s->end - s->at)
		more = (size_t)(s->end - s->at);
	if (db_temp_read(m->l->runs.file, s->at, s->bytes + s->have, more) !=
	    ALK_OK)
		return false;
	s->at += (int64_t)more;
	s->have += more;
	return s->have >= bytes;
}

static void
see_edge(struct load_merge *m, struct load_source *s)
{
	struct load_edge e;

	memcpy(&e, s->bytes + s->place, sizeof(e));
	bool is_in = m->order == LOAD_IN;
	uint32_t near = is_in ? e.dst : e.src;
	uint32_t far = is_in ? e.src : e.dst;
	s->major = (uint64_t)near << 32 | e.kind >> 1;
	s->minor = (uint64_t)far << 1 | (e.kind & 1);
	s->record_bytes = sizeof(e);
}

static uint64_t
head_of(const unsigned char *text, size_t bytes)
{
	uint64_t head = 0;

	for (size_t i = 0; i < 8; i++)
		head = head << 8 | (i < bytes ? text[i] : 0u);
	return head;
}

static void
see_key(struct load_merge *m, struct load_source *s)
{
	uint16_t bytes;

	memcpy(&bytes, s->bytes + s->place + sizeof(uint32_t), sizeof(bytes));
	if (!need(m, s, LOAD_KEY_HEAD + bytes))
		return;
	const unsigned char *text = (const unsigned char *)s->bytes +
	    s->place + LOAD_KEY_HEAD;
	s->major = head_of(text, bytes);
	s->minor = bytes > 8 ? head_of(text + 8, bytes - 8u) : 0;
	s->record_bytes = LOAD_KEY_HEAD + bytes;
}

/* Steps over the record it is at. */
static void
advance(struct load_merge *m, struct load_source *s)
{
	bool is_key = is_of_keys(m);

	s->place += s->record_bytes;
	s->record_bytes = 0;
	if (!need(m, s, is_key ? LOAD_KEY_HEAD : sizeof(struct load_edge)))
		return;
	if (is_key)
		see_key(m, s);
	else
		see_edge(m, s);
}

/* ---- the tree ---- */

static int
compare_texts(const struct load_source *s, const struct load_source *t)
{
	size_t x = s->record_bytes;
	size_t y = t->record_bytes;
	int order = memcmp(s->bytes + s->place + LOAD_KEY_HEAD,
	    t->bytes + t->place + LOAD_KEY_HEAD,
	    (x < y ? x : y) - LOAD_KEY_HEAD);

	return order != 0 ? order : (x > y) - (x < y);
}

static bool
comes_first(const struct load_merge *m, uint32_t x, uint32_t y)
{
	const struct load_source *s = &m->sources[x];
	const struct load_source *t = &m->sources[y];

	if (s->record_bytes == 0 || t->record_bytes == 0)
		return s->record_bytes != 0;
	if (s->major != t->major)
		return s->major < t->major;
	if (s->minor != t->minor)
		return s->minor < t->minor;
	if (is_of_keys(m)) {
		int order = compare_texts(s, t);
		if (order != 0)
			return order < 0;
	}
	return x < y;
}

/* From the leaf of x up: who loses stays, who wins goes on. */
static void
play(struct load_merge *m, uint32_t x)
{
	for (size_t i = (x + m->count) / 2; i > 0; i /= 2)
		if (comes_first(m, m->tree[i], x)) {
			uint32_t loser = x;
			x = m->tree[i];
			m->tree[i] = loser;
		}
	m->tree[0] = x;
}

/* The winner of what hangs at place i; its losers are put down. */
static uint32_t
build(struct load_merge *m, size_t i)
{
	if (i >= m->count)
		return (uint32_t)(i - m->count);
	uint32_t a = build(m, 2 * i);
	uint32_t b = build(m, 2 * i + 1);
	bool is_a = comes_first(m, a, b);

	m->tree[i] = is_a ? b : a;
	return is_a ? a : b;
}

/* ---- begin and end ---- */

static int
make_room(struct load_merge *m)
{
	size_t each = load_pending_max(m->l) / m->count;
	bool is_key = is_of_keys(m);

	if (each > SOURCE_BYTES_MAX)
		each = SOURCE_BYTES_MAX;
	if (each < SOURCE_BYTES_MIN)
		each = SOURCE_BYTES_MIN;
	m->source_bytes = each & ~(size_t)15; /* records of 16 bytes */
	m->sources = mem_zero(m->count * sizeof(m->sources[0]));
	m->tree = mem_zero(m->count * sizeof(m->tree[0]));
	m->room = mem_alloc(m->count * m->source_bytes);
	if (is_key)
		m->keys = mem_alloc(LOAD_MERGE_ROWS * sizeof(m->keys[0]));
	else
		m->edges = mem_alloc(LOAD_MERGE_ROWS * sizeof(m->edges[0]));
	if (m->sources == NULL || m->tree == NULL || m->room == NULL ||
	    (is_key ? (void *)m->keys : (void *)m->edges) == NULL)
		return error_nomem(m->l->g->err);
	return ALK_OK;
}

int
load_merge_begin(struct load_merge *m, struct load *l, enum load_order order)
{
	const struct buf *list = &l->runs.of[order];
	const struct load_run *runs = (const void *)list->data;

	*m = (struct load_merge){ .l = l, .order = order,
		.count = list->bytes / sizeof(runs[0]) };
	if (m->count == 0 || make_room(m) != ALK_OK)
		return l->g->err->code;
	for (size_t i = 0; i < m->count; i++) {
		m->sources[i] = (struct load_source){ .at = runs[i].at,
			.end = runs[i].end, .room = m->source_bytes,
			.bytes = m->room + i * m->source_bytes };
		advance(m, &m->sources[i]);
	}
	m->tree[0] = build(m, 1);
	return l->g->err->code;
}

void
load_merge_end(struct load_merge *m)
{
	for (size_t i = 0; m->sources != NULL && i < m->count; i++)
		if (m->sources[i].is_own)
			mem_release(m->sources[i].bytes);
	mem_release(m->sources);
	mem_release(m->tree);
	mem_release(m->room);
	mem_release(m->edges);
	mem_release(m->keys);
	buf_fini(&m->texts);
	*m = (struct load_merge){ 0 };
}

static void
take(struct load_merge *m, const struct load_source *s, size_t i)
{
	const char *record = s->bytes + s->place;

	if (!is_of_keys(m)) {
		memcpy(&m->edges[i], record, sizeof(m->edges[i]));
		return;
	}
	struct load_merged_key *k = &m->keys[i];
	memcpy(&k->number, record, sizeof(k->number));
	k->at = m->texts.bytes;
	k->bytes = (uint32_t)(s->record_bytes - LOAD_KEY_HEAD);
	buf_add(&m->texts, record + LOAD_KEY_HEAD, k->bytes);
}

size_t
load_merge_next(struct load_merge *m)
{
	struct graph *g = m->l->g;
	size_t count = 0;

	if (m->count == 0 || g->err->code != ALK_OK || graph_is_cancelled(g))
		return 0;
	buf_clear(&m->texts);
	while (count < LOAD_MERGE_ROWS && g->err->code == ALK_OK) {
		uint32_t first = m->tree[0];
		struct load_source *s = &m->sources[first];
		if (s->record_bytes == 0)
			break;
		take(m, s, count++);
		advance(m, s);
		play(m, first);
	}
	if (m->texts.failed)
		error_nomem(g->err);
	return g->err->code == ALK_OK ? count : 0;
}
