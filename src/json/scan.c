/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Values first, then a copy of the text, in which strings are unescaped and
 * ended where they stand:
 *
 *   | values, as many as there can be ... | text ... | zeros |
 *
 * The zeros stop every loop, and let 16 bytes be loaded at a time. Strings are
 * gone through 16 bytes at once, of numbers only those are made here that one
 * division makes exactly. A number that is not as simple is settled by check.c.
 *
 * A value needs two bytes of text (itself, and what parts it from the next),
 * but for containers that are still open; SCAN_DEPTH bounds those.
 */
#include "json/scan.h"

#include "base/utf8.h"
#include "json/check.h"

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define SCAN_DEPTH 128 /* what is deeper goes the slow way */
#define PADDING 64

struct scan {
	yyjson_val *next; /* behind the container that was just read */
	size_t depth_left;
	struct members *members;
	struct outline *outline;
};

#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NOINLINE __attribute__((noinline))

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FIRST_IS_LOW 1 /* the first byte of a word that is loaded */
#else
#define FIRST_IS_LOW 0
#endif

size_t
scan_room(size_t bytes)
{
	return (bytes / 2 + SCAN_DEPTH + 2) * sizeof(yyjson_val) + bytes +
	    PADDING;
}

static inline bool
is_digit(char c)
{
	return (unsigned char)(c - '0') <= 9;
}

static inline char *
skip_space(char *p)
{
	if ((unsigned char)*p > ' ')
		return p;
	while (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')
		p++;
	return p;
}

/* ---- Strings ----------------------------------------------------------- */

/* To the first quote, backslash, control character or byte over 127. */
static inline char *
skip_plain(char *p)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i backslash = _mm_set1_epi8('\\');
	const __m128i space = _mm_set1_epi8(' ');

	for (;; p += 16) {
		__m128i text = _mm_loadu_si128((const void *)p);
		/* Signed: bytes over 127 are below the space too. */
		__m128i found = _mm_or_si128(_mm_cmplt_epi8(text, space),
		    _mm_or_si128(_mm_cmpeq_epi8(text, quote),
		    _mm_cmpeq_epi8(text, backslash)));
		unsigned bits = (unsigned)_mm_movemask_epi8(found);
		if (bits != 0)
			return p + __builtin_ctz(bits);
	}
#else
	while ((unsigned char)(*p - ' ') < 0x60 && *p != '"' && *p != '\\')
		p++;
	return p;
#endif
}

