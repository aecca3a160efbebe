/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "graph/changes.h"

#include "base/mem.h"

#include <string.h>

void
changes_fini(struct changes *c)
{
	mem_release(c->list);
	buf_fini(&c->text);
	*c = (struct changes){ 0 };
}

void
changes_clear(struct changes *c)
{
	c->count = 0;
	c->last_graph = CHANGE_NONE;
	c->has_others = false;
	buf_clear(&c->text);
}

static size_t
keep(struct changes *c, const char *text)
{
	if (text == NULL)
		return CHANGE_NONE;
	size_t at = c->text.bytes;
	buf_add(&c->text, text, strlen(text) + 1);
	return at;
}

/* The graph is mostly that of the change before. */
static size_t
keep_graph(struct changes *c, const char *id)
{
	const char *last = changes_text(c, c->last_graph);

	if (id == NULL)
		return CHANGE_NONE;
	if (c->count > 0 && last != NULL && strcmp(last, id) == 0)
		return c->last_graph;
	c->last_graph = keep(c, id);
	return c->last_graph;
}

static bool
grow(struct changes *c)
{
	size_t room = c->room == 0 ? 16 : c->room * 2;
	struct change *list = mem_resize(c->list, room * sizeof(list[0]));

	if (list == NULL)
		return false;
	c->list = list;
	c->room = room;
	return true;
}

int
changes_add(struct changes *c, struct change change,
    const struct change_texts *texts)
{
	if (c->count == c->room && !grow(c))
		return ALK_NOMEM;
	change.graph_id = keep_graph(c, texts->graph_id);
	change.key = keep(c, texts->key);
	change.id = keep(c, texts->id);
	change.type = keep(c, texts->type);
	change.source = keep(c, texts->source);
	change.target = keep(c, texts->target);
	if (c->text.failed)
		return ALK_NOMEM;
	if (change.op != 0 && change.kind != ALK_NODE &&
	    change.kind != ALK_EDGE)
		c->has_others = true;
	c->list[c->count++] = change;
	return ALK_OK;
}

const char *
changes_text(const struct changes *c, size_t offset)
{
	return offset == CHANGE_NONE || offset >= c->text.bytes ? NULL :
	    c->text.data + offset;
}

struct changes_mark
changes_mark(const struct changes *c)
{
	return (struct changes_mark){ c->count, c->text.bytes };
}

void
changes_back_to(struct changes *c, struct changes_mark mark)
{
	c->count = mark.count;
	c->text.bytes = mark.text_bytes;
	c->text.failed = false;
	if (c->last_graph != CHANGE_NONE && c->last_graph >= mark.text_bytes)
		c->last_graph = CHANGE_NONE;
}
