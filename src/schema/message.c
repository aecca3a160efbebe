/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The texts of failures, near to those of TypeBox: what the schema expects, and
 * what stands there instead, as far as that helps. Of a value no more than its
 * beginning is told: texts of failures get into logs.
 */
#include "schema/message.h"

#include "schema/keyword.h"

#define QUOTE_BYTES_MAX 64  /* of what the schema says */
#define ACTUAL_BYTES_MAX 40 /* of what stands there */
#define LISTED_MAX 12
#define WRITTEN_VALUES_MAX 32 /* of a constant; a larger one is abridged */

/* Texts come from values and may hold anything: one line, not too long. */
static void
add_cut_at(struct buf *out, const char *text, size_t bytes, size_t most)
{
	size_t n = bytes;

	if (n > most) {
		n = most;
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
add_cut(struct buf *out, const char *text, size_t bytes)
{
	add_cut_at(out, text, bytes, QUOTE_BYTES_MAX);
}

static void
add_quoted_at(struct buf *out, yyjson_val *text, size_t most)
{
	buf_char(out, '\'');
	add_cut_at(out, yyjson_get_str(text), yyjson_get_len(text), most);
	buf_char(out, '\'');
}

static void
add_quoted(struct buf *out, yyjson_val *text)
{
	add_quoted_at(out, text, QUOTE_BYTES_MAX);
}

/* Whether writing all of v, to show its beginning, is little work. */
static bool
is_small(yyjson_val *v)
{
	yyjson_val *end = unsafe_yyjson_get_next(v);

	if (end - v > WRITTEN_VALUES_MAX)
		return false;
	for (; v < end; v++)
		if ((unsafe_yyjson_is_str(v) || unsafe_yyjson_is_raw(v)) &&
		    unsafe_yyjson_get_len(v) > 4 * QUOTE_BYTES_MAX)
			return false;
	return true;
}

/* Anything but a string. */
static void
add_written(struct buf *out, yyjson_val *v, size_t most)
{
	struct buf text = { 0 };

	if (!is_small(v)) {
		buf_str(out, yyjson_is_obj(v) ? "{...}" : yyjson_is_arr(v) ?
		    "[...]" : "a long number");
		return;
	}
	json_write(&text, v);
	const char *written = buf_text(&text);
	if (written == NULL)
		out->failed = true;
	else
		add_cut_at(out, written, text.bytes, most);
	buf_fini(&text);
}

static void
add_value(struct buf *out, yyjson_val *v)
{
	if (yyjson_is_str(v))
		add_quoted(out, v);
	else
		add_written(out, v, QUOTE_BYTES_MAX);
}

/* "a string": what kind of value stands there. */
static void
add_kind(struct buf *out, yyjson_val *v)
{
	if (yyjson_is_null(v))
		buf_str(out, "null");
	else
		buf_printf(out, "%s %s", yyjson_is_ctn(v) ? "an" : "a",
		    json_is_number(v) ? "number" :
		    keyword_type_name(program_type(v)));
}

/* ", not 'x'": what stands there. */
static void
add_actual(struct buf *out, yyjson_val *v)
{
	buf_str(out, ", not ");
	if (yyjson_is_str(v))
		add_quoted_at(out, v, ACTUAL_BYTES_MAX);
	else if (yyjson_is_ctn(v))
		add_kind(out, v);
	else
		add_written(out, v, ACTUAL_BYTES_MAX);
}

/* "a", "a or b", "a, b or c" */
static void
add_separator(struct buf *out, size_t i, size_t count)
{
	if (i > 0)
		buf_str(out, i + 1 == count ? " or " : ", ");
}

/* "string, integer or null" */
static void
add_type_names(struct buf *out, unsigned types)
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
	for (size_t i = 0; i < count; i++) {
		add_separator(out, i, count);
		buf_str(out, keyword_type_name(found[i]));
	}
}

static void
add_types(struct buf *out, unsigned types)
{
	buf_str(out, types == 0 ? "expected no value" : "expected ");
	add_type_names(out, types);
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

/* "expected string, not a number" */
static void
write_type(struct buf *out, const struct node *n, yyjson_val *v)
{
	if (yyjson_obj_get(n->source, "const") != NULL) {
		buf_str(out, "expected ");
		add_value(out, yyjson_obj_get(n->source, "const"));
		add_actual(out, v);
		return;
	}
	add_types(out, n->types);
	if ((n->types & TYPE_NUMBER) == TYPE_INTEGER && json_is_number(v)) {
		add_actual(out, v);
	} else if (n->types != 0) {
		buf_str(out, ", not ");
		add_kind(out, v);
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

/* Which values of the discriminator there are, and which one stands there. */
static void
add_discriminator(struct buf *out, const struct discriminator *d,
    yyjson_val *v)
{
	yyjson_val *member = yyjson_obj_getn(v, d->name, d->bytes);
	uint32_t count = d->values.count;

	buf_str(out, "expected property '");
	add_cut(out, d->name, d->bytes);
	buf_str(out, "' to be one of ");
	for (uint32_t i = 0; i < count && i < LISTED_MAX; i++) {
		buf_str(out, i > 0 ? ", '" : "'");
		add_cut(out, d->values.list[i].text, d->values.list[i].bytes);
		buf_char(out, '\'');
	}
	if (count > LISTED_MAX)
		buf_printf(out, ", ... (%u values)", (unsigned)count);
	if (member != NULL)
		add_actual(out, member);
	else
		buf_str(out, ", but it is missing");
}

/* The constant of a variant that is nothing else, or NULL. */
static yyjson_val *
constant_of(const struct node *n)
{
	const struct literal_rules *l = n->literal;

	return l != NULL && l->next == NULL && l->keyword == KW_CONST ?
	    yyjson_obj_get(n->source, "const") : NULL;
}

/*
 * "expected 'auto', integer or null": the constants, and the types of the other
 * variants. false, and nothing written: there are too many, or v has one of
 * these types, so that it must be for something else.
 */
static bool
add_variants(struct buf *out, const struct walk *w,
    const struct node_list *list, yyjson_val *v)
{
	unsigned types = 0;
	uint32_t constants = 0;

	for (uint32_t i = 0; i < list->count; i++) {
		const struct node *n = &w->nodes[list->nodes[i]];
		if (constant_of(n) != NULL)
			constants++;
		else
			types |= n->types;
	}
	if (types == TYPE_ALL || (types & program_type(v)) != 0 ||
	    constants > LISTED_MAX)
		return false;
	if (constants == 0) {
		add_types(out, types);
		if (types != 0) {
			buf_str(out, ", not ");
			add_kind(out, v);
		}
		return true;
	}
	buf_str(out, "expected ");
	for (uint32_t i = 0; i < list->count; i++) {
		const struct node *n = &w->nodes[list->nodes[i]];
		if (constant_of(n) == NULL)
			continue;
		add_value(out, constant_of(n));
		buf_str(out, --constants > 0 ? ", " : types != 0 ? " or " :
		    "");
	}
	add_type_names(out, types);
	add_actual(out, v);
	return true;
}

static void
add_union(struct buf *out, const struct walk *w, const struct node *n,
    enum keyword k, yyjson_val *v)
{
	const struct compose_rules *r = n->more->compose;
	const struct node_list *list = k == KW_ANY_OF ? &r->any_of : &r->one_of;
	const struct discriminator *d = k == KW_ANY_OF ? r->any_by : r->one_by;

	if (d != NULL && yyjson_is_obj(v))
		add_discriminator(out, d, v);
	else if (!add_variants(out, w, list, v))
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
write_number(struct buf *out, const struct node *n, enum keyword k,
    yyjson_val *v)
{
	const char *what = n->types == TYPE_INTEGER ? "integer to be " :
	    "number to be ";

	buf_str(out, "expected ");
	buf_str(out, what);
	buf_str(out, k == KW_MINIMUM ? "greater or equal to " :
	    k == KW_MAXIMUM ? "less or equal to " :
	    k == KW_EXCLUSIVE_MINIMUM ? "greater than " :
	    k == KW_EXCLUSIVE_MAXIMUM ? "less than " : "a multiple of ");
	/* In draft 4 the exclusive ones only say true. */
	add_value(out, k == KW_EXCLUSIVE_MINIMUM ?
	    n->number->exclusive_minimum.value : k == KW_EXCLUSIVE_MAXIMUM ?
	    n->number->exclusive_maximum.value :
	    yyjson_obj_get(n->source, keyword_rows[k].name));
	add_actual(out, v);
}

/* The member that requires `name`, which stands in the list of that one. */
static yyjson_val *
find_trigger(const struct node *n, yyjson_val *name)
{
	const struct object_rules *r = n->object;
	uint32_t i = 0;

	while (i + 1 < r->dependents_count &&
	    (r->dependents[i].required == NULL ||
	    name < r->dependents[i].required ||
	    name >= unsafe_yyjson_get_next(r->dependents[i].required)))
		i++;
	return r->dependents[i].trigger;
}

static void
write_object(struct buf *out, const struct node *n, enum keyword k,
    yyjson_val *detail)
{
	switch (k) {
	case KW_REQUIRED:
		buf_str(out, "expected required property ");
		add_quoted(out, detail);
		break;
	case KW_ADDITIONAL_PROPERTIES:
	case KW_UNEVALUATED_PROPERTIES:
		buf_str(out, "unexpected property ");
		add_quoted(out, detail);
		break;
	default:
		buf_str(out, "expected property ");
		add_quoted(out, detail);
		buf_str(out, ", which ");
		add_quoted(out, find_trigger(n, detail));
		buf_str(out, " requires");
		break;
	}
}

static size_t
count_code_points(const char *text, size_t bytes)
{
	size_t count = 0;

	for (size_t i = 0; i < bytes; i++)
		count += (text[i] & 0xc0) != 0x80;
	return count;
}

/* Of what has too few or too many: how many there are. */
static void
write_count(struct buf *out, const struct node *n, enum keyword k,
    yyjson_val *v)
{
	static const char more[] = " greater or equal to ";
	static const char less[] = " less or equal to ";
	bool is_least = k == KW_MIN_LENGTH || k == KW_MIN_ITEMS ||
	    k == KW_MIN_PROPERTIES;
	size_t count = unsafe_yyjson_get_len(v);

	buf_str(out, "expected ");
	buf_str(out, yyjson_is_str(v) ? "string length" : yyjson_is_arr(v) ?
	    "array length to be" : "object to have at");
	if (yyjson_is_obj(v))
		buf_str(out, is_least ? " least " : " most ");
	else
		buf_str(out, is_least ? more : less);
	add_value(out, yyjson_obj_get(n->source, keyword_rows[k].name));
	if (yyjson_is_obj(v))
		buf_str(out, " properties");
	if (yyjson_is_str(v))
		count = count_code_points(yyjson_get_str(v), count);
	buf_printf(out, ", not %zu", count);
}

/* Which item is there already. */
static void
write_twin(struct buf *out, yyjson_val *v, yyjson_val *twin)
{
	size_t i, count;
	yyjson_val *item;

	buf_str(out, "expected array elements to be unique");
	yyjson_arr_foreach(v, i, count, item)
		if (item == twin)
			buf_printf(out, ", but item %zu is there twice", i);
}

static void
write_array(struct buf *out, const struct node *n, enum keyword k,
    yyjson_val *v, yyjson_val *detail)
{
	switch (k) {
	case KW_UNIQUE_ITEMS:
		write_twin(out, v, detail);
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

static void
write_union(struct buf *out, const struct walk *w, const struct node *n,
    enum keyword k, yyjson_val *v, yyjson_val *detail)
{
	if (k == KW_ANY_OF && is_folded(n)) {
		add_literals(out, yyjson_obj_get(n->source, "anyOf"), true);
		add_actual(out, v);
	} else if (k == KW_ONE_OF && detail != NULL) {
		buf_str(out, "expected exactly one variant to match, not "
		    "more");
	} else {
		add_union(out, w, n, k, v);
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
		write_type(out, n, v);
		break;
	case KW_CONST:
		buf_str(out, "expected ");
		add_value(out, yyjson_obj_get(n->source, "const"));
		add_actual(out, v);
		break;
	case KW_ENUM:
		add_literals(out, yyjson_obj_get(n->source, "enum"), false);
		add_actual(out, v);
		break;
	case KW_ANY_OF:
	case KW_ONE_OF:
		write_union(out, w, n, k, v, detail);
		break;
	case KW_NOT:
		buf_str(out, "value should not match");
		break;
	case KW_PATTERN:
		add_bound(out, n, k, "string to match ", "");
		add_actual(out, v);
		break;
	case KW_FORMAT:
		add_bound(out, n, k, "string to match ", " format");
		add_actual(out, v);
		break;
	case KW_MIN_LENGTH:
	case KW_MAX_LENGTH:
	case KW_MIN_ITEMS:
	case KW_MAX_ITEMS:
	case KW_MIN_PROPERTIES:
	case KW_MAX_PROPERTIES:
		write_count(out, n, k, v);
		break;
	case KW_REQUIRED:
	case KW_ADDITIONAL_PROPERTIES:
	case KW_UNEVALUATED_PROPERTIES:
	case KW_DEPENDENT_REQUIRED:
	case KW_DEPENDENCIES:
		write_object(out, n, k, detail);
		break;
	case KW_MINIMUM:
	case KW_MAXIMUM:
	case KW_EXCLUSIVE_MINIMUM:
	case KW_EXCLUSIVE_MAXIMUM:
	case KW_MULTIPLE_OF:
		write_number(out, n, k, v);
		break;
	default:
		write_array(out, n, k, v, detail);
		break;
	}
}
