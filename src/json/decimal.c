/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Decimals without arithmetic on them: they are compared by where the first
 * digit stands and then digit by digit, so that 1e999999999 costs what it takes
 * to read it.
 *
 * The value of a double is its shortest decimal, not the binary fraction behind
 * it: a double is only kept for a number that is written so, and two numbers
 * that are written differently must not become equal by being stored.
 */
#include "json/decimal.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Far beyond any point, far below overflow. */
#define FAR ((int64_t)1000000000000000)

/* The exponent behind e or E. */
static void
parse_exponent(struct decimal *d, const char *p, const char *end)
{
	if (*p == '+' || *p == '-')
		d->exponent_negative = *p++ == '-';
	while (p < end && *p == '0')
		p++;
	d->exponent = p;
	d->exponent_bytes = (size_t)(end - p);
}

/* Cuts zeros off both ends of the mantissa and finds its point. */
static void
parse_mantissa(struct decimal *d, const char *p, const char *end)
{
	const char *dot = memchr(p, '.', (size_t)(end - p));
	const char *whole_end = dot != NULL ? dot : end;
	const char *first = p;
	const char *last = end;

	while (first < end && (*first == '0' || *first == '.'))
		first++;
	while (last > first && (last[-1] == '0' || last[-1] == '.'))
		last--;
	d->digits = first;
	d->bytes = (size_t)(last - first);
	d->count = d->bytes - (dot != NULL && dot >= first && dot < last);
	d->point = whole_end - first;
	if (first > whole_end)
		d->point++; /* the dot itself was passed */
}

void
decimal_parse(struct decimal *d, const char *text, size_t bytes)
{
	const char *end = text + bytes;

	*d = (struct decimal){ 0 };
	if (text < end && *text == '-') {
		d->negative = true;
		text++;
	}
	const char *e = text;
	while (e < end && *e != 'e' && *e != 'E')
		e++;
	parse_mantissa(d, text, e);
	if (d->bytes == 0)
		*d = (struct decimal){ 0 };
	else if (e + 1 < end)
		parse_exponent(d, e + 1, end);
}

static void
decimal_of_digits(struct decimal *d, const struct digits *from, bool negative)
{
	size_t n = (size_t)from->count;

	while (n > 0 && from->text[n - 1] == '0')
		n--;
	*d = (struct decimal){ .digits = from->text, .bytes = n, .count = n,
		.point = from->point, .negative = negative };
	if (n == 0)
		*d = (struct decimal){ 0 };
}

void
decimal_of(struct decimal *d, struct digits *room, yyjson_val *v)
{
	if (unsafe_yyjson_is_raw(v)) {
		decimal_parse(d, unsafe_yyjson_get_raw(v),
		    unsafe_yyjson_get_len(v));
	} else if (unsafe_yyjson_is_real(v)) {
		double x = unsafe_yyjson_get_real(v);
		room->count = room->point = 0;
		if (x != 0)
			digits_of(room, fabs(x));
		decimal_of_digits(d, room, x < 0);
	} else {
		int64_t i = unsafe_yyjson_get_sint(v);
		uint64_t u = unsafe_yyjson_get_uint(v);
		bool negative = unsafe_yyjson_is_sint(v) && i < 0;
		room->count = digits_of_uint(room->text, negative ? 0 - u : u);
		room->point = room->count;
		decimal_of_digits(d, room, negative);
	}
}

/*
 * A long exponent, a number of more than 17 digits, and a short one that is
 * added to it: in decimal, from the last digit.
 */
static void
write_long_exponent(const char *digits, size_t bytes, bool is_negative,
    int64_t more, struct buf *out)
{
	/* In the direction of the long one. */
	if (is_negative) {
		more = -more;
		buf_char(out, '-');
	}
	size_t from = out->bytes;
	buf_char(out, '0');
	buf_add(out, digits, bytes);
	if (buf_text(out) == NULL)
		return;
	for (size_t i = out->bytes; more != 0 && i-- > from;) {
		int64_t digit = out->data[i] - '0' + more % 10;
		more /= 10;
		if (digit < 0) {
			digit += 10;
			more--;
		} else if (digit > 9) {
			digit -= 10;
			more++;
		}
		out->data[i] = (char)('0' + digit);
	}
	/* Two zeros in front at most: |more| is far smaller. */
	size_t zeros = 0;
	while (out->data[from + zeros] == '0')
		zeros++;
	memmove(out->data + from, out->data + from + zeros,
	    out->bytes - from - zeros);
	out->bytes -= zeros;
}

void
decimal_write_exponent(const struct decimal *d, int64_t more,
    struct buf *out)
{
	const char *digits = d->exponent;
	size_t bytes = d->exponent_bytes;
	int64_t exponent = 0;

	while (bytes > 0 && digits[0] == '0') {
		digits++;
		bytes--;
	}
	more += d->point;
	if (bytes > 17) {
		write_long_exponent(digits, bytes, d->exponent_negative, more,
		    out);
		return;
	}
	for (size_t i = 0; i < bytes; i++)
		exponent = exponent * 10 + (digits[i] - '0');
	buf_int(out, (d->exponent_negative ? -exponent : exponent) + more);
}

