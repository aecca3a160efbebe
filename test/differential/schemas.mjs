// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Random schemas: every keyword that the validator knows, nested, alone and
// together, with small bounds, so that random values lie close to them.
import { num, Num } from "./numbers.mjs";
import { samples } from "./formats.mjs";
import { randomValue } from "./instances.mjs";

export const keys = ["a", "b", "c", "id", "name", "kind", "x y", "a/b", "m~n",
	"", "é", "日本", "😀", "0", "10", "A", "constructor", "toString"];

// Patterns, and texts that they match and do not match.
export const patterns = {
	"^[a-z]+$": ["a", "abc", "", "A", "a1", "é"],
	"^\\d{2,4}$": ["12", "1234", "1", "12345", "१२"],
	"^(a|ab)c?$": ["a", "ab", "abc", "ac", "c", "abcc"],
	"^.{2}$": ["ab", "😀😀", "😀", "a", "a\n", "é日"],
	"^\\p{L}+$": ["é", "日本", "a", "1", "a1", ""],
	"\\bfoo\\b": ["foo", "a foo b", "food", "éfoo"],
	"^(?!no)": ["yes", "no", "not", ""],
	"(?<=x)y": ["xy", "y", "yx"],
	"^([ab])\\1$": ["aa", "bb", "ab", "a"],
	"^\\S+@\\S+$": ["a@b", "a b@c", "@", "\ufeff@b"],
	"^[^/]*$": ["", "a", "a/b", "\n"],
	"^[\\w.-]+$": ["a.b-c_1", "é", "", "A"],
	"\\s$": ["a ", "a\u00a0", "a\u2028", "a", "a\u200b"],
	"^$": ["", "a", "\n"],
	"^a{0,2}b?$": ["", "aab", "aaab", "b"],
	"^[😀-😂]$": ["😀", "😁", "😎"],
	"^\\u{1F600}|é$": ["😀", "é", "e"],
	"(?<y>\\d{2})-\\k<y>": ["12-12", "12-13"],
	"^a.*?z$": ["az", "abz", "a\nz", "a"],
	"^(x|y|)z": ["xz", "z", "a"],
	"[^]": ["a", "", "\n"],
	"^[\\d\\-a]$": ["-", "1", "a", "b"],
	"^\\x41\\u0042\\cJ?$": ["AB", "AB\n", "ab"],
	"^(0|[1-9][0-9]*)$": ["0", "10", "01", ""],
	"^.*$": ["", "a", "a\nb"],
	"a|^b$": ["a", "b", "cab", "cb"]
};

export const numbers = ["0", "1", "2", "3", "-1", "-2", "10", "0.5", "1.5",
	"-0.5", "0.1", "0.2", "0.3", "2.0", "1e2", "1.50", "10e-1", "0.01",
	"19.99", "4.35", "1e20", "1e-7", "-0", "0.30000000000000004",
	"9007199254740991", "9007199254740992", "9007199254740993",
	"-9007199254740993", "9223372036854775807", "9223372036854775808",
	"-9223372036854775808", "-9223372036854775809",
	"18446744073709551615", "18446744073709551616",
	"123456789012345678901234567890", "1e300", "5e-324",
	"0.1000000000000000055511151231257827", "1.0000000000000000001",
	"99999999999999.99", "1152921504606846977", "3.0000000000000000"];

const steps = ["1", "2", "3", "0.1", "0.01", "0.5", "0.3", "1.5", "1e-7",
	"10", "2.0", "1e2", "0.07", "4", "9007199254740993", "1e-3"];

export class Schemas {
	constructor(random) {
		this.random = random;
	}

