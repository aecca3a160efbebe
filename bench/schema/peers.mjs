// SPDX-License-Identifier: MIT OR Apache-2.0
//
// node peers.mjs CASE.json
//
// The other side of bench_schema: compiles the schema of the case with each
// peer, says whether they find its documents valid, then times what it is
// asked for on standard input, a line each: "PEER WHAT BATCHES". Answers are
// JSON lines. Documents take turns, and answers are added up, so that nothing
// can be computed once for all.

import { readFileSync, readSync, writeSync } from 'node:fs';
import * as Old from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { Value as OldValue } from '@sinclair/typebox/value';
import Ajv from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import Schema from 'typebox/schema';

const BATCH_NS = 300_000;
const given = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const texts = given.documents.map((d) => JSON.stringify(d));
const values = texts.map((t) => JSON.parse(t));
const count = values.length;

// TypeBox 0.34 takes its own types only: the same JSON with a kind each.
function kindOf(s) {
	if (s.$ref) return s.$ref === 'Tree' ? 'This' : 'Ref';
	if ('const' in s) return 'Literal';
	if (s.anyOf) return 'Union';
	if (s.allOf) return 'Intersect';
	if (s.type === 'object')
		return s.patternProperties && !s.properties ? 'Record' : 'Object';
	if (s.type === 'array')
		return Array.isArray(s.items) ? 'Tuple' : 'Array';
	return s.type[0].toUpperCase() + s.type.slice(1);
}

function mapValues(map, f) {
	return Object.fromEntries(
	    Object.entries(map).map(([k, v]) => [k, f(v, k)]));
}

function typed(s) {
	if (s.enum)
		return Old.Type.Union(s.enum.map((x) => Old.Type.Literal(x)));
	const t = { ...s };
	delete t.$defs;
	for (const k of ['anyOf', 'allOf'])
		if (s[k]) t[k] = s[k].map(typed);
	if (s.items)
		t.items = Array.isArray(s.items) ? s.items.map(typed) :
		    typed(s.items);
	if (s.patternProperties)
		t.patternProperties = mapValues(s.patternProperties, typed);
	if (s.properties)
		t.properties = mapValues(s.properties, (v, k) =>
			(s.required ?? []).includes(k) ? typed(v) :
			    { ...typed(v), [Old.OptionalKind]: 'Optional' });
	t[Old.Kind] = kindOf(s);
	return t;
}

for (const [name, f] of Object.entries(fullFormats)) {
	const test = typeof f === 'function' ? f : f.validate ?? f;
	Old.FormatRegistry.Set(name, test instanceof RegExp ?
	    (text) => test.test(text) : test);
}

function compileOld(schema) {
	return TypeCompiler.Compile(typed(schema),
	    Object.values(schema.$defs ?? {}).map(typed));
}

function newAjv() {
	const ajv = new Ajv({ strict: false });
	addFormats(ajv);
	return ajv;
}

const makers = {
	typebox(schema) {
		const compiled = compileOld(schema);
		return (v) => compiled.Check(v);
	},
	ajv(schema) {
		return newAjv().compile(schema);
	},
	typebox1(schema) {
		const compiled = Schema.Compile(schema);
		return (v) => compiled.Check(v);
	},
};

// Each maker gives a function that does the work n times. They are made anew
// for each peer, so that V8 sees one callee at each place.
let sum = 0;
const works = {
	check: (peer) => new Function('check', 'values', 'count', `
		let at = 0;
		return (n) => {
			let sum = 0;
			for (let i = 0; i < n; i++) {
				if (check(values[at])) sum++;
				at = at + 1 === count ? 0 : at + 1;
			}
			return sum;
		};`)(checks[peer], values, count),
	parse: (peer) => new Function('check', 'texts', 'count', `
		let at = 0;
		return (n) => {
			let sum = 0;
			for (let i = 0; i < n; i++) {
				if (check(JSON.parse(texts[at]))) sum++;
				at = at + 1 === count ? 0 : at + 1;
			}
			return sum;
		};`)(checks[peer], texts, count),
	compile: (peer) => makeCompile(peer),
	diff: () => (n) => {
		let edits = 0;
		for (let i = 0; i < n; i++)
			edits += OldValue.Diff(values[i % count],
			    changed[i % count]).length;
		return edits;
	},
	patch: () => (n) => {
		let ages = 0;
		for (let i = 0; i < n; i++)
			ages += OldValue.Patch(values[i % count],
			    edits[i % count]).age;
		return ages;
	},
	cast: () => (n) => {
		let ages = 0;
		for (let i = 0; i < n; i++)
			ages += OldValue.Cast(oldType, values[i % count]).age;
		return ages;
	},
	clean: () => (n) => {
		let ages = 0;
		for (let i = 0; i < n; i++)
			ages += OldValue.Clean(oldType, values[i % count]).age;
		return ages;
	},
};

// Twenty schemas a time, and never the same text twice: V8 keeps compiled
// sources by their text.
let turn = 0;
function makeCompile(peer) {
	const text = JSON.stringify(given.schema);
	return (n) => {
		let made = 0;
		for (let i = 0; i < n; i++) {
			for (let k = 0; k < 20; k++) {
				const schema = JSON.parse(text);
				schema.properties.name.maxLength = 80 + ++turn;
				made += makers[peer](schema)(values[0]) ? 1 : 0;
			}
		}
		return made;
	};
}

const oldType = typed(given.schema);
const changed = given.schema.properties?.age === undefined ? [] :
    texts.map((t) => ({ ...JSON.parse(t), age: 7 }));
const edits = changed.map((c, i) => OldValue.Diff(values[i], c));
const checks = mapValues(makers, (make) => make(given.schema));

const ready = new Map();
function measure(peer, what, batches) {
	const key = `${peer} ${what}`;
	const now = () => Number(process.hrtime.bigint());
	let entry = ready.get(key);
	if (entry === undefined) {
		const work = works[what](peer);
		const begin = now();
		let n = 1;
		// Until it is warm, and then as many as fill a batch.
		for (let took = 0; took < BATCH_NS && n < 1e7;) {
			n *= 2;
			const from = now();
			sum += work(n);
			took = now() - from;
			if (now() - begin < 60e6 && took >= BATCH_NS)
				n = 1, took = 0;
		}
		entry = { work, n };
		ready.set(key, entry);
	}
	const ns = [];
	for (let i = 0; i < batches; i++) {
		const from = now();
		sum += entry.work(entry.n);
		ns.push((now() - from) / entry.n);
	}
	return ns;
}

function answer(o) {
	writeSync(1, JSON.stringify(o) + '\n');
}

answer(mapValues(checks, (check) => values.map(check).map(Boolean)));
const bytes = Buffer.alloc(4096);
for (let line = ''; ;) {
	const got = readSync(0, bytes);
	if (got === 0)
		break;
	line += bytes.toString('latin1', 0, got);
	if (!line.endsWith('\n'))
		continue;
	const [peer, what, batches] = line.trim().split(' ');
	line = '';
	answer({ ns: measure(peer, what, Number(batches)), sum });
}
