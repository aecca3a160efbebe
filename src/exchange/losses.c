/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "exchange/losses.h"

#include "base/error.h"

#include <stdio.h>

static const struct {
	const char *kind;
	const char *text;
} told[LOSSES] = {
	[LOSS_ID] = { "id", "ids that were chosen are not written" },
	[LOSS_METADATA] = { "metadata", "metadata are not written" },
	[LOSS_GRAPH] = { "graph", "attributes of the graph are not written" },
	[LOSS_ORDER] = { "order",
	    "attributes come back in the order of the columns" },
	[LOSS_OPTIONS] = { "options",
	    "the file tells other options than the graph type has" },
	[LOSS_MEMBER] = { "member", "members that mean nothing here" },
	[LOSS_NUMBER] = { "number",
	    "not a number or infinite, which JSON cannot say: left out" },
	[LOSS_MARKUP] = { "markup", "XML inside of data is left out" },
	[LOSS_NESTING] = { "nesting",
	    "nodes inside of nodes are read as nodes beside them" },
	[LOSS_HYPEREDGE] = { "hyperedge", "hyperedges are left out" },
	[LOSS_PORT] = { "port", "ports are left out" },
	[LOSS_MUTUAL] = { "mutual", "mutual edges are read as undirected" },
	[LOSS_DYNAMICS] = { "dynamics", "times and intervals are left out" },
	[LOSS_VISUAL] = { "visual",
	    "positions, colours and sizes are left out" },
	[LOSS_COLUMN] = { "column", "columns that are to be ignored" },
};

int
losses_add(struct losses *l, enum loss kind, alk_error *err,
    const char *format, ...)
{
	char *example = l->examples[kind];
	va_list ap;

	if (l->counts[kind]++ > 0)
		return ALK_OK;
	va_start(ap, format);
	(void)vsnprintf(example, sizeof(l->examples[kind]), format, ap);
	va_end(ap);
	if (!l->is_strict)
		return ALK_OK;
	error_entry(err, "%s", example);
	return error_set(err, ALK_LOSS, "%s: %s", told[kind].kind,
	    told[kind].text);
}

int64_t
losses_total(const struct losses *l)
{
	int64_t total = 0;

	for (int i = 0; i < LOSSES; i++)
		total += l->counts[i];
	return total;
}

void
losses_tell(const struct losses *l, alk_loss_fn fn, void *arg)
{
	for (int i = 0; i < LOSSES && fn != NULL; i++) {
		alk_loss loss = { .kind = told[i].kind, .text = told[i].text,
			.count = l->counts[i], .example = l->examples[i] };
		if (loss.count > 0)
			fn(arg, &loss);
	}
}
