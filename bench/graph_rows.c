/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The generated graph of the benchmarks. */
#include "graph_rows.h"

#include "feed.h"

#include <stdlib.h>
#include <string.h>

#define MODULE(config, indexes) \
	"{\"Config\":{\"type\":\"object\",\"properties\":{" config \
	"\"type\":{\"const\":\"directed\"},\"multi\":{\"const\":false}," \
	"\"allowSelfLoops\":{\"const\":false}}}," \
	"\"PersonNode\":{\"type\":\"object\",\"additionalProperties\":false," \
	indexes "\"required\":[\"name\",\"age\",\"score\"]," \
	"\"properties\":{\"name\":{\"type\":\"string\",\"minLength\":1," \
	"\"maxLength\":100}," \
	"\"age\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":150}," \
	"\"score\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1}}}," \
	"\"KnowsEdge\":{\"type\":\"object\",\"additionalProperties\":false," \
	"\"required\":[\"weight\",\"since\"],\"properties\":{" \
	"\"weight\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1}," \
	"\"since\":{\"type\":\"integer\",\"minimum\":1900," \
	"\"maximum\":2100}}}}"

const char graph_rows_module[] = MODULE("", "");
const char graph_rows_indexed[] = MODULE("",
    "\"x-indexes\":[{\"name\":\"byName\",\"on\":\"/name\",\"unique\":true},"
    "{\"name\":\"byAge\",\"on\":[\"/age\",\"/score\"]}],");
const char graph_rows_acyclic[] = MODULE("\"acyclic\":{\"const\":true},", "");

static uint64_t
random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* ---- edges ---- */

static uint32_t
uniform(const struct graph_rows *g, uint64_t *state)
{
	return 1 + (uint32_t)((random_next(state) >> 20) % g->nodes);
}

static void
pick_uniform(const struct graph_rows *g, uint64_t *state, uint32_t *a,
    uint32_t *b)
{
	*a = uniform(g, state);
	*b = uniform(g, state);
}

static void
pick_skewed(const struct graph_rows *g, uint64_t *state, uint32_t *a,
    uint32_t *b)
{
	do {
		uint32_t x = 0, y = 0;

		for (uint32_t size = 1; size < g->nodes; size *= 2) {
			uint64_t r = (random_next(state) >> 11) % 100;

			x = x * 2 + (r >= 76);
			y = y * 2 + ((r >= 57 && r < 76) || r >= 95);
		}
		*a = x + 1;
		*b = y + 1;
	} while (*a > g->nodes || *b > g->nodes);
}

/* Pairs that were made, in a table with open addressing. */
static bool
is_new_pair(uint64_t *pairs, size_t room, uint32_t a, uint32_t b)
{
	uint64_t pair = (uint64_t)a << 32 | b;
	size_t i = (pair * 0x9e3779b97f4a7c15u >> 20) & (room - 1);

	for (; pairs[i] != 0; i = (i + 1) & (room - 1))
		if (pairs[i] == pair)
			return false;
	pairs[i] = pair;
	return true;
}

void
graph_rows_make(struct graph_rows *g, uint32_t nodes, uint32_t edges,
    bool is_skewed)
{
	uint64_t state = 88172645463325252u;
	size_t room = 1024;
	uint64_t *pairs;

	bool is_forward = g->is_forward;
	memset(g, 0, sizeof(*g));
	g->is_forward = is_forward;
	g->nodes = nodes;
	g->edges = edges;
	g->source = must_have(calloc(edges + 1, sizeof(uint32_t)));
	g->target = must_have(calloc(edges + 1, sizeof(uint32_t)));
	while (room < (size_t)edges * 2)
		room *= 2;
	pairs = must_have(calloc(room, sizeof(*pairs)));
	for (uint32_t i = 0; i < edges;) {
		uint32_t a, b;

		(is_skewed ? pick_skewed : pick_uniform)(g, &state, &a, &b);
		if (g->is_forward && a > b) {
			uint32_t other = a;

			a = b;
			b = other;
		}
		if (a == b || !is_new_pair(pairs, room, a, b))
			continue;
		g->source[i] = a;
		g->target[i++] = b;
	}
	free(pairs);
}

void
graph_rows_free(struct graph_rows *g)
{
	free(g->source);
	free(g->target);
}

/* ---- rows ---- */

static char *
put_text(char *at, const char *text)
{
	size_t bytes = strlen(text);

	memcpy(at, text, bytes + 1);
	return at + bytes;
}

static char *
put_number(char *at, uint32_t n)
{
	char digits[12];
	int count = 0;

	do
		digits[count++] = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	while (count > 0)
		*at++ = digits[--count];
	*at = '\0';
	return at;
}

static void
put_key(char *at, uint32_t n)
{
	*at++ = 'n';
	(void)put_number(at, n);
}

/* Three digits and never a zero at the end: the shortest form. */
static char *
put_fraction(char *at, uint32_t n)
{
	at = put_text(at, "0.");
	return put_number(at, 100 + n % 90 * 10 + 1 + n % 9);
}

int
graph_rows_next(void *rows, alk_item *item)
{
	struct graph_rows *g = rows;
	uint32_t i = g->at++;
	char *at = g->attributes;

	if (i < g->nodes) {
		put_key(g->key, i + 1);
		at = put_text(at, "{\"name\":\"Person ");
		at = put_number(at, i + 1);
		at = put_text(at, "\",\"age\":");
		at = put_number(at, i % 90 + 1);
		at = put_text(at, ",\"score\":");
		item->kind = ALK_NODE;
		item->key = g->key;
		item->type = "PersonNode";
	} else if (i - g->nodes < g->edges) {
		uint32_t e = i - g->nodes;

		put_key(g->key, g->source[e]);
		put_key(g->other, g->target[e]);
		at = put_text(at, "{\"since\":");
		at = put_number(at, 1970 + i % 50);
		at = put_text(at, ",\"weight\":");
		item->kind = ALK_EDGE;
		item->source = g->key;
		item->target = g->other;
		item->type = "KnowsEdge";
	} else {
		return 0;
	}
	at = put_fraction(at, i);
	at = put_text(at, "}");
	item->attributes = g->attributes;
	item->attributes_bytes = (size_t)(at - g->attributes);
	return 1;
}

static char *
put_line(char *at, const alk_item *item)
{
	if (item->kind == ALK_NODE) {
		at = put_text(at, "{\"kind\":\"node\",\"key\":\"");
		at = put_text(at, item->key);
	} else {
		at = put_text(at, "{\"kind\":\"edge\",\"source\":\"");
		at = put_text(at, item->source);
		at = put_text(at, "\",\"target\":\"");
		at = put_text(at, item->target);
	}
	at = put_text(at, "\",\"attributes\":");
	at = put_text(at, item->attributes);
	return put_text(at, "}\n");
}

long
graph_rows_read(void *rows, char *into, size_t room)
{
	char *at = into;

	while (room - (size_t)(at - into) > 256) {
		alk_item item = { 0 };

		if (graph_rows_next(rows, &item) == 0)
			break;
		at = put_line(at, &item);
	}
	return (long)(at - into);
}
