/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * SQL text that depends on what a type declares; the one place that makes such
 * text. Its grammar is closed: what comes from a module are numbers, members'
 * names of index_prepare() and constants of a filter, each quoted here.
 *
 * The expressions call functions only that SQLite 3.38 and later have built in,
 * and only such whose answer no version may change. For numbers that leaves
 * operations on their text: how SQLite rounds a decimal to a double is its own
 * affair, and an index over it would not find the rows that a version wrote
 * which rounds otherwise.
 *
 * J is the number's text, R its mantissa with an e behind. From them come
 *   digits   R without sign, point, e and the zeros at both ends
 *   place    so that the number is 0.DIGITS * 10^place
 *   sign     - or nothing
 */
#include "graph/index.h"

#include "base/error.h"

#include <inttypes.h>
#include <string.h>

#define ZEROS_15 "'000000000000000'"
#define ZEROS_35 "'00000000000000000000000000000000000'"

/* What the expressions of one path are written from. */
struct path_sql {
	struct buf column; /* "n.attributes" */
	struct buf path;   /* '$."a"."b"' */
	struct buf number; /* J */
	struct buf digits; /* with an exponent, and without */
	struct buf place;
	struct buf plain_digits;
	struct buf plain_place;
	struct buf sign;
};

/* ---- Texts ---- */

static void
write_quoted(struct buf *out, const char *text, size_t bytes)
{
	buf_char(out, '\'');
	for (size_t i = 0; i < bytes; i++) {
		if (text[i] == '\'')
			buf_char(out, '\'');
		buf_char(out, text[i]);
	}
	buf_char(out, '\'');
}

/* '$."a"."b"'; a name has neither " nor \, see index_prepare(). */
static void
write_path(struct buf *out, const char *tokens, size_t depth)
{
	struct buf path = { 0 };

	buf_char(&path, '$');
	for (; depth > 0; depth--) {
		buf_printf(&path, ".\"%s\"", tokens);
		tokens += strlen(tokens) + 1;
	}
	if (buf_text(&path) == NULL)
		out->failed = true;
	else
		write_quoted(out, path.data, path.bytes);
	buf_fini(&path);
}

/*
 * Writes format, in which $c, $p, $j, $d, $n and $s stand for column, path,
 * number, digits, place and sign; $D and $N for those without an exponent.
 */
static void
write_format(struct buf *out, const char *format, struct path_sql *p)
{
	for (; *format != '\0'; format++) {
		struct buf *piece = NULL;
		if (format[0] == '$')
			piece = format[1] == 'c' ? &p->column :
			    format[1] == 'p'	 ? &p->path :
			    format[1] == 'j'	 ? &p->number :
			    format[1] == 'd'	 ? &p->digits :
			    format[1] == 'n'	 ? &p->place :
			    format[1] == 'D'	 ? &p->plain_digits :
			    format[1] == 'N'	 ? &p->plain_place :
			    format[1] == 's'	 ? &p->sign : NULL;
		if (piece == NULL) {
			buf_char(out, *format);
			continue;
		}
		format++;
		if (piece->failed)
			out->failed = true;
		else
			buf_add(out, piece->data, piece->bytes);
	}
}

/* digits and place, from R. */
static void
write_parts(struct path_sql *p, const char *mantissa, struct buf *digits,
    struct buf *place)
{
	buf_printf(digits, "trim(replace(%s,'.',''),'-0eE')", mantissa);
	buf_printf(place, "(instr(replace(replace(ltrim(%s,'-0'),'e','.'),"
	    "'E','.'),'.')-1-max(length(ltrim(%s,'-0'))-"
	    "length(ltrim(%s,'-0.'))-1,0)", mantissa, mantissa, mantissa);
	if (place == &p->place)
		buf_printf(place, "+CAST(substr(%s,length(%s)+1) AS INTEGER)",
		    buf_text(&p->number), mantissa);
	buf_char(place, ')');
}

