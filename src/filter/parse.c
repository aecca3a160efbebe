/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * From the text of a filter to its flat program, by recursive descent.
 *
 *   filter    = or
 *   or        = and { "or" and }
 *   and       = not { "and" not }
 *   not       = "not" not | primary
 *   primary   = "(" or ")" | word "(" path ")"
 *             | path [ "not" ] operator operands
 *
 * word is an operator without operands, as exists; `not` stands before
 * operators that are words only. operands are as the operator's row in
 * operator.c says: none, a value, or "(" value { "," value } ")".
 *
 * Recursion goes no deeper than FILTER_DEPTH_MAX, the program and its constants
 * are no more than FILTER_NODES_MAX.
 */
#include "filter/parts.h"

#include "base/error.h"
#include "base/mem.h"

struct parser {
	struct filter_lexer l;
	struct filter_constants constants;
	struct buf ops;   /* of struct filter_op */
	struct buf steps; /* of struct filter_step */
	size_t depth;     /* of ( and not that are open */
};

static int parse_or(struct parser *p);

/* ---- The program ---- */

static size_t
ops_count(const struct parser *p)
{
	return p->ops.bytes / sizeof(struct filter_op);
}

/* Whether one more condition, word or value is allowed. */
static int
count_one(struct parser *p)
{
	if (ops_count(p) + p->constants.count < FILTER_NODES_MAX)
		return ALK_OK;
	return error_set(p->l.err, ALK_LIMIT, "the filter has more than %d "
	    "conditions and values; split it", FILTER_NODES_MAX);
}

static int
emit(struct parser *p, const struct filter_op *op)
{
	int rc = count_one(p);

	if (rc != ALK_OK)
		return rc;
	buf_add(&p->ops, op, sizeof(*op));
	return p->ops.failed ? error_nomem(p->l.err) : ALK_OK;
}

static struct filter_op *
op_at(struct parser *p, size_t i)
{
	return (struct filter_op *)(void *)p->ops.data + i;
}

/* ---- Operands ---- */

static const char *
operand_text(enum filter_operand operand)
{
	switch (operand) {
	case OPERAND_STRING:
		return "a text in quotes";
	case OPERAND_ORDERED:
		return "a number or a text in quotes (true, false and null "
		    "have no order)";
	case OPERAND_NONE:
	case OPERAND_VALUE:
	case OPERAND_LIST:
		break;
	}
	return "a value: a number, text in quotes, true, false or null";
}

static int
parse_value(struct parser *p, enum filter_operand operand)
{
	const struct filter_token *t = &p->l.now;
	bool is_right = t->kind == TOKEN_STRING;

	if (operand != OPERAND_STRING)
		is_right = is_right || t->kind == TOKEN_NUMBER;
	if (operand == OPERAND_VALUE || operand == OPERAND_LIST)
		is_right = is_right || filter_token_is(t, "true") ||
		    filter_token_is(t, "false") || filter_token_is(t, "null");
	if (!is_right)
		return filter_expected(&p->l, operand_text(operand));
	int rc = count_one(p);
	if (rc != ALK_OK)
		return rc;
	filter_constants_add(&p->constants, t);
	return filter_lexer_next(&p->l);
}

static int
expect(struct parser *p, const char *symbol)
{
	return filter_token_is(&p->l.now, symbol) ? filter_lexer_next(&p->l) :
	    filter_expected(&p->l, symbol);
}

static int
parse_list(struct parser *p)
{
	int rc = expect(p, "(");

	if (rc == ALK_OK)
		rc = parse_value(p, OPERAND_LIST);
	while (rc == ALK_OK && filter_token_is(&p->l.now, ",")) {
		rc = filter_lexer_next(&p->l);
		if (rc == ALK_OK)
			rc = parse_value(p, OPERAND_LIST);
	}
	if (rc == ALK_OK && !filter_token_is(&p->l.now, ")"))
		return filter_expected(&p->l, "',' or ')'");
	return rc == ALK_OK ? filter_lexer_next(&p->l) : rc;
}

