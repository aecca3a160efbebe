/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_XML_ROW_H
#define EXCHANGE_XML_ROW_H

#include "exchange/columns.h"
#include "exchange/reader.h"
#include "exchange/xml.h"

/*
 * What GraphML and GEXF have in common: attributes that are declared with an
 * id, a name and a type, and rows that give their values. What an export could
 * not say in either it says in attributes of a namespace of ours (XML_ALK):
 *
 *   type="json"   a value is JSON text
 *   name          the name as a JSON string, of one that XML has not
 *   role          "id", "metadata": it is no attribute, but that of the row
 *
 * Inside the room only.
 */

enum xml_role { XML_ROLE_ATTRIBUTE, XML_ROLE_ID, XML_ROLE_METADATA };

#define XML_KEYS_MAX 10000
/*
 * What rows get without telling it may be so many times what was read, and so
 * much in any case: a short file may not become a large graph.
 */
#define XML_ADDED_TIMES 100
#define XML_ADDED_BYTES ((int64_t)8 * 1024 * 1024)

/* An attribute that is declared. */
struct xml_key {
	char *name;   /* NULL: it is not to be read */
	size_t name_bytes;
	char *fallback; /* what a row has that does not tell; or NULL */
	size_t fallback_bytes;
	enum column_type type;
	enum xml_role role;
	unsigned domain; /* bits of the caller's: of what it is */
	int64_t row;     /* that gave it last */
};

enum xml_text { XML_KEY, XML_SOURCE, XML_TARGET, XML_ID, XML_METADATA,
	XML_TEXTS };

struct xml_row {
	struct exchange_reader *reader;
	struct xml *xml;
	struct xml_key *keys;
	size_t keys_count;
	size_t keys_room;
	struct textmap by_id;
	struct members_out members;
	struct buf texts[XML_TEXTS];
	alk_item item;
	int64_t count; /* rows begun */
	bool has_defaults;
	int64_t added; /* bytes of values that rows did not tell */
	int64_t line;  /* where */
};

/* What the reader of either format begins with. */
struct xml_reader {
	struct exchange_reader base;
	struct xml xml; /* its owner is the reader */
	struct xml_row row;
};

/* For exchange_form; open() gives the form, too. */
int xml_reader_open(struct exchange_reader *r, const struct xml_form *form,
    alk_error *err);
void xml_reader_close(struct exchange_reader *r);
int xml_reader_next(struct exchange_reader *r, struct exchange_row *row,
    alk_error *err);
void xml_reader_place(const struct exchange_reader *r,
    const struct exchange_row *row, struct exchange_place *place);

/*
 * Declares an attribute; name and type may be NULL. scope: ids of another scope
 * are other ids. NULL with the error noted.
 */
struct xml_key *xml_row_declare(struct xml_row *r, int64_t scope,
    unsigned domain, const char *name, const char *type,
    const char **attributes);
/* That of an id (which may be NULL), or NULL. */
struct xml_key *xml_row_key(struct xml_row *r, int64_t scope, const char *id);
/* The text that was read is what rows have that do not tell the last key. */
int xml_row_default(struct xml_row *r);
/* Whether an attribute of that name is declared in a domain. */
bool xml_row_declares(const struct xml_row *r, unsigned domain,
    const char *name);

void xml_row_begin(struct xml_row *r, int kind);
/* A copy of a text of the row; text NULL: *out is left alone. */
int xml_row_keep(struct xml_row *r, enum xml_text which, const char *text,
    const char **out);
/* A value of the row; m: other members than the row's, as of a graph. */
int xml_row_value(struct xml_row *r, struct members_out *m,
    struct xml_key *key, const char *text, size_t bytes);
/* A member that is not declared. */
int xml_row_member(struct xml_row *r, const char *name, enum column_type type,
    const char *text);
/* Adds what it did not tell, and gives it. */
int xml_row_end(struct xml_row *r, unsigned domain);

/* One more loss, at the line where the parser is. */
int xml_row_lose(struct xml_row *r, enum loss kind, const char *what);

#endif
