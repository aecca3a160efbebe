/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * CSV in: a file of nodes or one of edges, as its header says.
 *
 *   key:ID,:LABEL,name:string,age:int,tags:json
 *   :START_ID,:END_ID,:TYPE,:ID,:UNDIRECTED,weight:double
 *
 * A cell of the header is a name, a colon and a type; without a type it is a
 * string. Those without a name but for their type:
 *
 *   :ID        key of the node, or of the edge; what stands before is no name
 *   :LABEL     nodeType; :TYPE edgeType
 *   :START_ID  key of the source; :END_ID of the target
 *   :UNDIRECTED  true or false; :ROW_ID a chosen id; :METADATA a JSON object
 *   :IGNORE    not read
 *
 * An empty field is no member at all; an empty text is in quotes.
 */
#include "exchange/columns.h"
#include "exchange/csv.h"
#include "exchange/reader.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/write.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum role {
	ROLE_MEMBER,
	ROLE_KEY,
	ROLE_SOURCE,
	ROLE_TARGET,
	ROLE_UNDIRECTED,
	ROLE_ID,
	ROLE_METADATA,
	ROLE_IGNORE
};

#define ROLES (ROLE_IGNORE + 1)

struct cell {
	char *name;
	size_t name_bytes;
	enum role role;
	enum column_type type;
	bool is_list; /* string[] and the like, apart by ; */
};

struct csv_in {
	struct exchange_reader base;
	struct csv csv;
	struct cell *cells;
	size_t cells_count;
	int kind; /* ALK_NODE, ALK_EDGE; 0: the header was not read yet */
	struct members_out members;
	struct buf list;
	struct buf texts[ROLES]; /* with a NUL behind, as items want them */
};

/* ---- the header ---- */

static const struct {
	const char *name;
	enum role role;
	enum column_type type;
} types[] = {
	{ "id", ROLE_KEY, COLUMN_STRING },
	{ "start_id", ROLE_SOURCE, COLUMN_STRING },
	{ "end_id", ROLE_TARGET, COLUMN_STRING },
	{ "undirected", ROLE_UNDIRECTED, COLUMN_BOOLEAN },
	{ "row_id", ROLE_ID, COLUMN_STRING },
	{ "metadata", ROLE_METADATA, COLUMN_STRING },
	{ "ignore", ROLE_IGNORE, COLUMN_SKIP },
	{ "string", ROLE_MEMBER, COLUMN_STRING },
	{ "char", ROLE_MEMBER, COLUMN_STRING },
	{ "date", ROLE_MEMBER, COLUMN_STRING },
	{ "datetime", ROLE_MEMBER, COLUMN_STRING },
	{ "timestamp", ROLE_MEMBER, COLUMN_STRING },
	{ "uuid", ROLE_MEMBER, COLUMN_STRING },
	{ "boolean", ROLE_MEMBER, COLUMN_BOOLEAN },
	{ "bool", ROLE_MEMBER, COLUMN_BOOLEAN },
	{ "int", ROLE_MEMBER, COLUMN_LONG },
	{ "integer", ROLE_MEMBER, COLUMN_LONG },
	{ "long", ROLE_MEMBER, COLUMN_LONG },
	{ "short", ROLE_MEMBER, COLUMN_LONG },
	{ "byte", ROLE_MEMBER, COLUMN_LONG },
	{ "int64", ROLE_MEMBER, COLUMN_LONG },
	{ "int32", ROLE_MEMBER, COLUMN_LONG },
	{ "float", ROLE_MEMBER, COLUMN_DOUBLE },
	{ "double", ROLE_MEMBER, COLUMN_DOUBLE },
	{ "number", ROLE_MEMBER, COLUMN_DOUBLE },
	{ "json", ROLE_MEMBER, COLUMN_JSON },
};

static bool
is_word(const char *text, size_t bytes, const char *word)
{
	return bytes == strlen(word) && strncasecmp(text, word, bytes) == 0;
}

static int
wrong_cell(const struct csv_in *c, const char *name, size_t bytes,
    const char *what, alk_error *err)
{
	if (bytes == 0) /* the line as a whole */
		error_entry(err, "line %lld", (long long)c->csv.line);
	else
		error_entry(err, "line %lld, column %.*s",
		    (long long)c->csv.line, bytes < 60 ? (int)bytes : 60, name);
	return error_set(err, ALK_SYNTAX, "%s", what);
}

