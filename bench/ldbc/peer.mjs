// SPDX-License-Identifier: MIT OR Apache-2.0
//
// node peer.mjs kuzu|ladybug load|read DATA STORE MODULE STARTS ANSWERS
//
// The other side of bench/ldbc: the schema that comes with the data, COPY, and
// the short reads in Cypher, prepared once and run by the synchronous calls.
// A message is asked for by its label and key, as ours is by its key, so that
// the index of the label answers.

import { readFileSync, writeFileSync, statSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [name, phase, data, path, , starts, answers] = process.argv.slice(2);
const ROUNDS = 3;
const LIMIT_MS = 15000;
const PACKAGES = { kuzu: 'kuzu', ladybug: '@ladybugdb/core' };

const require = createRequire(join(process.env.BENCH_PEERS, 'peer.js'));
const kuzu = require(PACKAGES[name]);

const CHAIN = ':replyOf_Comment|:replyOf_Post';
const NAME = (v) => `${v}.id, ${v}.firstName, ${v}.lastName`;
const CONTENT = `CASE WHEN m.content IS NULL OR m.content = ''
	THEN m.imageFile ELSE m.content END`;

// Statements by read and label. Where one statement for all of a read took ten
// times as long as several (IS2 243 ms, IS7 34 ms), it is several: what is joined
// by the caller, below.
const AUTHOR = (label) => `MATCH (:${label} {id: $id})-[:${label}_hasCreator]
	->(c:Person) RETURN ${NAME('c')}`;
const REPLIES = (label) => `MATCH (:${label} {id: $id})<-[:replyOf_${label}]-
	(c:Comment)-[:Comment_hasCreator]->(r:Person)
	RETURN c.id, c.content, c.creationDate AS date, ${NAME('r')}
	ORDER BY date DESC, r.id`;
const FRIENDS = (label) => `MATCH (:${label} {id: $id})-[:${label}_hasCreator]
	->(:Person)-[:knows]-(f:Person) RETURN f.id AS id`;
const TEXTS = {
	profile: `MATCH (n:Person {id: $id})-[:Person_isLocatedIn]->(p:Place)
		RETURN n.firstName, n.lastName, n.birthday, n.locationIP,
		n.browserUsed, p.id, n.gender, n.creationDate`,
	messages: `MATCH (:Person {id: $id})
		<-[:Comment_hasCreator|:Post_hasCreator]-(m:Comment:Post)
		RETURN m.id AS mid, ${CONTENT} AS content, m.creationDate AS date,
		label(m) AS label ORDER BY date DESC, mid DESC LIMIT 10`,
	friends: `MATCH (:Person {id: $id})-[k:knows]-(f:Person)
		RETURN ${NAME('f')}, k.creationDate AS date
		ORDER BY date DESC, f.id`,
	contentPost: `MATCH (m:Post {id: $id})
		RETURN m.creationDate, ${CONTENT}`,
	contentComment: `MATCH (m:Comment {id: $id})
		RETURN m.creationDate, m.content`,
	authorPost: AUTHOR('Post'),
	authorComment: AUTHOR('Comment'),
	root: `MATCH (:Comment {id: $id})-[${CHAIN}*1..30]->(p:Post)
		RETURN p.id AS id`,
	forum: `MATCH (:Post {id: $id})<-[:containerOf]-(f:Forum)
		-[:hasModerator]->(p:Person) RETURN f.id, f.title, ${NAME('p')}`,
	repliesPost: REPLIES('Post'),
	repliesComment: REPLIES('Comment'),
	knownPost: FRIENDS('Post'),
	knownComment: FRIENDS('Comment'),
};

const prepared = {};

function ask(name, id) {
	const result = c.executeSync(prepared[name], { id });
	const rows = result.getAllSync();
	result.close();
	return rows;
}

function rootOf(label, id) {
	return label === 'Post' ? id : ask('root', id)[0].id;
}

const READS = {
	IS1: (label, id) => ask('profile', id),
	IS2: (label, id) => ask('messages', id).map((m) => {
		const post = rootOf(m.label, m.mid);
		const [author] = ask('authorPost', post);
		return [m.mid, m.content, m.date, post, ...Object.values(author)];
	}),
	IS3: (label, id) => ask('friends', id),
	IS4: (label, id) => ask(`content${label}`, id),
	IS5: (label, id) => ask(`author${label}`, id),
	IS6: (label, id) => ask('forum', rootOf(label, id)),
	IS7: (label, id) => {
		const rows = ask(`replies${label}`, id);
		const friends = rows.length === 0 ? [] : ask(`known${label}`, id);
		const known = new Set(friends.map((f) => f.id));
		return rows.map((r) => [...Object.values(r), known.has(r['r.id'])]);
	},
};

let c;
let db;

function open() {
	db = new kuzu.Database(path);
	db.initSync();
	c = new kuzu.Connection(db);
	c.initSync();
}

function close() {
	c.closeSync();
	db.closeSync();
}

function query(text) {
	const result = c.querySync(text);
	const rows = result.getAllSync();
	result.close();
	return rows;
}

function statements(file) {
	return readFileSync(join(data, file), 'utf8').split(';')
	    .map((text) => text.trim()).filter((text) => text !== '')
	    .map((text) => text.replace('dataset/ldbc-sf01', data));
}

function memoryKb(which) {
	const text = readFileSync('/proc/self/status', 'utf8');
	return +new RegExp(`${which}:\\s+(\\d+)`).exec(text)[1];
}

function bytes(file) {
	return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function load() {
	for (const end of ['', '.wal', '.shadow'])
		rmSync(path + end, { force: true, recursive: true });
	open();
	for (const text of statements('schema.cypher'))
		query(text);
	const before = memoryKb('VmRSS');
	const begin = performance.now();
	for (const text of statements('copy.cypher'))
		query(text);
	const nodes = query('MATCH (n) RETURN count(*) AS n')[0].n;
	const edges = query('MATCH ()-[e]->() RETURN count(*) AS n')[0].n;
	close();
	console.log(`load_s\t${((performance.now() - begin) / 1000).toFixed(3)}`);
	console.log(`memory_mb\t${
	    ((memoryKb('VmHWM') - before) / 1024).toFixed(1)}`);
	console.log(`file_mb\t${((bytes(path) + bytes(`${path}.wal`)) /
	    1e6).toFixed(1)}`);
	console.log(`=rows\t${Number(nodes) + Number(edges)}`);
}

// Numbers of 17 digits come as doubles: what ours says is rounded the same way
// before it is compared.
function line(row) {
	return Object.values(row).map((v) => {
		if (typeof v === 'number')
			return String(BigInt(v));
		return typeof v === 'string' ? JSON.stringify(v) : String(v);
	}).join('|') + '\n';
}

function read() {
	open();
	const keys = readFileSync(starts, 'utf8').trim().split('\n')
	    .map((key) => key.split(':'));
	for (const [name, text] of Object.entries(TEXTS))
		prepared[name] = c.prepareSync(text);
	for (const [is, work] of Object.entries(READS)) {
		const asked = keys.filter(([label]) =>
			(label === 'Person') === (is <= 'IS3'));
		const times = [];
		const all = [];
		const until = performance.now() + LIMIT_MS;
		for (let round = 0; round <= ROUNDS; round++) {
			for (const [label, id] of asked) {
				const begin = performance.now();
				const rows = work(label, Number(id));
				if (round > 0)
					times.push((performance.now() - begin) * 1000);
				else
					all.push(...rows);
				if (round > 0 && performance.now() > until)
					break;
			}
		}
		writeFileSync(join(answers, is), all.map(line).join(''));
		const sorted = Float64Array.from(times).sort();
		for (const p of [50, 95, 99])
			console.log(`${is}_p${p}\t${
			    sorted[Math.floor(sorted.length * p / 100)].toFixed(2)}`);
	}
	close();
}

if (phase === 'load')
	load();
else
	read();
process.exit(0);
