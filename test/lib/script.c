/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Scenario files: lines into steps, command lines into words.
 *
 *     # comment
 *     COMMAND WORD NAME=VALUE ...
 *     | input            (none, or several lines)
 *     > expected output  (none: any; "> (nothing)": none)
 *     ! ALK_CODE ...     expected error
 *
 * In a command line and in input %{N times TEXT} is TEXT N times over and
 * %{byte HH} one byte, for what a text file cannot hold or nobody wants to
 * read.
 */
#include "script.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
grow(void *old, size_t bytes)
{
	void *grown = realloc(old, bytes);

	if (grown == NULL)
		abort();
	return grown;
}

/* ---- Expansions -------------------------------------------------------- */

/* The end of "%{...}": the last of the first run of closing braces. */
static const char *
expansion_end(const char *from)
{
	const char *end = strchr(from, '}');

	while (end != NULL && end[1] == '}')
		end++;
	return end;
}

/*
 * Appends what "%{...}" at from stands for; returns what is behind it, or NULL.
 */
static const char *
expand_one(struct text *out, const char *from)
{
	const char *end = expansion_end(from);
	unsigned value;
	char byte;
	int used = 0;

	if (end == NULL)
		return NULL;
	if (sscanf(from, "%%{byte %2x}", &value) == 1) {
		byte = (char)value;
		text_add(out, &byte, 1);
		return strchr(from, '}') + 1;
	}
	if (sscanf(from, "%%{%u times %n", &value, &used) != 1 || used == 0)
		return NULL;
	for (unsigned i = 0; i < value; i++)
		text_add(out, from + used, (size_t)(end - from - used));
	return end + 1;
}

static bool
expand(struct text *out, const char *line)
{
	while (line != NULL && *line != '\0') {
		const char *next = strstr(line, "%{");

		if (next == NULL) {
			text_str(out, line);
			return true;
		}
		text_add(out, line, (size_t)(next - line));
		line = expand_one(out, next);
	}
	return line != NULL;
}

/* ---- Steps ------------------------------------------------------------- */

static void
fault(struct script *s, int line, const char *what)
{
	if (s->fault_line == 0) {
		s->fault_line = line;
		s->fault = what;
	}
}

static void
add_step(struct script *s, int line, const char *text)
{
	struct step *step;

	s->steps = grow(s->steps, ((size_t)s->count + 1) * sizeof(*step));
	step = &s->steps[s->count++];
	memset(step, 0, sizeof(*step));
	step->line = line;
	step->command = text_copy(text, strlen(text));
}

static void
add_wanted(struct step *step, const char *text)
{
	size_t count = (size_t)step->wanted_count;

	step->wanted = grow(step->wanted, (count + 1) * sizeof(char *));
	step->wanted[count] = text_copy(text, strlen(text));
	step->wanted_count++;
}

/* Behind the mark and one space. */
static const char *
behind(const char *line)
{
	return line + (line[1] == ' ' ? 2 : 1);
}

static void
add_line(struct script *s, int number, const char *line)
{
	struct step *step = s->count > 0 ? &s->steps[s->count - 1] : NULL;

	if (line[0] == '\0' || line[0] == '#')
		return;
	if (strchr("|>!", line[0]) == NULL) {
		add_step(s, number, line);
	} else if (step == NULL) {
		fault(s, number, "stands before any command");
	} else if (line[0] == '|') {
		if (step->wanted_count > 0 || step->error != NULL)
			fault(s, number, "input behind expected output");
		if (step->input.data != NULL)
			text_str(&step->input, "\n");
		if (!expand(&step->input, behind(line)))
			fault(s, number, "not an expansion: %{...}");
		text_add(&step->input, "", 0);
	} else if (step->error != NULL) {
		fault(s, number, "something behind an expected error");
	} else if (line[0] == '>') {
		add_wanted(step, behind(line));
	} else {
		step->error = text_copy(behind(line), strlen(behind(line)));
	}
}

void
script_init(struct script *s, const char *text)
{
	int number = 0;

	memset(s, 0, sizeof(*s));
	while (*text != '\0') {
		size_t bytes = strcspn(text, "\n");
		size_t kept = bytes;
		char *line;

		while (kept > 0 && isspace((unsigned char)text[kept - 1]))
			kept--;
		line = text_copy(text, kept);
		while (kept > 0 && line[0] == '\t') {
			memmove(line, line + 1, kept);
			kept--;
		}
		add_line(s, ++number, line);
		free(line);
		text += bytes + (text[bytes] == '\n');
	}
	if (s->count == 0)
		fault(s, number, "no commands");
}

void
script_fini(struct script *s)
{
	for (int i = 0; i < s->count; i++) {
		struct step *step = &s->steps[i];

		for (int j = 0; j < step->wanted_count; j++)
			free(step->wanted[j]);
		free(step->wanted);
		free(step->command);
		free(step->error);
		text_fini(&step->input);
	}
	free(s->steps);
}

