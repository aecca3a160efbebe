/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "exchange/xml_row.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/write.h"

#include <stdio.h>
#include <string.h>

static void
xml_row_fini(struct xml_row *r)
{
	for (size_t i = 0; i < r->keys_count; i++) {
		mem_release(r->keys[i].name);
		mem_release(r->keys[i].fallback);
	}
	mem_release(r->keys);
	textmap_fini(&r->by_id);
	members_fini(&r->members);
	for (int i = 0; i < XML_TEXTS; i++)
		buf_fini(&r->texts[i]);
}

int
xml_row_lose(struct xml_row *r, enum loss kind, const char *what)
{
	return losses_add(r->reader->from.losses, kind, r->xml->err,
	    "line %lld: %.60s", (long long)xml_line(r->xml), what);
}

/* ---- what is declared ---- */

static enum column_type
type_of(const char *name)
{
	static const struct {
		const char *name;
		enum column_type type;
	} types[] = {
		{ "boolean", COLUMN_BOOLEAN }, { "bool", COLUMN_BOOLEAN },
		{ "int", COLUMN_LONG }, { "integer", COLUMN_LONG },
		{ "long", COLUMN_LONG }, { "short", COLUMN_LONG },
		{ "byte", COLUMN_LONG }, { "biginteger", COLUMN_LONG },
		{ "float", COLUMN_DOUBLE }, { "double", COLUMN_DOUBLE },
		{ "bigdecimal", COLUMN_DOUBLE },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(name, types[i].name) == 0)
			return types[i].type;
	return COLUMN_STRING;
}

/* A name given as a JSON string. */
static int
name_from_json(struct xml_row *r, struct xml_key *k, const char *json)
{
	struct json_bounds bounds = { .depth_max = 1,
		.bytes_max = r->reader->from.limits->attributes_bytes };
	yyjson_val *v = json_read(&r->members.reader, json, strlen(json),
	    &bounds, r->xml->err);

	if (v == NULL || !yyjson_is_str(v))
		return xml_wrong(r->xml, "alk:name is not a JSON string");
	k->name_bytes = yyjson_get_len(v);
	k->name = mem_copy(yyjson_get_str(v), k->name_bytes);
	return k->name != NULL ? ALK_OK : error_nomem(r->xml->err);
}

static int
name_key(struct xml_row *r, struct xml_key *k, const char *name,
    const char **attributes)
{
	const char *json = xml_alk_attribute(attributes, "name");

	if (json != NULL)
		return name_from_json(r, k, json);
	if (name == NULL)
		return ALK_OK;
	k->name_bytes = strlen(name);
	k->name = mem_text(name);
	return k->name != NULL ? ALK_OK : error_nomem(r->xml->err);
}

static void
type_key(struct xml_key *k, const char *type, const char **attributes)
{
	const char *ours = xml_alk_attribute(attributes, "type");
	const char *role = xml_alk_attribute(attributes, "role");

	k->type = type != NULL ? type_of(type) : COLUMN_STRING;
	if (ours != NULL && strcmp(ours, "json") == 0)
		k->type = COLUMN_JSON;
	if (role != NULL && strcmp(role, "id") == 0)
		k->role = XML_ROLE_ID;
	else if (role != NULL && strcmp(role, "metadata") == 0)
		k->role = XML_ROLE_METADATA;
}

static struct xml_key *
new_key(struct xml_row *r)
{
	if (r->keys_count == XML_KEYS_MAX) {
		error_set(r->xml->err, ALK_LIMIT,
		    "more than %d attributes are declared", XML_KEYS_MAX);
		return NULL;
	}
	if (r->keys_count == r->keys_room) {
		size_t room = r->keys_room == 0 ? 16 : 2 * r->keys_room;
		struct xml_key *keys = mem_resize(r->keys,
		    room * sizeof(keys[0]));
		if (keys == NULL) {
			error_nomem(r->xml->err);
			return NULL;
		}
		r->keys = keys;
		r->keys_room = room;
	}
	struct xml_key *k = &r->keys[r->keys_count++];
	*k = (struct xml_key){ .row = -1 };
	return k;
}

struct xml_key *
xml_row_declare(struct xml_row *r, int64_t scope, unsigned domain,
    const char *name, const char *type, const char **attributes)
{
	const char *id = xml_attribute(attributes, "id");

	if (id == NULL) {
		(void)xml_wrong(r->xml, "what is declared has no id");
		return NULL;
	}
	struct xml_key *k = new_key(r);
	if (k == NULL)
		return NULL;
	k->domain = domain;
	type_key(k, type, attributes);
	if (name_key(r, k, name, attributes) != ALK_OK)
		return NULL;
	int added = textmap_add(&r->by_id, scope, id, strlen(id),
	    (int64_t)r->keys_count - 1);
	if (added == 1)
		return k;
	if (added < 0)
		error_nomem(r->xml->err);
	else
		(void)xml_wrong(r->xml, "'%.60s' is declared twice", id);
	return NULL;
}

struct xml_key *
xml_row_key(struct xml_row *r, int64_t scope, const char *id)
{
	const int64_t *index = id == NULL ? NULL :
	    textmap_find(&r->by_id, scope, id, strlen(id));

	return index != NULL ? &r->keys[*index] : NULL;
}

int
xml_row_default(struct xml_row *r)
{
	struct xml_key *k = &r->keys[r->keys_count - 1];
	const char *text = buf_text(&r->xml->text);

	if (text == NULL)
		return error_nomem(r->xml->err);
	r->has_defaults = true;
	mem_release(k->fallback);
	k->fallback_bytes = r->xml->text.bytes;
	k->fallback = mem_copy(text, k->fallback_bytes);
	return k->fallback != NULL ? ALK_OK : error_nomem(r->xml->err);
}

