/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Documents out of files. A file of JSON Lines is read piece by piece, so that
 * it may be larger than memory; any other is read whole.
 */
#include "cli/documents.h"

#include "base/error.h"
#include "cli/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES 262144

struct source {
	struct cli *cli;
	document_fn fn;
	void *arg;
	struct document document; /* file, and line so far */
	struct progress progress;
	int fd;
	int64_t done;  /* bytes */
	int64_t total; /* 0 unknown */
	bool is_ended; /* by fn */
	struct buf held;  /* what was read and is not used up */
	size_t start;     /* in held: of the line that comes next */
	size_t seen;      /* in held: no line ends before it */
};

static bool
ends_with(const char *text, const char *end)
{
	size_t a = strlen(text), b = strlen(end);

	return a >= b && strcmp(text + a - b, end) == 0;
}

static int
failed(struct source *s, int code, const char *what)
{
	alk_error err;

	memset(&err, 0, sizeof(err));
	if (signals_caught() != 0)
		code = ALK_CANCELLED;
	error_set(&err, code, "cannot read %.200s: %s", s->document.file,
	    what);
	progress_end(&s->progress);
	return report_error(s->cli, &err);
}

static int
failed_errno(struct source *s, int number)
{
	return failed(s, number == ENOENT ? ALK_NOTFOUND : number == EACCES ?
	    ALK_DENIED : ALK_IO, strerror(number));
}

static int
give(struct source *s)
{
	int status = s->fn(s->arg, &s->document);

	s->is_ended = status != EXIT_OK;
	return status;
}

/* ---- Lines ---- */

static int
give_line(struct source *s, size_t end)
{
	const char *text = s->held.data + s->start;
	size_t bytes = end - s->start;

	s->start = s->seen = end + 1;
	s->document.line++;
	if (bytes > 0 && text[bytes - 1] == '\r')
		bytes--;
	while (bytes > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		bytes--;
	}
	if (bytes == 0)
		return EXIT_OK;
	s->document.text = text;
	s->document.bytes = bytes;
	return give(s);
}

/* Gives all lines that are whole. */
static int
give_lines(struct source *s)
{
	int status = EXIT_OK;

	while (status == EXIT_OK && s->seen < s->held.bytes) {
		const char *end = memchr(s->held.data + s->seen, '\n',
		    s->held.bytes - s->seen);
		if (end == NULL) {
			s->seen = s->held.bytes;
			break;
		}
		status = give_line(s, (size_t)(end - s->held.data));
	}
	return status;
}

/* More of the file: bytes, 0 at its end, -1 on an error that is reported. */
static long
fill(struct source *s, int *status)
{
	ssize_t n;

	if (s->start > 0) {
		size_t left = s->held.bytes - s->start;
		memmove(s->held.data, s->held.data + s->start, left);
		s->held.bytes = left;
		s->seen -= s->start;
		s->start = 0;
	}
	if (s->held.bytes > ALK_JSON_BYTES_MAX) {
		*status = failed(s, ALK_LIMIT, "a line is too long");
		return -1;
	}
	if (!buf_reserve(&s->held, PIECE_BYTES)) {
		*status = failed(s, ALK_NOMEM, "out of memory");
		return -1;
	}
	do
		n = read(s->fd, s->held.data + s->held.bytes, PIECE_BYTES);
	while (n < 0 && errno == EINTR && signals_caught() == 0);
	if (n < 0 || signals_caught() != 0) {
		*status = failed_errno(s, errno);
		return -1;
	}
	s->held.bytes += (size_t)n;
	s->done += n;
	progress_update(&s->progress, s->done, s->total);
	return (long)n;
}

static int
read_lines(struct source *s)
{
	int status = EXIT_OK;
	long n = 1;

	while (status == EXIT_OK && n > 0) {
		n = fill(s, &status);
		if (n > 0)
			status = give_lines(s);
	}
	/* The last line may lack its end. */
	if (n == 0 && status == EXIT_OK && s->start < s->held.bytes)
		status = give_line(s, s->held.bytes);
	return status;
}

/* ---- Files ---- */

static int
read_whole(struct source *s)
{
	alk_error err;

	memset(&err, 0, sizeof(err));
	if (input_read(s->document.file, ALK_JSON_BYTES_MAX, &s->held,
	    &err) != ALK_OK)
		return report_error(s->cli, &err);
	s->document.text = buf_text(&s->held);
	s->document.bytes = s->held.bytes;
	return give(s);
}

static int
open_lines(struct source *s)
{
	struct stat st;
	int status;

	s->fd = STDIN_FILENO;
	if (strcmp(s->document.file, "-") != 0)
		s->fd = open(s->document.file, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0)
		return failed_errno(s, errno);
	if (fstat(s->fd, &st) == 0 && S_ISREG(st.st_mode))
		s->total = st.st_size;
	report_progress(s->cli, &s->progress, "read", true);
	status = read_lines(s);
	progress_end(&s->progress);
	if (s->fd != STDIN_FILENO)
		close(s->fd);
	return status;
}

static int
read_file(struct cli *c, const char *file, document_fn fn, void *arg,
    bool *is_ended)
{
	struct source s = { .cli = c, .fn = fn, .arg = arg };
	bool is_lines = args_has(&c->args, "lines") ||
	    ends_with(file, ".jsonl") || ends_with(file, ".ndjson");
	int status;

	s.document.file = file;
	if (strcmp(file, "-") == 0 && isatty(STDIN_FILENO) == 1)
		report_note(c, "reading JSON from the terminal; Ctrl-D ends "
		    "it");
	status = is_lines ? open_lines(&s) : read_whole(&s);
	*is_ended = s.is_ended || signals_caught() != 0 || c->out.error != 0;
	buf_fini(&s.held);
	return status;
}

int
documents_each(struct cli *c, const char *name, document_fn fn, void *arg)
{
	size_t first = table_operand_index(c->args.command, name), i;
	bool is_ended = false;
	int worst = EXIT_OK, status;

	if (c->args.operands_count <= first)
		return read_file(c, "-", fn, arg, &is_ended);
	for (i = first; i < c->args.operands_count && !is_ended; i++) {
		status = read_file(c, c->args.operands[i], fn, arg, &is_ended);
		if (worst == EXIT_OK || is_ended)
			worst = status;
	}
	return worst;
}
