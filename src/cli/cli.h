/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "cli/args.h"
#include "cli/output.h"
#include "cli/progress.h"

#include <alkstore.h>
#include <stdbool.h>

/*
 * Exit statuses that are not those of an error (alk_error_exit()); alk-exit(7).
 */
#define EXIT_OK 0
#define EXIT_FAILED 1
#define EXIT_USAGE 2
#define EXIT_NEGATIVE 9 /* the answer is no: check found something */
#define EXIT_SIGNAL 128 /* plus the signal: 130 for SIGINT */
#define EXIT_PIPE 141   /* whoever read our output has gone */

/* One run of alk. Made by cli_main(), handed to the handler of the command. */
struct cli {
	struct args args;
	struct output out;
	FILE *err;
	bool is_quiet;
	bool is_verbose;
	bool is_log_json;
	bool is_err_coloured;
	bool is_format_given; /* by -o or --json */
	alk_store *store;     /* open where the command takes a FILE */
	alk_session *session;
	size_t bad_rows;      /* shown, but not as their type wants them */
};

/* All of alk. Returns the exit status. */
int cli_main(int argc, char **argv, FILE *out, FILE *err);

/* ---- report.c: what goes to standard error ---- */

/*
 * Prints an error on one line, and a hint on another where there is one;
 * returns its exit status. The session's error is over then.
 */
int report_error(struct cli *c, const alk_error *e);
/* The session's error, as report_error(). */
int report_session(struct cli *c);
/* A mistake in the command line, with how it should be. Returns EXIT_USAGE. */
int report_usage(struct cli *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Not an error: a hint, a warning, a count. Silent with -q. */
void report_note(struct cli *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* For alk_options.log; arg is the struct cli. */
void report_log(void *arg, int code, const char *text);
/* Starts a bar for a command; on only where a person looks. */
void report_progress(struct cli *c, struct progress *p, const char *label,
    bool is_bytes);

/* ---- open.c ---- */

/* Fills o from the options of every command. ALK_OK or ALK_INVALID. */
int open_options(struct cli *c, alk_options *o, alk_error *err);
/*
 * Opens the store and a session as the command needs it. Returns an exit
 * status.
 */
int open_store(struct cli *c, const char *path, unsigned flags, int kind);
void open_close(struct cli *c);

/* ---- input.c ---- */

/*
 * Reads a file, or standard input for "-", into b, at most bytes_max. ALK_OK,
 * ALK_NOTFOUND, ALK_IO, ALK_LIMIT, ALK_CANCELLED (a signal), ALK_NOMEM.
 */
int input_read(const char *path, size_t bytes_max, struct buf *b,
    alk_error *err);
/*
 * An operand as it is, or standard input for "-". text is borrowed from b or
 * argv.
 */
int input_operand(const char *operand, struct buf *b, const char **text,
    size_t *bytes, alk_error *err);

#define INPUT_BYTES_MAX ((size_t)64 << 20)

/* ---- write.c: changes, and dry runs of them ---- */

bool write_is_dry(const struct cli *c);
/*
 * Runs work in a transaction. With --dry-run it is undone, and what it would
 * have changed is printed instead. own: where work puts errors that are not the
 * session's, or NULL. Returns an exit status; errors are reported.
 */
int write_run(struct cli *c, alk_work_fn work, void *arg, alk_error *own);
/* The same for work that changes no graph, and has nothing to print of it. */
int write_plain(struct cli *c, alk_work_fn work, void *arg);
/*
 * Asks before something is destroyed. EXIT_OK to go on (also with --yes and in
 * a dry run), EXIT_USAGE where nobody can be asked, EXIT_FAILED for no.
 */
int write_confirm(struct cli *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
