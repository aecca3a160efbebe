/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The invariants of a store file, one SQL statement each; every row that a
 * statement gives is a finding. They read whole tables on purpose: an index
 * that lies is one of the things looked for, together with PRAGMA
 * integrity_check.
 */
#include "invariants.h"

#include "text.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct rule {
	const char *name;
	const char *sql;
};

/* Rules on graphs come behind those that a system file has to keep as well. */
#define RULES_OF_BOTH 3

/* Old records of changes may be gone. */
#define TRIMMED "EXISTS (SELECT 1 FROM _alk_stream_trimmed " \
    "WHERE topic = 'changes')"

/* Old notifications may be gone; their numbers begin with 1. */
#define PRUNED "(COALESCE((SELECT min(id) FROM _honker_notifications), 0) " \
    "<> 1 AND EXISTS (SELECT 1 FROM sqlite_sequence " \
    "WHERE name = '_honker_notifications'))"

static const struct rule rules[] = {
	{ "the database is sound",
	    "SELECT integrity_check FROM pragma_integrity_check "
	    "WHERE integrity_check <> 'ok'" },
	{ "foreign keys hold",
	    "SELECT \"table\" || ' row ' || rowid FROM "
	    "pragma_foreign_key_check" },
	{ "each type has its number, name and kind",
	    "WITH t(id, owner, kind, name) AS ("
	    "SELECT id, graph_type_id, 1, name FROM node_types UNION ALL "
	    "SELECT id, graph_type_id, 2, name FROM edge_types) "
	    "SELECT name FROM (SELECT * FROM t EXCEPT SELECT type_id, "
	    "graph_type_id, kind, name FROM alk_types) UNION ALL "
	    "SELECT name FROM (SELECT type_id, graph_type_id, kind, name "
	    "FROM alk_types EXCEPT SELECT * FROM t)" },
	{ "each graph has its number",
	    "SELECT id FROM graphs WHERE id NOT IN "
	    "(SELECT graph_id FROM alk_graphs) UNION ALL "
	    "SELECT graph_id FROM alk_graphs WHERE graph_id NOT IN "
	    "(SELECT id FROM graphs)" },
	{ "a node is in a graph",
	    "SELECT 'node ' || nid FROM alk_nodes WHERE gid NOT IN "
	    "(SELECT gid FROM alk_graphs)" },
	{ "a node's type is a node type of its graph's type",
	    "SELECT 'node ' || n.nid FROM alk_nodes n "
	    "JOIN alk_graphs a USING (gid) JOIN graphs g ON g.id = a.graph_id "
	    "LEFT JOIN alk_types t ON t.tid = n.type AND t.kind = 1 "
	    "AND t.graph_type_id = g.graph_type_id WHERE t.tid IS NULL" },
	{ "a node's key is its own in the graph",
	    "SELECT 'graph ' || gid || ' key ' || key FROM alk_nodes "
	    "NOT INDEXED GROUP BY gid, key HAVING count(*) > 1" },
	{ "an edge's key is its own in the graph",
	    "SELECT 'graph ' || gid || ' key ' || key FROM alk_edges "
	    "NOT INDEXED WHERE key IS NOT NULL GROUP BY gid, key "
	    "HAVING count(*) > 1" },
	{ "numbers to be given are above those given",
	    "SELECT 'nodes' WHERE (SELECT COALESCE(max(seq), -1) FROM "
	    "sqlite_sequence WHERE name = 'alk_nodes') < (SELECT "
	    "COALESCE(max(nid), 0) FROM alk_nodes NOT INDEXED) UNION ALL "
	    "SELECT 'edges' WHERE (SELECT COALESCE(max(seq), -1) FROM "
	    "sqlite_sequence WHERE name = 'alk_edges') < (SELECT "
	    "COALESCE(max(eid), 0) FROM alk_edges NOT INDEXED)" },
	{ "keys are not empty",
	    "SELECT 'node ' || nid FROM alk_nodes WHERE key = '' UNION ALL "
	    "SELECT 'edge ' || eid FROM alk_edges WHERE key = ''" },
	{ "given ids do not look like derived ones",
	    "SELECT id FROM alk_nodes WHERE id GLOB 'node-[0-9]*' UNION ALL "
	    "SELECT id FROM alk_edges WHERE id GLOB 'edge-[0-9]*'" },
	{ "both ends of an edge are nodes of its graph",
	    "SELECT 'edge ' || e.eid FROM alk_edges e NOT INDEXED "
	    "LEFT JOIN alk_nodes s ON s.nid = e.src AND s.gid = e.gid "
	    "LEFT JOIN alk_nodes d ON d.nid = e.dst AND d.gid = e.gid "
	    "WHERE s.nid IS NULL OR d.nid IS NULL" },
	{ "an edge's type is an edge type of its graph's type",
	    "SELECT 'edge ' || e.eid FROM alk_edges e "
	    "JOIN alk_graphs a USING (gid) JOIN graphs g ON g.id = a.graph_id "
	    "LEFT JOIN alk_types t ON t.tid = e.type AND t.kind = 2 "
	    "AND t.graph_type_id = g.graph_type_id WHERE t.tid IS NULL" },
	{ "the ends of an edge are of types that it allows",
	    "SELECT 'edge ' || e.eid FROM alk_edges e "
	    "JOIN alk_types t ON t.tid = e.type "
	    "JOIN edge_types y ON y.id = t.type_id "
	    "JOIN alk_nodes s ON s.nid = e.src JOIN alk_types st "
	    "ON st.tid = s.type JOIN alk_nodes d ON d.nid = e.dst "
	    "JOIN alk_types dt ON dt.tid = d.type "
	    "WHERE (y.allowed_source_types <> '[]' AND st.name NOT IN "
	    "(SELECT value FROM json_each(y.allowed_source_types))) "
	    "OR (y.allowed_target_types <> '[]' AND dt.name NOT IN "
	    "(SELECT value FROM json_each(y.allowed_target_types)))" },
	{ "no self loops where the graph type allows none",
	    "SELECT 'edge ' || e.eid FROM alk_edges e "
	    "JOIN alk_graphs a USING (gid) JOIN graphs g ON g.id = a.graph_id "
	    "JOIN graph_types y ON y.id = g.graph_type_id "
	    "WHERE e.src = e.dst AND NOT "
	    "json_extract(y.config, '$.allowSelfLoops')" },
	{ "edges have the direction of the graph type",
	    "SELECT 'edge ' || e.eid FROM alk_edges e "
	    "JOIN alk_graphs a USING (gid) JOIN graphs g ON g.id = a.graph_id "
	    "JOIN graph_types y ON y.id = g.graph_type_id "
	    "WHERE e.undirected NOT IN (0, 1) OR "
	    "(json_extract(y.config, '$.type') = 'directed' "
	    "AND e.undirected = 1) OR "
	    "(json_extract(y.config, '$.type') = 'undirected' "
	    "AND e.undirected = 0)" },
	{ "no parallel edges where the graph type allows none",
	    "SELECT 'edge ' || max(e.eid) FROM alk_edges e NOT INDEXED "
	    "JOIN alk_graphs a USING (gid) JOIN graphs g ON g.id = a.graph_id "
	    "JOIN graph_types y ON y.id = g.graph_type_id "
	    "WHERE NOT json_extract(y.config, '$.multi') "
	    "GROUP BY e.gid, e.type, e.undirected, "
	    "CASE WHEN e.undirected THEN min(e.src, e.dst) ELSE e.src END, "
	    "CASE WHEN e.undirected THEN max(e.src, e.dst) ELSE e.dst END "
	    "HAVING count(*) > 1" },
	{ "no cycles where the graph type is acyclic",
	    "WITH RECURSIVE e(src, dst) AS (SELECT e.src, e.dst FROM "
	    "alk_edges e JOIN alk_graphs a USING (gid) JOIN graphs g "
	    "ON g.id = a.graph_id JOIN graph_types y "
	    "ON y.id = g.graph_type_id "
	    "WHERE json_extract(y.config, '$.acyclic')), "
	    "reach(a, b) AS (SELECT src, dst FROM e UNION "
	    "SELECT r.a, e.dst FROM reach r JOIN e ON e.src = r.b "
	    "LIMIT 100000) "
	    "SELECT 'node ' || a FROM reach WHERE a = b" },
	{ "attributes are JSON objects",
	    "SELECT 'node ' || nid FROM alk_nodes "
	    "WHERE NOT json_valid(attributes) "
	    "OR json_type(attributes) <> 'object' UNION ALL "
	    "SELECT 'edge ' || eid FROM alk_edges "
	    "WHERE NOT json_valid(attributes) "
	    "OR json_type(attributes) <> 'object'" },
	{ "metadata is a JSON object or left out",
	    "SELECT 'node ' || nid FROM alk_nodes WHERE metadata IS NOT NULL "
	    "AND (NOT json_valid(metadata) OR "
	    "json_type(metadata) <> 'object') UNION ALL "
	    "SELECT 'edge ' || eid FROM alk_edges WHERE metadata IS NOT NULL "
	    "AND (NOT json_valid(metadata) OR "
	    "json_type(metadata) <> 'object')" },
	{ "the change stream ends at the graph's revision",
	    "SELECT a.graph_id || ' rev ' || a.rev FROM alk_graphs a "
	    "WHERE a.rev <> COALESCE((SELECT max("
	    "json_extract(payload, '$.rev')) FROM _honker_stream "
	    "WHERE topic = 'changes' AND key = a.graph_id), 0) AND NOT ("
	    TRIMMED " AND NOT EXISTS (SELECT 1 FROM _honker_stream "
	    "WHERE topic = 'changes' AND key = a.graph_id))" },
	{ "the change stream leaves out no revision",
	    "SELECT key FROM _honker_stream NOT INDEXED "
	    "WHERE topic = 'changes' AND key IS NOT NULL GROUP BY key "
	    "HAVING max(json_extract(payload, '$.rev')) - "
	    "min(json_extract(payload, '$.rev')) + 1 <> "
	    "count(DISTINCT json_extract(payload, '$.rev')) "
	    "OR (min(json_extract(payload, '$.rev')) <> 1 "
	    "AND NOT " TRIMMED ")" },
	{ "revisions come in order",
	    "SELECT key || ' offset ' || offset FROM (SELECT key, offset, "
	    "json_extract(payload, '$.rev') AS rev, lag(json_extract("
	    "payload, '$.rev')) OVER (PARTITION BY key ORDER BY offset) "
	    "AS before FROM _honker_stream NOT INDEXED "
	    "WHERE topic = 'changes' AND key IS NOT NULL) "
	    "WHERE rev NOT IN (before, before + 1)" },
	{ "a change record names its graph",
	    "SELECT 'offset ' || offset FROM _honker_stream NOT INDEXED "
	    "WHERE topic = 'changes' AND key IS NOT NULL "
	    "AND key IS NOT json_extract(payload, '$.graphId')" },
	{ "a change record holds 1 to 1,000 changes",
	    "SELECT 'offset ' || offset FROM _honker_stream NOT INDEXED "
	    "WHERE topic = 'changes' AND "
	    "COALESCE(json_array_length(payload, '$.changes'), 0) "
	    "NOT BETWEEN 1 AND 1000" },
	{ "a change is an object with an op",
	    "SELECT 'offset ' || s.offset FROM _honker_stream s, "
	    "json_each(s.payload, '$.changes') j WHERE s.topic = 'changes' "
	    "AND (j.type <> 'object' OR COALESCE(json_extract(j.value, "
	    "'$.op'), '') NOT IN ('create', 'update', 'delete', 'load'))" },
	{ "each revision has one notification",
	    "WITH r(graph, rev) AS (SELECT DISTINCT key, "
	    "json_extract(payload, '$.rev') FROM _honker_stream "
	    "WHERE topic = 'changes' AND key IS NOT NULL), "
	    "n(graph, rev) AS (SELECT substr(channel, 7), "
	    "json_extract(payload, '$.rev') FROM _honker_notifications "
	    "WHERE channel GLOB 'graph:*'), "
	    "c(graph, rev, count) AS (SELECT graph, rev, count(*) FROM n "
	    "GROUP BY graph, rev) "
	    "SELECT graph || ' rev ' || rev FROM (SELECT graph, rev FROM r "
	    "EXCEPT SELECT graph, rev FROM c WHERE count = 1) "
	    "WHERE NOT " PRUNED " UNION ALL "
	    "SELECT graph || ' notified rev ' || rev FROM "
	    "(SELECT graph, rev FROM n EXCEPT SELECT graph, rev FROM r) "
	    "WHERE NOT " TRIMMED },
	{ "what was trimmed is not there",
	    "SELECT 'offset ' || s.offset FROM _honker_stream s NOT INDEXED "
	    "JOIN _alk_stream_trimmed t USING (topic) "
	    "WHERE s.offset <= t.upto" },
	{ "a pending entry is of its group's topic and behind what it read",
	    "SELECT 'group ' || p.group_id || ' offset ' || p.offset FROM "
	    "_alk_stream_pending p LEFT JOIN _alk_stream_group g "
	    "ON g.id = p.group_id LEFT JOIN _honker_stream s "
	    "ON s.offset = p.offset WHERE g.id IS NULL OR s.topic IS NOT "
	    "g.topic OR p.offset > g.delivered OR p.deliveries < 0" },
	{ "creations less deletions are the rows that there are",
	    "WITH c(graph, op, kind, n) AS (SELECT s.key, "
	    "json_extract(j.value, '$.op'), json_extract(j.value, '$.kind'), "
	    "1 FROM _honker_stream s, json_each(s.payload, '$.changes') j "
	    "WHERE s.topic = 'changes' AND s.key IN (SELECT graph_id FROM "
	    "alk_graphs) AND s.key NOT IN (SELECT s2.key FROM _honker_stream "
	    "s2, json_each(s2.payload, '$.changes') j2 WHERE s2.topic = "
	    "'changes' AND json_extract(j2.value, '$.op') = 'load')), "
	    "t(graph, nodes, edges) AS (SELECT graph, "
	    "sum((kind = 'node') * ((op = 'create') - (op = 'delete'))), "
	    "sum((kind = 'edge') * ((op = 'create') - (op = 'delete'))) "
	    "FROM c GROUP BY graph) "
	    "SELECT t.graph || ': feed ' || nodes || ', ' || edges FROM t "
	    "JOIN alk_graphs a ON a.graph_id = t.graph WHERE NOT " TRIMMED
	    " AND (nodes <> (SELECT count(*) FROM alk_nodes n NOT INDEXED "
	    "WHERE n.gid = a.gid) OR edges <> (SELECT count(*) "
	    "FROM alk_edges e NOT INDEXED WHERE e.gid = a.gid))" },
	{ "the views show every row",
	    "SELECT 'nodes' WHERE (SELECT count(*) FROM nodes) <> "
	    "(SELECT count(*) FROM alk_nodes) UNION ALL "
	    "SELECT 'edges' WHERE (SELECT count(*) FROM edges) <> "
	    "(SELECT count(*) FROM alk_edges)" },
};

