/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Parsing of the command line against the table of commands:
 *
 *   word  = "--" | "--" name ["=" value] | "-" letters [value] | operand
 *
 * Names are not abbreviated: a script must not break when an option is added.
 */
#include "cli/args.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "cli/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	struct args *args;
	const char *const *words;
	size_t count;
	size_t next; /* word */
	bool options_ended;
	alk_error *err;
};

static const struct option *
option_in(const struct option *list, const char *name, size_t bytes)
{
	for (; list != NULL && list->name != NULL; list++)
		if (strlen(list->name) == bytes &&
		    memcmp(list->name, name, bytes) == 0)
			return list;
	return NULL;
}

const struct option *
args_option(const struct command *command, const char *name, size_t bytes)
{
	const struct option *o = NULL;

	if (command != NULL)
		o = option_in(command->options, name, bytes);
	return o != NULL ? o : option_in(table_global_options, name, bytes);
}

static const struct option *
letter_in(const struct option *list, char letter)
{
	for (; list != NULL && list->name != NULL; list++)
		if (list->letter == letter)
			return list;
	return NULL;
}

const struct option *
args_letter(const struct command *command, char letter)
{
	const struct option *o = NULL;

	if (command != NULL)
		o = letter_in(command->options, letter);
	return o != NULL ? o : letter_in(table_global_options, letter);
}

static void
try_options(struct nearest *n, const struct option *list)
{
	for (; list != NULL && list->name != NULL; list++)
		nearest_try(n, list->name);
}

static bool
has_option(const struct command *c, const char *name)
{
	const struct option *o = c != NULL ? c->options : NULL;

	while (o != NULL && o->name != NULL && strcmp(o->name, name) != 0)
		o++;
	return o != NULL && o->name != NULL;
}

static int
unknown_option(struct parser *p, const char *name, size_t bytes)
{
	char word[80];
	const char *ours;
	struct nearest n;
	size_t at = 0;

	snprintf(word, sizeof(word), "%.*s", (int)(bytes < 79 ? bytes : 79),
	    name);
	nearest_init(&n, word);
	try_options(&n, table_global_options);
	if (p->args->command != NULL)
		try_options(&n, p->args->command->options);
	while ((ours = words_option(word, &at)) != NULL)
		if (has_option(p->args->command, ours))
			n.best = ours;
	if (n.best != NULL)
		return error_set(p->err, ALK_INVALID,
		    "unknown option --%s; did you mean --%s?", word, n.best);
	return error_set(p->err, ALK_INVALID, "unknown option --%s%s", word,
	    p->args->command == NULL ?
	    "; options of a command stand behind it" : "");
}

/* Whether text is one of "a|b|c". */
static bool
is_choice(const char *choices, const char *text)
{
	size_t bytes = strlen(text), n;

	for (;; choices += n + 1) {
		n = strcspn(choices, "|");
		if (n == bytes && memcmp(choices, text, n) == 0)
			return true;
		if (choices[n] == '\0')
			return false;
	}
}

static int
read_count(struct parser *p, const struct option *o, const char *text,
    int64_t *out)
{
	int least = o->kind == OPTION_COUNT ? 0 : 1;
	long long n;
	char *end;

	errno = 0;
	n = strtoll(text, &end, 10);
	if (o->kind == OPTION_BOUND && strcmp(text, "all") == 0)
		n = INT64_MAX;
	else if (text[0] < '0' || text[0] > '9' || *end != '\0' ||
	    errno != 0 || n < least)
		return error_set(p->err, ALK_INVALID,
		    "--%s needs a whole number from %d%s, not '%.80s'", o->name,
		    least, o->kind == OPTION_BOUND ? ", or all" : "", text);
	*out = n;
	return ALK_OK;
}

