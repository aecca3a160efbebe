/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * value_patch(). A value lies in one piece and cannot be changed; so what an
 * edit leads through is opened: a box lists its members or items, each of which
 * is a value as it lay there, or a box again. At the end all is laid out anew.
 */
#include "value/parts.h"

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "schema/text.h"

#define FEW 16        /* members: more are indexed */
#define PLACE_NONE SIZE_MAX

struct box;

/* One member or item. Neither value nor box: a member that is gone. */
struct slot {
	yyjson_val *key;
	yyjson_val *value;
	struct box *box;
};

struct box {
	struct box *next; /* of all boxes */
	bool is_object;
	struct slot *slots;
	size_t count; /* of slots, also those that are gone */
	size_t alive;
	size_t room;
	uint32_t *index; /* of an object: place in slots + 1; NULL: few */
	size_t mask;
	uint64_t seed;
};

struct patch {
	struct run run;
	struct box *boxes;
	struct slot root;
	yyjson_val *path; /* of the edit under way */
	size_t edit;
	struct buf token;
};

/* The place of the error is in the edits: `member` of the one under way. */
static void
fail(struct patch *p, int code, const char *member, const char *what)
{
	yyjson_val name = value_of_text(member, strlen(member),
	    YYJSON_TYPE_STR);
	struct place edit = { .index = p->edit };
	struct place place = { .outer = &edit, .key = &name };

	p->run.place = member[0] != '\0' ? &place : &edit;
	if (p->path != NULL)
		run_fail(&p->run, code, "%s (path '%s')", what,
		    yyjson_get_str(p->path));
	else
		run_fail(&p->run, code, "%s", what);
	p->run.place = NULL;
}

/* ---- Boxes ------------------------------------------------------------- */

static bool
is_gone(const struct slot *s)
{
	return s->value == NULL && s->box == NULL;
}

/* Where the index tells of a key, or would. */
static uint32_t *
probe(const struct box *b, const char *text, size_t bytes)
{
	size_t at = (size_t)map_hash(text, bytes, b->seed) & b->mask;

	while (b->index[at] != 0 &&
	    !key_is(b->slots[b->index[at] - 1].key, text, bytes))
		at = (at + 1) & b->mask;
	return &b->index[at];
}

static void
note_key(struct box *b, size_t place)
{
	yyjson_val *key = b->slots[place].key;

	*probe(b, unsafe_yyjson_get_str(key), unsafe_yyjson_get_len(key)) =
	    (uint32_t)place + 1;
}

/* An index with room for count members and as many again. */
static bool
build_index(struct box *b)
{
	size_t size = 64;

	while (size < b->count * 4)
		size *= 2;
	uint32_t *index = b->count < UINT32_MAX / 8 ?
	    mem_zero(size * sizeof(index[0])) : NULL;
	if (index == NULL)
		return false;
	mem_release(b->index);
	b->index = index;
	b->mask = size - 1;
	if (b->seed == 0)
		b->seed = finder_seed();
	for (size_t i = 0; i < b->count; i++)
		note_key(b, i);
	return true;
}

static size_t
find_member(struct patch *p, struct box *b, const char *text, size_t bytes)
{
	if (b->count > FEW && b->index == NULL && !build_index(b)) {
		run_nomem(&p->run);
		return PLACE_NONE;
	}
	if (b->index != NULL) {
		uint32_t at = *probe(b, text, bytes);
		return at == 0 ? PLACE_NONE : at - 1;
	}
	for (size_t i = 0; i < b->count; i++)
		if (key_is(b->slots[i].key, text, bytes))
			return i;
	return PLACE_NONE;
}

static bool
make_room(struct patch *p, struct box *b)
{
	size_t room = b->room < 8 ? 8 : b->room * 2;
	struct slot *slots;

	if (b->count < b->room)
		return true;
	slots = mem_resize(b->slots, room * sizeof(slots[0]));
	if (slots == NULL) {
		run_nomem(&p->run);
		return false;
	}
	b->slots = slots;
	b->room = room;
	return true;
}

static void
fill_box(struct box *b, yyjson_val *v)
{
	yyjson_val *at = unsafe_yyjson_get_first(v);

	for (size_t i = 0; i < b->count; i++) {
		b->slots[i] = (struct slot){ 0 };
		if (b->is_object)
			b->slots[i].key = at++;
		b->slots[i].value = at;
		at = unsafe_yyjson_get_next(at);
	}
}

/* The box of a slot whose value is a container; NULL after a failure. */
static struct box *
open_box(struct patch *p, struct slot *s)
{
	struct box *b;

	if (s->box != NULL)
		return s->box;
	b = mem_zero(sizeof(*b));
	if (b == NULL) {
		run_nomem(&p->run);
		return NULL;
	}
	b->next = p->boxes;
	p->boxes = b;
	b->is_object = unsafe_yyjson_is_obj(s->value);
	b->count = b->alive = unsafe_yyjson_get_len(s->value);
	b->room = b->count + 2;
	run_spend(&p->run, b->count);
	b->slots = mem_alloc(b->room * sizeof(b->slots[0]));
	if (b->slots == NULL) {
		run_nomem(&p->run);
		return NULL;
	}
	fill_box(b, s->value);
	s->box = b;
	s->value = NULL;
	return b;
}

