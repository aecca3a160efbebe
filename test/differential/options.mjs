// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The words of a generator's command line: --NAME VALUE, of the names that
// `defaults` has. A value is a number where the default is one.
export function options(defaults) {
	const all = { ...defaults };
	const words = process.argv.slice(2);
	for (let i = 0; i < words.length; i += 2) {
		const name = words[i].replace(/^--/, "");
		if (!(name in all) || words[i + 1] === undefined)
			throw new Error(`generate: what is '${words[i]}'?`);
		all[name] = typeof all[name] === "number" ?
			Number(words[i + 1]) : words[i + 1];
	}
	return all;
}
