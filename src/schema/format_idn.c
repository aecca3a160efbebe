/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Internationalized host names, RFC 5890 to 5893, as far as it goes without the
 * whole of Unicode's tables: the shape and length of labels (also in their
 * ASCII form), the rules for characters in context (RFC 5892, appendix A), the
 * exceptions of its section 2.6, and the more usual of the characters that it
 * disallows (symbols, upper case and spaces in the blocks that are in daily
 * use). Not looked at: normal form NFC, and the rule of RFC 5893 on mixed
 * directions.
 */
#include "schema/format.h"

#include "schema/text.h"

#define HOST_BYTES_MAX 253
#define LABEL_MAX 63

struct span {
	uint32_t from;
	uint32_t to;
};

/* Disallowed, by section 2.6 or by category. */
static const struct span disallowed[] = {
	{ 0x00, 0x2c }, { 0x2e, 0x2f }, { 0x3a, 0x60 }, { 0x7b, 0xb6 },
	{ 0xb8, 0xde }, { 0xf7, 0xf7 }, { 0x0340, 0x0341 },
	{ 0x0640, 0x0640 }, { 0x07fa, 0x07fa }, { 0x1680, 0x1680 },
	{ 0x2000, 0x200b }, { 0x200e, 0x2070 }, { 0x2190, 0x2bff },
	{ 0x2e00, 0x2e2e }, { 0x3000, 0x3004 }, { 0x3008, 0x3020 },
	{ 0x302e, 0x302f }, { 0x3030, 0x303b }, { 0x303d, 0x3040 },
	{ 0x1100, 0x11ff }, { 0x3130, 0x318f }, { 0xa960, 0xa97f },
	{ 0xd7b0, 0xd7ff }, { 0xe000, 0xf8ff }, { 0xfe00, 0xfe0f },
	{ 0xfe30, 0xfe6f }, { 0xfeff, 0xffff }, { 0x1f000, 0x1faff },
	{ 0xe0000, 0x10ffff }
};

/*
 * Combining marks of the blocks in daily use: a label may not begin with one.
 */
static const struct span marks[] = {
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd },
	{ 0x05bf, 0x05bf }, { 0x05c1, 0x05c2 }, { 0x05c4, 0x05c5 },
	{ 0x0610, 0x061a }, { 0x064b, 0x065f }, { 0x0670, 0x0670 },
	{ 0x06d6, 0x06dc }, { 0x06df, 0x06e4 }, { 0x06e7, 0x06e8 },
	{ 0x06ea, 0x06ed }, { 0x0711, 0x0711 }, { 0x0730, 0x074a },
	{ 0x0900, 0x0903 }, { 0x093a, 0x093c }, { 0x093e, 0x094f },
	{ 0x0951, 0x0957 }, { 0x0962, 0x0963 }, { 0x0981, 0x0983 },
	{ 0x09bc, 0x09bc }, { 0x09be, 0x09cd }, { 0x0a01, 0x0a03 },
	{ 0x0a3c, 0x0a51 }, { 0x0a81, 0x0a83 }, { 0x0abc, 0x0abc },
	{ 0x0abe, 0x0acd }, { 0x0b01, 0x0b03 }, { 0x0b3e, 0x0b57 },
	{ 0x0bbe, 0x0bcd }, { 0x0c3e, 0x0c56 }, { 0x0cbe, 0x0cd6 },
	{ 0x0d3e, 0x0d4d }, { 0x0dca, 0x0ddf }, { 0x0e31, 0x0e31 },
	{ 0x0e34, 0x0e3a }, { 0x0e47, 0x0e4e }, { 0x0eb1, 0x0eb1 },
	{ 0x0eb4, 0x0ebc }, { 0x0ec8, 0x0ecd }, { 0x0f71, 0x0f84 },
	{ 0x102b, 0x103e }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
	{ 0x20d0, 0x20f0 }, { 0x302a, 0x302f }, { 0x3099, 0x309a },
	{ 0xfe20, 0xfe2f }
};

/* Viramas, behind which a joiner may stand. */
static const uint32_t viramas[] = {
	0x094d, 0x09cd, 0x0a4d, 0x0acd, 0x0b4d, 0x0bcd, 0x0c4d, 0x0ccd, 0x0d3b,
	0x0d3c, 0x0d4d, 0x0dca, 0x0e3a, 0x0eba, 0x0f84, 0x1039, 0x103a, 0x1714,
	0x1734, 0x17d2, 0x1a60, 0x1b44, 0x1baa, 0x1bab, 0x1bf2, 0x1bf3, 0x2d7f,
	0xa806, 0xa8c4, 0xa953, 0xa9c0, 0xaaf6, 0xabed
};

