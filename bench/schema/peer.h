/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BENCH_SCHEMA_PEER_H
#define BENCH_SCHEMA_PEER_H

#include <stdio.h>
#include <sys/types.h>
#include <yyjson.h>

/*
 * A running `node peers.mjs CASE`. peer_start() ends the program when there is
 * no node; peer_end() waits for it.
 */
struct peer {
	pid_t pid;
	FILE *to;
	FILE *from;
};

void peer_start(struct peer *p, const char *script, const char *file);
/* One line that it answers, parsed; the caller frees. */
yyjson_doc *peer_read(struct peer *p);
void peer_ask(struct peer *p, const char *name, const char *what,
    unsigned batches);
void peer_end(struct peer *p);

#endif
