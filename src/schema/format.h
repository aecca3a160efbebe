/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_FORMAT_H
#define SCHEMA_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The formats of JSON Schema 2019-09 and 2020-12. Each looks at well-formed
 * UTF-8 with a NUL behind it, allocates nothing and takes time in proportion to
 * its length.
 */
typedef bool (*format_fn)(const char *text, size_t bytes);

/* NULL: no such format; it is an annotation then. */
format_fn format_find(const char *name, size_t bytes);

/* format_time.c */
bool format_date(const char *text, size_t bytes);
bool format_time(const char *text, size_t bytes);
bool format_date_time(const char *text, size_t bytes);
bool format_duration(const char *text, size_t bytes);

/* format_host.c */
bool format_ipv4(const char *text, size_t bytes);
bool format_ipv6(const char *text, size_t bytes);
bool format_hostname(const char *text, size_t bytes);
bool format_email(const char *text, size_t bytes);
bool format_idn_email(const char *text, size_t bytes);

/* format_idn.c */
bool format_idn_hostname(const char *text, size_t bytes);
/* Whether an A-label ("xn--..." in any case) holds a valid U-label. */
bool format_is_a_label(const char *text, size_t bytes);

/* format_uri.c */
bool format_uri(const char *text, size_t bytes);
bool format_uri_reference(const char *text, size_t bytes);
bool format_iri(const char *text, size_t bytes);
bool format_iri_reference(const char *text, size_t bytes);
bool format_uri_template(const char *text, size_t bytes);

/* format.c */
bool format_uuid(const char *text, size_t bytes);
bool format_json_pointer(const char *text, size_t bytes);
bool format_relative_json_pointer(const char *text, size_t bytes);
bool format_regex(const char *text, size_t bytes);

#endif
