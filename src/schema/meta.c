/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/meta.h"

#include "schema/text.h"

/* Made of src/schema/meta/: an array for each file. */
#include "schema/meta.json.h"

#define DRAFT_2020_12 "https://json-schema.org/draft/2020-12/"
#define DRAFT_2019_09 "https://json-schema.org/draft/2019-09/"

static const struct meta {
	const char *uri;
	const char *text;
} metas[] = {
	/* The drafts, in the order of enum schema_dialect from 2020-12 on. */
	{ DRAFT_2020_12 "schema", meta_2020_12 },
	{ DRAFT_2019_09 "schema", meta_2019_09 },
	{ "http://json-schema.org/draft-07/schema", meta_7 },
	{ "http://json-schema.org/draft-06/schema", meta_6 },
	{ "http://json-schema.org/draft-04/schema", meta_4 },
	/* Their parts. */
	{ DRAFT_2020_12 "meta/core", meta_2020_12_core },
	{ DRAFT_2020_12 "meta/applicator", meta_2020_12_applicator },
	{ DRAFT_2020_12 "meta/unevaluated", meta_2020_12_unevaluated },
	{ DRAFT_2020_12 "meta/validation", meta_2020_12_validation },
	{ DRAFT_2020_12 "meta/meta-data", meta_2020_12_meta_data },
	{ DRAFT_2020_12 "meta/format-annotation",
	    meta_2020_12_format_annotation },
	{ DRAFT_2020_12 "meta/format-assertion",
	    meta_2020_12_format_assertion },
	{ DRAFT_2020_12 "meta/content", meta_2020_12_content },
	{ DRAFT_2019_09 "meta/core", meta_2019_09_core },
	{ DRAFT_2019_09 "meta/applicator", meta_2019_09_applicator },
	{ DRAFT_2019_09 "meta/validation", meta_2019_09_validation },
	{ DRAFT_2019_09 "meta/meta-data", meta_2019_09_meta_data },
	{ DRAFT_2019_09 "meta/format", meta_2019_09_format },
	{ DRAFT_2019_09 "meta/content", meta_2019_09_content }
};

#define DRAFTS 5

const char *
meta_text(const char *uri, size_t bytes)
{
	for (size_t i = 0; i < sizeof(metas) / sizeof(metas[0]); i++)
		if (text_is(uri, bytes, metas[i].uri))
			return metas[i].text;
	return NULL;
}

bool
meta_draft(const char *uri, size_t bytes, enum schema_dialect *out)
{
	for (size_t i = 0; i < DRAFTS; i++) {
		if (!text_is(uri, bytes, metas[i].uri))
			continue;
		*out = (enum schema_dialect)(SCHEMA_2020_12 + i);
		return true;
	}
	return false;
}