/* "string[]", "ID(Person)" without what follows the word. */
static size_t
word_bytes(const char *type, size_t bytes, bool *is_list)
{
	const char *open = memchr(type, '(', bytes);

	*is_list = bytes > 2 && memcmp(type + bytes - 2, "[]", 2) == 0;
	if (*is_list)
		return bytes - 2;
	return open != NULL && bytes > 0 && type[bytes - 1] == ')' ?
	    (size_t)(open - type) : bytes;
}

static int
type_cell(struct csv_in *c, struct cell *cell, const struct csv_field *f,
    const char *type, alk_error *err)
{
	size_t bytes = (size_t)(f->text + f->bytes - type);
	size_t word = word_bytes(type, bytes, &cell->is_list);

	if (is_word(type, word, "label") || is_word(type, word, "type")) {
		cell->type = COLUMN_STRING;
		return is_word(type, word, "label") ? ALK_NODE : ALK_EDGE;
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!is_word(type, word, types[i].name))
			continue;
		cell->role = types[i].role;
		cell->type = types[i].type;
		return ALK_OK;
	}
	return wrong_cell(c, f->text, f->bytes, "the type is none of string, "
	    "int, double, boolean, json, ID, LABEL, START_ID, END_ID, TYPE, "
	    "UNDIRECTED, ROW_ID, METADATA, IGNORE; a name that has a colon "
	    "needs a type behind it", err);
}

static int
take_cell(struct csv_in *c, struct cell *cell, const struct csv_field *f,
    alk_error *err)
{
	const char *colon = NULL;
	size_t bytes = f->bytes;

	for (size_t i = 0; i < f->bytes; i++)
		if (f->text[i] == ':')
			colon = f->text + i;
	cell->type = COLUMN_STRING;
	if (colon != NULL) {
		int code = type_cell(c, cell, f, colon + 1, err);
		if (code < 0)
			return code;
		bytes = (size_t)(colon - f->text);
		if (code == ALK_NODE || code == ALK_EDGE) {
			cell->name = mem_text(module_type_member(code));
			cell->name_bytes = strlen(module_type_member(code));
			return cell->name != NULL ? ALK_OK : error_nomem(err);
		}
	} else if (bytes == 0 && !f->is_quoted) {
		return wrong_cell(c, "", 0,
		    "a column has neither name nor type", err);
	}
	cell->name = mem_copy(f->text, bytes);
	cell->name_bytes = bytes;
	return cell->name != NULL ? ALK_OK : error_nomem(err);
}

static int
check_header(struct csv_in *c, alk_error *err)
{
	size_t found[ROLES] = { 0 };

	for (size_t i = 0; i < c->cells_count; i++)
		found[c->cells[i].role]++;
	c->kind = found[ROLE_SOURCE] + found[ROLE_TARGET] > 0 ? ALK_EDGE :
								ALK_NODE;
	for (int role = ROLE_KEY; role < ROLE_IGNORE; role++)
		if (found[role] > 1)
			return wrong_cell(c, "", 0,
			    "a column of one meaning is there twice", err);
	if (c->kind == ALK_EDGE && (found[ROLE_SOURCE] == 0 ||
		found[ROLE_TARGET] == 0))
		return wrong_cell(c, "", 0, "edges have both a column "
		    ":START_ID and a column :END_ID", err);
	if (c->kind == ALK_NODE && found[ROLE_KEY] == 0)
		return wrong_cell(c, "", 0, "nodes have a column key:ID, edges "
		    "the columns :START_ID and :END_ID; the first line names "
		    "them, as key:ID,name,age:int or "
		    ":START_ID,:END_ID,weight:double", err);
	return ALK_OK;
}

/* One column that has in it what separates columns elsewhere. */
static int
check_separator(struct csv_in *c, alk_error *err)
{
	const struct csv_field *f = &c->csv.fields[0];
	static const char others[] = ";\t,|";

	if (c->csv.fields_count != 1 || f->is_quoted)
		return ALK_OK;
	for (size_t i = 0; others[i] != '\0'; i++)
		if (memchr(f->text, others[i], f->bytes) != NULL)
			return wrong_cell(c, "", 0, others[i] == '\t' ?
			    "there is one column, with tabs in it: give the "
			    "tab as separator" : "there is one column, with "
			    "';', ',' or '|' in it: give that as separator",
			    err);
	return ALK_OK;
}

