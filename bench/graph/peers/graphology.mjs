// SPDX-License-Identifier: MIT OR Apache-2.0
//
// graphology: all in memory; its file is export() as JSON, written when it is
// closed after a load, and read when it is opened. An insert is not durable.

import { readFileSync, writeFileSync } from 'node:fs';

export class Peer {
	constructor(require, path) {
		const { MultiDirectedGraph } = require('graphology');
		this.Graph = MultiDirectedGraph;
		this.path = path;
	}

	create() {
		this.graph = new this.Graph();
		this.isNew = true;
	}

	open() {
		this.graph = new this.Graph();
		this.graph.import(JSON.parse(readFileSync(this.path, 'utf8')));
	}

	writeNodes(rows) {
		for (const { key, ...attributes } of rows)
			this.graph.addNode(key, attributes);
	}

	writeEdges(rows) {
		for (const { source, target, ...attributes } of rows)
			this.graph.addDirectedEdge(source, target, attributes);
	}

	bulk(nodes, edges) {
		this.writeNodes(nodes);
		this.writeEdges(edges);
	}

	point(key) {
		return this.graph.getNodeAttributes(key);
	}

	hop(key) {
		return this.graph.outNeighbors(key);
	}

	walk(key) {
		const seen = new Set([key]);
		let front = [key];
		for (let hops = 0; hops < 3; hops++) {
			const next = [];
			for (const from of front)
				this.graph.forEachOutNeighbor(from, (to) => {
					if (!seen.has(to)) {
						seen.add(to);
						next.push(to);
					}
				});
			front = next;
		}
		return seen.size - 1;
	}

	insert({ source, target, ...attributes }) {
		this.graph.addDirectedEdge(source, target, attributes);
	}

	sums() {
		let ages = 0;
		let years = 0;
		this.graph.forEachNode((key, a) => { ages += a.age; });
		this.graph.forEachEdge((key, a) => { years += a.since; });
		return [[this.graph.order, ages], [this.graph.size, years]];
	}

	close() {
		if (this.isNew)
			writeFileSync(this.path, JSON.stringify(this.graph.export()));
	}
}
