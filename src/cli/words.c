/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cli/words.h"

#include <stdbool.h>
#include <string.h>

#define WORDS_MAX 6

/* In each list ours is the last. */
static const char *const options[][WORDS_MAX] = {
	{ "source", "src", "from" },
	{ "target", "dst", "to" },
	{ "type", "label", "edge-type" },
	{ "label", "type" },
	{ "filter", "if", "where" },
	{ "sort", "sort-by", "order-by", "orderby", "order" },
	{ "descending", "reverse", "desc" },
	{ "hops", "max-depth", "depth" },
	{ "delimiter", "sep", "separator" },
	{ "force", "confirm", "yes" },
	{ "upsert", "replace", "put" }
};
static const char *const commands[][WORDS_MAX] = {
	{ "create", "new", "insert", "make", "add" },
	{ "create", "add", "load" },
	{ "create", "new", "init" },
	{ "delete", "remove", "del", "drop", "rm" },
	{ "ls", "find", "select", "list" },
	{ "show", "read", "cat", "get" },
	{ "get", "cat", "show" },
	{ "update", "edit", "set" },
	{ "upsert", "replace", "put" },
	{ "neighbors", "neighbours", "traverse", "walk" },
	{ "types", "type", "schema" },
	{ "dump", "export" },
	{ "restore", "load", "import" }
};

static const char *
next(const char *const lists[][WORDS_MAX], size_t count, const char *word,
    size_t *at)
{
	while (*at < count) {
		const char *const *list = lists[(*at)++];
		bool is_there = false;
		size_t i = 0;
		for (; i + 1 < WORDS_MAX && list[i + 1] != NULL; i++)
			is_there = is_there || strcmp(list[i], word) == 0;
		if (is_there)
			return list[i];
	}
	return NULL;
}

const char *
words_option(const char *word, size_t *at)
{
	return next(options, sizeof(options) / sizeof(options[0]), word, at);
}

const char *
words_command(const char *word, size_t *at)
{
	return next(commands, sizeof(commands) / sizeof(commands[0]), word,
	    at);
}