/* Bytes of the well-formed sequence at p, 0 if there is none. Zeros follow. */
static inline size_t
sequence(const unsigned char *p)
{
	if (p[0] < 0xe0)
		return p[0] >= 0xc2 && (p[1] & 0xc0) == 0x80 ? 2 : 0;
	if ((p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
		return 0;
	if (p[0] < 0xf0) {
		if (p[0] == 0xe0)
			return p[1] < 0xa0 ? 0 : 3;
		return p[0] == 0xed && p[1] > 0x9f ? 0 : 3;
	}
	if (p[0] > 0xf4 || (p[3] & 0xc0) != 0x80)
		return 0;
	if (p[0] == 0xf0 && p[1] < 0x90)
		return 0;
	return p[0] == 0xf4 && p[1] > 0x8f ? 0 : 4;
}

/* Behind the well-formed sequences at p; runs of one length are the rule. */
static inline char *
skip_sequences(char *p)
{
	char *from;
	uint32_t word = 0;

	do {
		from = p;
		/* E0..EF: not what two bytes could say, nor a surrogate */
		for (;; p += 3) {
			memcpy(&word, p, sizeof(word));
			uint32_t least = word & 0x0000200f;
			if (!FIRST_IS_LOW ||
			    (word & 0x00c0c0f0) != 0x008080e0 ||
			    least == 0 || least == 0x0000200d)
				break;
		}
		/* C2..DF */
		for (; FIRST_IS_LOW && (word & 0x0000c0e0) == 0x000080c0 &&
		    (word & 0x0000001e) != 0; p += 2)
			memcpy(&word, p + 2, sizeof(word));
		if ((unsigned char)*p >= (FIRST_IS_LOW ? 0xf0 : 0x80))
			p += sequence((const unsigned char *)p);
	} while (p != from && (unsigned char)*p >= 0x80);
	return p;
}

/* The four digits at p, or a number above 0xffff. */
static uint32_t
read_hex(const char *p)
{
	uint32_t n = 0;

	for (int i = 0; i < 4; i++) {
		char c = p[i];
		if (is_digit(c))
			n = n << 4 | (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			n = n << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return UINT32_MAX;
	}
	return n;
}

/* p stands at \u; NULL for what is no character. */
static char *
unescape_code(char *p, char **to)
{
	uint32_t code = read_hex(p + 2);

	p += 6;
	if (code >= 0xd800 && code < 0xdc00) {
		if (p[0] != '\\' || p[1] != 'u')
			return NULL;
		uint32_t low = read_hex(p + 2);
		if (low < 0xdc00 || low > 0xdfff)
			return NULL;
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		p += 6;
	} else if (code > 0xffff || (code >= 0xdc00 && code < 0xe000)) {
		return NULL;
	}
	*to += utf8_put(*to, code);
	return p;
}

/* p stands at a backslash. */
static char *
unescape(char *p, char **to)
{
	static const char names[] = "\"\\/bfnrt";
	static const char means[] = "\"\\/\b\f\n\r\t";

	if (p[1] == 'u')
		return unescape_code(p, to);
	const char *name = p[1] == '\0' ? NULL : strchr(names, p[1]);
	if (name == NULL)
		return NULL;
	*(*to)++ = means[name - names];
	return p + 2;
}

static inline char *
set_string(yyjson_val *v, char *end, uint64_t subtype)
{
	size_t bytes = (size_t)(end - v->uni.str);

	v->tag = (uint64_t)bytes << YYJSON_TAG_BIT | YYJSON_TYPE_STR | subtype;
	*end = '\0';
	return end;
}

/* A string that is not plain, from its first such byte on. */
static char *
scan_rest(char *p, yyjson_val *v)
{
	char *to = p;
	bool escaped = false;

	while (*p != '"') {
		char *from = p;
		if ((unsigned char)*p >= 0x80) {
			p = skip_sequences(p);
			if (p == from)
				return NULL;
		} else if (*p == '\\') {
			escaped = true;
			p = unescape(p, &to);
			if (p == NULL)
				return NULL;
			continue;
		} else {
			p = skip_plain(p);
			if (p == from)
				return NULL;
		}
		if (escaped)
			memmove(to, from, (size_t)(p - from));
		to += p - from;
	}
	(void)set_string(v, to, escaped ? YYJSON_SUBTYPE_NONE :
	    YYJSON_SUBTYPE_NOESC);
	return p + 1;
}

/* p stands at the first quote. */
static inline char *
scan_string(char *p, yyjson_val *v)
{
	v->uni.str = ++p;
	p = skip_plain(p);
	if (*p != '"')
		return scan_rest(p, v);
	return set_string(v, p, YYJSON_SUBTYPE_NOESC) + 1;
}

/* ---- Numbers and words --------------------------------------------------- */

/* A number whose beginning is well-formed: long, or with an exponent. */
static NOINLINE char *
scan_unusual(char *from, yyjson_val *v)
{
	char *p = from + (*from == '-');

	while (is_digit(*p))
		p++;
	if (*p == '.') {
		if (!is_digit(*++p))
			return NULL;
		while (is_digit(*p))
			p++;
	}
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '+' || *p == '-';
		if (!is_digit(*p))
			return NULL;
		while (is_digit(*p))
			p++;
	}
	v->uni.str = from;
	v->tag = (uint64_t)(p - from) << YYJSON_TAG_BIT | YYJSON_TYPE_RAW;
	check_settle_text(v);
	return unsafe_yyjson_is_raw(v) ? NULL : p;
}

static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8,
	1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };

static inline char *
set_integer(char *from, char *p, uint64_t n, yyjson_val *v)
{
	if (*from == '-' && n != 0)
		unsafe_yyjson_set_sint(v, -(int64_t)n);
	else
		unsafe_yyjson_set_uint(v, n);
	return p;
}

/* A fraction of nothing but zeros. */
static NOINLINE char *
set_whole(char *from, char *p, uint64_t n, yyjson_val *v)
{
	return *from == '-' && n == 0 ? scan_unusual(from, v) :
	    set_integer(from, p, n, v);
}

/*
 * Behind a point. Up to 15 digits and the power of ten are exact as doubles, so
 * that one division rounds right, and the shortest decimal is what was written.
 */
static inline char *
scan_fraction(char *from, char *p, uint64_t n, yyjson_val *v)
{
	char *fraction = p;
	uint64_t digits = n;

	for (; is_digit(*p); p++)
		digits = digits * 10 + (uint64_t)(*p - '0');
	if (p == fraction)
		return NULL;
	if (p - from > 16 || *p == 'e' || *p == 'E')
		return scan_unusual(from, v);
	double x = (double)digits / powers[p - fraction];
	if (p[-1] == '0' && x == (double)n)
		return set_whole(from, p, n, v);
	unsafe_yyjson_set_real(v, *from == '-' ? -x : x);
	return p;
}

/*
 * Digit by digit: the lengths of the numbers of one place are mostly alike, so
 * that the processor foresees the end. Eight at a time was slower, and so was
 * finding both ends at once in 16 bytes.
 */
static inline char *
scan_number(char *from, yyjson_val *v)
{
	bool negative = *from == '-';
	char *first = from + negative;
	char *p = first;
	uint64_t n = 0;

	for (; is_digit(*p); p++)
		n = n * 10 + (uint64_t)(*p - '0');
	if (p == first || (*first == '0' && p - first > 1))
		return NULL;
	if (*p == '.')
		return scan_fraction(from, p + 1, n, v);
	if (p - first > 18 || *p == 'e' || *p == 'E')
		return scan_unusual(from, v);
	return set_integer(from, p, n, v);
}

/* Numbers, true, false, null. */
static inline char *
scan_plain(char *p, yyjson_val *v)
{
	if (is_digit(*p) || *p == '-')
		return scan_number(p, v);
	if (memcmp(p, "true", 4) == 0) {
		v->tag = YYJSON_TYPE_BOOL | YYJSON_SUBTYPE_TRUE;
		return p + 4;
	}
	if (memcmp(p, "false", 5) == 0) {
		v->tag = YYJSON_TYPE_BOOL | YYJSON_SUBTYPE_FALSE;
		return p + 5;
	}
	if (memcmp(p, "null", 4) != 0)
		return NULL;
	v->tag = YYJSON_TYPE_NULL;
	return p + 4;
}

/* ---- Containers ---------------------------------------------------------- */

/*
 * place: what is known of the objects that stand here (outline.h), or NULL.
 */
static char *scan_container(struct scan *s, char *p, yyjson_val *v,
    uint16_t *place);

/* Any value. *v moves behind it. */
static ALWAYS_INLINE char *
scan_value(struct scan *s, char *p, yyjson_val **v, uint16_t *place)
{
	if (*p == '"')
		return scan_string(p, (*v)++);
	if (*p != '{' && *p != '[')
		return scan_plain(p, (*v)++);
	p = scan_container(s, p, *v, place);
	*v = s->next;
	return p;
}

static inline char *
end_container(struct scan *s, char *p, yyjson_val *v, yyjson_val *end,
    size_t count)
{
	v->tag = (uint64_t)count << YYJSON_TAG_BIT |
	    (*p == '}' ? YYJSON_TYPE_OBJ : YYJSON_TYPE_ARR);
	v->uni.ofs = (size_t)((char *)end - (char *)v);
	s->next = end;
	return p + 1;
}

static inline char *
scan_array(struct scan *s, char *p, yyjson_val *v, uint16_t *place)
{
	yyjson_val *next = v + 1;
	size_t count = 0;

	p = skip_space(p + 1);
	if (*p == ']')
		return end_container(s, p, v, next, 0);
	for (;;) {
		p = scan_value(s, p, &next, place);
		if (p == NULL)
			return NULL;
		count++;
		p = skip_space(p);
		if (*p != ',')
			break;
		p = skip_space(p + 1);
	}
	return *p == ']' ? end_container(s, p, v, next, count) : NULL;
}

/* ---- Names of members ---------------------------------------------------- */

#ifdef __SSE2__
static inline unsigned
same_bytes(const char *a, const char *b)
{
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(
	    _mm_loadu_si128((const void *)a),
	    _mm_loadu_si128((const void *)b)));
}
#endif