static void
path_start(struct path_sql *p, const struct type_index *x, size_t i,
    const char *column)
{
	struct buf mantissa = { 0 };

	*p = (struct path_sql){ .sign = { 0 } };
	buf_str(&p->column, column);
	write_path(&p->path, x->tokens.data + x->first[i], x->depth[i]);
	write_format(&p->number, "($c->$p)", p);
	write_format(&p->sign, "rtrim(substr($j,1,1),'0123456789')", p);
	write_format(&mantissa, "rtrim($j,'+-0123456789')", p);
	if (buf_text(&mantissa) != NULL && buf_text(&p->number) != NULL)
		write_parts(p, mantissa.data, &p->digits, &p->place);
	else
		p->digits.failed = true;
	buf_clear(&mantissa);
	write_format(&mantissa, "($j||'e')", p);
	if (buf_text(&mantissa) != NULL)
		write_parts(p, mantissa.data, &p->plain_digits,
		    &p->plain_place);
	else
		p->digits.failed = true;
	buf_fini(&mantissa);
}

static void
path_end(struct path_sql *p)
{
	struct buf *const all[] = { &p->column, &p->path, &p->number,
		&p->digits, &p->place, &p->plain_digits, &p->plain_place,
		&p->sign };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		buf_fini(all[i]);
}

/* ---- Keys ---- */

/* The digits with 15 zeros before and 35 behind them. */
#define PADDED "(" ZEROS_15 "||$d||" ZEROS_35 ")"
#define PLACE "min(max($n,-15),20)"
#define WHOLE "CAST($s||substr(" PADDED ",1,15+" PLACE ") AS INTEGER)"
#define FRACTION "CAST($s||substr(" PADDED ",16+" PLACE ",15) AS INTEGER)"
#define PLAIN_FRACTION "CAST($s||substr(substr($j,instr($j,'.')+1)||" \
	ZEROS_15 ",1,15) AS INTEGER)"

/* 2^50: the quotient is less than 1, and no bit of it is lost. */
#define OF_ONE "/1125899906842624.0"

static const char key_format[] =
    "CASE json_type($c,$p)"
    " WHEN 'text' THEN substr(json_extract($c,$p),1,256)"
    " WHEN 'integer' THEN CAST($j AS INTEGER)"
    " WHEN 'real' THEN CASE WHEN instr(lower($j),'e')"
    " THEN CASE WHEN $n<=15 THEN " WHOLE "+" FRACTION OF_ONE
    " ELSE " WHOLE " END"
    " WHEN CAST($j AS INTEGER) BETWEEN -999999999999999 AND 999999999999999"
    " THEN CAST($j AS INTEGER)+" PLAIN_FRACTION OF_ONE
    " ELSE CAST($j AS INTEGER) END"
    " WHEN 'true' THEN x'01' WHEN 'false' THEN x'00'"
    " WHEN 'object' THEN x'02' WHEN 'array' THEN x'02' END";

/* A number whose key says all: an integer of 18 digits, or 15 digits. */
#define IS_SHORT(digits, place) digits "=''" \
	" OR length(" digits ")<=" place " AND " place "<=18" \
	" OR " place "<=15 AND length(" digits ")-min(" place ",0)<=15"
#define DECIMAL(digits, place) "CASE WHEN " IS_SHORT(digits, place) \
	" THEN '' ELSE $s||" digits "||'e'||" place " END"

static const char rest_format[] =
    "CASE json_type($c,$p)"
    " WHEN 'text' THEN CASE WHEN instr($j,'\\u0000') THEN $j"
    " WHEN length(json_extract($c,$p))>256 THEN json_extract($c,$p)"
    " ELSE '' END"
    " WHEN 'integer' THEN CASE WHEN length($j)<=18 THEN ''"
    " ELSE " DECIMAL("$D", "$N") " END"
    " WHEN 'real' THEN CASE WHEN instr(lower($j),'e')"
    " THEN " DECIMAL("$d", "$n")
    " WHEN length($j)<=16 THEN ''"
    " ELSE " DECIMAL("$D", "$N") " END"
    " WHEN 'object' THEN $j WHEN 'array' THEN $j ELSE '' END";