	root() {
		const r = this.random;
		if (r.chance(3))
			return this.tree();
		this.defs = [];
		this.rootId = r.chance(25) ? r.pick(["Root", "urn:x:root",
			"http://example.com/root.json"]) : undefined;
		this.where = r.pick(["$defs", "$defs", "$defs", "definitions"]);
		this.recursive = r.chance(12);
		this.anchored = this.recursive && r.chance(70);
		this.dynamic = r.chance(8);
		const inResources = this.recursive || this.dynamic;
		this.within = undefined;
		const count = r.chance(50) ? r.between(1, 4) : 0;
		for (let i = 0; i < count; i++)
			this.defs.push({
				key: r.pick(["d", "D/", "x~", "é "]) + i,
				id: r.chance(inResources ? 70 : 20) ?
					`Def${i}` : undefined,
				anchor: r.chance(30) ? `anchor${i}` : undefined,
				isDynamic: this.dynamic && r.chance(70)
			});
		const defs = {};
		for (const [i, def] of this.defs.entries())
			defs[def.key] = this.definition(def, i);
		this.below = count;
		this.isWide = r.chance(3);
		let schema = this.isWide ? this.wide() : this.schema(3, false);
		if (this.recursive || this.dynamic)
			schema = this.entering(schema);
		if (typeof schema === "boolean" && (count > 0 || this.dynamic))
			schema = { not: { const: num(7) } };
		if (typeof schema === "boolean")
			return schema;
		if (this.rootId !== undefined)
			schema = { $id: this.rootId, ...schema };
		if (this.anchored)
			schema.$recursiveAnchor = true;
		if (this.dynamic)
			schema.$dynamicAnchor = "node";
		return count === 0 ? schema : { [this.where]: defs, ...schema };
	}

	// A tree whose nodes are what the outermost resource says they are.
	tree() {
		const r = this.random;
		const isNamed = r.chance(40);
		const anchor = () => r.chance(25) ? {} : isNamed ?
			{ $dynamicAnchor: "node" } : { $recursiveAnchor: true };
		const own = () => r.pick([{ unevaluatedProperties: false },
			{ required: [r.pick(["a", "b", "c"])] },
			{ properties: { b: this.scalar() } },
			{ maxProperties: num(2) }, {}]);
		this.defs = [];
		return {
			$id: "Root", ...anchor(), ...own(),
			$ref: r.pick(["Middle", "Tree"]),
			$defs: {
				middle: { $id: "Middle", ...anchor(), ...own(),
					$ref: "Tree" },
				tree: { $id: "Tree", ...(isNamed ?
					{ $dynamicAnchor: "node" } : anchor()),
				type: "object", properties: {
					a: this.scalar(),
					c: { type: "array", items: isNamed ?
						{ $dynamicRef: "#node" } :
						{ $recursiveRef: "#" } }
				} }
			}
		};
	}

	// Enters a resource on the way, so that dynamic references have several
	// to choose from.
	entering(schema) {
		const r = this.random;
		const ids = this.defs.filter((def) => def.id !== undefined);
		if (ids.length === 0 || typeof schema === "boolean" ||
			r.chance(25))
			return schema;
		const way = { $ref: r.pick(ids).id };
		return r.chance(50) ? { ...way, ...this.leftovers(2) } :
			{ ...schema, ...way };
	}

	definition(def, i) {
		const r = this.random;
		this.below = i;
		this.within = def.id === undefined ? undefined : def;
		let schema = this.schema(2, false);
		this.within = undefined;
		if (typeof schema === "boolean" &&
			(def.id !== undefined || def.anchor !== undefined))
			schema = { not: schema };
		if (def.id !== undefined) {
			schema = { $id: def.id, ...schema };
			if (this.anchored && r.chance(70))
				schema.$recursiveAnchor = true;
			if (def.isDynamic)
				schema.$dynamicAnchor = "node";
		}
		if (def.anchor !== undefined)
			schema = { $anchor: def.anchor, ...schema };
		return schema;
	}

	// deep: a member or item has been entered, so that a reference back to
	// where we are makes progress
	schema(depth, deep) {
		const r = this.random;
		if (r.chance(4))
			return r.chance(60);
		if (r.chance(this.defs.length > 0 ? 20 : 4)) {
			const ref = this.reference(deep);
			if (ref !== undefined)
				return r.chance(65) ? ref : { ...ref,
					...this.plain(depth - 1, deep),
					...this.leftovers(depth) };
		}
		return this.plain(depth, deep);
	}

