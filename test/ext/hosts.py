#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""hosts.py OURS.so

What a host may do with the extension that the reference would not survive, or
that has nothing to compare with: closing with statements cached, loading twice,
read-only files, another's lock, and errors in the middle of a function.
"""
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

LIBRARY = os.path.abspath(sys.argv.pop())


def load(db):
    db.enable_load_extension(True)
    db.load_extension(LIBRARY)
    return db


class Hosts(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "h.db")
        self.db = self.connect()
        self.db.execute("PRAGMA journal_mode=WAL")
        self.ask("SELECT honker_bootstrap()")

    def tearDown(self):
        self.db.close()
        self.folder.cleanup()

    def connect(self, path=None, **more):
        return load(sqlite3.connect(path or self.path, isolation_level=None,
                                    **more))

    def ask(self, sql, *args):
        return self.db.execute(sql, args).fetchone()[0]

    def enqueue(self, attempts=3):
        return self.ask("SELECT honker_enqueue('q', 'p', NULL, NULL, 0, ?, "
                        "NULL)", attempts)

    def test_a_connection_closes_with_statements_cached(self):
        self.enqueue()
        self.ask("SELECT honker_claim_batch('q', 'w', 1, 5)")
        self.db.close()  # raises where statements were left
        self.db = self.connect()
        self.assertEqual(self.ask("SELECT count(*) FROM _honker_live"), 1)

    def test_a_connection_goes_on_after_a_close_that_was_refused(self):
        shell = shutil.which("sqlite3")
        if shell is None:
            self.skipTest("there is no sqlite3 shell")
        out = subprocess.run(
            [shell, "-batch", self.path], text=True, capture_output=True,
            input=".load %s\nSELECT honker_enqueue('q','p',NULL,NULL,0,3,"
                  "NULL);\n.load %s\nSELECT json_array_length("
                  "honker_claim_batch('q','w',9,5));\n" % (LIBRARY, LIBRARY))
        self.assertEqual(out.stdout.split(), ["1", "1"], out.stderr)
        self.assertEqual(out.returncode, 0)

    def publish(self):
        return self.ask("SELECT honker_stream_publish('t', NULL, 'p')")

    def offsets(self):
        return [r[0] for r in self.db.execute(
            "SELECT offset FROM _honker_stream ORDER BY 1")]

    def test_publishing_trims_as_the_policy_says(self):
        due = "UPDATE _alk_stream_policy SET next_at = 0"
        self.db.execute(
            "INSERT INTO _alk_stream_policy (topic, keep_events, drop_seen, "
            "past_readers) VALUES ('t', 2, 0, 0)")
        for _ in range(3):
            self.publish()
        self.assertEqual(self.offsets(), [1, 2, 3])
        self.db.execute(due)
        self.publish()
        self.assertEqual(self.offsets(), [3, 4])
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute(due)
        self.publish()
        self.db.execute("COMMIT")
        self.assertEqual(self.offsets(), [4, 5])
        # All or nothing, also where no transaction is open.
        self.db.execute(due)
        self.db.execute("CREATE TRIGGER no BEFORE DELETE ON _honker_stream "
                        "BEGIN SELECT RAISE(ABORT, 'not this one'); END")
        with self.assertRaisesRegex(sqlite3.Error, "not this one"):
            self.publish()
        self.assertEqual(self.offsets(), [4, 5])

    def test_publishing_needs_no_table_of_ours(self):
        self.db.execute("DROP TABLE _alk_stream_policy")
        self.publish()
        self.db.execute("BEGIN IMMEDIATE")
        self.publish()
        self.db.execute("COMMIT")
        self.assertEqual(self.offsets(), [1, 2])

    def test_loading_twice_changes_nothing(self):
        load(self.db)
        load(self.db)
        self.assertEqual(self.enqueue(), 1)

    def test_loading_makes_one_table(self):
        db = self.connect(os.path.join(self.folder.name, "new.db"))
        names = [r[0] for r in db.execute(
            "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' "
            "ORDER BY 1")]
        self.assertEqual(names, ["_honker_notifications",
                                 "_honker_notifications_recent"])
        self.assertEqual(db.execute("PRAGMA user_version").fetchone()[0], 0)
        db.close()

    def test_a_file_that_is_read_only_loads(self):
        bare = os.path.join(self.folder.name, "bare.db")
        db = sqlite3.connect(bare)
        db.execute("CREATE TABLE t(x)")
        db.close()
        for path in (self.path, bare):
            db = self.connect("file:%s?mode=ro" % path, uri=True)
            self.assertEqual(
                db.execute("SELECT honker_get_job(1)").fetchone()[0], "")
            with self.assertRaises(sqlite3.OperationalError):
                db.execute("SELECT notify('c', 'p')")
            db.close()

    def test_a_memory_database_works(self):
        db = self.connect(":memory:")
        db.execute("SELECT honker_bootstrap()")
        self.assertEqual(
            db.execute("SELECT notify('c', 'p')").fetchone()[0], 1)
        db.close()

    def test_bootstrap_again_writes_nothing(self):
        other = self.connect()
        before = other.execute("PRAGMA data_version").fetchone()[0]
        self.ask("SELECT honker_bootstrap()")
        self.assertEqual(other.execute("PRAGMA data_version").fetchone()[0],
                         before)
        other.close()

    def test_an_older_file_gets_its_columns(self):
        path = os.path.join(self.folder.name, "old.db")
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE _honker_scheduler_tasks (name TEXT PRIMARY "
                   "KEY, queue TEXT NOT NULL, cron_expr TEXT NOT NULL, payload "
                   "TEXT NOT NULL, priority INTEGER NOT NULL DEFAULT 0, "
                   "expires_s INTEGER, next_fire_at INTEGER NOT NULL)")
        db.close()
        db = self.connect(path)
        db.execute("SELECT honker_bootstrap()")
        names = [r[1] for r in db.execute(
            "PRAGMA table_info(_honker_scheduler_tasks)")]
        self.assertEqual(names[-2:], ["enabled", "max_attempts"])
        db.close()

    def test_a_job_is_not_lost_where_its_burial_fails(self):
        self.enqueue(1)
        self.db.execute("CREATE TRIGGER no BEFORE INSERT ON _honker_dead "
                        "BEGIN SELECT RAISE(ABORT, 'no burial'); END")
        self.ask("SELECT honker_claim_batch('q', 'w', 1, 5)")
        for call in ("honker_retry(1, 'w', 0, 'e')",
                     "honker_fail(1, 'w', 'e')"):
            with self.assertRaisesRegex(sqlite3.DatabaseError, "no burial"):
                self.ask("SELECT " + call)
            self.assertFalse(self.db.in_transaction)
            self.assertEqual(
                self.ask("SELECT state FROM _honker_live"), "processing")
        self.assertEqual(self.ask("SELECT count(*) FROM _alk_attempt"), 0)

    def test_tables_of_ours_are_made_when_they_are_needed(self):
        self.db.execute("DROP TABLE _alk_attempt")
        self.db.execute("DROP TABLE _alk_schedule")
        self.assertEqual(self.ask(
            "SELECT honker_scheduler_register('t', 'q', '* * * * *', 'p', 0, "
            "NULL)"), 1)
        self.assertEqual(self.ask("SELECT count(*) FROM _alk_attempt"), 0)

    def test_a_retry_keeps_its_error(self):
        self.enqueue()
        self.ask("SELECT honker_claim_batch('q', 'w', 1, 5)")
        self.ask("SELECT honker_retry(1, 'w', 0, 'why')")
        self.assertEqual(self.ask("SELECT error FROM _alk_attempt"), "why")

    def test_what_is_locked_is_told_as_locked(self):
        other = sqlite3.connect(self.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        self.db.execute("PRAGMA busy_timeout=0")
        with self.assertRaisesRegex(sqlite3.OperationalError,
                                    "database is locked") as seen:
            self.enqueue()
        if hasattr(seen.exception, "sqlite_errorcode"):
            self.assertEqual(seen.exception.sqlite_errorcode & 0xFF, 5)
        # What finds nothing to do asks for no lock.
        for call, answer in (
                ("honker_claim_batch('q', 'w', 1, 5)", "[]"),
                ("honker_sweep_expired('q')", 0),
                ("honker_queue_next_claim_at('q')", 0)):
            self.assertEqual(self.ask("SELECT " + call), answer)
        other.execute("ROLLBACK")
        self.ask("SELECT honker_lock_acquire('l', 'a', 50)")
        self.ask("SELECT honker_rate_limit_try('r', 1, 1000000)")
        other.execute("BEGIN IMMEDIATE")
        for call in ("honker_lock_acquire('l', 'b', 5)",
                     "honker_rate_limit_try('r', 1, 1000000)"):
            self.assertEqual(self.ask("SELECT " + call), 0)
        other.close()

    def test_claims_come_in_the_order_of_claiming(self):
        for priority in (0, 10, 5, 10):
            self.ask("SELECT honker_enqueue('q', 'p', NULL, NULL, ?, 3, NULL)",
                     priority)
        self.assertEqual(
            self.ask("SELECT group_concat(json_extract(value, '$.id')) FROM "
                     "json_each(honker_claim_batch('q', 'w', 9, 5))"),
            "2,4,3,1")

    def test_triggers_may_call(self):
        self.db.execute("CREATE TABLE t(x)")
        self.db.execute("CREATE TRIGGER made AFTER INSERT ON t BEGIN SELECT "
                        "notify('t', new.x), honker_enqueue('q', new.x, NULL, "
                        "NULL, 0, 3, NULL); END")
        self.db.execute("INSERT INTO t VALUES ('a'), ('b')")
        self.assertEqual(self.ask("SELECT count(*) FROM _honker_live"), 2)
        self.db.execute("PRAGMA trusted_schema=OFF")
        with self.assertRaisesRegex(sqlite3.OperationalError, "unsafe use"):
            self.db.execute("INSERT INTO t VALUES ('c')")

    def test_the_watcher_sees_commits(self):
        number = self.ask("SELECT honker_update_watcher_open(?, NULL)",
                          self.path)
        self.assertEqual(
            self.ask("SELECT honker_update_watcher_wait(?, 20)", number), 0)
        other = self.connect()
        other.execute("SELECT notify('c', 'p')")
        self.assertEqual(
            self.ask("SELECT honker_update_watcher_wait(?, 5000)", number), 1)
        self.ask("SELECT honker_update_watcher_close(?)", number)
        self.assertEqual(
            self.ask("SELECT honker_update_watcher_wait(?, 5000)", number), -1)
        other.close()


if __name__ == "__main__":
    if not hasattr(sqlite3.Connection, "enable_load_extension"):
        print("skipped: this Python cannot load extensions of SQLite")
        sys.exit(77)
    unittest.main()
