// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The formats as their RFCs write them, for the reference; and texts to try
// them with. idn-hostname needs Unicode's tables: it is in `samples` only, and
// the oracle that knows it is asked (oracles.mjs).

const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

// RFC 3339
function isDate(s) {
	const m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(s);
	if (m === null)
		return false;
	const [year, month, day] = m.slice(1).map(Number);
	const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
	const last = month === 2 && leap ? 29 : days[month - 1];
	return month >= 1 && month <= 12 && day >= 1 && day <= last;
}

function isTime(s) {
	const m = new RegExp("^([01]\\d|2[0-3]):([0-5]\\d):([0-5]\\d|60)" +
		"(?:\\.\\d+)?(?:[zZ]|([+-])([01]\\d|2[0-3]):([0-5]\\d))$")
		.exec(s);
	if (m === null)
		return false;
	if (m[3] !== "60")
		return true;
	const sign = m[4] === "-" ? -1 : 1;
	const offset = sign * (Number(m[5] ?? 0) * 60 + Number(m[6] ?? 0));
	const utc = Number(m[1]) * 60 + Number(m[2]) - offset;
	return (utc + 2880) % 1440 === 1439;
}

const isDateTime = (s) => /^.{10}[tT]/.test(s) && isDate(s.slice(0, 10)) &&
	isTime(s.slice(11));

// RFC 3339, appendix A, rule by rule
const second = "\\d+S";
const minute = `\\d+M(?:${second})?`;
const hour = `\\d+H(?:${minute})?`;
const time = `T(?:${hour}|${minute}|${second})`;
const day = "\\d+D";
const month = `\\d+M(?:${day})?`;
const year = `\\d+Y(?:${month})?`;
const duration = new RegExp(
	`^P(?:(?:${year}|${month}|${day})(?:${time})?|${time}|\\d+W)$`);

// RFC 2673 and RFC 4291
const octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

function isIpv6(s) {
	const halves = s.split("::");
	if (halves.length > 2)
		return false;
	let count = 0;
	for (const [h, half] of halves.entries()) {
		const groups = half === "" ? [] : half.split(":");
		for (const [i, group] of groups.entries()) {
			const last = h === halves.length - 1 &&
				i === groups.length - 1;
			if (last && ipv4.test(group))
				count += 2;
			else if (/^[0-9a-fA-F]{1,4}$/.test(group))
				count++;
			else
				return false;
		}
	}
	return halves.length === 2 ? count < 8 : count === 8;
}

// RFC 1123; labels with -- in third place are left to RFC 5891, which allows
// none that the samples have
const label = /^(?!..--)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;
const isHostname = (s) => s.length <= 253 &&
	s.split(".").every((one) => label.test(one));

// RFC 5321, Mailbox
function isEmail(s, wide = "", isHost = isHostname) {
	const at = s.lastIndexOf("@");
	const local = s.slice(0, at);
	const domain = s.slice(at + 1);
	const atom = `[a-zA-Z0-9!#$%&'*+/=?^_\`{|}~${wide}-]+`;
	const dots = new RegExp(`^${atom}(?:\\.${atom})*$`, "u");
	const quoted = new RegExp(
		`^"(?:[ !#-[\\]-~${wide}]|\\\\[ -~${wide}])*"$`, "u");
	if (at < 0 || !(dots.test(local) || quoted.test(local)))
		return false;
	const literal = /^\[(?:ipv6:(.*)|(.*))\]$/i.exec(domain);
	if (literal === null)
		return isHost(domain);
	return literal[1] !== undefined ? isIpv6(literal[1]) :
		ipv4.test(literal[2]);
}

