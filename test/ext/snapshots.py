#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""snapshots.py ALKSTORE_EXT.so ALK [ROUNDS [FILE]]

What the extension answers from its snapshots, while three connections of two
processes change a graph at random: by functions and through the views, alone
and in transactions that end or are rolled back, whole or to a savepoint. Asked
is everywhere, in the middle of transactions too, and held against recursive
queries on the views in the same read transaction, which know no snapshots.
With FILE it is the other process.
"""
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import unittest

CHILD = sys.argv.pop() if len(sys.argv) > 4 else None
ROUNDS = int(sys.argv.pop()) if sys.argv[-1].isdigit() else 400
ALK = os.path.abspath(sys.argv.pop())
LIBRARY = os.path.abspath(sys.argv.pop())
PEOPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli",
                      "people.json")

ENDS = {"out": ("source_node_key", "target_node_key"),
        "in": ("target_node_key", "source_node_key")}


def connect(path, **more):
    db = sqlite3.connect(path, isolation_level=None, **more)
    db.enable_load_extension(True)
    db.load_extension(LIBRARY)
    return db


def reach(db, key, depth, direction):
    """Nodes and hops, by the views alone."""
    arms = " UNION ALL ".join(
        f"SELECT {ENDS[d][0]} AS f, {ENDS[d][1]} AS t FROM edges "
        "WHERE graph_id = 'g'" for d in ENDS if direction in (d, "both"))
    return db.execute(
        f"WITH RECURSIVE arc(f, t) AS MATERIALIZED ({arms}), w(key, hops) AS "
        "(SELECT ?1, 0 UNION SELECT arc.t, hops + 1 FROM w JOIN arc "
        "ON arc.f = w.key WHERE hops < ?2) SELECT key, min(hops) FROM w "
        "WHERE key <> ?1 GROUP BY key ORDER BY key", (key, depth)).fetchall()


def components(db):
    """Their sizes, largest first, by the views alone."""
    root = {k: k for (k,) in db.execute("SELECT key FROM nodes "
                                        "WHERE graph_id = 'g'")}

    def find(k):
        while root[k] != k:
            k = root[k]
        return k

    for s, t in db.execute("SELECT source_node_key, target_node_key FROM edges "
                           "WHERE graph_id = 'g'"):
        root[find(s)] = find(t)
    sizes = {}
    for k in root:
        sizes[find(k)] = sizes.get(find(k), 0) + 1
    return sorted(sizes.values(), reverse=True)


class Change:
    """One change at random, through an open connection."""

    def __init__(self, db, dice, name):
        self.db, self.dice, self.name, self.made = db, dice, name, 0

    def keys(self):
        return [k for (k,) in self.db.execute(
            "SELECT key FROM nodes WHERE graph_id = 'g' ORDER BY key")]

    def node(self):
        self.made += 1
        key = f"{self.name}{self.made}"
        attributes = json.dumps({"nodeType": "PersonNode", "name": key})
        if self.dice.random() < 0.5:
            self.db.execute("SELECT alk_node_create('g', ?, ?)",
                            (key, attributes)).fetchall()
        else:
            self.db.execute("INSERT INTO nodes (graph_id, key, attributes) "
                            "VALUES ('g', ?, ?)", (key, attributes))

    def edge(self, keys):
        source, target = self.dice.sample(keys, 2)
        try:
            if self.dice.random() < 0.5:
                self.db.execute("SELECT alk_edge_create('g', NULL, ?, ?, "
                                "'{\"edgeType\":\"KnowsEdge\"}')",
                                (source, target)).fetchall()
            else:
                self.db.execute(
                    "INSERT INTO edges (graph_id, source_node_key, "
                    "target_node_key, attributes) VALUES ('g', ?, ?, "
                    "'{\"edgeType\":\"KnowsEdge\"}')", (source, target))
        except sqlite3.Error as e:
            if "parallel" not in str(e) and "already" not in str(e) and \
                    "multi" not in str(e):
                raise

    def edges_by_a_walk(self, keys):
        """A statement that writes what a traversal in it finds."""
        self.db.execute(
            "INSERT INTO edges (graph_id, source_node_key, target_node_key, "
            "attributes) SELECT 'g', ?1, w.key, '{\"edgeType\":\"KnowsEdge\"}' "
            "FROM alk_walk('g', ?1, 3) w WHERE w.hops > 1 LIMIT 2",
            (self.dice.choice(keys),))

    def delete(self, keys):
        if self.dice.random() < 0.6:
            self.db.execute("DELETE FROM edges WHERE id IN (SELECT id FROM "
                            "edges WHERE graph_id = 'g' AND source_node_key "
                            "= ? LIMIT 1)", (self.dice.choice(keys),))
        elif self.dice.random() < 0.5:
            self.db.execute("SELECT alk_node_delete('g', ?)",
                            (self.dice.choice(keys),)).fetchall()
        else:
            self.db.execute("DELETE FROM nodes WHERE graph_id = 'g' AND "
                            "key = ?", (self.dice.choice(keys),))

    def make(self):
        keys = self.keys()
        what = self.dice.random()
        if len(keys) < 8 or (what < 0.2 and len(keys) < 40):
            self.node()
        elif what < 0.7:
            self.edge(keys)
        elif what < 0.75:
            self.edges_by_a_walk(keys)
        else:
            self.delete(keys)


class Snapshots(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "g.db")
        self.alk("init", self.path, "-q")
        self.alk("schema", "load", self.path, "people", PEOPLE, "-q")
        self.alk("graph", "add", self.path, "g", "--id", "g", "--type",
                 "people", "-q")
        self.dice = random.Random(7)
        self.open = []

    def tearDown(self):
        for db in self.open:
            db.close()
        self.alk("check", self.path)
        self.folder.cleanup()

    def alk(self, *words):
        subprocess.run([ALK, *words], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def connect(self, path=None, **more):
        self.open.append(connect(path or self.path, **more))
        return self.open[-1]

    def fill(self, db, nodes=20, edges=40):
        change = Change(db, self.dice, "n")
        db.execute("BEGIN")
        for _ in range(nodes):
            change.node()
        for _ in range(edges):
            change.edge(change.keys())
        db.execute("COMMIT")
        return change

    def check(self, db, keys=None):
        """Both in one read transaction, or in the one that is open."""
        is_alone = not db.in_transaction
        if is_alone:
            db.execute("BEGIN")
        keys = keys or [k for (k,) in db.execute(
            "SELECT key FROM nodes WHERE graph_id = 'g'")]
        for key in self.dice.sample(keys, min(2, len(keys))):
            depth = self.dice.randint(1, 4)
            direction = self.dice.choice(("out", "in", "both"))
            self.assertEqual(db.execute(
                "SELECT key, hops FROM alk_walk('g', ?, ?, ?) ORDER BY key",
                (key, depth, direction)).fetchall(),
                reach(db, key, depth, direction))
            self.assertEqual(db.execute(
                "SELECT DISTINCT key FROM alk_neighbors('g', ?, ?) "
                "ORDER BY key", (key, direction)).fetchall(),
                [(k,) for k, _ in reach(db, key, 1, direction)])
        if self.dice.random() < 0.3:
            self.assertEqual([s for (s,) in db.execute(
                "SELECT size FROM alk_components('g', 'weak') "
                "GROUP BY component ORDER BY size DESC")], components(db))
        if is_alone:
            db.execute("COMMIT")

    def held(self, db):
        return db.execute("SELECT alk_snapshot_bytes()").fetchone()[0]

    def transaction(self, change):
        """Some changes with questions between, kept or undone."""
        db = change.db
        db.execute(self.dice.choice(("BEGIN", "BEGIN IMMEDIATE")))
        self.check(db)
        for _ in range(self.dice.randint(1, 4)):
            has_savepoint = self.dice.random() < 0.4
            if has_savepoint:
                db.execute("SAVEPOINT s")
            change.make()
            self.check(db)
            if has_savepoint and self.dice.random() < 0.6:
                db.execute("ROLLBACK TO s")
                self.check(db)
            if has_savepoint:
                db.execute("RELEASE s")
        db.execute("COMMIT" if self.dice.random() < 0.5 else "ROLLBACK")
        self.check(db)

    def test_random_changes(self):
        one, two = self.connect(), self.connect()
        changes = [self.fill(one), Change(two, self.dice, "m")]
        with subprocess.Popen(
                [sys.executable, "-B", __file__, LIBRARY, ALK, "1",
                 self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                text=True) as child:
            for _ in range(ROUNDS):
                what = self.dice.random()
                if what < 0.3:
                    self.transaction(self.dice.choice(changes))
                elif what < 0.7:
                    self.dice.choice(changes).make()
                elif what < 0.9:
                    child.stdin.write("go\n")
                    child.stdin.flush()
                    self.assertEqual(child.stdout.readline(), "done\n")
                for db in (one, two):
                    if self.dice.random() < 0.8:
                        self.check(db)
            child.stdin.close()
            self.assertEqual(child.wait(), 0)
        for db in (one, two):
            self.check(db)
            self.assertGreater(self.held(db), 0)

    def test_an_open_cursor_goes_on_with_what_it_sees(self):
        one, two = self.connect(), self.connect()
        self.fill(one)
        change = Change(two, self.dice, "m")
        for _ in range(20):
            self.check(one)
            cursor = one.execute("SELECT key FROM nodes")
            cursor.fetchone()
            change.make()
            self.check(two)
            key = cursor.fetchone()[0]
            # The statement holds the state before the change.
            self.assertEqual(one.execute(
                "SELECT key, hops FROM alk_walk('g', ?, 3) ORDER BY key",
                (key,)).fetchall(), reach(one, key, 3, "out"))
            cursor.close()
            self.check(one)

    def test_none_is_made_while_the_transaction_writes(self):
        db = self.connect()
        change = self.fill(db)
        self.assertEqual(self.held(db), 0)
        db.execute("BEGIN IMMEDIATE")
        for _ in range(5):
            change.make()
            self.check(db)
        self.assertEqual(self.held(db), 0)
        db.execute("COMMIT")
        self.check(db)
        self.assertGreater(self.held(db), 0)

    def test_the_limit_holds(self):
        db = self.connect()
        self.fill(db)
        limit = "SELECT alk_snapshot_bytes(?)"
        self.check(db)
        self.assertGreater(self.held(db), 1000)
        self.assertEqual(db.execute(limit, (1000,)).fetchone()[0], 0)
        for _ in range(5):
            self.check(db)
            self.assertLessEqual(self.held(db), 1000)
        self.assertEqual(db.execute(limit, (0,)).fetchone()[0], 0)
        self.check(db)
        self.assertEqual(self.held(db), 0)
        db.execute(limit, (10 ** 7,)).fetchone()
        self.check(db)
        self.assertGreater(self.held(db), 1000)
        for wrong in (-1, "much", None, 1.5):
            with self.assertRaisesRegex(sqlite3.Error, "number of bytes"):
                db.execute(limit, (wrong,)).fetchone()

    def test_what_others_have_not_committed(self):
        """A shared cache shows it to who asks for that."""
        shared = {"path": f"file:{self.path}?cache=shared", "uri": True}
        one, two = self.connect(**shared), self.connect(**shared)
        self.fill(two)
        one.execute("PRAGMA read_uncommitted=1")
        change = Change(two, self.dice, "m")
        for end in ("ROLLBACK", "COMMIT", "ROLLBACK"):
            self.check(one)
            two.execute("BEGIN IMMEDIATE")
            for _ in range(4):
                change.make()
                self.check(one)
            two.execute(end)
            self.check(one)
        self.assertEqual(self.held(one), 0)


def child(path):
    """Changes something whenever it is told to."""
    db = connect(path)
    change = Change(db, random.Random(11), "c")
    for _ in sys.stdin:
        db.execute("BEGIN IMMEDIATE")
        for _ in range(change.dice.randint(1, 3)):
            change.make()
        db.execute("COMMIT" if change.dice.random() < 0.8 else "ROLLBACK")
        print("done", flush=True)


if __name__ == "__main__":
    if CHILD is not None:
        child(CHILD)
    else:
        unittest.main()
