#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""ab.py REFERENCE.so OURS.so [FILTER]

The same calls on the reference extension and on ours, each on a file of its
own, with one clock that the script sets (both take the time from SQL's
unixepoch()). After each scene the answers and all _honker_* tables are equal,
but for the corrections named below. Then whole scenes again with the two taking
turns on one file.

Corrections, each told in the script where it shows:
  order     a claim answers in the order of claiming, not of ids; of several
            tasks that are due that fires first which is due longest
  errors    retry and fail tell that their table is missing, not "no such job"
  words     of what is wrong with an expression
  messages  what is told of a fraction where a whole number is wanted
"""
import json
import os
import sqlite3
import sys
import tempfile

TABLES = ["notifications", "live", "dead", "locks", "rate_limits",
          "scheduler_tasks", "results", "stream", "stream_consumers"]
NOW = 1_800_000_000


class Side:
    def __init__(self, library, path, clock):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.create_function("unixepoch", 0, lambda: clock[0])
        self.db.enable_load_extension(True)
        self.db.load_extension(library)
        self.db.enable_load_extension(False)

    def ask(self, sql, args):
        try:
            return ("rows", self.db.execute(sql, args).fetchall())
        except sqlite3.Error as e:
            return ("error", str(e))

    def dump(self):
        out = {}
        for t in TABLES:
            try:
                rows = self.db.execute(
                    "SELECT * FROM _honker_%s ORDER BY 1, 2" % t).fetchall()
            except sqlite3.Error as e:
                rows = str(e)
            out[t] = rows
        out["sqlite_sequence"] = sorted(
            r for r in self.db.execute("SELECT * FROM sqlite_sequence")
            if r[0].startswith("_honker"))
        out["schema"] = self.db.execute(
            "SELECT type, name, tbl_name FROM sqlite_schema "
            "WHERE name LIKE '\\_honker%' ESCAPE '\\' ORDER BY 1, 2").fetchall()
        out["columns"] = [
            self.db.execute("SELECT name, type, \"notnull\", dflt_value, pk "
                            "FROM pragma_table_info(?)",
                            ("_honker_" + t,)).fetchall() for t in TABLES]
        return out


def normal(answer, ordered):
    """JSON read, and where the order is a correction, sorted by id."""
    kind, what = answer
    if kind == "error":
        return answer
    rows = []
    for row in what:
        cells = []
        for cell in row:
            if isinstance(cell, str) and cell[:1] in "[{":
                try:
                    value = json.loads(cell)
                    keys = [list(v) for v in value] if isinstance(
                        value, list) else list(value)
                    if not ordered and isinstance(value, list):
                        value.sort(key=lambda v: v.get("id", 0))
                        keys = sorted(map(str, keys))
                    cell = ("json", value, keys)
                except ValueError:
                    pass
            cells.append((type(cell).__name__, cell))
        rows.append(cells)
    return (kind, rows)


class Bench:
    """Both sides; `turns` makes them take turns on one file."""

    def __init__(self, reference, ours):
        self.libraries = (reference, ours)
        self.calls = 0
        self.failures = 0
        self.folder = tempfile.TemporaryDirectory()
        self.scenes = 0
        self.clock = [NOW]
        self.turns = False

    def begin(self, name):
        self.name = name
        self.scenes += 1
        self.clock[0] = NOW
        base = os.path.join(self.folder.name, str(self.scenes))
        if self.turns:
            # The reference alone, and both on one file.
            self.left = Side(self.libraries[0], base + "a", self.clock)
            self.right = [Side(l, base + "b", self.clock)
                          for l in self.libraries]
        else:
            self.left = Side(self.libraries[0], base + "a", self.clock)
            self.right = [Side(self.libraries[1], base + "b", self.clock)]
        self.turn = 0
        self.held = False

    def call(self, function, *args, ordered=False, texts=True,
             correction=None):
        sql = "SELECT %s(%s)" % (function, ",".join("?" * len(args)))
        return self.sql(sql, *args, ordered=ordered, texts=texts,
                        correction=correction)

    def sql(self, sql, *args, ordered=False, texts=True, correction=None):
        self.calls += 1
        a = self.left.ask(sql, args)
        side = self.right[self.turn % len(self.right)]
        if sql.startswith("BEGIN"):  # a transaction is one connection's
            self.held = True
        elif sql in ("COMMIT", "ROLLBACK"):
            self.held = False
        self.turn += not self.held
        b = side.ask(sql, args)
        if correction == "words" and a[0] == b[0] == "error":
            return b
        if correction == "errors" and a == ("rows", [(0,)]) \
                and b == ("error", "no such table: _honker_live"):
            return b
        na, nb = normal(a, ordered), normal(b, ordered)
        if na[0] == nb[0] == "error" and "whole number" in na[1] \
                and "whole number" in nb[1]:
            return b
        if not texts and na[0] == nb[0] == "error":
            return b
        if na != nb:
            self.fail("%s %r\n    reference %r\n    ours      %r"
                      % (sql, args, a, b))
        return b

    def tick(self, seconds):
        self.clock[0] += seconds

    def end(self):
        a, b = self.left.dump(), self.right[-1].dump()
        for key in a:
            if a[key] != b[key]:
                self.fail("after the scene %s differs\n    reference %r\n"
                          "    ours      %r" % (key, a[key], b[key]))
        self.left.db.close()
        for side in self.right:
            side.db.close()

    def fail(self, text):
        self.failures += 1
        if self.failures <= 20:
            print("FAILED %s: %s" % (self.name, text))


ODD = ["", "q", "q\u00e9\u4e2d", "a'b\"c", "x" * 300, "nul\0in", "\t\n\x01\x1f",
       "\U0001f600", "/\\"]


def scene_types(b):
    """Every function with a wrong type at every place, and wrong counts."""
    b.call("honker_bootstrap")
    functions = [("honker_enqueue", "ttIIiiI"), ("honker_claim_batch", "ttii"),
                 ("honker_ack", "it"), ("honker_ack_batch", "tt"),
                 ("honker_retry", "itit"), ("honker_fail", "itt"),
                 ("honker_heartbeat", "iti"), ("honker_cancel", "i"),
                 ("honker_get_job", "i"), ("honker_sweep_expired", "t"),
                 ("honker_queue_next_claim_at", "t"), ("notify", "tt"),
                 ("honker_lock_acquire", "tti"), ("honker_lock_release", "tt"),
                 ("honker_lock_renew", "tti"), ("honker_rate_limit_try", "tii"),
                 ("honker_rate_limit_sweep", "i"),
                 ("honker_result_save", "iti"), ("honker_result_get", "i"),
                 ("honker_stream_publish", "tTt"),
                 ("honker_stream_read_since", "tii"),
                 ("honker_stream_save_offset", "tti"),
                 ("honker_stream_get_offset", "tt")]
    functions += SCHEDULER_TYPES
    good = {"t": "x", "T": None, "i": 1, "I": None}
    for name, types in functions:
        args = [good[t] for t in types]
        for i, t in enumerate(types):
            for wrong in (None, 1.5, 1.0, "12", 7, b"blob"):
                is_text = t in "tT"
                if wrong is None and t in "TI":
                    continue
                if is_text and isinstance(wrong, str):
                    continue
                if not is_text and wrong == 7 and isinstance(wrong, int):
                    continue
                b.call(name, *(args[:i] + [wrong] + args[i + 1:]))
        b.call(name, *(args + [1, 2, 3, 4]))
        if args:
            b.call(name, *args[:-1])
        b.sql("SELECT typeof(%s(%s))" % (name, ",".join("?" * len(args))),
              *args, texts=False)


SCHEDULER_TYPES = [
    ("honker_scheduler_register", "ttttiI"),
    ("honker_scheduler_register", "ttttiIi"),
    ("honker_scheduler_unregister", "t"), ("honker_scheduler_tick", "i"),
    ("honker_scheduler_soonest", ""), ("honker_scheduler_pause", "t"),
    ("honker_scheduler_resume", "t"), ("honker_scheduler_list", ""),
    ("honker_scheduler_update", "tTTIIi"),
    ("honker_scheduler_update", "tTTIIiIi"), ("honker_cron_next_after", "ti")]


def scene_before_bootstrap(b):
    """Writers fail, readers answer nothing."""
    b.call("honker_enqueue", "q", "p", None, None, 0, 3, None)
    b.call("honker_claim_batch", "q", "w", 1, 10)
    b.call("honker_ack", 1, "w")
    b.call("honker_ack_batch", "[1]", "w")
    b.call("honker_retry", 1, "w", 0, "e", correction="errors")
    b.call("honker_fail", 1, "w", "e", correction="errors")
    b.call("honker_heartbeat", 1, "w", 5)
    b.call("honker_cancel", 1)
    b.call("honker_get_job", 1)
    b.call("honker_queue_next_claim_at", "q")
    b.call("honker_sweep_expired", "q")
    b.call("honker_lock_acquire", "l", "o", 5)
    b.call("honker_lock_release", "l", "o")
    b.call("honker_lock_renew", "l", "o", 5)
    b.call("honker_rate_limit_try", "r", 1, 1)
    b.call("honker_rate_limit_sweep", 1)
    b.call("honker_result_save", 1, "v", 1)
    b.call("honker_result_get", 1)
    b.call("honker_result_sweep")
    b.call("honker_stream_publish", "t", None, "p")
    b.call("honker_stream_read_since", "t", 0, 1)
    b.call("honker_stream_save_offset", "c", "t", 1)
    b.call("honker_stream_get_offset", "c", "t")
    b.call("notify", "c", "p")
    b.call("honker_bootstrap")
    b.call("honker_bootstrap")


def scene_enqueue(b):
    """Times, priorities and texts as they come; nothing is clamped."""
    b.call("honker_bootstrap")
    for text in ODD:
        b.call("honker_enqueue", text, "payload of " + text, None, None, 0, 3,
               None)
        b.call("honker_enqueue", "q", text, None, None, 0, 3, None)
    for run_at, delay in ((None, None), (5, None), (None, 9), (5, 9), (5, 0),
                          (None, -50), (0, None), (-7, None)):
        b.call("honker_enqueue", "q", "p", run_at, delay, 0, 3, None)
    for expires in (None, 0, -5, 60, 1 << 40):
        b.call("honker_enqueue", "q", "p", None, None, 0, 3, expires)
    for priority in (0, -1, 100, -(1 << 62), (1 << 62)):
        b.call("honker_enqueue", "q", "p", None, None, priority, 3, None)
    for attempts in (0, -1, 1, 1 << 40):
        b.call("honker_enqueue", "q", "p", None, None, 0, attempts, None)
    b.call("honker_claim_batch", "q", "w", 100, 10)
    for i in range(1, 41):
        b.call("honker_get_job", i)


def scene_claim(b):
    """Order, limits, time-outs, and who may end a job when."""
    b.call("honker_bootstrap")
    for p in (0, 10, 5, 10, -3, 0, 7):
        b.call("honker_enqueue", "q", "p%d" % p, None, None, p, 3, None)
    b.call("honker_claim_batch", "q", "w", 0, 10)
    b.call("honker_claim_batch", "none", "w", 5, 10)
    b.call("honker_claim_batch", "q", "w", 2, 10)
    b.call("honker_queue_next_claim_at", "q")
    b.call("honker_ack", 2, "other")
    b.call("honker_ack", 2, "w")
    b.call("honker_ack", 2, "w")
    b.tick(10)
    b.call("honker_claim_batch", "q", "v", 1, 10)
    b.call("honker_heartbeat", 4, "w", 20)
    b.call("honker_heartbeat", 4, "v", 20)
    b.tick(1)
    b.call("honker_claim_batch", "q", "v", -1, 10)
    b.call("honker_ack_batch", "[1,4,\"5\",99,null,7]", "v")
    for bad in ("", "[", "{", "nonsense", "7", "{\"a\":1,\"b\":3}", "[]",
                "[[1]]", "null", "[1.0]", "[\"x\"]"):
        b.call("honker_ack_batch", bad, "v")
    b.tick(30)
    b.call("honker_claim_batch", "q", "u", -1, 0)
    b.call("honker_ack", 3, "u")
    b.tick(1)
    b.call("honker_ack", 6, "u")
    b.call("honker_claim_batch", "q", "u", 3, -5)
    b.call("honker_claim_batch", "q", "u", 3, 5)


def scene_retry(b):
    """Giving back, burying, expiry and cancelling."""
    b.call("honker_bootstrap")
    for n in (1, 2, 3, 0):
        b.call("honker_enqueue", "q", "p", None, None, 0, n, None)
    b.call("honker_claim_batch", "q", "w", 10, 10)
    for i in (1, 2, 3, 4, 9):
        b.call("honker_retry", i, "x", 5, "not mine")
        b.call("honker_retry", i, "w", 5, "error \u00e9 %d" % i)
        b.call("honker_retry", i, "w", 5, "again")
    b.call("honker_queue_next_claim_at", "q")
    b.tick(5)
    b.call("honker_claim_batch", "q", "w", 10, 10)
    b.call("honker_retry", 2, "w", 5, "second")
    b.call("honker_retry", 3, "w", -5, "second")
    b.call("honker_claim_batch", "q", "w", 10, 10)
    b.call("honker_fail", 3, "x", "no")
    b.call("honker_fail", 3, "w", "yes")
    b.call("honker_fail", 3, "w", "yes")
    b.call("honker_fail", 99, "w", "yes")
    for expires in (5, 10, None):
        b.call("honker_enqueue", "e", "p", None, None, 0, 3, expires)
    b.call("honker_sweep_expired", "e")
    b.tick(5)
    b.call("honker_claim_batch", "e", "w", 1, 2)
    b.call("honker_sweep_expired", "e")
    b.call("honker_sweep_expired", "e")
    b.call("honker_ack", 6, "w")
    b.tick(5)
    b.call("honker_sweep_expired", "e")
    b.call("honker_cancel", 7)
    b.call("honker_cancel", 7)
    b.call("honker_enqueue", "l", "p", None, None, 0, 1, None)
    b.call("honker_claim_batch", "l", "w", 1, 3)
    b.tick(3)
    b.call("honker_claim_batch", "l", "w", 1, 3)
    b.tick(1)
    b.call("honker_claim_batch", "l", "w", 1, 3)
    for i in range(1, 10):
        b.call("honker_get_job", i)
        b.call("honker_heartbeat", i, "w", 3)


def scene_next(b):
    """When to come again."""
    b.call("honker_bootstrap")
    for delay, attempts, expires in ((60, 3, None), (30, 0, None),
                                     (40, 3, 20), (50, 3, 500), (0, 3, None)):
        b.call("honker_enqueue", "q", "p", None, delay, 0, attempts, expires)
        b.call("honker_queue_next_claim_at", "q")
    for step in (0, 10, 20, 20, 15):
        b.tick(step)
        b.call("honker_claim_batch", "q", "w", 1, 7)
        b.call("honker_queue_next_claim_at", "q")


def scene_leases(b):
    """Locks, rate limits and results."""
    b.call("honker_bootstrap")
    for ttl in (10, 0, -5):
        for owner in ("a", "b", "a"):
            b.call("honker_lock_acquire", "l%d" % ttl, owner, ttl)
    b.tick(9)
    b.call("honker_lock_acquire", "l10", "b", 10)
    b.call("honker_lock_renew", "l10", "b", 10)
    b.call("honker_lock_renew", "l10", "a", 10)
    b.call("honker_lock_renew", "l10", "a", 10)
    b.call("honker_lock_renew", "l10", "a", 0)
    b.call("honker_lock_renew", "l10", "a", -1)
    b.tick(20)
    b.call("honker_lock_renew", "l10", "a", 1)
    b.tick(2)
    b.call("honker_lock_acquire", "l10", "b", 10)
    b.call("honker_lock_release", "l10", "a")
    b.call("honker_lock_release", "l10", "b")
    b.call("honker_lock_release", "l10", "b")
    for n in range(5):
        b.call("honker_rate_limit_try", "r", 3, 10)
    for limit, per in ((0, 1), (1, 0), (-1, 5), (5, -1)):
        b.call("honker_rate_limit_try", "r", limit, per)
    for n in range(4):
        b.tick(5)
        b.call("honker_rate_limit_try", "r", 1, 10)
        b.call("honker_rate_limit_try", "", 1, 7)
    b.call("honker_rate_limit_sweep", 15)
    b.call("honker_rate_limit_sweep", -100)
    for ttl in (10, 0, -1, 1 << 40):
        b.call("honker_result_save", ttl, "v%d" % ttl, ttl)
        b.call("honker_result_get", ttl)
    b.tick(9)
    b.call("honker_result_save", 0, "new", 5)
    b.call("honker_result_get", 10)
    b.tick(1)
    for i in (10, 0, -1, 77):
        b.call("honker_result_get", i)
    b.call("honker_result_sweep")
    b.call("honker_result_sweep")
    b.call("honker_result_save", 5, None, 5)
    for text in ODD:
        b.call("honker_result_save", 6, text, 5)
        b.call("honker_result_get", 6)


def scene_streams(b):
    """Offsets, keys, pages and consumers; notifications."""
    b.call("honker_bootstrap")
    for i, text in enumerate(ODD):
        b.call("notify", text, "p" + text)
        b.call("honker_stream_publish", "t%d" % (i % 2),
               text if i % 3 else None, "p" + text)
    for topic in ("t0", "t1", "t2"):
        for after, limit in ((0, 100), (0, 2), (3, 2), (-5, -1), (100, 5),
                             (0, 0)):
            b.call("honker_stream_read_since", topic, after, limit,
                   ordered=True)
    for offset in (5, 5, 4, 6, -1, 0):
        b.call("honker_stream_save_offset", "c", "t0", offset)
        b.call("honker_stream_get_offset", "c", "t0")
    b.call("honker_stream_save_offset", "c", "t1", -1)
    b.call("honker_stream_get_offset", "c", "t1")
    b.call("honker_stream_get_offset", "d", "t0")
    b.sql("DELETE FROM _honker_stream")
    b.call("honker_stream_publish", "t0", None, "after")


def scene_transactions(b):
    """Inside of a caller's transaction, and undone with it."""
    b.call("honker_bootstrap")
    b.sql("BEGIN IMMEDIATE")
    b.call("honker_enqueue", "q", "p", None, None, 0, 3, None)
    b.call("honker_claim_batch", "q", "w", 1, 10)
    b.call("honker_stream_publish", "t", None, "p")
    b.sql("ROLLBACK")
    b.call("honker_claim_batch", "q", "w", 1, 10)
    b.sql("BEGIN")
    b.call("honker_enqueue", "q", "p", None, None, 0, 1, None)
    b.call("honker_claim_batch", "q", "w", 1, 10)
    b.call("honker_retry", 1, "w", 0, "dead")
    b.call("honker_lock_acquire", "l", "o", 5)
    b.call("honker_rate_limit_try", "r", 1, 5)
    b.sql("COMMIT")
    b.sql("CREATE TABLE src(x)")
    b.sql("INSERT INTO src VALUES (1), (2), (3)")
    b.sql("CREATE TABLE got(x)")
    b.sql("INSERT INTO got SELECT honker_enqueue('q', 'p' || x, NULL, NULL, "
          "x, 3, NULL) FROM src")
    b.sql("CREATE TRIGGER t AFTER INSERT ON src BEGIN "
          "SELECT notify('src', new.x), honker_enqueue('q', new.x || '', "
          "NULL, NULL, 0, 3, NULL); END")
    b.sql("INSERT INTO src VALUES (4)")
    b.sql("SELECT honker_claim_batch('q', 'w', 1, 10) FROM src")