static void
free_boxes(struct patch *p)
{
	while (p->boxes != NULL) {
		struct box *b = p->boxes;
		p->boxes = b->next;
		mem_release(b->slots);
		mem_release(b->index);
		mem_release(b);
	}
}

/* ---- Paths ------------------------------------------------------------- */

/*
 * Reads the token behind the '/' at *at into p->token, without ~0 and ~1;
 * *at goes to the next '/' or the end.
 */
static bool
read_token(struct patch *p, const char **at, const char *end)
{
	buf_clear(&p->token);
	(void)buf_reserve(&p->token, 1); /* a token may be empty */
	for (++*at; *at < end && **at != '/'; ++*at) {
		char c = **at;
		if (c == '~') {
			if (++*at == end || (**at != '0' && **at != '1')) {
				fail(p, ALK_INVALID, "path",
				    "in a path ~ stands before 0 or 1");
				return false;
			}
			c = **at == '0' ? '~' : '/';
		}
		buf_char(&p->token, c);
	}
	if (buf_text(&p->token) == NULL)
		run_nomem(&p->run);
	return p->run.rc == ALK_OK;
}

/* An index as RFC 6901 writes it; PLACE_NONE: it is none. */
static size_t
index_of_token(const struct patch *p)
{
	const char *text = p->token.data;
	size_t bytes = p->token.bytes;
	size_t index = 0;

	if (bytes == 0 || bytes > 12 || (text[0] == '0' && bytes > 1))
		return PLACE_NONE;
	for (size_t i = 0; i < bytes; i++) {
		if (!text_is_digit(text[i]))
			return PLACE_NONE;
		index = index * 10 + (size_t)(text[i] - '0');
	}
	return index;
}

/* The slot that the token names, which must be there. */
static struct slot *
step_into(struct patch *p, struct box *b)
{
	size_t at = b->is_object ? find_member(p, b, p->token.data,
	    p->token.bytes) : index_of_token(p);

	if (p->run.rc != ALK_OK)
		return NULL;
	if (at != PLACE_NONE && at < b->count && !is_gone(&b->slots[at]))
		return &b->slots[at];
	fail(p, ALK_CONFLICT, "path", b->is_object ? "there is no such member" :
	    "there is no such item");
	return NULL;
}

/* Opens what holds the path's last token, which is in p->token then. */
static struct box *
find_parent(struct patch *p)
{
	const char *at = yyjson_get_str(p->path);
	const char *end = at + yyjson_get_len(p->path);
	struct slot *s = &p->root;

	if (*at != '/') {
		fail(p, ALK_INVALID, "path", "a path begins with /");
		return NULL;
	}
	for (size_t depth = 1;; depth++) {
		if (depth > JSON_DEPTH_MAX) {
			fail(p, ALK_LIMIT, "path", "the path is too long");
			return NULL;
		}
		if (s->box == NULL && !unsafe_yyjson_is_ctn(s->value)) {
			fail(p, ALK_CONFLICT, "path", "it leads through what "
			    "is neither an object nor an array");
			return NULL;
		}
		struct box *b = open_box(p, s);
		run_spend(&p->run, 1);
		if (b == NULL || !read_token(p, &at, end))
			return NULL;
		if (at == end)
			return b;
		s = step_into(p, b);
		if (s == NULL)
			return NULL;
	}
}

/* ---- Edits ------------------------------------------------------------- */

static void
add_slot(struct patch *p, struct box *b, yyjson_val *key, yyjson_val *value)
{
	if (!make_room(p, b))
		return;
	b->slots[b->count++] = (struct slot){ .key = key, .value = value };
	b->alive++;
	if (b->index == NULL)
		return;
	if (b->count * 2 <= b->mask)
		note_key(b, b->count - 1);
	else if (!build_index(b))
		run_nomem(&p->run);
}

/* The token as the key of a new member. */
static yyjson_val *
make_key(struct patch *p)
{
	struct run *r = &p->run;
	yyjson_val *key = pool_alloc(&r->work->pool, sizeof(*key));
	char *text = run_text(r, p->token.bytes);

	if (key == NULL || text == NULL) {
		r->work->pool.failed = false;
		run_nomem(r);
		return NULL;
	}
	memcpy(text, p->token.data, p->token.bytes);
	*key = value_of_text(text, p->token.bytes, YYJSON_TYPE_STR);
	return key;
}

static void
set_member(struct patch *p, struct box *b, yyjson_val *value)
{
	size_t at = find_member(p, b, p->token.data, p->token.bytes);

	if (p->run.rc != ALK_OK)
		return;
	if (at == PLACE_NONE) {
		yyjson_val *key = make_key(p);
		if (key != NULL)
			add_slot(p, b, key, value);
		return;
	}
	b->alive += is_gone(&b->slots[at]);
	b->slots[at].value = value;
	b->slots[at].box = NULL;
}

