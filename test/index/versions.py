#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Indexes on attributes between two versions of SQLite: the library's, by the
command line, and the one that Python has. Each writes rows that the other
changes and deletes; both must find every index in order.

versions.py ALK
"""
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile

MODULE = {"ANode": {"type": "object", "x-indexes": [
    {"name": "one", "on": "/x", "unique": True},
    {"name": "two", "on": ["/x", "/y"]},
    {"name": "some", "on": "/y", "where": "z = 'a' and x != 1"}]}}
ROWS = 1500


def number(rnd):
    kind = rnd.randrange(6)
    if kind == 0:
        return str(rnd.randrange(-10**18, 10**18))
    if kind == 1:
        return repr(rnd.uniform(-1e6, 1e6))
    if kind == 2:
        return "%d.%02d" % (rnd.randrange(100000), rnd.randrange(100))
    if kind == 3:
        return "%d.%de%d" % (rnd.randrange(10), rnd.randrange(10**6),
                             rnd.randrange(-30, 30))
    if kind == 4:
        return str(rnd.randrange(10**25))
    return "%.17g" % rnd.random()


def value(rnd):
    kind = rnd.randrange(8)
    if kind == 0:
        return json.dumps("t%d" % rnd.randrange(10**6))
    if kind == 1:
        return json.dumps("\u00e9" * rnd.randrange(300) +
                          str(rnd.randrange(10**6)), ensure_ascii=False)
    if kind == 2:
        return '"a\\u0000%d"' % rnd.randrange(10**6)
    return number(rnd)


def attributes(rnd):
    parts = ['"x":' + value(rnd)]
    if rnd.randrange(3):
        parts.append('"y":' + value(rnd))
    if rnd.randrange(2):
        parts.append('"z":"a"')
    return "{" + ",".join(parts) + "}"


def alk(program, *words, **options):
    done = subprocess.run([program, *words], capture_output=True, text=True,
                          **options)
    if done.returncode != 0:
        sys.exit("alk %s: %s" % (" ".join(words), done.stderr))
    return done.stdout


def expect_sound(program, path, db, when):
    alk(program, "check", path)
    for table in ("alk_nodes", "alk_edges"):
        found = db.execute("PRAGMA integrity_check(%s)" % table).fetchall()
        if found != [("ok",)]:
            sys.exit("%s: SQLite %s finds %s" % (when, sqlite3.sqlite_version,
                                                 found[:3]))


def main():
    program = sys.argv[1]
    if sqlite3.sqlite_version_info < (3, 38):
        sys.exit(77)
    rnd = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "v.db")
        module = os.path.join(folder, "m.json")
        with open(module, "w", encoding="utf-8") as file:
            json.dump(MODULE, file)
        alk(program, "init", path)
        alk(program, "schema", "load", path, "t", module)
        alk(program, "graph", "add", path, "g", "--type", "t")
        lines = "".join('{"kind":"node","key":"a%d","attributes":%s}\n' %
                        (i, attributes(rnd)) for i in range(ROWS))
        alk(program, "import", path, "g", "-", input=lines)
        db = sqlite3.connect(path, isolation_level=None)
        graph = db.execute("SELECT id FROM graphs").fetchone()[0]
        expect_sound(program, path, db, "rows of the library")
        db.execute("BEGIN")
        for i in range(ROWS):
            db.execute("INSERT INTO nodes (graph_id, key, attributes) "
                       "VALUES (?, ?, ?)", (graph, "b%d" % i,
                                            attributes(rnd)))
        for i in range(0, ROWS, 3):
            db.execute("UPDATE nodes SET attributes = ? WHERE graph_id = ? "
                       "AND key = ?", (attributes(rnd), graph, "a%d" % i))
        for i in range(1, ROWS, 3):
            db.execute("DELETE FROM nodes WHERE graph_id = ? AND key = ?",
                       (graph, "a%d" % i))
        db.execute("COMMIT")
        expect_sound(program, path, db, "rows of both")
        keys = ["b%d" % i for i in range(0, ROWS, 2)]
        for at in range(0, len(keys), 100):
            alk(program, "node", "rm", path, "g", *keys[at:at + 100])
        alk(program, "import", path, "g", "-", "--put", input="".join(
            '{"kind":"node","key":"b%d","attributes":%s}\n' %
            (i, attributes(rnd)) for i in range(1, ROWS, 2)))
        expect_sound(program, path, db, "after the library's turn")
        db.close()


main()
