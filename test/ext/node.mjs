// SPDX-License-Identifier: MIT OR Apache-2.0
// node.mjs FOLDER OURS.so
//
// The extension in better-sqlite3, a host with a SQLite of its own and without
// ours: a job's life, a stream, a notification, the wake by a second process,
// and a connection that closes with statements cached. FOLDER is what
// tools/fetch-hosts has put down.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [folder, library, path] = process.argv.slice(2).map((a) => resolve(a));

if (!existsSync(join(folder, "node_modules", "better-sqlite3"))) {
	console.log("skipped: there is no better-sqlite3 " +
	    "(tools/fetch-hosts tells why)");
	process.exit(77);
}

const require = createRequire(join(folder, "package.json"));
const Database = require("better-sqlite3");

function open(at) {
	const db = new Database(at);
	db.pragma("journal_mode = WAL");
	db.loadExtension(library);
	return db;
}

// Run again by itself: commits one notification.
if (path !== undefined) {
	const db = open(path);
	db.prepare("SELECT notify('c', 'woken')").get();
	db.close();
	process.exit(0);
}

const scratch = mkdtempSync(join(tmpdir(), "alk-node-"));
const file = join(scratch, "n.db");
const db = open(file);
const ask = (sql, ...values) => db.prepare(sql).pluck().get(...values);

try {
	assert.equal(ask("SELECT honker_bootstrap()"), 1);
	const enqueue = "SELECT honker_enqueue('q', ?, NULL, NULL, ?, 3, NULL)";
	const first = ask(enqueue, '{"n":1}', 0n);
	const urgent = ask(enqueue, '{"n":2}', 5n);
	// A JavaScript number is bound as a REAL, which is refused.
	assert.throws(() => ask(enqueue, "x", 0.5), /whole number/);

	const jobs = JSON.parse(
	    ask("SELECT honker_claim_batch('q', 'w', 10, 60)"));
	assert.deepEqual(jobs.map((j) => j.id), [urgent, first]);
	assert.equal(JSON.parse(jobs[1].payload).n, 1);
	assert.equal(ask("SELECT honker_ack(?, 'w')", BigInt(first)), 1);
	assert.equal(ask("SELECT honker_ack(?, 'w')", BigInt(first)), 0);
	assert.equal(
	    ask("SELECT honker_retry(?, 'w', 0, 'again')", BigInt(urgent)), 1);

	// What is rolled back was never sent.
	assert.throws(() => db.transaction(() => {
		ask("SELECT honker_stream_publish('t', NULL, 'undone')");
		throw new Error("undo");
	})(), /undo/);
	db.transaction(() => {
		ask("SELECT honker_stream_publish('t', 'k', '[1]')");
		ask("SELECT notify('c', 'p')");
	})();
	const events = JSON.parse(
	    ask("SELECT honker_stream_read_since('t', 0, 10)"));
	assert.deepEqual(events.map((e) => e.payload), ["[1]"]);

	const watcher = ask("SELECT honker_update_watcher_open(?, NULL)", file);
	const wait = "SELECT honker_update_watcher_wait(?, ?)";
	assert.equal(ask(wait, BigInt(watcher), 20n), 0);
	execFileSync(process.execPath, [fileURLToPath(import.meta.url), folder,
	    library, file]);
	assert.equal(ask(wait, BigInt(watcher), 5000n), 1);
	ask("SELECT honker_update_watcher_close(?)", BigInt(watcher));
	assert.equal(ask("SELECT count(*) FROM _honker_notifications"), 2);
} finally {
	db.close();
	rmSync(scratch, { recursive: true });
}
console.log("node " + process.version + ": all as it should be");
