/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Commands on consumer groups, retention and listening. Times are shown as
 * seconds from now.
 */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

static int64_t
number(struct args *a, int i)
{
	const char *word = args_word(a, i);

	return word != NULL ? strtoll(word, NULL, 10) : 0;
}

static const char *
word_or_null(struct args *a, int i)
{
	const char *word = args_word(a, i);

	return word == NULL || strcmp(word, "-") == 0 ? NULL : word;
}

/* ---- Groups ------------------------------------------------------------ */

/* group create TOPIC NAME [start=N] [max=N] */
static int
run_create(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_group_new g = { args_word(a, 2), args_word(a, 3),
		args_number(a, "start", 0), args_number(a, "max", 0) };

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_group_create(s, &g));
}

/* group delete TOPIC NAME */
static int
run_delete(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_group_delete(s, args_word(a, 2),
	    args_word(a, 3)));
}

static int
show_delivery(void *arg, const alk_delivery *d)
{
	struct scene *sc = arg;
	int64_t now = sc->now_ms / 1000;

	text_printf(&sc->out, "%lld %s %s %s", (long long)d->offset, d->topic,
	    d->key != NULL ? d->key : "-", d->payload);
	if (d->consumer != NULL)
		text_printf(&sc->out, " to %s at %+lld", d->consumer,
		    (long long)(d->delivered_at - now));
	text_printf(&sc->out, " delivery %lld", (long long)d->deliveries);
	if (d->died_at != 0)
		text_printf(&sc->out, " died %+lld",
		    (long long)(d->died_at - now));
	text_str(&sc->out, "\n");
	return 0;
}

/* group read TOPIC GROUP CONSUMER [n=N] */
static int
run_read(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_group_read(s, args_word(a, 2),
	    args_word(a, 3), args_word(a, 4),
	    (size_t)args_number(a, "n", 10), show_delivery, sc));
}

/* group claim TOPIC GROUP CONSUMER [from=CONSUMER] [idle=S] [n=N] */
static int
run_claim(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_group_claim_options o = { args_get(a, "from"),
		args_number(a, "idle", 0), (size_t)args_number(a, "n", 10) };

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_group_claim(s, args_word(a, 2),
	    args_word(a, 3), args_word(a, 4), &o, show_delivery, sc));
}

/* group ack TOPIC GROUP CONSUMER OFFSET... */
static int
run_ack(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	int64_t offsets[ARGS_MAX];
	size_t count = 0;

	if (s == NULL)
		return SCENE_SLIP;
	for (int i = 5; i < a->count; i++)
		offsets[count++] = number(a, i);
	return scene_told(sc, alk_group_ack(s, args_word(a, 2),
	    args_word(a, 3), args_word(a, 4), offsets, count));
}

/* group leave TOPIC GROUP CONSUMER */
static int
run_leave(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_group_leave(s, args_word(a, 2),
	    args_word(a, 3), args_word(a, 4)));
}

/* group pending|dead TOPIC GROUP [consumer=] [idle=S] [after=N] [limit=N] */
static int
run_pending(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_group_query q = { args_get(a, "consumer"),
		args_number(a, "idle", 0), args_number(a, "after", 0),
		(size_t)args_number(a, "limit", 0) };
	const char *topic = args_word(a, 2);
	const char *group = args_word(a, 3);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, strcmp(args_word(a, 1), "dead") == 0 ?
	    alk_group_dead(s, topic, group, &q, show_delivery, sc) :
	    alk_group_pending(s, topic, group, &q, show_delivery, sc));
}

/* group revive|discard TOPIC GROUP OFFSET */
static int
run_dead(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *topic = args_word(a, 2);
	const char *group = args_word(a, 3);
	int64_t offset = number(a, 4);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, strcmp(args_word(a, 1), "revive") == 0 ?
	    alk_group_revive(s, topic, group, offset) :
	    alk_group_discard(s, topic, group, offset));
}

static int
show_group(void *arg, const alk_group_info *g)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "group %s %s at %lld lag %lld pending %lld "
	    "from %lld consumers %lld dead %lld max %lld\n", g->topic, g->name,
	    (long long)g->delivered, (long long)g->lag, (long long)g->pending,
	    (long long)g->oldest, (long long)g->consumers,
	    (long long)g->dead, (long long)g->max_deliveries);
	return 0;
}

/* group list [TOPIC] */
static int
run_groups(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_group_list(s, args_word(a, 2), show_group,
	    sc));
}

static int
show_consumer(void *arg, const alk_consumer *c)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "consumer %s %s %s at %lld lag %lld pending "
	    "%lld\n", c->topic, c->group != NULL ? c->group : "-", c->name,
	    (long long)c->offset, (long long)c->lag, (long long)c->pending);
	return 0;
}

/* consumer list [TOPIC] */
static int
run_consumers(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_stream_consumers(s, args_word(a, 2),
	    show_consumer, sc));
}

