/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_SCRIPT_H
#define TEST_SCRIPT_H

#include "text.h"

/*
 * The form of a scenario file, apart from what its commands mean
 * (test/scenario/README.md describes it for people).
 */

/*
 * One command with its input and what is expected. All borrowed from the
 * script.
 */
struct step {
	int line;
	char *command;     /* the command line */
	struct text input; /* the "| " lines; input.data NULL: there are none */
	char **wanted;     /* the "> " lines */
	int wanted_count;  /* 0: any output will do */
	char *error;       /* behind "! ", NULL: the command has to succeed */
};

struct script {
	struct step *steps;
	int count;
	int fault_line; /* first line that is no scenario, 0: none */
	const char *fault;
};

/* Takes the text apart. Look at fault_line. */
void script_init(struct script *s, const char *text);
void script_fini(struct script *s);

#define ARGS_MAX 40

/* A command line as words and as NAME=VALUE. */
struct args {
	char *words[ARGS_MAX];
	int count;
	char *names[ARGS_MAX];
	char *values[ARGS_MAX];
	int named;
	unsigned used;            /* words that were asked for, a bit each */
	bool is_used[ARGS_MAX];   /* and names */
	const char *fault;        /* NULL, or what is wrong with the line */
};

/*
 * Words are parted by spaces; "..." holds them together, with \" \\ \n \t \xHH
 * inside; a word or value that begins with { or [ is JSON and reaches to the
 * bracket that closes it.
 */
void args_init(struct args *a, const char *line);
void args_fini(struct args *a);
/* The i-th word, or NULL. */
const char *args_word(struct args *a, int i);
/* The value of a name, or NULL. */
const char *args_get(struct args *a, const char *name);
/* The number that a name has, or otherwise. */
long long args_number(struct args *a, const char *name, long long otherwise);
/* Whether the word stands anywhere behind the first `from` words. */
bool args_has(struct args *a, int from, const char *word);
/* A word or name that nobody asked for, else NULL: a slip of the scenario. */
const char *args_unused(const struct args *a);

#endif
