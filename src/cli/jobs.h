/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_JOBS_H
#define CLI_JOBS_H

#include "cli/cli.h"

#include "json/json.h"

/* What the commands on queues, dead letters and schedules share. */

/* A payload that is JSON is shown as it is, other text as a string. */
struct cell jobs_payload(struct json_reader *reader, const char *payload,
    size_t bytes);

/* A list of jobs, dead letters or schedules that is under way. */
struct jobs {
	struct cli *cli;
	struct json_reader reader;
	size_t seen;
	int64_t last; /* id of the last one */
};

/* A list of jobs; jobs_show() is its visitor. */
void jobs_start(struct jobs *l, struct cli *c);
int jobs_show(void *arg, const alk_job *job);
/* Ends any list: closes it, or reports the session's error. */
int jobs_end(struct jobs *l, int code);
/* Where a list ended at its limit: how to go on. */
void jobs_note_more(const struct jobs *l, int64_t limit);

/* A whole number from `least` on. EXIT_OK, or EXIT_USAGE, reported. */
int jobs_number(struct cli *c, const char *operand, int64_t least,
    int64_t *out);

/* ---- Handlers of cmd_queue's rows ---- */

/* queue_take.c */
int queue_run_take(struct cli *c);
/* queue_info.c */
int queue_run_info(struct cli *c);
int queue_run_attempts(struct cli *c);
int queue_run_history(struct cli *c);
int queue_run_forget(struct cli *c);
int queue_run_progress(struct cli *c);
int queue_run_drain(struct cli *c);
/* queue_rows.c */

int queue_run_stats(struct cli *c);
int queue_run_show(struct cli *c);
int queue_run_set(struct cli *c);
int queue_run_pause(struct cli *c);
int queue_run_resume(struct cli *c);

#endif
