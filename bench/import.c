/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bench_import: what alk_import() costs over the bare rows.
 *
 *   plain    the same rows into the same physical tables by prepared
 *            statements, types and end points already resolved: the floor
 *   import   alk_import() of the JSON Lines: parsed, validated, end points
 *            looked up, change records written
 *   loose    the same without validation: what that costs. There is no such
 *            switch in the library: the linker puts a function of this file
 *            in place of schema_explain()
 *   literal  the documented tables as they are written (text ids, composite
 *            foreign keys), by prepared statements: what the layout saves
 *   indexed  the same with the two indexes that a traversal or a cascade would
 *            need there
 *
 * All in transactions of 10,000 rows with the same pragmas, the checkpoint of
 * closing included. Each case is a process of its own, so that peak memory is
 * its own; rounds go forth and back through the cases; ratios are medians of
 * the ratios within a round, because the machine may be shared.
 *
 * Predicted, before the first run, from an earlier prototype (688 thousand
 * nodes and 189 thousand edges a second with integer keys, 117 and 20 literally
 * with indexes): plain 2.4 s, indexed 22 s; reading and checking a row 1 us and
 * resolving end points 0.5 us more, so import 3.2 s: 1.3 times plain; memory
 * the cache of 32 MB and 25 MB of keys. The case loose came later, with a goal
 * and no prediction: validation takes at most 0.3 times the rest. What came of it: README.md.
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
#define CHECKED_RATIO_MAX 1.3

struct setting {
	const char *lines;
	const char *module;
	const char *store;
	int copies;
	int rounds;
};

/* What a case tells of its timed part. */
struct outcome {
	double seconds;
	double cpu_seconds;
	double rows;
	double file_mb;
	double peak_mb; /* of the whole process */
};

static double
cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void
clock_start(struct outcome *x)
{
	x->seconds = -now_s();
	x->cpu_seconds = -cpu_s();
}

static void
clock_stop(struct outcome *x)
{
	x->seconds += now_s();
	x->cpu_seconds += cpu_s();
}

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

