/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "store/kept.h"

#include "base/error.h"

size_t
kept_text(struct kept *k, struct span text)
{
	size_t at = k->texts.bytes;

	buf_add(&k->texts, text.at != NULL ? text.at : "", text.bytes);
	buf_char(&k->texts, '\0');
	return at;
}

int
kept_add(struct kept *k, const void *row, size_t bytes)
{
	buf_add(&k->rows, row, bytes);
	if (!k->rows.failed && !k->texts.failed)
		return 0;
	error_nomem(&k->s->call->err);
	return 1;
}

const char *
kept_at(const struct kept *k, size_t place)
{
	return k->texts.data + place;
}

void
kept_fini(struct kept *k)
{
	buf_fini(&k->rows);
	buf_fini(&k->texts);
}
