// SPDX-License-Identifier: MIT OR Apache-2.0
//
// node generate.mjs --modules DIR [--seed N] [--count N] [--from N]
//
// Writes one JSON object a line: a random expression, a zone, an instant, and
// when two others let it fire next.
//
//   n, text, zone, at
//   either      whether days are to match either field
//   croner, parser
//               Unix seconds, null for never, or the text of an error;
//               cron-parser does not know the both-fields rule, so that it is
//               always asked for either
//
// The n-th line depends on the seed and on n alone. DIR holds node_modules.
import { createRequire } from "node:module";
import { options } from "../differential/options.mjs";
import { Random } from "../differential/random.mjs";

const zones = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe",
	"Asia/Kathmandu", "Pacific/Apia", "America/Sao_Paulo", "UTC",
	"Europe/London", "Asia/Tehran", "Pacific/Auckland", "America/St_Johns",
	"Asia/Kolkata", "Pacific/Chatham", "America/Santiago", "Asia/Tokyo"];

// Instants at which clocks are set; a day is left out in Apia.
const changes = [
	["America/New_York", 1741503600], ["America/New_York", 1762063200],
	["Europe/Berlin", 1743296400], ["Europe/Berlin", 1761440400],
	["Australia/Lord_Howe", 1743865200], ["Australia/Lord_Howe", 1759591800],
	["Asia/Kathmandu", 504901800], ["Pacific/Apia", 1325239200],
	["America/Sao_Paulo", 1518919200], ["America/Sao_Paulo", 1541300400],
	["Europe/London", 1761440400], ["Pacific/Auckland", 1743861600],
	["Pacific/Chatham", 1759586400], ["America/St_Johns", 1762061400],
	["America/Santiago", 1743908400], ["America/Santiago", 1757217600]
];

const fields = [
	{ low: 0, high: 59 }, { low: 0, high: 59 }, { low: 0, high: 23 },
	{ low: 1, high: 31 },
	{ low: 1, high: 12, names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN",
		"JUL", "AUG", "SEP", "OCT", "NOV", "DEC"] },
	{ low: 0, high: 6, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI",
		"SAT"] }
];

function name(random, field, n) {
	if (field.names === undefined || !random.chance(30))
		return String(n);
	const text = field.names[n - field.low];
	return random.chance(30) ? text.toLowerCase() : text;
}

function part(random, field) {
	const n = random.between(field.low, field.high);
	const m = random.between(n, field.high);
	const step = () => random.between(1, field.high);
	return random.weighted([
		[8, () => name(random, field, n)],
		[3, () => `${name(random, field, n)}-${name(random, field, m)}`],
		[3, () => `${n}-${m}/${step()}`],
		[3, () => `*/${step()}`],
		[1, () => `${n}/${step()}`]
	])();
}

function list(random, field, stars) {
	if (random.chance(stars))
		return "*";
	const count = random.weighted([[8, 1], [3, 2], [1, 3]]);
	return Array.from({ length: count }, () => part(random, field))
		.join(",");
}

function expression(random) {
	if (random.chance(3))
		return random.pick(["@yearly", "@annually", "@monthly",
			"@weekly", "@daily", "@hourly"]);
	const stars = [0, 30, 40, 60, 60, 60];
	return fields.slice(random.chance(25) ? 0 : 1).map((field) =>
		list(random, field, stars[fields.indexOf(field)])).join(" ");
}

// A zone and an instant, half of them near where clocks are set.
function place(random) {
	if (random.chance(50)) {
		const [zone, at] = random.pick(changes);
		const far = random.pick([4000, 12000, 90000]);
		return { zone, at: at + random.between(-far, 6000) };
	}
	return { zone: random.pick(zones),
		at: random.between(315532800, random.chance(80) ?
			1767225600 : 4102444800) };
}

function told(ask) {
	try {
		const at = ask();
		return at === null ? null : at.getTime() / 1000;
	} catch (error) {
		return String(error.message).slice(0, 36);
	}
}

const { seed, count, from, modules } = options({ seed: 1, count: 1000, from: 0,
	modules: "." });
const require = createRequire(`${modules}/package.json`);
const { Cron } = require("croner");
const { CronExpressionParser } = require("cron-parser");
let text = "";
for (let n = from; n < from + count; n++) {
	const random = new Random(Math.imul(seed, 0x9e3779b1) + n);
	const line = { n, text: expression(random), ...place(random),
		either: random.chance(50) };
	const at = new Date(line.at * 1000);
	line.croner = told(() => new Cron(line.text, { timezone: line.zone,
		paused: true, domAndDow: !line.either }).nextRun(at));
	line.parser = told(() => CronExpressionParser.parse(line.text,
		{ currentDate: at, tz: line.zone }).next());
	text += `${JSON.stringify(line)}\n`;
	if (text.length > 1 << 16) {
		if (!process.stdout.write(text))
			await new Promise((go) =>
				process.stdout.once("drain", go));
		text = "";
	}
}
process.stdout.write(text);