static int
read_header(struct csv_in *c, alk_error *err)
{
	int more = csv_next(&c->csv, err);

	if (more < 0)
		return more;
	if (more == 0) {
		error_entry(err, "line 1");
		return error_set(err, ALK_SYNTAX, "there is no header");
	}
	if (check_separator(c, err) != ALK_OK)
		return err->code;
	struct csv_field *first = &c->csv.fields[0];
	if (first->bytes >= 3 && !first->is_quoted &&
	    memcmp(first->text, EXCHANGE_BOM, 3) == 0) {
		first->text += 3;
		first->bytes -= 3;
	}
	c->cells = mem_zero(c->csv.fields_count * sizeof(c->cells[0]));
	if (c->cells == NULL)
		return error_nomem(err);
	c->cells_count = c->csv.fields_count;
	for (size_t i = 0; i < c->cells_count; i++)
		if (take_cell(c, &c->cells[i], &c->csv.fields[i], err) !=
		    ALK_OK)
			return err->code;
	return check_header(c, err);
}

/* ---- a record as a row ---- */

/* a;b;c as ["a","b","c"], each of the column's type. */
static int
add_list(struct csv_in *c, const struct cell *cell, const struct csv_field *f,
    alk_error *err)
{
	struct members_out one = { 0 };
	const char *at = f->text, *end = f->text + f->bytes;
	int code = ALK_OK;

	buf_clear(&c->list);
	buf_char(&c->list, '[');
	while (at <= end && code >= 0) {
		const char *next = memchr(at, ';', (size_t)(end - at));
		if (next == NULL)
			next = end;
		members_begin(&one);
		code = members_add(&one, "", 0, cell->type, at,
		    (size_t)(next - at), c->base.from.limits, err);
		/* {"":"a" without its first four bytes */
		if (at > f->text)
			buf_char(&c->list, ',');
		if (one.text.failed)
			code = error_nomem(err);
		else if (one.text.bytes > 4)
			buf_add(&c->list, one.text.data + 4,
			    one.text.bytes - 4);
		else
			buf_str(&c->list, "null");
		at = next + 1;
	}
	members_fini(&one);
	buf_char(&c->list, ']');
	if (c->list.failed)
		return error_nomem(err);
	return code < 0 ? code : members_add(&c->members, cell->name,
	    cell->name_bytes, COLUMN_JSON, c->list.data, c->list.bytes,
	    c->base.from.limits, err);
}

static int
add_member(struct csv_in *c, const struct cell *cell,
    const struct csv_field *f, alk_error *err)
{
	int code = cell->is_list ? add_list(c, cell, f, err) :
	    members_add(&c->members, cell->name, cell->name_bytes, cell->type,
		f->text, f->bytes, c->base.from.limits, err);

	return code != 0 ? code : losses_add(c->base.from.losses, LOSS_NUMBER,
	    err, "line %lld, column %.60s", (long long)c->csv.line,
	    cell->name);
}

static int
take_text(struct csv_in *c, const struct cell *cell,
    const struct csv_field *f, const char **out, alk_error *err)
{
	struct buf *room = &c->texts[cell->role];

	if (memchr(f->text, '\0', f->bytes) != NULL)
		return error_set(err, ALK_SYNTAX, "a byte 0 in a key or id");
	buf_clear(room);
	buf_add(room, f->text, f->bytes);
	*out = buf_text(room);
	return *out != NULL ? ALK_OK : error_nomem(err);
}

static int
take_undirected(const struct csv_field *f, alk_item *item, alk_error *err)
{
	if (is_word(f->text, f->bytes, "true"))
		item->direction = ALK_UNDIRECTED;
	else if (is_word(f->text, f->bytes, "false"))
		item->direction = ALK_DIRECTED;
	else
		return error_set(err, ALK_SYNTAX,
		    "expected true or false, not '%.*s'",
		    f->bytes < 60 ? (int)f->bytes : 60, f->text);
	return ALK_OK;
}

