// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Kuzu 0.11 and LadybugDB, which went on from it and has the same interface:
// the synchronous calls of their bindings, statements prepared once, COPY for
// bulk, UNWIND for batches.

import { join } from 'node:path';

const PACKAGES = { kuzu: 'kuzu', ladybug: '@ladybugdb/core' };

export class Peer {
	readsFiles = true;
	edgesBatch = 500; // Kuzu takes minutes for 10,000 in one statement

	constructor(require, path, name) {
		this.kuzu = require(PACKAGES[name]);
		this.path = path;
	}

	open() {
		this.db = new this.kuzu.Database(this.path);
		this.db.initSync();
		this.c = new this.kuzu.Connection(this.db);
		this.c.initSync();
		this.prepared = new Map();
	}

	create() {
		this.open();
		this.query(`CREATE NODE TABLE Item(key STRING PRIMARY KEY,
			name STRING, age INT64, score DOUBLE)`);
		this.query(`CREATE REL TABLE Link(FROM Item TO Item,
			weight DOUBLE, since INT64)`);
	}

	query(text) {
		const result = this.c.querySync(text);
		const rows = result.getAllSync();
		result.close();
		return rows;
	}

	ask(text, parameters) {
		let statement = this.prepared.get(text);
		if (!statement)
			this.prepared.set(text,
			    statement = this.c.prepareSync(text));
		const result = this.c.executeSync(statement, parameters);
		const rows = result.getAllSync();
		result.close();
		return rows;
	}

	writeNodes(rows) {
		this.ask(`UNWIND $rows AS r CREATE (:Item {key: r.key,
			name: r.name, age: r.age, score: r.score})`, { rows });
	}

	writeEdges(rows) {
		this.ask(`UNWIND $rows AS r
			MATCH (a:Item {key: r.source}), (b:Item {key: r.target})
			CREATE (a)-[:Link {weight: r.weight, since: r.since}]->(b)`,
		    { rows });
	}

	bulk(nodes, edges, data) {
		this.query(`COPY Item FROM '${join(data, 'nodes.csv')}'
			(HEADER = true)`);
		this.query(`COPY Link FROM '${join(data, 'edges.csv')}'
			(HEADER = true)`);
	}

	point(key) {
		return this.ask(`MATCH (n:Item {key: $key})
			RETURN n.name AS name, n.age AS age, n.score AS score`,
		    { key })[0];
	}

	hop(key) {
		return this.ask(`MATCH (:Item {key: $key})-[:Link]->(b:Item)
			RETURN b.key AS key`, { key }).map((r) => r.key);
	}

	walk(key) {
		return Number(this.ask(`MATCH (a:Item {key: $key})
			-[:Link* SHORTEST 1..3]->(b:Item) WHERE b.key <> $key
			RETURN count(*) AS n`, { key })[0].n);
	}

	insert(e) {
		this.ask(`MATCH (a:Item {key: $source}), (b:Item {key: $target})
			CREATE (a)-[:Link {weight: $weight, since: $since}]->(b)`,
		    e);
	}

	sums() {
		const sum = (text) => Object.values(this.query(text)[0]).map(Number);
		return [
			sum('MATCH (n:Item) RETURN count(*), sum(n.age)'),
			sum('MATCH ()-[e:Link]->() RETURN count(*), sum(e.since)'),
		];
	}

	close() {
		this.c.closeSync();
		this.db.closeSync();
	}
}
