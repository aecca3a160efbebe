/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Debian's order of versions: [epoch:]upstream[-revision], compared part by
 * part, each part as words and numbers by turns.
 */
#include "version.h"

/* ~ sorts before the end, the end before letters, letters before the rest. */
static int
version_weight(struct text t, size_t i)
{
	if (i >= t.bytes || is_digit(t.at[i]))
		return 0;
	if (t.at[i] == '~')
		return -1;
	return is_alpha(t.at[i]) ? t.at[i] : t.at[i] + 256;
}

static bool
digit_at(struct text t, size_t i)
{
	return i < t.bytes && is_digit(t.at[i]);
}

/* Compares the numbers at a[*i] and b[*j], of any length, and skips them. */
static int
version_number_compare(struct text a, size_t *i, struct text b, size_t *j)
{
	int order = 0;

	while (digit_at(a, *i) && a.at[*i] == '0')
		++*i;
	while (digit_at(b, *j) && b.at[*j] == '0')
		++*j;
	while (digit_at(a, *i) && digit_at(b, *j)) {
		if (order == 0)
			order = a.at[*i] - b.at[*j];
		++*i;
		++*j;
	}
	if (digit_at(a, *i) || digit_at(b, *j))
		return digit_at(a, *i) ? 1 : -1;
	return order;
}

/* Compares two upstream versions or two revisions. */
static int
version_part_compare(struct text a, struct text b)
{
	size_t i = 0;
	size_t j = 0;

	while (i < a.bytes || j < b.bytes) {
		int order;

		while ((i < a.bytes && !digit_at(a, i)) ||
		    (j < b.bytes && !digit_at(b, j))) {
			order = version_weight(a, i) - version_weight(b, j);
			if (order != 0)
				return order;
			i++;
			j++;
		}
		order = version_number_compare(a, &i, b, &j);
		if (order != 0)
			return order;
	}
	return 0;
}

/* version = [epoch:]upstream[-revision] */
static void
version_split(struct text v, struct text part[3])
{
	const char *colon = memchr(v.at, ':', v.bytes);
	size_t dash;

	part[0] = (struct text){ "", 0 };
	if (colon != NULL)
		part[0] = text_cut(&v, ':');
	dash = v.bytes;
	while (dash > 0 && v.at[dash - 1] != '-')
		dash--;
	part[1] = v;
	part[2] = (struct text){ "", 0 };
	if (dash > 0) {
		part[1].bytes = dash - 1;
		part[2] = (struct text){ v.at + dash, v.bytes - dash };
	}
}

int
version_compare(struct text a, struct text b)
{
	struct text x[3];
	struct text y[3];
	int order = 0;

	version_split(a, x);
	version_split(b, y);
	for (int i = 0; i < 3 && order == 0; i++)
		order = version_part_compare(x[i], y[i]);
	return order;
}

