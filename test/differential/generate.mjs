// SPDX-License-Identifier: MIT OR Apache-2.0
//
// node generate.mjs --modules DIR [--seed N] [--pairs N] [--from N]
//
// Writes one JSON object a line: a random schema, values, and what is to be
// thought of them.
//
//   schema, values
//   valid     a character for each value: 1 or 0, by reference.mjs
//   differ    [place, oracle, why]: this oracle does not say so about the value
//             at that place (-1: it refuses the schema); why is the deviation
//             that explains it, or null
//   changed   sometimes: the schema with one place changed, to be compiled
//
// The n-th schema depends on the seed and on n alone. DIR holds node_modules.
import { Instances, randomValue } from "./instances.mjs";
import { write } from "./numbers.mjs";
import { load } from "./oracles.mjs";
import { options } from "./options.mjs";
import { Random } from "./random.mjs";
import { Places, Reference } from "./reference.mjs";
import { Schemas } from "./schemas.mjs";

const ordinary = { values: 12, valid: 7, invalid: 6, candidates: 60,
	bytes: 400 };
const wide = { values: 4, valid: 2, invalid: 2, candidates: 16, bytes: 16000 };

// About half of them valid, where that many were found; and where not, fewer.
function makeValues(random, schema, reference, most) {
	const instances = new Instances(random, reference.places);
	const found = [[], []];
	const known = new Set();
	for (let i = 0; i < most.candidates; i++) {
		let v = random.chance(12) ? randomValue(random, 3) :
			instances.make(schema, 5);
		while (random.chance(45))
			v = instances.change(v);
		const text = write(v);
		if (known.has(text) || text.length > most.bytes)
			continue;
		known.add(text);
		found[Number(reference.isValid(v))].push(v);
	}
	const [invalid, valid] = found;
	const chosen = valid.slice(0, most.valid).map((v) => [v, true]);
	const rest = Math.min(most.values - chosen.length, most.invalid);
	return [...chosen, ...invalid.slice(0, rest).map((v) => [v, false])];
}

function ask(oracle, schema, values, differ) {
	if (!oracle.read(schema)) {
		differ.push([-1, oracle.name, oracle.refusal]);
		return;
	}
	for (const [i, [v, valid]] of values.entries()) {
		const answer = oracle.answer(v);
		if (answer !== valid)
			differ.push([i, oracle.name,
				typeof answer === "string" ? answer :
					oracle.explain(v, answer)]);
	}
}

const { seed, pairs, from, modules } = options({ seed: 1, pairs: 1000, from: 0,
	modules: "." });
const oracles = await load(modules);
let done = 0;
let text = "";
for (let n = from; done < pairs; n++) {
	const random = new Random(Math.imul(seed, 0x9e3779b1) + n);
	const schemas = new Schemas(random);
	const schema = schemas.root();
	const values = makeValues(random, schema, new Reference(schema),
		schemas.isWide ? wide : ordinary);
	const differ = [];
	for (const oracle of oracles)
		ask(oracle, schema, values, differ);
	done += values.length;
	text += `{"n":${n},"schema":${write(schema)},"values":` +
		`${write(values.map(([v]) => v))},"valid":"` +
		`${values.map(([, valid]) => Number(valid)).join("")}"` +
		`${!schemas.isWide && random.chance(25) ? `,"changed":${write(
			new Instances(random).change(schema))}` : ""}` +
		`${differ.length > 0 ? `,"differ":${JSON.stringify(differ)}` :
			""}}\n`;
	if (text.length > 1 << 16) {
		if (!process.stdout.write(text))
			await new Promise((go) =>
				process.stdout.once("drain", go));
		text = "";
	}
}
process.stdout.write(text);
