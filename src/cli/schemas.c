/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Schemas out of files, understood as the command line says. */
#include "cli/schemas.h"

#include "base/error.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDERS_DEEP_MAX 32 /* of --refs: links may go round */

/* ---- Documents to refer to --------------------------------------------- */

/*
 * Adds a file under a URI, or by its $id. may_lack_id: one without is passed
 * over. Returns an exit status.
 */
static int
add_file(struct schemas *s, const char *uri, const char *path,
    bool may_lack_id)
{
	struct buf text = { 0 };
	alk_error err;
	int rc;

	memset(&err, 0, sizeof(err));
	rc = input_read(path, ALK_JSON_BYTES_MAX, &text, &err);
	if (rc == ALK_OK)
		rc = alk_schemas_add(s->refs, uri, buf_text(&text),
		    text.bytes, &err);
	buf_fini(&text);
	if (rc == ALK_OK || (rc == ALK_INVALID && may_lack_id))
		return EXIT_OK;
	error_entry(&err, "%s", path);
	return report_error(s->cli, &err);
}

/* "uri/name", "name" where there is no uri. */
static const char *
join(struct buf *b, const char *head, const char *name)
{
	buf_clear(b);
	if (head != NULL) {
		buf_str(b, head);
		if (b->bytes > 0 && b->data[b->bytes - 1] != '/')
			buf_char(b, '/');
	}
	buf_str(b, name);
	return buf_text(b);
}

static bool
is_json(const char *name)
{
	size_t bytes = strlen(name);

	return bytes > 5 && strcmp(name + bytes - 5, ".json") == 0;
}

static int add_folder(struct schemas *s, const char *uri, const char *path,
    int deep);

static int
add_entry(struct schemas *s, const char *uri, const char *path,
    const char *name, int deep)
{
	struct buf file = { 0 };
	struct buf known = { 0 };
	int status = EXIT_OK;
	struct stat st;

	const char *at = join(&file, path, name);
	const char *as = uri != NULL ? join(&known, uri, name) : NULL;
	if (at == NULL || known.failed) {
		alk_error err = { 0 };
		error_nomem(&err);
		status = report_error(s->cli, &err);
	} else if (stat(at, &st) == 0 && S_ISDIR(st.st_mode)) {
		status = add_folder(s, as, at, deep + 1);
	} else if (is_json(name)) {
		status = add_file(s, as, at, uri == NULL);
	}
	buf_fini(&file);
	buf_fini(&known);
	return status;
}

/* Adds the .json files of a folder and of those within it. */
static int
add_folder(struct schemas *s, const char *uri, const char *path, int deep)
{
	int status = EXIT_OK;
	struct dirent *entry;
	alk_error err = { 0 };
	DIR *dir;

	if (deep > FOLDERS_DEEP_MAX)
		return EXIT_OK;
	dir = opendir(path);
	if (dir == NULL) {
		error_set(&err, errno == ENOENT ? ALK_NOTFOUND : ALK_IO,
		    "cannot read the folder %.200s: %s", path,
		    strerror(errno));
		return report_error(s->cli, &err);
	}
	while (status == EXIT_OK && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			status = add_entry(s, uri, path, entry->d_name, deep);
	closedir(dir);
	return status;
}

/*
 * The value of --ref and --refs, [URI=]PATH. A URI has a scheme, so that a '='
 * in a file's name does no harm. uri is room for it.
 */
static const char *
split(const char *value, struct buf *uri)
{
	const char *equals = strrchr(value, '=');
	const char *colon = strchr(value, ':');

	if (equals == NULL || colon == NULL || colon > equals)
		return value;
	buf_add(uri, value, (size_t)(equals - value));
	return equals + 1;
}

static int
add_refs(struct schemas *s)
{
	const struct args *a = &s->cli->args;
	int status = EXIT_OK;
	size_t i;

	for (i = 0; status == EXIT_OK && i < a->options_count; i++) {
		const struct args_option *o = &a->options[i];
		bool is_folder = strcmp(o->option->name, "refs") == 0;
		struct buf uri = { 0 };

		if (!is_folder && strcmp(o->option->name, "ref") != 0)
			continue;
		const char *path = split(o->text, &uri);
		const char *known = uri.bytes > 0 ? buf_text(&uri) : NULL;
		status = is_folder ? add_folder(s, known, path, 0) :
		    add_file(s, known, path, false);
		buf_fini(&uri);
	}
	return status;
}

/* ---- Options ----------------------------------------------------------- */

static int
dialect_of(const char *name)
{
	static const char *const names[] = {
		"typebox", "2020-12", "2019-09", "7", "6", "4"
	};
	int i;

	for (i = ALK_DIALECT_4; name != NULL && i > ALK_DIALECT_TYPEBOX; i--)
		if (strcmp(name, names[i]) == 0)
			return i;
	return ALK_DIALECT_TYPEBOX;
}

static int
format_of(const char *name)
{
	if (name == NULL)
		return ALK_FORMAT_BY_DIALECT;
	return strcmp(name, "assert") == 0 ? ALK_FORMAT_ASSERT :
	    ALK_FORMAT_ANNOTATE;
}

int
schemas_init(struct schemas *s, struct cli *c)
{
	alk_error err;

	memset(s, 0, sizeof(*s));
	s->cli = c;
	s->options.dialect = dialect_of(args_text(&c->args, "draft"));
	s->options.format = format_of(args_text(&c->args, "format"));
	if (!args_has(&c->args, "ref") && !args_has(&c->args, "refs"))
		return EXIT_OK;
	if (alk_schemas_new(&s->refs, &err) != ALK_OK)
		return report_error(c, &err);
	s->options.schemas = s->refs;
	return add_refs(s);
}

void
schemas_fini(struct schemas *s)
{
	alk_schemas_free(s->refs);
	memset(s, 0, sizeof(*s));
}

int
schemas_compile(struct schemas *s, const char *path, alk_schema **out)
{
	struct buf text = { 0 };
	alk_error err;
	int rc;

	memset(&err, 0, sizeof(err));
	rc = input_read(path, ALK_JSON_BYTES_MAX, &text, &err);
	if (rc == ALK_OK) {
		rc = alk_schema_compile(buf_text(&text), text.bytes,
		    &s->options, out, &err);
		/* A document that is referred to is named already. */
		error_entry(&err, "%s", path);
	}
	buf_fini(&text);
	return rc == ALK_OK ? EXIT_OK : report_error(s->cli, &err);
}