struct label {
	uint32_t at[LABEL_MAX];
	size_t count;
};

static bool
is_in(const struct span *spans, size_t count, uint32_t c)
{
	for (size_t i = 0; i < count; i++)
		if (c >= spans[i].from && c <= spans[i].to)
			return true;
	return false;
}

static bool
is_virama(uint32_t c)
{
	for (size_t i = 0; i < sizeof(viramas) / sizeof(viramas[0]); i++)
		if (viramas[i] == c)
			return true;
	return false;
}

static bool
has_any(const struct label *l, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->at[i] >= from && l->at[i] <= to)
			return true;
	return false;
}

static bool
is_japanese(const struct label *l)
{
	for (size_t i = 0; i < l->count; i++) {
		uint32_t c = l->at[i];
		if ((c >= 0x3041 && c <= 0x3096) ||
		    (c >= 0x309d && c <= 0x309f) ||
		    (c >= 0x30a1 && c <= 0x30fa) ||
		    (c >= 0x30fd && c <= 0x30ff) || c == 0x3005 ||
		    c == 0x3007 || (c >= 0x3400 && c <= 0x4dbf) ||
		    (c >= 0x4e00 && c <= 0x9fff))
			return true;
	}
	return false;
}

/* Arabic letters join; a non-joiner may stand between two that do. */
static bool
is_arabic_letter(uint32_t c)
{
	return (c >= 0x0620 && c <= 0x064a) || (c >= 0x066e && c <= 0x06d3) ||
	    (c >= 0x0710 && c <= 0x072f) || (c >= 0x0750 && c <= 0x077f);
}

/* RFC 5892, appendix A. */
static bool
is_in_context(const struct label *l, size_t i)
{
	uint32_t before = i > 0 ? l->at[i - 1] : 0;
	uint32_t after = i + 1 < l->count ? l->at[i + 1] : 0;

	switch (l->at[i]) {
	case 0x200c: /* zero width non-joiner */
		return is_virama(before) ||
		    (is_arabic_letter(before) && is_arabic_letter(after));
	case 0x200d: /* zero width joiner */
		return is_virama(before);
	case 0x00b7: /* middle dot */
		return before == 'l' && after == 'l';
	case 0x0375: /* Greek keraia */
		return (after >= 0x0370 && after <= 0x03ff) ||
		    (after >= 0x1f00 && after <= 0x1fff);
	case 0x05f3: /* Hebrew geresh, gershayim */
	case 0x05f4:
		return before >= 0x0591 && before <= 0x05f4;
	case 0x30fb: /* Katakana middle dot */
		return is_japanese(l);
	default:
		return true;
	}
}

static bool
is_u_label(const struct label *l)
{
	if (l->count == 0 || l->at[0] == '-' || l->at[l->count - 1] == '-')
		return false;
	if (l->count >= 4 && l->at[2] == '-' && l->at[3] == '-')
		return false;
	if (is_in(marks, sizeof(marks) / sizeof(marks[0]), l->at[0]))
		return false;
	for (size_t i = 0; i < l->count; i++)
		if (is_in(disallowed, sizeof(disallowed) /
		    sizeof(disallowed[0]), l->at[i]) || !is_in_context(l, i))
			return false;
	return !(has_any(l, 0x0660, 0x0669) && has_any(l, 0x06f0, 0x06f9));
}

/* ---- Punycode, RFC 3492 ------------------------------------------------ */

#define BASE 36u

static uint32_t
adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / 700 : delta / 2;
	delta += delta / points;
	for (; delta > 455; k += BASE)
		delta /= BASE - 1;
	return k + BASE * delta / (delta + 38);
}

static uint32_t
threshold(uint32_t k, uint32_t bias)
{
	return k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
}

/* Digits that one delta is written with. */
static size_t
delta_bytes(uint32_t q, uint32_t bias)
{
	size_t bytes = 1;

	for (uint32_t k = BASE;; k += BASE) {
		uint32_t t = threshold(k, bias);
		if (q < t)
			return bytes;
		q = (q - t) / (BASE - t);
		bytes++;
	}
}

static uint32_t
next_point(const struct label *l, uint32_t n)
{
	uint32_t next = UINT32_MAX;

	for (size_t i = 0; i < l->count; i++)
		if (l->at[i] >= n && l->at[i] < next)
			next = l->at[i];
	return next;
}

