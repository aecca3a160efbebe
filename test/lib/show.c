/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Rows as lines of a scenario:
 *
 *     node KEY TYPE ATTRIBUTES
 *     edge KEY TYPE SOURCE -> TARGET ATTRIBUTES
 *                                   (-- undirected; KEY - for none)
 *     graph NAME TYPE rev N
 *     event OFFSET TOPIC KEY PAYLOAD
 *
 * and with as=json whatever alk_row_json() makes of them.
 */
#include "scene.h"

#include <string.h>

void
show_init(struct show *v, struct scene *sc, struct args *a)
{
	const char *as = args_get(a, "as");

	memset(v, 0, sizeof(*v));
	v->sc = sc;
	v->is_json = as != NULL && strcmp(as, "json") == 0;
	v->stop = args_number(a, "stop", -1);
}

static const char *
or_dash(const char *text)
{
	return text == NULL || text[0] == '\0' ? "-" : text;
}

static void
show_edge(struct text *out, const alk_row *row)
{
	text_printf(out, "edge %s %s %s %s %s %s", or_dash(row->key),
	    or_dash(row->type), row->source, row->undirected ? "--" : "->",
	    row->target, row->attributes);
}

static void
show_plain(struct show *v, const alk_row *row)
{
	struct text *out = &v->sc->out;

	if (v->is_numbered)
		text_printf(out, "%lld ", (long long)row->number);
	switch (row->kind) {
	case ALK_NODE:
		text_printf(out, "node %s %s %s", or_dash(row->key),
		    or_dash(row->type),
		    row->attributes == NULL ? "" : row->attributes);
		break;
	case ALK_EDGE:
		show_edge(out, row);
		break;
	case ALK_GRAPH:
		text_printf(out, "graph %s %s rev %lld", row->key, row->type,
		    (long long)row->number);
		break;
	case ALK_EVENT:
		text_printf(out, "event %lld %s %s %s", (long long)row->number,
		    row->key, or_dash(row->type), row->attributes);
		break;
	default:
		text_printf(out, "type %s %s", row->key, row->attributes);
	}
	if (row->status != ALK_OK)
		text_printf(out, " (%s: %s)", alk_error_name(row->status),
		    row->problem == NULL ? "" : row->problem);
	text_str(out, "\n");
}

static void
show_json(struct show *v, const alk_row *row)
{
	alk_session *s = scene_session(v->sc);
	const char *json;
	size_t bytes;
	int rc = alk_row_json(s, row, &json, &bytes);

	if (rc != ALK_OK) {
		v->rc = scene_told(v->sc, rc);
		return;
	}
	text_add(&v->sc->out, json, bytes);
	text_str(&v->sc->out, "\n");
}

void
show_one(struct show *v, const alk_row *row)
{
	if (v->is_json)
		show_json(v, row);
	else
		show_plain(v, row);
	v->rows++;
}

int
show_row(void *arg, const alk_row *row)
{
	struct show *v = arg;

	show_one(v, row);
	return v->rc != ALK_OK || v->rows == v->stop;
}

int
show_end(const struct show *v, int rc)
{
	return rc == ALK_OK ? v->rc : rc;
}