// RFC 3986, and RFC 3987 with what may stand beyond ASCII
function isReference(s, iri, absolute) {
	const wide = iri ? "\\u{a0}-\\u{d7ff}\\u{f900}-\\u{fdcf}" +
		"\\u{fdf0}-\\u{ffef}\\u{10000}-\\u{1fffd}" : "";
	const escape = "%[0-9a-fA-F]{2}";
	const plain = `a-zA-Z0-9._~!$&'()*+,;=${wide}\\-`;
	const all = (set, v) => new RegExp(`^(?:[${set}]|${escape})*$`, "u")
		.test(v);
	const m = /^([^:/?#]+:)?(\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$/su
		.exec(s);
	if (m === null)
		return false;
	const [, scheme, authority, path, query = "", fragment = ""] = m;
	if (scheme === undefined ? absolute :
		!/^[a-zA-Z][a-zA-Z0-9+.-]*:$/.test(scheme))
		return false;
	// a:b would be a scheme
	if (scheme === undefined && authority === undefined &&
		/^[^/]*:/.test(path))
		return false;
	if (authority !== undefined &&
		!isAuthority(authority.slice(2), all, plain))
		return false;
	return all(`${plain}:@/`, path) &&
		all(`${plain}:@/?`, query.slice(1)) &&
		all(`${plain}:@/?`, fragment.slice(1));
}

function isAuthority(s, all, plain) {
	const at = s.indexOf("@");
	if (at >= 0 && !all(`${plain}:`, s.slice(0, at)))
		return false;
	const m = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/su.exec(s.slice(at + 1));
	if (m === null)
		return false;
	if (!m[1].startsWith("["))
		return all(plain, m[1]);
	const inside = m[1].slice(1, -1);
	return isIpv6(inside) ||
		/^v[0-9a-f]+\.[a-z0-9._~!$&'()*+,;=:-]+$/i.test(inside);
}

// RFC 6570
const variable = "(?:[a-zA-Z0-9_]|%[0-9a-fA-F]{2})" +
	"(?:\\.?(?:[a-zA-Z0-9_]|%[0-9a-fA-F]{2}))*(?:\\*|:[1-9]\\d{0,3})?";
const template = new RegExp("^(?:[!#$&()*+,\\-./0-9:;=?@A-Z[\\]_a-z~" +
	"\\u{a0}-\\u{d7ff}\\u{e000}-\\u{fdcf}\\u{fdf0}-\\u{ffef}" +
	"\\u{10000}-\\u{1fffd}]|%[0-9a-fA-F]{2}|" +
	`\\{[+#./;?&=,!@|]?${variable}(?:,${variable})*\\})*$`, "u");

const pointer = "(?:/(?:[^~/]|~[01])*)*";

function isRegex(s) {
	try {
		return new RegExp(s, "u") !== null;
	} catch {
		return false;
	}
}

export const formats = {
	"date": isDate,
	"time": isTime,
	"date-time": isDateTime,
	"duration": (s) => duration.test(s),
	"ipv4": (s) => ipv4.test(s),
	"ipv6": isIpv6,
	"hostname": isHostname,
	"email": (s) => isEmail(s),
	// RFC 6531
	"idn-email": (s) => isEmail(s, "\\u{80}-\\u{10ffff}",
		formats["idn-hostname"]),
	"uri": (s) => isReference(s, false, true),
	"uri-reference": (s) => isReference(s, false, false),
	"iri": (s) => isReference(s, true, true),
	"iri-reference": (s) => isReference(s, true, false),
	"uri-template": (s) => template.test(s),
	"uuid": (s) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(s),
	"json-pointer": (s) => new RegExp(`^${pointer}$`, "su").test(s),
	"relative-json-pointer": (s) =>
		new RegExp(`^(?:0|[1-9]\\d*)(?:#|${pointer})$`, "su").test(s),
	"regex": isRegex
};

export const samples = {
	"date": ["2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29",
		"2024-13-01", "2024-00-10", "2024-04-31", "0000-01-01",
		"24-01-01", "2024-1-1", "2024-01-01 "],
	"time": ["12:00:00Z", "23:59:60Z", "23:59:61Z", "22:59:60-01:00",
		"00:29:60+00:30", "24:00:00Z", "12:00:00", "12:00:00.5z",
		"12:00:00.Z", "12:00:00+24:00", "12:00:00+0100", "12:00:60Z",
		"12:00Z", "1:00:00Z"],
	"date-time": ["2024-02-29T12:00:00Z", "2023-02-29T12:00:00Z",
		"2024-01-01t00:00:00z", "2024-01-01 00:00:00Z",
		"2024-01-01T00:00:00+01:00", "2016-12-31T23:59:60Z",
		"2016-12-31T23:59:60+01:00", "2024-01-01T00:00:00",
		"2024-01-01T24:00:00Z", "2024-01-01T00:00:00.123456789Z"],
	"duration": ["P1Y", "P1Y2M3DT4H5M6S", "PT1H", "PT1H3S", "P1Y2D", "P1W",
		"P", "PT", "P1", "1Y", "P1M", "PT1M", "P1S", "P1W1D", "P1DT",
		"P0D", "p1d", "P1.5D"],
	"ipv4": ["127.0.0.1", "255.255.255.255", "256.0.0.1", "1.2.3",
		"1.2.3.4.5", "01.2.3.4", "1.2.3.4 ", "0.0.0.0", "1..2.3"],
	"ipv6": ["::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7::", "1::2::3", "::1.2.3.4", "1:2:3:4:5:6:7:8:9",
		"1:2:3:4:5:6:1.2.3.4", "12345::", "::g", ":1", "1:",
		"fe80::1%eth0", "::1.2.3.256", "1:2:3:4:5:6:7::8"],
	"hostname": ["a", "a.b", "example.com", "a-b.c", "-a.b", "a-.b",
		"a..b", ".a", "a.", "a_b", "", "0", `${"a".repeat(63)}.b`,
		`${"a".repeat(64)}.b`, `${"a.".repeat(126)}b`,
		`${"a.".repeat(127)}b`],
	"email": ["a@b.c", "a@b", "a.b@c.d", ".a@b.c", "a..b@c.d", "a.@b.c",
		"@b.c", "a@", "a@b@c", "\"a b\"@c.d", "\"a\"b@c.d",
		"a@[1.2.3.4]", "a@[IPv6:::1]", "a@-b.c", "a+b@c.d", "é@b.c",
		"a b@c.d"],
	"idn-email": ["a@b.c", "é@b.c", "日@本.jp", "a@", "@b.c", "a b@c.d"],
	"uri": ["http://a", "http://a/b?c#d", "a:b", "a:", "a", "/a", "//a/b",
		"urn:x:y", "http://[::1]:80/", "http://[::1/", "http://a b",
		"http://a/%", "http://a/%41", "http://é", "http://u:p@h:1/",
		"1a:b", "http://a#b#c", "http://a:b/", "mailto:a@b.c",
		"http://a/[x]", "http://a/\"", "tag:a/b", "tel:1"],
	"uri-reference": ["", "#", "?", "a", "/a", "//a", "a:b", "a b", "#a#b",
		"a/b:c", ":a", "%41", "%4", "http://a", "\\a", "é", "//[::1]",
		"?\"", "./a:b"],
	"iri": ["http://é/", "http://a", "é", "a:é", "http://日本/語?q#f",
		"http://a b", "a:\u0080", "é:a"],
	"iri-reference": ["", "é", "#é", "/日本", "a b", "//é", ":a", "a\\b"],
	"uri-template": ["", "a", "{a}", "{+a,b}", "{a:3}", "{a*}", "{a",
		"a}", "{}", "{a:0}", "{a:10000}", "http://x/{a}{?b,c}", "a b",
		"{a.b}", "{a..b}", "{%41}", "%4", "%41", "{a b}", "é", "'"],
	"uuid": ["2eb8aa08-aa98-11ea-b4aa-73b441d16380",
		"2EB8AA08-AA98-11EA-B4AA-73B441D16380",
		"00000000-0000-0000-0000-000000000000",
		"2eb8aa08-aa98-11ea-b4aa-73b441d1638",
		"2eb8aa08aa9811eab4aa73b441d16380",
		"urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380",
		"2eb8aa08-aa98-11ea-b4aa-73b441d1638g"],
	"json-pointer": ["", "/", "/a", "/a~0b~1", "/a~", "/a~2", "a", "/a/",
		"//", "/é", "#/a"],
	"relative-json-pointer": ["0", "1", "0#", "1/a", "01", "-1", "1#a",
		"", "/a", "10/a~0", "10/a~", "0/", "1é"],
	"regex": ["a", "a+", "(", "[a", "a{2,1}", "\\d", "\\a", "^(?<a>b)$",
		"(?i)a", "a++", "\\p{L}", "\\p{X}", "\\u{1F600}", "[b-a]",
		"{1}", "a{1", "(?<=a)b", "\\1", "()\\1", "\\Z", "]", "}"],
	"x-unknown": ["", "a"]
};
samples["idn-hostname"] = ["a", "é.fr", "日本", "-a", "a..b", "a.", "a_b",
	"\u0300a", "a\u00b7b", "l\u00b7l", "\u3007", "xn--x"];