static int
exponent_digit(const struct decimal *d, size_t places, size_t at)
{
	if (at < places - d->exponent_bytes)
		return 0;
	int n = d->exponent[at - (places - d->exponent_bytes)] - '0';
	return d->exponent_negative ? -n : n;
}

/*
 * Exponent of a less that of b. Once the digits seen so far are FAR apart, no
 * further ones can bring them together: then it is +-FAR.
 */
static int64_t
exponent_difference(const struct decimal *a, const struct decimal *b)
{
	size_t places = a->exponent_bytes > b->exponent_bytes ?
	    a->exponent_bytes : b->exponent_bytes;
	int64_t n = 0;

	for (size_t i = 0; i < places; i++) {
		n = n * 10 + exponent_digit(a, places, i) -
		    exponent_digit(b, places, i);
		if (n > FAR)
			return FAR;
		if (n < -FAR)
			return -FAR;
	}
	return n;
}

/* Digits before the point; may be negative. */
static int64_t
magnitude(const struct decimal *d)
{
	static const struct decimal zero;

	return exponent_difference(d, &zero) + d->point;
}

static int
compare_digits(const struct decimal *a, const struct decimal *b)
{
	const char *p = a->digits, *p_end = p + a->bytes;
	const char *q = b->digits, *q_end = q + b->bytes;

	for (;; p++, q++) {
		if (p < p_end && *p == '.')
			p++;
		if (q < q_end && *q == '.')
			q++;
		if (p == p_end || q == q_end)
			return (p < p_end) - (q < q_end);
		if (*p != *q)
			return *p < *q ? -1 : 1;
	}
}

static int
compare_magnitudes(const struct decimal *a, const struct decimal *b)
{
	int64_t apart = exponent_difference(a, b) + (a->point - b->point);

	if (apart != 0)
		return apart < 0 ? -1 : 1;
	return compare_digits(a, b);
}

int
decimal_compare(const struct decimal *a, const struct decimal *b)
{
	int sign_a = a->bytes == 0 ? 0 : a->negative ? -1 : 1;
	int sign_b = b->bytes == 0 ? 0 : b->negative ? -1 : 1;

	if (sign_a != sign_b)
		return sign_a < sign_b ? -1 : 1;
	if (sign_a == 0)
		return 0;
	return sign_a * compare_magnitudes(a, b);
}

bool
decimal_is_integral(const struct decimal *d)
{
	return d->bytes == 0 || (int64_t)d->count <= magnitude(d);
}

bool
decimal_get_uint(const struct decimal *d, uint64_t *out)
{
	uint64_t n = 0;

	if (d->bytes == 0) {
		*out = 0;
		return true;
	}
	int64_t places = magnitude(d);
	if ((int64_t)d->count > places || places > 20)
		return false;
	const char *p = d->digits, *end = p + d->bytes;
	for (; places > 0; places--) {
		if (p < end && *p == '.')
			p++;
		unsigned digit = p < end ? (unsigned)(*p++ - '0') : 0;
		if (n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return true;
}

int
digits_of_uint(char *into, uint64_t n)
{
	char text[20];
	int at = 20;

	for (; n >= 100; n /= 100) {
		unsigned two = (unsigned)(n % 100);
		text[--at] = (char)('0' + two % 10);
		text[--at] = (char)('0' + two / 10);
	}
	if (n >= 10)
		text[--at] = (char)('0' + n % 10);
	text[--at] = (char)('0' + (n >= 10 ? n / 10 : n));
	for (int i = at; i < 20; i++)
		*into++ = text[i];
	return 20 - at;
}

/*
 * Numbers of people: few places and at most 15 digits in all. If whole /
 * 10^places is x, it is the shortest: below 10^15 both are exact, the division
 * is correctly rounded, and no two decimals of 15 digits read as the same
 * double.
 */
static bool
digits_of_short(struct digits *d, double x)
{
	int places = x < 1e7 ? 8 : x < 1e10 ? 5 : 2;
	double power = x < 1e7 ? 1e8 : x < 1e10 ? 1e5 : 1e2;
	int64_t whole = (int64_t)(x * power + 0.5);

	if ((double)whole / power != x)
		return false;
	while (places > 0 && whole % 10 == 0) {
		whole /= 10;
		places--;
	}
	d->count = digits_of_uint(d->text, (uint64_t)whole);
	d->point = d->count - places;
	return true;
}

void
digits_of(struct digits *d, double x)
{
	assert(isfinite(x) && x > 0);
	if (x > 1e-8 && x < 1e13 && digits_of_short(d, x))
		return;
	/* The shortest digits of any other: yyjson's writer finds them. */
	char room[512];
	yyjson_alc alc;
	yyjson_val v = { .tag = YYJSON_TYPE_NUM | YYJSON_SUBTYPE_REAL,
		.uni = { .f64 = x } };
	size_t bytes = 0;
	yyjson_alc_pool_init(&alc, room, sizeof(room));
	const char *text = yyjson_val_write_opts(&v, YYJSON_WRITE_NOFLAG, &alc,
	    &bytes, NULL);
	assert(text != NULL);
	struct decimal whole;
	decimal_parse(&whole, text, bytes);
	d->count = 0;
	for (size_t i = 0; i < whole.bytes; i++)
		if (whole.digits[i] != '.')
			d->text[d->count++] = whole.digits[i];
	d->point = (int)magnitude(&whole);
}
