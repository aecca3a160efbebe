// SPDX-License-Identifier: MIT OR Apache-2.0
//
// node peer.mjs NAME PHASE DATA STORE
//
// The other side of bench/graph: the same phases, questions and lines of
// output as ours.c, over an adapter of peers/. Rows are in memory before the
// clock starts, for those that do not read the files themselves. Each is asked
// for walks for 2 seconds before hops and walks are measured. Hops and walks
// end after 8 seconds each, for peers that take longer; then the answers of the
// first 20 walks are compared, not those of all. So do batches of peers that
// would take more than five minutes for all rows; what is told of others is the
// rate of all, since many have slower ones the more there is.

import { readFileSync, statSync, readdirSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, dirname, basename } from 'node:path';

const [name, phase, data, path] = process.argv.slice(2);
const BATCH = 10000;
const POINTS = 20000;
const HOPS = 20000;
const WALKS = 200;
const ROUNDS = 6;
const LIMIT_MS = 8000;
const BATCHES_MS = 300000;
const WARM_MS = 2000;

const require = createRequire(join(process.env.BENCH_PEERS, 'peer.js'));
const files = { kuzu: 'kuzu', ladybug: 'kuzu' };
const { Peer } = await import(`./peers/${files[name] ?? name}.mjs`);

function lines(file) {
	const text = readFileSync(join(data, file), 'utf8').split('\n');
	text.pop();
	return text;
}

function nodes() {
	return lines('nodes.csv').slice(1).map((line) => {
		const f = line.split(',');
		return { key: f[0], name: f[1], age: +f[2], score: +f[3] };
	});
}

function edges(file) {
	return lines(file).slice(1).map((line) => {
		const f = line.split(',');
		return { source: f[0], target: f[1], weight: +f[2], since: +f[3] };
	});
}

function print(what, value, digits = 2) {
	console.log(`${what}\t${value.toFixed(digits)}`);
}

function answer(what, count, sum) {
	console.log(`=${what}\t${count} ${sum}`);
}

function printTimes(what, times) {
	const sorted = Float64Array.from(times).sort();
	for (const p of [50, 95, 99])
		print(`${what}_p${p}`, sorted[Math.floor(sorted.length * p / 100)]);
}

function memoryKb(which) {
	const text = readFileSync('/proc/self/status', 'utf8');
	return +new RegExp(`${which}:\\s+(\\d+)`).exec(text)[1];
}

// A store may be a file, files that begin with its name, or a folder.
function storeFiles() {
	const dir = dirname(path);
	return readdirSync(dir, { recursive: true })
	    .filter((f) => f.startsWith(basename(path))).map((f) => join(dir, f));
}

function storeBytes() {
	return storeFiles().map((f) => statSync(f))
	    .reduce((sum, s) => sum + (s.isFile() ? s.size : 0), 0);
}

function removeStore() {
	for (const f of storeFiles())
		if (existsSync(f))
			rmSync(f, { recursive: true });
}

async function writeBatches(what, rows, size, write) {
	const begin = performance.now();
	let done = 0;
	const isSlow = (ms) =>
	    ms > LIMIT_MS && ms * rows.length > BATCHES_MS * done;
	while (done < rows.length && !isSlow(performance.now() - begin)) {
		const batch = rows.slice(done, done + size);
		await write(batch);
		done += batch.length;
	}
	print(what, done / (performance.now() - begin) * 1000, 0);
}

async function timed(times, work) {
	const begin = performance.now();
	const got = await work();
	times.push((performance.now() - begin) * 1000);
	return got;
}

const phases = {
	async batch() {
		const rows = [nodes(), edges('edges.csv')];
		removeStore();
		const peer = new Peer(require, path, name);
		await peer.create(true);
		await writeBatches('batch_nodes', rows[0], BATCH,
		    (batch) => peer.writeNodes(batch));
		await writeBatches('batch_edges', rows[1],
		    peer.edgesBatch ?? BATCH, (batch) => peer.writeEdges(batch));
		await peer.close();
	},

	async bulk() {
		removeStore();
		const peer = new Peer(require, path, name);
		const rows = peer.readsFiles ? [] : [nodes(), edges('edges.csv')];
		globalThis.gc?.();
		const before = memoryKb('VmRSS');
		const begin = performance.now();
		await peer.create(false);
		await peer.bulk(rows[0], rows[1], data);
		await peer.close();
		print('bulk_s', (performance.now() - begin) / 1000, 3);
		print('memory_mb', (memoryKb('VmHWM') - before) / 1024, 1);
		print('file_mb', storeBytes() / 1e6, 1);
	},

	async read() {
		const keys = lines('nodes.csv').slice(1)
		    .map((line) => line.slice(0, line.indexOf(',')));
		const starts = lines('starts.csv');
		const inserts = edges('inserts.csv');
		const peer = new Peer(require, path, name);
		await peer.open();
		await askSums(peer);
		await askPoints(peer, keys);
		await warmUp(peer, starts);
		await askHops(peer, starts);
		await askWalks(peer, starts);
		const times = [];
		for (const edge of inserts)
			await timed(times, () => peer.insert(edge));
		printTimes('insert', times);
		await askSums(peer);
		await peer.close();
	},

	async open() {
		const peer = new Peer(require, path, name);
		const begin = performance.now();
		await peer.open();
		await peer.point('n42');
		print('open_ms', performance.now() - begin);
		await peer.close();
	},
};

async function askSums(peer) {
	const [n, e] = await peer.sums();
	answer('nodes', ...n);
	answer('edges', ...e);
}

async function askPoints(peer, keys) {
	const times = [];
	let sum = 0;
	for (let i = 0; i < POINTS; i++) {
		const key = keys[i * 7907 % keys.length];
		sum += (await timed(times, () => peer.point(key))).age;
	}
	printTimes('point', times);
	answer('point', POINTS, sum);
}

// From other starts than those whose walks are measured.
async function warmUp(peer, starts) {
	const until = performance.now() + WARM_MS;
	for (let i = WALKS; performance.now() < until; i++)
		await peer.walk(starts[i % starts.length]);
}

// The last 1,000 of as many rounds through the starts as there is time for:
// the first round warms the code up.
async function askHops(peer, starts) {
	const times = [];
	let count = 0;
	let sum = 0;
	const until = performance.now() + LIMIT_MS;
	for (let i = 0; i < HOPS; i++) {
		const found = await timed(times, () =>
			peer.hop(starts[i % starts.length]));
		if (i < starts.length)
			for (const key of found) {
				count++;
				sum += +key.slice(1);
			}
		if (i >= starts.length && performance.now() > until)
			break;
	}
	printTimes('hop', times.slice(-Math.max(starts.length, HOPS / 2)));
	answer('hop', count, sum);
}

// The first round for the answers, the others for the clock, if there is time.
async function askWalks(peer, starts) {
	const times = [];
	let count = 0;
	const until = performance.now() + LIMIT_MS;
	for (let i = 0; i < WALKS * ROUNDS; i++) {
		const found = await timed(times, () =>
			peer.walk(starts[i % WALKS]));
		count += i < WALKS ? found : 0;
		if (i + 1 === 20)
			answer('walk_20', count, 0);
		if (i >= 20 && performance.now() > until)
			break;
	}
	printTimes('walk', times.length > WALKS ? times.slice(WALKS) : times);
	if (times.length >= WALKS)
		answer('walk', count, 0);
}

await phases[phase]();
process.exit(0);
