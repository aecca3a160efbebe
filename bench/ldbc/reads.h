/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BENCH_LDBC_READS_H
#define BENCH_LDBC_READS_H

#include <alkstore.h>

#define READS 7

/* An answer: a line a row, values as JSON with a bar between. */
struct answer {
	char *text;
	size_t bytes;
	size_t room;
};

/* IS1 to IS7 by number, on the graph "snb"; the answer is added to out. For IS1
   to IS3 the key is a person's, else a message's: "Comment:5" or "Post:5". */
int ldbc_read(alk_session *s, int number, const char *key, struct answer *out);

#endif
