/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The vectors of graphology 0.26: what it makes of serialised graphs, beside
 * what an import and an export make of them.
 *
 *   graphology FILE   one JSON object a line: id, mode (import, from, merge),
 *                     ctorOptions, base, data, output | throws
 *
 * Each is run three times: as it is, byte by byte, and with its members in the
 * opposite order. Ours differs where the specification says so: an import that
 * fails leaves everything as it was, keys are strings or numbers, attributes
 * are objects. Edges are compared as a set, as the store lists them by source.
 */
#include "support.h"

#include "base/buf.h"
#include "fixture.h"

#include <alkstore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;
static int serial;

/* Where the specification wants another answer than graphology gives. */
static const struct {
	const char *id;
	int code; /* ours; ALK_OK: another graph, which is checked below */
} ours[] = {
	{ "G-007", ALK_OK },   /* an edge whose key is null has none */
	{ "G-010", ALK_JSON }, /* keys that are no strings */
	{ "G-035", ALK_JSON }, /* attributes that are an array */
	{ "G-042", ALK_JSON }, /* an array instead of a graph */
};

static const int *
our_code(yyjson_val *row)
{
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (yyjson_equals_str(yyjson_obj_get(row, "id"), ours[i].id))
			return &ours[i].code;
	return NULL;
}

/* ---- input and output ---- */

struct input {
	const char *text;
	size_t left;
	size_t piece;
};

static long
give(void *arg, char *into, size_t room)
{
	struct input *in = arg;
	size_t n = in->left < room ? in->left : room;

	if (n > in->piece)
		n = in->piece;
	memcpy(into, in->text, n);
	in->text += n;
	in->left -= n;
	return (long)n;
}

static int
take(void *arg, const char *data, size_t bytes)
{
	buf_add(arg, data, bytes);
	return 0;
}

static void
export(const char *graph, struct buf *out)
{
	alk_export_options o = { .format = ALK_FORMAT_GRAPHOLOGY,
		.flags = ALK_EXPORT_BARE };

	buf_clear(out);
	fixture_ok(f.session, alk_export(f.session, graph, &o, take, out),
	    "export");
}

/* The value, its members in the opposite order if that is asked for. */
static void
write_data(struct buf *out, yyjson_val *data, bool is_turned)
{
	size_t n = yyjson_obj_size(data);

	if (!is_turned || n == 0) {
		json_write(out, data);
		return;
	}
	for (size_t i = n; i > 0; i--) {
		yyjson_obj_iter at = yyjson_obj_iter_with(data);
		yyjson_val *key = NULL;
		for (size_t k = 0; k < i; k++)
			key = yyjson_obj_iter_next(&at);
		buf_char(out, i == n ? '{' : ',');
		json_write(out, key);
		buf_char(out, ':');
		json_write(out, yyjson_obj_iter_get_val(key));
	}
	buf_char(out, '}');
}

/* ---- the graph type and the graph ---- */

static yyjson_val *
option_of(yyjson_val *row, const char *name)
{
	yyjson_val *v = yyjson_obj_get(yyjson_obj_get(row, "ctorOptions"),
	    name);

	if (v == NULL && yyjson_equals_str(yyjson_obj_get(row, "mode"), "from"))
		v = yyjson_obj_get(yyjson_obj_get(yyjson_obj_get(row, "data"),
		    "options"), name);
	return v;
}

static void
write_config(struct buf *out, yyjson_val *row)
{
	static const struct {
		const char *name;
		const char *usual;
	} options[] = { { "type", "\"mixed\"" }, { "multi", "false" },
		{ "allowSelfLoops", "true" } };

	buf_str(out, "{\"Config\":{\"type\":\"object\",\"properties\":{");
	for (size_t i = 0; i < 3; i++) {
		yyjson_val *v = option_of(row, options[i].name);
		buf_str(out, i > 0 ? ",\"" : "\"");
		buf_str(out, options[i].name);
		buf_str(out, "\":{\"const\":");
		if (v != NULL)
			json_write(out, v);
		else
			buf_str(out, options[i].usual);
		buf_char(out, '}');
	}
	buf_str(out, "}},\"ThingNode\":{\"type\":\"object\"},"
	    "\"LinkEdge\":{\"type\":\"object\"}}");
}

static int
load_type(yyjson_val *row, const char *name)
{
	alk_type_options o = { .scope = "tenant" };
	struct buf module = { 0 };
	int rc;

	write_config(&module, row);
	rc = alk_types_load(f.session, name, &o, buf_text(&module), ALK_NUL,
	    NULL);
	buf_fini(&module);
	return rc;
}

static int
import(const char *graph, const struct buf *text, alk_import_options *o,
    size_t piece)
{
	struct input in = { text->data, text->bytes, piece };

	o->format = ALK_FORMAT_GRAPHOLOGY;
	return alk_import(f.session, graph, o, give, &in, NULL);
}

static void
make_graph(yyjson_val *row, const char *name)
{
	alk_graph_new n = { .name = name, .type = name };
	yyjson_val *base = yyjson_obj_get(row, "base");
	struct buf text = { 0 };
	alk_import_options o = { 0 };

	fixture_ok(f.session, alk_graph_create(f.session, &n, NULL), name);
	if (base != NULL) {
		json_write(&text, base);
		fixture_ok(f.session, import(name, &text, &o, 100), "base");
	}
	buf_fini(&text);
}

