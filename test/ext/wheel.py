#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""wheel.py FOLDER PEER OURS.so

The reference's own Python package on a file, in this process, while a program
of ours works on the same file in another (ext_peer): jobs, results,
notifications and streams go both ways, and each wakes the other. FOLDER is what
tools/fetch-honker has put down. A file of ours stays a store, and one that the
package made is served by the extension, in a third process.
"""
import asyncio
import ctypes.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import unittest

ROUNDS = 40
PATIENCE_S = 12  # below the 15 s after which the package looks by itself


def skip(why):
    print("skipped: " + why)
    sys.exit(77)


def own_copy(folder, scratch):
    """The package with the system's SQLite in place of the one it brings."""
    system = ctypes.util.find_library("sqlite3")
    if system is None:
        skip("the package does not load here, and there is no other SQLite")
    shutil.copytree(os.path.join(folder, "honker"),
                    os.path.join(scratch, "honker"))
    libs = os.path.join(scratch, "honker.libs")
    os.mkdir(libs)
    code = "import ctypes, sys; ctypes.CDLL(sys.argv[1]); print([l.split()" \
           "[-1] for l in open('/proc/self/maps') if 'libsqlite3' in l][0])"
    path = subprocess.run([sys.executable, "-c", code, system], text=True,
                          capture_output=True).stdout.strip()
    for name in os.listdir(os.path.join(folder, "honker.libs")):
        os.symlink(path, os.path.join(libs, name))


def find_package(folder, scratch):
    """A folder from which the package can be imported."""
    if not os.path.isdir(os.path.join(folder, "honker")):
        skip("the reference was not fetched (tools/fetch-honker tells why)")
    for place in (folder, scratch):
        if place is scratch:
            own_copy(folder, scratch)
        done = subprocess.run(
            [sys.executable, "-B", "-c", "import honker"], text=True,
            capture_output=True, env=dict(os.environ, PYTHONPATH=place))
        if done.returncode == 0:
            return place
        print("importing the package from %s: %s" % (
            "its folder" if place is folder else "a copy",
            done.stderr.strip().splitlines()[-1]))
    skip("the package does not load here")


