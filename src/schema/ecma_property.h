/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_ECMA_PROPERTY_H
#define SCHEMA_ECMA_PROPERTY_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What stands in \p{...} of ECMA-262, written for PCRE2. false: no such
 * property. out may be NULL: only look.
 */
bool ecma_property(const char *text, size_t bytes, bool negated, bool in_class,
    struct buf *out);

#endif
