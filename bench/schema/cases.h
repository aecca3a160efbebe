/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BENCH_SCHEMA_CASES_H
#define BENCH_SCHEMA_CASES_H

#include "base/buf.h"

#include <stdbool.h>

/*
 * Schemas and documents of different shapes, made by counting, so that they
 * are the same everywhere. Each case has INSTANCES documents of one shape.
 */
#define INSTANCES 16

struct shape {
	const char *name;
	void (*schema)(struct buf *out);
	void (*document)(struct buf *out, unsigned instance);
	bool is_valid; /* all of its documents are, or none */
};

extern const struct shape shapes[];
extern const unsigned shapes_count;

/* Appends formatted text in which ' stands for a quotation mark. */
void put(struct buf *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A number below n that depends on instance and place only. */
unsigned pick(unsigned instance, unsigned place, unsigned n);

/* shapes_large.c: those that take more than a few lines. */
void package_schema(struct buf *out);
void package_document(struct buf *out, unsigned instance);
void call_schema(struct buf *out);
void call_document(struct buf *out, unsigned instance);
void person_schema(struct buf *out);
void plain_person_schema(struct buf *out);
void person_document(struct buf *out, unsigned instance);
void shuffled_person(struct buf *out, unsigned instance);
void wrong_person(struct buf *out, unsigned instance);
void base_schema(struct buf *out);
void closed_schema(struct buf *out);
void base_document(struct buf *out, unsigned instance);
void formats_schema(struct buf *out);
void formats_document(struct buf *out, unsigned instance);

#endif
