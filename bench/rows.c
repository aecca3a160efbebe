/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * JSON Lines -> rows in memory. The memory is the program's until it ends.
 */
#include "rows.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

/* Keys of nodes -> place + 1, open addressing. */
struct index {
	size_t *slot;
	size_t room; /* a power of two */
};

static size_t *
index_slot(const struct index *x, const struct row *rows, const char *key)
{
	uint64_t hash = 1469598103934665603u;
	size_t i;

	for (const char *p = key; *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * 1099511628211u;
	i = (size_t)hash & (x->room - 1);
	while (x->slot[i] != 0 && strcmp(rows[x->slot[i] - 1].key, key) != 0)
		i = (i + 1) & (x->room - 1);
	return &x->slot[i];
}

static void
index_add(struct index *x, const struct rows *r, size_t place)
{
	if (place * 2 >= x->room) {
		free(x->slot);
		x->room = x->room == 0 ? 4096 : x->room * 2;
		x->slot = must_have(calloc(x->room, sizeof(*x->slot)));
		for (size_t i = 0; i < place; i++)
			*index_slot(x, r->row, r->row[i].key) = i + 1;
	}
	*index_slot(x, r->row, r->row[place].key) = place + 1;
}

static size_t
index_find(const struct index *x, const struct rows *r, const char *key)
{
	size_t place = *index_slot(x, r->row, key);

	if (place == 0)
		die(key, "an edge joins it, and there is no such node");
	return place - 1;
}

static const char *
member(yyjson_mut_val *object, const char *name)
{
	const char *text = yyjson_mut_get_str(yyjson_mut_obj_get(object, name));

	return must_have(strdup(text == NULL ? "" : text));
}

static void
row_parse(struct rows *r, struct index *x, const char *line)
{
	struct row *row = &r->row[r->count];
	yyjson_doc *doc = yyjson_read(line, strlen(line), 0);
	yyjson_mut_doc *copy = must_have(yyjson_doc_mut_copy(doc, NULL));
	yyjson_mut_val *root = yyjson_mut_doc_get_root(copy);
	yyjson_mut_val *attributes = yyjson_mut_obj_get(root, "attributes");
	bool is_node = yyjson_mut_obj_get(root, "key") != NULL;
	const char *name = is_node ? "nodeType" : "edgeType";

	*row = (struct row){ .type = member(attributes, name) };
	row->full = must_have(yyjson_mut_val_write(attributes, 0, NULL));
	yyjson_mut_obj_remove_key(attributes, name);
	row->attributes = must_have(yyjson_mut_val_write(attributes, 0, NULL));
	if (is_node) {
		row->key = member(root, "key");
		index_add(x, r, r->count);
	} else {
		row->source = index_find(x, r,
		    yyjson_mut_get_str(yyjson_mut_obj_get(root, "source")));
		row->target = index_find(x, r,
		    yyjson_mut_get_str(yyjson_mut_obj_get(root, "target")));
	}
	yyjson_mut_doc_free(copy);
	yyjson_doc_free(doc);
}

/* Of several copies the nodes come first too: the file is read twice. */
void
rows_read(struct rows *out, struct feed *f)
{
	struct index x = { 0 };
	size_t room = 0;
	char *line;

	*out = (struct rows){ 0 };
	for (int pass = 0; pass < 2; pass++) {
		rewind(f->file);
		f->copy = 0;
		while ((line = feed_line(f)) != NULL) {
			if ((strncmp(line, "{\"kind\":\"node\"", 14) == 0) !=
			    (pass == 0))
				continue;
			if (out->count == room) {
				room = room * 2 + 1024;
				out->row = must_have(realloc(out->row,
				    room * sizeof(*out->row)));
			}
			row_parse(out, &x, line);
			out->count++;
		}
		if (pass == 0)
			out->nodes = out->count;
	}
	free(x.slot);
}
