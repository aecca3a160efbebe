/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DB_SQL_H
#define DB_SQL_H

/* A named statement, packed from a room's .sql file at build time. */
struct sql {
	const char *name; /* "node_insert" */
	const char *text;
	int slot; /* its place in a connection's statement cache */
};

#endif