GOOD = ["* * * * *", "*/5 * * * *", "0 3 * * *", "0 0 13 * 5", "0 0 29 2 *",
        "30 2 * * 0", "15,45 9-17 * * 1-5", "*/7 */3 1-10/3 * *",
        "0 0 1 1 *", "10 * * * * *", "*/10 5 * * * *", "5/15 * * * *",
        "@every 5m", "@every5s", "@every 1d", "@every 90s", " 0 12 * * * ",
        "0 0 31 * *", "+5 * * * *", "59 23 31 12 *", "*/70 * * * *"]
BAD = ["", "* * * *", "* * * * * * *", "60 * * * *", "* 24 * * *",
       "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 7", "* * * * MON",
       "@daily", "@every", "@every 0s", "@every -1s", "@every 1.5s",
       "@every 5 s", "@every 1w", "@every 99999999999999999999s", "5-1 * * * *",
       "*/0 * * * *", "*/x * * * *", "a * * * *", "1,,2 * * * *", "1- * * * *",
       "0 0 30 2 *", "? * * * *", "* * L * *"]


def scene_cron(b):
    """Expressions, good and bad, from several times."""
    for expr in GOOD:
        for start in (NOW, NOW + 59, 0, 951782399, 1709164800, 4102444799):
            b.call("honker_cron_next_after", expr, start)
    for expr in BAD:
        b.call("honker_cron_next_after", expr, NOW, correction="words")