	plain(depth, deep) {
		const r = this.random;
		const kind = r.weighted([[14, "string"], [14, "number"],
			[5, "scalar"], [10, "literal"],
			[depth > 0 ? 22 : 2, "object"],
			[depth > 0 ? 18 : 2, "array"],
			[depth > 0 ? 22 : 0, "compose"],
			[depth > 0 ? 8 : 2, "mixed"]]);
		const schema = this[kind](depth, deep);
		return r.chance(3) ? { ...schema, ...this.notes() } : schema;
	}

	// What says nothing about a value.
	notes() {
		return this.random.pick([{ title: "t" }, { description: "é" },
			{ default: num(1) }, { examples: [null] },
			{ readOnly: true }, { deprecated: false },
			{ $comment: "c" }, { contentMediaType: "text/plain" },
			{ contentEncoding: "base64" }]);
	}

	reference(deep) {
		const r = this.random;
		const rows = [];
		if (deep)
			rows.push({ $ref: "#" });
		if (deep && this.recursive)
			rows.push({ $recursiveRef: "#" },
				{ $recursiveRef: "#" });
		if (deep && this.dynamic && (this.within?.isDynamic ?? true))
			rows.push({ $dynamicRef: "#node" },
				{ $dynamicRef: "#node" });
		const last = deep ? this.defs.length : this.below;
		for (const def of this.defs.slice(0, last))
			rows.push(...this.ways(def).map(($ref) => ({ $ref })));
		return rows.length === 0 ? undefined : r.pick(rows);
	}

	// All texts that lead to a definition from here.
	ways(def) {
		const ways = [];
		const base = this.within === undefined ? "" : this.rootId;
		const token = encodeURIComponent(def.key.replaceAll("~", "~0")
			.replaceAll("/", "~1"));
		if (def.id !== undefined)
			ways.push(def.id);
		if (def === this.within && def.anchor !== undefined)
			ways.push(`#${def.anchor}`);
		if (base === undefined)
			return ways;
		ways.push(`${base}#/${this.where}/${token}`);
		if (def.anchor !== undefined)
			ways.push(`${def.id ?? base}#${def.anchor}`);
		return ways;
	}

	maybe(percent, make) {
		return this.random.chance(percent) ? make() : {};
	}

	count(most) {
		const n = this.random.between(0, most);
		return this.random.chance(4) ? new Num(`${n}.0`) : num(n);
	}

	typed(type) {
		const r = this.random;
		if (r.chance(70))
			return { type };
		return r.chance(50) ? {} : { type: [type,
			r.pick(["null", "boolean"])] };
	}

	string() {
		const r = this.random;
		return {
			...this.typed("string"),
			...this.maybe(25, () => ({ minLength: this.count(4) })),
			...this.maybe(25, () => ({ maxLength: this.count(6) })),
			...this.maybe(30, () => ({
				pattern: r.pick(Object.keys(patterns)) })),
			...this.maybe(35, () => ({
				format: r.pick(Object.keys(samples)) }))
		};
	}

	bound() {
		return new Num(this.random.pick(numbers));
	}

	number() {
		const r = this.random;
		return {
			...this.typed(r.pick(["number", "integer"])),
			...this.maybe(30, () => ({ minimum: this.bound() })),
			...this.maybe(30, () => ({ maximum: this.bound() })),
			...this.maybe(20, () => ({
				exclusiveMinimum: this.bound() })),
			...this.maybe(20, () => ({
				exclusiveMaximum: this.bound() })),
			...this.maybe(35, () => ({
				multipleOf: new Num(r.pick(steps)) }))
		};
	}

	scalar() {
		const r = this.random;
		const types = ["null", "boolean", "integer", "number", "string",
			"array", "object"];
		return { type: r.chance(60) ? r.pick(types) :
			r.some(types, r.between(2, 4)) };
	}