class Peer:
    def __init__(self, path):
        self.process = subprocess.Popen([PEER, path], text=True, bufsize=1,
                                        stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        assert self.answer() == "ready"

    def tell(self, *words):
        self.process.stdin.write(" ".join(str(w) for w in words) + "\n")
        self.process.stdin.flush()

    def answer(self):
        return self.process.stdout.readline().rstrip("\n")

    def ask(self, *words):
        self.tell(*words)
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait()


def shell(path, *statements, library=None):
    """In a process of its own: its SQLite is not the package's."""
    code = ("import sqlite3, sys\n"
            "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
            "if sys.argv[2]:\n"
            "    db.enable_load_extension(True)\n"
            "    db.load_extension(sys.argv[2])\n"
            "for s in sys.argv[3:]:\n"
            "    print(db.execute(s).fetchone()[0])\n")
    done = subprocess.run([sys.executable, "-c", code, path, library or "",
                           *statements], text=True, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout.split("\n")[:-1]


def tell_wakes(what, times_ns):
    times = sorted(t / 1e6 for t in times_ns)
    print("%-40s p50 %6.2f ms, most %7.2f ms" % (
        what, statistics.median(times), times[-1]))


class Wheel(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "store.db")
        self.peer = Peer(self.path)  # makes the file
        self.db = honker.open(self.path)
        self.queue = self.db.queue("q", visibility_timeout_s=60)

    def tearDown(self):
        self.db.close()
        self.assertEqual(self.peer.close(), 0)
        self.folder.cleanup()

    def test_the_package_enqueues_and_we_work(self):
        for i in range(ROUNDS):
            self.queue.enqueue({"n": i})
        for i in range(ROUNDS):
            number, payload = self.peer.ask("claim", "q").split(" ", 1)
            self.assertEqual(payload, '{"n": %d}' % i)
            self.assertEqual(self.peer.ask("complete", number), "ok")
            self.assertTrue(self.peer.ask("complete", number).startswith(
                "ERROR ALK_CONFLICT"))
            self.assertEqual(self.queue.get_result(int(number)),
                             (True, "from C"))
        self.assertEqual(self.peer.ask("claim", "q"), "-")

    def test_we_enqueue_and_the_package_works(self):
        for i in range(ROUNDS):
            number = int(self.peer.ask("enqueue", "q", '{"n": %d}' % i))
            job = self.queue.claim_one("python")
            self.assertEqual((job.id, job.payload), (number, {"n": i}))
            self.assertTrue(self.peer.ask("complete", number).startswith(
                "ERROR ALK_CONFLICT"))
            self.assertTrue(job.heartbeat(30))
            if i % 2:
                self.assertTrue(job.retry(delay_s=0, error="again"))
                job = self.queue.claim_one("python")
                self.assertEqual(job.attempts, 2)
            self.queue.save_result(number, {"done": i})
            self.assertTrue(job.ack())
            self.assertFalse(job.ack())
            self.assertEqual(self.peer.ask("result", number),
                             '{"done": %d}' % i)

    def test_a_pool_of_ours_works_for_the_package(self):
        self.peer.tell("pool", "q", ROUNDS)
        numbers = [self.queue.enqueue({"n": i}) for i in range(ROUNDS)]
        self.assertEqual(self.peer.answer(), str(ROUNDS))
        for i, number in enumerate(numbers):
            self.assertEqual(self.queue.get_result(number), (True, {"n": i}))

    def test_what_both_claim_has_one_of_them(self):
        for i in range(10 * ROUNDS):
            self.queue.enqueue(i)
        self.peer.tell("pool", "q", 10 * ROUNDS)
        mine = 0
        while True:
            job = self.queue.claim_one("python")
            if job is None:
                break
            mine += job.ack()
            # The pool ends behind all of them, so it is given some more.
            self.queue.enqueue("more")
        self.assertEqual(self.peer.answer(), str(10 * ROUNDS))
        self.assertGreater(mine, 0)

    def test_our_notifications_wake_the_package(self):
        times = []

        async def listen():
            listener = self.db.listen("c")
            loop = asyncio.get_running_loop()
            for i in range(ROUNDS):
                sent = loop.run_in_executor(
                    None, lambda: (time.sleep(0.01),
                                   self.peer.ask("notify", "c", i))[1])
                note = await asyncio.wait_for(listener.__anext__(), PATIENCE_S)
                now = time.monotonic_ns()
                self.assertEqual(note.payload, i)
                times.append(now - int((await sent).split()[1]))

        asyncio.run(listen())
        tell_wakes("our commit wakes the package", times)

    def test_the_packages_notifications_wake_us(self):
        times = []
        self.peer.ask("wait", 100)
        for i in range(ROUNDS):
            while not self.peer.ask("wait", 0).startswith("ERROR"):
                pass
            self.peer.tell("wait", 1000 * PATIENCE_S)
            time.sleep(0.01)
            with self.db.transaction() as tx:
                tx.notify("c", {"n": i})
            now = time.monotonic_ns()
            times.append(int(self.peer.answer()) - now)
        tell_wakes("the package's commit wakes us", times)

    def test_streams_go_both_ways(self):
        stream = self.db.stream("t")
        after = 0
        for i in range(ROUNDS):
            stream.publish({"n": i})
            offset, payload = self.peer.ask("read", "t", after).split(" ", 1)
            self.assertEqual(payload, '{"n": %d}' % i)
            after = int(offset)
        times = []

        async def subscribe():
            events = stream.subscribe(from_offset=after)
            loop = asyncio.get_running_loop()
            for i in range(ROUNDS):
                sent = loop.run_in_executor(
                    None, lambda: (time.sleep(0.01),
                                   self.peer.ask("publish", "t", i))[1])
                event = await asyncio.wait_for(events.__anext__(), PATIENCE_S)
                now = time.monotonic_ns()
                offset, when = (int(n) for n in (await sent).split())
                self.assertEqual((event.offset, event.payload), (offset, i))
                times.append(now - when)

        asyncio.run(subscribe())
        tell_wakes("our event wakes a subscription", times)

    def test_a_store_stays_a_store(self):
        asks = ["PRAGMA application_id", "PRAGMA user_version",
                "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'alk%'"]
        before = shell(self.path, *asks)
        self.assertNotEqual(before[0], "0")
        self.queue.enqueue(1)
        self.db.stream("t").publish(1)
        with self.db.lock("l", ttl=5):
            pass
        self.assertTrue(self.db.try_rate_limit("r", 1, 60))
        self.assertEqual(shell(self.path, *asks), before)
        self.assertEqual(self.peer.ask("check"), "0")
        peer = Peer(self.path)
        self.assertEqual(peer.ask("check"), "0")
        self.assertEqual(peer.close(), 0)

    def test_a_file_of_the_package_is_no_store_and_is_served(self):
        path = os.path.join(self.folder.name, "theirs.db")
        db = honker.open(path)
        queue = db.queue("q", visibility_timeout_s=60)
        first = queue.enqueue({"n": 1})
        claimed = shell(path, "SELECT honker_claim_batch('q', 'w', 1, 60)",
                        "SELECT honker_ack(%d, 'w')" % first,
                        "SELECT honker_enqueue('q', '{\"n\": 2}', NULL, NULL,"
                        " 0, 3, NULL)", library=OURS)
        self.assertIn('"id":%d' % first, claimed[0])
        self.assertEqual(claimed[1], "1")
        job = queue.claim_one("python")
        self.assertEqual((str(job.id), job.payload), (claimed[2], {"n": 2}))
        self.assertTrue(job.ack())
        refused = subprocess.run([PEER, path], text=True, capture_output=True,
                                 stdin=subprocess.DEVNULL)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("ALK_NOTSTORE", refused.stderr)
        queue.enqueue(3)
        db.close()


if __name__ == "__main__":
    FOLDER, PEER, OURS = (os.path.abspath(a) for a in sys.argv[1:4])
    del sys.argv[1:]
    SCRATCH = tempfile.TemporaryDirectory()
    sys.path.insert(0, find_package(FOLDER, SCRATCH.name))
    import honker
    unittest.main()