/* ---- comparing ---- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A generated key, theirs or ours, is one like the other. */
static bool
is_generated(yyjson_val *key)
{
	const char *text = yyjson_get_str(key);

	return text != NULL && (strncmp(text, "geid_", 5) == 0 ||
	    strncmp(text, "edge-", 5) == 0 || strcmp(text, "null") == 0);
}

static char *
element_text(yyjson_val *element)
{
	struct buf out = { 0 };
	yyjson_val *key = yyjson_obj_get(element, "key");

	json_write_without(&out, element, "key");
	if (is_generated(key))
		buf_str(&out, "?");
	else
		json_write(&out, key);
	char *text = strdup(buf_text(&out));
	buf_fini(&out);
	return text;
}

static bool
is_same_set(yyjson_val *a, yyjson_val *b)
{
	size_t n = yyjson_arr_size(a), i;
	char **x = calloc(2 * n + 1, sizeof(x[0])), **y = x + n;
	bool is_same = n == yyjson_arr_size(b);

	for (i = 0; is_same && i < n; i++) {
		x[i] = element_text(yyjson_arr_get(a, i));
		y[i] = element_text(yyjson_arr_get(b, i));
	}
	if (is_same && n > 0) {
		qsort(x, n, sizeof(x[0]), by_text);
		qsort(y, n, sizeof(y[0]), by_text);
	}
	for (i = 0; i < n && is_same; i++)
		is_same = strcmp(x[i], y[i]) == 0;
	for (i = 0; i < 2 * n; i++)
		free(x[i]);
	free(x);
	return is_same;
}

static bool
is_expected(const struct buf *text, yyjson_val *want)
{
	struct json_reader reader = { 0 };
	yyjson_val *root = support_parse(&reader, text->data, text->bytes,
	    "export");
	bool is = json_equal(yyjson_obj_get(root, "options"),
	    yyjson_obj_get(want, "options")) &&
	    json_equal(yyjson_obj_get(root, "attributes"),
		yyjson_obj_get(want, "attributes")) &&
	    is_same_set(yyjson_obj_get(root, "nodes"),
		yyjson_obj_get(want, "nodes")) &&
	    is_same_set(yyjson_obj_get(root, "edges"),
		yyjson_obj_get(want, "edges"));

	json_reader_fini(&reader);
	return is;
}

/* Whether a code of ours says what their error says. */
static bool
is_same_error(yyjson_val *throws, int rc)
{
	yyjson_val *name = yyjson_obj_get(throws, "name");

	if (yyjson_equals_str(name, "NotFoundGraphError"))
		return rc == ALK_NOTFOUND;
	if (yyjson_equals_str(name, "UsageGraphError"))
		return rc == ALK_EXISTS || rc == ALK_STRUCTURE ||
		    rc == ALK_CONFLICT;
	return rc == ALK_JSON;
}

/* ---- a row ---- */

static int
run(yyjson_val *row, size_t piece, bool is_turned)
{
	yyjson_val *throws = yyjson_obj_get(row, "throws");
	yyjson_val *mode = yyjson_obj_get(row, "mode");
	bool is_new = yyjson_equals_str(mode, "from") &&
	    yyjson_obj_get(row, "ctorOptions") == NULL;
	struct buf data = { 0 }, before = { 0 }, after = { 0 };
	alk_import_options o = { 0 };
	const int *code = our_code(row);
	char name[32];
	int passed;

	(void)snprintf(name, sizeof(name), "v%d", ++serial);
	if (load_type(row, name) != ALK_OK)
		return throws != NULL;
	if (!is_new) {
		make_graph(row, name);
		export(name, &before);
	}
	write_data(&data, yyjson_obj_get(row, "data"), is_turned);
	o.create_type = is_new ? name : NULL;
	o.flags = yyjson_equals_str(mode, "merge") ? ALK_IMPORT_MERGE : 0;
	int rc = import(name, &data, &o, piece);
	if (rc == ALK_OK || !is_new)
		export(name, &after);
	if (code != NULL && *code != ALK_OK)
		passed = rc == *code;
	else if (throws != NULL)
		passed = is_same_error(throws, rc);
	else
		passed = rc == ALK_OK &&
		    is_expected(&after, yyjson_obj_get(row, "output"));
	/* All of it or nothing. */
	if (rc != ALK_OK && !is_new)
		passed &= strcmp(buf_text(&before), buf_text(&after)) == 0;
	else if (rc != ALK_OK)
		passed &= alk_graph_get(f.session, name, &(alk_row){ 0 }) ==
		    ALK_NOTFOUND;
	if (!passed)
		printf("%s: %s %s\n%s\n", yyjson_get_str(yyjson_obj_get(row,
		    "id")), alk_error_name(rc),
		    rc != ALK_OK ? alk_session_error(f.session)->text : "",
		    buf_text(&after));
	buf_fini(&data);
	buf_fini(&before);
	buf_fini(&after);
	return passed;
}

static int
check(yyjson_val *row)
{
	return run(row, 1000, false) && run(row, 1, false) &&
	    run(row, 7, true);
}

int
main(int argc, char **argv)
{
	fixture_init(&f, NULL);
	int status = support_vectors(argc, argv, NULL, check);
	fixture_fini(&f);
	return status;
}
