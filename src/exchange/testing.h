/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_TESTING_H
#define EXCHANGE_TESTING_H

/*
 * For the tests of this room only: a store, texts in and out, random graphs.
 * "child.h" and "fixture.h" of test/lib are included before it.
 */

#include "base/mem.h"
#include "json/json.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct fixture testing;

static inline int
testing_set_up(void **state)
{
	(void)state;
	fixture_init(&testing, NULL);
	return 0;
}

static inline int
testing_tear_down(void **state)
{
	(void)state;
	fixture_fini(&testing);
	return 0;
}

#define TESTING(name) \
	cmocka_unit_test_setup_teardown(name, testing_set_up, testing_tear_down)

/* ---- texts ---- */

/* Grows; data is freed with mem_release(). */
struct testing_text {
	char *data;
	size_t bytes;
	size_t room;
};

static inline void
testing_append(struct testing_text *t, const char *data, size_t bytes)
{
	if (t->bytes + bytes + 1 > t->room) {
		t->room = (t->room + bytes + 1) * 2;
		t->data = mem_resize(t->data, t->room);
		assert_non_null(t->data);
	}
	memcpy(t->data + t->bytes, data, bytes);
	t->bytes += bytes;
	t->data[t->bytes] = '\0';
}

static inline void __attribute__((format(printf, 2, 3)))
testing_add(struct testing_text *t, const char *format, ...)
{
	char piece[4096];
	va_list ap;

	va_start(ap, format);
	int n = vsnprintf(piece, sizeof(piece), format, ap);
	va_end(ap);
	assert_in_range(n, 0, sizeof(piece) - 1);
	testing_append(t, piece, (size_t)n);
}

/* An alk_write_fn into a testing_text. */
static inline int
testing_take(void *arg, const char *data, size_t bytes)
{
	testing_append(arg, data, bytes);
	return 0;
}

/* The graph in a format; freed with mem_release(). */
static inline char *
testing_export(const char *graph, const alk_export_options *o)
{
	struct testing_text out = { 0 };

	testing_append(&out, "", 0);
	fixture_ok(testing.session, alk_export(testing.session, graph, o,
	    testing_take, &out), "export");
	return out.data;
}

struct testing_input {
	const char *data;
	size_t left;
	size_t piece; /* bytes a call at most; 0: as many as fit */
};

static inline long
testing_give(void *arg, char *into, size_t room)
{
	struct testing_input *in = arg;
	size_t n = in->left < room ? in->left : room;

	if (in->piece != 0 && n > in->piece)
		n = in->piece;
	memcpy(into, in->data, n);
	in->data += n;
	in->left -= n;
	return (long)n;
}

static inline int
testing_import(const char *graph, const char *text,
    const alk_import_options *o, alk_import_result *result)
{
	struct testing_input in = { text, strlen(text), 0 };

	return alk_import(testing.session, graph, o, testing_give, &in, result);
}

/* Input without an end: a head, then one byte again and again. */
struct testing_flood {
	const char *head;
	size_t at;
	int64_t left;
	char byte; /* 0: 'x' */
};

static inline long
testing_read_flood(void *arg, char *into, size_t room)
{
	struct testing_flood *f = arg;
	size_t n = 0;

	for (; n < room && f->head[f->at] != '\0'; n++)
		into[n] = f->head[f->at++];
	if (n > 0)
		return (long)n;
	n = (int64_t)room < f->left ? room : (size_t)f->left;
	memset(into, f->byte != '\0' ? f->byte : 'x', n);
	f->left -= (int64_t)n;
	return (long)n;
}

/* An alk_progress_fn that says stop when *arg has counted down to 0. */
static inline int
testing_stop(void *arg, int64_t done, int64_t total)
{
	int *left = arg;

	(void)done;
	(void)total;
	return --*left == 0;
}

/* An alk_loss_fn that adds up. */
static inline void
testing_count_loss(void *arg, const alk_loss *loss)
{
	int64_t *sum = arg;

	*sum += loss->count;
}

/* Into the graph "g"; what is lost is added up, unless lost is NULL. */
static inline int
testing_import_as(int format, const char *text, unsigned flags, int64_t *lost)
{
	alk_import_options o = { .format = format, .flags = flags,
		.loss = lost != NULL ? testing_count_loss : NULL,
		.loss_arg = lost };

	return testing_import("g", text, &o, NULL);
}

/* The graph holds what these JSON Lines say, in this order. */
static inline void
testing_holds(const char *graph, const char *want)
{
	char *text = testing_export(graph, NULL);

	assert_string_equal(text, want);
	mem_release(text);
}