static int
add_option(struct parser *p, const struct option *o, const char *text)
{
	struct args *a = p->args;
	struct args_option *to = &a->options[a->options_count];
	int rc = ALK_OK;

	if (!o->repeats && o->kind != OPTION_FLAG && args_has(a, o->name))
		return error_set(p->err, ALK_INVALID,
		    "--%s is given more than once", o->name);
	to->option = o;
	to->text = text;
	to->number = 0;
	if (o->kind == OPTION_COUNT || o->kind == OPTION_NUMBER ||
	    o->kind == OPTION_BOUND)
		rc = read_count(p, o, text, &to->number);
	else if (o->kind == OPTION_CHOICE && !is_choice(o->value, text))
		rc = error_set(p->err, ALK_INVALID,
		    "--%s is one of %s, not '%.80s'", o->name, o->value, text);
	else if (o->kind == OPTION_TEXT && text[0] == '\0')
		rc = error_set(p->err, ALK_INVALID, "--%s is empty", o->name);
	if (rc == ALK_OK)
		a->options_count++;
	return rc;
}

/* The value of an option: behind it in the same word, or else the next word. */
static int
take_value(struct parser *p, const struct option *o, const char *inside)
{
	if (inside == NULL && p->next < p->count)
		inside = p->words[p->next++];
	if (inside == NULL)
		return error_set(p->err, ALK_INVALID, "--%s needs a value: %s",
		    o->name, o->value);
	return add_option(p, o, inside);
}

static int
parse_long(struct parser *p, const char *name)
{
	size_t bytes = strcspn(name, "=");
	const struct option *o = args_option(p->args->command, name, bytes);

	if (o == NULL)
		return unknown_option(p, name, bytes);
	if (o->kind != OPTION_FLAG)
		return take_value(p, o,
		    name[bytes] == '=' ? name + bytes + 1 : NULL);
	if (name[bytes] == '=')
		return error_set(p->err, ALK_INVALID, "--%s takes no value",
		    o->name);
	return add_option(p, o, NULL);
}

static int
parse_letters(struct parser *p, const char *letters)
{
	const struct option *o;
	int rc = ALK_OK;

	for (; rc == ALK_OK && *letters != '\0'; letters++) {
		o = args_letter(p->args->command, *letters);
		if (o == NULL)
			return error_set(p->err, ALK_INVALID,
			    "unknown option -%c; an operand that begins with - "
			    "stands behind --", *letters);
		if (o->kind != OPTION_FLAG)
			return take_value(p, o,
			    letters[1] != '\0' ? letters + 1 : NULL);
		rc = add_option(p, o, NULL);
	}
	return rc;
}

/* Of a group, or where there is none yet, a group of that name. */
static bool
has_command(const struct group *g, const char *name)
{
	const struct command *c;

	if (g == NULL) {
		for (g = table_groups; g->name != NULL; g++)
			if (strcmp(g->name, name) == 0)
				return true;
		return false;
	}
	for (c = g->commands; c->name != NULL; c++)
		if (strcmp(c->name + strlen(g->name) + 1, name) == 0)
			return true;
	return false;
}

static int
unknown_command(struct parser *p, const char *word)
{
	const struct group *g = p->args->group;
	const struct command *c;
	const char *ours;
	struct nearest n;
	size_t at = 0;

	nearest_init(&n, word);
	if (g == NULL)
		for (g = table_groups; g->name != NULL; g++) {
			if (!g->commands[0].is_hidden)
				nearest_try(&n, g->name);
		}
	else
		for (c = g->commands; c->name != NULL; c++)
			nearest_try(&n, c->name + strlen(g->name) + 1);
	g = p->args->group;
	while ((ours = words_command(word, &at)) != NULL)
		if (has_command(g, ours))
			n.best = ours;
	if (n.best != NULL)
		return error_set(p->err, ALK_INVALID,
		    "unknown command '%.80s'; did you mean 'alk %s%s%s'?", word,
		    g != NULL ? g->name : "", g != NULL ? " " : "", n.best);
	return error_set(p->err, ALK_INVALID,
	    "unknown command '%.80s'; 'alk help%s%s' lists them", word,
	    g != NULL ? " " : "", g != NULL ? g->name : "");
}

static int
parse_word(struct parser *p, const char *word)
{
	struct args *a = p->args;

	if (a->command != NULL) {
		a->operands[a->operands_count++] = word;
		return ALK_OK;
	}
	if (a->group == NULL) {
		a->group = table_group(word);
		if (a->group == NULL)
			return unknown_command(p, word);
		if (table_is_single(a->group))
			a->command = a->group->commands;
		return ALK_OK;
	}
	a->command = table_verb(a->group, word);
	return a->command != NULL ? ALK_OK : unknown_command(p, word);
}