bool
xml_row_declares(const struct xml_row *r, unsigned domain, const char *name)
{
	size_t bytes = strlen(name);

	for (size_t i = 0; i < r->keys_count; i++)
		if ((r->keys[i].domain & domain) != 0 &&
		    r->keys[i].name_bytes == bytes &&
		    r->keys[i].name != NULL &&
		    memcmp(r->keys[i].name, name, bytes) == 0)
			return true;
	return false;
}

/* ---- a row ---- */

void
xml_row_begin(struct xml_row *r, int kind)
{
	r->item = (alk_item){ .kind = kind };
	r->line = xml_line(r->xml);
	r->count++;
	members_begin(&r->members);
}

static int
keep(struct xml_row *r, enum xml_text which, const char *text, size_t bytes,
    const char **out)
{
	struct buf *into = &r->texts[which];

	buf_clear(into);
	buf_add(into, text, bytes);
	const char *kept = buf_text(into);
	if (kept == NULL)
		return error_nomem(r->xml->err);
	*out = kept;
	return ALK_OK;
}

int
xml_row_keep(struct xml_row *r, enum xml_text which, const char *text,
    const char **out)
{
	int64_t number;

	/* What was written for an edge that has no key. */
	if (text == NULL || (which == XML_KEY && r->item.kind == ALK_EDGE &&
		write_is_derived(text, "edge-", &number)))
		return ALK_OK;
	return keep(r, which, text, strlen(text), out);
}

static int
add_member(struct xml_row *r, struct members_out *m, const struct xml_key *k,
    const char *text, size_t bytes)
{
	int added = members_add(m, k->name, k->name_bytes, k->type, text, bytes,
	    r->reader->from.limits, r->xml->err);

	if (added == 0)
		return xml_row_lose(r, LOSS_NUMBER, k->name);
	/* The code stays, the place is added. */
	return added > 0 ? ALK_OK : xml_wrong(r->xml, "%.60s", k->name);
}

int
xml_row_value(struct xml_row *r, struct members_out *m, struct xml_key *k,
    const char *text, size_t bytes)
{
	if (m == NULL && k->role == XML_ROLE_ID)
		return keep(r, XML_ID, text, bytes, &r->item.id);
	if (m == NULL && k->role == XML_ROLE_METADATA)
		return keep(r, XML_METADATA, text, bytes, &r->item.metadata);
	return add_member(r, m != NULL ? m : &r->members, k, text, bytes);
}

int
xml_row_member(struct xml_row *r, const char *name, enum column_type type,
    const char *text)
{
	struct xml_key k = { .name_bytes = strlen(name), .type = type };
	char copy[32];

	(void)snprintf(copy, sizeof(copy), "%s", name);
	k.name = copy;
	return add_member(r, &r->members, &k, text, strlen(text));
}

static int
too_much(struct xml_row *r)
{
	error_entry(r->xml->err, "line %lld", (long long)xml_line(r->xml));
	return error_set(r->xml->err, ALK_LIMIT, "default values would make "
	    "%d times the input of it", XML_ADDED_TIMES);
}

static int
add_defaults(struct xml_row *r, unsigned domain)
{
	for (size_t i = 0; i < r->keys_count && r->has_defaults; i++) {
		const struct xml_key *k = &r->keys[i];
		if (k->fallback == NULL || k->name == NULL ||
		    (k->domain & domain) == 0 || k->row == r->count ||
		    k->role != XML_ROLE_ATTRIBUTE)
			continue;
		if (add_member(r, &r->members, k, k->fallback,
			k->fallback_bytes) != ALK_OK)
			return r->xml->err->code;
		r->added += (int64_t)(k->name_bytes + k->fallback_bytes);
		if (r->added > XML_ADDED_BYTES &&
		    r->added / XML_ADDED_TIMES > r->xml->bytes)
			return too_much(r);
	}
	return ALK_OK;
}

int
xml_row_end(struct xml_row *r, unsigned domain)
{
	if (add_defaults(r, domain) != ALK_OK)
		return r->xml->err->code;
	r->item.attributes = members_end(&r->members);
	if (r->item.attributes == NULL)
		return error_nomem(r->xml->err);
	r->item.attributes_bytes = r->members.text.bytes;
	xml_give(r->xml);
	return ALK_OK;
}

/* ---- the reader ---- */

int
xml_reader_open(struct exchange_reader *r, const struct xml_form *form,
    alk_error *err)
{
	struct xml_reader *x = (struct xml_reader *)r;

	x->xml = (struct xml){ .form = form, .read = r->from.read,
		.read_arg = r->from.read_arg, .owner = r,
		.bytes_max = r->from.limits->attributes_bytes,
		.depth_max = r->from.limits->depth };
	x->row.reader = r;
	x->row.xml = &x->xml;
	return xml_open(&x->xml, err);
}

void
xml_reader_close(struct exchange_reader *r)
{
	struct xml_reader *x = (struct xml_reader *)r;

	xml_close(&x->xml);
	xml_row_fini(&x->row);
}

int
xml_reader_next(struct exchange_reader *r, struct exchange_row *row,
    alk_error *err)
{
	struct xml_reader *x = (struct xml_reader *)r;
	int more = xml_pull(&x->xml, err);

	r->bytes = x->xml.bytes;
	if (more == 1) {
		r->lines++;
		*row = (struct exchange_row){ .item = x->row.item };
	}
	return more;
}

void
xml_reader_place(const struct exchange_reader *r,
    const struct exchange_row *row, struct exchange_place *place)
{
	const struct xml_reader *x = (const struct xml_reader *)r;

	(void)snprintf(place->entry, sizeof(place->entry), "line %lld",
	    (long long)x->row.line);
	exchange_name_row(place->entry, sizeof(place->entry), &row->item);
}
