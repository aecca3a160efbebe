/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk completion prints a script for the shell; it asks alk __complete what may
 * stand next, and so knows no command itself. What the table cannot tell is
 * looked up in the store: graphs and types. A line ":file" says that a file
 * name may stand there.
 */
#include "cli/cli.h"
#include "cli/complete.h"

#include "cli/help.h"
#include "json/json.h"

#include <stdlib.h>
#include <string.h>

/* ---- The scripts ---- */

static const char bash[] =
    "# completion of alk for bash: source <(alk completion bash)\n"
    "_alk()\n"
    "{\n"
    "	local line cur=${COMP_WORDS[COMP_CWORD]}\n"
    "	COMPREPLY=()\n"
    "	while IFS= read -r line; do\n"
    "		if [ \"$line\" = :file ]; then\n"
    "			compopt -o filenames\n"
    "			while IFS= read -r line; do\n"
    "				COMPREPLY+=(\"$line\")\n"
    "			done < <(compgen -f -- \"$cur\")\n"
    "		else\n"
    "			printf -v line %q \"${line%%$'\\t'*}\"\n"
    "			COMPREPLY+=(\"$line\")\n"
    "		fi\n"
    "	done < <(\"${COMP_WORDS[0]}\" __complete -- \\\n"
    "	    \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
    "}\n"
    "complete -F _alk alk\n";

static const char zsh[] =
    "#compdef alk\n"
    "# completion of alk for zsh: source <(alk completion zsh)\n"
    "_alk()\n"
    "{\n"
    "	local line\n"
    "	local -a words_found\n"
    "	while IFS= read -r line; do\n"
    "		if [[ $line == :file ]]; then\n"
    "			_files\n"
    "		elif [[ $line == *$'\\t'* ]]; then\n"
    "			words_found+=(\"${${line%%$'\\t'*}//:/\\\\:}"
    ":${line#*$'\\t'}\")\n"
    "		else\n"
    "			words_found+=(\"${line//:/\\\\:}\")\n"
    "		fi\n"
    "	done < <(\"${words[1]}\" __complete -- \"${(@)words[2,CURRENT]}\" "
    "2>/dev/null)\n"
    "	(( ${#words_found} )) && _describe alk words_found\n"
    "	return 0\n"
    "}\n"
    "if [[ $funcstack[1] == _alk ]]; then\n"
    "	_alk \"$@\"\n"
    "else\n"
    "	compdef _alk alk\n"
    "fi\n";

static const char fish[] =
    "# completion of alk for fish: alk completion fish | source\n"
    "function __alk_complete\n"
    "	set -l words (commandline -opc) (commandline -ct)\n"
    "	for line in ($words[1] __complete -- $words[2..-1] 2>/dev/null)\n"
    "		if test \"$line\" = :file\n"
    "			__fish_complete_path (commandline -ct)\n"
    "		else\n"
    "			echo $line\n"
    "		end\n"
    "	end\n"
    "end\n"
    "complete -c alk -f -a '(__alk_complete)'\n";

static int
run_completion(struct cli *c)
{
	const char *shell = args_operand(&c->args, "bash|zsh|fish");
	const char *script = strcmp(shell, "bash") == 0 ? bash :
	    strcmp(shell, "zsh") == 0 ? zsh :
	    strcmp(shell, "fish") == 0 ? fish : NULL;

	if (script == NULL)
		return report_usage(c, "there is a script for bash, zsh and "
		    "fish, not for '%.80s'", shell);
	output_text(&c->out, script, strlen(script));
	return EXIT_OK;
}

/* ---- What may stand next ---- */

struct words {
	struct cli *cli;
	const char *prefix;
};

static void
print_word(void *arg, const char *word, const char *summary)
{
	struct words *w = arg;
	struct buf line = { 0 };

	buf_str(&line, word);
	if (summary != NULL)
		buf_printf(&line, "\t%s", summary);
	buf_char(&line, '\n');
	output_text(&w->cli->out, line.data, line.bytes);
	buf_fini(&line);
}

static void
print_live(struct words *w, const char *word)
{
	if (strncmp(word, w->prefix, strlen(w->prefix)) == 0)
		print_word(w, word, NULL);
}

static int
print_key(void *arg, const alk_row *row)
{
	print_live(arg, row->key);
	return 0;
}

/* Names in a list of alk_types_get(). */
static void
print_names(struct words *w, yyjson_val *list)
{
	yyjson_arr_iter at = yyjson_arr_iter_with(list);
	yyjson_val *entry;
	const char *name;

	while ((entry = yyjson_arr_iter_next(&at)) != NULL) {
		name = yyjson_get_str(yyjson_obj_get(entry, "name"));
		if (name != NULL)
			print_live(w, name);
	}
}

