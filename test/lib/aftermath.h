/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_AFTERMATH_H
#define TEST_AFTERMATH_H

/*
 * Looks at the store file that a test left behind: it opens, the invariants
 * hold by SQL, and alk_check() agrees.
 *
 * @param name     For messages, with context (may be NULL).
 * @return Findings, told on stderr. A missing file is none.
 */
int aftermath_check(const char *path, const char *name, const char *context);

#endif
