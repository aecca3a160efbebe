/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bench_import: what alk_import() costs over the bare rows.
 *
 *   plain    the same rows into the same physical tables by prepared statements,
 *            types and end points already resolved: the floor
 *   import   alk_import() of the JSON Lines: parsed, validated, end points looked
 *            up, change records written
 *   literal  the documented tables as they are written (text ids, composite
 *            foreign keys), by prepared statements: what the layout saves
 *   indexed  the same with the two indexes that a traversal or a cascade would
 *            need there
 *
 * All in transactions of 10,000 rows with the same pragmas, the checkpoint of
 * closing included. Each case is a process of its own, so that peak memory is its
 * own; rounds go forth and back through the cases; medians are printed.
 *
 * Predicted, before the first run: a prototype of the physical tables took 14 us
 * a row, of the literal ones 45; reading and checking a row was reckoned at 1 us,
 * resolving two end points in a hash 0.5, so import 1.2 to 1.5 times plain, a
 * third of literal, and memory the cache of 32 MB plus 25 MB of keys.
 */
#include "rows.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define BATCH_ROWS 10000
#define ROUNDS_MAX 9
#define IMPORT_RATIO_MAX 2.0
#define IMPORT_MB_MAX 150.0

struct setting {
	const char *lines;
	const char *module;
	const char *store;
	int copies;
	int rounds;
};

/* What a case tells. */
struct outcome {
	double seconds;
	double rows;
	double file_mb;
	double peak_mb; /* of the whole process */
};

/* ---- Plain statements -------------------------------------------------- */

static void
sql(sqlite3 *db, const char *text)
{
	char *message = NULL;

	if (sqlite3_exec(db, text, NULL, NULL, &message) != SQLITE_OK)
		die(text, message);
}

/* The pragmas of spec/storage.md, as the library sets them. */
static sqlite3 *
sql_open(const char *path)
{
	sqlite3 *db = NULL;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		die(path, sqlite3_errmsg(db));
	sql(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
	    "PRAGMA foreign_keys=ON; PRAGMA cache_size=-32000;"
	    "PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=10000");
	return db;
}

static sqlite3_stmt *
sql_prepare(sqlite3 *db, const char *text)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, &st,
	    NULL) != SQLITE_OK)
		die(text, sqlite3_errmsg(db));
	return st;
}

static void
sql_run(sqlite3 *db, sqlite3_stmt *st)
{
	if (sqlite3_step(st) != SQLITE_DONE)
		die(sqlite3_sql(st), sqlite3_errmsg(db));
	sqlite3_reset(st);
}

static sqlite3_int64
sql_number(sqlite3 *db, const char *text, const char *value)
{
	sqlite3_stmt *st = sql_prepare(db, text);
	sqlite3_int64 number;

	if (value != NULL)
		sqlite3_bind_text(st, 1, value, -1, SQLITE_STATIC);
	if (sqlite3_step(st) != SQLITE_ROW)
		die(text, "no row");
	number = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return number;
}

static void
sql_text(sqlite3_stmt *st, int at, const char *text)
{
	sqlite3_bind_text(st, at, text, -1, SQLITE_STATIC);
}

/* Type numbers: few, hence looked up by going through them. */
#define TYPES_MAX 64
struct types {
	const char *name[TYPES_MAX];
	sqlite3_int64 tid[TYPES_MAX];
	size_t count;
};

static sqlite3_int64
type_number(struct types *t, sqlite3 *db, const char *name)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		if (strcmp(t->name[i], name) == 0)
			return t->tid[i];
	if (i == TYPES_MAX)
		die(name, "too many types");
	t->name[i] = name;
	t->tid[i] = sql_number(db, "SELECT tid FROM alk_types WHERE name = ?1 "
	    "AND graph_type_id = (SELECT id FROM graph_types "
	    "WHERE name = 'debian')", name);
	t->count++;
	return t->tid[i];
}

struct plain {
	sqlite3 *db;
	sqlite3_stmt *node;
	sqlite3_stmt *edge;
	sqlite3_int64 gid;
	struct types types;
};