	literal() {
		const r = this.random;
		if (r.chance(50))
			return { const: randomValue(r, 2) };
		const list = [];
		for (let n = r.between(1, r.chance(15) ? 14 : 4); n > 0; n--)
			list.push(randomValue(r, r.chance(70) ? 0 : 1));
		return { enum: list };
	}

	map(names, depth, deep = true) {
		return Object.fromEntries(names.map((name) =>
			[name, this.schema(depth - 1, deep)]));
	}

	names(most) {
		return this.random.some(keys, this.random.between(1, most));
	}

	object(depth, deep) {
		const r = this.random;
		const names = this.names(5);
		const s = (d = true) => this.schema(depth - 1, d);
		return {
			...this.typed("object"),
			...this.maybe(75, () => ({
				properties: this.map(names, depth) })),
			...this.maybe(50, () => ({ required: r.some(
				r.chance(85) ? names : keys,
				r.between(0, 3)) })),
			...this.maybe(18, () => ({ patternProperties: this.map(
				r.some(["^[a-c]$", "a", "^\\p{L}$", "^\\d+$",
					"^.*$", "o"], r.between(1, 2)),
				depth) })),
			...this.maybe(35, () => ({
				additionalProperties:
					r.chance(60) ? false : s() })),
			...this.maybe(8, () => ({ propertyNames: r.pick([s(),
				{ maxLength: num(2) }, { pattern: "^[a-z]*$" },
				{ enum: r.some(keys, 6) }]) })),
			...this.maybe(10, () => ({
				minProperties: this.count(3) })),
			...this.maybe(10, () => ({
				maxProperties: this.count(4) })),
			...this.maybe(8, () => ({ dependentRequired: {
				[r.pick(names)]: this.names(2) } })),
			...this.maybe(8, () => ({ dependentSchemas: {
				[r.pick(names)]: s(deep) } })),
			...this.maybe(5, () => ({ dependencies: {
				[r.pick(names)]: r.chance(50) ? this.names(2) :
					s(deep) } })),
			...this.maybe(6, () => ({
				unevaluatedProperties:
					r.chance(70) ? false : s() }))
		};
	}

	array(depth) {
		const r = this.random;
		const s = () => this.schema(depth - 1, true);
		const list = () => Array.from({ length: r.between(1, 3) }, s);
		const items = r.weighted([[50, () => ({ items: s() })],
			[18, () => ({ items: list(),
				...this.maybe(60, () => ({ additionalItems:
					r.chance(50) ? false : s() })) })],
			[10, () => ({ prefixItems: list(),
				...this.maybe(60, () => ({ items:
					r.chance(50) ? false : s() })) })],
			[3, () => ({ additionalItems: s() })],
			[19, () => ({})]])();
		const contains = r.chance(20) ? {
			contains: s(),
			...this.maybe(40, () => ({
				minContains: this.count(3) })),
			...this.maybe(40, () => ({
				maxContains: this.count(3) }))
		} : this.maybe(3, () => ({ minContains: this.count(2) }));
		return {
			...this.typed("array"), ...items, ...contains,
			...this.maybe(20, () => ({ minItems: this.count(3) })),
			...this.maybe(20, () => ({ maxItems: this.count(4) })),
			...this.maybe(25, () => ({
				uniqueItems: r.chance(85) })),
			...this.maybe(8, () => ({ unevaluatedItems:
				r.chance(70) ? false : s() }))
		};
	}

	// Objects that a property tells apart, as TypeBox's unions of objects.
	variants(depth) {
		const r = this.random;
		const property = r.pick(["kind", "type", "é"]);
		const all = ["x", "y", "z", "", "constructor"];
		const values = r.chance(85) ? r.some(all, r.between(2, 4)) :
			[r.pick(all), r.pick(all), r.pick(all)];
		return values.map((value) => {
			const o = { type: "object", properties: {
				[property]: { type: "string", const: value },
				...this.map(this.names(2), depth) },
			required: [property] };
			return r.chance(30) ?
				{ ...o, additionalProperties: false } : o;
		});
	}

