/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "exchange/xml_export.h"

#include "base/error.h"

#include <string.h>

int
xml_export_check(struct export *e, const char *text)
{
	if (xml_has(text, strlen(text)))
		return ALK_OK;
	return error_set(e->err, ALK_LOSS,
	    "'%s' has a character that XML has not; JSON Lines hold it", text);
}

int
xml_export_attribute(struct export *e, const char *name, const char *text)
{
	if (xml_export_check(e, text) != ALK_OK)
		return e->err->code;
	buf_char(&e->out, ' ');
	buf_str(&e->out, name);
	buf_str(&e->out, "=\"");
	xml_write_value(&e->out, text, strlen(text));
	buf_char(&e->out, '"');
	return ALK_OK;
}

void
xml_export_name(struct buf *out, const char *name, const struct column *c)
{
	struct buf json = { 0 };

	buf_printf(out, " %s=\"", name);
	if (xml_has(c->name, c->name_bytes)) {
		xml_write_value(out, c->name, c->name_bytes);
	} else {
		buf_str(out, "\" alk:name=\"");
		json_write_string(&json, c->name, c->name_bytes);
		if (json.failed)
			out->failed = true;
		else
			xml_write_json(out, json.data, json.bytes,
			    xml_write_value);
		buf_fini(&json);
	}
	buf_char(out, '"');
}

const char *
xml_export_type(const struct column *c)
{
	static const char *const types[] = {
		[COLUMN_BOOLEAN] = "boolean\"", [COLUMN_LONG] = "long\"",
		[COLUMN_DOUBLE] = "double\"", [COLUMN_STRING] = "string\"",
		[COLUMN_JSON] = "string\" alk:type=\"json\"" };

	return types[c->type];
}

void
xml_export_value(struct buf *out, struct buf *room, enum column_type type,
    yyjson_val *v,
    void (*write)(struct buf *out, const char *text, size_t bytes))
{
	buf_clear(room);
	columns_value(room, type, v);
	if (room->failed)
		out->failed = true;
	else if (type == COLUMN_JSON)
		xml_write_json(out, room->data, room->bytes, write);
	else if (room->bytes > 0)
		write(out, room->data, room->bytes);
}
