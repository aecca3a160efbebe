/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The keys that a snapshot holds: those it was asked for, of nodes by their
 * place and back. A text lies once, in `keys`; key_at says where, and by_key is
 * a table of places by the hash of their keys, with open addressing.
 *
 * A place whose key_at is 0 is met in the table and matches nothing: so a key
 * is forgotten. Keys of nodes that are gone have to be, since another node may
 * come to have one; see snapshot_replay.c.
 */
#include "graph/snapshot.h"

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "graph/graph.h"
#include "graph/snapshot.sql.h"

#include <string.h>

#define KEYS_MAX ((size_t)UINT32_MAX - 65536)
#define TABLE_MIN 256 /* slots */

const char *
snapshot_kept_key(const struct snapshot *s, uint32_t node)
{
	if (node >= s->key_room || s->key_at[node] == 0)
		return NULL;
	return s->keys.data + s->key_at[node];
}

/* ---- the table ---- */

static size_t
first_slot(const struct snapshot *s, const char *key, size_t bytes)
{
	return (size_t)map_hash(key, bytes, 0) & (s->by_key_room - 1);
}

uint32_t
snapshot_place(const struct snapshot *s, const char *key)
{
	if (s->by_key_room == 0)
		return SNAPSHOT_NONE;
	size_t i = first_slot(s, key, strlen(key));
	while (s->by_key[i] != 0) {
		uint32_t node = s->by_key[i] - 1;
		const char *kept = snapshot_kept_key(s, node);
		if (kept != NULL && strcmp(kept, key) == 0)
			return node;
		i = (i + 1) & (s->by_key_room - 1);
	}
	return SNAPSHOT_NONE;
}

/* Where there is room. */
static void
put(struct snapshot *s, uint32_t node)
{
	const char *key = snapshot_kept_key(s, node);
	size_t i = first_slot(s, key, strlen(key));

	while (s->by_key[i] != 0 && s->by_key[i] != node + 1)
		i = (i + 1) & (s->by_key_room - 1);
	s->by_key_count += s->by_key[i] == 0;
	s->by_key[i] = node + 1;
}

/* Twice the slots, and all keys that are held put in anew. */
static bool
grow_table(struct graph *g, struct snapshot *s)
{
	size_t room = s->by_key_room == 0 ? TABLE_MIN : 2 * s->by_key_room;
	size_t bytes = room * sizeof(s->by_key[0]);

	if (snapshots_bytes(&g->snapshots) + bytes > g->limits->snapshot_bytes)
		return false;
	uint32_t *slots = mem_zero(bytes);
	if (slots == NULL)
		return false;
	mem_release(s->by_key);
	s->by_key = slots;
	s->by_key_room = room;
	s->by_key_count = 0;
	for (uint32_t i = 0; i < s->nodes && i < s->key_room; i++)
		if (s->key_at[i] != 0 && 2 * s->by_key_count < room)
			put(s, i);
	return 2 * s->by_key_count < room;
}

/* ---- texts ---- */

/* Room to keep a key of so many bytes. */
static bool
has_key_room(struct graph *g, struct snapshot *s, size_t bytes)
{
	size_t max = g->limits->snapshot_bytes;

	if (s->keys.bytes + bytes > KEYS_MAX)
		return false;
	if (s->key_room < s->nodes) {
		size_t more = s->nodes_room;
		if (snapshots_bytes(&g->snapshots) + more * sizeof(uint32_t) >
		    max)
			return false;
		uint32_t *at = mem_resize(s->key_at, more * sizeof(at[0]));
		if (at == NULL)
			return false;
		memset(at + s->key_room, 0, (more - s->key_room) *
		    sizeof(at[0]));
		s->key_at = at;
		s->key_room = more;
	}
	if (s->keys.bytes + bytes < s->keys.room)
		return true;
	return snapshots_bytes(&g->snapshots) + s->keys.room + bytes <= max &&
	    buf_reserve(&s->keys, bytes);
}

bool
snapshot_keep_key(struct graph *g, struct snapshot *s, uint32_t node,
    const char *key, size_t bytes)
{
	if (snapshot_kept_key(s, node) != NULL)
		return true;
	if (memchr(key, '\0', bytes) != NULL)
		return false; /* another program's: no call can name it */
	if (!has_key_room(g, s, bytes + 2)) {
		s->keys.failed = false;
		return false;
	}
	if (s->keys.bytes == 0)
		buf_char(&s->keys, '\0'); /* place 0 says: none */
	s->key_at[node] = (uint32_t)s->keys.bytes;
	buf_add(&s->keys, key, bytes);
	buf_char(&s->keys, '\0');
	if (2 * s->by_key_count < s->by_key_room || grow_table(g, s))
		put(s, node);
	return true;
}

/* It is not kept: borrowed from the session. */
static const char *
lend_key(struct graph *g, const char *key, size_t bytes)
{
	buf_clear(&g->peer);
	buf_add(&g->peer, key, bytes + 1);
	if (g->peer.failed)
		error_nomem(g->err);
	return g->peer.data;
}

const char *
snapshot_key(struct graph *g, struct snapshot *s, uint32_t node)
{
	const char *key = snapshot_kept_key(s, node);

	if (key != NULL)
		return key;
	struct db_rows *rows = db_query(g->db, &sql_snapshot_key, "i",
	    s->nids[node]);
	if (db_next(g->db, rows)) {
		size_t bytes;
		const char *text = db_text(rows, 0, &bytes);
		key = snapshot_keep_key(g, s, node, text, bytes) ?
		    snapshot_kept_key(s, node) : lend_key(g, text, bytes);
	} else if (!db_failed(g->db)) {
		error_set(g->err, ALK_CORRUPT,
		    "node-%lld is referred to but not there; run a check",
		    (long long)s->nids[node]);
	}
	db_end(g->db, rows);
	return g->err->code == ALK_OK ? key : NULL;
}

/* ---- forgetting ---- */

bool
snapshot_forget_key(struct snapshot *s, const char *key)
{
	uint32_t node = snapshot_place(s, key);

	if (node != SNAPSHOT_NONE)
		s->key_at[node] = 0;
	return node != SNAPSHOT_NONE;
}

void
snapshot_forget_keys(struct snapshot *s)
{
	mem_release(s->key_at);
	mem_release(s->by_key);
	s->key_at = s->by_key = NULL;
	s->key_room = s->by_key_room = s->by_key_count = 0;
	buf_clear(&s->keys);
}
