/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * From alk_row to cells. The JSON formats print what alk_row_json() makes, with
 * the number of a traversal put in front; the others show the columns chosen
 * here. With -v there are more of these. The widest column stands last.
 */
#include "cli/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TIME_TEXT 32

/* The name under which row.number appears, or NULL. */
static const char *
number_name(enum rows_kind kind)
{
	switch (kind) {
	case ROWS_HOPS:
		return "hops";
	case ROWS_DEGREES:
		return "edges";
	case ROWS_LEVELS:
		return "level";
	case ROWS_PARTS:
		return "nodes";
	case ROWS_RANKS:
		return "place";
	case ROWS_TRACED:
	case ROWS_STEPS:
		return "hops";
	default:
		return NULL;
	}
}

/* Names for what an alk_visit says beside its row, or NULL. */
static const char *
group_name(enum rows_kind kind)
{
	return kind == ROWS_PARTS ? "component" : kind == ROWS_STEPS ? "path" :
	    NULL;
}

static const char *
value_name(enum rows_kind kind)
{
	return kind == ROWS_RANKS ? "rank" : kind == ROWS_STEPS ? "cost" :
	    NULL;
}

/* Nodes and edges may come. */
static bool
is_mixed(enum rows_kind kind)
{
	return kind == ROWS_MIXED || kind == ROWS_TRACED || kind == ROWS_STEPS;
}

static void
add_column(struct rows *r, const char *name, bool is_number)
{
	r->columns[r->count].name = name;
	r->columns[r->count].is_number = is_number;
	r->count++;
}

static void
add_columns(struct rows *r, const char *names)
{
	static const char *const all[] = {
		"kind", "id", "key", "name", "type", "sourceNodeKey",
		"targetNodeKey", "status", "scope", "description", "topic",
		"graph", "graphType"
	};
	size_t bytes, i;

	for (; *names != '\0'; names += bytes + strspn(names + bytes, " ")) {
		bytes = strcspn(names, " ");
		for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
			if (strlen(all[i]) == bytes &&
			    memcmp(all[i], names, bytes) == 0)
				add_column(r, all[i], false);
	}
}

static void
add_verbose_columns(struct rows *r, bool has_id)
{
	if (!r->cli->is_verbose)
		return;
	if (has_id)
		add_column(r, "id", false);
	add_column(r, "createdAt", false);
	add_column(r, "updatedAt", false);
	add_column(r, "metadata", false);
}

static size_t
numbers_count(enum rows_kind kind)
{
	return (size_t)(group_name(kind) != NULL) +
	    (size_t)(number_name(kind) != NULL) +
	    (size_t)(value_name(kind) != NULL);
}

static void
add_number_columns(struct rows *r)
{
	if (group_name(r->kind) != NULL)
		add_column(r, group_name(r->kind), true);
	if (number_name(r->kind) != NULL)
		add_column(r, number_name(r->kind), true);
	if (value_name(r->kind) != NULL)
		add_column(r, value_name(r->kind), true);
}

/* Must be the order in which the cells_...() functions below add theirs. */
static void
choose_columns(struct rows *r)
{
	switch (r->kind) {
	case ROWS_NODES:
		add_columns(r, "key type");
		add_verbose_columns(r, true);
		add_column(r, "attributes", false);
		break;
	case ROWS_EDGES:
		add_columns(r, "id key type sourceNodeKey targetNodeKey");
		add_verbose_columns(r, false);
		add_column(r, "attributes", false);
		break;
	case ROWS_MIXED:
	case ROWS_TRACED:
	case ROWS_STEPS:
		add_number_columns(r);
		add_columns(r, "kind key type sourceNodeKey targetNodeKey");
		add_verbose_columns(r, true);
		add_column(r, "attributes", false);
		r->id_column = numbers_count(r->kind) + 1;
		break;
	case ROWS_HOPS:
	case ROWS_DEGREES:
	case ROWS_LEVELS:
	case ROWS_PARTS:
	case ROWS_RANKS:
		add_number_columns(r);
		add_columns(r, "key type");
		add_verbose_columns(r, true);
		add_column(r, "attributes", false);
		r->id_column = numbers_count(r->kind);
		break;
	case ROWS_COUNTS:
		add_columns(r, r->graph != NULL ? "graph kind type"
		    : "kind type");
		add_column(r, "count", true);
		r->id_column = r->count - 2;
		break;
	case ROWS_GRAPHS:
		add_columns(r, "name graphType status");
		add_column(r, "rev", true);
		add_columns(r, "id");
		add_verbose_columns(r, false);
		add_columns(r, "description");
		r->id_column = 4;
		break;
	case ROWS_TYPES:
		add_columns(r, "name scope");
		add_column(r, "version", true);
		add_verbose_columns(r, true);
		add_columns(r, "description");
		break;
	case ROWS_EVENTS:
		add_column(r, "offset", true);
		add_columns(r, "topic key");
		if (r->cli->is_verbose)
			add_column(r, "createdAt", false);
		add_column(r, "payload", false);
		break;
	}
}