	// TypeBox's unions of literals; not always of the type that they say.
	constants() {
		const r = this.random;
		return Array.from({ length: r.between(2, 12) }, () => {
			const value = randomValue(r, r.chance(85) ? 0 : 1);
			return { const: value,
				...this.maybe(20, () => this.scalar()),
				...(typeof value === "string" ?
					{ type: "string" } : {}) };
		});
	}

	// Beyond what fits the validator's words of 64 bits, tables of few, and
	// parts of 512 members.
	wide() {
		const r = this.random;
		const count = r.pick([9, 17, 64, 65, 70, 129, 200, 511, 512,
			513, 600, 1030]);
		if (r.chance(50))
			return this.wideArray(count);
		const names = Array.from({ length: count }, (_, i) => `k${i}`);
		const members = Object.fromEntries(names.map((name) => [name,
			r.chance(80) ? true : { type: "integer" }]));
		const others = r.some(names, r.between(1, 3));
		const named = { properties: members };
		const either = { anyOf: [{ ...named,
			required: names.slice(0, 1) }, { required: others }] };
		return { type: "object",
			...(r.chance(50) ? named : either),
			required: r.chance(50) ? names.slice(1) : others,
			...r.pick([{}, { additionalProperties: false },
				{ unevaluatedProperties: false },
				{ unevaluatedProperties: {
					type: "integer" } }]) };
	}

	wideArray(count) {
		const r = this.random;
		const item = r.pick([{ type: "integer" }, true,
			{ type: ["integer", "string"] }]);
		return { type: "array",
			minItems: num(Math.max(0, count - r.between(0, 2))),
			...this.maybe(50, () => ({ maxItems: num(count) })),
			...this.maybe(50, () => ({ uniqueItems: true })),
			...r.pick([{ items: item }, { anyOf: [
				{ items: Array(count >> r.below(3))
					.fill(item) },
				{ items: item, minItems: num(count - 1) }
			] }, {}]),
			...r.pick([{}, { contains: { const: num(7) } },
				{ unevaluatedItems: false },
				{ unevaluatedItems: item }]) };
	}

	compose(depth, deep) {
		const r = this.random;
		const s = () => this.schema(depth - 1, deep);
		const list = () => Array.from({ length: r.between(1, 3) }, s);
		const unions = () => r.chance(25) ? this.variants(depth) :
			r.chance(20) ? this.constants() : list();
		const schema = r.weighted([
			[25, () => ({ allOf: list() })],
			[30, () => ({ anyOf: unions() })],
			[15, () => ({ oneOf: unions() })],
			[10, () => ({ not: s() })],
			[15, () => ({ if: s(),
				...this.maybe(75, () => ({ then: s() })),
				...this.maybe(75, () => ({ else: s() })) })],
			[5, () => ({ then: s(), ...this.maybe(50,
				() => ({ else: s() })) })]])();
		const beside = r.chance(30) ?
			r.chance(60) ? this.object(depth - 1, deep) :
				this.array(depth - 1) : {};
		return { ...beside, ...schema, ...this.leftovers(depth) };
	}

	leftovers(depth) {
		const r = this.random;
		const s = () => r.chance(75) ? false :
			this.schema(depth - 1, true);
		return {
			...this.maybe(25, () => ({
				unevaluatedProperties: s() })),
			...this.maybe(12, () => ({ unevaluatedItems: s() }))
		};
	}

	// Keywords for several types of value in one schema.
	mixed(depth, deep) {
		const r = this.random;
		const all = Object.entries({ ...this.string(), ...this.number(),
			...this.object(depth - 1, deep),
			...this.array(depth - 1), ...this.scalar() });
		return Object.fromEntries(r.some(all, r.between(1, 5)));
	}
}