static void
case_plain(const struct setting *o, const struct rows *r, struct outcome *x)
{
	struct plain p = { 0 };
	alk_store *st;
	alk_session *s;

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
	clock_start(x);
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
	clock_stop(x);
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

/* UUIDv7: milliseconds, then bits of a generator that is good enough here. */
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
	snprintf(out, 37, "%08llx-%04llx-7%03llx-8%03llx-%012llx",
	    ms >> 16 & 0xffffffff, ms & 0xffff, state & 0xfff,
	    state >> 12 & 0xfff, state >> 16 & 0xffffffffffff);
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

static void
case_literal(const struct setting *o, const struct rows *r, bool is_indexed,
    struct outcome *x)
{
	sqlite3_stmt *node;
	sqlite3_stmt *edge;
	sqlite3 *db;

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
	clock_start(x);
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
	clock_stop(x);
}

/* ---- The library ------------------------------------------------------- */

struct schema;
struct yyjson_val;

/* See -Wl,--wrap in CMakeLists.txt. */
int __real_schema_explain(const struct schema *s, struct yyjson_val *v,
    alk_error *err);
int __wrap_schema_explain(const struct schema *s, struct yyjson_val *v,
    alk_error *err);

static int is_loose;

int
__wrap_schema_explain(const struct schema *s, struct yyjson_val *v,
    alk_error *err)
{
	return is_loose ? ALK_OK : __real_schema_explain(s, v, err);
}

static void
case_import(const struct setting *o, struct outcome *x)
{
	alk_import_options options = { .batch_rows = BATCH_ROWS };
	alk_import_result result = { 0 };
	struct feed f;
	alk_store *st;
	alk_session *s;

	bench_store(o->store, o->module, &st, &s);
	feed_open(&f, o->lines, o->copies);
	clock_start(x);
	must(alk_import(s, "debian", &options, feed_read, &f, &result),
	    "import", alk_session_error(s));
	alk_session_close(s);
	alk_close(st);
	clock_stop(x);
	feed_close(&f);
	x->rows = (double)(result.nodes + result.edges);
}

/* ---- One case in a process of its own ---------------------------------- */

enum { IMPORT = 1, LOOSE = 2, LITERAL = 3, CASES = 5 };

static const char *const cases[CASES] = {
	"plain", "import", "loose", "literal", "indexed"
};

/* Prints seconds, rows and size of the file for outcome_read(). */
static void
run_case(const struct setting *o, const char *name)
{
	struct outcome x = { 0 };
	struct rows r = { 0 };
	struct stat file = { 0 };
	struct feed f;

	is_loose = strcmp(name, "loose") == 0;
	if (is_loose || strcmp(name, "import") == 0) {
		case_import(o, &x);
	} else {
		feed_open(&f, o->lines, o->copies);
		rows_read(&r, &f);
		x.rows = (double)r.count;
		if (strcmp(name, "plain") == 0)
			case_plain(o, &r, &x);
		else
			case_literal(o, &r, strcmp(name, "indexed") == 0, &x);
	}
	if (stat(o->store, &file) != 0)
		die(o->store, strerror(errno));
	printf("%f %f %f %f\n", x.seconds, x.cpu_seconds, x.rows,
	    (double)file.st_size / 1e6);
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
	if (fscanf(f, "%lf %lf %lf %lf", &x.seconds, &x.cpu_seconds, &x.rows,
	    &x.file_mb) != 4 ||
	    wait4(child, &status, 0, &usage) != child || status != 0)
		die(name, "the case failed");
	fclose(f);
	x.peak_mb = (double)usage.ru_maxrss / 1e3;
	return x;
}

static int
compare_numbers(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *list, int count)
{
	qsort(list, (size_t)count, sizeof(*list), compare_numbers);
	return list[count / 2];
}

struct table {
	struct outcome of[CASES][ROUNDS_MAX];
	int rounds;
};

/* How many times longer a took than b in the same round, the median: what else
 * the machine did meanwhile then counts for both. */
static double
ratio(const struct table *t, size_t a, size_t b)
{
	double list[ROUNDS_MAX];

	for (int i = 0; i < t->rounds; i++)
		list[i] = t->of[a][i].seconds / t->of[b][i].seconds;
	return median(list, t->rounds);
}

static double
cpu_ratio(const struct table *t, size_t a, size_t b)
{
	double list[ROUNDS_MAX];

	for (int i = 0; i < t->rounds; i++)
		list[i] = t->of[a][i].cpu_seconds / t->of[b][i].cpu_seconds;
	return median(list, t->rounds);
}

static void
print_case(const struct table *t, size_t c)
{
	double seconds[ROUNDS_MAX];
	double peak[ROUNDS_MAX];
	const struct outcome *x = &t->of[c][0];
	double s;

	for (int i = 0; i < t->rounds; i++) {
		seconds[i] = t->of[c][i].seconds;
		peak[i] = t->of[c][i].peak_mb;
	}
	s = median(seconds, t->rounds);
	printf("%-8s %9.0f %8.2f %9.0f %7.2f %7.2f %8.1f %8.1f\n", cases[c],
	    x->rows, s, x->rows / s, ratio(t, c, 0), cpu_ratio(t, c, 0),
	    median(peak, t->rounds), x->file_mb);
}

/* Returns 1 if a goal is missed. */
static int
print_goals(const struct table *t)
{
	double peak = 0;
	bool is_met;

	for (int i = 0; i < t->rounds; i++)
		if (t->of[IMPORT][i].peak_mb > peak)
			peak = t->of[IMPORT][i].peak_mb;
	is_met = ratio(t, IMPORT, 0) <= IMPORT_RATIO_MAX &&
	    ratio(t, LITERAL, IMPORT) > 1 && peak <= IMPORT_MB_MAX &&
	    ratio(t, IMPORT, LOOSE) <= CHECKED_RATIO_MAX;
	printf("import / loose %.2f, cpu %.2f (at most %.1f)\n",
	    ratio(t, IMPORT, LOOSE), cpu_ratio(t, IMPORT, LOOSE),
	    CHECKED_RATIO_MAX);
	printf("import / plain %.2f (at most %.1f), literal / import %.2f "
	    "(over 1), peak %.0f MB (at most %.0f): %s\n", ratio(t, IMPORT, 0),
	    IMPORT_RATIO_MAX, ratio(t, LITERAL, IMPORT), peak, IMPORT_MB_MAX,
	    is_met ? "met" : "missed");
	return is_met ? 0 : 1;
}

static int
run_all(const struct setting *o, const char *self)
{
	struct table t = { .rounds = o->rounds };

	for (int round = 0; round < o->rounds; round++)
		for (size_t i = 0; i < CASES; i++) {
			size_t c = round % 2 == 0 ? i : CASES - 1 - i;

			t.of[c][round] = outcome_read(o, cases[c], self);
			fprintf(stderr, "round %d %-8s %6.2f s, %6.2f s cpu\n",
			    round + 1, cases[c], t.of[c][round].seconds,
			    t.of[c][round].cpu_seconds);
			if (t.of[c][round].rows != t.of[0][0].rows && round > 0)
				die(cases[c], "not the same number of rows");
		}
	printf("%-8s %9s %8s %9s %7s %7s %8s %8s\n", "case", "rows", "seconds",
	    "rows/s", "ratio", "cpu", "peak MB", "file MB");
	for (size_t c = 0; c < CASES; c++)
		print_case(&t, c);
	return print_goals(&t);
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
