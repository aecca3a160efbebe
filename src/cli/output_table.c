/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The aligned formats:
 *
 *   key   attributes            ┌─────┬────────────┐
 *   a     {"nodeType":"A"}      │ key │ attributes │
 *                               ├─────┼────────────┤
 *
 * The first rows are held back and the columns made as wide as these need; what
 * comes after them and is wider moves its row to the right. On a terminal the
 * last column is cut where the line ends.
 */
#include "cli/output_table.h"

#include "cli/term.h"

#include <string.h>

#define LAST_COLUMN_LEAST 16

void
table_start(struct output *o)
{
	size_t i;

	buf_clear(&o->held);
	o->held_rows = 0;
	o->is_holding = true;
	for (i = 0; i < o->columns_count; i++)
		o->widths[i] = strlen(o->columns[i].name);
}

static void
line_repeat(struct output *o, const char *text, size_t times)
{
	while (times-- > 0)
		buf_str(&o->line, text);
}

static void
line_rule(struct output *o, const char *left, const char *cross,
    const char *right)
{
	size_t i;

	for (i = 0; i < o->columns_count; i++) {
		buf_str(&o->line, i == 0 ? left : cross);
		line_repeat(o, "\xe2\x94\x80", o->widths[i] + 2);
	}
	buf_str(&o->line, right);
	buf_char(&o->line, '\n');
	output_put_line(o);
}

/* One cell, filled up to its column's width, cut if it must be. */
static void
line_cell(struct output *o, size_t column, const char *text, bool is_head)
{
	size_t bytes = strlen(text), width = term_width(text, bytes);
	size_t room = o->widths[column], fill;
	bool is_last = column + 1 == o->columns_count;
	bool is_right = o->columns[column].is_number;

	fill = width < room ? room - width : 0;
	if (is_right)
		line_repeat(o, " ", fill);
	if (is_head && o->is_coloured)
		buf_str(&o->line, "\033[1m");
	if (o->room > 0 && is_last && width > room) {
		bytes = term_cut(text, bytes, room - 1);
		buf_add(&o->line, text, bytes);
		buf_str(&o->line, "\xe2\x80\xa6");
	} else {
		buf_add(&o->line, text, bytes);
	}
	if (is_head && o->is_coloured)
		buf_str(&o->line, "\033[0m");
	if (!is_right && (!is_last || o->format == FORMAT_BOX))
		line_repeat(o, " ", fill);
}

static void
line_separator(struct output *o, size_t column)
{
	if (o->format == FORMAT_BOX)
		buf_str(&o->line, column == 0 ? "\xe2\x94\x82 "
		    : " \xe2\x94\x82 ");
	else if (column > 0)
		buf_str(&o->line, "  ");
}

/* cells: columns_count texts, one after the other, each with its NUL. */
static void
put_cells(struct output *o, const char *cells, bool is_head)
{
	size_t i;

	for (i = 0; i < o->columns_count; i++) {
		line_separator(o, i);
		line_cell(o, i, cells, is_head);
		cells += strlen(cells) + 1;
	}
	if (o->format == FORMAT_BOX)
		buf_str(&o->line, " \xe2\x94\x82");
	else
		while (o->line.bytes > 0 &&
		    o->line.data[o->line.bytes - 1] == ' ')
			o->line.bytes--;
	buf_char(&o->line, '\n');
	output_put_line(o);
}

static void
put_head(struct output *o)
{
	struct buf names = { 0 };
	size_t i;

	for (i = 0; i < o->columns_count; i++) {
		buf_str(&names, o->columns[i].name);
		buf_char(&names, '\0');
	}
	if (names.failed)
		o->is_nomem = true;
	else
		put_cells(o, names.data, true);
	buf_fini(&names);
}

/* The last column gets what the others leave of the terminal. */
static void
fit(struct output *o)
{
	size_t last = o->columns_count - 1, used = 0, frame, i;

	if (o->room == 0)
		return;
	frame = o->format == FORMAT_BOX ? 3 * o->columns_count + 1
	    : 2 * last;
	for (i = 0; i < last; i++)
		used += o->widths[i];
	used += frame;
	if (used + o->widths[last] <= o->room)
		return;
	if (used + LAST_COLUMN_LEAST <= o->room)
		o->widths[last] = o->room - used;
	else if (o->widths[last] > LAST_COLUMN_LEAST)
		o->widths[last] = LAST_COLUMN_LEAST;
}

static void
release_held(struct output *o)
{
	const char *cells = o->held.data;
	size_t i, j;

	if (!o->is_holding)
		return;
	o->is_holding = false;
	fit(o);
	if (o->format == FORMAT_BOX)
		line_rule(o, "\xe2\x94\x8c", "\xe2\x94\xac", "\xe2\x94\x90");
	put_head(o);
	if (o->format == FORMAT_BOX)
		line_rule(o, "\xe2\x94\x9c", "\xe2\x94\xbc", "\xe2\x94\xa4");
	for (i = 0; i < o->held_rows && !o->is_nomem; i++) {
		put_cells(o, cells, false);
		for (j = 0; j < o->columns_count; j++)
			cells += strlen(cells) + 1;
	}
	buf_clear(&o->held);
}

/* Appends the cells of a row to o->held; learns their widths. */
static void
hold(struct output *o, const struct cell *cells)
{
	size_t from, width, i;

	for (i = 0; i < o->columns_count; i++) {
		from = o->held.bytes;
		output_cell(o, &o->held, &cells[i]);
		if (o->is_holding && !o->held.failed) {
			width = term_width(o->held.data + from,
			    o->held.bytes - from);
			if (width > o->widths[i])
				o->widths[i] = width;
		}
		buf_char(&o->held, '\0');
	}
	if (o->held.failed)
		o->is_nomem = true;
}

void
table_row(struct output *o, const struct cell *cells)
{
	if (o->is_holding) {
		hold(o, cells);
		if (++o->held_rows == OUTPUT_HELD)
			release_held(o);
		return;
	}
	buf_clear(&o->held);
	hold(o, cells);
	if (!o->is_nomem)
		put_cells(o, o->held.data, false);
}

void
table_end(struct output *o)
{
	release_held(o);
	if (o->format == FORMAT_BOX)
		line_rule(o, "\xe2\x94\x94", "\xe2\x94\xb4", "\xe2\x94\x98");
}