static void
write_expression(const struct type_index *x, size_t i, const char *column,
    const char *format, struct buf *out)
{
	struct path_sql p;

	path_start(&p, x, i, column);
	write_format(out, format, &p);
	path_end(&p);
}

void
index_write_key(const struct type_index *x, size_t i, const char *column,
    struct buf *out)
{
	write_expression(x, i, column, key_format, out);
}

void
index_write_rest(const struct type_index *x, size_t i, const char *column,
    struct buf *out)
{
	write_expression(x, i, column, rest_format, out);
}

/* ---- Conditions of partial indexes ---- */

static void
write_literal(struct buf *out, yyjson_val *v)
{
	if (yyjson_is_str(v))
		write_quoted(out, yyjson_get_str(v), yyjson_get_len(v));
	else if (yyjson_is_bool(v))
		buf_str(out, yyjson_get_bool(v) ? "x'01'" : "x'00'");
	else
		buf_int(out, yyjson_get_sint(v));
}

/* The path of a conjunct as an index of one path, to write expressions of. */
static bool
path_of(const struct filter_conjunct *c, struct type_index *x)
{
	*x = (struct type_index){ .count = 1 };
	x->depth[0] = c->steps_count;
	for (size_t i = 0; i < c->steps_count; i++) {
		buf_add(&x->tokens, c->steps[i].name, c->steps[i].bytes);
		buf_char(&x->tokens, '\0');
	}
	return !x->tokens.failed;
}

static void
write_equal(struct buf *out, const struct type_index *x, const char *column,
    yyjson_val *v)
{
	if (yyjson_is_null(v)) {
		write_expression(x, 0, column, "json_type($c,$p) IS 'null'",
		    out);
		return;
	}
	buf_str(out, "(");
	index_write_key(x, 0, column, out);
	buf_str(out, " IS ");
	write_literal(out, v);
	buf_str(out, " AND ");
	index_write_rest(x, 0, column, out);
	buf_str(out, " = '')");
}

static void
write_conjunct(struct buf *out, const struct filter_conjunct *c,
    const char *column)
{
	enum filter_says says = c->operator->says;
	struct type_index x;

	if (!path_of(c, &x))
		out->failed = true;
	buf_str(out, (says == SAYS_DIFFERENT) != c->is_turned ? " AND NOT (" :
	    " AND (");
	if (!out->failed && says == SAYS_EXISTS)
		write_expression(&x, 0, column,
		    "json_type($c,$p) IS NOT NULL", out);
	for (size_t i = 0; i < c->count && !out->failed; i++) {
		if (i > 0)
			buf_str(out, " OR ");
		write_equal(out, &x, column, c->values[i]);
	}
	buf_char(out, ')');
	buf_fini(&x.tokens);
}

void
index_write_where(const struct type_index *x, const char *column,
    struct buf *out)
{
	struct filter_conjunct c[MODULE_INDEX_WHERE_MAX];
	bool is_all;

	if (x->filter == NULL)
		return;
	size_t count = filter_conjuncts(x->filter, c, MODULE_INDEX_WHERE_MAX,
	    &is_all);
	for (size_t i = 0; i < count; i++)
		write_conjunct(out, &c[i], column);
}

/* ---- The index ---- */

void
index_write_create(const struct type_index *x, struct buf *out)
{
	buf_printf(out, "CREATE %sINDEX \"%s\" ON %s(gid", x->is_unique ?
	    "UNIQUE " : "", x->sql_name, x->kind == ALK_NODE ? "alk_nodes" :
	    "alk_edges");
	for (size_t i = 0; i < x->count; i++) {
		buf_str(out, ",\n  ");
		index_write_key(x, i, "attributes", out);
	}
	for (size_t i = 0; i < x->count && x->is_unique; i++) {
		buf_str(out, ",\n  ");
		index_write_rest(x, i, "attributes", out);
	}
	buf_printf(out, ")\n  WHERE type = %" PRId64, x->tid);
	index_write_where(x, "attributes", out);
}

