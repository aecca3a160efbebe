/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_SCHEMAS_H
#define CLI_SCHEMAS_H

#include "cli/cli.h"

/*
 * What the commands that compile schemas share: how the command line says that
 * schemas are to be understood.
 */
struct schemas {
	struct cli *cli;
	alk_schema_options options;
	alk_schemas *refs; /* of --ref and --refs; NULL: there are none */
};

/* Returns an exit status; schemas_fini() in any case. */
int schemas_init(struct schemas *s, struct cli *c);
void schemas_fini(struct schemas *s);

/*
 * Compiles the schema of a file, or of standard input for "-". Returns an exit
 * status; errors are reported with the file's name.
 */
int schemas_compile(struct schemas *s, const char *path, alk_schema **out);

/* Their options, as rows of an initialiser. */
#define SCHEMAS_OPTIONS \
	{ "draft", 0, OPTION_CHOICE, "typebox|2020-12|2019-09|7|6|4", false, \
	  "of schemas without $schema; typebox" }, \
	{ "format", 0, OPTION_CHOICE, "assert|annotate", false, \
	  "what a wrong format is; as the draft has it" }, \
	{ "ref", 0, OPTION_TEXT, "[URI=]FILE", true, \
	  "a document to refer to, by URI or its $id; repeatable" }, \
	{ "refs", 0, OPTION_TEXT, "[URI=]DIR", true, \
	  "all .json files of a folder, as URI/PATH or by $id" }

/* The rest of alk schema that needs no store. */
int schemas_validate(struct cli *c); /* cmd_validate.c */
int schemas_test(struct cli *c);     /* cmd_suite.c */
int schemas_diff(struct cli *c);     /* cmd_compare.c */

#endif
