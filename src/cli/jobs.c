/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cli/jobs.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>

#define COLUMNS 11

static const struct column columns[COLUMNS] = { { "id", true },
	{ "queue", false }, { "state", false }, { "worker", false },
	{ "priority", true }, { "attempts", true }, { "maxAttempts", true },
	{ "runAt", false }, { "claimExpiresAt", false },
	{ "expiresAt", false }, { "payload", false } };

struct cell
jobs_payload(struct json_reader *reader, const char *payload, size_t bytes)
{
	struct json_bounds bounds = { .bytes_max = bytes + 1,
		.depth_max = JSON_DEPTH_MAX };
	alk_error ignored = { 0 };

	return json_read(reader, payload, bytes, &bounds, &ignored) != NULL ?
	    cell_json(payload, bytes) : cell_text(payload);
}

void
jobs_start(struct jobs *l, struct cli *c)
{
	*l = (struct jobs){ .cli = c };
	output_list(&c->out, columns, COLUMNS, 0);
}

int
jobs_show(void *arg, const alk_job *j)
{
	struct jobs *l = arg;
	struct cell cells[COLUMNS];
	char run[CLOCK_ISO];
	char claim[CLOCK_ISO];
	char expires[CLOCK_ISO];

	clock_iso(j->run_at, run);
	clock_iso(j->claim_expires_at, claim);
	clock_iso(j->expires_at, expires);
	cells[0] = cell_number(j->id);
	cells[1] = cell_text(j->queue);
	cells[2] = cell_text(j->state);
	cells[3] = cell_text(j->worker);
	cells[4] = cell_number(j->priority);
	cells[5] = cell_number(j->attempts);
	cells[6] = cell_number(j->max_attempts);
	cells[7] = cell_text(run);
	cells[8] = cell_text(j->claim_expires_at != 0 ? claim : NULL);
	cells[9] = cell_text(j->expires_at != 0 ? expires : NULL);
	cells[10] = jobs_payload(&l->reader, j->payload, j->payload_bytes);
	l->seen++;
	l->last = j->id;
	return output_row(&l->cli->out, cells, NULL, 0);
}

int
jobs_end(struct jobs *l, int code)
{
	json_reader_fini(&l->reader);
	if (code != ALK_OK)
		return report_session(l->cli);
	output_list_end(&l->cli->out);
	return EXIT_OK;
}

void
jobs_note_more(const struct jobs *l, int64_t limit)
{
	if ((int64_t)l->seen == limit)
		report_note(l->cli, "there may be more: --after %lld",
		    (long long)l->last);
}

int
jobs_number(struct cli *c, const char *operand, int64_t least, int64_t *out)
{
	const char *word = args_operand(&c->args, operand);
	char *end;

	errno = 0;
	long long number = strtoll(word, &end, 10);
	if (errno != 0 || end == word || *end != '\0' || number < least)
		return report_usage(c, "%s is '%.100s', which is no whole "
		    "number from %lld on", operand, word, (long long)least);
	*out = number;
	return EXIT_OK;
}