static int
parse_next(struct parser *p)
{
	const char *word = p->words[p->next++];

	if (p->options_ended || word[0] != '-' || word[1] == '\0')
		return parse_word(p, word);
	if (strcmp(word, "--") == 0) {
		p->options_ended = true;
		return ALK_OK;
	}
	return word[1] == '-' ? parse_long(p, word + 2)
	    : parse_letters(p, word + 1);
}

/* A file named by an option or the environment takes FILE's place. */
static void
put_file(struct args *a, const char *db)
{
	if (args_text(a, "db") != NULL)
		db = args_text(a, "db");
	if (db == NULL || db[0] == '\0' || !table_takes_file(a->command))
		return;
	memmove(a->operands + 1, a->operands,
	    a->operands_count * sizeof(*a->operands));
	a->operands[0] = db;
	a->operands_count++;
	a->is_file_put = true;
}

static int
check_operands(struct args *a, alk_error *err)
{
	struct operand o;
	size_t i;
	bool repeats = false;

	for (i = 0; table_operand(a->command, i, &o); i++) {
		repeats = o.repeats;
		if (i >= a->operands_count && !o.is_optional)
			return error_set(err, ALK_INVALID, "%.*s is missing",
			    (int)o.name_bytes, o.name);
	}
	if (a->operands_count > i && !repeats)
		return error_set(err, ALK_INVALID, "'%.80s' is too much%s",
		    a->operands[i], !a->is_file_put ? "" :
		    "; --db or ALK_DB names the store, so leave out FILE");
	for (i = 0; i < a->operands_count && !a->command->is_hidden; i++)
		if (a->operands[i][0] == '\0')
			return error_set(err, ALK_INVALID,
			    "operand %zu is empty", i + 1);
	return ALK_OK;
}

int
args_parse(struct args *a, const char *const *words, size_t count,
    const char *db, alk_error *err)
{
	struct parser p = { a, words, count, 0, false, err };
	size_t letters = 1, i;
	int rc = ALK_OK;

	for (i = 0; i < count; i++) /* -qv is one word and two options */
		letters += strlen(words[i]);
	a->options = mem_zero((letters + count) * sizeof(*a->options));
	a->operands = mem_zero((count + 1) * sizeof(*a->operands));
	if (a->options == NULL || a->operands == NULL)
		return error_nomem(err);
	while (rc == ALK_OK && p.next < count)
		rc = parse_next(&p);
	if (rc != ALK_OK || a->command == NULL || args_has(a, "help"))
		return rc;
	put_file(a, db);
	return check_operands(a, err);
}

void
args_fini(struct args *a)
{
	mem_release(a->options);
	mem_release(a->operands);
	memset(a, 0, sizeof(*a));
}

static const struct args_option *
last_option(const struct args *a, const char *name)
{
	size_t i = a->options_count;

	while (i-- > 0)
		if (strcmp(a->options[i].option->name, name) == 0)
			return &a->options[i];
	return NULL;
}

bool
args_has(const struct args *a, const char *name)
{
	return last_option(a, name) != NULL;
}

const char *
args_text(const struct args *a, const char *name)
{
	const struct args_option *o = last_option(a, name);

	return o != NULL ? o->text : NULL;
}

int64_t
args_count(const struct args *a, const char *name, int64_t otherwise)
{
	const struct args_option *o = last_option(a, name);

	return o != NULL ? o->number : otherwise;
}

size_t
args_list(const struct args *a, const char *name, const char **out, size_t room)
{
	size_t i, n = 0;

	for (i = 0; i < a->options_count; i++) {
		if (strcmp(a->options[i].option->name, name) != 0)
			continue;
		if (n < room)
			out[n] = a->options[i].text;
		n++;
	}
	return n;
}

const char *
args_operand(const struct args *a, const char *name)
{
	size_t i = table_operand_index(a->command, name);

	return i < a->operands_count ? a->operands[i] : NULL;
}
