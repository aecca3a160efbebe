/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The table of formats, and those that are small. */
#include "schema/format.h"

#include "schema/ecma.h"
#include "schema/pattern.h"
#include "schema/text.h"

static const struct format {
	const char *name;
	format_fn check;
} formats[] = {
	{ "date", format_date },
	{ "date-time", format_date_time },
	{ "duration", format_duration },
	{ "email", format_email },
	{ "hostname", format_hostname },
	{ "idn-email", format_idn_email },
	{ "idn-hostname", format_idn_hostname },
	{ "ipv4", format_ipv4 },
	{ "ipv6", format_ipv6 },
	{ "iri", format_iri },
	{ "iri-reference", format_iri_reference },
	{ "json-pointer", format_json_pointer },
	{ "regex", format_regex },
	{ "relative-json-pointer", format_relative_json_pointer },
	{ "time", format_time },
	{ "uri", format_uri },
	{ "uri-reference", format_uri_reference },
	{ "uri-template", format_uri_template },
	{ "uuid", format_uuid }
};

format_fn
format_find(const char *name, size_t bytes)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (text_is(name, bytes, formats[i].name))
			return formats[i].check;
	return NULL;
}

bool
format_uuid(const char *text, size_t bytes)
{
	if (bytes != 36)
		return false;
	for (size_t i = 0; i < bytes; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash ? text[i] != '-' : text_hex(text[i]) < 0)
			return false;
	}
	return true;
}

bool
format_json_pointer(const char *text, size_t bytes)
{
	if (bytes > 0 && text[0] != '/')
		return false;
	for (size_t i = 0; i < bytes; i++)
		if (text[i] == '~' && text[i + 1] != '0' && text[i + 1] != '1')
			return false;
	return true;
}

bool
format_relative_json_pointer(const char *text, size_t bytes)
{
	size_t i = 0;

	while (i < bytes && text_is_digit(text[i]))
		i++;
	if (i == 0 || (text[0] == '0' && i > 1))
		return false;
	if (i + 1 == bytes && text[i] == '#')
		return true;
	return format_json_pointer(text + i, bytes - i);
}

bool
format_regex(const char *text, size_t bytes)
{
	return bytes <= PATTERN_BYTES_MAX &&
	    ecma_parse(text, bytes, NULL, NULL, NULL);
}
