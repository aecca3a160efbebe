/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the compiler says about itself and about how it was called. */
#include "cli/version.h"

#include <string.h>
#include <yyjson.h>

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "unknown"
#endif

#ifndef __has_feature
#define __has_feature(name) 0
#endif

#ifdef __OPTIMIZE__
#define OPTIMIZED "optimized"
#else
#define OPTIMIZED "not optimized"
#endif

#ifdef NDEBUG
#define ASSERTIONS ", assertions off"
#else
#define ASSERTIONS ", assertions on"
#endif

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define SANITIZED ", address sanitizer"
#elif defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define SANITIZED ", thread sanitizer"
#else
#define SANITIZED ""
#endif

#ifdef ALK_GIT_ID
#define SOURCE ALK_GIT_ID
#else
#define SOURCE NULL
#endif

static void
plain(struct output *o, const struct column *columns, size_t count,
    const struct cell *cells)
{
	struct buf b = { 0 };
	size_t i;

	buf_printf(&b, "alk %s\n", cells[0].text);
	for (i = 1; i < count; i++)
		if (cells[i].kind != CELL_NONE)
			buf_printf(&b, "%s: %s\n", columns[i].name,
			    cells[i].text);
	if (b.failed)
		o->is_nomem = true;
	else
		output_text(o, b.data, b.bytes);
	buf_fini(&b);
}

void
version_print(struct output *o)
{
	static const struct column columns[] = {
		{ "alkstore", false }, { "sqlite", false },
		{ "sqliteSourceId", false }, { "yyjson", false },
		{ "compiler", false }, { "build", false }, { "source", false }
	};
	const char *sqlite = alk_sqlite_version();
	size_t bytes = strcspn(sqlite, " ");
	struct cell cells[7];
	char number[32];

	snprintf(number, sizeof(number), "%.*s", (int)bytes, sqlite);
	cells[0] = cell_text(alk_version());
	cells[1] = cell_text(number);
	cells[2] = cell_text(sqlite + bytes + strspn(sqlite + bytes, " "));
	cells[3] = cell_text(YYJSON_VERSION_STRING);
	cells[4] = cell_text(COMPILER);
	cells[5] = cell_text(OPTIMIZED ASSERTIONS SANITIZED);
	cells[6] = cell_text(SOURCE);
	if (o->format == FORMAT_TABLE)
		plain(o, columns, 7, cells);
	else
		output_record(o, columns, 7, 0, cells);
}
