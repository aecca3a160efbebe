/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* schema_declares(): which properties a schema names. */
#include "schema/program.h"
#include "schema/schema.h"

#define DEPTH_MAX 64    /* of $ref and allOf */
#define VISITS_MAX 4096 /* of nodes in all; more do not name more */

struct search {
	const struct schema *s;
	const char *name;
	size_t bytes;
	int visits;
};

static bool
declares(struct search *q, uint32_t index, int depth)
{
	const struct node *n = &q->s->nodes[index];

	if (depth > DEPTH_MAX || ++q->visits > VISITS_MAX)
		return false;
	if (n->object != NULL) {
		uint32_t at = names_find(&n->object->names, q->name, q->bytes);
		if (at != NAMES_NONE && n->object->properties[at].declared)
			return true;
	}
	const struct compose_rules *r = n->more != NULL ? n->more->compose :
	    NULL;
	if (r == NULL)
		return false;
	if (r->has_ref && declares(q, r->ref, depth + 1))
		return true;
	if (r->has_dynamic && declares(q, r->dynamic, depth + 1))
		return true;
	for (uint32_t i = 0; i < r->all_of.count; i++)
		if (declares(q, r->all_of.nodes[i], depth + 1))
			return true;
	return false;
}

bool
schema_declares(const struct schema *s, const char *property)
{
	struct search q = { .s = s, .name = property,
		.bytes = strlen(property) };

	return declares(&q, s->root, 0);
}
