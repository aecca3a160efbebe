/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Reading events of the call protocol, and the attributes they make. Members
 * always come in the order of `order`, whichever event brought them, so that
 * the same events in another order give the same bytes.
 *
 *   pending, running --responded, completed--> completed
 *                    --error--> failed
 *                    --aborted--> aborted
 */
#include "workflow/call_event.h"

#include "base/error.h"
#include "base/instant.h"
#include "json/push.h"

#include <string.h>

/* ---- reading ---- */

struct reading {
	yyjson_val *members;
	struct call_event *e;
	alk_error *err;
};

static const struct {
	const char *name;
	enum call_kind kind;
} kinds[] = {
	{ "call.requested", CALL_REQUESTED },
	{ "call.responded", CALL_RESPONDED },
	{ "call.completed", CALL_COMPLETED },
	{ "call.aborted", CALL_ABORTED },
	{ "call.error", CALL_ERROR },
};

static int
wrong(struct reading *r, const char *place, const char *name,
    const char *want)
{
	char pointer[64];
	size_t bytes = strlen(place);

	memcpy(pointer, place, bytes);
	pointer[bytes++] = '/';
	memcpy(pointer + bytes, name, strlen(name) + 1);
	error_pointer(r->err, pointer, strlen(pointer));
	return error_set(r->err, ALK_VALUE, "expected %s", want);
}

/* null stands for a member that is not there. */
static yyjson_val *
member(yyjson_val *object, const char *name)
{
	yyjson_val *v = yyjson_obj_get(object, name);

	return yyjson_is_null(v) ? NULL : v;
}

/* Text without U+0000, not empty. */
static int
take_text(struct reading *r, const char *name, bool is_needed,
    const char **out)
{
	yyjson_val *v = member(r->members, name);

	*out = NULL;
	if (v == NULL && !is_needed)
		return ALK_OK;
	if (!yyjson_is_str(v) || yyjson_get_len(v) == 0 ||
	    strlen(yyjson_get_str(v)) != yyjson_get_len(v))
		return wrong(r, r->e->place, name,
		    "string, neither empty nor with U+0000");
	*out = yyjson_get_str(v);
	return ALK_OK;
}

static int
take_instant(struct reading *r, yyjson_val *object, const char *place,
    const char *name, int64_t *out)
{
	yyjson_val *v = member(object, name);

	*out = CALL_NEVER;
	if (v == NULL)
		return ALK_OK;
	if (yyjson_is_str(v) && instant_read(yyjson_get_str(v),
		yyjson_get_len(v), out))
		return ALK_OK;
	bool is_within = yyjson_is_int(v) && (yyjson_is_sint(v) ?
	    yyjson_get_sint(v) >= INSTANT_MIN :
	    yyjson_get_uint(v) <= (uint64_t)INSTANT_MAX);
	if (!is_within)
		return wrong(r, place, name, "date-time, as ISO 8601 or in "
		    "Unix milliseconds");
	*out = yyjson_get_sint(v);
	return ALK_OK;
}

static int
take_type(struct reading *r, yyjson_val *root)
{
	yyjson_val *v = yyjson_obj_get(root, "type");

	if (!yyjson_is_str(v) || yyjson_get_len(v) == 0 ||
	    strlen(yyjson_get_str(v)) != yyjson_get_len(v))
		return wrong(r, "", "type", "string, the type of the event");
	r->e->type = yyjson_get_str(v);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (yyjson_equals_str(v, kinds[i].name))
			r->e->kind = kinds[i].kind;
	if (r->e->kind == CALL_FOREIGN &&
	    strncmp(r->e->type, "call.", strlen("call.")) == 0)
		return wrong(r, "", "type", "call.requested, call.responded, "
		    "call.completed, call.aborted or call.error");
	return ALK_OK;
}

static int
take_error(struct reading *r)
{
	struct call_event *e = r->e;
	yyjson_val *object = member(r->members, "error");
	bool is_nested = object != NULL;
	const char *place = !is_nested ? e->place :
	    e->place[0] != '\0' ? "/payload/error" : "/error";

	if (is_nested && !yyjson_is_obj(object))
		return wrong(r, e->place, "error", "object");
	if (!is_nested)
		object = r->members;
	e->code = member(object, "code");
	e->message = member(object, "message");
	e->details = yyjson_obj_get(object, "details");
	if (!yyjson_is_str(e->code))
		return wrong(r, place, "code", "string");
	if (!yyjson_is_str(e->message))
		return wrong(r, place, "message", "string");
	return ALK_OK;
}

