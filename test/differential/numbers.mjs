// SPDX-License-Identifier: MIT OR Apache-2.0
//
// JSON with numbers as they are written. JavaScript reads every number as a
// double, so numbers are kept as their text (Num) here, are compared as
// decimals, and become doubles only where the oracles read them.

export class Num {
	constructor(text) {
		this.text = text;
	}

	// { digits: BigInt, exponent }: the number is digits * 10^exponent
	decimal() {
		if (this.parts === undefined) {
			const m = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/
				.exec(this.text);
			const fraction = m[3] ?? "";
			const digits = BigInt(m[2] + fraction);
			this.parts = {
				digits: m[1] === "-" ? -digits : digits,
				exponent: Number(m[4] ?? 0) - fraction.length
			};
		}
		return this.parts;
	}

	// The number that a double stands for: its shortest decimal.
	asDouble() {
		return new Num(String(Number(this.text)));
	}
}

export const num = (x) => new Num(String(x));
export const isNumber = (v) => v instanceof Num;
export const isObject = (v) => typeof v === "object" && v !== null &&
	!Array.isArray(v) && !isNumber(v);
export const has = (v, key) => Object.hasOwn(v, key);

// Both as integers, times the same power of ten.
function align(a, b) {
	const x = a.decimal();
	const y = b.decimal();
	const least = Math.min(x.exponent, y.exponent);
	return [
		x.digits * 10n ** BigInt(x.exponent - least),
		y.digits * 10n ** BigInt(y.exponent - least)
	];
}

export function compare(a, b) {
	const [x, y] = align(a, b);
	return x < y ? -1 : x > y ? 1 : 0;
}

export function isMultiple(a, b) {
	const [x, y] = align(a, b);
	return x % y === 0n;
}

export function isInteger(a) {
	return isMultiple(a, num(1));
}

export function equal(a, b) {
	if (isNumber(a) && isNumber(b))
		return compare(a, b) === 0;
	if (Array.isArray(a) && Array.isArray(b))
		return a.length === b.length &&
			a.every((item, i) => equal(item, b[i]));
	if (!isObject(a) || !isObject(b))
		return a === b;
	const keys = Object.keys(a);
	return keys.length === Object.keys(b).length &&
		keys.every((key) => has(b, key) && equal(a[key], b[key]));
}

export function write(v) {
	if (isNumber(v))
		return v.text;
	if (Array.isArray(v))
		return `[${v.map(write).join(",")}]`;
	if (!isObject(v))
		return JSON.stringify(v);
	return `{${Object.keys(v).map((key) =>
		`${JSON.stringify(key)}:${write(v[key])}`).join(",")}}`;
}

// The same value with every number (also those of JavaScript) made by `make`.
export function mapNumbers(v, make) {
	if (typeof v === "number")
		return make(num(v));
	if (isNumber(v))
		return make(v);
	if (Array.isArray(v))
		return v.map((item) => mapNumbers(item, make));
	if (!isObject(v))
		return v;
	return Object.fromEntries(Object.entries(v).map(
		([key, member]) => [key, mapNumbers(member, make)]));
}
