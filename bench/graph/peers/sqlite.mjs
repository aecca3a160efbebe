// SPDX-License-Identifier: MIT OR Apache-2.0
//
// better-sqlite3 with a layout written by hand: whole numbers as keys, edges
// by source and target in indexes that answer alone, attributes as JSON text.
// WAL and NORMAL, as ours. Nothing is validated and no change recorded.

import { createRequire } from 'node:module';
import { join } from 'node:path';

const TABLES = `
	CREATE TABLE node (
		nid INTEGER PRIMARY KEY, key TEXT NOT NULL, attributes TEXT);
	CREATE TABLE edge (
		eid INTEGER PRIMARY KEY, src INTEGER NOT NULL,
		dst INTEGER NOT NULL, attributes TEXT);
	CREATE UNIQUE INDEX node_key ON node (key)`;
const INDEXES = `
	CREATE INDEX edge_out ON edge (src, dst);
	CREATE INDEX edge_in ON edge (dst, src)`;

export class Peer {
	constructor(require, path) {
		const hosts = createRequire(join(process.env.BENCH_HOSTS, 'x.js'));
		this.Database = hosts('better-sqlite3');
		this.path = path;
	}

	open() {
		const db = this.db = new this.Database(this.path);
		db.pragma('journal_mode = WAL');
		db.pragma('synchronous = NORMAL');
		db.pragma('cache_size = -65536');
		const s = (sql) => { try { return db.prepare(sql); } catch { return null; } };
		this.find = s('SELECT nid FROM node WHERE key = ?')?.pluck();
		this.addNode = s('INSERT INTO node (key, attributes) VALUES (?, ?)');
		this.addEdge = s(
		    'INSERT INTO edge (src, dst, attributes) VALUES (?, ?, ?)');
		this.get = s('SELECT attributes FROM node WHERE key = ?')?.pluck();
		this.next = s(`SELECT b.key FROM node a
			JOIN edge e ON e.src = a.nid JOIN node b ON b.nid = e.dst
			WHERE a.key = ?`)?.pluck();
		this.reach = s(`WITH RECURSIVE r(n, d) AS (
			SELECT nid, 0 FROM node WHERE key = ? UNION
			SELECT e.dst, d + 1 FROM r JOIN edge e ON e.src = n
			WHERE d < 3)
			SELECT count(DISTINCT n) - 1 FROM r`)?.pluck();
		this.insert = db.transaction((e) => this.edge(e));
		this.writeNodes = db.transaction((rows) => {
			for (const r of rows)
				this.node(r);
		});
		this.writeEdges = db.transaction((rows) => {
			for (const r of rows)
				this.edge(r);
		});
	}

	create(indexed) {
		const db = new this.Database(this.path);
		db.exec(TABLES);
		if (indexed)
			db.exec(INDEXES);
		db.close();
		this.open();
	}

	node(r) {
		this.addNode.run(r.key, JSON.stringify(
		    { name: r.name, age: r.age, score: r.score }));
	}

	edge(e) {
		this.addEdge.run(this.find.get(e.source), this.find.get(e.target),
		    JSON.stringify({ weight: e.weight, since: e.since }));
	}

	// Ends found in memory, indexes made after, all in one transaction.
	bulk(nodes, edges) {
		const nid = new Map();
		this.db.transaction(() => {
			for (const r of nodes) {
				this.node(r);
				nid.set(r.key, nid.size + 1);
			}
			for (const e of edges)
				this.addEdge.run(nid.get(e.source), nid.get(e.target),
				    JSON.stringify(
				    { weight: e.weight, since: e.since }));
			this.db.exec(INDEXES);
		})();
	}

	point(key) {
		return JSON.parse(this.get.get(key));
	}

	hop(key) {
		return this.next.all(key);
	}

	walk(key) {
		return this.reach.get(key);
	}

	sums() {
		const sum = (sql) => this.db.prepare(sql).raw().get();
		return [
			sum('SELECT count(*), sum(attributes ->> \'age\') FROM node'),
			sum('SELECT count(*), sum(attributes ->> \'since\') FROM edge'),
		];
	}

	close() {
		this.db.close();
	}
}