static int
take_field(struct csv_in *c, const struct cell *cell,
    const struct csv_field *f, alk_item *item, alk_error *err)
{
	if (f->bytes == 0 && !(f->is_quoted && cell->role == ROLE_MEMBER))
		return ALK_OK;
	switch (cell->role) {
	case ROLE_KEY:
		return take_text(c, cell, f, &item->key, err);
	case ROLE_SOURCE:
		return take_text(c, cell, f, &item->source, err);
	case ROLE_TARGET:
		return take_text(c, cell, f, &item->target, err);
	case ROLE_ID:
		return take_text(c, cell, f, &item->id, err);
	case ROLE_METADATA:
		return take_text(c, cell, f, &item->metadata, err);
	case ROLE_UNDIRECTED:
		return take_undirected(f, item, err);
	case ROLE_IGNORE:
		return losses_add(c->base.from.losses, LOSS_COLUMN, err,
		    "line %lld, column %.60s", (long long)c->csv.line,
		    cell->name);
	default:
		return add_member(c, cell, f, err) < 0 ? err->code : ALK_OK;
	}
}

static int
take_record(struct csv_in *c, struct exchange_row *row, alk_error *err)
{
	alk_item *item = &row->item;
	int64_t number;

	*row = (struct exchange_row){ .item.kind = c->kind };
	if (c->csv.fields_count != c->cells_count) {
		error_entry(err, "line %lld", (long long)c->csv.line);
		return error_set(err, ALK_SYNTAX, "%zu fields, and the header "
		    "has %zu", c->csv.fields_count, c->cells_count);
	}
	members_begin(&c->members);
	for (size_t i = 0; i < c->cells_count; i++) {
		if (take_field(c, &c->cells[i], &c->csv.fields[i], item,
			err) == ALK_OK)
			continue;
		error_entry(err, "line %lld, column %.60s",
		    (long long)c->csv.line, c->cells[i].name);
		return err->code;
	}
	/* What was written for an edge that has no key. */
	if (c->kind == ALK_EDGE && item->key != NULL &&
	    write_is_derived(item->key, "edge-", &number))
		item->key = NULL;
	item->attributes = members_end(&c->members);
	item->attributes_bytes = c->members.text.bytes;
	return item->attributes != NULL ? 1 : error_nomem(err);
}

static int
csv_read_next(struct exchange_reader *r, struct exchange_row *row,
    alk_error *err)
{
	struct csv_in *c = (struct csv_in *)r;
	int more;

	if (c->kind == 0 && read_header(c, err) != ALK_OK)
		return err->code;
	do {
		more = csv_next(&c->csv, err);
		r->bytes = c->csv.bytes;
		r->lines = c->csv.records;
	} while (more == 1 && r->lines <= r->from.options->skip_lines);
	return more != 1 ? more : take_record(c, row, err);
}

static void
csv_read_place(const struct exchange_reader *r, const struct exchange_row *row,
    struct exchange_place *place)
{
	const struct csv_in *c = (const struct csv_in *)r;

	(void)snprintf(place->entry, sizeof(place->entry), "line %lld",
	    (long long)c->csv.line);
	exchange_name_row(place->entry, sizeof(place->entry), &row->item);
}

static int
csv_read_open(struct exchange_reader *r, alk_error *err)
{
	struct csv_in *c = (struct csv_in *)r;
	char separator = r->from.options->separator;

	csv_init(&c->csv, r->from.read, r->from.read_arg,
	    separator != '\0' ? separator : ',',
	    r->from.limits->attributes_bytes + EXCHANGE_ENVELOPE_BYTES);
	return separator != '"' && separator != '\n' && separator != '\r' ?
	    ALK_OK : error_set(err, ALK_INVALID,
		"a quote or a line end is no separator");
}

static void
csv_read_close(struct exchange_reader *r)
{
	struct csv_in *c = (struct csv_in *)r;

	csv_fini(&c->csv);
	for (size_t i = 0; i < c->cells_count; i++)
		mem_release(c->cells[i].name);
	mem_release(c->cells);
	members_fini(&c->members);
	buf_fini(&c->list);
	for (int i = 0; i < ROLES; i++)
		buf_fini(&c->texts[i]);
}

const struct exchange_form exchange_form_csv = {
	.name = "CSV",
	.bytes = sizeof(struct csv_in),
	.open = csv_read_open,
	.close = csv_read_close,
	.next = csv_read_next,
	.place = csv_read_place,
};
