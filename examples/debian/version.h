/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DEBIAN_VERSION_H
#define DEBIAN_VERSION_H

#include "text.h"

/* Less than 0, 0 or greater: a is older than b, equal, newer. */
int version_compare(struct text a, struct text b);

#endif
