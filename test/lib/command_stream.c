/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Commands on events, import and export.
 */
#include "scene.h"

#include <string.h>

/* stream publish TOPIC KEY|- PAYLOAD */
static int
run_publish(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *topic = args_word(a, 2);
	const char *key = args_word(a, 3);
	const char *payload = args_word(a, 4);
	int64_t offset = 0;
	int rc;

	if (s == NULL || payload == NULL)
		return scene_slip(sc, "stream publish TOPIC KEY PAYLOAD");
	rc = scene_told(sc, alk_stream_publish(s, topic,
	    strcmp(key, "-") == 0 ? NULL : key, payload, ALK_NUL, &offset));
	if (rc == ALK_OK)
		text_printf(&sc->out, "offset %lld\n", (long long)offset);
	return rc;
}

/* stream read TOPIC|- [after=N] [limit=N] */
static int
run_read(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *topic = args_word(a, 2);
	struct show v;
	int64_t last = 0;
	int rc;

	if (s == NULL || topic == NULL)
		return scene_slip(sc, "stream read TOPIC|-");
	show_init(&v, sc, a);
	rc = scene_told(sc, alk_stream_read(s,
	    strcmp(topic, "-") == 0 ? NULL : topic,
	    args_number(a, "after", 0), (size_t)args_number(a, "limit", 0),
	    show_row, &v, &last));
	if (rc == ALK_OK)
		text_printf(&sc->out, "last %lld\n", (long long)last);
	return show_end(&v, rc);
}

/* notify CHANNEL PAYLOAD */
static int
run_notify(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *channel = args_word(a, 1);
	const char *payload = args_word(a, 2);

	if (s == NULL || payload == NULL)
		return scene_slip(sc, "notify CHANNEL PAYLOAD");
	return scene_told(sc,
	    alk_notify(s, channel, payload, ALK_NUL, NULL));
}

/* wait [ms=N]. With faults it may wake for nothing, or too late. */
static int
run_wait(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	sc->is_loose = sc->env->excuse != NULL;
	return scene_told(sc,
	    alk_wait(s, (int)args_number(a, "ms", 0)));
}

/* ---- Import and export ------------------------------------------------- */

struct source {
	const char *at;
	size_t left;
	long piece; /* bytes a call at most, so that lines get cut */
};

static long
read_source(void *arg, char *into, size_t room)
{
	struct source *src = arg;
	size_t bytes = src->left < room ? src->left : room;

	if (bytes > (size_t)src->piece)
		bytes = (size_t)src->piece;
	memcpy(into, src->at, bytes);
	src->at += bytes;
	src->left -= bytes;
	return (long)bytes;
}

static void
add_result(alk_import_result *sum, const alk_import_result *r)
{
	sum->nodes += r->nodes;
	sum->edges += r->edges;
	sum->unchanged += r->unchanged;
	sum->lines = r->lines;
}

static void
show_imported(struct scene *sc, const alk_import_result *r)
{
	text_printf(&sc->out,
	    "nodes %lld, edges %lld, unchanged %lld, lines %lld\n",
	    (long long)r->nodes, (long long)r->edges,
	    (long long)r->unchanged, (long long)r->lines);
}

static int
read_format(struct args *a)
{
	static const char *const names[] = { "jsonl", "graphology", "graphml",
		"gexf", "csv" };
	const char *name = args_get(a, "format");
	int n = name == NULL ? 0 : -1;

	for (int i = 0; name != NULL && i < 5; i++)
		if (strcmp(name, names[i]) == 0)
			n = i;
	return n;
}

static void
show_loss(void *arg, const alk_loss *loss)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "lost %lld %s: %s\n", (long long)loss->count,
	    loss->kind, loss->example);
}

static void
read_import(struct scene *sc, struct args *a, alk_import_options *o)
{
	memset(o, 0, sizeof(*o));
	if (args_has(a, 2, "put"))
		o->flags |= ALK_IMPORT_PUT;
	if (args_has(a, 2, "dry"))
		o->flags |= ALK_IMPORT_DRY_RUN;
	if (args_has(a, 2, "atomic"))
		o->flags |= ALK_IMPORT_ATOMIC;
	if (args_has(a, 2, "merge"))
		o->flags |= ALK_IMPORT_MERGE;
	if (args_has(a, 2, "strict"))
		o->flags |= ALK_IMPORT_STRICT;
	if (args_has(a, 2, "no_edge_keys"))
		o->flags |= ALK_IMPORT_NO_EDGE_KEYS;
	o->format = read_format(a);
	o->create_type = args_get(a, "create");
	o->loss = show_loss;
	o->loss_arg = sc;
	o->batch_rows = (size_t)args_number(a, "batch", 0);
	o->skip_lines = args_number(a, "skip", 0);
	if (sc->imported.lines > o->skip_lines)
		o->skip_lines = sc->imported.lines;
}

/*
 * import GRAPH [put|merge] [dry] [atomic] [strict] [no_edge_keys] [batch=N]
 *        [skip=N] [from=NAME] [format=NAME] [create=TYPE]
 *
 * An import that a fault broke off is taken up again where it says that it got
 * to, so that the sum of both is what the scenario expects.
 */
static int
run_import(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	struct text lines = { 0 };
	alk_import_options o;
	alk_import_result r = { 0 };
	struct source src = { NULL, 0, args_number(a, "piece", 1000) };
	int rc = SCENE_SLIP;

	if (s == NULL || !scene_input(sc, a, &lines)) {
		text_fini(&lines);
		return SCENE_SLIP;
	}
	src.at = text_get(&lines);
	src.left = lines.bytes;
	read_import(sc, a, &o);
	rc = scene_told(sc, alk_import(s, args_word(a, 1), &o, read_source,
	    &src, &r));
	text_fini(&lines);
	if (rc > 0)
		return rc;
	add_result(&sc->imported, &r);
	show_imported(sc, &sc->imported);
	return rc;
}

static int
take_piece(void *arg, const char *data, size_t bytes)
{
	text_add(arg, data, bytes);
	return 0;
}

/*
 * export GRAPH [to=NAME] [format=NAME] [nodes|edges] [strict] [bare]: shows the
 * lines, or keeps them; then what was lost
 */
static int
run_export(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *name = args_get(a, "to");
	struct text *to = name == NULL ? &sc->out : scene_saved(sc, name);
	alk_export_options o = { .format = read_format(a), .loss = show_loss,
		.loss_arg = sc };

	if (s == NULL || to == NULL)
		return SCENE_SLIP;
	if (args_has(a, 2, "nodes"))
		o.kind = ALK_NODE;
	if (args_has(a, 2, "edges"))
		o.kind = ALK_EDGE;
	if (args_has(a, 2, "strict"))
		o.flags |= ALK_EXPORT_STRICT;
	if (args_has(a, 2, "bare"))
		o.flags |= ALK_EXPORT_BARE;
	text_clear(to);
	return scene_told(sc, alk_export(s, args_word(a, 1), &o, take_piece,
	    to));
}

const struct command stream_commands[] = {
	{ "stream publish", 2, run_publish },
	{ "stream read", 2, run_read },
	{ "notify", 1, run_notify },
	{ "wait", 1, run_wait },
	{ "import", 1, run_import },
	{ "export", 1, run_export },
	{ NULL, 0, NULL }
};
