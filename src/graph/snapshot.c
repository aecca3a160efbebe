/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The snapshots of a session: which one is right for the running transaction,
 * when one is worth making, which go when memory is short.
 *
 * A snapshot is right when nothing has been committed since it was looked at
 * on this connection (db_version, no statement); else when the last record of
 * all streams is the one it knows; else when what the feed says of the graph
 * since then has been replayed.
 */
#include "graph/snapshot.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/graph.h"
#include "graph/snapshot.sql.h"

#include <string.h>

#define WORKS_MAX 256      /* graphs whose work is counted */
#define SMALL 4096         /* numbers given: made at the first traversal */
#define DUE_SHARE 16       /* of them, as work, before one is made */
#define REFUSED_TIMES 4    /* the work until it is tried again */
#define PATCHED_SPARE 256  /* arcs in patches beyond a quarter of all */

/* ---- reading ---- */

uint32_t
snapshot_find(const struct snapshot *s, int64_t nid)
{
	uint32_t low = 0, high = s->nodes;

	if (high == 0 || nid < s->nids[0])
		return SNAPSHOT_NONE;
	/* Numbers are given one after the other: mostly it is just there. */
	uint64_t guess = (uint64_t)nid - (uint64_t)s->nids[0];
	if (guess < high) {
		if (s->nids[guess] == nid)
			return (uint32_t)guess;
		high = (uint32_t)guess;
	}
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (s->nids[middle] < nid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->nodes && s->nids[low] == nid ? low : SNAPSHOT_NONE;
}

struct snapshot_run
snapshot_run(const struct snapshot *s, int side, uint32_t node)
{
	const struct snapshot_side *a = &s->sides[side];

	if (s->patches_count > 0) {
		const int64_t *at = intmap_find(&s->patched,
		    2 * (int64_t)node + side);
		if (at != NULL) {
			const struct snapshot_patch *p = &s->patches[*at];
			return (struct snapshot_run){ p->to, p->edge, p->kind,
				p->count };
		}
	}
	if (node >= s->nodes_built)
		return (struct snapshot_run){ 0 };
	uint32_t from = a->offset[node];
	return (struct snapshot_run){ a->to + from, a->edge + from,
		a->kind + from, a->offset[node + 1] - from };
}

size_t
snapshot_bytes(const struct snapshot *s)
{
	const size_t arc = 2 * sizeof(uint32_t) + sizeof(uint16_t);

	return sizeof(*s) + s->nodes_room * (sizeof(int64_t) +
	    sizeof(uint16_t)) + 2 * ((size_t)s->nodes_built + 1) *
	    sizeof(uint32_t) + 2 * s->edges_built * arc +
	    s->patches_room * sizeof(struct snapshot_patch) +
	    s->patched_arcs * arc * 3 / 2 +
	    s->patched.room * sizeof(struct intmap_slot) +
	    (s->key_room + s->by_key_room) * sizeof(uint32_t) + s->keys.room;
}

size_t
snapshots_bytes(const struct snapshots *all)
{
	size_t sum = 0;

	for (const struct snapshot *s = all->first; s != NULL; s = s->next)
		sum += snapshot_bytes(s);
	return sum;
}

/* ---- the list ---- */

static void
retire(struct snapshots *all, struct snapshot *s)
{
	struct snapshot **at = &all->first;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	s->is_retired = true;
	if (s->pins == 0)
		snapshot_free(s);
}

void
snapshots_fini(struct snapshots *all)
{
	while (all->first != NULL)
		retire(all, all->first);
	mem_release(all->work);
	json_reader_fini(&all->reader);
}

void
snapshot_unpin(struct snapshot *s)
{
	if (s != NULL && --s->pins == 0 && s->is_retired)
		snapshot_free(s);
}

void
snapshots_back_to(struct snapshots *all, size_t count)
{
	struct snapshot *next;

	for (struct snapshot *s = all->first; s != NULL; s = next) {
		next = s->next;
		if (s->own > count) {
			retire(all, s);
			continue;
		}
		if (s->seen > count)
			s->seen = count;
		/* Numbers of what was undone will be given again. */
		s->nid_max = s->nodes > 0 ? s->nids[s->nodes - 1] : 0;
		s->eid_max = s->eid_own;
	}
}

void
snapshots_committed(struct snapshots *all)
{
	for (struct snapshot *s = all->first; s != NULL; s = s->next) {
		s->is_ahead |= s->own > 0;
		s->own = s->seen = 0;
	}
}

/* Until all others and these bytes are within the limit. */
static void
make_room(struct graph *g, const struct snapshot *but, size_t bytes)
{
	struct snapshots *all = &g->snapshots;

	while (all->first != NULL &&
	    snapshots_bytes(all) + bytes > g->limits->snapshot_bytes) {
		struct snapshot *oldest = NULL;
		for (struct snapshot *s = all->first; s != NULL; s = s->next)
			if (s != but &&
			    (oldest == NULL || s->used < oldest->used))
				oldest = s;
		if (oldest == NULL)
			return;
		retire(all, oldest);
	}
}

void
snapshots_trim(struct graph *g)
{
	make_room(g, NULL, 0);
}

/* ---- work ---- */

/* NULL without memory. */
static struct snapshot_work *
find_work(struct graph *g, int64_t gid)
{
	struct snapshots *all = &g->snapshots;

	for (size_t i = 0; i < all->work_count; i++)
		if (all->work[i].gid == gid)
			return &all->work[i];
	if (all->work == NULL)
		all->work = mem_alloc(WORKS_MAX * sizeof(all->work[0]));
	if (all->work == NULL)
		return NULL;
	if (all->work_count == WORKS_MAX)
		all->work_count = 0; /* counted from the beginning */
	int64_t numbers = db_number(g->db, &sql_snapshot_size, 0, "");
	struct snapshot_work *w = &all->work[all->work_count++];
	*w = (struct snapshot_work){ .gid = gid,
		.due = numbers < SMALL ? 0 : (uint64_t)numbers / DUE_SHARE };
	return w;
}

void
snapshot_note_work(struct graph *g, int64_t gid, uint64_t work)
{
	struct snapshots *all = &g->snapshots;

	for (size_t i = 0; i < all->work_count; i++)
		if (all->work[i].gid == gid)
			all->work[i].done += work;
}

static bool
is_due(struct graph *g, int64_t gid, enum snapshot_need need)
{
	const struct snapshot_work *w;

	if (need == SNAPSHOT_IF_THERE)
		return false;
	w = find_work(g, gid);
	if (w == NULL || g->err->code != ALK_OK)
		return false;
	return w->done >= w->due || need == SNAPSHOT_AT_ONCE;
}

/* It does not fit: it will be tried again after much more work. */
static void
note_refused(struct graph *g, int64_t gid)
{
	struct snapshot_work *w = find_work(g, gid);
	int64_t numbers = db_number(g->db, &sql_snapshot_size, 0, "");

	if (w != NULL)
		w->due = w->done + REFUSED_TIMES * (uint64_t)numbers + 1;
}

/* ---- making ---- */

struct state {
	int64_t rev;
	int64_t offset;
};

static bool
read_state(struct graph *g, int64_t gid, struct state *out)
{
	struct db_rows *rows = db_query(g->db, &sql_snapshot_state, "i", gid);
	bool found = db_next(g->db, rows);

	if (found)
		*out = (struct state){ db_int(rows, 0), db_int(rows, 1) };
	db_end(g->db, rows);
	return found && !db_failed(g->db);
}

/* It shows the running transaction, as it is now. */
static void
stamp(struct graph *g, struct snapshot *s)
{
	s->db = g->db;
	s->version = db_version(g->db);
	s->seen = g->changes.count;
	(void)db_state(g->db, &s->state);
}

static size_t
own_changes(const struct graph *g, int64_t gid)
{
	size_t i = g->changes.count;

	while (i > 0 && g->changes.list[i - 1].gid != gid)
		i--;
	return i;
}

static struct snapshot *
make(struct graph *g, const struct graph_ref *ref)
{
	struct snapshots *all = &g->snapshots;
	struct snapshot *s = mem_zero(sizeof(*s));
	struct state now;

	if (s == NULL || !read_state(g, ref->gid, &now)) {
		mem_release(s);
		return NULL;
	}
	s->gid = ref->gid;
	s->rev = now.rev;
	s->offset = now.offset;
	s->own = own_changes(g, ref->gid);
	enum snapshot_made made = snapshot_build(g, s,
	    g->limits->snapshot_bytes);
	if (made != SNAPSHOT_MADE) {
		snapshot_free(s);
		if (made == SNAPSHOT_TOO_LARGE)
			note_refused(g, ref->gid);
		return NULL;
	}
	make_room(g, NULL, snapshot_bytes(s));
	stamp(g, s);
	s->next = all->first;
	all->first = s;
	all->built++;
	return s;
}

/* ---- keeping right ---- */

enum fit {
	FIT_RIGHT,
	FIT_NOT,   /* this transaction sees an older state, or it is one hop */
	FIT_REMAKE
};

static bool
is_known_right(const struct graph *g, const struct snapshot *s)
{
	return s->db == g->db && s->seen == g->changes.count &&
	    s->version != 0 && s->version == db_version(g->db);
}

struct snapshot *
snapshot_pin_unchanged(struct graph *g, const struct graph_ref *ref)
{
	struct snapshot *s = g->snapshots.first;

	while (s != NULL && s->gid != ref->gid)
		s = s->next;
	if (s == NULL || s->is_spoilt || s->own != 0 ||
	    s->seen != g->changes.count || !db_is_unchanged(g->db, &s->state))
		return NULL;
	s->pins++;
	s->used = ++g->snapshots.clock;
	return s;
}

/*
 * Where the reader stands: 0 where the snapshot does, 1 further on, -1 before
 * it. Records may have been trimmed: then offsets go back though time does not.
 */
static int
compare_state(const struct snapshot *s, const struct state *now,
    int64_t trimmed)
{
	if (now->rev < s->rev && now->offset <= s->offset)
		return -1;
	if (now->rev == s->rev && s->is_ahead)
		return -1;
	if (now->offset < s->offset)
		return trimmed >= s->offset && now->rev == s->rev ? 0 : -1;
	return now->offset > s->offset || now->rev != s->rev;
}

static bool
has_many_patches(const struct snapshot *s)
{
	return s->patched_arcs > s->edges_built / 4 + PATCHED_SPARE;
}

static enum fit
fit(struct graph *g, struct snapshot *s, const struct graph_ref *ref,
    enum snapshot_need need)
{
	struct state now;
	bool has_own = own_changes(g, s->gid) > s->seen;

	if (!read_state(g, s->gid, &now))
		return FIT_NOT;
	int64_t trimmed = now.offset == s->offset ? 0 :
	    db_number(g->db, &sql_snapshot_trimmed, 0, "");
	int order = compare_state(s, &now, trimmed);
	if (g->err->code != ALK_OK || order < 0)
		return FIT_NOT;
	if (order == 0 && !has_own && !s->is_spoilt)
		return FIT_RIGHT;
	if (need == SNAPSHOT_IF_THERE)
		return FIT_NOT;
	if (s->is_spoilt || trimmed > s->offset || s->pins > 0 ||
	    has_many_patches(s))
		return FIT_REMAKE;
	if (snapshot_replay(g, s, ref->id, now.rev, now.offset) !=
	    SNAPSHOT_MADE)
		return FIT_REMAKE;
	g->snapshots.patched++;
	s->is_ahead = false;
	return FIT_RIGHT;
}

/* The one in the list, made right; NULL and it is gone, or not for this. */
static struct snapshot *
refresh(struct graph *g, struct snapshot *s, const struct graph_ref *ref,
    enum snapshot_need need, bool *remake)
{
	struct db_state now;

	if (!s->is_spoilt && is_known_right(g, s)) {
		if (db_state(g->db, &now))
			s->state = now;
		return s;
	}
	switch (fit(g, s, ref, need)) {
	case FIT_RIGHT:
		stamp(g, s);
		make_room(g, s, 0);
		return s;
	case FIT_REMAKE:
		retire(&g->snapshots, s);
		*remake = true;
		return NULL;
	default:
		return NULL;
	}
}

/* Not where it could not be kept right: a host's transaction that writes. */
static bool
may_have(struct graph *g)
{
	return db_version(g->db) != 0 &&
	    g->limits->snapshot_bytes >= sizeof(struct snapshot);
}

struct snapshot *
snapshot_pin(struct graph *g, const struct graph_ref *ref,
    enum snapshot_need need)
{
	struct snapshot *s = g->snapshots.first;
	bool remake = false;

	if (!may_have(g))
		return NULL;
	while (s != NULL && s->gid != ref->gid)
		s = s->next;
	bool is_there = s != NULL;
	if (is_there)
		s = refresh(g, s, ref, need, &remake);
	if (g->err->code != ALK_OK)
		return NULL;
	if (s == NULL && (!is_there || remake) &&
	    (remake || is_due(g, ref->gid, need)))
		s = make(g, ref);
	if (s == NULL)
		return NULL;
	s->pins++;
	s->used = ++g->snapshots.clock;
	return s;
}

enum snapshot_outlook
snapshot_look(struct graph *g, const struct graph_ref *ref,
    enum snapshot_need need, uint64_t *left)
{
	struct snapshot *s = g->snapshots.first;

	*left = 0;
	while (s != NULL && s->gid != ref->gid)
		s = s->next;
	if (!may_have(g))
		return OUTLOOK_NEVER;
	if (s != NULL && (need != SNAPSHOT_IF_THERE ||
	    (!s->is_spoilt && (is_known_right(g, s) ||
		fit(g, s, ref, need) == FIT_RIGHT))))
		return OUTLOOK_THERE;
	if (is_due(g, ref->gid, need))
		return OUTLOOK_DUE;
	const struct snapshot_work *w = need == SNAPSHOT_IF_THERE ? NULL :
	    find_work(g, ref->gid);
	if (w != NULL)
		*left = w->due - w->done;
	return OUTLOOK_LATER;
}

struct snapshot *
snapshot_renew(struct graph *g, const struct graph_ref *ref,
    struct snapshot *s)
{
	if (!s->is_retired)
		retire(&g->snapshots, s);
	snapshot_unpin(s);
	s = make(g, ref);
	if (s == NULL)
		return NULL;
	s->pins++;
	s->used = ++g->snapshots.clock;
	return s;
}

void
snapshot_spoil(struct snapshot *s)
{
	s->is_spoilt = true;
}
