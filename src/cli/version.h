/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_VERSION_H
#define CLI_VERSION_H

#include "cli/output.h"

/* alk --version: what runs here and what it was built with. */
void version_print(struct output *o);

#endif
