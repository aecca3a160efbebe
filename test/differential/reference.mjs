// SPDX-License-Identifier: MIT OR Apache-2.0
//
// JSON Schema 2019-09 read literally, in the dialect of src/schema/README.md:
// slow, short, and with nothing in common with src/schema. Where the oracles
// disagree, this says what the specification says; and an oracle's deviation
// counts as explained only when this, deviating in the one point named, gives
// the oracle's answer.
//
// `quirks` replace single assertions: a keyword's name -> function(value of the
// keyword, value) -> boolean. Besides:
//   own(v, name)     whether v has a member
//   needed(v, name)  the same, for names that are required
//   inherited        `properties` looks at what own() says is there
//   arrayKeys        unevaluatedProperties looks at items of arrays too
import { compare, equal, has, isInteger, isMultiple, isNumber, isObject }
	from "./numbers.mjs";
import { formats } from "./formats.mjs";

const maps = ["$defs", "definitions", "properties", "patternProperties",
	"dependentSchemas", "dependencies"];
const lists = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];
const singles = ["items", "additionalItems", "contains", "unevaluatedItems",
	"additionalProperties", "propertyNames", "unevaluatedProperties", "not",
	"if", "then", "else"];

export function* children(schema) {
	for (const k of maps)
		if (isObject(schema[k]))
			yield* Object.values(schema[k])
				.filter((s) => !Array.isArray(s));
	for (const k of lists)
		if (Array.isArray(schema[k]))
			yield* schema[k];
	for (const k of singles)
		if (has(schema, k) && !Array.isArray(schema[k]))
			yield schema[k];
}

// Where schemas stand: resources by $id, anchors by resource.
export class Places {
	constructor(root) {
		this.ids = new Map();
		this.resources = new Map();
		this.anchors = new Map([[root, new Map()]]);
		this.dynamic = new Map([[root, new Map()]]);
		this.root = root;
		if (isObject(root))
			this.visit(root, root);
	}

	visit(schema, resource) {
		if (!isObject(schema))
			return;
		if (has(schema, "$id")) {
			resource = schema;
			this.ids.set(schema.$id, schema);
			this.anchors.set(schema, new Map());
			this.dynamic.set(schema, new Map());
		}
		this.resources.set(schema, resource);
		if (has(schema, "$anchor"))
			this.anchors.get(resource).set(schema.$anchor, schema);
		if (has(schema, "$dynamicAnchor")) {
			const name = schema.$dynamicAnchor;
			this.anchors.get(resource).set(name, schema);
			this.dynamic.get(resource).set(name, schema);
		}
		for (const child of children(schema))
			this.visit(child, resource);
	}

	// The generator writes $ids as plain names, so nothing is relative.
	find(reference, schema) {
		const [id, fragment] = reference.split("#");
		let at = id === "" ? this.resources.get(schema) :
			this.ids.get(id);
		if (fragment === undefined || fragment === "")
			return at;
		if (!fragment.startsWith("/"))
			return this.anchors.get(at).get(fragment);
		for (const token of decodeURIComponent(fragment).split("/")
			.slice(1))
			at = at[token.replaceAll("~1", "/")
				.replaceAll("~0", "~")];
		return at;
	}
}

const types = {
	null: (v) => v === null,
	boolean: (v) => typeof v === "boolean",
	number: isNumber,
	integer: (v) => isNumber(v) && isInteger(v),
	string: (v) => typeof v === "string",
	array: Array.isArray,
	object: isObject
};

const length = (v) => [...v].length;

// Keywords that look at one value and at nothing else in the schema.
export const assertions = {
	type: (k, v) => [k].flat().some((name) => types[name](v)),
	const: (k, v) => equal(k, v),
	enum: (k, v) => k.some((one) => equal(one, v)),
	minLength: (k, v) => typeof v !== "string" ||
		length(v) >= Number(k.text),
	maxLength: (k, v) => typeof v !== "string" ||
		length(v) <= Number(k.text),
	pattern: (k, v) => typeof v !== "string" || new RegExp(k, "u").test(v),
	format: (k, v) => typeof v !== "string" || !has(formats, k) ||
		formats[k](v),
	minimum: (k, v) => !isNumber(v) || compare(v, k) >= 0,
	maximum: (k, v) => !isNumber(v) || compare(v, k) <= 0,
	exclusiveMinimum: (k, v) => !isNumber(v) || compare(v, k) > 0,
	exclusiveMaximum: (k, v) => !isNumber(v) || compare(v, k) < 0,
	multipleOf: (k, v) => !isNumber(v) || isMultiple(v, k),
	minItems: (k, v) => !Array.isArray(v) || v.length >= Number(k.text),
	maxItems: (k, v) => !Array.isArray(v) || v.length <= Number(k.text),
	uniqueItems: (k, v) => !k || !Array.isArray(v) || v.every((a, i) =>
		v.every((b, j) => j <= i || !equal(a, b))),
	minProperties: (k, v) => !isObject(v) ||
		Object.keys(v).length >= Number(k.text),
	maxProperties: (k, v) => !isObject(v) ||
		Object.keys(v).length <= Number(k.text)
};

// What a valid value's schema has evaluated of it.
class Seen {
	constructor() {
		this.keys = new Set();
		this.items = new Set();
	}

	add(other) {
		for (const key of other.keys)
			this.keys.add(key);
		for (const i of other.items)
			this.items.add(i);
	}
}

export class Reference {
	constructor(root, quirks = {}) {
		this.root = root;
		this.places = new Places(root);
		this.quirks = quirks;
		this.own = quirks.own ?? has;
		this.needed = quirks.needed ?? this.own;
	}

	isValid(v) {
		return this.check(this.root, v, []) !== null;
	}

