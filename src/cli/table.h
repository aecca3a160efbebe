/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <alkstore.h>
#include <stdbool.h>

/*
 * The table of commands. Parsing, --help, the man pages, the completions and a
 * test are all made from it; nothing about a command is written down a second
 * time.
 *
 * A row stands in the file of its handler (cmd_<group>.c); table.c strings the
 * groups together. All of it is constant.
 */

struct cli;

enum option_kind {
	OPTION_FLAG,
	OPTION_TEXT,
	OPTION_COUNT,  /* 0 .. INT64_MAX */
	OPTION_NUMBER, /* 1 .. INT64_MAX */
	OPTION_BOUND,  /* as OPTION_NUMBER, or "all": INT64_MAX */
	OPTION_CHOICE /* one of `value`, which is "a|b|c" */
};

struct option {
	const char *name;  /* without "--"; NULL ends a list */
	char letter;       /* 0 for none */
	enum option_kind kind;
	const char *value; /* what help calls its value; NULL for a flag */
	bool repeats;
	const char *summary;
};

/* What a command does with its FILE. */
enum command_access {
	ACCESS_NONE,  /* opens nothing, or opens by itself */
	ACCESS_READ,
	ACCESS_WRITE /* has --dry-run */
};

struct command {
	const char *name;     /* "node add", "init"; NULL ends a list */
	const char *operands; /* "FILE GRAPH KEY [ATTRIBUTES]", "KEY..." */
	const char *summary;  /* one line, no capital, no full stop */
	const char *notes;    /* paragraphs and "  literal" lines, or NULL */
	const char *const *examples; /* two or more, NULL at the end */
	const struct option *options; /* or NULL */
	enum command_access access;
	bool is_hidden;
	int (*run)(struct cli *c); /* returns the exit status */
};

struct group {
	const char *name; /* first word of its commands */
	const char *summary;
	const struct command *commands; /* one without verb, or several with */
};

extern const struct group table_groups[]; /* ends with a NULL name */
extern const struct option table_global_options[];

/* The group of that name, or NULL. */
const struct group *table_group(const char *name);
/* The command of a group with that verb, or NULL. */
const struct command *table_verb(const struct group *g, const char *verb);
/* The group is one command, without verbs. */
bool table_is_single(const struct group *g);

/* One word of an operands text. */
struct operand {
	const char *name; /* not ended by a NUL */
	size_t name_bytes;
	bool is_optional;
	bool repeats;
};

/* The index-th operand of a command; false at the end. */
bool table_operand(const struct command *c, size_t index, struct operand *out);
/* Where the operand of that name stands, or ALK_NUL. */
size_t table_operand_index(const struct command *c, const char *name);
/* The command works on a store file. */
bool table_takes_file(const struct command *c);

/* Each group's rows. */
extern const struct command cmd_init[];
extern const struct command cmd_info[];
extern const struct command cmd_check[];
extern const struct command cmd_stats[];
extern const struct command cmd_schema[];
extern const struct command cmd_value[];
extern const struct command cmd_graph[];
extern const struct command cmd_node[];
extern const struct command cmd_edge[];
extern const struct command cmd_walk[];
extern const struct command cmd_path[];
extern const struct command cmd_call[];
extern const struct command cmd_task[];
extern const struct command cmd_import[];
extern const struct command cmd_export[];
extern const struct command cmd_event[];
extern const struct command cmd_queue[];
extern const struct command cmd_batch[];
extern const struct command cmd_dead[];
extern const struct command cmd_cron[];
extern const struct command cmd_lock[];
extern const struct command cmd_rate[];
extern const struct command cmd_group[];
extern const struct command cmd_tail[];
extern const struct command cmd_changes[];
extern const struct command cmd_help[];
extern const struct command cmd_completion[];
extern const struct command cmd_complete[];
extern const struct command cmd_man[];
extern const struct command cmd_commands[];

/* Options that several commands have, as rows of an initialiser. */
#define OPTION_DRY_RUN \
	{ "dry-run", 'n', OPTION_FLAG, NULL, false, \
	  "do it in a transaction, show what would change, undo it" }
#define OPTION_IF_REV \
	{ "if-rev", 0, OPTION_NUMBER, "N", false, \
	  "only if the graph has this revision (exit 5 if not)" }
#define OPTION_EXPLAIN \
	{ "explain", 0, OPTION_FLAG, NULL, false, \
	  "tell how the rows would be found, by which index; list none" }
#define OPTION_BY \
	{ "by", 0, OPTION_TEXT, "INDEX", false, \
	  "the one that has these values in a unique index, not KEY" }
#define OPTION_ID \
	{ "id", 0, OPTION_TEXT, "ID", false, "public id; made up else" }
#define OPTION_METADATA \
	{ "metadata", 0, OPTION_TEXT, "JSON", false, "metadata, an object" }
#define OPTION_YES \
	{ "yes", 'y', OPTION_FLAG, NULL, false, "do not ask" }
#define OPTION_EDGE_TYPES \
	{ "edge-type", 't', OPTION_TEXT, "TYPE", true, \
	  "only edges of this type; may be given several times" }
#define OPTIONS_PASS \
	{ "node-type", 0, OPTION_TEXT, "TYPE", true, \
	  "only to nodes of this type; may be given several times" }, \
	{ "where", 0, OPTION_TEXT, "FILTER", false, \
	  "only to nodes whose attributes match; alk help filter" }, \
	{ "edge-where", 0, OPTION_TEXT, "FILTER", false, \
	  "only along edges whose attributes match" }
#define OPTION_END \
	{ NULL, 0, OPTION_FLAG, NULL, false, NULL }
#define COMMAND_END \
	{ NULL, NULL, NULL, NULL, NULL, NULL, ACCESS_NONE, false, NULL }

#endif