static void
plain_insert(struct plain *p, const struct rows *r, size_t i)
{
	const struct row *row = &r->row[i];
	sqlite3_stmt *st = i < r->nodes ? p->node : p->edge;

	sqlite3_bind_int64(st, 2, p->gid);
	sqlite3_bind_int64(st, 3, type_number(&p->types, p->db, row->type));
	sql_text(st, 4, row->attributes);
	sqlite3_bind_int64(st, 5, 1700000000);
	if (i < r->nodes) {
		sqlite3_bind_int64(st, 1, (sqlite3_int64)i + 1);
		sql_text(st, 6, row->key);
	} else {
		sqlite3_bind_int64(st, 1, (sqlite3_int64)(i - r->nodes) + 1);
		sqlite3_bind_int64(st, 6, (sqlite3_int64)row->source + 1);
		sqlite3_bind_int64(st, 7, (sqlite3_int64)row->target + 1);
	}
	sql_run(p->db, st);
}

static double
case_plain(const struct setting *o, const struct rows *r)
{
	struct plain p = { 0 };
	alk_store *st;
	alk_session *s;
	double begin;

	bench_store(o->store, o->module, &st, &s);
	alk_session_close(s);
	alk_close(st);
	p.db = sql_open(o->store);
	p.gid = sql_number(p.db, "SELECT gid FROM alk_graphs", NULL);
	p.node = sql_prepare(p.db, "INSERT INTO alk_nodes "
	    "(nid, gid, type, attributes, created_at, key) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
	p.edge = sql_prepare(p.db, "INSERT INTO alk_edges "
	    "(eid, gid, type, attributes, created_at, src, dst) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
	begin = now_s();
	for (size_t i = 0; i < r->count; i++) {
		if (i % BATCH_ROWS == 0)
			sql(p.db, i == 0 ? "BEGIN IMMEDIATE" :
			    "COMMIT; BEGIN IMMEDIATE");
		plain_insert(&p, r, i);
	}
	sql(p.db, "COMMIT");
	sqlite3_finalize(p.node);
	sqlite3_finalize(p.edge);
	sqlite3_close(p.db);
	return now_s() - begin;
}

/* ---- The documented tables, literally ---------------------------------- */

static const char literal_indexes[] =
    "CREATE INDEX edges_source ON edges(graph_id, source_node_key);"
    "CREATE INDEX edges_target ON edges(graph_id, target_node_key)";

static const char literal_tables[] =
    "CREATE TABLE graphs (id TEXT PRIMARY KEY NOT NULL,"
    " metadata TEXT DEFAULT '{}', created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL, name TEXT NOT NULL);"
    "CREATE TABLE nodes (id TEXT PRIMARY KEY NOT NULL,"
    " metadata TEXT DEFAULT '{}', created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " graph_id TEXT NOT NULL REFERENCES graphs(id) ON DELETE CASCADE,"
    " key TEXT NOT NULL, attributes TEXT NOT NULL DEFAULT '{}',"
    " UNIQUE (graph_id, key));"
    "CREATE TABLE edges (id TEXT PRIMARY KEY NOT NULL,"
    " metadata TEXT DEFAULT '{}', created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " graph_id TEXT NOT NULL REFERENCES graphs(id) ON DELETE CASCADE,"
    " key TEXT, source_node_key TEXT NOT NULL,"
    " target_node_key TEXT NOT NULL,"
    " attributes TEXT NOT NULL DEFAULT '{}', undirected INTEGER DEFAULT 0,"
    " UNIQUE (graph_id, key),"
    " FOREIGN KEY (graph_id, source_node_key) REFERENCES"
    "  nodes(graph_id, key) ON DELETE CASCADE,"
    " FOREIGN KEY (graph_id, target_node_key) REFERENCES"
    "  nodes(graph_id, key) ON DELETE CASCADE);"
    "INSERT INTO graphs VALUES"
    " ('018bcfe5-6800-7000-8000-000000000001', '{}', 1700000000, 1700000000,"
    "  'debian')";

/* UUIDv7: 48 bits of milliseconds, 74 of a generator that is good enough here. */
static void
uuid(char out[37])
{
	static unsigned long long state = 88172645463325252u;
	static unsigned long long ms = 1700000000000u;
	static unsigned count;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	if (++count % 20 == 0)
		ms++;
	snprintf(out, 37, "%08llx-%04llx-7%03llx-8%03llx-%012llx", ms >> 16 & 0xffffffff,
	    ms & 0xffff, state & 0xfff, state >> 12 & 0xfff,
	    state >> 16 & 0xffffffffffff);
}

static void
literal_insert(sqlite3 *db, sqlite3_stmt *st, const struct rows *r, size_t i)
{
	const struct row *row = &r->row[i];
	char id[37];

	uuid(id);
	sqlite3_bind_text(st, 1, id, 36, SQLITE_STATIC);
	sql_text(st, 2, row->full);
	if (i < r->nodes) {
		sql_text(st, 3, row->key);
	} else {
		sql_text(st, 3, r->row[row->source].key);
		sql_text(st, 4, r->row[row->target].key);
	}
	sql_run(db, st);
}

static double
case_literal(const struct setting *o, const struct rows *r, bool is_indexed)
{
	sqlite3_stmt *node;
	sqlite3_stmt *edge;
	sqlite3 *db;
	double begin;

	bench_remove(o->store);
	db = sql_open(o->store);
	sql(db, literal_tables);
	if (is_indexed)
		sql(db, literal_indexes);
	node = sql_prepare(db, "INSERT INTO nodes "
	    "(id, created_at, updated_at, graph_id, attributes, key) VALUES "
	    "(?1, 1700000000, 1700000000,"
	    " '018bcfe5-6800-7000-8000-000000000001', ?2, ?3)");
	edge = sql_prepare(db, "INSERT INTO edges (id, created_at, updated_at, "
	    "graph_id, attributes, source_node_key, target_node_key) VALUES "
	    "(?1, 1700000000, 1700000000,"
	    " '018bcfe5-6800-7000-8000-000000000001', ?2, ?3, ?4)");
	begin = now_s();
	for (size_t i = 0; i < r->count; i++) {
		if (i % BATCH_ROWS == 0)
			sql(db, i == 0 ? "BEGIN IMMEDIATE" :
			    "COMMIT; BEGIN IMMEDIATE");
		literal_insert(db, i < r->nodes ? node : edge, r, i);
	}
	sql(db, "COMMIT");
	sqlite3_finalize(node);
	sqlite3_finalize(edge);
	sqlite3_close(db);
	return now_s() - begin;
}

/* ---- The library ------------------------------------------------------- */

static double
case_import(const struct setting *o, double *rows)
{
	alk_import_options options = { .batch_rows = BATCH_ROWS };
	alk_import_result result = { 0 };
	struct feed f;
	alk_store *st;
	alk_session *s;
	double begin;

	bench_store(o->store, o->module, &st, &s);
	feed_open(&f, o->lines, o->copies);
	begin = now_s();
	must(alk_import(s, "debian", &options, feed_read, &f, &result),
	    "import", alk_session_error(s));
	alk_session_close(s);
	alk_close(st);
	*rows = (double)(result.nodes + result.edges);
	begin = now_s() - begin;
	feed_close(&f);
	return begin;
}

/* ---- One case in a process of its own ---------------------------------- */

static const char *const cases[] = { "plain", "import", "literal", "indexed" };
#define CASES (sizeof(cases) / sizeof(cases[0]))

/* Prints seconds, rows and size of the file for outcome_read(). */
static void
run_case(const struct setting *o, const char *name)
{
	struct outcome x = { 0 };
	struct rows r = { 0 };
	struct stat file = { 0 };
	struct feed f;

	if (strcmp(name, "import") == 0) {
		x.seconds = case_import(o, &x.rows);
	} else {
		feed_open(&f, o->lines, o->copies);
		rows_read(&r, &f);
		x.rows = (double)r.count;
		x.seconds = strcmp(name, "plain") == 0 ? case_plain(o, &r) :
		    case_literal(o, &r, strcmp(name, "indexed") == 0);
	}
	if (stat(o->store, &file) != 0)
		die(o->store, strerror(errno));
	printf("%f %f %f\n", x.seconds, x.rows, (double)file.st_size / 1e6);
	bench_remove(o->store);
}

static struct outcome
outcome_read(const struct setting *o, const char *name, const char *self)
{
	struct outcome x = { 0 };
	struct rusage usage;
	char copies[16];
	int status = 0;
	int ends[2];
	FILE *f;
	pid_t child;

	snprintf(copies, sizeof(copies), "%d", o->copies);
	if (pipe(ends) != 0 || (child = fork()) < 0)
		die(name, strerror(errno));
	if (child == 0) {
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		execl(self, self, "-c", name, "-x", copies, "-s", o->store,
		    o->lines, o->module, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	f = must_have(fdopen(ends[0], "r"));
	if (fscanf(f, "%lf %lf %lf", &x.seconds, &x.rows, &x.file_mb) != 3 ||
	    wait4(child, &status, 0, &usage) != child || status != 0)
		die(name, "the case failed");
	fclose(f);
	x.peak_mb = (double)usage.ru_maxrss / 1e3;
	return x;
}

static int
compare_outcomes(const void *a, const void *b)
{
	const struct outcome *x = a;
	const struct outcome *y = b;

	return (x->seconds > y->seconds) - (x->seconds < y->seconds);
}

static int
run_all(const struct setting *o, const char *self)
{
	struct outcome all[CASES][ROUNDS_MAX];
	struct outcome median[CASES];
	double ratio;

	for (int round = 0; round < o->rounds; round++)
		for (size_t i = 0; i < CASES; i++) {
			size_t c = round % 2 == 0 ? i : CASES - 1 - i;

			all[c][round] = outcome_read(o, cases[c], self);
			fprintf(stderr, "round %d %-8s %6.2f s\n", round + 1,
			    cases[c], all[c][round].seconds);
		}
	printf("%-8s %9s %8s %9s %7s %8s %8s\n", "case", "rows", "seconds",
	    "rows/s", "ratio", "peak MB", "file MB");
	for (size_t c = 0; c < CASES; c++) {
		qsort(all[c], (size_t)o->rounds, sizeof(all[c][0]),
		    compare_outcomes);
		median[c] = all[c][o->rounds / 2];
		printf("%-8s %9.0f %8.2f %9.0f %7.2f %8.1f %8.1f\n", cases[c],
		    median[c].rows, median[c].seconds,
		    median[c].rows / median[c].seconds,
		    median[c].seconds / median[0].seconds, median[c].peak_mb,
		    median[c].file_mb);
	}
	if (median[0].rows != median[1].rows || median[1].rows != median[2].rows)
		die("rows", "the cases did not write the same number");
	ratio = median[1].seconds / median[0].seconds;
	printf("import / plain %.2f (goal %.1f), literal / import %.2f (goal "
	    "over 1), peak %.0f MB (goal %.0f)\n", ratio, IMPORT_RATIO_MAX,
	    median[2].seconds / median[1].seconds, median[1].peak_mb,
	    IMPORT_MB_MAX);
	return ratio > IMPORT_RATIO_MAX || median[1].peak_mb > IMPORT_MB_MAX ||
	    median[2].seconds <= median[1].seconds;
}

static int
usage(void)
{
	fprintf(stderr, "usage: bench_import [-r ROUNDS] [-x COPIES] [-c CASE] "
	    "[-s STORE] LINES MODULE\n"
	    "ends with 1 if a goal is missed; -c runs one case\n");
	return 2;
}

int
main(int argc, char **argv)
{
	struct setting o = {
		.store = "bench.db", .copies = 1, .rounds = 3
	};
	const char *only = NULL;
	int c;

	while ((c = getopt(argc, argv, "r:x:c:s:")) != -1) {
		if (c == 'r')
			o.rounds = atoi(optarg);
		else if (c == 'x')
			o.copies = atoi(optarg);
		else if (c == 'c')
			only = optarg;
		else if (c == 's')
			o.store = optarg;
		else
			return usage();
	}
	if (argc - optind != 2 || o.copies < 1 || o.rounds < 1 ||
	    o.rounds > ROUNDS_MAX)
		return usage();
	o.lines = argv[optind];
	o.module = argv[optind + 1];
	if (only == NULL)
		return run_all(&o, argv[0]);
	run_case(&o, only);
	return 0;
}
