/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_DIALECT_H
#define SCHEMA_DIALECT_H

#include "schema/schema.h"

/*
 * What a schema resource is read by: a draft, and which of its vocabularies are
 * on. All are, but where a meta-schema of somebody's own lists others.
 */

enum {
	VOCABULARY_CORE = 1,
	VOCABULARY_APPLICATOR = 2,
	VOCABULARY_UNEVALUATED = 4,
	VOCABULARY_VALIDATION = 8,
	VOCABULARY_META_DATA = 16,
	VOCABULARY_FORMAT = 32,
	VOCABULARY_CONTENT = 64,
	VOCABULARY_ALL = 127
};

/* Sets of dialects, for tables. */
#define DIALECT_BIT(draft) (1u << (draft))
#define DIALECT_T DIALECT_BIT(SCHEMA_TYPEBOX)
#define DIALECT_2020 DIALECT_BIT(SCHEMA_2020_12)
#define DIALECT_2019 DIALECT_BIT(SCHEMA_2019_09)
#define DIALECT_7 DIALECT_BIT(SCHEMA_7)
#define DIALECT_6 DIALECT_BIT(SCHEMA_6)
#define DIALECT_4 DIALECT_BIT(SCHEMA_4)
#define DIALECT_FROM_2019 (DIALECT_T | DIALECT_2020 | DIALECT_2019)
#define DIALECT_FROM_7 (DIALECT_FROM_2019 | DIALECT_7)
#define DIALECT_FROM_6 (DIALECT_FROM_7 | DIALECT_6)
#define DIALECT_ANY (DIALECT_FROM_6 | DIALECT_4)
#define DIALECT_COUNT 6

struct dialect {
	enum schema_dialect draft;
	unsigned vocabularies;
	bool asserts_format;
};

/* All that the draft has; format as asked, or as the draft wants it. */
struct dialect dialect_of_draft(enum schema_dialect draft,
    enum schema_format format);

/* Up to draft 7 what stands beside $ref is ignored. */
static inline bool
dialect_hides_siblings(const struct dialect *d)
{
	return (DIALECT_BIT(d->draft) & (DIALECT_7 | DIALECT_6 | DIALECT_4)) !=
	    0;
}

struct compile;

/*
 * The dialect that `name`, the value of a $schema, stands for; owned by c. An
 * unknown one is looked up in the registry. ALK_SCHEMA with the place; other
 * errors.
 */
int dialect_find(struct compile *c, yyjson_val *name,
    const struct dialect **out);

#endif
