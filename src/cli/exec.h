/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_EXEC_H
#define CLI_EXEC_H

#include "cli/cli.h"

/*
 * A job's command: `sh -c` in a process group of its own, the payload on its
 * standard input, the job in its environment.
 */
struct exec_job {
	const char *command;
	const char *file;      /* ALK_DB of the command */
	const char *queue;
	const char *worker;
	const char *payload;
	size_t payload_bytes;
	int64_t id;
	int64_t attempt;
	int64_t timeout_s;     /* of the claim; extended when a third is over */
	int64_t run_s;         /* how long the command may take; 0: any time */
};

enum exec_why {
	EXEC_ENDED,   /* by itself; status says how */
	EXEC_OVERRAN, /* it took longer than run_s and was ended */
	EXEC_LOST,    /* the claim was over, and it was ended */
	EXEC_STOPPED, /* a signal came for us, and it was ended */
	EXEC_NEVER,   /* it could not be started; errno says why */
};

/*
 * Runs it to its end. One that is ended gets SIGTERM, with all of its group,
 * and SIGKILL after five seconds. *status is what waitpid() gives.
 */
enum exec_why exec_run(struct cli *c, const struct exec_job *j, int *status);

#endif