/* ---- texts that are wrong ---- */

/* An import of o into "g" fails so; entry, pointer: NULL for any. */
static inline void
testing_refuses(const alk_import_options *o, const char *text, int code,
    const char *entry, const char *pointer, const char *words)
{
	const alk_error *err = alk_session_error(testing.session);
	int rc = testing_import("g", text, o, NULL);

	if (rc != code || (entry != NULL && strcmp(err->entry, entry) != 0) ||
	    (pointer != NULL && strcmp(err->pointer, pointer) != 0) ||
	    strstr(err->text, words) == NULL)
		fail_msg("%s: %s [%s] [%s] %s", text, alk_error_name(rc),
		    err->entry, err->pointer, err->text);
}

struct testing_wrong {
	const char *text;
	int code;
	const char *entry; /* NULL: any */
	const char *words; /* in the message */
};

/* All are refused, and nothing of them stays. */
static inline void
testing_wrongs(const alk_import_options *o, const struct testing_wrong *list,
    size_t count)
{
	for (size_t i = 0; i < count; i++)
		testing_refuses(o, list[i].text, list[i].code, list[i].entry,
		    NULL, list[i].words);
	testing_holds("g", "");
}

#define TESTING_WRONGS(o, list) \
	testing_wrongs(o, list, sizeof(list) / sizeof((list)[0]))

static inline void
testing_make_graph(const char *name)
{
	alk_graph_new n = { .name = name, .type = "plain" };

	fixture_ok(testing.session, alk_graph_create(testing.session, &n,
	    NULL), "graph");
}

/* ---- random graphs ---- */

#define TESTING_NO_IDS 1u       /* neither ids nor metadata */
#define TESTING_NO_ATTRIBUTES 2u /* of the graph */

static inline uint64_t
testing_below(uint64_t *seed, uint64_t n)
{
	return child_random(seed) % n;
}

/* A value of one of the kinds that columns tell apart; 6: any of them. */
static inline const char *
testing_value(uint64_t *seed, uint64_t kind)
{
	static const char *const values[6][6] = {
		{ "true", "false", "true", "false", "true", "false" },
		{ "0", "-7", "9223372036854775807", "-9223372036854775808",
		  "42", "1" },
		{ "0.1", "-1.5e300", "3", "1e-7", "123456.789", "2e22" },
		{ "\"\"", "\" a b \"", "\"x,\\\"y\\\";\\n<&>]]>'\\ttab\"",
		  "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
		  "\"true\"", "\"\\r\\n12\"" },
		{ "[1,\"a\",null,{\"x\":[]}]", "{\"p\":{\"q\":1.5}}", "[]",
		  "{}", "null", "[\"<&>\"]" },
		{ "18446744073709551615", "\"\\u0001\\u0000\"", "1e400",
		  "0.1234567890123456789012345", "\"\xef\xbf\xbf\"", "null" },
	};

	if (kind >= 6)
		kind = testing_below(seed, 6);
	return values[kind][testing_below(seed, 6)];
}

/* Of each attribute one kind of values in one graph; some rows lack it. */
static inline void
testing_attributes(struct testing_text *t, uint64_t *seed, uint64_t kinds)
{
	static const char *const names[] = { "label", "weight", "a:b",
		"x,\\\"y", "caf\xc3\xa9", "tags", "", "l\\u0001" };
	const char *comma = "";

	testing_add(t, "{");
	for (size_t i = 0; i < 8; i++, kinds /= 7) {
		if (testing_below(seed, 3) == 0)
			continue;
		testing_add(t, "%s\"%s\":%s", comma, names[i],
		    testing_value(seed, kinds % 7));
		comma = ",";
	}
	testing_add(t, "}");
}

