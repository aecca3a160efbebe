/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef WORKFLOW_CALL_EVENT_H
#define WORKFLOW_CALL_EVENT_H

#include "base/buf.h"
#include "json/json.h"

#include <alkstore.h>
#include <stdbool.h>

/*
 * Events of the call protocol, from JSON to memory, and what they make of the
 * attributes of a call's node. Needs no file.
 *
 * An event is an envelope {"type", "id", "payload", "timestamp"}, or one object
 * with the members of the payload beside "type". Its payload, by type:
 *
 *   call.requested  requestId, operationId, parentRequestId?, input?,
 *                   identity?, deadline?
 *   call.responded  requestId, output?
 *   call.completed  requestId
 *   call.aborted    requestId
 *   call.error      requestId, code, message, details?; or these three within
 *                   "error"
 *
 * timestamp (also within the payload) and deadline are ISO 8601 or Unix
 * milliseconds. "id" stands for a requestId that is missing.
 */

enum call_kind {
	CALL_FOREIGN, /* another type than call.*: nothing else is looked at */
	CALL_REQUESTED,
	CALL_RESPONDED,
	CALL_COMPLETED,
	CALL_ABORTED,
	CALL_ERROR
};

#define CALL_NEVER INT64_MAX /* an instant that is not given */

/* All of it is borrowed from the document. */
struct call_event {
	enum call_kind kind;
	const char *type;
	const char *request;
	const char *operation;
	const char *parent;    /* NULL: none */
	yyjson_val *input;     /* NULL: none; so the next five */
	yyjson_val *output;
	yyjson_val *identity;
	yyjson_val *code;
	yyjson_val *message;
	yyjson_val *details;
	int64_t deadline_ms;   /* or CALL_NEVER */
	int64_t at_ms;         /* or CALL_NEVER */
	const char *place;     /* of the members: "/payload" or "" */
};

/* ALK_OK, or ALK_VALUE with the pointer. */
int call_event_read(yyjson_val *root, struct call_event *e, alk_error *err);

/* An outcome as text that call_event_read() reads again; for keeping it. */
void call_event_write(struct buf *out, const struct call_event *e);

/* ---- the node ---- */

enum call_status {
	CALL_STATUS_OTHER, /* none, or one that is not ours */
	CALL_STATUS_PENDING,
	CALL_STATUS_RUNNING,
	CALL_STATUS_COMPLETED,
	CALL_STATUS_FAILED,
	CALL_STATUS_ABORTED
};

extern const char *const call_status_names[]; /* by enum call_status */

enum call_status call_status_of(yyjson_val *attributes);
bool call_is_ended(enum call_status s);
/* An instant among the attributes, or CALL_NEVER. */
int64_t call_instant(yyjson_val *attributes, const char *name);

/* The attributes of a call that was requested. */
void call_attributes_new(struct buf *out, const struct call_event *e);

/*
 * The attributes with an outcome: as they are where the call has ended
 * otherwise (CALL_LATE). One that ended in the same way gets what is missing,
 * and the earlier of two times; where there is nothing to add, CALL_SAME.
 */
enum call_change { CALL_CHANGED, CALL_SAME, CALL_LATE };
enum call_change call_attributes_ended(struct buf *out, yyjson_val *attributes,
    const struct call_event *e);

#endif