static int
parse_operands(struct parser *p, struct filter_op *op)
{
	int rc = ALK_OK;

	op->constant = p->constants.count;
	if (op->operator->operand == OPERAND_LIST)
		rc = parse_list(p);
	else if (op->operator->operand != OPERAND_NONE)
		rc = parse_value(p, op->operator->operand);
	op->constants_count = p->constants.count - op->constant;
	return rc;
}

/* ---- Conditions ---- */

static int
parse_path(struct parser *p, struct filter_op *op)
{
	op->code = FILTER_TEST;
	op->at = (size_t)(p->l.now.text - p->l.text);
	op->step = p->steps.bytes / sizeof(struct filter_step);
	int rc = filter_steps_parse(&p->l, &p->constants, &p->steps);
	op->steps_count =
	    p->steps.bytes / sizeof(struct filter_step) - op->step;
	return rc;
}

/* word ( path ), as exists(tags). */
static int
parse_call(struct parser *p, const struct filter_operator *o)
{
	struct filter_op op = { .operator = o };
	int rc = filter_lexer_next(&p->l);

	if (rc == ALK_OK)
		rc = expect(p, "(");
	if (rc == ALK_OK)
		rc = parse_path(p, &op);
	if (rc == ALK_OK)
		rc = expect(p, ")");
	return rc == ALK_OK ? emit(p, &op) : rc;
}

/* "an operator: = != ...", from the table. */
static int
expected_operator(struct parser *p, bool words_only)
{
	struct buf text = { 0 };

	buf_str(&text, "an operator:");
	for (size_t i = 0; i < filter_operators_count; i++)
		if (!words_only ||
		    filter_operator_is_word(&filter_operators[i]))
			buf_printf(&text, " %s", filter_operators[i].token);
	const char *what = buf_text(&text);
	int rc = what != NULL ? filter_expected(&p->l, what) :
	    error_nomem(p->l.err);
	buf_fini(&text);
	return rc;
}

static int
parse_comparison(struct parser *p)
{
	struct filter_op op = { .operator = NULL };
	int rc = parse_path(p, &op);

	if (rc != ALK_OK)
		return rc;
	bool is_turned = filter_token_is(&p->l.now, "not");
	if (is_turned)
		rc = filter_lexer_next(&p->l);
	if (rc != ALK_OK)
		return rc;
	op.operator = filter_operator_find(&p->l.now);
	if (op.operator == NULL ||
	    (is_turned && !filter_operator_is_word(op.operator)))
		return expected_operator(p, is_turned);
	rc = filter_lexer_next(&p->l);
	if (rc == ALK_OK)
		rc = parse_operands(p, &op);
	if (rc == ALK_OK)
		rc = emit(p, &op);
	if (rc == ALK_OK && is_turned)
		rc = emit(p, &(struct filter_op){ .code = FILTER_NOT });
	return rc;
}

static int
parse_primary(struct parser *p)
{
	const struct filter_operator *o = filter_operator_find(&p->l.now);

	if (filter_token_is(&p->l.now, "(")) {
		int rc = filter_lexer_next(&p->l);
		if (rc == ALK_OK)
			rc = parse_or(p);
		if (rc == ALK_OK && !filter_token_is(&p->l.now, ")"))
			return filter_expected(&p->l, "'and', 'or' or ')'");
		return rc == ALK_OK ? filter_lexer_next(&p->l) : rc;
	}
	if (o != NULL && o->operand == OPERAND_NONE)
		return parse_call(p, o);
	if (p->l.now.kind == TOKEN_NUMBER)
		return filter_expected(&p->l, "a member's name (it stands on "
		    "the left, the value on the right)");
	if (p->l.now.kind == TOKEN_END || (p->l.now.kind == TOKEN_SYMBOL &&
	    !filter_token_is(&p->l.now, "$")))
		return filter_expected(&p->l, "a condition, as size > 10");
	return parse_comparison(p);
}

