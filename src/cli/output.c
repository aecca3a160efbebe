/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Lists and objects in the formats that stream: json, jsonl, csv, tsv, md, id.
 * The aligned ones, table and box, are in output_table.c.
 */
#include "cli/output.h"

#include "cli/output_table.h"
#include "cli/term.h"
#include "json/json.h"

#include <errno.h>
#include <string.h>

struct cell
cell_text(const char *text)
{
	struct cell c = { CELL_TEXT, text, 0, 0 };

	if (text == NULL)
		c.kind = CELL_NONE;
	else
		c.bytes = strlen(text);
	return c;
}

struct cell
cell_json(const char *text, size_t bytes)
{
	struct cell c = { CELL_JSON, text, bytes, 0 };

	if (text == NULL)
		c.kind = CELL_NONE;
	return c;
}

struct cell
cell_number(int64_t number)
{
	struct cell c = { CELL_NUMBER, NULL, 0, number };

	return c;
}

struct cell
cell_bool(bool value)
{
	struct cell c = { CELL_BOOL, NULL, 0, value };

	return c;
}

void
output_init(struct output *o, FILE *file, enum format format)
{
	memset(o, 0, sizeof(*o));
	o->file = file;
	o->format = format;
}

void
output_fini(struct output *o)
{
	buf_fini(&o->held);
	buf_fini(&o->line);
	buf_fini(&o->text);
}

void
output_put(struct output *o, const char *data, size_t bytes)
{
	if (o->error != 0 || o->is_nomem || bytes == 0)
		return;
	errno = 0;
	if (fwrite(data, 1, bytes, o->file) != bytes)
		o->error = errno != 0 ? errno : EIO;
}

void
output_put_line(struct output *o)
{
	if (o->line.failed)
		o->is_nomem = true;
	output_put(o, o->line.data, o->line.bytes);
	buf_clear(&o->line);
}

static bool
is_aligned(const struct output *o)
{
	return o->format == FORMAT_TABLE || o->format == FORMAT_BOX;
}

/* The plain text of a cell, in o->text. */
static void
take_text(struct output *o, const struct cell *c)
{
	buf_clear(&o->text);
	if (c->kind == CELL_TEXT || c->kind == CELL_JSON)
		buf_add(&o->text, c->text, c->bytes);
	else if (c->kind == CELL_NUMBER)
		buf_int(&o->text, c->number);
	else if (c->kind == CELL_BOOL)
		buf_str(&o->text, c->number != 0 ? "true" : "false");
	if (o->text.failed)
		o->is_nomem = true;
}

void
output_cell(struct output *o, struct buf *to, const struct cell *c)
{
	unsigned how = o->is_tty || is_aligned(o) ? ESCAPE_UNSAFE : 0;

	take_text(o, c);
	if (o->format == FORMAT_TSV)
		how |= ESCAPE_LINES | ESCAPE_BACKSLASH;
	else if (o->format != FORMAT_CSV)
		how |= ESCAPE_LINES;
	term_escape(to, o->text.data, o->text.bytes, how);
}

static void
line_json_cell(struct output *o, const struct cell *c)
{
	if (c->kind == CELL_TEXT) {
		json_write_string(&o->line, c->text, c->bytes);
		return;
	}
	take_text(o, c);
	buf_add(&o->line, o->text.data, o->text.bytes);
}

static void
line_json_object(struct output *o, const struct cell *cells)
{
	const char *comma = "";
	size_t i;

	buf_char(&o->line, '{');
	for (i = 0; i < o->columns_count; i++) {
		if (cells[i].kind == CELL_NONE)
			continue;
		buf_str(&o->line, comma);
		json_write_string(&o->line, o->columns[i].name,
		    strlen(o->columns[i].name));
		buf_char(&o->line, ':');
		line_json_cell(o, &cells[i]);
		comma = ",";
	}
	buf_char(&o->line, '}');
}

/* One JSON object at the end of o->line, made safe for a terminal. */
static void
line_json(struct output *o, const struct cell *cells, const char *json,
    size_t bytes)
{
	size_t from = o->line.bytes;

	if (json != NULL)
		buf_add(&o->line, json, bytes);
	else
		line_json_object(o, cells);
	if (!o->is_tty || o->line.failed)
		return;
	buf_clear(&o->text);
	buf_add(&o->text, o->line.data + from, o->line.bytes - from);
	o->line.bytes = from;
	term_escape(&o->line, o->text.data, o->text.bytes,
	    ESCAPE_UNSAFE | ESCAPE_JSON);
}

/* A field of CSV by RFC 4180: quoted where it must be. */
static void
line_csv(struct output *o, const struct cell *c)
{
	const char *text;
	size_t from = o->line.bytes, bytes, i;

	output_cell(o, &o->line, c);
	text = buf_text(&o->line);
	if (text == NULL || strpbrk(text + from, ",\"\r\n") == NULL)
		return;
	buf_clear(&o->text);
	buf_add(&o->text, text + from, o->line.bytes - from);
	bytes = o->text.bytes;
	o->line.bytes = from;
	buf_char(&o->line, '"');
	for (i = 0; i < bytes && !o->text.failed; i++) {
		if (o->text.data[i] == '"')
			buf_char(&o->line, '"');
		buf_char(&o->line, o->text.data[i]);
	}
	buf_char(&o->line, '"');
}

static void
line_md(struct output *o, const struct cell *c)
{
	struct buf plain = { 0 };
	size_t i;

	output_cell(o, &plain, c);
	for (i = 0; i < plain.bytes; i++) {
		if (plain.data[i] == '|')
			buf_char(&o->line, '\\');
		buf_char(&o->line, plain.data[i]);
	}
	if (plain.failed)
		o->is_nomem = true;
	buf_fini(&plain);
}