/* ---- Words ------------------------------------------------------------- */

static const char *
add_escape(struct text *out, const char *from)
{
	unsigned value = 0;
	char byte = from[0];

	if (byte == 'n')
		byte = '\n';
	else if (byte == 't')
		byte = '\t';
	else if (byte == 'x' && sscanf(from + 1, "%2x", &value) == 1)
		byte = (char)value;
	text_add(out, &byte, 1);
	if (from[0] == '\0')
		return from;
	return from + (from[0] == 'x' ? 3 : 1);
}

/* Appends a quoted word; returns what is behind it, or NULL. */
static const char *
add_quoted(struct text *out, const char *from)
{
	for (from++; *from != '"'; ) {
		if (*from == '\0')
			return NULL;
		if (*from == '\\') {
			from = add_escape(out, from + 1);
		} else {
			text_add(out, from, 1);
			from++;
		}
	}
	return from + 1;
}

/*
 * Up to the bracket that closes the first one, and on to the next space;
 * brackets and spaces in strings do not count. What is not closed reaches to
 * the end.
 */
static size_t
json_bytes(const char *from)
{
	bool in_string = false;
	size_t depth = 0;
	size_t i;

	for (i = 0; from[i] != '\0'; i++) {
		if (in_string && from[i] == '\\' && from[i + 1] != '\0')
			i++;
		else if (from[i] == '"')
			in_string = !in_string;
		else if (!in_string && strchr("{[", from[i]) != NULL)
			depth++;
		else if (!in_string && strchr("]}", from[i]) != NULL
		    && --depth == 0)
			return i + strcspn(from + i, " ");
	}
	return i;
}

static const char *
add_word(struct text *out, const char *from)
{
	size_t bytes;

	text_add(out, "", 0);
	if (*from == '"')
		return add_quoted(out, from);
	bytes = *from == '{' || *from == '[' ? json_bytes(from)
	    : strcspn(from, " ");
	text_add(out, from, bytes);
	return from + bytes;
}

/* The length of "name=" at the head of from, or 0. */
static size_t
name_bytes(const char *from)
{
	size_t bytes = strspn(from, "abcdefghijklmnopqrstuvwxyz_");

	return bytes > 0 && from[bytes] == '=' ? bytes + 1 : 0;
}

static const char *
read_word(struct args *a, const char *from)
{
	struct text word = { 0 };
	size_t bytes = name_bytes(from);
	const char *rest = add_word(&word, from + bytes);

	if (a->count == ARGS_MAX || a->named == ARGS_MAX || rest == NULL) {
		a->fault = rest == NULL ? "a quote is not closed"
		    : "too many words";
		text_fini(&word);
		return NULL;
	}
	if (bytes == 0) {
		a->words[a->count++] = word.data;
	} else {
		a->names[a->named] = text_copy(from, bytes - 1);
		a->values[a->named++] = word.data;
	}
	return rest;
}

void
args_init(struct args *a, const char *line)
{
	struct text whole = { 0 };
	const char *at;

	memset(a, 0, sizeof(*a));
	if (!expand(&whole, line))
		a->fault = "not an expansion: %{...}";
	at = text_get(&whole);
	at += strspn(at, " ");
	while (at != NULL && *at != '\0' && a->fault == NULL) {
		at = read_word(a, at);
		if (at != NULL)
			at += strspn(at, " ");
	}
	text_fini(&whole);
}

void
args_fini(struct args *a)
{
	for (int i = 0; i < a->count; i++)
		free(a->words[i]);
	for (int i = 0; i < a->named; i++) {
		free(a->names[i]);
		free(a->values[i]);
	}
}

const char *
args_word(struct args *a, int i)
{
	if (i >= a->count)
		return NULL;
	a->used |= 1u << (i % 32);
	return a->words[i];
}

const char *
args_get(struct args *a, const char *name)
{
	for (int i = 0; i < a->named; i++)
		if (strcmp(a->names[i], name) == 0) {
			a->is_used[i] = true;
			return a->values[i];
		}
	return NULL;
}

long long
args_number(struct args *a, const char *name, long long otherwise)
{
	const char *value = args_get(a, name);

	return value == NULL ? otherwise : strtoll(value, NULL, 10);
}

bool
args_has(struct args *a, int from, const char *word)
{
	for (int i = from; i < a->count; i++)
		if (strcmp(a->words[i], word) == 0) {
			args_word(a, i);
			return true;
		}
	return false;
}

const char *
args_unused(const struct args *a)
{
	for (int i = 0; i < a->count && i < 32; i++)
		if ((a->used & (1u << i)) == 0)
			return a->words[i];
	for (int i = 0; i < a->named; i++)
		if (!a->is_used[i])
			return a->names[i];
	return NULL;
}