/* consumer forget CONSUMER TOPIC */
static int
run_forget(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_stream_forget(s, args_word(a, 2),
	    args_word(a, 3)));
}

/* ---- Retention --------------------------------------------------------- */

static void
read_policy(struct args *a, int from, alk_stream_policy *p)
{
	*p = (alk_stream_policy){ .topic = args_word(a, from),
		.keep_s = args_number(a, "age", 0),
		.keep_events = args_number(a, "count", 0),
		.drop_seen = args_has(a, from + 1, "seen"),
		.past_readers = args_has(a, from + 1, "hard") };
}

/* policy set TOPIC [age=S] [count=N] [seen] [hard] */
static int
run_policy(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_stream_policy p;

	if (s == NULL)
		return SCENE_SLIP;
	read_policy(a, 2, &p);
	return scene_told(sc, alk_stream_policy_set(s, &p));
}

static int
show_policy(void *arg, const alk_stream_policy *p)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "policy %s age %lld count %lld%s%s\n", p->topic,
	    (long long)p->keep_s, (long long)p->keep_events,
	    p->drop_seen ? " seen" : "", p->past_readers ? " hard" : "");
	return 0;
}

/* policy list [TOPIC] */
static int
run_policies(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_stream_policy_list(s, args_word(a, 2),
	    show_policy, sc));
}

/* trim TOPIC [age=S] [count=N] [seen] [hard] [max=N] */
static int
run_trim(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_stream_policy p;
	int64_t count = 0;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	read_policy(a, 1, &p);
	rc = scene_told(sc, alk_stream_trim(s, &p,
	    (size_t)args_number(a, "max", 0), &count));
	if (rc == ALK_OK)
		text_printf(&sc->out, "trimmed %lld\n", (long long)count);
	return rc;
}

/* prune [age=S] [keep=N] */
static int
run_prune(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	int64_t count = 0;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_notify_prune(s, args_number(a, "age", -1),
	    args_number(a, "keep", -1), &count));
	if (rc == ALK_OK)
		text_printf(&sc->out, "pruned %lld\n", (long long)count);
	return rc;
}

/* ---- Listening --------------------------------------------------------- */

struct listener {
	struct scene *sc;
	long long stop; /* at the event of this number; -1 never */
	int answer;
};

/*
 * What a fault broke off is taken up again: what was shown is not shown again.
 */
static int
hear(void *arg, const alk_row *row)
{
	struct listener *l = arg;
	struct scene *sc = l->sc;

	if (row->number > sc->heard_to)
		text_printf(&sc->heard, "%lld %s %s\n",
		    (long long)row->number, row->key, row->attributes);
	if (row->number > sc->heard_to)
		sc->heard_to = row->number;
	return row->number == l->stop ? l->answer : 0;
}

/* listen CHANNEL|- [after=N] [ms=N] [stop=N] */
static int
run_listen(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	struct listener l = { .sc = sc, .stop = args_number(a, "stop", -1),
		.answer = 1 };
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_listen(s, word_or_null(a, 1),
	    args_number(a, "after", -1), (int)args_number(a, "ms", 0), hear,
	    &l, NULL));
	text_add(&sc->out, sc->heard.data, sc->heard.bytes);
	return rc;
}

/*
 * follow TOPIC|- [consumer=NAME] [after=N] [every=N] [ms=N] [stop=N] [before]
 */
static int
run_follow(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	struct listener l = { .sc = sc, .stop = args_number(a, "stop", -1),
		.answer = args_has(a, 2, "before") ? -1 : 1 };
	alk_follow f = { .topic = word_or_null(a, 1),
		.consumer = args_get(a, "consumer"),
		.after = args_number(a, "after", 0),
		.save_events = (size_t)args_number(a, "every", 0),
		.wait_ms = (int)args_number(a, "ms", 0) };
	int64_t last = -1;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_stream_follow(s, &f, hear, &l, &last));
	text_add(&sc->out, sc->heard.data, sc->heard.bytes);
	if (last >= 0)
		text_printf(&sc->out, "last %lld\n", (long long)last);
	return rc;
}

const struct command group_commands[] = {
	{ "group create", 2, run_create },
	{ "group delete", 2, run_delete },
	{ "group read", 2, run_read },
	{ "group claim", 2, run_claim },
	{ "group ack", 2, run_ack },
	{ "group leave", 2, run_leave },
	{ "group pending", 2, run_pending },
	{ "group dead", 2, run_pending },
	{ "group revive", 2, run_dead },
	{ "group discard", 2, run_dead },
	{ "group list", 2, run_groups },
	{ "consumer list", 2, run_consumers },
	{ "consumer forget", 2, run_forget },
	{ "policy set", 2, run_policy },
	{ "policy list", 2, run_policies },
	{ "trim", 1, run_trim },
	{ "prune", 1, run_prune },
	{ "listen", 1, run_listen },
	{ "follow", 1, run_follow },
	{ NULL, 0, NULL }
};