static inline bool
is_name(const struct outline_name *n, const char *p)
{
#ifdef __SSE2__
	if ((~same_bytes(n->text, p) & n->masks[0]) != 0)
		return false;
	return n->masks[1] == 0 ||
	    (~same_bytes(n->text + 16, p + 16) & n->masks[1]) == 0;
#else
	return memcmp(n->text, p, n->bytes) == 0;
#endif
}

/* The name at p, if it is the next one or, some left out, behind it. */
static inline struct outline_name *
find_name(struct outline_name *name, const struct outline_name *end,
    const char *p)
{
	for (int tries = 0; name < end && tries < 4; name++, tries++)
		if (is_name(name, p))
			return name;
	return NULL;
}

static inline char *
take_name(const struct outline_name *n, char *p, yyjson_val *key)
{
	key->tag = n->tag;
	key->uni.str = p + 1;
	p += n->bytes;
	p[-2] = '\0';
	return p;
}

/* A name that was not expected, and its colon. */
static char *
scan_name(char *p, yyjson_val *key)
{
	if (*p != '"' || (p = scan_string(p, key)) == NULL)
		return NULL;
	p = skip_space(p);
	return *p == ':' ? p + 1 : NULL;
}

static bool
has_twice(struct scan *s, yyjson_val *object)
{
	yyjson_val *twice = NULL;

	if (unsafe_yyjson_get_len(object) <= MEMBERS_FEW)
		return members_twice(object) != NULL;
	return !members_index(s->members, object, &twice) || twice != NULL;
}

