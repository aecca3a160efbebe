/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef FILTER_PARTS_H
#define FILTER_PARTS_H

#include "filter/filter.h"

/*
 * What the files filter*.c share: tokens, the table of operators, steps of a
 * path and the flat program. Nobody else includes this.
 */

/* ---- Tokens (lex.c) ---- */

enum filter_token_kind {
	TOKEN_END,
	TOKEN_NAME,   /* a word: member, keyword or operator */
	TOKEN_STRING, /* with its quotes */
	TOKEN_NUMBER,
	TOKEN_SYMBOL  /* an operator, or one of ( ) [ ] , . $ */
};

struct filter_token {
	enum filter_token_kind kind;
	const char *text; /* within the filter */
	size_t bytes;
};

/* One token of look-ahead. Whoever has one calls filter_lexer_start() first. */
struct filter_lexer {
	const char *text;
	size_t bytes;
	size_t at;                 /* behind `now` */
	const char *what;          /* "filter" or "path", for messages */
	struct filter_token now;
	alk_error *err;
};

/*
 * Checks length and UTF-8, reads the first token. ALK_OK or the error in err.
 */
int filter_lexer_start(struct filter_lexer *l, const char *text, size_t bytes,
    const char *what, alk_error *err);
int filter_lexer_next(struct filter_lexer *l);
bool filter_token_is(const struct filter_token *t, const char *text);
/*
 * Whether the word means something in a filter, so that as a member it is
 * quoted.
 */
bool filter_is_keyword(const char *text, size_t bytes);
/* ALK_FILTER: "expected WHAT, found the token now", and what may help. */
int filter_expected(struct filter_lexer *l, const char *what);

/* ---- Constants (lex.c) ---- */

/*
 * The strings, names and numbers of a filter, gathered as one JSON array while
 * it is read and parsed once at the end, so that there is one reader of escapes
 * and numbers in the library. Zeroed it is ready.
 */
struct filter_constants {
	struct buf text;
	size_t count;
};

/* Adds a token as a constant; its number is count before. */
void filter_constants_add(struct filter_constants *c,
    const struct filter_token *t);
/*
 * Parses them into reader; values receives an array with all of them, from
 * mem_alloc(). ALK_OK, ALK_NOMEM.
 */
int filter_constants_read(struct filter_constants *c,
    struct json_reader *reader, yyjson_val ***values, alk_error *err);

/* ---- Paths (path.c) ---- */

struct filter_step {
	const char *name; /* member; NULL: an index */
	size_t bytes;
	int64_t index;    /* from the end where negative; of a member, until
	                     bound: the number of its constant */
	bool is_member;
};

/* Parses a path at the token now; its steps are appended to steps. */
int filter_steps_parse(struct filter_lexer *l, struct filter_constants *c,
    struct buf *steps);
/* Gives the members their names. */
void filter_steps_bind(struct filter_step *steps, size_t count,
    yyjson_val *const *constants);
yyjson_val *filter_steps_get(const struct filter_step *steps, size_t count,
    yyjson_val *root);

/* The steps of a path alone, borrowed. */
const struct filter_step *filter_path_steps(const struct filter_path *p,
    size_t *count);

/* ---- Operators (operator.c) ---- */

/* What stands to the right of an operator. */
enum filter_operand {
	OPERAND_NONE,
	OPERAND_VALUE,   /* string, number, true, false, null */
	OPERAND_ORDERED, /* string, number */
	OPERAND_STRING,
	OPERAND_LIST     /* ( value, ... ) */
};

/* What an index can do for an operator, see index_plan.c. */
enum filter_says {
	SAYS_NONE,
	SAYS_EQUAL,
	SAYS_DIFFERENT,
	SAYS_LESS,    /* < and <= */
	SAYS_GREATER, /* > and >= */
	SAYS_AMONG,
	SAYS_PREFIX,
	SAYS_EXISTS
};

struct filter_operator {
	const char *token;
	enum filter_operand operand;
	enum filter_says says;
	/*
	 * v is the value at the path, NULL where there is none; right are the
	 * operands, count of them.
	 */
	bool (*test)(yyjson_val *v, yyjson_val *const *right, size_t count);
};

extern const struct filter_operator filter_operators[];
extern const size_t filter_operators_count;

/* The operator that the token is, or NULL. */
const struct filter_operator *filter_operator_find(
    const struct filter_token *t);
bool filter_operator_is_word(const struct filter_operator *o);

/* ---- Programs ---- */

/*
 * A filter runs over one truth value. TEST sets it, NOT turns it round, and a
 * jump goes on at `target` if it is already known how an `or` or an `and` ends.
 */
enum filter_opcode {
	FILTER_TEST,
	FILTER_NOT,
	FILTER_JUMP_TRUE,
	FILTER_JUMP_FALSE
};

struct filter_op {
	enum filter_opcode code;
	const struct filter_operator *operator; /* TEST */
	size_t step;        /* first step of its path */
	size_t steps_count;
	size_t constant;    /* first operand */
	size_t constants_count;
	size_t target;      /* jumps */
	size_t at;          /* TEST: byte of the filter where its path begins */
};

struct filter {
	struct json_reader reader; /* holds the constants */
	yyjson_val **constants;
	struct filter_op *ops;
	size_t ops_count;
	struct filter_step *steps;
};

/* One condition, as it is written; borrowed from the filter. */
struct filter_test {
	const struct filter_step *steps;
	size_t steps_count;
	const struct filter_operator *operator;
	yyjson_val *const *values;
	size_t count;
	size_t at;
};

/* The i-th of them; false where there are no more. */
bool filter_test_at(const struct filter *f, size_t i, struct filter_test *out);

/* ---- What must hold (conjuncts.c) ---- */

/* One condition; all of it borrowed from the filter. */
struct filter_conjunct {
	const struct filter_step *steps;
	size_t steps_count;
	const struct filter_operator *operator;
	yyjson_val *const *values;
	size_t count;
	bool is_turned; /* by not */
};

/*
 * The conditions without which the filter is not true, at most `room` of them;
 * how many. *is_all: the filter says nothing else.
 */
size_t filter_conjuncts(const struct filter *f, struct filter_conjunct *out,
    size_t room, bool *is_all);

#endif
