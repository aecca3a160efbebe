/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_TOPOLOGY_H
#define TEST_TOPOLOGY_H

#include <stdint.h>

/* Each returns an exit status; what went wrong is on stderr. */
int topology_rounds(int64_t rounds, uint64_t seed);
int topology_processes(int64_t seconds, uint64_t seed);

#endif
