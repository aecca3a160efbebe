// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Random values: of any kind, made after a schema so that most of them are
// valid, and made from those by changing one place.
import { has, isNumber, isObject, num, Num } from "./numbers.mjs";
import { samples } from "./formats.mjs";
import { keys, numbers, patterns } from "./schemas.mjs";

const texts = ["", "a", "b", "ab", "abc", "x", "y", "z", "é", "e\u0301", "日本",
	"😀", "😀😀", "👩‍👩‍👧", "a\nb", "\u0000", "\"\\/", "constructor", "1",
	"null", "\u2028", "aaaa", "0123456789"];

export function randomValue(r, depth) {
	const kind = r.weighted([[8, "null"], [10, "boolean"], [30, "number"],
		[30, "string"], [depth > 0 ? 16 : 3, "array"],
		[depth > 0 ? 20 : 3, "object"]]);
	switch (kind) {
	case "null":
		return null;
	case "boolean":
		return r.chance(50);
	case "number":
		return new Num(r.chance(60) ? String(r.between(-3, 5)) :
			r.pick(numbers));
	case "string":
		return r.pick(texts);
	case "array":
		return Array.from({ length: depth > 0 ? r.between(0, 4) : 0 },
			() => randomValue(r, depth - 1));
	default:
		return depth <= 0 ? {} : Object.fromEntries(r.some(keys,
			r.between(0, 4)).map((key) =>
			[key, randomValue(r, depth - 1)]));
	}
}

// A number close to, or at, one that the schema names.
function near(r, x, step) {
	const { digits, exponent } = new Num(x).decimal();
	const by = BigInt(r.between(-2, 2)) * BigInt(step);
	if (exponent > 40 || exponent < -40)
		return new Num(x);
	const text = String(exponent >= 0 ?
		digits * 10n ** BigInt(exponent) + by : digits + by);
	return new Num(exponent >= 0 ? text : `${text}e${exponent}`);
}

export class Instances {
	constructor(random, places) {
		this.random = random;
		this.places = places;
	}

	// Meant to be valid; often is.
	make(s, depth) {
		const r = this.random;
		if (typeof s === "boolean" || depth <= 0 || s === undefined)
			return randomValue(r, Math.min(depth, 2));
		if (has(s, "const"))
			return s.const;
		if (has(s, "enum") && s.enum.length > 0)
			return r.pick(s.enum);
		const applied = this.applied(s);
		const parts = applied.map((one) => this.make(one, depth - 1));
		const own = this.own(s, depth, parts.length === 0);
		if (own !== undefined)
			parts.push(own);
		const objects = parts.filter(isObject);
		if (objects.length > 0 && r.chance(90))
			return Object.assign({}, ...objects);
		return parts.length > 0 ? r.pick(parts) : randomValue(r, 2);
	}

	// The schemas for the same value that it shall pass.
	applied(s) {
		const r = this.random;
		const list = [...(s.allOf ?? [])];
		for (const k of ["anyOf", "oneOf"])
			if (has(s, k) && s[k].length > 0)
				list.push(r.pick(s[k]));
		for (const k of ["$ref", "$recursiveRef", "$dynamicRef"])
			if (has(s, k))
				list.push(this.places.find(s[k], s));
		if (has(s, "if"))
			list.push(...(r.chance(50) ? [s.if, s.then] : [s.else])
				.filter((one) => one !== undefined));
		return list.filter((one) => typeof one !== "boolean");
	}

	own(s, depth, alone) {
		const r = this.random;
		let type = s.type === undefined ? this.guess(s) : s.type;
		if (Array.isArray(type))
			type = r.pick(type);
		if (type === undefined)
			return alone ? randomValue(r, 2) : undefined;
		switch (type) {
		case "null":
			return null;
		case "boolean":
			return r.chance(50);
		case "string":
			return this.string(s);
		case "array":
			return this.array(s, depth);
		case "object":
			return this.object(s, depth);
		default:
			return this.number(s, type);
		}
	}

	guess(s) {
		const about = [["properties", "object"], ["required", "object"],
			["additionalProperties", "object"],
			["patternProperties", "object"], ["items", "array"],
			["unevaluatedProperties", "object"],
			["unevaluatedItems", "array"],
			["dependentSchemas", "object"],
			["dependentRequired", "object"],
			["dependencies", "object"], ["minProperties", "object"],
			["propertyNames", "object"],
			["prefixItems", "array"], ["contains", "array"],
			["uniqueItems", "array"], ["minItems", "array"],
			["pattern", "string"], ["format", "string"],
			["minLength", "string"], ["maxLength", "string"],
			["multipleOf", "number"], ["minimum", "number"],
			["maximum", "number"], ["exclusiveMinimum", "number"],
			["exclusiveMaximum", "number"]]
			.filter(([k]) => has(s, k));
		return about.length === 0 ? undefined :
			this.random.pick(about)[1];
	}