static inline void
testing_fill(const char *graph, unsigned flags, uint64_t seed)
{
	static const char *const keys[] = { "a", "b \"'<&>", "\xc3\xa9,;",
		" lead", "7", "x:y", "edge-of", "trail ", "\xf0\x9f\x98\x80",
		"true" };
	struct testing_text t = { 0 };
	uint64_t of_nodes = child_random(&seed);
	uint64_t of_edges = child_random(&seed);
	alk_import_options o = { .batch_rows = 1000 };

	if ((flags & TESTING_NO_ATTRIBUTES) == 0) {
		testing_add(&t, "{\"kind\":\"graph\",\"attributes\":");
		testing_attributes(&t, &seed, of_nodes);
		testing_add(&t, "}\n");
	}
	for (int i = 0; i < 10; i++) {
		testing_add(&t, "{\"kind\":\"node\",\"key\":");
		struct buf key = { 0 };
		json_write_string(&key, keys[i], strlen(keys[i]));
		testing_append(&t, key.data, key.bytes);
		buf_fini(&key);
		if ((flags & TESTING_NO_IDS) == 0 && i % 3 == 0)
			testing_add(&t, ",\"id\":\"chosen %d\",\"metadata\":"
			    "{\"_m.m\":[%d]}", i, i);
		testing_add(&t, ",\"attributes\":");
		testing_attributes(&t, &seed, of_nodes);
		testing_add(&t, "}\n");
	}
	for (int i = 0; i < 25; i++) {
		struct buf ends = { 0 };
		const char *from = keys[testing_below(&seed, 10)];
		const char *to = keys[testing_below(&seed, 10)];
		buf_str(&ends, "\"source\":");
		json_write_string(&ends, from, strlen(from));
		buf_str(&ends, ",\"target\":");
		json_write_string(&ends, to, strlen(to));
		testing_add(&t, "{\"kind\":\"edge\",");
		testing_append(&t, ends.data, ends.bytes);
		buf_fini(&ends);
		if (i % 4 == 0)
			testing_add(&t, ",\"key\":\"k <%d>\"", i);
		if (i % 5 == 0)
			testing_add(&t, ",\"undirected\":true");
		if ((flags & TESTING_NO_IDS) == 0 && i % 7 == 0)
			testing_add(&t, ",\"id\":\"id/%d\",\"metadata\":"
			    "{\"_m.m\":%d}", i, i);
		testing_add(&t, ",\"attributes\":");
		testing_attributes(&t, &seed, of_edges);
		testing_add(&t, "}\n");
	}
	fixture_ok(testing.session, testing_import(graph, t.data, &o, NULL),
	    "fill");
	mem_release(t.data);
}

/* Two texts of JSON Lines, by value: members in any order. */
static inline void
testing_same_lines(const char *a, const char *b)
{
	struct json_reader x = { 0 }, y = { 0 };
	const struct json_bounds bounds = { .bytes_max = 1 << 20,
		.depth_max = 100 };

	while (*a != '\0' && *b != '\0') {
		alk_error err = { 0 };
		size_t m = strcspn(a, "\n"), n = strcspn(b, "\n");
		yyjson_val *v = json_read(&x, a, m, &bounds, &err);
		yyjson_val *w = json_read(&y, b, n, &bounds, &err);
		if (v == NULL || w == NULL || !json_equal(v, w))
			fail_msg("%.*s\nis not\n%.*s", (int)m, a, (int)n, b);
		a += m + 1;
		b += n + 1;
	}
	assert_string_equal(a, b);
	json_reader_fini(&x);
	json_reader_fini(&y);
}

/* A random graph goes out in the format of o, and in again: it is the same. */
static inline void
testing_round_trip(const alk_export_options *o, unsigned flags, uint64_t seed)
{
	alk_import_options in = { .format = o->format };
	char from[32], to[32];
	int64_t lost = 0;

	(void)snprintf(from, sizeof(from), "from%d", (int)seed);
	(void)snprintf(to, sizeof(to), "to%d", (int)seed);
	testing_make_graph(from);
	testing_fill(from, flags, seed);
	char *text = testing_export(from, o), *a = testing_export(from, NULL);
	/* Ids are those of one row in the file. */
	fixture_ok(testing.session, alk_graph_delete(testing.session, from),
	    "delete");
	struct testing_input input = { text, strlen(text), 1 + seed % 100 };
	in.create_type = "plain";
	in.loss = testing_count_loss;
	in.loss_arg = &lost;
	int rc = alk_import(testing.session, to, &in, testing_give, &input,
	    NULL);
	if (rc != ALK_OK)
		fail_msg("seed %d: %s [%s] [%s]\n%s", (int)seed,
		    alk_session_error(testing.session)->text,
		    alk_session_error(testing.session)->entry,
		    alk_session_error(testing.session)->pointer, text);
	assert_int_equal(lost, 0);
	mem_release(text);
	char *b = testing_export(to, NULL);
	testing_same_lines(a, b);
	mem_release(a);
	mem_release(b);
	fixture_ok(testing.session, alk_graph_delete(testing.session, to),
	    "delete");
}

/* So many random graphs, of which the format loses nothing. */
static inline void
testing_round_trips(int format, unsigned flags, uint64_t count)
{
	for (uint64_t seed = 1; seed <= count; seed++) {
		int64_t lost = 0;
		alk_export_options o = { .format = format,
			.loss = testing_count_loss, .loss_arg = &lost };
		testing_round_trip(&o, flags, seed);
		assert_int_equal(lost, 0);
	}
}

#endif
