/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "exchange/xml.h"

#include "base/error.h"
#include "base/mem.h"

#include <stdarg.h>
#include <string.h>

#define PIECE_BYTES 65536
#define PIECE_BYTES_MAX (16 * 1024 * 1024)
#define NAMES_APART '\n' /* what expat puts between namespace and name */

/* ---- where, and what is wrong ---- */

/* From 2.9 on the narrow ones are deprecated; before, there are no others. */
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 9
#define LINE_OF XML_GetCurrentLineNumber64
#define COLUMN_OF XML_GetCurrentColumnNumber64
#else
#define LINE_OF XML_GetCurrentLineNumber
#define COLUMN_OF XML_GetCurrentColumnNumber
#endif

int64_t
xml_line(const struct xml *x)
{
	return (int64_t)LINE_OF(x->parser);
}

static void
entry_here(struct xml *x)
{
	error_entry(x->err, "line %lld, column %lld", (long long)xml_line(x),
	    (long long)COLUMN_OF(x->parser) + 1);
}

int
xml_wrong(struct xml *x, const char *format, ...)
{
	va_list ap;

	entry_here(x);
	va_start(ap, format);
	error_set_va(x->err, ALK_SYNTAX, format, ap);
	va_end(ap);
	return x->err->code;
}

static void
stop(struct xml *x)
{
	entry_here(x);
	(void)XML_StopParser(x->parser, XML_FALSE);
}

/* ---- what expat says ---- */

/* "uri\nlocal" taken apart; a name without a namespace has no uri. */
static const char *
local_name(const char *name, size_t *uri_bytes)
{
	const char *apart = strrchr(name, NAMES_APART);

	*uri_bytes = apart != NULL ? (size_t)(apart - name) : 0;
	return apart != NULL ? apart + 1 : name;
}

static bool
is_ours(const struct xml *x, const char *uri, size_t bytes)
{
	const char *const *known = x->form->namespaces;

	for (; bytes > 0 && *known != NULL; known++)
		if (bytes >= strlen(*known) &&
		    memcmp(uri, *known, strlen(*known)) == 0)
			return true;
	return bytes == 0;
}

static void
on_start(void *arg, const char *name, const char **attributes)
{
	struct xml *x = arg;
	size_t uri;
	const char *local = local_name(name, &uri);

	x->silent = 0;
	if (x->err->code != ALK_OK)
		return;
	if (++x->depth > x->depth_max) {
		error_set(x->err, ALK_LIMIT, "elements are nested more than "
		    "%zu deep (limits.depth)", x->depth_max);
		stop(x);
		return;
	}
	if (x->foreign_depth != 0)
		return;
	if (!is_ours(x, name, uri)) {
		x->foreign_depth = x->depth;
		if (x->form->foreign != NULL)
			x->form->foreign(x);
		return;
	}
	if (x->form->start(x, local, attributes) != ALK_OK)
		stop(x);
}

static void
on_end(void *arg, const char *name)
{
	struct xml *x = arg;
	size_t uri;
	const char *local = local_name(name, &uri);

	x->silent = 0;
	if (x->err->code != ALK_OK)
		return;
	size_t depth = x->depth--;
	if (x->foreign_depth != 0) {
		if (x->foreign_depth == depth)
			x->foreign_depth = 0;
		return;
	}
	if (x->form->end(x, local) != ALK_OK)
		stop(x);
}

static void
on_text(void *arg, const char *text, int bytes)
{
	struct xml *x = arg;

	x->silent = 0;
	if (x->err->code != ALK_OK || !x->wants_text || x->foreign_depth != 0)
		return;
	buf_add(&x->text, text, (size_t)bytes);
	if (x->text.failed)
		error_nomem(x->err);
	else if (x->text.bytes > x->bytes_max)
		error_set(x->err, ALK_LIMIT, "a text has more than %zu bytes "
		    "(limits.attributes_bytes)", x->bytes_max);
	if (x->err->code != ALK_OK)
		stop(x);
}

static void
on_anything(void *arg, const char *text, int bytes)
{
	struct xml *x = arg;

	(void)text;
	(void)bytes;
	x->silent = 0;
}

static void
on_doctype(void *arg, const char *name, const char *system, const char *public,
    int has_internal_subset)
{
	struct xml *x = arg;

	(void)name;
	(void)system;
	(void)public;
	x->silent = 0;
	if (x->err->code != ALK_OK || !has_internal_subset)
		return;
	(void)xml_wrong(x, "a document type with declarations inside is not "
	    "read: take them out");
	stop(x);
}

