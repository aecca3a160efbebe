/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_XML_EXPORT_H
#define EXCHANGE_XML_EXPORT_H

#include "exchange/columns.h"
#include "exchange/export.h"
#include "exchange/xml.h"

/* What the writers of GraphML and GEXF have in common. Inside the room only. */

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