/* ---- Of loads ---- */

void
index_write_tree(const struct type_index *x, struct buf *out)
{
	const char *const names[] = { "k", "r" };
	size_t kinds = x->is_unique ? 2 : 1;

	buf_printf(out, "CREATE TABLE alk_load_ix_%" PRId64 " (gid", x->iid);
	for (size_t i = 0; i < kinds * x->count; i++)
		buf_printf(out, ", %s%zu", names[i / x->count], i % x->count);
	buf_str(out, ", n, PRIMARY KEY (gid");
	for (size_t i = 0; i < kinds * x->count; i++)
		buf_printf(out, ", %s%zu", names[i / x->count], i % x->count);
	/* What is unique refuses a row that only differs in its number. */
	buf_str(out, x->is_unique ? ")) WITHOUT ROWID" :
	    ", n)) WITHOUT ROWID");
}

static const char *
number_of(const struct type_index *x)
{
	return x->kind == ALK_NODE ? "nid" : "eid";
}

static const char *
table_of(const struct type_index *x)
{
	return x->kind == ALK_NODE ? "alk_nodes" : "alk_edges";
}

static void
write_columns(const struct type_index *x, struct buf *out)
{
	for (size_t i = 0; i < x->count; i++) {
		buf_str(out, ",\n  ");
		index_write_key(x, i, "attributes", out);
	}
	for (size_t i = 0; i < x->count && x->is_unique; i++) {
		buf_str(out, ",\n  ");
		index_write_rest(x, i, "attributes", out);
	}
}

void
index_write_fill(const struct type_index *x, int64_t from, int64_t to,
    bool may_fail, struct buf *out)
{
	size_t columns = 2 + x->count * (x->is_unique ? 2 : 1);

	buf_printf(out, "INSERT %sINTO alk_load_ix_%" PRId64
	    " SELECT gid", may_fail ? "OR FAIL " : "", x->iid);
	write_columns(x, out);
	buf_printf(out, ",\n  %s FROM %s NOT INDEXED WHERE %s BETWEEN %" PRId64
	    " AND %" PRId64 " AND type = %" PRId64, number_of(x), table_of(x),
	    number_of(x), from, to, x->tid);
	index_write_where(x, "attributes", out);
	buf_str(out, "\n  ORDER BY 1");
	for (size_t i = 2; i <= columns; i++)
		buf_printf(out, ", %zu", i);
}

void
index_write_clash(const struct type_index *x, int64_t gid, int64_t from,
    struct buf *out)
{
	const char *name = x->kind == ALK_NODE ? "key" :
	    "COALESCE(key, 'edge-' || eid)";

	buf_printf(out, "SELECT n, first, (SELECT %s FROM %s WHERE %s = n), "
	    "(SELECT %s FROM %s WHERE %s = first)\n  FROM (SELECT %s AS n, "
	    "min(%s) OVER (PARTITION BY gid", name, table_of(x), number_of(x),
	    name, table_of(x), number_of(x), number_of(x), number_of(x));
	write_columns(x, out);
	/* No index: it may be one that lacks the rows. */
	buf_printf(out, ") AS first\n  FROM %s NOT INDEXED WHERE gid = %" PRId64
	    " AND type = %" PRId64, table_of(x), gid, x->tid);
	index_write_where(x, "attributes", out);
	for (size_t i = 0; i < x->count; i++) {
		buf_str(out, " AND ");
		index_write_key(x, i, "attributes", out);
		buf_str(out, " IS NOT NULL");
	}
	buf_printf(out, ")\n  WHERE n > first AND n >= %" PRId64
	    " ORDER BY n LIMIT 1", from);
}
