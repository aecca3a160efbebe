/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The texts of failures, near to those of TypeBox, from what the schema says.
 */
#include "schema/message.h"

#include "schema/keyword.h"

#define QUOTE_BYTES_MAX 64
#define LISTED_MAX 12

/* Texts come from values and may hold anything: one line, not too long. */
static void
add_cut(struct buf *out, const char *text, size_t bytes)
{
	size_t n = bytes;

	if (n > QUOTE_BYTES_MAX) {
		n = QUOTE_BYTES_MAX;
		while (n > 0 && (text[n] & 0xc0) == 0x80)
			n--;
	}
	for (size_t i = 0; i < n; i++) {
		bool control = (unsigned char)text[i] < 0x20 ||
		    text[i] == 0x7f;
		buf_char(out, control ? ' ' : text[i]);
	}
	if (n < bytes)
		buf_str(out, "...");
}

static void
add_quoted(struct buf *out, yyjson_val *text)
{
	buf_char(out, '\'');
	add_cut(out, yyjson_get_str(text), yyjson_get_len(text));
	buf_char(out, '\'');
}

static void
add_value(struct buf *out, yyjson_val *v)
{
	struct buf text = { 0 };

	if (yyjson_is_str(v)) {
		add_quoted(out, v);
		return;
	}
	json_write(&text, v);
	const char *written = buf_text(&text);
	if (written == NULL)
		out->failed = true;
	else
		add_cut(out, written, text.bytes);
	buf_fini(&text);
}

/* "a", "a or b", "a, b or c" */
static void
add_separator(struct buf *out, size_t i, size_t count)
{
	if (i > 0)
		buf_str(out, i + 1 == count ? " or " : ", ");
}

static void
add_types(struct buf *out, unsigned types)
{
	static const uint8_t order[] = {
		TYPE_STRING, TYPE_NUMBER, TYPE_INTEGER, TYPE_BOOLEAN,
		TYPE_OBJECT, TYPE_ARRAY, TYPE_NULL
	};
	uint8_t found[sizeof(order)];
	size_t count = 0;

	for (size_t i = 0; i < sizeof(order); i++) {
		if ((types & order[i]) != order[i])
			continue;
		found[count++] = order[i];
		types &= ~(unsigned)order[i];
	}
	buf_str(out, count == 0 ? "expected no value" : "expected ");
	for (size_t i = 0; i < count; i++) {
		add_separator(out, i, count);
		buf_str(out, keyword_type_name(found[i]));
	}
}

/* The values of an enum, or of an anyOf of constants. */
static void
add_literals(struct buf *out, yyjson_val *list, bool constants)
{
	size_t i, count;
	yyjson_val *item;

	buf_str(out, yyjson_arr_size(list) == 1 ? "expected " :
	    yyjson_arr_size(list) == 0 ? "expected no value" :
	    "expected one of ");
	yyjson_arr_foreach(list, i, count, item) {
		if (i == LISTED_MAX) {
			buf_printf(out, ", ... (%zu values)", count);
			return;
		}
		if (i > 0)
			buf_str(out, ", ");
		add_value(out, constants ? yyjson_obj_get(item, "const") :
		    item);
	}
}

static bool
is_folded(const struct node *n)
{
	for (const struct literal_rules *l = n->literal; l != NULL; l = l->next)
		if (l->keyword == KW_ANY_OF)
			return true;
	return false;
}

/* Where each variant names types, these; with a discriminator, its values. */
static void
add_union(struct buf *out, const struct walk *w, const struct node *n,
    enum keyword k, yyjson_val *v)
{
	const struct compose_rules *r = n->more->compose;
	const struct node_list *list = k == KW_ANY_OF ? &r->any_of : &r->one_of;
	const struct discriminator *d = k == KW_ANY_OF ? r->any_by : r->one_by;
	unsigned types = 0;

	if (d != NULL && yyjson_is_obj(v)) {
		buf_str(out, "expected property '");
		add_cut(out, d->name, d->bytes);
		buf_str(out, "' to be one of ");
		for (uint32_t i = 0; i < d->values.count; i++) {
			if (i == LISTED_MAX) {
				buf_str(out, ", ...");
				return;
			}
			buf_str(out, i > 0 ? ", '" : "'");
			add_cut(out, d->values.list[i].text,
			    d->values.list[i].bytes);
			buf_char(out, '\'');
		}
		return;
	}
	for (uint32_t i = 0; i < list->count; i++)
		types |= w->nodes[list->nodes[i]].types;
	if (types != TYPE_ALL && (types & program_type(v)) == 0)
		add_types(out, types);
	else
		buf_printf(out, "expected a match with one of %u variants",
		    (unsigned)list->count);
}

/* "expected PREFIX VALUE SUFFIX" with the keyword's own value. */
static void
add_bound(struct buf *out, const struct node *n, enum keyword k,
    const char *prefix, const char *suffix)
{
	buf_str(out, "expected ");
	buf_str(out, prefix);
	add_value(out, yyjson_obj_get(n->source, keyword_rows[k].name));
	buf_str(out, suffix);
}