#define DIGESTS_OF_BOTH 3

static const char *const digest_sql[] = {
	"SELECT name, version, config, scope, description FROM graph_types "
	"ORDER BY name",
	"SELECT g.name, t.name, t.schema FROM node_types t JOIN graph_types g "
	"ON g.id = t.graph_type_id ORDER BY 1, 2",
	"SELECT g.name, t.name, t.schema, t.allowed_source_types, "
	"t.allowed_target_types FROM edge_types t JOIN graph_types g "
	"ON g.id = t.graph_type_id ORDER BY 1, 2",
	"SELECT g.name, g.status, g.description, g.metadata, a.rev FROM "
	"graphs g JOIN alk_graphs a ON a.graph_id = g.id ORDER BY 1, 5",
	"SELECT g.name, n.key, n.attributes, n.metadata FROM nodes n "
	"JOIN graphs g ON g.id = n.graph_id ORDER BY 1, 2, 3",
	"SELECT g.name, e.key, e.source_node_key, e.target_node_key, "
	"e.undirected, e.attributes, e.metadata FROM edges e JOIN graphs g "
	"ON g.id = e.graph_id ORDER BY 1, 2, 3, 4, 5, 6",
	"SELECT s.topic, json_extract(s.payload, '$.rev'), "
	"json_extract(j.value, '$.op'), json_extract(j.value, '$.kind'), "
	"json_extract(j.value, '$.key') FROM _honker_stream s, "
	"json_each(s.payload, '$.changes') j WHERE s.topic = 'changes' "
	"ORDER BY s.offset, j.key",
	"SELECT offset, topic, key, payload FROM _honker_stream "
	"WHERE topic <> 'changes' ORDER BY offset",
	"SELECT substr(channel, 1, 6), count(*) FROM _honker_notifications "
	"GROUP BY 1"
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static sqlite3 *
open_file(const char *path)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL)
	    != SQLITE_OK) {
		sqlite3_close(db);
		return NULL;
	}
	sqlite3_busy_timeout(db, 10000);
	return db;
}

