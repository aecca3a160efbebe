/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef MODULE_TESTING_H
#define MODULE_TESTING_H

/* For the tests of this room only: one module, loaded from text. */

#include "module/module.h"

#include "base/error.h"
#include "base/mem.h"
#include "schema/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define JSON(...) #__VA_ARGS__

static const struct module_limits limits = { 1 << 20, 128, 256, 1024 };

static struct module m;
static alk_error err;

static inline void
load(const char *text)
{
	module_fini(&m);
	error_clear(&err);
	if (module_load(text, strlen(text), &limits, &m, &err) != ALK_OK)
		fail_msg("%s at %s: %s", err.entry, err.pointer, err.text);
}

static inline void
assert_refused(const char *text, const char *entry, const char *pointer,
    const char *part)
{
	struct module none = { .count = 0 };

	error_clear(&err);
	assert_int_equal(module_load(text, strlen(text), &limits, &none, &err),
	    ALK_SCHEMA);
	assert_null(none.types);
	if (strcmp(err.entry, entry) != 0 || strcmp(err.pointer,
	    pointer) != 0 || strstr(err.text, part) == NULL)
		fail_msg("entry \"%s\" pointer \"%s\" text \"%s\"", err.entry,
		    err.pointer, err.text);
}

static inline const struct module_type *
type_named(const char *name)
{
	for (size_t i = 0; i < m.count; i++)
		if (strcmp(m.types[i].name, name) == 0)
			return &m.types[i];
	fail_msg("no type %s", name);
	return NULL;
}

static inline bool
has_warning(const char *part)
{
	for (size_t i = 0; i < m.warnings_count; i++)
		if (strstr(m.warnings[i], part) != NULL)
			return true;
	return false;
}

/* Whether the type's stored schema accepts a value. */
static inline bool
accepts(const char *name, const char *value)
{
	const struct module_type *t = type_named(name);
	struct json_reader schema_reader = { 0 };
	struct json_reader reader = { 0 };
	struct schema *s = NULL;

	yyjson_val *v = json_read_own(&schema_reader, t->schema,
	    t->schema_bytes, &err);
	assert_non_null(v);
	assert_int_equal(schema_compile(v, &s, &err), ALK_OK);
	v = json_read_own(&reader, value, strlen(value), &err);
	assert_non_null(v);
	bool is_valid = schema_check(s, v);
	schema_free(s);
	json_reader_fini(&schema_reader);
	json_reader_fini(&reader);
	return is_valid;
}

static inline int
teardown(void **state)
{
	(void)state;
	module_fini(&m);
	return 0;
}

#endif
