/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A child process that is asked and answers a line at a time. */
#include "peer.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void
fail(const char *what)
{
	perror(what);
	exit(2);
}

static void
run_child(const int in[2], const int out[2], const char *script,
    const char *file)
{
	if (dup2(in[0], 0) < 0 || dup2(out[1], 1) < 0)
		fail("dup2");
	close(in[0]);
	close(in[1]);
	close(out[0]);
	close(out[1]);
	execlp("node", "node", script, file, (char *)NULL);
	fail("node");
}

void
peer_start(struct peer *p, const char *script, const char *file)
{
	int in[2];
	int out[2];

	if (pipe(in) != 0 || pipe(out) != 0)
		fail("pipe");
	fflush(stdout);
	p->pid = fork();
	if (p->pid < 0)
		fail("fork");
	if (p->pid == 0)
		run_child(in, out, script, file);
	close(in[0]);
	close(out[1]);
	p->to = fdopen(in[1], "w");
	p->from = fdopen(out[0], "r");
	if (p->to == NULL || p->from == NULL)
		fail("fdopen");
}

yyjson_doc *
peer_read(struct peer *p)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t bytes = getline(&line, &room, p->from);
	yyjson_doc *doc = bytes <= 0 ? NULL :
	    yyjson_read(line, (size_t)bytes, YYJSON_READ_NOFLAG);

	free(line);
	if (doc == NULL) {
		fputs("peers.mjs ended before it had answered\n", stderr);
		exit(2);
	}
	return doc;
}

void
peer_ask(struct peer *p, const char *name, const char *what, unsigned batches)
{
	fprintf(p->to, "%s %s %u\n", name, what, batches);
	fflush(p->to);
}

void
peer_end(struct peer *p)
{
	fclose(p->to);
	fclose(p->from);
	waitpid(p->pid, NULL, 0);
}
