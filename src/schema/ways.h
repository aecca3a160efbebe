/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_WAYS_H
#define SCHEMA_WAYS_H

#include "schema/program.h"

/* For tests: one pattern compiled in each of the ways of pattern.h. */

#define WAYS 4

struct ways {
	struct patterns all[WAYS];
	struct pool pool;
	const struct pattern *list[WAYS]; /* NULL: it cannot go this way */
	bool is_pattern;
};

static inline void
ways_init(struct ways *w, const char *text, size_t bytes)
{
	*w = (struct ways){ 0 };
	w->is_pattern = ecma_parse(text, bytes, NULL, NULL, NULL);
	for (int i = 0; i < WAYS && w->is_pattern; i++) {
		alk_error err = { 0 };
		/* Those that come before it are not to be taken. */
		w->all[i].without = (1u << i) - 1;
		if (patterns_add(&w->all[i], &w->pool, text, bytes,
		    &w->list[i], &err) != ALK_OK ||
		    w->list[i]->way != (enum pattern_way)i)
			w->list[i] = NULL;
		patterns_seal(&w->all[i]);
	}
}

static inline void
ways_fini(struct ways *w)
{
	for (int i = 0; i < WAYS; i++)
		patterns_fini(&w->all[i]);
	pool_fini(&w->pool);
}

/* Whether p matches; -1: it gave up. */
static inline int
ways_match(const struct pattern *p, const char *text, size_t bytes)
{
	struct matcher m;
	int64_t steps = SCHEMA_STEPS;

	pattern_begin(&m, &steps);
	int answer = pattern_match(p, &m, text, bytes);
	pattern_end(&m);
	return answer == PATTERN_YES || answer == PATTERN_NO ? answer : -1;
}

/* The ways that answer otherwise than the last one that answers; 0: none. */
static inline unsigned
ways_disagree(const struct ways *w, const char *text, size_t bytes)
{
	unsigned others = 0;
	int answer = -1;

	for (int i = WAYS - 1; i >= 0; i--) {
		if (w->list[i] == NULL)
			continue;
		int own = ways_match(w->list[i], text, bytes);
		if (own >= 0 && answer >= 0 && own != answer)
			others |= 1u << i;
		if (answer < 0)
			answer = own;
	}
	return others;
}

#endif
