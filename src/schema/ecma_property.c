/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Names of Unicode properties by ECMA-262, tables 67 to 69: exact in case,
 * unlike PCRE2's. Scripts are not listed: their names only have to look like
 * one here, and PCRE2 knows which there are.
 */
#include "schema/ecma_property.h"

#include "schema/text.h"

struct pair {
	const char *name;
	const char *pcre; /* NULL: the same */
};

static const struct pair categories[] = {
	{ "Cased_Letter", "L&" }, { "LC", "L&" },
	{ "Close_Punctuation", "Pe" }, { "Pe", NULL },
	{ "Connector_Punctuation", "Pc" }, { "Pc", NULL },
	{ "Control", "Cc" }, { "Cc", NULL }, { "cntrl", "Cc" },
	{ "Currency_Symbol", "Sc" }, { "Sc", NULL },
	{ "Dash_Punctuation", "Pd" }, { "Pd", NULL },
	{ "Decimal_Number", "Nd" }, { "Nd", NULL }, { "digit", "Nd" },
	{ "Enclosing_Mark", "Me" }, { "Me", NULL },
	{ "Final_Punctuation", "Pf" }, { "Pf", NULL },
	{ "Format", "Cf" }, { "Cf", NULL },
	{ "Initial_Punctuation", "Pi" }, { "Pi", NULL },
	{ "Letter", "L" }, { "L", NULL },
	{ "Letter_Number", "Nl" }, { "Nl", NULL },
	{ "Line_Separator", "Zl" }, { "Zl", NULL },
	{ "Lowercase_Letter", "Ll" }, { "Ll", NULL },
	{ "Mark", "M" }, { "M", NULL }, { "Combining_Mark", "M" },
	{ "Math_Symbol", "Sm" }, { "Sm", NULL },
	{ "Modifier_Letter", "Lm" }, { "Lm", NULL },
	{ "Modifier_Symbol", "Sk" }, { "Sk", NULL },
	{ "Nonspacing_Mark", "Mn" }, { "Mn", NULL },
	{ "Number", "N" }, { "N", NULL },
	{ "Open_Punctuation", "Ps" }, { "Ps", NULL },
	{ "Other", "C" }, { "C", NULL },
	{ "Other_Letter", "Lo" }, { "Lo", NULL },
	{ "Other_Number", "No" }, { "No", NULL },
	{ "Other_Punctuation", "Po" }, { "Po", NULL },
	{ "Other_Symbol", "So" }, { "So", NULL },
	{ "Paragraph_Separator", "Zp" }, { "Zp", NULL },
	{ "Private_Use", "Co" }, { "Co", NULL },
	{ "Punctuation", "P" }, { "P", NULL }, { "punct", "P" },
	{ "Separator", "Z" }, { "Z", NULL },
	{ "Space_Separator", "Zs" }, { "Zs", NULL },
	{ "Spacing_Mark", "Mc" }, { "Mc", NULL },
	{ "Surrogate", "Cs" }, { "Cs", NULL },
	{ "Symbol", "S" }, { "S", NULL },
	{ "Titlecase_Letter", "Lt" }, { "Lt", NULL },
	{ "Unassigned", "Cn" }, { "Cn", NULL },
	{ "Uppercase_Letter", "Lu" }, { "Lu", NULL }
};

/* Short names are written out, because PCRE2 does not know all of them. */
static const struct pair binaries[] = {
	{ "ASCII", NULL },
	{ "ASCII_Hex_Digit", NULL }, { "AHex", "ASCII_Hex_Digit" },
	{ "Alphabetic", NULL }, { "Alpha", "Alphabetic" },
	{ "Bidi_Control", NULL }, { "Bidi_C", "Bidi_Control" },
	{ "Bidi_Mirrored", NULL }, { "Bidi_M", "Bidi_Mirrored" },
	{ "Case_Ignorable", NULL }, { "CI", "Case_Ignorable" },
	{ "Cased", NULL },
	{ "Changes_When_Casefolded", NULL },
	{ "CWCF", "Changes_When_Casefolded" },
	{ "Changes_When_Casemapped", NULL },
	{ "CWCM", "Changes_When_Casemapped" },
	{ "Changes_When_Lowercased", NULL },
	{ "CWL", "Changes_When_Lowercased" },
	{ "Changes_When_Titlecased", NULL },
	{ "CWT", "Changes_When_Titlecased" },
	{ "Changes_When_Uppercased", NULL },
	{ "CWU", "Changes_When_Uppercased" },
	{ "Dash", NULL },
	{ "Default_Ignorable_Code_Point", NULL },
	{ "DI", "Default_Ignorable_Code_Point" },
	{ "Deprecated", NULL }, { "Dep", "Deprecated" },
	{ "Diacritic", NULL }, { "Dia", "Diacritic" },
	{ "Emoji", NULL },
	{ "Emoji_Component", NULL }, { "EComp", "Emoji_Component" },
	{ "Emoji_Modifier", NULL }, { "EMod", "Emoji_Modifier" },
	{ "Emoji_Modifier_Base", NULL }, { "EBase", "Emoji_Modifier_Base" },
	{ "Emoji_Presentation", NULL }, { "EPres", "Emoji_Presentation" },
	{ "Extended_Pictographic", NULL },
	{ "ExtPict", "Extended_Pictographic" },
	{ "Extender", NULL }, { "Ext", "Extender" },
	{ "Grapheme_Base", NULL }, { "Gr_Base", "Grapheme_Base" },
	{ "Grapheme_Extend", NULL }, { "Gr_Ext", "Grapheme_Extend" },
	{ "Hex_Digit", NULL }, { "Hex", "Hex_Digit" },
	{ "IDS_Binary_Operator", NULL }, { "IDSB", "IDS_Binary_Operator" },
	{ "IDS_Trinary_Operator", NULL }, { "IDST", "IDS_Trinary_Operator" },
	{ "ID_Continue", NULL }, { "IDC", "ID_Continue" },
	{ "ID_Start", NULL }, { "IDS", "ID_Start" },
	{ "Ideographic", NULL }, { "Ideo", "Ideographic" },
	{ "Join_Control", NULL }, { "Join_C", "Join_Control" },
	{ "Logical_Order_Exception", NULL },
	{ "LOE", "Logical_Order_Exception" },
	{ "Lowercase", NULL }, { "Lower", "Lowercase" },
	{ "Math", NULL },
	{ "Noncharacter_Code_Point", NULL },
	{ "NChar", "Noncharacter_Code_Point" },
	{ "Pattern_Syntax", NULL }, { "Pat_Syn", "Pattern_Syntax" },
	{ "Pattern_White_Space", NULL }, { "Pat_WS", "Pattern_White_Space" },
	{ "Quotation_Mark", NULL }, { "QMark", "Quotation_Mark" },
	{ "Radical", NULL },
	{ "Regional_Indicator", NULL }, { "RI", "Regional_Indicator" },
	{ "Sentence_Terminal", NULL }, { "STerm", "Sentence_Terminal" },
	{ "Soft_Dotted", NULL }, { "SD", "Soft_Dotted" },
	{ "Terminal_Punctuation", NULL }, { "Term", "Terminal_Punctuation" },
	{ "Unified_Ideograph", NULL }, { "UIdeo", "Unified_Ideograph" },
	{ "Uppercase", NULL }, { "Upper", "Uppercase" },
	{ "Variation_Selector", NULL }, { "VS", "Variation_Selector" },
	{ "White_Space", NULL }, { "space", "White_Space" },
	{ "XID_Continue", NULL }, { "XIDC", "XID_Continue" },
	{ "XID_Start", NULL }, { "XIDS", "XID_Start" }
};

