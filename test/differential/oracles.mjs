// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The validators that are asked, and what explains their answers where the
// reference gives another one: the name of a deviation, which the reference
// with just that deviation confirms. differential.c knows the reasons.
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { formats } from "./formats.mjs";
import { has, isObject, mapNumbers, write } from "./numbers.mjs";
import { assertions, children, Reference } from "./reference.mjs";

// Assertions that an oracle can be asked about alone.
const alone = ["multipleOf", "uniqueItems", "const", "enum",
	"pattern"];

// Deviations in how members are looked up and keywords work together.
const inherited = {
	own: (v, name) => name === "constructor" ? has(v, name) : name in v,
	inherited: true
};
const structural = {
	ajv: {
		"empty name": {
			needed: (v, name) => name === "" || has(v, name)
		}
	},
	typebox: {
		"inherited members": inherited,
		"array keys": { arrayKeys: true }
	}
};

// Schemas changed in one way, with which an oracle may agree with the
// reference.
const changes = [
	["without references into resources", withoutParts],
	...["unevaluatedItems", "unevaluatedProperties", "contains",
		"$recursiveRef", "$dynamicRef"].map((k) =>
		[`without ${k}`, (schema) => without(schema, k)])
];

// modules: the folder that holds node_modules
export async function load(modules) {
	const require = createRequire(resolve(modules, "package.json"));
	const Ajv = require("ajv/dist/2019").default;
	const addFormats = require("ajv-formats").default;
	const typebox = await import(pathToFileURL(
		require.resolve("typebox/schema")));
	// What is beyond ASCII is left to the one that has the tables.
	formats["idn-hostname"] = (s) => !/[^-.a-zA-Z0-9\x80-\uffff]/.test(s) &&
		typebox.Check({ format: "idn-hostname" }, s);
	return [
		new Oracle("ajv", (schema) => {
			const ajv = new Ajv({ strict: false, logger: false,
				validateSchema: false, ownProperties: true,
				dynamicRef: true });
			addFormats(ajv);
			return ajv.compile(asArrayForm(schema));
		}),
		new Oracle("typebox", (schema) => {
			const validator = typebox.Compile(schema);
			return (v) => validator.Check(v);
		})
	];
}

// Ajv's 2019-09 does not know prefixItems; array-form items say the same.
function asArrayForm(v) {
	if (Array.isArray(v))
		return v.map(asArrayForm);
	if (typeof v !== "object" || v === null)
		return v;
	const copy = Object.fromEntries(Object.entries(v).map(([k, x]) =>
		[k, k === "const" || k === "enum" ? x : asArrayForm(x)]));
	if (!Array.isArray(v.prefixItems))
		return copy;
	const { prefixItems, items, ...others } = copy;
	return { ...others, items: prefixItems,
		...(items === undefined ? {} : { additionalItems: items }) };
}

function without(schema, keyword) {
	if (Array.isArray(schema))
		return schema.map((one) => without(one, keyword));
	if (!isObject(schema))
		return schema;
	return Object.fromEntries(Object.entries(schema)
		.filter(([k]) => k !== keyword)
		.map(([k, v]) => [k, without(v, keyword)]));
}

// Without references by a resource's $id and a fragment.
function withoutParts(v) {
	if (Array.isArray(v))
		return v.map(withoutParts);
	if (!isObject(v))
		return v;
	return Object.fromEntries(Object.entries(v)
		.filter(([k, x]) => k !== "$ref" || !/^[^#]+#./.test(x))
		.map(([k, x]) => [k, withoutParts(x)]));
}

// Each format as a keyword of its own.
function* keywords(schema) {
	if (!isObject(schema))
		return;
	for (const k of Object.keys(schema))
		yield k === "format" ? `format ${schema.format}` : k;
	for (const child of children(schema))
		yield* keywords(child);
}

class Oracle {
	constructor(name, compile) {
		this.name = name;
		this.compile = compile;
		this.structural = structural[name];
		this.parts = new Map();
	}

	// Reads a schema; answers are asked with answer().
	read(schema) {
		this.schema = schema;
		this.references = new Map();
		try {
			this.validate = this.compile(JSON.parse(write(schema)));
		} catch (error) {
			this.validate = undefined;
			this.refusal = String(error.message);
		}
		return this.validate !== undefined;
	}

	answer(v) {
		try {
			return this.validate(JSON.parse(write(v)));
		} catch (error) {
			return String(error.message);
		}
	}

	// What it says about one keyword and one value.
	part(keyword, k, v) {
		const schema = write({ [keyword]: k });
		let check = this.parts.get(schema);
		if (check === undefined) {
			check = this.compile(JSON.parse(schema));
			if (this.parts.size > 20000)
				this.parts.clear();
			this.parts.set(schema, check);
		}
		// Inherited members are functions.
		return check(typeof v === "function" ? v :
			JSON.parse(write(v)));
	}

	quirk(name) {
		const ask = (keyword) => (k, v) => this.part(keyword, k, v);
		if (alone.includes(name))
			return { [name]: ask(name) };
		if (!name.startsWith("format "))
			return this.structural[name];
		return { format: (k, v) => (name === `format ${k}` ?
			ask("format") : assertions.format)(k, v) };
	}

	reference(deviations) {
		const key = deviations.join("+");
		if (this.references.has(key))
			return this.references.get(key);
		const quirks = {};
		for (const name of deviations)
			Object.assign(quirks, this.quirk(name));
		const schema = deviations.includes("numbers") ?
			mapNumbers(this.schema, (x) => x.asDouble()) :
			this.schema;
		this.references.set(key, new Reference(schema, quirks));
		return this.references.get(key);
	}

	isExplained(deviations, v, answer) {
		if (deviations.includes("numbers"))
			v = mapNumbers(v, (x) => x.asDouble());
		return this.reference(deviations).isValid(v) === answer;
	}

	// The name of what explains an answer that the reference does not give,
	// or null.
	explain(v, answer) {
		const used = [...new Set(keywords(this.schema))];
		const single = ["numbers", ...Object.keys(this.structural),
			...used.filter((k) => alone.includes(k) ||
				k.startsWith("format "))];
		const tries = single.map((name) => [name]);
		for (const [i, a] of single.entries())
			for (const b of single.slice(i + 1))
				tries.push([a, b]);
		const found = tries.find((list) =>
			this.isExplained(list, v, answer));
		if (found !== undefined)
			return found.join("+");
		for (const [name, make] of changes) {
			const more = this.explainOn(make(this.schema), v,
				single);
			if (more !== undefined)
				return [name, ...more].join("+");
		}
		return null;
	}

	// Whether it and the reference agree on a changed schema: the list of
	// the deviations that still takes, mostly none.
	explainOn(changed, v, single) {
		const { schema, references, validate } = this;
		let found;
		if (write(changed) !== write(schema) && this.read(changed)) {
			const answer = this.answer(v);
			found = [[], ...single.map((name) => [name])]
				.find((list) => this.isExplained(list, v,
					answer));
		}
		Object.assign(this, { schema, references, validate });
		return found;
	}
}
