/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* topology rounds N [SEED] | topology processes SECONDS [SEED] */
#include "topology.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
main(int argc, char **argv)
{
	int64_t n = argc > 2 ? strtoll(argv[2], NULL, 10) : 0;
	uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;

	if (n > 0 && strcmp(argv[1], "rounds") == 0)
		return topology_rounds(n, seed);
	if (n > 0 && strcmp(argv[1], "processes") == 0)
		return topology_processes(n, seed);
	fprintf(stderr, "usage: topology rounds N [SEED]\n"
	    "       topology processes SECONDS [SEED]\n");
	return 2;
}
