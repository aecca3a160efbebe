/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_DECLARES_H
#define SCHEMA_DECLARES_H

#include "schema/program.h"

/*
 * Whether a member may be evaluated at a node or at one that it applies to the
 * same value, as unevaluatedProperties has it. true where it is not sure.
 */
bool declares_evaluates(const struct schema *s, uint32_t index,
    const char *name, size_t bytes);

#endif