static int
take_request(struct reading *r)
{
	struct call_event *e = r->e;

	if (take_text(r, "operationId", true, &e->operation) != ALK_OK ||
	    take_text(r, "parentRequestId", false, &e->parent) != ALK_OK ||
	    take_instant(r, r->members, e->place, "deadline",
		&e->deadline_ms) != ALK_OK)
		return r->err->code;
	if (e->parent != NULL && strcmp(e->parent, e->request) == 0)
		return wrong(r, e->place, "parentRequestId",
		    "another call than this one");
	e->input = yyjson_obj_get(r->members, "input");
	e->identity = member(r->members, "identity");
	return ALK_OK;
}

static int
take_members(struct reading *r, yyjson_val *root)
{
	struct call_event *e = r->e;
	yyjson_val *payload = member(root, "payload");

	e->place = payload != NULL ? "/payload" : "";
	if (payload != NULL && !yyjson_is_obj(payload))
		return wrong(r, "", "payload", "object");
	r->members = payload != NULL ? payload : root;
	yyjson_val *id = member(root, "id");
	bool has_request = member(r->members, "requestId") != NULL;
	if (!has_request && yyjson_is_str(id)) {
		struct reading outer = *r;
		outer.members = root;
		e->place = "";
		if (take_text(&outer, "id", true, &e->request) != ALK_OK)
			return r->err->code;
		e->place = payload != NULL ? "/payload" : "";
	} else if (take_text(r, "requestId", true, &e->request) != ALK_OK) {
		return r->err->code;
	}
	if (take_instant(r, root, "", "timestamp", &e->at_ms) != ALK_OK)
		return r->err->code;
	if (e->at_ms != CALL_NEVER || payload == NULL)
		return ALK_OK;
	return take_instant(r, payload, "/payload", "timestamp", &e->at_ms);
}

int
call_event_read(yyjson_val *root, struct call_event *e, alk_error *err)
{
	struct reading r = { NULL, e, err };

	*e = (struct call_event){ .deadline_ms = CALL_NEVER,
		.at_ms = CALL_NEVER, .place = "" };
	if (!yyjson_is_obj(root))
		return error_set(err, ALK_VALUE, "expected object: an event "
		    "has a type and a payload");
	if (take_type(&r, root) != ALK_OK || e->kind == CALL_FOREIGN)
		return err->code;
	if (take_members(&r, root) != ALK_OK)
		return err->code;
	if (e->kind == CALL_REQUESTED)
		return take_request(&r);
	if (e->kind == CALL_ERROR)
		return take_error(&r);
	if (e->kind == CALL_RESPONDED)
		e->output = yyjson_obj_get(r.members, "output");
	return ALK_OK;
}

/* ---- writing ---- */

static void
member_value(struct json_out *o, const char *name, yyjson_val *v)
{
	if (v == NULL)
		return;
	json_out_key(o, name);
	json_out_value(o, v);
}

static void
member_instant(struct json_out *o, const char *name, int64_t ms)
{
	char text[INSTANT_TEXT];

	if (ms == CALL_NEVER)
		return;
	instant_write(ms, text);
	json_out_member(o, name, text);
}

void
call_event_write(struct buf *out, const struct call_event *e)
{
	struct json_out o = { .out = out };

	json_out_begin_object(&o);
	json_out_member(&o, "type", e->type);
	json_out_member(&o, "requestId", e->request);
	member_value(&o, "output", e->output);
	member_value(&o, "code", e->code);
	member_value(&o, "message", e->message);
	member_value(&o, "details", e->details);
	member_instant(&o, "timestamp", e->at_ms);
	json_out_end_object(&o);
}

/* ---- the node ---- */

const char *const call_status_names[] = { "", "pending", "running",
	"completed", "failed", "aborted" };

static const enum call_status outcomes[] = {
	[CALL_RESPONDED] = CALL_STATUS_COMPLETED,
	[CALL_COMPLETED] = CALL_STATUS_COMPLETED,
	[CALL_ABORTED] = CALL_STATUS_ABORTED,
	[CALL_ERROR] = CALL_STATUS_FAILED,
};

enum call_status
call_status_of(yyjson_val *attributes)
{
	yyjson_val *v = yyjson_obj_get(attributes, "status");

	for (int i = CALL_STATUS_PENDING; i <= CALL_STATUS_ABORTED; i++)
		if (yyjson_equals_str(v, call_status_names[i]))
			return (enum call_status)i;
	return CALL_STATUS_OTHER;
}

bool
call_is_ended(enum call_status s)
{
	return s >= CALL_STATUS_COMPLETED;
}