static int
apply(sqlite3 *db, const struct rule *rule, FILE *out)
{
	sqlite3_stmt *st = NULL;
	int found = 0;
	int rc = sqlite3_prepare_v2(db, rule->sql, -1, &st, NULL);

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(st);
		if (rc != SQLITE_ROW)
			break;
		found++;
		if (out != NULL && found <= 5)
			fprintf(out, "  invariant broken: %s: %s\n",
			    rule->name,
			    (const char *)sqlite3_column_text(st, 0));
	}
	if (rc != SQLITE_DONE) {
		found++;
		if (out != NULL)
			fprintf(out, "  invariant not checked: %s: %s\n",
			    rule->name, sqlite3_errmsg(db));
	}
	sqlite3_finalize(st);
	return found;
}

/* 1 the table is there, 0 it is not, -1 the file cannot be asked. */
static int
has_table(sqlite3 *db, const char *name)
{
	sqlite3_stmt *st = NULL;
	int found = -1;

	if (sqlite3_prepare_v2(db, "SELECT count(*) FROM sqlite_schema WHERE "
	    "name = ?1", -1, &st, NULL) == SQLITE_OK) {
		sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
		if (sqlite3_step(st) == SQLITE_ROW)
			found = sqlite3_column_int(st, 0);
	}
	sqlite3_finalize(st);
	return found;
}

