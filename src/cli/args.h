/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include "cli/table.h"

#include <alkstore.h>
#include <stdbool.h>

/*
 * The words of a command line, sorted into command, options and operands.
 * Zeroed it is ready for args_parse(); args_fini() in any case. Texts are
 * borrowed from argv.
 */
struct args {
	const struct group *group;     /* NULL: no word named one */
	const struct command *command; /* NULL: help or version, or a mistake */
	struct args_option {
		const struct option *option;
		const char *text; /* NULL for a flag */
		int64_t number;   /* of OPTION_COUNT, _NUMBER, _BOUND */
	} *options; /* in the order given */
	size_t options_count;
	const char **operands; /* by place in command->operands */
	size_t operands_count;
	bool is_file_put; /* operands[0] is not from the words: --db, ALK_DB */
};

/*
 * Options may stand before, between and behind the operands; those of every
 * command also before the command. "--" ends them.
 *
 * @param words  Without the program's name.
 * @param db     The store if no option names one (ALK_DB), or NULL.
 * @return ALK_OK; ALK_INVALID (what is wrong, with the nearest right word);
 *         ALK_NOMEM. a then says what was understood so far, for a usage line.
 */
int args_parse(struct args *a, const char *const *words, size_t count,
    const char *db, alk_error *err);
void args_fini(struct args *a);

/* Of an option given several times the last one counts. */
bool args_has(const struct args *a, const char *name);
const char *args_text(const struct args *a, const char *name); /* or NULL */
int64_t args_count(const struct args *a, const char *name, int64_t otherwise);
/* Each value of an option: how many; the first `room` of them go to out. */
size_t args_list(const struct args *a, const char *name, const char **out,
    size_t room);

/* The operand of that name, or NULL where it was left out. */
const char *args_operand(const struct args *a, const char *name);

/*
 * The option that a word names ("--name", "-n"), or NULL. command may be NULL.
 */
const struct option *args_option(const struct command *command,
    const char *name, size_t bytes);
const struct option *args_letter(const struct command *command, char letter);

#endif
