/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk_changes(): what the open transaction has changed so far. */
#include "store/store.h"

#include "base/error.h"

int
alk_changes(alk_session *s, alk_change_fn fn, void *arg)
{
	struct call c;

	call_begin(s, &c);
	if (c.err.code == ALK_OK && s->writer == NULL)
		error_set(&c.err, ALK_MISUSE, "no transaction is open in this "
		    "session; call it within alk_transact()");
	const struct changes *list = &s->graph.changes;
	for (size_t i = 0; c.err.code == ALK_OK && i < list->count; i++) {
		const struct change *from = &list->list[i];
		if (from->op == 0)
			continue;
		alk_change change = { .op = from->op, .kind = from->kind,
			.graph = changes_text(list, from->graph_id),
			.key = changes_text(list, from->key),
			.id = changes_text(list, from->id),
			.type = changes_text(list, from->type),
			.source = changes_text(list, from->source),
			.target = changes_text(list, from->target) };
		if (fn(arg, &change) != 0)
			break;
	}
	return call_end(s, &c);
}
