/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cli/transfer.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *name;
	int format;
} names[] = {
	{ "jsonl", ALK_FORMAT_JSONL },
	{ "graphology", ALK_FORMAT_GRAPHOLOGY },
	{ "graphml", ALK_FORMAT_GRAPHML },
	{ "gexf", ALK_FORMAT_GEXF },
	{ "csv", ALK_FORMAT_CSV },
	/* As ends of file names only. */
	{ "ndjson", ALK_FORMAT_JSONL },
	{ "json", ALK_FORMAT_GRAPHOLOGY },
	{ "tsv", ALK_FORMAT_CSV },
};

/* What follows the last dot of a file's name; "": nothing. */
static const char *
end_of(const char *path)
{
	const char *slash = path != NULL ? strrchr(path, '/') : NULL;
	const char *file = slash != NULL ? slash + 1 : path;
	const char *dot = file != NULL ? strrchr(file, '.') : NULL;

	return dot != NULL && dot != file ? dot + 1 : "";
}

static int
format_called(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(name, names[i].name) == 0)
			return names[i].format;
	return -1;
}

int
transfer_format(const struct args *a, const char *path)
{
	const char *given = args_text(a, "format");
	int format = format_called(given != NULL ? given : end_of(path));

	return format >= 0 ? format : ALK_FORMAT_JSONL;
}

void
transfer_note_format(struct cli *c, const char *path)
{
	const char *end = end_of(path);

	if (!args_has(&c->args, "format") && end[0] != '\0' &&
	    format_called(end) < 0)
		report_note(c, "'.%.20s' names no format: JSON Lines are "
		    "written; --format says another", end);
}

static bool
ends_with(const char *text, const char *end)
{
	size_t bytes = strlen(text), n = strlen(end);

	return bytes >= n && strcasecmp(text + bytes - n, end) == 0;
}

int
transfer_separator(struct cli *c, const char *path, char *out)
{
	const char *text = args_text(&c->args, "separator");

	*out = path != NULL && ends_with(path, ".tsv") ? '\t' : ',';
	if (text == NULL)
		return EXIT_OK;
	if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
		text = "\t";
	if (strlen(text) != 1)
		return report_usage(c,
		    "--separator is one character, or tab");
	*out = text[0];
	return EXIT_OK;
}

void
transfer_loss(void *arg, const alk_loss *loss)
{
	const struct transfer *t = arg;

	/* Of two files the one of nodes has told it. */
	if (strcmp(loss->kind, "graph") == 0 && t->kind == ALK_EDGE &&
	    args_has(&t->cli->args, "nodes"))
		return;
	report_note(t->cli, "lost %s %lld time%s, first: %s (%s)", loss->kind,
	    (long long)loss->count, loss->count == 1 ? "" : "s",
	    loss->example, loss->text);
}