static const char *
find(const struct pair *list, size_t count, const char *text, size_t bytes)
{
	for (size_t i = 0; i < count; i++)
		if (text_is(text, bytes, list[i].name))
			return list[i].pcre != NULL ? list[i].pcre :
			    list[i].name;
	return NULL;
}

static const char *
find_category(const char *text, size_t bytes)
{
	return find(categories, sizeof(categories) / sizeof(categories[0]),
	    text, bytes);
}

/* A script's name: words of letters, each capital first, joined by '_'. */
static bool
is_script_name(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		bool first = i == 0 || text[i - 1] == '_';
		bool upper = text[i] >= 'A' && text[i] <= 'Z';
		bool lower = text[i] >= 'a' && text[i] <= 'z';
		if (text[i] == '_' ? first : !(first ? upper : lower))
			return text_is(text, bytes, "Nko") ||
			    text_is(text, bytes, "SignWriting");
	}
	return bytes > 2 && text[bytes - 1] != '_';
}

static void
emit(struct buf *out, bool negated, const char *prefix, const char *name,
    size_t bytes)
{
	if (out == NULL)
		return;
	buf_str(out, negated ? "\\P{" : "\\p{");
	buf_str(out, prefix);
	buf_add(out, name, bytes);
	buf_char(out, '}');
}

/* All characters, or none. */
static void
emit_any(struct buf *out, bool negated, bool in_class)
{
	if (out == NULL)
		return;
	if (in_class)
		buf_str(out, negated ? "" : "\\x{0}-\\x{10ffff}");
	else
		buf_str(out, negated ? "[^\\x{0}-\\x{10ffff}]" :
		    "[\\x{0}-\\x{10ffff}]");
}

/* key=value */
static bool
translate_pair(const char *text, size_t key, size_t bytes, bool negated,
    struct buf *out)
{
	const char *value = text + key + 1;
	size_t value_bytes = bytes - key - 1;

	if (text_is(text, key, "General_Category") ||
	    text_is(text, key, "gc")) {
		const char *name = find_category(value, value_bytes);
		if (name == NULL)
			return false;
		emit(out, negated, "", name, strlen(name));
		return true;
	}
	bool extensions = text_is(text, key, "Script_Extensions") ||
	    text_is(text, key, "scx");
	if (!extensions && !text_is(text, key, "Script") &&
	    !text_is(text, key, "sc"))
		return false;
	if (!is_script_name(value, value_bytes))
		return false;
	emit(out, negated, extensions ? "scx:" : "sc:", value, value_bytes);
	return true;
}

bool
ecma_property(const char *text, size_t bytes, bool negated, bool in_class,
    struct buf *out)
{
	const char *equals = memchr(text, '=', bytes);

	if (equals != NULL)
		return translate_pair(text, (size_t)(equals - text), bytes,
		    negated, out);
	if (text_is(text, bytes, "Any")) {
		emit_any(out, negated, in_class);
		return true;
	}
	if (text_is(text, bytes, "Assigned")) {
		emit(out, !negated, "", "Cn", 2);
		return true;
	}
	const char *name = find_category(text, bytes);
	if (name == NULL)
		name = find(binaries, sizeof(binaries) / sizeof(binaries[0]),
		    text, bytes);
	if (name == NULL)
		return false;
	emit(out, negated, "", name, strlen(name));
	return true;
}
