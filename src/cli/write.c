/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Changing the store. A dry run is the same work in the same transaction,
 * undone: so it fails where the real one would. The changes are copied while
 * the transaction is open and printed after it, because the work may be run
 * again.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "cli/term.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum {
	CHANGE_OP,
	CHANGE_KIND,
	CHANGE_KEY,
	CHANGE_ID,
	CHANGE_TYPE,
	CHANGE_SOURCE,
	CHANGE_TARGET,
	CHANGE_GRAPH,
	CHANGE_FIELDS
};

static const struct column columns[CHANGE_FIELDS] = {
	{ "op", false }, { "kind", false }, { "key", false }, { "id", false },
	{ "type", false }, { "sourceNodeKey", false },
	{ "targetNodeKey", false }, { "graphId", false }
};

struct run {
	struct cli *cli;
	alk_work_fn work;
	void *arg;
	alk_error *own;
	alk_error error; /* of the work, before the transaction ended */
	struct buf changes; /* fields, each '+' text NUL, or '-' NUL for none */
};

bool
write_is_dry(const struct cli *c)
{
	return args_has(&c->args, "dry-run");
}

static const char *
op_name(int op)
{
	return op == ALK_CREATE ? "create" : op == ALK_DELETE ? "delete"
	    : "update";
}

static const char *
kind_name(int kind)
{
	return kind == ALK_NODE ? "node" : kind == ALK_EDGE ? "edge"
	    : kind == ALK_GRAPH ? "graph" : "type";
}

static void
add_field(struct buf *b, const char *text)
{
	buf_char(b, text != NULL ? '+' : '-');
	buf_str(b, text != NULL ? text : "");
	buf_char(b, '\0');
}

static int
keep_change(void *arg, const alk_change *change)
{
	struct run *r = arg;

	add_field(&r->changes, op_name(change->op));
	add_field(&r->changes, kind_name(change->kind));
	add_field(&r->changes, change->key);
	add_field(&r->changes, change->id);
	add_field(&r->changes, change->type);
	add_field(&r->changes, change->source);
	add_field(&r->changes, change->target);
	add_field(&r->changes, change->graph);
	return r->changes.failed;
}

static int
run_work(alk_session *s, void *arg)
{
	struct run *r = arg;
	int rc;

	error_clear(&r->error);
	error_clear(r->own);
	buf_clear(&r->changes);
	rc = r->work(s, r->arg);
	if (rc == ALK_OK && write_is_dry(r->cli))
		rc = alk_changes(s, keep_change, r);
	if (rc != ALK_OK)
		r->error = r->own != NULL && r->own->code != ALK_OK ? *r->own
		    : *alk_session_error(s);
	return rc;
}

static void
print_changes(struct cli *c, const struct buf *changes)
{
	const char *at = changes->data, *end = at + changes->bytes;
	struct cell cells[CHANGE_FIELDS];
	size_t i;

	output_list(&c->out, columns, CHANGE_FIELDS, CHANGE_KEY);
	while (changes->bytes > 0 && at < end) {
		for (i = 0; i < CHANGE_FIELDS; i++) {
			cells[i] = cell_text(at[0] == '+' ? at + 1 : NULL);
			at += strlen(at) + 1;
		}
		if (output_row(&c->out, cells, NULL, 0) != 0)
			break;
	}
	output_list_end(&c->out);
	report_note(c, "dry run: nothing was changed");
}

int
write_run(struct cli *c, alk_work_fn work, void *arg, alk_error *own)
{
	struct run r = { .cli = c, .work = work, .arg = arg, .own = own };
	unsigned flags = write_is_dry(c) ? ALK_TX_DRY_RUN : 0;
	int rc, status = EXIT_OK;

	rc = alk_transact(c->session, flags, run_work, &r);
	if (rc == ALK_OK && r.changes.failed)
		rc = error_nomem(&r.error);
	if (rc != ALK_OK)
		status = r.error.code != ALK_OK ? report_error(c, &r.error)
		    : report_session(c);
	else if (write_is_dry(c))
		print_changes(c, &r.changes);
	buf_fini(&r.changes);
	return status;
}

int
write_plain(struct cli *c, alk_work_fn work, void *arg)
{
	unsigned flags = write_is_dry(c) ? ALK_TX_DRY_RUN : 0;

	if (alk_transact(c->session, flags, work, arg) != ALK_OK)
		return report_session(c);
	if (write_is_dry(c))
		report_note(c, "dry run: nothing was changed");
	return EXIT_OK;
}

int
write_confirm(struct cli *c, const char *format, ...)
{
	char question[512], answer[16];
	va_list args;

	if (write_is_dry(c) || args_has(&c->args, "yes"))
		return EXIT_OK;
	if (!term_is_tty(stdin) || !term_is_tty(c->err))
		return report_usage(c, "nobody can be asked here: add --yes");
	va_start(args, format);
	vsnprintf(question, sizeof(question), format, args);
	va_end(args);
	fprintf(c->err, "%s [y/N] ", question);
	fflush(c->err);
	if (fgets(answer, sizeof(answer), stdin) != NULL &&
	    (answer[0] == 'y' || answer[0] == 'Y'))
		return EXIT_OK;
	report_note(c, "nothing was changed");
	return EXIT_FAILED;
}