	// Seen, or null: not valid. scope: resources entered, outermost first
	check(s, v, scope) {
		if (s === true)
			return new Seen();
		if (s === false)
			return null;
		const resource = this.places.resources.get(s);
		if (scope.at(-1) !== resource)
			scope = [...scope, resource];
		const seen = new Seen();
		for (const [k, assertion] of Object.entries(assertions))
			if (has(s, k) && !(this.quirks[k] ?? assertion)(s[k],
				v))
				return null;
		const fine = this.references(s, v, scope, seen) &&
			(!Array.isArray(v) || this.array(s, v, scope, seen)) &&
			(!isObject(v) || this.object(s, v, scope, seen)) &&
			this.compose(s, v, scope, seen) &&
			this.leftovers(s, v, scope, seen);
		return fine ? seen : null;
	}

	// Whether v passes; then what that evaluated is noted.
	into(s, v, scope, seen) {
		const more = this.check(s, v, scope);
		if (more !== null)
			seen.add(more);
		return more !== null;
	}

	passes(s, v, scope) {
		return this.check(s, v, scope) !== null;
	}

	references(s, v, scope, seen) {
		const places = this.places;
		if (has(s, "$ref") &&
			!this.into(places.find(s.$ref, s), v, scope, seen))
			return false;
		if (has(s, "$recursiveRef")) {
			let to = places.find(s.$recursiveRef, s);
			if (to.$recursiveAnchor === true)
				to = scope.find((r) =>
					r.$recursiveAnchor === true);
			if (!this.into(to, v, scope, seen))
				return false;
		}
		if (!has(s, "$dynamicRef"))
			return true;
		let to = places.find(s.$dynamicRef, s);
		const name = s.$dynamicRef.split("#")[1];
		if (to.$dynamicAnchor === name)
			to = scope.map((r) => places.dynamic.get(r).get(name))
				.find((found) => found !== undefined);
		return this.into(to, v, scope, seen);
	}

	array(s, v, scope, seen) {
		const prefix = s.prefixItems ??
			(Array.isArray(s.items) ? s.items : undefined);
		let rest = s.items;
		if (Array.isArray(s.items))
			rest = s.additionalItems;
		for (const [i, item] of v.entries()) {
			const one = prefix !== undefined && i < prefix.length ?
				prefix[i] : rest;
			if (one === undefined)
				continue;
			if (!this.passes(one, item, scope))
				return false;
			seen.items.add(i);
		}
		if (!has(s, "contains"))
			return true;
		const found = v.filter((item) => this.passes(s.contains, item,
			scope)).length;
		return found >= Number(s.minContains?.text ?? 1) &&
			found <= Number(s.maxContains?.text ?? Infinity);
	}

	object(s, v, scope, seen) {
		if (!(s.required ?? []).every((name) => this.needed(v, name)))
			return false;
		if (this.quirks.inherited)
			for (const [name, one] of Object.entries(
				s.properties ?? {}))
				if (!has(v, name) && this.own(v, name) &&
					!this.passes(one, v[name], scope))
					return false;
		for (const key of Object.keys(v))
			if (!this.member(s, v, key, scope, seen))
				return false;
		return this.dependents(s, v, scope, seen);
	}

	member(s, v, key, scope, seen) {
		let named = false;
		if (has(s, "propertyNames") &&
			!this.passes(s.propertyNames, key, scope))
			return false;
		if (has(s.properties ?? {}, key)) {
			named = true;
			if (!this.passes(s.properties[key], v[key], scope))
				return false;
		}
		for (const [p, one] of Object.entries(
			s.patternProperties ?? {})) {
			if (!new RegExp(p, "u").test(key))
				continue;
			named = true;
			if (!this.passes(one, v[key], scope))
				return false;
		}
		if (!named && has(s, "additionalProperties")) {
			named = true;
			if (!this.passes(s.additionalProperties, v[key],
				scope))
				return false;
		}
		if (named)
			seen.keys.add(key);
		return true;
	}

	dependents(s, v, scope, seen) {
		const all = [s.dependentRequired, s.dependentSchemas,
			s.dependencies].flatMap((map) =>
			Object.entries(map ?? {}));
		return all.every(([key, need]) => !this.own(v, key) ||
			(Array.isArray(need) ?
				need.every((name) => this.needed(v, name)) :
				this.into(need, v, scope, seen)));
	}

	compose(s, v, scope, seen) {
		const all = (list) => list.map((one) =>
			this.into(one, v, scope, seen));
		if (!all(s.allOf ?? []).every((ok) => ok))
			return false;
		if (has(s, "anyOf") && !all(s.anyOf).some((ok) => ok))
			return false;
		if (has(s, "oneOf") &&
			all(s.oneOf).filter((ok) => ok).length !== 1)
			return false;
		if (has(s, "not") && this.passes(s.not, v, scope))
			return false;
		if (!has(s, "if"))
			return true;
		const next = this.into(s.if, v, scope, seen) ? s.then : s.else;
		return next === undefined || this.into(next, v, scope, seen);
	}

	leftovers(s, v, scope, seen) {
		if (Array.isArray(v) && has(s, "unevaluatedItems"))
			for (const [i, item] of v.entries()) {
				if (!seen.items.has(i) && !this.passes(
					s.unevaluatedItems, item, scope))
					return false;
				seen.items.add(i);
			}
		if ((isObject(v) || (this.quirks.arrayKeys &&
			Array.isArray(v))) && has(s, "unevaluatedProperties"))
			for (const key of Object.keys(v)) {
				if (!seen.keys.has(key) && !this.passes(
					s.unevaluatedProperties, v[key], scope))
					return false;
				seen.keys.add(key);
			}
		return true;
	}
}
