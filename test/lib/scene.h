/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_SCENE_H
#define TEST_SCENE_H

#include "scenario.h"
#include "scratch.h"
#include "script.h"

#include <alkstore.h>

/*
 * A scenario while it runs: shared by the engine (scenario.c) and the commands
 * (command_*.c). Not for the harnesses.
 */

#define SCENE_NAMES 8

/* What commands return besides the library's codes. */
#define SCENE_SLIP 9001     /* the scenario itself is wrong: scene.slip */
#define SCENE_AGAIN 9002    /* a fault hit in a transaction: all again */
#define SCENE_FAILED 9003   /* already told */
#define SCENE_ROLLBACK 9004 /* the scenario said "rollback" */

struct scene_session {
	char name[32];
	alk_session *session;
};

struct scene_saved {
	char name[32];
	struct text value;
};

struct scene {
	const char *name;
	const struct scenario_env *env;
	struct script script;
	int at;        /* the step that runs */
	int judged;    /* the step that the result is held against */
	int depth;     /* of open transactions */
	bool has_begun; /* the body of the newest block was reached */
	int snapshots; /* open ones */
	bool is_lost;  /* a fault may have ended the snapshot: ALK_MISUSE fits */
	bool is_loose;  /* ALK_OK and ALK_TIMEOUT are as good as each other */
	char path[SCRATCH_PATH];
	alk_store *store;
	struct sqlite3 *stock; /* of steps of SQL that follow one another */
	struct scene_session sessions[SCENE_NAMES];
	int session_count;
	int current;
	int64_t now_ms;
	struct scene_saved saved[SCENE_NAMES];
	struct text out; /* what the step shows, lines with their newlines */
	alk_error err;   /* of the step */
	char slip[256];
	alk_schema *schema; /* compiled last */
	alk_import_result imported; /* by an import that a fault broke off */
	struct text heard; /* by listening that a fault broke off */
	int64_t heard_to;  /* the last number in it */
};

/* The session that acts; NULL: no store is open, and the slip is set. */
alk_session *scene_session(struct scene *sc);
/* Keeps the session's error for the step and checks it against rc. */
int scene_told(struct scene *sc, int rc);
int scene_slip(struct scene *sc, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/*
 * Runs the steps up to the "commit", "rollback" or "end" that belongs to the
 * open block: ALK_OK, SCENE_ROLLBACK, SCENE_AGAIN or SCENE_FAILED.
 */
int scene_run_block(struct scene *sc);
int scene_block_end(const struct scene *sc, int from);
/* A value kept under a name; made when it is missing. NULL: no more room. */
struct text *scene_saved(struct scene *sc, const char *name);
/* The step's input, or that of the file or saved value that the words name. */
bool scene_input(struct scene *sc, struct args *a, struct text *out);
int scene_close(struct scene *sc);

/* Showing (show.c). */

struct show {
	struct scene *sc;
	bool is_numbered; /* row.number in front */
	bool is_json;     /* by alk_row_json() */
	long long stop;   /* rows after which the visitor stops; -1 never */
	int rc;           /* of alk_row_json() */
	long long rows;
};

void show_init(struct show *v, struct scene *sc, struct args *a);
int show_row(void *arg, const alk_row *row);
void show_one(struct show *v, const alk_row *row);
/* rc, or else what went wrong while showing. */
int show_end(const struct show *v, int rc);

/* How to go through a graph (command_read.c). */

#define WAY_TYPES 8

struct way {
	alk_walk_options o;
	char *copy; /* of along=A,B,C, cut up: for free() */
	const char *types[WAY_TYPES];
	const char *to;
};

/*
 * [out|in|both] [along=TYPE,TYPE] [depth=N|all] [to=TYPE] [where=]
 * [edge_where=] [visited=N] [time=MS], from word `from` on.
 */
void way_init(struct way *w, struct args *a, int from);

/* Commands. */

typedef int (*command_fn)(struct scene *sc, struct args *a);

struct command {
	const char *name; /* one word or two */
	int words;
	command_fn run;
};

extern const struct command store_commands[];
extern const struct command type_commands[];
extern const struct command write_commands[];
extern const struct command read_commands[];
extern const struct command stream_commands[];
extern const struct command json_commands[];
extern const struct command queue_commands[];
extern const struct command group_commands[];
extern const struct command schedule_commands[];
extern const struct command workflow_commands[];
extern const struct command algorithm_commands[];

#endif