	string(s) {
		const r = this.random;
		let text = r.pick(texts);
		if (has(s, "pattern") && r.chance(80))
			text = r.pick(patterns[s.pattern] ?? texts);
		else if (has(s, "format") && r.chance(90))
			text = r.pick(samples[s.format]);
		else if (has(s, "minLength") || has(s, "maxLength"))
			text = r.pick(["a", "é", "😀"]).repeat(Math.max(0,
				Number((s.minLength ?? s.maxLength).text) +
				r.between(-1, 1)));
		return text;
	}

	number(s, type) {
		const r = this.random;
		const bounds = ["minimum", "maximum", "exclusiveMinimum",
			"exclusiveMaximum"].filter((k) => has(s, k))
			.map((k) => s[k].text);
		if (has(s, "multipleOf") && r.chance(60)) {
			const { digits, exponent } = s.multipleOf.decimal();
			const n = digits * BigInt(r.pick([0, 1, 2, 3, -1, 7, 10,
				33, 1000, 12345678]));
			return new Num(`${n}e${exponent}`);
		}
		if (bounds.length > 0 && r.chance(80))
			return near(r, r.pick(bounds), r.pick([0, 1, 1, 2]));
		return type === "integer" && r.chance(80) ?
			num(r.between(-3, 12)) : new Num(r.pick(numbers));
	}

	array(s, depth) {
		const r = this.random;
		const prefix = s.prefixItems ??
			(Array.isArray(s.items) ? s.items : []);
		const rest = Array.isArray(s.items) ? s.additionalItems :
			s.items ?? s.contains ?? s.unevaluatedItems;
		const least = Number(s.minItems?.text ?? 0);
		const most = Math.max(least, Number(s.maxItems?.text ??
			least + 3));
		const count = Math.max(r.between(least, most),
			r.chance(70) ? prefix.length : 0);
		if (count > 8 && s.uniqueItems === true && r.chance(80))
			return Array.from({ length: count }, (_, i) => num(i));
		return Array.from({ length: count }, (_, i) => this.make(
			this.item(s, prefix[i] ?? rest), depth - 1));
	}

	item(s, one) {
		return has(s, "contains") && this.random.chance(30) ?
			s.contains : one;
	}

	object(s, depth) {
		const r = this.random;
		const v = {};
		for (const [key, one] of Object.entries(s.properties ?? {}))
			if (s.required?.includes(key) || r.chance(60))
				v[key] = this.make(one, depth - 1);
		for (const key of s.required ?? [])
			if (!has(v, key))
				v[key] = randomValue(r, 1);
		for (const [p, one] of Object.entries(
			s.patternProperties ?? {})) {
			const key = r.pick(keys);
			if (!has(v, key) && new RegExp(p, "u").test(key))
				v[key] = this.make(one, depth - 1);
		}
		const others = s.additionalProperties ??
			s.unevaluatedProperties ?? true;
		if (others !== false && r.chance(30))
			v[r.pick(keys)] = this.make(others, depth - 1);
		return v;
	}

	// ---- One place changed ------------------------------------------

	change(v) {
		const r = this.random;
		if (Array.isArray(v) && v.length > 0 &&
			r.chance(v.length > 20 ? 20 : 60)) {
			const copy = v.slice();
			const i = r.below(v.length);
			copy[i] = this.change(v[i]);
			return copy;
		}
		if (isObject(v) && Object.keys(v).length > 0 &&
			r.chance(Object.keys(v).length > 20 ? 20 : 60)) {
			const key = r.pick(Object.keys(v));
			return { ...v, [key]: this.change(v[key]) };
		}
		return this.changeHere(v);
	}

	changeHere(v) {
		const r = this.random;
		if (r.chance(15))
			return randomValue(r, 2);
		if (Array.isArray(v))
			return this.changeArray(v);
		if (isObject(v))
			return this.changeObject(v);
		if (isNumber(v))
			return near(r, v.text, r.pick([0, 1, 1, 2]));
		if (typeof v === "string")
			return this.changeText(v);
		return randomValue(r, 1);
	}

	changeArray(v) {
		const r = this.random;
		const i = r.below(v.length + 1);
		switch (r.below(4)) {
		case 0:
			return v.toSpliced(i, 1);
		case 1:
			return v.toSpliced(i, 0, randomValue(r, 1));
		case 2:
			return v.length === 0 ? [null] : [...v, r.pick(v)];
		default:
			return v.toReversed();
		}
	}

	changeObject(v) {
		const r = this.random;
		const names = Object.keys(v);
		if (names.length > 0 && r.chance(50)) {
			const gone = r.chance(20) ? names.at(-1) :
				r.pick(names);
			return Object.fromEntries(Object.entries(v)
				.filter(([key]) => key !== gone));
		}
		if (r.chance(20))
			return Object.fromEntries(
				Object.entries(v).toReversed());
		return { ...v, [r.pick(keys)]: randomValue(r, 1) };
	}

	changeText(v) {
		const r = this.random;
		const all = [...v];
		const i = r.below(all.length + 1);
		if (r.chance(40))
			return all.toSpliced(i, 1).join("");
		return all.toSpliced(i, r.below(2), r.pick(["a", "0", "é", "😀",
			".", ":", "-", "/", "~", "%", " ", "@"])).join("");
	}
}
