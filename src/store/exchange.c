/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Import and export, as alkstore.h offers them. */
#include "exchange/exchange.h"

#include "base/error.h"
#include "store/store.h"

int
alk_import(alk_session *s, const char *graph, const alk_import_options *o,
    alk_read_fn read, void *read_arg, alk_import_result *result)
{
	static const alk_import_options usual;
	alk_import_result made = { 0 };
	struct call_runs r = { .s = s };
	struct exchange_runner runner = { call_run, &r };
	struct call c;

	if (o == NULL)
		o = &usual;
	struct exchange_request request = { graph, o, read, read_arg,
		s->writer != NULL };
	r.is_dry = (o->flags & ALK_IMPORT_DRY_RUN) != 0;
	made.lines = o->skip_lines;
	call_begin(s, &c);
	if (c.err.code == ALK_OK)
		(void)call_check_flags(&c, o->flags, ALK_IMPORT_PUT |
		    ALK_IMPORT_DRY_RUN | ALK_IMPORT_ATOMIC | ALK_IMPORT_MERGE |
		    ALK_IMPORT_STRICT | ALK_IMPORT_NO_EDGE_KEYS);
	if (c.err.code == ALK_OK && (o->flags & ALK_IMPORT_PUT) != 0 &&
	    (o->flags & ALK_IMPORT_MERGE) != 0)
		error_set(&c.err, ALK_INVALID,
		    "ALK_IMPORT_PUT and ALK_IMPORT_MERGE exclude each other");
	if (c.err.code == ALK_OK && read == NULL)
		error_set(&c.err, ALK_INVALID, "no function to read from");
	if (c.err.code == ALK_OK && exchange_import(&s->graph, &request,
		&runner, &c.err, &made) != ALK_OK && c.err.code == ALK_OK)
		c.err = s->err; /* that of the batch */
	if (result != NULL)
		*result = made;
	return call_end(s, &c);
}

int
alk_export(alk_session *s, const char *graph, const alk_export_options *o,
    alk_write_fn write, void *write_arg)
{
	static const alk_export_options usual;
	struct call c;

	if (o == NULL)
		o = &usual;
	if (call_read(s, &c) == ALK_OK && call_check_flags(&c, o->flags,
		ALK_EXPORT_STRICT | ALK_EXPORT_BARE) == ALK_OK) {
		if (write == NULL)
			error_set(&c.err, ALK_INVALID,
			    "no function to write to");
		else
			(void)exchange_export(&s->graph, graph, o, write,
			    write_arg);
	}
	return call_end(s, &c);
}
