/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Call graphs, as alkstore.h offers them. */
#include "store/store.h"

#include "base/error.h"
#include "workflow/call.h"

#define FLAGS (ALK_CALL_STAMP | ALK_TX_DRY_RUN)

int
alk_call_ingest(alk_session *s, const char *graph, const char *events,
    size_t bytes, const alk_call_options *o, alk_call_result *result)
{
	struct call c;
	alk_call_result made = { 0 };
	unsigned flags = o != NULL ? o->flags : 0;

	if (call_write(s, &c, (flags & ALK_TX_DRY_RUN) != 0) == ALK_OK &&
	    call_check_flags(&c, flags, FLAGS) == ALK_OK)
		(void)calls_ingest(&s->graph, graph, events, bytes, o, &made);
	int code = call_end(s, &c);
	if (code == ALK_OK && result != NULL)
		*result = made;
	return code;
}

int
alk_call_import(alk_session *s, const char *graph, const alk_call_options *o,
    alk_read_fn read, void *read_arg, alk_call_result *result)
{
	static const alk_call_options usual;
	alk_call_result made = { 0 };
	struct call_runs r = { .s = s };
	struct exchange_runner runner = { call_run, &r };
	struct call c;

	if (o == NULL)
		o = &usual;
	r.is_dry = (o->flags & ALK_TX_DRY_RUN) != 0;
	call_begin(s, &c);
	if (c.err.code == ALK_OK)
		(void)call_check_flags(&c, o->flags, FLAGS);
	if (c.err.code == ALK_OK && read == NULL)
		error_set(&c.err, ALK_INVALID, "no function to read from");
	if (c.err.code == ALK_OK && calls_import(&s->graph, graph, o, read,
		read_arg, &runner, &made) != ALK_OK)
		c.err = s->err; /* that of the batch */
	if (result != NULL)
		*result = made;
	return call_end(s, &c);
}

int
alk_call_abort(alk_session *s, const char *graph, const char *request,
    alk_call_result *result)
{
	struct call c;
	alk_call_result made = { 0 };

	if (call_write(s, &c, false) == ALK_OK)
		(void)calls_abort(&s->graph, graph, request, &made);
	int code = call_end(s, &c);
	if (code == ALK_OK && result != NULL)
		*result = made;
	return code;
}

int
alk_call_get(alk_session *s, const char *graph, const char *request,
    alk_call_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)calls_get(&s->graph, graph, request, fn, arg);
	return call_end(s, &c);
}

int
alk_call_list(alk_session *s, const char *graph, const alk_call_query *q,
    alk_call_fn fn, void *arg, alk_page *page)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)calls_list(&s->graph, graph, q, fn, arg, page);
	return call_end(s, &c);
}

int
alk_call_lineage(alk_session *s, const char *graph, const char *request,
    int direction, size_t depth_max, alk_call_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)calls_lineage(&s->graph, graph, request, direction,
		    depth_max, fn, arg);
	return call_end(s, &c);
}

int
alk_call_stats_get(alk_session *s, const char *graph, alk_call_stats *out)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)calls_stats(&s->graph, graph, out);
	return call_end(s, &c);
}