int
invariants_check(const char *path, FILE *out)
{
	sqlite3 *db = open_file(path);
	size_t count = COUNT(rules);
	int found = 0;

	if (db == NULL || has_table(db, "graph_types") < 0) {
		sqlite3_close(db);
		return -1;
	}
	if (has_table(db, "accounts") > 0)
		count = RULES_OF_BOTH;
	if (sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		found++;
	for (size_t i = 0; i < count; i++)
		found += apply(db, &rules[i], out);
	sqlite3_close(db);
	return found;
}

static int
add_digest(void *arg, int count, char **values, char **names)
{
	unsigned long long *hash = arg;

	(void)names;
	for (int i = 0; i < count; i++) {
		const char *value = values[i] == NULL ? "\1" : values[i];

		*hash = text_hash(*hash, value, strlen(value) + 1);
	}
	return 0;
}

unsigned long long
invariants_digest(const char *path)
{
	sqlite3 *db = open_file(path);
	unsigned long long hash = 0;
	bool ok = db != NULL;
	size_t count = COUNT(digest_sql);

	if (ok && has_table(db, "accounts") > 0)
		count = DIGESTS_OF_BOTH;
	for (size_t i = 0; ok && i < count; i++) {
		hash = text_hash(hash, &i, sizeof(i));
		ok = sqlite3_exec(db, digest_sql[i], add_digest, &hash, NULL)
		    == SQLITE_OK;
	}
	if (!ok && db != NULL)
		fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(db));
	sqlite3_close(db);
	return ok ? hash : 0;
}

long long
invariants_number(const char *path, const char *sql)
{
	sqlite3 *db = open_file(path);
	sqlite3_stmt *st = NULL;
	long long number;

	if (db == NULL
	    || sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK
	    || sqlite3_step(st) != SQLITE_ROW) {
		fprintf(stderr, "%s: %s: %s\n", path, sql,
		    db == NULL ? "cannot open" : sqlite3_errmsg(db));
		exit(1);
	}
	number = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return number;
}

unsigned long long
invariants_rows(const char *path, const char *sql)
{
	sqlite3 *db = open_file(path);
	unsigned long long hash = 1469598103934665603u;

	if (db == NULL
	    || sqlite3_exec(db, sql, add_digest, &hash, NULL) != SQLITE_OK) {
		fprintf(stderr, "%s: %s: %s\n", path, sql,
		    db == NULL ? "cannot open" : sqlite3_errmsg(db));
		exit(1);
	}
	sqlite3_close(db);
	return hash;
}
