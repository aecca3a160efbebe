/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_META_H
#define SCHEMA_META_H

#include "schema/schema.h"

/*
 * The meta-schemas of the drafts, as json-schema.org publishes them, within the
 * binary. The text of the one with that URI (without fragment), or NULL.
 */
const char *meta_text(const char *uri, size_t bytes);

/* The draft that such a URI names as a whole; false: none. */
bool meta_draft(const char *uri, size_t bytes, enum schema_dialect *out);

#endif