static void
on_entity(void *arg, const char *name, int is_parameter, const char *value,
    int bytes, const char *base, const char *system, const char *public,
    const char *notation)
{
	struct xml *x = arg;

	(void)is_parameter;
	(void)value;
	(void)bytes;
	(void)base;
	(void)system;
	(void)public;
	(void)notation;
	if (x->err->code != ALK_OK)
		return;
	(void)xml_wrong(x, "entities are not read: '%.60s'", name);
	stop(x);
}

static void
on_skipped(void *arg, const char *name, int is_parameter)
{
	struct xml *x = arg;

	if (is_parameter || x->err->code != ALK_OK)
		return;
	(void)xml_wrong(x, "entities are not read: '%.60s'", name);
	stop(x);
}

/* ---- steps ---- */

int
xml_open(struct xml *x, alk_error *err)
{
	static const XML_Memory_Handling_Suite memory = { mem_alloc, mem_resize,
		mem_release };
	static const char apart[] = { NAMES_APART, '\0' };

	x->parser = XML_ParserCreate_MM(NULL, &memory, apart);
	if (x->parser == NULL)
		return error_nomem(err);
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
	XML_SetEntityDeclHandler(x->parser, on_entity);
	XML_SetSkippedEntityHandler(x->parser, on_skipped);
	XML_SetDefaultHandlerExpand(x->parser, on_anything);
	return ALK_OK;
}

void
xml_close(struct xml *x)
{
	if (x->parser != NULL)
		XML_ParserFree(x->parser);
	x->parser = NULL;
	buf_fini(&x->text);
}

void
xml_give(struct xml *x)
{
	x->is_given = true;
	(void)XML_StopParser(x->parser, XML_TRUE);
}

static int
parse_error(struct xml *x)
{
	enum XML_Error code = XML_GetErrorCode(x->parser);

	if (x->err->code != ALK_OK)
		return x->err->code;
	if (code == XML_ERROR_NO_MEMORY)
		return error_nomem(x->err);
	return xml_wrong(x, "not XML: %s", XML_ErrorString(code));
}

/*
 * One piece of the input to expat. Of a long tag expat begins anew with each
 * piece, so that pieces grow with it.
 */
static enum XML_Status
feed(struct xml *x)
{
	int room = x->silent < PIECE_BYTES ? PIECE_BYTES :
	    x->silent < PIECE_BYTES_MAX ? (int)x->silent : PIECE_BYTES_MAX;
	void *into = XML_GetBuffer(x->parser, room);

	if (into == NULL) {
		(void)parse_error(x);
		error_nomem(x->err);
		return XML_STATUS_ERROR;
	}
	long n = x->read(x->read_arg, into, (size_t)room);
	if (n < 0 || n > room) {
		entry_here(x);
		error_set(x->err, ALK_IO, "the input could not be read");
		return XML_STATUS_ERROR;
	}
	x->is_last = n == 0;
	x->bytes += n;
	x->silent += (size_t)n;
	return XML_ParseBuffer(x->parser, (int)n, x->is_last);
}

int
xml_pull(struct xml *x, alk_error *err)
{
	x->err = err;
	for (;;) {
		if (x->is_last && !x->is_suspended)
			return 0;
		x->is_given = false;
		enum XML_Status status = x->is_suspended ?
		    XML_ResumeParser(x->parser) : feed(x);
		x->is_suspended = status == XML_STATUS_SUSPENDED;
		if (err->code != ALK_OK)
			return err->code;
		if (status == XML_STATUS_ERROR)
			return parse_error(x);
		if (x->is_given)
			return 1;
		/* expat holds what it has not understood yet. */
		if (x->silent > x->bytes_max + 2 * (size_t)PIECE_BYTES) {
			entry_here(x);
			return error_set(err, ALK_LIMIT, "a tag or comment "
			    "has more than %zu bytes "
			    "(limits.attributes_bytes)", x->bytes_max);
		}
	}
}

/* ---- attributes ---- */

const char *
xml_attribute(const char **attributes, const char *name)
{
	for (; *attributes != NULL; attributes += 2)
		if (strcmp(attributes[0], name) == 0)
			return attributes[1];
	return NULL;
}

const char *
xml_alk_attribute(const char **attributes, const char *name)
{
	size_t bytes = strlen(XML_ALK);

	for (; *attributes != NULL; attributes += 2)
		if (strncmp(attributes[0], XML_ALK, bytes) == 0 &&
		    attributes[0][bytes] == NAMES_APART &&
		    strcmp(attributes[0] + bytes + 1, name) == 0)
			return attributes[1];
	return NULL;
}