static void
line_cells(struct output *o, const struct cell *cells)
{
	size_t i;

	if (o->format == FORMAT_MD)
		buf_str(&o->line, "| ");
	for (i = 0; i < o->columns_count; i++) {
		if (i > 0)
			buf_str(&o->line, o->format == FORMAT_MD ? " | " :
			    o->format == FORMAT_CSV ? "," : "\t");
		if (o->format == FORMAT_MD)
			line_md(o, &cells[i]);
		else if (o->format == FORMAT_CSV)
			line_csv(o, &cells[i]);
		else
			output_cell(o, &o->line, &cells[i]);
	}
	buf_str(&o->line, o->format == FORMAT_MD ? " |\n" : "\n");
	output_put_line(o);
}

static void
put_header(struct output *o)
{
	struct cell names[OUTPUT_COLUMNS];
	size_t i;

	for (i = 0; i < o->columns_count; i++)
		names[i] = cell_text(o->columns[i].name);
	line_cells(o, names);
	if (o->format != FORMAT_MD)
		return;
	buf_char(&o->line, '|');
	for (i = 0; i < o->columns_count; i++)
		buf_str(&o->line,
		    o->columns[i].is_number ? " ---: |" : " --- |");
	buf_char(&o->line, '\n');
	output_put_line(o);
}

void
output_list(struct output *o, const struct column *columns, size_t count,
    size_t id_column)
{
	o->columns = columns;
	o->columns_count = count;
	o->id_column = id_column;
	o->rows = 0;
	if (is_aligned(o))
		table_start(o);
}

static void
list_open(struct output *o)
{
	if (o->format == FORMAT_JSON)
		output_put(o, "[", 1);
	else if (o->format == FORMAT_CSV || o->format == FORMAT_TSV ||
	    o->format == FORMAT_MD)
		put_header(o);
}

int
output_row(struct output *o, const struct cell *cells, const char *json,
    size_t bytes)
{
	if (o->rows++ == 0)
		list_open(o);
	if (is_aligned(o)) {
		table_row(o, cells);
	} else if (o->format == FORMAT_JSON || o->format == FORMAT_JSONL) {
		if (o->format == FORMAT_JSON)
			buf_str(&o->line, o->rows > 1 ? ",\n " : "\n ");
		line_json(o, cells, json, bytes);
		if (o->format == FORMAT_JSONL)
			buf_char(&o->line, '\n');
		output_put_line(o);
	} else if (o->format == FORMAT_ID) {
		output_cell(o, &o->line, &cells[o->id_column]);
		buf_char(&o->line, '\n');
		output_put_line(o);
	} else {
		line_cells(o, cells);
	}
	return o->error != 0 || o->is_nomem;
}

void
output_list_end(struct output *o)
{
	if (o->rows == 0)
		list_open(o);
	if (is_aligned(o))
		table_end(o);
	else if (o->format == FORMAT_JSON && o->rows > 0)
		output_put(o, "\n]\n", 3);
	else if (o->format == FORMAT_JSON)
		output_put(o, "]\n", 2);
}

/* The members of an object as rows "name value", for people. */
static void
put_members(struct output *o, const struct cell *cells)
{
	static const struct column columns[] = {
		{ "field", false }, { "value", false }
	};
	const struct column *names = o->columns;
	size_t count = o->columns_count, room = o->room, i;
	struct cell row[2];

	o->room = 0; /* a value that was asked for is shown whole */
	output_list(o, columns, 2, 1);
	for (i = 0; i < count; i++) {
		if (cells[i].kind == CELL_NONE)
			continue;
		row[0] = cell_text(names[i].name);
		row[1] = cells[i];
		output_row(o, row, NULL, 0);
	}
	output_list_end(o);
	o->room = room;
}

void
output_record_json(struct output *o, const struct cell *cells, const char *json,
    size_t bytes)
{
	line_json(o, cells, json, bytes);
	buf_char(&o->line, '\n');
	output_put_line(o);
}

void
output_record(struct output *o, const struct column *columns, size_t count,
    size_t id_column, const struct cell *cells)
{
	o->columns = columns;
	o->columns_count = count;
	o->id_column = id_column;
	o->rows = 0;
	if (is_aligned(o)) {
		put_members(o, cells);
	} else if (o->format == FORMAT_JSON || o->format == FORMAT_JSONL) {
		output_record_json(o, cells, NULL, 0);
	} else {
		output_row(o, cells, NULL, 0);
		output_list_end(o);
	}
}

void
output_count(struct output *o, const char *name, int64_t number)
{
	struct column column = { name, true };
	struct cell cell = cell_number(number);

	if (o->format == FORMAT_JSON || o->format == FORMAT_JSONL) {
		output_record(o, &column, 1, 0, &cell);
		return;
	}
	buf_int(&o->line, number);
	buf_char(&o->line, '\n');
	output_put_line(o);
}

int
output_text(struct output *o, const char *text, size_t bytes)
{
	if (!o->is_tty) {
		output_put(o, text, bytes);
	} else {
		term_escape(&o->line, text, bytes, ESCAPE_UNSAFE);
		output_put_line(o);
	}
	return o->error != 0 || o->is_nomem;
}

int
output_flush(struct output *o)
{
	errno = 0;
	if (o->error == 0 && fflush(o->file) != 0)
		o->error = errno != 0 ? errno : EIO;
	return o->error;
}
