/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The graph types that every store is made with: the files of reference/, as
 * TypeBox 0.34 writes modules. A member that the specification's table does
 * not mark optional is required. Objects are open, as TypeBox makes them, but
 * for edges without attributes and the encrypted envelope.
 */
#include "module/module.h"

#include "module/reference.json.h"

const size_t module_references_count = sizeof(module_references) /
    sizeof(module_references[0]);
