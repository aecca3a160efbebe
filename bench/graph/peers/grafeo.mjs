// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Grafeo: the batch calls of its binding to write, an index on the key, GQL to
// find and read.

export class Peer {
	constructor(require, path) {
		this.GrafeoDB = require('@grafeo-db/js').GrafeoDB;
		this.path = path;
	}

	async create() {
		this.db = this.GrafeoDB.create(this.path);
		await this.db.execute('CREATE INDEX item_key FOR (n:Item) ON (n.key)');
		this.ids = new Map();
	}

	open() {
		this.db = this.GrafeoDB.open(this.path);
	}

	async writeNodes(rows) {
		const ids = await this.db.batchCreateNodesWithProps('Item', rows);
		rows.forEach((r, i) => this.ids.set(r.key, ids[i]));
	}

	async writeEdges(rows) {
		await this.db.batchCreateEdges(rows.map((r) => ({
			src: this.ids.get(r.source),
			dst: this.ids.get(r.target),
			type: 'Link',
			properties: { weight: r.weight, since: r.since },
		})));
	}

	async bulk(nodes, edges) {
		for (let i = 0; i < nodes.length; i += 100000)
			await this.writeNodes(nodes.slice(i, i + 100000));
		for (let i = 0; i < edges.length; i += 100000)
			await this.writeEdges(edges.slice(i, i + 100000));
	}

	async ask(text, parameters) {
		return (await this.db.execute(text, parameters)).rows();
	}

	async point(key) {
		const [r] = await this.ask(`MATCH (n:Item {key: $key})
			RETURN n.name, n.age, n.score`, { key });
		return { name: r[0], age: r[1], score: r[2] };
	}

	async hop(key) {
		return (await this.ask(`MATCH (:Item {key: $key})-[:Link]->(b:Item)
			RETURN b.key`, { key })).map((r) => r[0]);
	}

	async walk(key) {
		const rows = await this.ask(`MATCH (a:Item {key: $key})
			-[:Link]->{1,3}(b:Item) WHERE b.key <> $key
			RETURN count(DISTINCT b)`, { key });
		return Number(rows[0][0]);
	}

	async insert(e) {
		await this.ask(`MATCH (a:Item {key: $source}), (b:Item {key: $target})
			INSERT (a)-[:Link {weight: $weight, since: $since}]->(b)`, e);
	}

	async sums() {
		const sum = async (text) => (await this.ask(text))[0].map(Number);
		return [
			await sum('MATCH (n:Item) RETURN count(*), sum(n.age)'),
			await sum('MATCH ()-[e:Link]->() RETURN count(*), sum(e.since)'),
		];
	}

	close() {
		this.db.close();
	}
}
