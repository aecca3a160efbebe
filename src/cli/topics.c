/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What is no command: alk-exit(7), alk-environment(7), and in short what is in
 * alk-filter(7) and alk-module(7), which are written by hand. The exit statuses
 * of errors come from src/errors.def, through the library.
 */
#include "cli/help.h"

#include <string.h>

static const struct {
	int status;
	const char *text;
} statuses[] = {
	{ 0, "done" },
	{ 1, "the operation failed" },
	{ 2, "the command line is wrong" },
	{ 3, "not found" },
	{ 4, "denied" },
	{ 5, "conflict with what is stored" },
	{ 6, "busy, or out of time" },
	{ 7, "the file is damaged or is no store" },
	{ 8, "against a schema" },
	{ 9, "the answer is no: alk check found something, or a document is "
	     "invalid" },
	{ 130, "ended by SIGINT (143: by SIGTERM)" },
	{ 141, "whoever read the output has gone; nothing is said" }
};

static bool
is_error(int code)
{
	return strcmp(alk_error_name(code), "ALK_UNKNOWN") != 0;
}

static void
write_exit(struct buf *out)
{
	size_t i;
	int code;

	buf_str(out, "The exit status says what happened, so that a script can "
	    "tell without reading the message:\n\n");
	for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		buf_printf(out, "  %3d  %s\n", statuses[i].status,
		    statuses[i].text);
	buf_str(out, "\nThe errors of the library, and the status that each of "
	    "them gives:\n\n");
	for (code = -1; is_error(code); code--)
		buf_printf(out, "  %-14s %3d  %s\n", alk_error_name(code),
		    alk_error_exit(code), alk_error_text(code));
	buf_str(out, "\nThe message goes to standard error, on one line: the "
	    "command, what is wrong and what helps, and in brackets the place: "
	    "the entry, item or line, and the JSON Pointer within it. With "
	    "--log-format json it is an object with the members level, "
	    "command, "
	    "code, exit, message, entry and pointer.\n");
}

static void
write_filter(struct buf *out)
{
	buf_str(out, "A filter chooses nodes or edges by their attributes:\n\n"
	    "  size > 1000 and (section = \"libs\" or section prefix \"lib\")\n"
	    "  status in ('pending', 'running') and not exists(due)\n"
	    "  owner.name = \"Ada\" and tags[0] != null\n\n"
	    "A path names a member, its members and its elements: owner.name, "
	    "tags[0], tags[-1] for the last one, $ for the attributes "
	    "themselves. A name that is no word, or is one of the language's "
	    "own, stands in double quotes: \"odd name\".size.\n\n"
	    "Values are those of JSON; a string may also stand in single "
	    "quotes, in which '' is one '.\n\n"
	    "Conditions on the value at a path:\n\n"
	    "  =  !=          equal, in type and value; numbers by value\n"
	    "  <  <=  >  >=   two numbers, or two strings by their bytes\n"
	    "  in (A, B)      equal to one of them\n"
	    "  prefix \"TEXT\"  a string that begins so\n"
	    "  exists         there is such a member, maybe null\n\n"
	    "exists(path) is the same as path exists. not may stand before a "
	    "condition, or before in, prefix and exists. Conditions are joined "
	    "by and, or, and brackets; and binds tighter. A member that is "
	    "missing makes every condition false, except !=, which is true.\n\n"
	    "A name that no type here has is an error, if their schemas are "
	    "closed; exists(path) may ask for any. The type is no attribute: "
	    "options ask for it.\n\n"
	    "alk-filter(7) has all of it.\n");
}

static void
write_module(struct buf *out)
{
	buf_str(out, "A graph type is loaded from a module: JSON, as TypeBox "
	    "serialises it, with named JSON Schemas. Names decide what they "
	    "are:\n\n"
	    "  Config              settings of the graphs\n"
	    "  ...Node             a node type: its attributes\n"
	    "  ...Edge             an edge type\n"
	    "  ...EdgeConstraints  which nodes an edge type may join\n"
	    "  BaseNode BaseEdge and all others are only referred to\n\n"
	    "A module that is written by hand:\n\n"
	    "  {\"Config\": {\"type\": \"object\", \"properties\": {\n"
	    "     \"type\": {\"const\": \"directed\"},\n"
	    "     \"multi\": {\"const\": true}}},\n"
	    "   \"TaskNode\": {\"type\": \"object\",\n"
	    "     \"required\": [\"title\"],\n"
	    "     \"properties\": {\"title\": {\"type\": \"string\"}}},\n"
	    "   \"NeedsEdge\": {\"type\": \"object\"},\n"
	    "   \"NeedsEdgeConstraints\": {\"type\": \"object\", "
	    "\"properties\": {\n"
	    "     \"edgeType\": {\"const\": \"NeedsEdge\"},\n"
	    "     \"allowedSourceTypes\": {\"const\": [\"TaskNode\"]}}}}\n\n"
	    "Config has type (directed, undirected, mixed), multi, "
	    "allowSelfLoops and acyclic; without them a graph is mixed, and "
	    "has self loops, but no two edges of a type between two nodes.\n\n"
	    "alk-module(7) has all of it.\n");
}

static void
write_environment(struct buf *out)
{
	buf_str(out, "ALK_DB names the store; FILE is then left out of every "
	    "command. --db FILE does the same, and comes first.\n\n"
	    "NO_COLOR, if it is not empty, and TERM=dumb turn colour off; "
	    "CLICOLOR_FORCE, if it is not 0, turns it on where there is no "
	    "terminal. --color comes before all of them.\n\n"
	    "COLUMNS is the width of a table where the terminal does not tell "
	    "its own.\n");
}

const struct topic help_topics[] = {
	{ "exit", "exit statuses, and the errors behind them", false,
	  write_exit },
	{ "filter", "the language of --where", true, write_filter },
	{ "module", "the JSON that a graph type is loaded from", true,
	  write_module },
	{ "environment", "variables that alk heeds", false,
	  write_environment },
	{ NULL, NULL, false, NULL }
};

const struct topic *
help_topic(const char *name)
{
	const struct topic *t;

	for (t = help_topics; t->name != NULL; t++)
		if (strcmp(t->name, name) == 0)
			return t;
	return NULL;
}
