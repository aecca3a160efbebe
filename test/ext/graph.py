#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""graph.py ALKSTORE_EXT.so ALK

The graphs of a store as SQL in hosts that are not ours: Python's sqlite3 and the
stock shell, on a file that the command line has made and looks at afterwards.
"""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

ALK = os.path.abspath(sys.argv.pop())
LIBRARY = os.path.abspath(sys.argv.pop())
PEOPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli",
                      "people.json")


def alk(*words):
    return subprocess.run([ALK, *words], check=True, text=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def load(db):
    db.enable_load_extension(True)
    db.load_extension(LIBRARY)
    return db


class Base(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "g.db")
        alk("init", self.path, "-q")
        alk("schema", "load", self.path, "people", PEOPLE, "-q")
        alk("graph", "add", self.path, "g", "--type", "people", "-q")
        self.db = self.connect()

    def tearDown(self):
        self.db.close()
        alk("check", self.path)  # fails where the store is not sound
        self.folder.cleanup()

    def connect(self, path=None, **more):
        return load(sqlite3.connect(path or self.path, isolation_level=None,
                                    **more))

    def ask(self, sql, *args):
        return self.db.execute(sql, args).fetchone()[0]

    def all(self, sql, *args):
        return self.db.execute(sql, args).fetchall()

    def refused(self, text, sql, *args):
        with self.assertRaises(sqlite3.Error) as caught:
            self.db.execute(sql, args).fetchall()
        self.assertIn(text, str(caught.exception))

    def person(self, key, **attributes):
        attributes = {"nodeType": "PersonNode", "name": key, **attributes}
        return self.ask("SELECT alk_node_create('g', ?, ?)", key,
                        json.dumps(attributes))

    def knows(self, source, target):
        return self.ask("SELECT alk_edge_create('g', NULL, ?, ?, "
                        "'{\"edgeType\":\"KnowsEdge\"}')", source, target)

    def chain(self):
        """a -> b -> c -> d, c -> a, e alone."""
        for key in "abcde":
            self.person(key)
        for pair in ("ab", "bc", "cd", "ca"):
            self.knows(*pair)


class Graphs(Base):
    # ---- reading ----

    def test_neighbors_walks_and_paths(self):
        self.chain()
        self.assertEqual(self.all("SELECT key, type, edge_type, source, target "
                                  "FROM alk_neighbors('g', 'a')"),
                         [("b", "PersonNode", "KnowsEdge", "a", "b")])
        self.assertEqual(self.all("SELECT key FROM alk_neighbors('g', 'a', "
                                  "'in')"), [("c",)])
        self.assertEqual(self.all("SELECT key FROM alk_neighbors('g', 'a', "
                                  "'both') ORDER BY 1"), [("b",), ("c",)])
        self.assertEqual(self.all("SELECT key, hops FROM "
                                  "alk_walk('g', 'a', 3) ORDER BY hops, key"),
                         [("b", 1), ("c", 2), ("d", 3)])
        self.assertEqual(self.all("SELECT key FROM alk_walk('g', 'a', 9, "
                                  "'out', 'LivesInEdge')"), [])
        self.assertEqual(self.all("SELECT key FROM alk_walk('g', 'a', 1, "
                                  "'out', '[\"KnowsEdge\",\"LivesInEdge\"]')"),
                         [("b",)])
        self.assertEqual(self.all("SELECT step, kind, key FROM "
                                  "alk_path('g', 'a', 'd')"),
                         [(0, "node", "a"), (1, "edge", None),
                          (2, "node", "b"), (3, "edge", None),
                          (4, "node", "c"), (5, "edge", None),
                          (6, "node", "d")])
        self.assertEqual(self.all("SELECT * FROM alk_path('g', 'a', 'e')"), [])
        self.assertEqual(self.ask("SELECT json_extract(attributes, '$.name') "
                                  "FROM alk_walk('g', 'c', 1) "
                                  "WHERE key = 'd'"), "d")

    def test_tables_join_with_others(self):
        self.chain()
        self.assertEqual(self.all(
            "SELECT n.key, count(w.key) FROM nodes n LEFT JOIN alk_walk AS w "
            "ON w.graph = n.graph_id AND w.node = n.key AND w.depth = 9 "
            "GROUP BY n.key ORDER BY n.key"),
            [("a", 3), ("b", 3), ("c", 3), ("d", 0), ("e", 0)])
        self.db.execute("CREATE TEMP TABLE seeds(k)")
        self.db.execute("INSERT INTO seeds SELECT key FROM "
                        "alk_walk('g', 'a', 2)")
        self.assertEqual(self.all(
            "SELECT s.k, x.key FROM seeds s, alk_neighbors('g', s.k) x "
            "ORDER BY 1, 2"), [("b", "c"), ("c", "a"), ("c", "d")])

    def test_components(self):
        self.chain()
        self.assertEqual(self.all(
            "SELECT key, component, size FROM alk_components('g', 'strong') "
            "ORDER BY component, key")[:3],
            [("a", 0, 3), ("b", 0, 3), ("c", 0, 3)])
        self.assertEqual(self.all(
            "SELECT size, count(*) FROM alk_components('g', 'weak') "
            "GROUP BY component ORDER BY size DESC"), [(4, 4), (1, 1)])
        self.assertEqual(len(self.all(
            "SELECT DISTINCT component FROM alk_components('g', 'weak', "
            "'LivesInEdge')")), 5)
        self.refused("must be strong or weak",
                     "SELECT * FROM alk_components('g', 'x')")

    def test_filters(self):
        self.person("a", age=1)
        self.person("b", age=20)
        self.person("c", age=30)
        self.knows("a", "b")
        self.knows("a", "c")
        self.assertEqual(self.all(
            "SELECT key FROM alk_neighbors WHERE graph = 'g' AND node = 'a' "
            "AND node_filter = 'age > 25'"), [("c",)])
        self.refused("", "SELECT key FROM alk_neighbors WHERE graph = 'g' "
                     "AND node = 'a' AND node_filter = 'age >'")

    def test_mistakes_are_told(self):
        self.person("a")
        self.refused("alk_walk takes 3 arguments at least",
                     "SELECT * FROM alk_walk('g', 'a')")
        self.refused("depth is 0", "SELECT * FROM alk_walk('g', 'a', 0)")
        self.refused("direction is 'up'",
                     "SELECT * FROM alk_walk('g', 'a', 1, 'up')")
        self.refused("'z'", "SELECT * FROM alk_walk('g', 'z', 1)")
        self.refused("no", "SELECT * FROM alk_walk('none', 'a', 1)")
        self.refused("a name", "SELECT * FROM alk_walk('g', 'a', 1, 'out', "
                     "'[1]')")
        self.refused("texts", "SELECT * FROM alk_walk(1, 'a', 1)")
        self.refused("wrong number of arguments",
                     "SELECT alk_node_delete('g')")
        self.refused("argument 2 of alk_node_delete must be text",
                     "SELECT alk_node_delete('g', 1)")
        self.refused("NUL", "SELECT alk_node_delete('g', 'a' || char(0))")

    # ---- checking ----

    def test_validate(self):
        ask = "SELECT alk_validate('people', 'PersonNode', ?)"
        self.assertIsNone(self.ask(ask, '{"name":"a"}'))
        found = json.loads(self.ask(ask, '{"name":"a","age":-1}'))
        self.assertEqual(found["code"], "ALK_VALUE")
        self.assertEqual(found["pointer"], "/age")
        self.assertEqual(json.loads(self.ask(ask, '{"name":'))["code"],
                         "ALK_JSON")
        self.assertIsNone(self.ask("SELECT alk_validate('people', 'KnowsEdge',"
                                   " '{}', 'edge')"))
        self.assertIsNone(self.ask("SELECT alk_validate('people', 'KnowsEdge',"
                                   " '{}')"))
        self.refused("", "SELECT alk_validate('people', 'Nobody', '{}')")
        self.refused("", "SELECT alk_validate('nothing', 'PersonNode', '{}')")
        self.refused("node or edge", "SELECT alk_validate('people', "
                     "'KnowsEdge', '{}', 'x')")

    # ---- writing ----

    def records(self):
        return [json.loads(row[0]) for row in self.all(
            "SELECT payload FROM _honker_stream WHERE topic = 'changes' "
            "ORDER BY offset")]

    def test_writes_keep_the_rules_and_are_recorded(self):
        before = len(self.records())
        self.assertEqual(self.person("a"), 1)
        self.assertEqual(self.ask("SELECT alk_node_put('g', 'a', ?)",
                                  '{"nodeType":"PersonNode","name":"x"}'), 1)
        self.assertEqual(self.ask("SELECT alk_node_put('g', 'a', ?)",
                                  '{"nodeType":"PersonNode","name":"x"}'), 0)
        self.assertEqual(self.ask("SELECT alk_node_merge('g', 'a', ?)",
                                  '{"age":7}'), 1)
        self.person("b")
        edge = self.knows("a", "b")
        self.assertTrue(edge.startswith("edge-"))
        self.refused("age", "SELECT alk_node_merge('g', 'a', '{\"age\":-7}')")
        self.refused("", "SELECT alk_edge_create('g', NULL, 'a', 'a', "
                     "'{\"edgeType\":\"KnowsEdge\"}')")
        self.refused("", "SELECT alk_edge_create('g', NULL, 'a', 'b', "
                     "'{\"edgeType\":\"LivesInEdge\"}')")
        self.refused("", "SELECT alk_node_create('g', 'a', ?)",
                     '{"nodeType":"PersonNode","name":"x"}')
        self.assertEqual(self.ask("SELECT alk_edge_delete('g', ?)", edge), 1)
        self.refused("", "SELECT alk_edge_delete('g', ?)", edge)
        self.assertEqual(self.ask("SELECT alk_edge_create('g', 'k', 'a', 'b', "
                                  "'{\"edgeType\":\"KnowsEdge\"}') IS NULL"), 0)
        self.assertEqual(self.ask("SELECT alk_edge_merge('g', 'k', NULL, NULL,"
                                  " '{\"since\":1990}')"), 1)
        self.assertEqual(self.ask("SELECT alk_node_delete('g', 'a')"), 2)
        made = [change for record in self.records()[before:]
                for change in record["changes"]]
        self.assertEqual([(c["op"], c["kind"]) for c in made], [
            ("create", "node"), ("update", "node"), ("update", "node"),
            ("create", "node"), ("create", "edge"), ("delete", "edge"),
            ("create", "edge"), ("update", "edge"), ("delete", "edge"),
            ("delete", "node")])
        revs = [record["rev"] for record in self.records()[before:]]
        self.assertEqual(revs, sorted(set(revs)))
        self.assertEqual(alk("node", "list", self.path, "g", "-o", "id"),
                         "b\n")

    def test_writes_belong_to_the_transaction_of_the_host(self):
        self.person("a")
        before = self.records()
        self.db.execute("BEGIN")
        self.person("b")
        self.knows("a", "b")
        self.assertEqual(self.all("SELECT key FROM alk_neighbors('g', 'a')"),
                         [("b",)])
        self.db.execute("SAVEPOINT s")
        self.person("c")
        self.db.execute("ROLLBACK TO s")
        self.refused("", "SELECT alk_node_merge('g', 'a', '{\"age\":-7}')")
        self.assertEqual(self.ask("SELECT count(*) FROM nodes"), 2)
        self.db.execute("ROLLBACK")
        self.assertEqual(self.records(), before)
        self.assertEqual(self.all("SELECT key FROM alk_neighbors('g', 'a')"),
                         [])
        # The numbers of what was undone are given again, and are right.
        self.person("b")
        self.knows("a", "b")
        self.assertEqual(self.all("SELECT key FROM alk_neighbors('g', 'a')"),
                         [("b",)])

    def test_many_writes_in_one_statement(self):
        rows = json.dumps([f"n{i}" for i in range(200)])
        self.assertEqual(self.ask(
            "SELECT sum(alk_node_create('g', value, json_object('nodeType', "
            "'PersonNode', 'name', value))) FROM json_each(?)", rows), 200)
        self.assertEqual(self.ask("SELECT count(*) FROM nodes"), 200)
        # Within a statement that writes: what fails takes all of it back.
        self.db.execute("CREATE TABLE t(n)")
        with self.assertRaises(sqlite3.Error):
            self.db.execute(
                "INSERT INTO t SELECT alk_node_create('g', value, json_object("
                "'nodeType', 'PersonNode', 'name', 'x')) FROM "
                "json_each('[\"m1\",\"m2\",\"n7\"]')")
        self.assertEqual(self.ask("SELECT count(*) FROM nodes"), 200)
        self.db.execute(
            "INSERT INTO t SELECT alk_node_create('g', value, json_object("
            "'nodeType', 'PersonNode', 'name', 'x')) FROM "
            "json_each('[\"m1\",\"m2\"]')")
        self.assertEqual(self.ask("SELECT count(*) FROM nodes"), 202)
        # One that writes to another database could not take it back.
        self.db.execute("CREATE TEMP TABLE other(n)")
        self.refused("writes to another database",
                     "INSERT INTO other SELECT alk_node_delete('g', 'm1')")
        self.assertEqual(self.ask("SELECT count(*) FROM nodes"), 202)

    def test_writes_through_the_views_are_seen(self):
        self.chain()
        self.assertEqual(len(self.all("SELECT * FROM alk_walk('g','a',9)")), 3)
        self.db.execute("INSERT INTO edges (graph_id, source_node_key, "
                        "target_node_key, attributes) SELECT graph_id, 'd', "
                        "'e', '{\"edgeType\":\"KnowsEdge\"}' FROM nodes "
                        "WHERE key = 'a'")
        self.assertEqual(len(self.all("SELECT * FROM alk_walk('g','a',9)")), 4)
        self.db.execute("DELETE FROM nodes WHERE key = 'b'")
        self.assertEqual(self.all("SELECT * FROM alk_walk('g','a',9)"), [])

    def test_types_changed_by_another_are_seen(self):
        ask = "SELECT alk_validate('people', 'RobotNode', '{}')"
        self.refused("", ask)
        with open(PEOPLE) as f:
            module = json.load(f)
        module["$defs"]["RobotNode"] = {"$id": "RobotNode", "type": "object",
                                        "properties": {}}
        changed = os.path.join(self.folder.name, "more.json")
        with open(changed, "w") as f:
            json.dump(module, f)
        alk("schema", "load", self.path, "people", changed, "-q")
        self.assertIsNone(self.ask(ask))

    # ---- hosts ----

    def test_a_connection_closes_with_statements_cached(self):
        self.chain()
        self.all("SELECT * FROM alk_walk('g', 'a', 3)")
        self.db.close()  # raises where statements were left
        self.db = self.connect()
        self.assertEqual(self.ask("SELECT count(*) FROM nodes"), 5)

    def test_loading_twice(self):
        self.db.load_extension(LIBRARY)
        self.chain()
        self.assertEqual(len(self.all("SELECT * FROM alk_walk('g','a',9)")), 3)

    def test_a_file_that_is_read_only(self):
        self.chain()
        db = self.connect(f"file:{self.path}?mode=ro", uri=True)
        self.assertEqual(len(db.execute("SELECT * FROM alk_walk('g', 'a', 9)")
                             .fetchall()), 3)
        with self.assertRaises(sqlite3.OperationalError) as caught:
            db.execute("SELECT alk_node_delete('g', 'a')")
        self.assertIn("readonly", str(caught.exception).replace(" ", "")
                      .replace("-", ""))
        db.close()

    def test_a_file_that_is_no_store(self):
        db = self.connect(":memory:")
        with self.assertRaises(sqlite3.Error) as caught:
            db.execute("SELECT * FROM alk_walk('g', 'a', 1)").fetchall()
        self.assertIn("no store", str(caught.exception))
        db.close()

    def test_files_of_other_formats(self):
        version = self.ask("PRAGMA user_version")
        for other, text in ((version + 1, "take a newer one"),
                            (version - 1, "open it once with the library")):
            self.db.execute(f"PRAGMA user_version = {other}")
            db = self.connect()
            with self.assertRaises(sqlite3.Error) as caught:
                db.execute("SELECT * FROM alk_walk('g', 'a', 1)").fetchall()
            self.assertIn(text, str(caught.exception))
            db.close()
        self.db.execute(f"PRAGMA user_version = {version}")

    def test_a_writer_is_waited_for(self):
        self.person("a")
        other = self.connect(timeout=0.05)
        self.db.execute("BEGIN IMMEDIATE")
        with self.assertRaises(sqlite3.OperationalError):
            other.execute("SELECT alk_node_delete('g', 'a')").fetchall()
        self.db.execute("ROLLBACK")
        self.assertEqual(other.execute("SELECT alk_node_delete('g', 'a')")
                         .fetchone(), (1,))
        other.close()

    def test_the_stock_shell(self):
        shell = shutil.which("sqlite3")
        if shell is None:
            self.skipTest("there is no sqlite3 shell")
        self.chain()
        out = subprocess.run(
            [shell, self.path, ".load " + LIBRARY,
             "SELECT key FROM alk_walk('g', 'a', 3) ORDER BY key",
             "SELECT alk_node_delete('g', 'd')"],
            check=True, text=True, stdout=subprocess.PIPE).stdout
        self.assertEqual(out, "b\nc\nd\n2\n")

    def test_it_works_beside_the_events(self):
        events = os.path.join(os.path.dirname(LIBRARY), "libhonker_ext.so")
        self.db.load_extension(events)
        self.chain()
        self.assertGreater(self.ask("SELECT honker_enqueue('q', 'p', NULL, "
                                    "NULL, 0, 3, NULL)"), 0)
        self.assertEqual(len(self.all("SELECT * FROM alk_walk('g','a',9)")), 3)


class Views(Base):
    """The usual questions on a file that was never analysed: how many steps of
    SQLite's machine they take may not grow with the graph."""

    QUESTIONS = {
        "a node by key":
            "SELECT * FROM nodes WHERE graph_id = :g AND key = 'n7'",
        "a node by key, of any graph":
            "SELECT * FROM nodes WHERE key = 'n7'",
        "edges from a node":
            "SELECT * FROM edges WHERE graph_id = :g "
            "AND source_node_key = 'n7'",
        "edges from a node, of any graph":
            "SELECT * FROM edges WHERE source_node_key = 'n7'",
        "edges to a node":
            "SELECT * FROM edges WHERE graph_id = :g "
            "AND target_node_key = 'n7'",
        "edges to a node, of any graph":
            "SELECT * FROM edges WHERE target_node_key = 'n7'",
        "edges between two":
            "SELECT * FROM edges WHERE graph_id = :g "
            "AND source_node_key = 'n7' AND target_node_key = 'n8'",
        "an edge by key":
            "SELECT * FROM edges WHERE graph_id = :g AND key = 'k7'",
        "neighbours with their attributes":
            "SELECT n.* FROM edges e JOIN nodes n ON n.graph_id = e.graph_id "
            "AND n.key = e.target_node_key WHERE e.graph_id = :g "
            "AND e.source_node_key = 'n7'",
        "two hops":
            "SELECT DISTINCT b.target_node_key FROM edges a JOIN edges b "
            "ON b.graph_id = a.graph_id "
            "AND b.source_node_key = a.target_node_key "
            "WHERE a.graph_id = :g AND a.source_node_key = 'n7'",
        "three hops, recursively":
            "WITH RECURSIVE w(k, d) AS (SELECT 'n7', 0 UNION "
            "SELECT e.target_node_key, d + 1 FROM w JOIN edges e "
            "ON e.graph_id = :g AND e.source_node_key = w.k WHERE d < 3) "
            "SELECT DISTINCT k FROM w",
    }

    def grow(self, count):
        """Nodes n0 ..., each with edges to the next three."""
        self.db.execute("BEGIN")
        for i in range(count):
            self.person(f"n{i}")
        for i in range(count):
            for step in (1, 2, 3):
                self.ask("SELECT alk_edge_create('g', ?, ?, ?, "
                         "'{\"edgeType\":\"KnowsEdge\"}')",
                         f"k{i}" if step == 1 else None, f"n{i}",
                         f"n{(i + step) % count}")
        self.db.execute("COMMIT")

    def steps(self, sql, graph):
        seen = 0

        def count():
            nonlocal seen
            seen += 1
            return 0

        rows = 0
        self.db.set_progress_handler(count, 1)
        rows = len(self.db.execute(sql, {"g": graph}).fetchall())
        self.db.set_progress_handler(None, 0)
        return seen, rows

    def test_questions_do_not_grow_with_the_graph(self):
        self.grow(1500)
        graph = self.ask("SELECT id FROM graphs")
        for name, sql in self.QUESTIONS.items():
            with self.subTest(name):
                steps, rows = self.steps(sql, graph)
                self.assertGreater(rows, 0)
                # A scan of the nodes alone would take 6,000 of them.
                self.assertLess(steps, 250 * rows + 250)

    def test_a_rollback_is_seen_by_deep_walks(self):
        self.grow(600)
        walk = "SELECT count(*) FROM alk_walk('g', 'n0', 1000)"
        for _ in range(5):
            self.assertEqual(self.ask(walk), 599)
        self.db.execute("BEGIN")
        for key in ("n1", "n2", "n3"):
            self.ask("SELECT alk_node_delete('g', ?)", key)
        self.assertEqual(self.ask(walk), 0)
        self.db.execute("ROLLBACK")
        # As many revisions as before, but others.
        for key in ("n597", "n598", "n599"):
            self.ask("SELECT alk_node_delete('g', ?)", key)
        self.assertEqual(self.ask(walk), 596)


if __name__ == "__main__":
    unittest.main()
