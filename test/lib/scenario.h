/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_SCENARIO_H
#define TEST_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Runs a scenario (test/scenario/README.md) against the library. The same call
 * serves the plain run and the fault harness: there the environment says which
 * errors a fault explains, and a step that failed for it is done again and has
 * to give what the scenario expects, because a failed call may have changed
 * nothing.
 */

/* 2026-01-02 03:04:05 UTC: where a scenario's clock stands. */
#define SCENARIO_TIME_MS INT64_C(1767323045000)

struct scenario_env {
	const char *dir;      /* empty folder for the store files */
	const char *data;     /* folder of the files named by @NAME */
	const char *fresh;    /* a new tenant file to copy where a scenario says
	                         "open tenant", or NULL to make one there */
	int busy_ms;          /* 0: the library's default */
	/* Whether a fault explains the code; if so, ends the fault. Or NULL. */
	bool (*excuse)(void *arg, int code);
	/*
	 * Faults off (true) and on while the scenario acts as another program.
	 */
	void (*pause)(void *arg, bool paused);
	void *arg;
	const char *context;  /* for messages: "with read 7 failing", or NULL */
};

/*
 * Runs the text, tells mismatches on stderr and closes all it opened.
 *
 * @param name  For messages.
 * @return 0, or how many steps went wrong (1: it stops at the first).
 */
int scenario_run(const char *name, const char *text,
    const struct scenario_env *env);

/*
 * Makes a new tenant file at path as scenarios have it; ends the program on
 * failure.
 */
void scenario_make_fresh(const char *path);

/* The store file within env->dir where a scenario names no other. */
#define SCENARIO_FILE "store.db"

#endif
