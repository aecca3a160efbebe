/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DB_BULK_H
#define DB_BULK_H

#include "db/db.h"

/*
 * Many rows at once.
 *
 * A feed is rows of the caller's memory as a table of SQL, "alk_feed" with the
 * columns c0, c1, ...: INSERT ... SELECT over it is one statement for all of
 * them. A tree is one B-tree of the file, a table or an index, under a name of
 * its own: so a table can be filled apart from its indexes, and each index in
 * its own order. Whoever writes to trees keeps them in agreement himself.
 */

struct db_answer; /* where a column's value goes */

void db_answer_int(struct db_answer *to, int64_t n);
/* Borrowed until the statement ends. text NULL: NULL. */
void db_answer_text(struct db_answer *to, const char *text, size_t bytes);

#define DB_FEED_COLUMNS 8

struct db_feed {
	size_t count; /* rows */
	/* Gives one column; without an answer it is NULL. */
	void (*give)(const void *arg, size_t row, int column,
	    struct db_answer *to);
	const void *arg;
	/* If not NULL: puts the next rows in place of those given and returns
	   how many, 0 at the end. It is asked for the first ones too, each time
	   the feed is read from its beginning; on failure it returns 0. */
	size_t (*more)(void *source);
	void *source;
	size_t at;    /* the row that the statement came to */
};

/* As db_exec() and db_query(), of statements that name alk_feed. */
int db_exec_feed(struct db *db, const struct sql *q, struct db_feed *feed,
    const char *format, ...);
struct db_rows *db_query_feed(struct db *db, const struct sql *q,
    struct db_feed *feed, const char *format, ...);

/* A tree of the file by the name of its table or index, and the CREATE TABLE
   that gives it another. */
struct db_tree {
	const char *name;
	const struct sql *make;
	const char *text; /* where make is NULL: the statement */
};

/*
 * Names trees on this connection, until db_trees_end() or until the schema is
 * read anew; what is there already is kept. Within a transaction, and not
 * before a statement of it has read. false: this SQLite cannot do it, or the
 * call has failed.
 */
bool db_trees_begin(struct db *db, const struct db_tree *trees, size_t count);
/* Forgets the names; the schema is read anew. */
void db_trees_end(struct db *db);

/* Memory for pages, until it is set again; 0: what is usual. */
void db_set_cache(struct db *db, size_t bytes);
/*
 * How long the log may get before a commit takes it into the file. Transactions
 * that write the same pages again and again want it long, as the file is to
 * have each of them once: as large as the file, between 234 and 586 MiB. Until
 * it is set again; the next write transaction begins with what is usual.
 */
void db_set_long_log(struct db *db, bool is_long);
/* Whether statements that sort may use a file for what memory does not hold. */
void db_set_sort_file(struct db *db, bool is_file);

#endif