/* Node types or edge types of a graph type. */
static void
print_entries(struct words *w, const char *graph_type, bool nodes, bool edges)
{
	struct json_reader reader = { 0 };
	const char *json;
	size_t bytes;
	yyjson_val *root;

	if (alk_types_get(w->cli->session, graph_type, &json, &bytes) != ALK_OK)
		return;
	root = json_read_own(&reader, json, bytes, NULL);
	if (nodes)
		print_names(w, yyjson_obj_get(root, "nodeTypes"));
	if (edges)
		print_names(w, yyjson_obj_get(root, "edgeTypes"));
	json_reader_fini(&reader);
}

/* Types of the graph that the command line names. */
static void
print_types_of(struct words *w, const struct complete *at)
{
	bool edges = strcmp(at->wanted->name, "edge-type") == 0;
	struct buf type = { 0 };
	alk_row row;

	if (at->graph == NULL ||
	    alk_graph_get(w->cli->session, at->graph, &row) != ALK_OK)
		return;
	buf_str(&type, row.type);
	if (buf_text(&type) != NULL)
		print_entries(w, buf_text(&type), !edges, edges);
	buf_fini(&type);
}

static bool
is_word(const char *name, size_t bytes, const char *word)
{
	return strlen(word) == bytes && memcmp(name, word, bytes) == 0;
}

/* Opens the store quietly; a completion says nothing about errors. */
static bool
open_quietly(struct cli *c, const char *path)
{
	alk_options o;
	int kind;

	memset(&o, 0, sizeof(o));
	o.flags = ALK_OPEN_READONLY;
	o.busy_ms = 200;
	for (kind = ALK_FILE_TENANT; kind <= ALK_FILE_SYSTEM; kind++) {
		o.kind = kind;
		if (alk_open(path, &o, &c->store, NULL) == ALK_OK)
			return alk_session_open(c->store, NULL, &c->session,
			    NULL) == ALK_OK;
	}
	return false;
}

static void
complete_live(struct words *w, const struct complete *at, const char *name,
    size_t bytes)
{
	struct cli *c = w->cli;
	bool is_graph = is_word(name, bytes, "GRAPH");
	bool is_type = is_word(name, bytes, "TYPE");
	bool is_entry = is_word(name, bytes, "ENTRY");

	if ((!is_graph && !is_type && !is_entry) || at->file == NULL ||
	    !open_quietly(c, at->file))
		return;
	if (is_graph)
		alk_graph_list(c->session, NULL, print_key, w);
	else if (is_type && (at->wanted == NULL ||
	    strcmp(at->group->name, "graph") == 0))
		alk_types_list(c->session, print_key, w);
	else if (is_type)
		print_types_of(w, at);
	else if (at->type != NULL)
		print_entries(w, at->type, true, true);
}

static void
complete_help(struct words *w)
{
	const struct topic *t;

	for (t = help_topics; t->name != NULL; t++)
		if (strncmp(t->name, w->prefix, strlen(w->prefix)) == 0)
			print_word(w, t->name, t->summary);
}

static int
run_complete(struct cli *c)
{
	static const char *const files[] = {
		"FILE", "INPUT", "OUTPUT", "MODULE", "DIR", "SCHEMA",
		"DOCUMENT", "SUITE", "OLD", "NEW", "VALUE", "EDITS", "PATCH"
	};
	size_t count = c->args.operands_count, bytes = 0, i;
	struct words w = { c, count > 0 ? c->args.operands[count - 1] : "" };
	struct complete at;
	const char *name;

	complete_read(&at, c->args.operands, count > 0 ? count - 1 : 0,
	    getenv("ALK_DB"));
	name = complete_static(&at, w.prefix, print_word, &w, &bytes);
	if (name == NULL)
		return EXIT_OK;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (is_word(name, bytes, files[i]))
			print_word(&w, ":file", NULL);
	if (is_word(name, bytes, "COMMAND"))
		complete_help(&w);
	complete_live(&w, &at, name, bytes);
	return EXIT_OK;
}

static const char *const completion_examples[] = {
	"alk completion bash",
	"alk completion zsh",
	NULL
};
static const char *const complete_examples[] = {
	"alk __complete -- node l",
	"alk __complete -- node list work.db p",
	NULL
};

const struct command cmd_completion[] = {
	{ "completion", "bash|zsh|fish", "completion script of a shell",
	  "For bash: source <(alk completion bash), in ~/.bashrc to keep it.",
	  completion_examples, NULL, ACCESS_NONE, false, run_completion },
	COMMAND_END
};

const struct command cmd_complete[] = {
	{ "__complete", "[WORD...]", "words that may stand next",
	  "The last word is the one that is being typed.",
	  complete_examples, NULL, ACCESS_NONE, true, run_complete },
	COMMAND_END
};