def scene_scheduler(b):
    """From registering to removing, ticks on time and late ones."""
    b.call("honker_scheduler_soonest")
    b.call("honker_bootstrap")
    b.call("honker_scheduler_list")
    b.call("honker_scheduler_soonest")
    b.call("honker_scheduler_register", "m", "q", "* * * * *", "{}", 0, None)
    b.call("honker_scheduler_register", "h", "q", "0 * * * *", "h", 5, 60, 7)
    b.call("honker_scheduler_register", "bad", "q", "x", "p", 0, None,
           correction="words")
    b.call("honker_scheduler_list")
    b.call("honker_scheduler_soonest")
    b.call("honker_scheduler_tick", NOW)
    for step in (1, 59, 60, 3600, 7 * 86400):
        b.tick(step)
        b.call("honker_scheduler_tick", b.clock[0], ordered=True)
        b.call("honker_scheduler_tick", b.clock[0], ordered=True)
        b.call("honker_scheduler_soonest")
    b.call("honker_scheduler_pause", "m")
    b.call("honker_scheduler_pause", "m")
    b.call("honker_scheduler_pause", "none")
    b.tick(300)
    b.call("honker_scheduler_tick", b.clock[0], ordered=True)
    b.call("honker_scheduler_register", "m", "q2", "*/2 * * * *", "2", 1, 5)
    b.call("honker_scheduler_list")
    b.call("honker_scheduler_resume", "m")
    b.call("honker_scheduler_resume", "m")
    b.call("honker_scheduler_resume", "none")
    b.call("honker_scheduler_tick", b.clock[0] + 1000, ordered=True)
    b.call("honker_scheduler_tick", -5, ordered=True)
    for args in (("m", None, None, None, None, 0),
                 ("m", "@every 5m", None, None, None, 0),
                 ("m", None, "new", 9, None, 0), ("m", None, None, None, 77, 0),
                 ("m", None, None, None, 77, 1), ("m", None, None, None, None, 1),
                 ("none", "* * * * *", None, None, None, 0),
                 ("m", None, None, None, None, 0, 9, 0),
                 ("m", None, None, None, None, 0, 9, 1),
                 ("m", None, None, None, None, 0, -2, 1),
                 ("m", None, None, None, None, 0, None, 1)):
        b.call("honker_scheduler_update", *args)
        b.call("honker_scheduler_list")
    b.call("honker_scheduler_update", "m", "x", "lost", None, None, 0,
           correction="words")
    b.call("honker_scheduler_list")
    b.call("honker_scheduler_unregister", "m")
    b.call("honker_scheduler_unregister", "m")
    b.call("honker_scheduler_tick", b.clock[0] + 5000, ordered=True)
    b.call("honker_scheduler_list")


def scene_interval(b):
    """@every counts from when it fired; more than 64 misses are skipped."""
    b.call("honker_bootstrap")
    b.call("honker_scheduler_register", "e", "r", "@every 90s", "e", -1, 0, 0)
    for step in (89, 1, 1, 90, 64 * 90, 65 * 90, 100 * 90):
        b.tick(step)
        b.call("honker_scheduler_tick", b.clock[0], ordered=True)
        b.call("honker_scheduler_soonest")


SCENES = [scene_cron, scene_scheduler, scene_interval, scene_types, scene_before_bootstrap, scene_enqueue, scene_claim,
          scene_retry, scene_next, scene_leases, scene_streams,
          scene_transactions]


def main():
    only = sys.argv[3] if len(sys.argv) > 3 else ""
    b = Bench(sys.argv[1], sys.argv[2])
    for b.turns in (False, True):
        for scene in SCENES:
            if only in scene.__name__:
                b.begin(scene.__name__ + (" in turns" if b.turns else ""))
                scene(b)
                b.end()
        print("%d calls, %d failures%s" % (b.calls, b.failures,
              " (with the two taking turns on one file)" if b.turns else ""))
    return 1 if b.failures else 0


if __name__ == "__main__":
    sys.exit(main())