static void
set_item(struct patch *p, struct box *b, yyjson_val *value)
{
	size_t at = index_of_token(p);

	if (at == b->count)
		add_slot(p, b, NULL, value);
	else if (at < b->count)
		b->slots[at] = (struct slot){ .value = value };
	else
		fail(p, ALK_CONFLICT, "path", "the index is not one of an "
		    "item, or of the place behind the last one");
}

static void
delete_at(struct patch *p, struct box *b)
{
	struct slot *s = step_into(p, b);

	if (s == NULL)
		return;
	b->alive--;
	if (b->is_object) {
		s->value = NULL;
		s->box = NULL;
		return;
	}
	size_t behind = (size_t)(b->slots + b->count - s) - 1;
	run_spend(&p->run, behind / 4);
	memmove(s, s + 1, behind * sizeof(*s));
	b->count--;
}

enum edit_type {
	EDIT_UNKNOWN,
	EDIT_SET,    /* insert, or update of a part */
	EDIT_UPDATE,
	EDIT_DELETE
};

static enum edit_type
type_of_edit(yyjson_val *edit)
{
	yyjson_val *type = yyjson_obj_get(edit, "type");

	if (yyjson_equals_str(type, "update"))
		return EDIT_UPDATE;
	if (yyjson_equals_str(type, "insert"))
		return EDIT_SET;
	return yyjson_equals_str(type, "delete") ? EDIT_DELETE : EDIT_UNKNOWN;
}

/* Returns false where no further edit counts. */
static bool
apply_root(struct patch *p, enum edit_type type, yyjson_val *value)
{
	if (type == EDIT_UPDATE && p->edit == 0) {
		p->root = (struct slot){ .value = value };
		return false;
	}
	fail(p, ALK_CONFLICT, "path", type != EDIT_UPDATE ?
	    "the whole can only be updated" :
	    "the whole can only be updated by the first edit");
	return false;
}

static bool
apply_edit(struct patch *p, yyjson_val *edit)
{
	enum edit_type type = type_of_edit(edit);
	yyjson_val *value = yyjson_obj_get(edit, "value");
	yyjson_val *path = yyjson_obj_get(edit, "path");

	p->path = NULL;
	if (!yyjson_is_obj(edit))
		fail(p, ALK_INVALID, "", "an edit is an object");
	else if (type == EDIT_UNKNOWN)
		fail(p, ALK_INVALID, "type", "the type of an edit is 'insert', "
		    "'update' or 'delete'");
	else if (!yyjson_is_str(path))
		fail(p, ALK_INVALID, "path",
		    "the path of an edit is a JSON Pointer");
	else if (value == NULL && type != EDIT_DELETE)
		fail(p, ALK_INVALID, "", "an insert or update needs a value");
	if (p->run.rc != ALK_OK)
		return false;
	p->path = path;
	if (yyjson_get_len(path) == 0)
		return apply_root(p, type, value);
	struct box *b = find_parent(p);
	if (b == NULL)
		return false;
	if (type == EDIT_DELETE)
		delete_at(p, b);
	else if (b->is_object)
		set_member(p, b, value);
	else
		set_item(p, b, value);
	return p->run.rc == ALK_OK;
}

/* ---- The result -------------------------------------------------------- */

/* As deep as paths are long. */
static void
lay_out(struct run *r, const struct slot *s)
{
	const struct box *b = s->box;

	if (b == NULL) {
		run_copy(r, s->value);
		return;
	}
	size_t mark = run_open(r);
	for (size_t i = 0; i < b->count; i++) {
		if (is_gone(&b->slots[i]))
			continue;
		if (b->is_object)
			run_put(r, *b->slots[i].key);
		lay_out(r, &b->slots[i]);
	}
	run_close(r, mark, b->is_object ? YYJSON_TYPE_OBJ : YYJSON_TYPE_ARR,
	    b->alive);
}

/* More for what the edits bring. */
static void
take_budget(struct run *r, yyjson_val *edits)
{
	size_t count = (size_t)(unsafe_yyjson_get_next(edits) - edits);

	r->steps += VALUE_STEPS_A_VALUE * (int64_t)count;
	r->values_max += count;
}

int
value_patch(struct value_work *w, yyjson_val *current, yyjson_val *edits,
    yyjson_val **out, alk_error *err)
{
	struct patch p = { .root = { .value = current } };
	size_t count = yyjson_arr_size(edits);
	yyjson_val *edit;

	run_begin(&p.run, w, NULL, current, err);
	if (!yyjson_is_arr(edits))
		run_fail(&p.run, ALK_INVALID, "a patch is an array of edits");
	else
		take_budget(&p.run, edits);
	edit = count > 0 ? unsafe_yyjson_get_first(edits) : NULL;
	for (; p.edit < count && p.run.rc == ALK_OK; p.edit++) {
		if (!apply_edit(&p, edit))
			break;
		edit = unsafe_yyjson_get_next(edit);
	}
	p.run.is_deeper = true;
	if (p.run.rc == ALK_OK)
		lay_out(&p.run, &p.root);
	free_boxes(&p);
	buf_fini(&p.token);
	return run_end(&p.run, out);
}
