/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The operators of the filter language.
 *
 * To add one: write its test function and add its row to filter_operators
 * below. Nothing else in the code knows them: the lexer takes the tokens, the
 * parser the operands and the messages the names from the table. Then say so,
 * in these places, which docs_test.c compares with the table:
 *
 *   man/alk-filter.7    "Operators"; the message in DIAGNOSTICS; and, if it is
 *                       a word, the keywords that need quotes ("Paths")
 *   src/cli/topics.c    the conditions that `alk help filter` lists
 *
 * and give it its cases in filter_test.c. A token is either a word of
 * lower-case letters or made of the marks = ! < > ~ ^ * only; a word becomes a
 * keyword, which members of that name must be quoted for.
 *
 * A test says what holds, never what does not: `not` before a word operator
 * turns it round, and so a member that is missing makes every test false and
 * every `not` true. != is `not` with =.
 */
#include "filter/parts.h"

#include <string.h>

static bool
test_equal(yyjson_val *v, yyjson_val *const *right, size_t count)
{
	(void)count;
	return v != NULL && json_equal(v, right[0]);
}

static bool
test_different(yyjson_val *v, yyjson_val *const *right, size_t count)
{
	return !test_equal(v, right, count);
}

/* Compares strings or numbers; false where the two are not of one such type. */
static bool
compare(yyjson_val *v, yyjson_val *right, int *order)
{
	if (v == NULL)
		return false;
	if (json_is_number(v) && json_is_number(right)) {
		*order = json_compare_numbers(v, right);
		return true;
	}
	if (!yyjson_is_str(v) || !yyjson_is_str(right))
		return false;
	size_t a = yyjson_get_len(v);
	size_t b = yyjson_get_len(right);
	*order = memcmp(yyjson_get_str(v), yyjson_get_str(right),
	    a < b ? a : b);
	if (*order == 0)
		*order = (a > b) - (a < b);
	return true;
}

static bool
test_less(yyjson_val *v, yyjson_val *const *right, size_t count)
{
	int order;

	(void)count;
	return compare(v, right[0], &order) && order < 0;
}

static bool
test_at_most(yyjson_val *v, yyjson_val *const *right, size_t count)
{
	int order;

	(void)count;
	return compare(v, right[0], &order) && order <= 0;
}

static bool
test_greater(yyjson_val *v, yyjson_val *const *right, size_t count)
{
	int order;

	(void)count;
	return compare(v, right[0], &order) && order > 0;
}

static bool
test_at_least(yyjson_val *v, yyjson_val *const *right, size_t count)
{
	int order;

	(void)count;
	return compare(v, right[0], &order) && order >= 0;
}

static bool
test_in(yyjson_val *v, yyjson_val *const *right, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (test_equal(v, right + i, 1))
			return true;
	return false;
}

static bool
test_prefix(yyjson_val *v, yyjson_val *const *right, size_t count)
{
	(void)count;
	if (!yyjson_is_str(v))
		return false;
	size_t bytes = yyjson_get_len(right[0]);
	return yyjson_get_len(v) >= bytes &&
	    memcmp(yyjson_get_str(v), yyjson_get_str(right[0]), bytes) == 0;
}

static bool
test_exists(yyjson_val *v, yyjson_val *const *right, size_t count)
{
	(void)right;
	(void)count;
	return v != NULL;
}

const struct filter_operator filter_operators[] = {
	/* token,   what stands right of it, for an index, test */
	{ "=",      OPERAND_VALUE,   SAYS_EQUAL,     test_equal },
	{ "!=",     OPERAND_VALUE,   SAYS_DIFFERENT, test_different },
	{ "<",      OPERAND_ORDERED, SAYS_LESS,      test_less },
	{ "<=",     OPERAND_ORDERED, SAYS_LESS,      test_at_most },
	{ ">",      OPERAND_ORDERED, SAYS_GREATER,   test_greater },
	{ ">=",     OPERAND_ORDERED, SAYS_GREATER,   test_at_least },
	{ "in",     OPERAND_LIST,    SAYS_AMONG,     test_in },
	{ "prefix", OPERAND_STRING,  SAYS_PREFIX,    test_prefix },
	{ "exists", OPERAND_NONE,    SAYS_EXISTS,    test_exists },
};

const size_t filter_operators_count =
    sizeof(filter_operators) / sizeof(filter_operators[0]);

const struct filter_operator *
filter_operator_find(const struct filter_token *t)
{
	if (t->kind != TOKEN_NAME && t->kind != TOKEN_SYMBOL)
		return NULL;
	for (size_t i = 0; i < filter_operators_count; i++)
		if (filter_token_is(t, filter_operators[i].token))
			return &filter_operators[i];
	return NULL;
}

bool
filter_operator_is_word(const struct filter_operator *o)
{
	return o->token[0] >= 'a' && o->token[0] <= 'z';
}
