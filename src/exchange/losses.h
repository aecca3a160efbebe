/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_LOSSES_H
#define EXCHANGE_LOSSES_H

#include <alkstore.h>
#include <stdbool.h>

/*
 * What a format cannot hold, or a reader had to read over, counted by kind with
 * the first place of each.
 */

enum loss {
	LOSS_ID,
	LOSS_METADATA,
	LOSS_GRAPH,
	LOSS_ORDER,
	LOSS_OPTIONS,
	LOSS_MEMBER,
	LOSS_NUMBER,
	LOSS_MARKUP,
	LOSS_NESTING,
	LOSS_HYPEREDGE,
	LOSS_PORT,
	LOSS_MUTUAL,
	LOSS_DYNAMICS,
	LOSS_VISUAL,
	LOSS_COLUMN,
	LOSSES /* how many kinds there are */
};

/* Zeroed it is empty; nothing to free. */
struct losses {
	int64_t counts[LOSSES];
	char examples[LOSSES][128];
	bool is_strict; /* the first one is an error */
};

/*
 * One more. format gives its place, as "node a", and is used for the first of a
 * kind only. ALK_OK, or ALK_LOSS with err filled where it is strict.
 */
int losses_add(struct losses *l, enum loss kind, alk_error *err,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
int64_t losses_total(const struct losses *l);
/* Tells each kind that there is; fn may be NULL. */
void losses_tell(const struct losses *l, alk_loss_fn fn, void *arg);

#endif