/* An object that was not as expected: false where a member is there twice. */
static bool
check_object(struct scan *s, yyjson_val *v, uint16_t *place)
{
	bool few = unsafe_yyjson_get_len(v) <= MEMBERS_FEW;

	if (s->members == NULL)
		place = few && place != NULL && members_twice(v) == NULL ?
		    place : NULL;
	else if (has_twice(s, v))
		return false;
	if (place != NULL)
		outline_learn(s->outline, place, v);
	return true;
}

static inline char *
scan_object(struct scan *s, char *p, yyjson_val *v, uint16_t *place)
{
	yyjson_val *next = v + 1;
	size_t count = 0;
	struct outline_name *name = NULL;
	struct outline_name *end = NULL;
	bool fits = true;

	if (place != NULL) {
		const struct outline_list *l = &s->outline->lists[*place];
		/* The list of place 0 is none, and was never filled. */
		name = &s->outline->names[*place == 0 ? 0 : l->first];
		end = name + (*place == 0 ? 0 : l->count);
	}
	p = skip_space(p + 1);
	if (*p == '}')
		return end_container(s, p, v, next, 0);
	for (;;) {
		struct outline_name *found = find_name(name, end, p);
		if (found != NULL) {
			name = found + 1;
			p = take_name(found, p, next++);
		} else {
			fits = false;
			p = scan_name(p, next++);
			if (p == NULL)
				return NULL;
		}
		p = scan_value(s, skip_space(p), &next,
		    found == NULL ? NULL : &found->below);
		if (p == NULL)
			return NULL;
		count++;
		p = skip_space(p);
		if (*p != ',')
			break;
		p = skip_space(p + 1);
	}
	if (*p != '}')
		return NULL;
	p = end_container(s, p, v, next, count);
	if (!fits)
		return check_object(s, v, place) ? p : NULL;
	s->outline->credit++;
	return p;
}

static char *
scan_container(struct scan *s, char *p, yyjson_val *v, uint16_t *place)
{
	if (s->depth_left == 0)
		return NULL;
	s->depth_left--;
	p = *p == '{' ? scan_object(s, p, v, place) :
	    scan_array(s, p, v, place);
	s->depth_left++;
	return p;
}

yyjson_val *
scan_text(void *room, const char *text, size_t bytes, size_t depth_max,
    struct members *members, struct outline *outline)
{
	yyjson_val *root = room;
	yyjson_val *next = root;
	char *copy = (char *)(root + bytes / 2 + SCAN_DEPTH + 2);
	struct scan s = { .members = members, .outline = outline,
		.depth_left = depth_max < SCAN_DEPTH ? depth_max : SCAN_DEPTH };

	memcpy(copy, text, bytes);
	memset(copy + bytes, 0, PADDING);
	if (outline != NULL)
		outline_begin(outline);
	char *p = scan_value(&s, skip_space(copy), &next,
	    outline == NULL ? NULL : &outline->top);
	if (p == NULL || skip_space(p) != copy + bytes)
		return NULL;
	return root;
}
