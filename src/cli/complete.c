/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What may stand next on a command line, as far as the table of commands tells.
 */
#include "cli/complete.h"

#include "cli/args.h"

#include <string.h>

static void
read_operand(struct complete *at, const char *word)
{
	if (at->command != NULL) {
		if (table_takes_file(at->command) && at->operands == 0)
			at->file = word;
		else if (at->operands ==
		    table_operand_index(at->command, "GRAPH"))
			at->graph = word;
		else if (at->operands ==
		    table_operand_index(at->command, "TYPE"))
			at->type = word;
		if (strcmp(at->command->name, "help") == 0)
			at->help = table_group(word);
		at->operands++;
	} else if (at->group == NULL) {
		at->group = table_group(word);
		if (at->group != NULL && table_is_single(at->group))
			at->command = at->group->commands;
	} else {
		at->command = table_verb(at->group, word);
	}
}

static void
read_option(struct complete *at, const char *word)
{
	const struct option *o;
	size_t bytes;

	if (word[1] == '-') {
		bytes = strcspn(word + 2, "=");
		o = args_option(at->command, word + 2, bytes);
		if (o != NULL && strcmp(o->name, "db") == 0 &&
		    word[2 + bytes] == '=')
			at->file = word + 3 + bytes;
		if (o != NULL && o->kind != OPTION_FLAG &&
		    word[2 + bytes] == '\0')
			at->wanted = o;
		return;
	}
	for (word++; *word != '\0'; word++) {
		o = args_letter(at->command, *word);
		if (o == NULL || o->kind == OPTION_FLAG)
			continue;
		if (word[1] == '\0')
			at->wanted = o;
		return;
	}
}

void
complete_read(struct complete *at, const char *const *words, size_t count,
    const char *db)
{
	bool db_counted = false;
	size_t i;

	memset(at, 0, sizeof(*at));
	at->file = db != NULL && db[0] != '\0' ? db : NULL;
	for (i = 0; i < count; i++) {
		if (at->wanted != NULL) {
			if (strcmp(at->wanted->name, "db") == 0)
				at->file = words[i];
			at->wanted = NULL;
		} else if (at->options_ended || words[i][0] != '-' ||
		    words[i][1] == '\0') {
			read_operand(at, words[i]);
		} else if (strcmp(words[i], "--") == 0) {
			at->options_ended = true;
		} else {
			read_option(at, words[i]);
		}
		/* A file that is named already takes FILE's place. */
		if (!db_counted && at->command != NULL && at->file != NULL &&
		    at->operands == 0 && table_takes_file(at->command))
			at->operands = 1;
		db_counted = at->operands > 0;
	}
}

struct offer {
	const char *prefix;
	complete_fn fn;
	void *arg;
};

static void
offer(const struct offer *o, const char *word, const char *summary)
{
	if (strncmp(word, o->prefix, strlen(o->prefix)) == 0)
		o->fn(o->arg, word, summary);
}

static void
offer_options(const struct offer *o, const struct option *list)
{
	char word[80] = "--";

	for (; list != NULL && list->name != NULL; list++) {
		strncpy(word + 2, list->name, sizeof(word) - 3);
		offer(o, word, list->summary);
	}
}

static void
offer_choices(const struct offer *o, const char *choices)
{
	char word[80];
	size_t n;

	for (;; choices += n + 1) {
		n = strcspn(choices, "|");
		if (n < sizeof(word)) {
			memcpy(word, choices, n);
			word[n] = '\0';
			offer(o, word, NULL);
		}
		if (choices[n] == '\0')
			return;
	}
}

static void
offer_commands(const struct offer *o, const struct group *group)
{
	const struct group *g;
	const struct command *c;

	if (group != NULL && table_is_single(group))
		return;
	if (group != NULL) {
		for (c = group->commands; c->name != NULL; c++)
			offer(o, c->name + strlen(group->name) + 1, c->summary);
		return;
	}
	for (g = table_groups; g->name != NULL; g++)
		if (!g->commands[0].is_hidden)
			offer(o, g->name, g->summary);
}

const char *
complete_static(const struct complete *at, const char *prefix, complete_fn fn,
    void *arg, size_t *bytes)
{
	struct offer o = { prefix, fn, arg };
	struct operand operand;

	if (at->wanted != NULL) {
		if (at->wanted->kind == OPTION_CHOICE)
			offer_choices(&o, at->wanted->value);
		*bytes = strlen(at->wanted->value);
		return at->wanted->value;
	}
	if (prefix[0] == '-' && !at->options_ended) {
		if (at->command != NULL)
			offer_options(&o, at->command->options);
		offer_options(&o, table_global_options);
		return NULL;
	}
	if (at->command == NULL) {
		offer_commands(&o, at->group);
		return NULL;
	}
	if (!table_operand(at->command, at->operands, &operand))
		return NULL;
	if (memchr(operand.name, '|', operand.name_bytes) != NULL)
		offer_choices(&o, "bash|zsh|fish");
	if (strcmp(at->command->name, "help") == 0)
		offer_commands(&o, at->operands == 0 ? NULL : at->help);
	*bytes = operand.name_bytes;
	return operand.name;
}
