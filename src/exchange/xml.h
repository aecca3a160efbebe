/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_XML_H
#define EXCHANGE_XML_H

#include "base/buf.h"

#include <alkstore.h>
#include <expat.h>
#include <stdbool.h>

/*
 * XML read in steps, over expat: whoever pulls gets on until a handler says
 * that something is complete. Inside the room only.
 *
 * Nothing outside of the input is ever read, entities cannot be declared (so
 * none can grow), depth and length of what expat must hold are bounded.
 * Encodings are expat's: UTF-8, UTF-16, ISO-8859-1, US-ASCII.
 *
 * Handlers get names without their namespace; is_ours: the namespace is the
 * format's, or there is none. An element of another namespace and all within it
 * is not given, but for xml_foreign_fn.
 */
struct xml;

/* A handler: ALK_OK, or a code with x->err filled. */
typedef int (*xml_start_fn)(struct xml *x, const char *name,
    const char **attributes);
typedef int (*xml_end_fn)(struct xml *x, const char *name);

struct xml_form {
	const char *const *namespaces; /* begins of those that are ours, NULL */
	xml_start_fn start;
	xml_end_fn end;
	void (*foreign)(struct xml *x); /* something is passed over */
};

struct xml {
	XML_Parser parser;
	const struct xml_form *form;
	alk_read_fn read;
	void *read_arg;
	void *owner;   /* the reader */
	alk_error *err; /* of the call of xml_pull() */
	struct buf text; /* of the element that is open, while it is wanted */
	bool wants_text;
	size_t bytes_max; /* of a tag, a comment, a text */
	size_t depth_max;
	size_t depth;
	size_t foreign_depth; /* the element passed over, or 0 */
	size_t silent;  /* bytes given to expat since it said something */
	int64_t bytes;  /* of the input */
	bool is_suspended;
	bool is_last;   /* the input has ended */
	bool is_given;  /* a handler said so */
};

/* ALK_OK or ALK_NOMEM. x->form, read, read_arg, owner, the bounds are set. */
int xml_open(struct xml *x, alk_error *err);
void xml_close(struct xml *x);
/* Goes on: 1 a handler called xml_give(), 0 the end, or a code. */
int xml_pull(struct xml *x, alk_error *err);
/* From the end handler of an element: something is complete. */
void xml_give(struct xml *x);
int64_t xml_line(const struct xml *x);
/* ALK_SYNTAX where the parser is. Returns the code. */
int xml_wrong(struct xml *x, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The attribute of that name without a namespace, or NULL. */
const char *xml_attribute(const char **attributes, const char *name);
/* The same in our own namespace, XML_ALK. */
const char *xml_alk_attribute(const char **attributes, const char *name);

/* The namespace of what these formats cannot say by themselves. */
#define XML_ALK "urn:alkstore:exchange"

/* ---- writing ---- */

/* Appends text as the content of an element, or of an attribute in "". */
void xml_write_text(struct buf *out, const char *text, size_t bytes);
void xml_write_value(struct buf *out, const char *text, size_t bytes);
/* JSON text, in which characters that XML has not are escaped as \u....; */
void xml_write_json(struct buf *out, const char *json, size_t bytes,
    void (*write)(struct buf *out, const char *text, size_t bytes));
/* Whether XML has all characters of the text. */
bool xml_has(const char *text, size_t bytes);

#endif