static int
deeper(struct parser *p)
{
	if (++p->depth <= FILTER_DEPTH_MAX)
		return ALK_OK;
	return error_set(p->l.err, ALK_LIMIT, "the filter nests more than %d "
	    "parentheses and 'not'; take some out", FILTER_DEPTH_MAX);
}

static int
parse_not(struct parser *p)
{
	bool is_not = filter_token_is(&p->l.now, "not");
	bool is_deeper = is_not || filter_token_is(&p->l.now, "(");
	int rc = is_deeper ? deeper(p) : ALK_OK;

	if (rc == ALK_OK && is_not)
		rc = filter_lexer_next(&p->l);
	if (rc == ALK_OK)
		rc = is_not ? parse_not(p) : parse_primary(p);
	if (rc == ALK_OK && is_not)
		rc = emit(p, &(struct filter_op){ .code = FILTER_NOT });
	p->depth -= is_deeper;
	return rc;
}

/*
 * One or more of `part`, joined by `word`, which is decided when `jump` jumps.
 */
static int
parse_chain(struct parser *p, const char *word, enum filter_opcode jump,
    int (*part)(struct parser *p))
{
	size_t last = SIZE_MAX; /* the jump before, whose target is open */
	int rc = part(p);

	while (rc == ALK_OK && filter_token_is(&p->l.now, word)) {
		size_t here = ops_count(p);
		rc = emit(p, &(struct filter_op){ .code = jump,
		    .target = last });
		last = here;
		if (rc == ALK_OK)
			rc = filter_lexer_next(&p->l);
		if (rc == ALK_OK)
			rc = part(p);
	}
	while (rc == ALK_OK && last != SIZE_MAX) {
		struct filter_op *op = op_at(p, last);
		last = op->target;
		op->target = ops_count(p);
	}
	return rc;
}

static int
parse_and(struct parser *p)
{
	return parse_chain(p, "and", FILTER_JUMP_FALSE, parse_not);
}

static int
parse_or(struct parser *p)
{
	return parse_chain(p, "or", FILTER_JUMP_TRUE, parse_and);
}

/* ---- The whole ---- */

static int
filter_read(struct filter *f, struct parser *p)
{
	int rc = parse_or(p);

	if (rc == ALK_OK && p->l.now.kind != TOKEN_END)
		rc = filter_expected(&p->l, "'and', 'or' or the end of the "
		    "filter");
	if (rc != ALK_OK)
		return rc;
	/* A program of $ alone has no steps, but is given a place for them. */
	if (!buf_reserve(&p->steps, 1) || p->ops.failed)
		return error_nomem(p->l.err);
	rc = filter_constants_read(&p->constants, &f->reader, &f->constants,
	    p->l.err);
	if (rc != ALK_OK)
		return rc;
	size_t steps_count = p->steps.bytes / sizeof(struct filter_step);
	f->ops_count = ops_count(p);
	f->ops = (struct filter_op *)(void *)p->ops.data;
	f->steps = (struct filter_step *)(void *)p->steps.data;
	p->ops = p->steps = (struct buf){ 0 }; /* the filter owns them now */
	filter_steps_bind(f->steps, steps_count, f->constants);
	return ALK_OK;
}

int
filter_parse(const char *text, size_t bytes, struct filter **out,
    alk_error *err)
{
	struct parser p = { .depth = 0 };

	int rc = filter_lexer_start(&p.l, text, bytes, "filter", err);
	if (rc != ALK_OK)
		return rc;
	struct filter *f = mem_zero(sizeof(*f));
	rc = f == NULL ? error_nomem(err) : filter_read(f, &p);
	buf_fini(&p.ops);
	buf_fini(&p.steps);
	buf_fini(&p.constants.text);
	if (rc == ALK_OK)
		*out = f;
	else
		filter_free(f);
	return rc;
}

void
filter_free(struct filter *f)
{
	if (f == NULL)
		return;
	json_reader_fini(&f->reader);
	mem_release(f->constants);
	mem_release(f->ops);
	mem_release(f->steps);
	mem_release(f);
}