static void
add_limit(struct buf *out, const struct walk *w)
{
	switch (w->stop) {
	case STOP_PATTERN:
		buf_str(out, "pattern too costly");
		break;
	case STOP_FRAMES:
		buf_printf(out, "nested too deeply to be checked (limit check "
		    "depth, %d)", SCHEMA_FRAMES_MAX);
		break;
	default:
		buf_str(out, "too costly to be checked (limit check steps)");
		break;
	}
}

static void
write_number(struct buf *out, const struct node *n, enum keyword k)
{
	const char *what = n->types == TYPE_INTEGER ? "integer to be " :
	    "number to be ";

	buf_str(out, "expected ");
	buf_str(out, what);
	buf_str(out, k == KW_MINIMUM ? "greater or equal to " :
	    k == KW_MAXIMUM ? "less or equal to " :
	    k == KW_EXCLUSIVE_MINIMUM ? "greater than " :
	    k == KW_EXCLUSIVE_MAXIMUM ? "less than " : "a multiple of ");
	add_value(out, yyjson_obj_get(n->source, keyword_rows[k].name));
}

static void
write_object(struct buf *out, enum keyword k, yyjson_val *detail)
{
	buf_str(out, k == KW_REQUIRED ? "expected required property " :
	    k == KW_ADDITIONAL_PROPERTIES || k == KW_UNEVALUATED_PROPERTIES ?
	    "unexpected property " :
	    "expected a property that another one requires, ");
	add_quoted(out, detail);
}

static void
write_array(struct buf *out, const struct node *n, enum keyword k)
{
	switch (k) {
	case KW_MIN_ITEMS:
		add_bound(out, n, k,
		    "array length to be greater or equal to ", "");
		break;
	case KW_MAX_ITEMS:
		add_bound(out, n, k, "array length to be less or equal to ",
		    "");
		break;
	case KW_UNIQUE_ITEMS:
		buf_str(out, "expected array elements to be unique");
		break;
	case KW_CONTAINS:
		buf_str(out, "expected array to contain at least one matching "
		    "value");
		break;
	case KW_MIN_CONTAINS:
		add_bound(out, n, k, "array to contain at least ",
		    " matching values");
		break;
	case KW_MAX_CONTAINS:
		add_bound(out, n, k, "array to contain at most ",
		    " matching values");
		break;
	default:
		buf_str(out, "unexpected item");
		break;
	}
}

void
message_write(struct buf *out, const struct walk *w, const struct node *n,
    enum keyword k, yyjson_val *v, yyjson_val *detail)
{
	switch (k) {
	case KW_LIMIT:
		add_limit(out, w);
		break;
	case KW_NEVER:
		buf_str(out, "no value is expected here");
		break;
	case KW_TYPE:
		add_types(out, n->types);
		break;
	case KW_CONST:
		buf_str(out, "expected ");
		add_value(out, yyjson_obj_get(n->source, "const"));
		break;
	case KW_ENUM:
		add_literals(out, yyjson_obj_get(n->source, "enum"), false);
		break;
	case KW_ANY_OF:
	case KW_ONE_OF:
		if (k == KW_ANY_OF && is_folded(n))
			add_literals(out, yyjson_obj_get(n->source, "anyOf"),
			    true);
		else if (k == KW_ONE_OF && detail != NULL)
			buf_str(out, "expected exactly one variant to match, "
			    "not more");
		else
			add_union(out, w, n, k, v);
		break;
	case KW_NOT:
		buf_str(out, "value should not match");
		break;
	case KW_MIN_LENGTH:
		add_bound(out, n, k, "string length greater or equal to ", "");
		break;
	case KW_MAX_LENGTH:
		add_bound(out, n, k, "string length less or equal to ", "");
		break;
	case KW_PATTERN:
		add_bound(out, n, k, "string to match ", "");
		break;
	case KW_FORMAT:
		add_bound(out, n, k, "string to match ", " format");
		break;
	case KW_MIN_PROPERTIES:
		add_bound(out, n, k, "object to have at least ", " properties");
		break;
	case KW_MAX_PROPERTIES:
		add_bound(out, n, k, "object to have at most ", " properties");
		break;
	case KW_REQUIRED:
	case KW_ADDITIONAL_PROPERTIES:
	case KW_UNEVALUATED_PROPERTIES:
	case KW_DEPENDENT_REQUIRED:
	case KW_DEPENDENCIES:
		write_object(out, k, detail);
		break;
	case KW_MINIMUM:
	case KW_MAXIMUM:
	case KW_EXCLUSIVE_MINIMUM:
	case KW_EXCLUSIVE_MAXIMUM:
	case KW_MULTIPLE_OF:
		write_number(out, n, k);
		break;
	default:
		write_array(out, n, k);
		break;
	}
}
