/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Standard error: one line an event, either for people
 *
 *   alk: node add: expected string (entry item 1: node a, at /name)
 *
 * or, with --log-format json, one JSON object. Text is escaped in both, since
 * it can hold what somebody put into the file.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "cli/hints.h"
#include "cli/signals.h"
#include "cli/term.h"
#include "json/json.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

static const char *
command_name(const struct cli *c)
{
	if (c->args.command != NULL)
		return c->args.command->name;
	return c->args.group != NULL ? c->args.group->name : NULL;
}

static void
put_line(struct cli *c, struct buf *line)
{
	buf_char(line, '\n');
	if (!line->failed)
		fwrite(line->data, 1, line->bytes, c->err);
	buf_fini(line);
	fflush(c->err);
}

static void
add_member(struct buf *b, const char *name, const char *text)
{
	struct buf safe = { 0 };

	if (text == NULL || text[0] == '\0')
		return;
	buf_printf(b, ",\"%s\":", name);
	term_escape(&safe, text, strlen(text), ESCAPE_UNSAFE | ESCAPE_LINES);
	json_write_string(b, safe.data, safe.bytes);
	buf_fini(&safe);
}

static void
add_safe(struct buf *b, const char *text)
{
	term_escape(b, text, strlen(text), ESCAPE_UNSAFE | ESCAPE_LINES);
}

static void
start_text(struct cli *c, struct buf *b, const char *colour)
{
	const char *name = command_name(c);

	if (c->is_err_coloured)
		buf_printf(b, "\033[%smalk:\033[0m ", colour);
	else
		buf_str(b, "alk: ");
	if (name != NULL)
		buf_printf(b, "%s: ", name);
}

static void
error_json(struct cli *c, struct buf *b, const alk_error *e, int status)
{
	buf_str(b, "{\"level\":\"error\"");
	add_member(b, "command", command_name(c));
	add_member(b, "code", alk_error_name(e->code));
	buf_printf(b, ",\"exit\":%d", status);
	add_member(b, "message", e->text);
	add_member(b, "entry", e->entry);
	add_member(b, "pointer", e->pointer);
	if (e->sub != 0)
		buf_printf(b, ",\"sqlite\":%d", e->sub);
	buf_char(b, '}');
}

static void
error_text(struct cli *c, struct buf *b, const alk_error *e)
{
	bool has_entry = e->entry[0] != '\0', has_place = e->pointer[0] != '\0';

	start_text(c, b, "31");
	add_safe(b, e->text[0] != '\0' ? e->text : alk_error_text(e->code));
	if (has_entry || has_place)
		buf_str(b, " (");
	add_safe(b, e->entry);
	if (has_place)
		buf_str(b, has_entry ? ", at " : "at ");
	add_safe(b, e->pointer);
	if (has_entry || has_place)
		buf_char(b, ')');
	if (c->is_verbose)
		buf_printf(b, " [%s, sqlite %d]", alk_error_name(e->code),
		    e->sub);
}

int
report_error(struct cli *c, const alk_error *e)
{
	int code = e->code, status = alk_error_exit(code);
	struct buf b = { 0 };

	/* Whoever pressed Ctrl-C knows why it ended. */
	if (signals_caught() != 0 && code == ALK_CANCELLED)
		return EXIT_SIGNAL + signals_caught();
	if (c->is_log_json)
		error_json(c, &b, e, status);
	else
		error_text(c, &b, e);
	put_line(c, &b);
	if (code == ALK_LIMIT || code == ALK_TIMEOUT || code == ALK_BUSY)
		hints_option(c, code, e->text);
	hints_error(c, code); /* e may be the session's, and is over then */
	return status;
}

int
report_session(struct cli *c)
{
	return report_error(c, alk_session_error(c->session));
}

static void
usage_line(struct cli *c)
{
	const struct command *command = c->args.command;
	struct buf b = { 0 };

	if (c->is_log_json)
		return;
	if (command != NULL)
		buf_printf(&b, "usage: alk %s%s%s%s; alk help %s",
		    command->name, command->operands[0] != '\0' ? " " : "",
		    command->operands,
		    command->options != NULL ? " [OPTION]..." : "",
		    command->name);
	else if (c->args.group != NULL)
		buf_printf(&b, "usage: alk %s COMMAND ...; alk help %s",
		    c->args.group->name, c->args.group->name);
	else
		buf_str(&b, "usage: alk COMMAND ...; alk help");
	put_line(c, &b);
}

int
report_usage(struct cli *c, const char *format, ...)
{
	alk_error e;
	va_list args;

	memset(&e, 0, sizeof(e));
	e.code = ALK_INVALID;
	va_start(args, format);
	vsnprintf(e.text, sizeof(e.text), format, args);
	va_end(args);
	report_error(c, &e);
	usage_line(c);
	return EXIT_USAGE;
}

static void
note(struct cli *c, const char *level, const char *text)
{
	struct buf b = { 0 };

	if (c->is_log_json) {
		buf_printf(&b, "{\"level\":\"%s\"", level);
		add_member(&b, "command", command_name(c));
		add_member(&b, "message", text);
		buf_char(&b, '}');
	} else {
		start_text(c, &b, "33");
		add_safe(&b, text);
	}
	put_line(c, &b);
}

void
report_note(struct cli *c, const char *format, ...)
{
	char line[1024];
	va_list args;

	if (c->is_quiet || c->out.error != 0)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	note(c, "note", line);
}

void
report_log(void *arg, int code, const char *text)
{
	struct cli *c = arg;

	(void)code;
	if (!c->is_quiet)
		note(c, "warning", text);
}

void
report_progress(struct cli *c, struct progress *p, const char *label,
    bool is_bytes)
{
	bool is_on = !c->is_quiet && !c->is_log_json && term_is_tty(c->err) &&
	    term_is_capable();

	progress_init(p, c->err, label, is_bytes, is_on);
}
