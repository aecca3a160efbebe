/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_XML_EXPORT_H
#define EXCHANGE_XML_EXPORT_H

#include "exchange/columns.h"
#include "exchange/export.h"
#include "exchange/xml.h"

/* What the writers of GraphML and GEXF have in common. Inside the room only. */

enum { OF_NODE, OF_EDGE, OF_GRAPH, XML_KINDS };

/* What a writer keeps; of its export_form: open, look, close. */
struct xml_out {
	struct columns columns[XML_KINDS];
	struct json_reader reader;
	struct buf bare;  /* the attributes of a row */
	struct buf value;
	bool has_ids[XML_KINDS];
	bool has_metadata[XML_KINDS];
};

int xml_export_open(struct export *e);
int xml_export_look(struct export *e, const alk_row *row);
void xml_export_close(struct export *e);

/* OF_NODE or OF_EDGE. */
int xml_export_kind(const alk_row *row);
/* Whether edges are undirected unless they tell. */
bool xml_export_is_undirected(const struct export *e);
/* The attributes of a row, or NULL with the error noted. */
yyjson_val *xml_export_root(struct export *e, const alk_row *row);

/* ALK_LOSS where XML has not all characters of a key or id. */
int xml_export_check(struct export *e, const char *text);
/* ' name="text"', checked. */
int xml_export_attribute(struct export *e, const char *name, const char *text);
/* ' name="..."' with the name of a column, and alk:name where XML has it not.*/
void xml_export_name(struct buf *out, const char *name,
    const struct column *column);
/* The type of a column, and alk:type, behind the opening quote. */
const char *xml_export_type(const struct column *column);
/* A value as its column has it; by write, as text or in an attribute. */
void xml_export_value(struct buf *out, struct buf *room,
    enum column_type type, yyjson_val *v,
    void (*write)(struct buf *out, const char *text, size_t bytes));

#endif
