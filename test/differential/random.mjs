// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Random choices that a seed repeats on every machine.

export class Random {
	constructor(seed) {
		this.state = (seed ^ 0x9e3779b9) >>> 0;
	}

	// 32 bits (an additive sequence, well mixed)
	bits() {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let x = this.state;
		x = Math.imul(x ^ (x >>> 15), x | 1);
		x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
		return (x ^ (x >>> 14)) >>> 0;
	}

	below(n) {
		return this.bits() % n;
	}

	between(from, to) {
		return from + this.below(to - from + 1);
	}

	chance(percent) {
		return this.below(100) < percent;
	}

	pick(list) {
		return list[this.below(list.length)];
	}

	// n different ones, in their order, or all
	some(list, n) {
		const left = list.slice();
		while (left.length > n)
			left.splice(this.below(left.length), 1);
		return left;
	}

	// [[weight, what], ...]
	weighted(rows) {
		let at = this.below(rows.reduce((sum, r) => sum + r[0], 0));
		for (const [weight, what] of rows) {
			if (at < weight)
				return what;
			at -= weight;
		}
		return undefined;
	}
}
