/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_MAN_H
#define CLI_MAN_H

#include "base/buf.h"
#include "cli/help.h"

/* Man pages in the man(7) macros, from the table of commands. */

void man_main(struct buf *out);                           /* alk(1) */
void man_group(struct buf *out, const struct group *g);   /* alk-<group>(1) */
void man_topic(struct buf *out, const struct topic *t);   /* alk-<topic>(7) */

#endif