int64_t
call_instant(yyjson_val *attributes, const char *name)
{
	yyjson_val *v = yyjson_obj_get(attributes, name);
	int64_t ms;

	return yyjson_is_str(v) && instant_read(yyjson_get_str(v),
	    yyjson_get_len(v), &ms) ? ms : CALL_NEVER;
}

void
call_attributes_new(struct buf *out, const struct call_event *e)
{
	struct json_out o = { .out = out };

	json_out_begin_object(&o);
	json_out_member(&o, "requestId", e->request);
	json_out_member(&o, "operationId", e->operation);
	json_out_member(&o, "status",
	    call_status_names[CALL_STATUS_PENDING]);
	if (e->parent != NULL)
		json_out_member(&o, "parentRequestId", e->parent);
	member_value(&o, "input", e->input);
	member_value(&o, "identity", e->identity);
	member_instant(&o, "deadline", e->deadline_ms);
	member_instant(&o, "startedAt", e->at_ms);
	json_out_end_object(&o);
}

/* What an outcome puts in place of, or beside, what is there. */
struct ending {
	const char *status;
	yyjson_val *output;             /* NULL: as it is */
	const struct call_event *error; /* likewise */
	int64_t completed_ms;           /* CALL_NEVER: as it is */
};

/* The name may hold U+0000. */
static void
write_other(struct json_out *o, yyjson_val *key)
{
	if (o->comma)
		buf_char(o->out, ',');
	json_write_string(o->out, yyjson_get_str(key), yyjson_get_len(key));
	buf_char(o->out, ':');
	o->comma = false;
	json_out_value(o, yyjson_obj_iter_get_val(key));
}

static void
write_ours(struct json_out *o, yyjson_val *old, const char *name,
    const struct ending *n)
{
	yyjson_val *before = yyjson_obj_get(old, name);

	if (strcmp(name, "status") == 0) {
		json_out_member(o, name, n->status);
	} else if (strcmp(name, "output") == 0) {
		member_value(o, name, n->output != NULL ? n->output : before);
	} else if (strcmp(name, "completedAt") == 0 &&
	    n->completed_ms != CALL_NEVER) {
		member_instant(o, name, n->completed_ms);
	} else if (strcmp(name, "error") == 0 && n->error != NULL) {
		json_out_key(o, name);
		json_out_begin_object(o);
		member_value(o, "code", n->error->code);
		member_value(o, "message", n->error->message);
		member_value(o, "details", n->error->details);
		json_out_end_object(o);
	} else {
		member_value(o, name, before);
	}
}

static void
write_ended(struct buf *out, yyjson_val *old, const struct ending *n)
{
	static const char *const order[] = { "requestId", "operationId",
		"status", "parentRequestId", "input", "output", "error",
		"identity", "deadline", "startedAt", "completedAt" };
	const size_t count = sizeof(order) / sizeof(order[0]);
	struct json_out o = { .out = out };
	yyjson_obj_iter it = yyjson_obj_iter_with(old);
	yyjson_val *key;

	json_out_begin_object(&o);
	for (size_t i = 0; i < count; i++)
		write_ours(&o, old, order[i], n);
	/* What others have put there stays, behind ours. */
	while ((key = yyjson_obj_iter_next(&it)) != NULL) {
		bool is_known = false;
		for (size_t i = 0; i < count && !is_known; i++)
			is_known = yyjson_equals_str(key, order[i]);
		if (!is_known)
			write_other(&o, key);
	}
	json_out_end_object(&o);
}

enum call_change
call_attributes_ended(struct buf *out, yyjson_val *attributes,
    const struct call_event *e)
{
	enum call_status status = call_status_of(attributes);
	enum call_status wanted = outcomes[e->kind];
	struct ending n = { .status = call_status_names[wanted],
		.completed_ms = CALL_NEVER };
	int64_t before = call_instant(attributes, "completedAt");

	if (call_is_ended(status) && status != wanted)
		return CALL_LATE;
	if (yyjson_obj_get(attributes, "output") == NULL)
		n.output = e->output;
	if (e->kind == CALL_ERROR &&
	    yyjson_obj_get(attributes, "error") == NULL)
		n.error = e;
	/* Of several times the first one counts, whichever comes first. */
	if (e->at_ms != CALL_NEVER &&
	    (before == CALL_NEVER || e->at_ms < before))
		n.completed_ms = e->at_ms;
	if (status == wanted && n.output == NULL && n.error == NULL &&
	    n.completed_ms == CALL_NEVER)
		return CALL_SAME;
	write_ended(out, attributes, &n);
	return CALL_CHANGED;
}