static void
prepare(struct rows *r, struct cli *c, enum rows_kind kind, const char *graph)
{
	memset(r, 0, sizeof(*r));
	r->cli = c;
	r->kind = kind;
	r->graph = graph;
	choose_columns(r);
}

void
rows_start(struct rows *r, struct cli *c, enum rows_kind kind)
{
	prepare(r, c, kind, NULL);
	output_list(&c->out, r->columns, r->count, r->id_column);
}

void
rows_start_counts(struct rows *r, struct cli *c, const char *graph)
{
	prepare(r, c, ROWS_COUNTS, graph);
	output_list(&c->out, r->columns, r->count, r->id_column);
}

/* ---- Cells ---- */

struct cells {
	struct cell cells[OUTPUT_COLUMNS];
	size_t count;
	char created[TIME_TEXT];
	char updated[TIME_TEXT];
	char value[32];
};

static void
add(struct cells *to, struct cell c)
{
	to->cells[to->count++] = c;
}

static void
add_text(struct cells *to, const char *text)
{
	add(to, cell_text(text != NULL && text[0] != '\0' ? text : NULL));
}

static void
iso_time(int64_t seconds, char out[TIME_TEXT])
{
	time_t t = (time_t)seconds;
	struct tm tm;

	out[0] = '\0';
	if (gmtime_r(&t, &tm) != NULL)
		strftime(out, TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static void
add_verbose(struct cells *to, const struct rows *r, const alk_row *row,
    bool has_id)
{
	if (!r->cli->is_verbose)
		return;
	if (has_id)
		add_text(to, row->id);
	iso_time(row->created_at, to->created);
	iso_time(row->updated_at, to->updated);
	add_text(to, to->created);
	add_text(to, to->updated);
	add(to, row->metadata != NULL ?
	    cell_json(row->metadata, strlen(row->metadata)) : cell_text(NULL));
}

static const char *
handle(const alk_row *row)
{
	return row->key != NULL && row->key[0] != '\0' ? row->key : row->id;
}

/* The shortest text that reads as the same number. */
static void
write_value(char out[32], double value)
{
	int digits = 15;

	do
		(void)snprintf(out, 32, "%.*g", digits, value);
	while (digits++ < 17 && strtod(out, NULL) != value);
}

static void
cells_numbers(struct cells *to, const struct rows *r, const alk_row *row)
{
	if (group_name(r->kind) != NULL)
		add(to, cell_number((int64_t)r->group));
	if (number_name(r->kind) != NULL)
		add(to, cell_number(row->number));
	if (value_name(r->kind) == NULL)
		return;
	write_value(to->value, r->value);
	add(to, cell_json(to->value, strlen(to->value)));
}

static void
cells_item(struct cells *to, const struct rows *r, const alk_row *row)
{
	bool is_edge = r->kind == ROWS_EDGES;

	cells_numbers(to, r, row);
	if (is_mixed(r->kind))
		add_text(to, row->kind == ALK_EDGE ? "edge" : "node");
	if (is_edge)
		add_text(to, row->id);
	add_text(to, is_edge ? row->key : handle(row));
	add_text(to, row->type);
	if (is_edge || is_mixed(r->kind)) {
		add_text(to, row->source);
		add_text(to, row->target);
	}
	add_verbose(to, r, row, !is_edge);
	add(to, cell_json(row->attributes, row->attributes_bytes));
}

/* A member of an object as a cell; its text is borrowed from the reader. */
static struct cell
member(yyjson_val *object, const char *name)
{
	yyjson_val *v = yyjson_obj_get(object, name);

	if (yyjson_is_str(v))
		return cell_text(yyjson_get_str(v));
	if (yyjson_is_int(v))
		return cell_number(yyjson_get_sint(v));
	return cell_text(NULL);
}

static void
cells_columns(struct cells *to, struct rows *r, const alk_row *row)
{
	yyjson_val *root = json_read_own(&r->reader, row->attributes,
	    row->attributes_bytes, NULL);

	add_text(to, row->key);
	if (r->kind == ROWS_GRAPHS) {
		add_text(to, row->type);
		add(to, member(root, "status"));
		add(to, cell_number(row->number));
		add_text(to, row->id);
	} else {
		add(to, member(root, "scope"));
		add(to, member(root, "version"));
	}
	add_verbose(to, r, row, r->kind == ROWS_TYPES);
	add(to, member(root, "description"));
}

static void
make_cells(struct cells *to, struct rows *r, const alk_row *row)
{
	to->count = 0;
	switch (r->kind) {
	case ROWS_COUNTS:
		if (r->graph != NULL)
			add_text(to, r->graph);
		add_text(to, row->kind == ALK_EDGE ? "edge" : "node");
		add_text(to, row->type);
		add(to, cell_number(row->number));
		break;
	case ROWS_EVENTS:
		add(to, cell_number(row->number));
		add_text(to, row->key);
		add_text(to, row->type);
		iso_time(row->created_at, to->created);
		if (r->cli->is_verbose)
			add_text(to, to->created);
		add(to, cell_json(row->attributes, row->attributes_bytes));
		break;
	case ROWS_GRAPHS:
	case ROWS_TYPES:
		cells_columns(to, r, row);
		break;
	default:
		cells_item(to, r, row);
		break;
	}
}

/* The head of a row's object. */
static void
write_numbers(struct rows *r, const alk_row *row)
{
	char value[32];

	buf_char(&r->json, '{');
	if (group_name(r->kind) != NULL)
		buf_printf(&r->json, "\"%s\":%zu,", group_name(r->kind),
		    r->group);
	if (number_name(r->kind) != NULL)
		buf_printf(&r->json, "\"%s\":%lld,", number_name(r->kind),
		    (long long)row->number);
	if (value_name(r->kind) == NULL)
		return;
	write_value(value, r->value);
	buf_printf(&r->json, "\"%s\":%s,", value_name(r->kind), value);
}

/* The JSON object of a row; NULL where the cells make it. */
static const char *
row_json(struct rows *r, const alk_row *row, size_t *bytes)
{
	const char *json;
	enum format f = r->cli->out.format;
	alk_row plain = *row;

	if ((f != FORMAT_JSON && f != FORMAT_JSONL) || r->kind == ROWS_COUNTS)
		return NULL;
	if (row->kind == ALK_NODE || row->kind == ALK_EDGE)
		plain.number = 0; /* has a better name here */
	if (alk_row_json(r->cli->session, &plain, &json, bytes) != ALK_OK) {
		r->cli->out.is_nomem = true;
		return NULL;
	}
	if (numbers_count(r->kind) == 0 || *bytes < 3)
		return json;
	buf_clear(&r->json);
	write_numbers(r, row);
	buf_add(&r->json, json + 1, *bytes - 1);
	*bytes = r->json.bytes;
	r->cli->out.is_nomem |= r->json.failed;
	return buf_text(&r->json);
}

static void
note_bad(struct cli *c, const alk_row *row)
{
	if (row->status == ALK_OK)
		return;
	if (c->bad_rows++ == 0)
		report_note(c, "%s does not match its type: %s", handle(row),
		    row->problem != NULL ? row->problem : "");
}

int
rows_visit(void *arg, const alk_row *row)
{
	struct rows *r = arg;
	struct cells made;
	const char *json;
	size_t bytes = 0;

	json = row_json(r, row, &bytes);
	make_cells(&made, r, row);
	note_bad(r->cli, row);
	r->seen++;
	return output_row(&r->cli->out, made.cells, json, bytes) != 0 ||
	    (r->limit > 0 && r->seen == r->limit);
}

int
rows_visit_more(void *arg, const alk_visit *v)
{
	struct rows *r = arg;

	r->group = v->group;
	r->value = v->value;
	return rows_visit(r, v->row);
}

void
rows_end(struct rows *r, bool is_complete)
{
	if (is_complete)
		output_list_end(&r->cli->out);
	if (r->cli->bad_rows > 1)
		report_note(r->cli, "%zu rows do not match their type; 'alk "
		    "check FILE --attributes' lists them", r->cli->bad_rows);
	r->cli->bad_rows = 0;
	json_reader_fini(&r->reader);
	buf_fini(&r->json);
}

void
rows_print(struct cli *c, enum rows_kind kind, const alk_row *row)
{
	struct rows r;
	struct cells made;
	const char *json;
	size_t bytes = 0;

	prepare(&r, c, kind, NULL);
	json = row_json(&r, row, &bytes);
	if (json != NULL) {
		output_object(&c->out, json, bytes, "", false);
	} else {
		make_cells(&made, &r, row);
		output_record(&c->out, r.columns, r.count, r.id_column,
		    made.cells);
	}
	note_bad(c, row);
	json_reader_fini(&r.reader);
	buf_fini(&r.json);
}
