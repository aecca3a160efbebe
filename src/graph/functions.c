/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The SQL functions of this room: alk_match(filter, attributes) and
   alk_sort_key(path, attributes). */
#include "base/error.h"
#include "base/mem.h"
#include "filter/filter.h"
#include "graph/graph.h"

struct match {
	struct filter *filter;
	struct json_reader reader;
};

static void
match_release(void *compiled)
{
	struct match *m = compiled;

	filter_free(m->filter);
	json_reader_fini(&m->reader);
	mem_release(m);
}

static int
match_compile(const char *text, size_t bytes, void **compiled, alk_error *err)
{
	struct match *m = mem_zero(sizeof(*m));

	if (m == NULL)
		return error_nomem(err);
	if (filter_parse(text, bytes, &m->filter, err) != ALK_OK) {
		mem_release(m);
		return err->code;
	}
	*compiled = m;
	return ALK_OK;
}

/*
 * Attributes that cannot be read match nothing; memory that is missing is told.
 */
static yyjson_val *
parse(struct json_reader *reader, const char *text, size_t bytes,
    struct buf *out)
{
	alk_error err = { 0 };
	yyjson_val *root = text == NULL ? NULL :
	    json_read_own(reader, text, bytes, &err);

	if (err.code == ALK_NOMEM)
		out->failed = true;
	return root;
}

static bool
match_apply(void *compiled, const char *text, size_t bytes, struct buf *out)
{
	struct match *m = compiled;
	yyjson_val *root = parse(&m->reader, text, bytes, out);

	return root != NULL && filter_match(m->filter, root);
}

struct sorter {
	struct filter_path *path;
	struct json_reader reader;
};

static void
sorter_release(void *compiled)
{
	struct sorter *s = compiled;

	filter_path_free(s->path);
	json_reader_fini(&s->reader);
	mem_release(s);
}

static int
sorter_compile(const char *text, size_t bytes, void **compiled, alk_error *err)
{
	struct sorter *s = mem_zero(sizeof(*s));

	if (s == NULL)
		return error_nomem(err);
	if (filter_path_parse(text, bytes, &s->path, err) != ALK_OK) {
		mem_release(s);
		return err->code;
	}
	*compiled = s;
	return ALK_OK;
}

static bool
sorter_apply(void *compiled, const char *text, size_t bytes, struct buf *out)
{
	struct sorter *s = compiled;
	yyjson_val *root = parse(&s->reader, text, bytes, out);

	filter_sort_key(out, root != NULL ? filter_path_get(s->path, root) :
	    NULL);
	return true;
}

const struct db_function graph_functions[] = {
	{ "alk_match", true, match_compile, match_release, match_apply },
	{ "alk_sort_key", false, sorter_compile, sorter_release,
	    sorter_apply },
};
const size_t graph_functions_count = sizeof(graph_functions) /
    sizeof(graph_functions[0]);