/*
 * Bytes of the label's ASCII form; at most 63 characters, so nothing overflows.
 */
static size_t
ascii_bytes(const struct label *l)
{
	uint32_t n = 128, delta = 0, bias = 72;
	uint32_t basic = 0;

	for (size_t i = 0; i < l->count; i++)
		basic += l->at[i] < 128;
	if (basic == l->count)
		return basic;
	size_t bytes = 4 + basic + (basic > 0);
	for (uint32_t done = basic; done < l->count; n++, delta++) {
		uint32_t next = next_point(l, n);
		delta += (next - n) * (done + 1);
		n = next;
		for (size_t i = 0; i < l->count; i++) {
			delta += l->at[i] < n;
			if (l->at[i] != n)
				continue;
			bytes += delta_bytes(delta, bias);
			bias = adapt(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
	}
	return bytes;
}

static int
digit_of(char c)
{
	if (text_is_digit(c))
		return c - '0' + 26;
	return text_is_letter(c) ? (c | 32) - 'a' : -1;
}

/* One delta at *p; false: not one, or too large. */
static bool
read_delta(const char **p, const char *end, uint32_t bias, uint32_t *i)
{
	uint32_t weight = 1;

	for (uint32_t k = BASE;; k += BASE) {
		int digit = *p < end ? digit_of(*(*p)++) : -1;
		if (digit < 0)
			return false;
		if ((uint32_t)digit > (0x7fffffffu - *i) / weight)
			return false;
		*i += (uint32_t)digit * weight;
		uint32_t t = threshold(k, bias);
		if ((uint32_t)digit < t)
			return true;
		if (weight > 0x7fffffffu / (BASE - t))
			return false;
		weight *= BASE - t;
	}
}

static bool
decode(const char *p, const char *end, struct label *l)
{
	uint32_t n = 128, i = 0, bias = 72;
	const char *dash = NULL;

	l->count = 0;
	for (const char *q = p; q < end; q++)
		if (*q == '-')
			dash = q;
	if (dash != NULL) {
		for (; p < dash; p++)
			l->at[l->count++] = (unsigned char)*p;
		p++;
	}
	while (p < end) {
		uint32_t old = i;
		if (l->count == LABEL_MAX || !read_delta(&p, end, bias, &i))
			return false;
		uint32_t points = (uint32_t)l->count + 1;
		bias = adapt(i - old, points, old == 0);
		n += i / points;
		i %= points;
		if (n > 0x10ffff)
			return false;
		memmove(&l->at[i + 1], &l->at[i],
		    (l->count - i) * sizeof(l->at[0]));
		l->at[i++] = n;
		l->count++;
	}
	return true;
}

bool
format_is_a_label(const char *text, size_t bytes)
{
	struct label l;

	if (bytes < 5 || bytes > LABEL_MAX || !text_is_nocase(text, 4, "xn--"))
		return false;
	if (!decode(text + 4, text + bytes, &l))
		return false;
	for (size_t i = 0; i < l.count; i++)
		if (l.at[i] >= 'A' && l.at[i] <= 'Z')
			l.at[i] += 'a' - 'A';
	return has_any(&l, 128, 0x10ffff) && is_u_label(&l);
}

/* ---- Host names -------------------------------------------------------- */

static bool
is_dot(uint32_t c)
{
	return c == '.' || c == 0x3002 || c == 0xff0e || c == 0xff61;
}

/* Reads one label; *bytes grows by its length in ASCII form. */
static bool
read_label(const char **p, const char *end, size_t *bytes)
{
	struct label l;
	const char *from = *p;
	const char *next = *p;

	l.count = 0;
	while (*p < end) {
		uint32_t c = text_next(&next);
		if (is_dot(c))
			break;
		if (l.count == LABEL_MAX)
			return false;
		l.at[l.count++] = c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
		*p = next;
	}
	size_t ascii = ascii_bytes(&l);
	*bytes += ascii + 1;
	if (ascii == l.count && l.count >= 4 && l.at[2] == '-' &&
	    l.at[3] == '-')
		return format_is_a_label(from, (size_t)(*p - from));
	return ascii <= LABEL_MAX && is_u_label(&l);
}

bool
format_idn_hostname(const char *text, size_t bytes)
{
	const char *p = text;
	const char *end = text + bytes;
	size_t ascii = 0;

	for (;;) {
		if (!read_label(&p, end, &ascii))
			return false;
		if (p == end)
			return ascii <= HOST_BYTES_MAX + 1;
		(void)text_next(&p);
	}
}
