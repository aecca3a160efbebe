/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * apt2jsonl: Debian's Packages indexes -> JSON Lines that alkstore imports into
 * a graph of type debian (debian.module.json).
 *
 *   Packages text                        JSON Lines
 *   Package: bash                        {"kind":"node","key":"bash",...}
 *   Version: 5.2-1                       {"kind":"edge","source":"bash",
 *   Depends: base-files (>= 2), a | b      "target":"base-files",...}
 *                                        (blank line ends a stanza)
 *
 * Several indexes may follow each other. Of entries with the same name the one
 * with the newest version counts (Debian's order of versions); of equal ones,
 * the first. A name that is provided or referred to and that is no package
 * becomes a VirtualPackageNode.
 *
 * Output: packages, then virtual packages, then edges; packages and virtual
 * packages in byte order of their names, the edges of a package in the order of
 * relations[] and within a field as written. Equal input, equal output.
 *
 * The whole input is held in memory; everything else points into it.
 */
#include "text.h"
#include "version.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum field {
	PACKAGE, VERSION, ARCHITECTURE, SECTION, PRIORITY, INSTALLED_SIZE, SIZE,
	MAINTAINER, HOMEPAGE, MULTI_ARCH, ESSENTIAL, TAG, DESCRIPTION,
	PRE_DEPENDS, DEPENDS, RECOMMENDS, SUGGESTS, ENHANCES, CONFLICTS, BREAKS,
	REPLACES, PROVIDES,
	FIELDS
};

static const char *const field_names[FIELDS] = {
	"Package", "Version", "Architecture", "Section", "Priority",
	"Installed-Size", "Size", "Maintainer", "Homepage", "Multi-Arch",
	"Essential", "Tag", "Description",
	"Pre-Depends", "Depends", "Recommends", "Suggests", "Enhances",
	"Conflicts", "Breaks", "Replaces", "Provides"
};

static const struct {
	enum field field;
	const char *edge;
	bool has_groups; /* "a | b": alternatives share a group number */
} relations[] = {
	{ PRE_DEPENDS, "PreDependsEdge", true },
	{ DEPENDS, "DependsEdge", true },
	{ RECOMMENDS, "RecommendsEdge", true },
	{ SUGGESTS, "SuggestsEdge", true },
	{ ENHANCES, "EnhancesEdge", false },
	{ CONFLICTS, "ConflictsEdge", false },
	{ BREAKS, "BreaksEdge", false },
	{ REPLACES, "ReplacesEdge", false },
	{ PROVIDES, "ProvidesEdge", false }
};

#define RELATIONS (sizeof(relations) / sizeof(relations[0]))

struct package {
	struct text field[FIELDS];
};

struct relation {
	struct text name;
	struct text arch; /* "any" of "perl:any" */
	const char *op;   /* NULL: any version */
	struct text version;
	int group;
};

/* A name that is a package (package >= 0) or not. */
struct name {
	struct text text;
	long package;
};

static struct {
	struct text input;
	struct package *packages;
	size_t packages_count;
	size_t packages_room;
	struct name *names; /* open addressing, half full at most */
	size_t names_count;
	size_t names_room;  /* a power of two */
	size_t edges_count;
} all;

/* ---- Errors and memory ------------------------------------------------- */

/* Ends the program. at: the place in the input, or NULL. */
static _Noreturn void
die(const char *at, const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "apt2jsonl: ");
	if (at != NULL) {
		size_t line = 1;

		for (const char *p = all.input.at; p < at; p++)
			line += *p == '\n';
		fprintf(stderr, "input line %zu: ", line);
	}
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static void *
resize(void *old, size_t count, size_t size)
{
	void *p = NULL;

	if (count <= (size_t)-1 / size)
		p = realloc(old, count * size);
	if (p == NULL)
		die(NULL, "out of memory");
	return p;
}

/* ---- UTF-8 ------------------------------------------------------------- */

/* Bytes of the UTF-8 sequence at p, 0 if there is none. Control characters but
 * tab, line feed and carriage return count as none. */
static size_t
utf8_bytes(const unsigned char *p, const unsigned char *end)
{
	static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = *p < 0x80 ? 1 : *p < 0xc0 ? 0 : *p < 0xe0 ? 2 :
	    *p < 0xf0 ? 3 : *p < 0xf8 ? 4 : 0;
	unsigned code = *p & (0xffu >> (n + 1));

	if (n == 1)
		return *p >= ' ' || is_space((char)*p);
	if (n == 0 || (size_t)(end - p) < n)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3fu);
	}
	if (code < least[n] || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return n;
}

static void
utf8_check(struct text t)
{
	const unsigned char *p = (const unsigned char *)t.at;
	const unsigned char *end = p + t.bytes;
	size_t n;

	for (; p < end; p += n) {
		n = utf8_bytes(p, end);
		if (n == 0)
			die((const char *)p, "byte 0x%02x is not UTF-8 text; "
			    "is the index still compressed?", *p);
	}
}

/* ---- Names ------------------------------------------------------------- */

static struct name *
name_slot(struct text t)
{
	size_t hash = 2166136261u;
	size_t i;

	for (i = 0; i < t.bytes; i++)
		hash = (hash ^ (unsigned char)t.at[i]) * 16777619u;
	i = hash & (all.names_room - 1);
	while (all.names[i].text.at != NULL &&
	    !text_equal(all.names[i].text, t))
		i = (i + 1) & (all.names_room - 1);
	return &all.names[i];
}

static void
names_grow(void)
{
	struct name *old = all.names;
	size_t old_room = all.names_room;

	all.names_room = old_room == 0 ? 1024 : old_room * 2;
	all.names = resize(NULL, all.names_room, sizeof(*all.names));
	for (size_t i = 0; i < all.names_room; i++)
		all.names[i] = (struct name){ { NULL, 0 }, -1 };
	for (size_t i = 0; i < old_room; i++)
		if (old[i].text.at != NULL)
			*name_slot(old[i].text) = old[i];
	free(old);
}

/* The entry for a name, made if it is new; valid until the next call. */
static struct name *
name_get(struct text t)
{
	struct name *n;

	if (all.names_count * 2 >= all.names_room)
		names_grow();
	n = name_slot(t);
	if (n->text.at == NULL) {
		n->text = t;
		all.names_count++;
	}
	return n;
}

static bool
is_name_char(char c)
{
	return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.' ||
	    c == '_';
}

/* ---- Relation fields --------------------------------------------------- */

static struct text
take_name(struct text *t, const char *field, const char *what)
{
	struct text name = { t->at, 0 };

	while (name.bytes < t->bytes && is_name_char(t->at[name.bytes]))
		name.bytes++;
	if (name.bytes == 0)
		die(t->at, "%s: expected %s, found '%.*s'", field, what,
		    (int)(t->bytes < 20 ? t->bytes : 20), t->at);
	t->at += name.bytes;
	t->bytes -= name.bytes;
	return name;
}

/* Takes "(>= 1.2)" to its end; "<" and ">" are old ways to write <= and >=. */
static void
take_version(struct text *t, const char *field, struct relation *r)
{
	static const char *const ops[][2] = {
		{ "<<", "<<" }, { "<=", "<=" }, { "=", "=" }, { ">=", ">=" },
		{ ">>", ">>" }, { "<", "<=" }, { ">", ">=" }
	};
	struct text inner;
	const char *open = t->at;

	if (memchr(t->at, ')', t->bytes) == NULL)
		die(open, "%s: '(' without ')'", field);
	t->at++;
	t->bytes--;
	inner = text_trim(text_cut(t, ')'));
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		size_t n = strlen(ops[i][0]);

		if (inner.bytes > n && memcmp(inner.at, ops[i][0], n) == 0) {
			r->op = ops[i][1];
			inner.at += n;
			inner.bytes -= n;
			break;
		}
	}
	r->version = text_trim(inner);
	if (r->op == NULL || r->version.bytes == 0)
		die(open, "%s: expected a relation and a version, as (>= 1.2)",
		    field);
}

/* One relation without its separators: name[:arch] [(op version)]. */
static struct relation
relation_parse(struct text t, const char *field, int group)
{
	struct relation r = { .group = group };

	r.name = take_name(&t, field, "a package name");
	if (t.bytes > 0 && t.at[0] == ':') {
		t.at++;
		t.bytes--;
		r.arch = take_name(&t, field, "an architecture after ':'");
	}
	t = text_trim(t);
	if (t.bytes > 0 && t.at[0] == '(') {
		take_version(&t, field, &r);
		t = text_trim(t);
	}
	if (t.bytes > 0)
		die(t.at, "%s: unexpected '%.*s' after %.*s", field,
		    (int)(t.bytes < 20 ? t.bytes : 20), t.at, (int)r.name.bytes,
		    r.name.at);
	return r;
}

typedef void (*relation_fn)(const struct package *p, size_t relation,
    const struct relation *r);

/* A comma after the last group is allowed, as dpkg allows it. */
static void
each_relation_of(const struct package *p, size_t i, relation_fn fn)
{
	const char *field = field_names[relations[i].field];
	struct text rest = p->field[relations[i].field];
	int group = 0;
	struct relation r;
	bool has_more;

	while (rest.bytes > 0) {
		struct text clause = text_trim(text_cut(&rest, ','));

		if (clause.bytes == 0 && text_trim(rest).bytes == 0)
			return;
		do {
			has_more = memchr(clause.at, '|', clause.bytes) != NULL;
			r = relation_parse(text_trim(text_cut(&clause, '|')),
			    field, group);
			fn(p, i, &r);
		} while (has_more);
		group++;
	}
}

static void
each_relation(const struct package *p, relation_fn fn)
{
	for (size_t i = 0; i < RELATIONS; i++)
		if (p->field[relations[i].field].at != NULL)
			each_relation_of(p, i, fn);
}

/* ---- Reading ----------------------------------------------------------- */

static void
read_file(FILE *f, const char *name)
{
	static size_t room;
	char *into = (char *)all.input.at;
	size_t got;

	do {
		if (room - all.input.bytes < 65536) {
			room = room == 0 ? 1 << 20 : room * 2;
			into = resize(into, room, 1);
			all.input.at = into;
		}
		got = fread(into + all.input.bytes, 1, 65536 - 1, f);
		all.input.bytes += got;
	} while (got > 0);
	if (ferror(f))
		die(NULL, "%s: %s", name, strerror(errno));
	/* A file may lack its last line feed, and the blank line after it. */
	into[all.input.bytes++] = '\n';
}

static void
read_files(int count, char **names)
{
	if (count == 0)
		read_file(stdin, "standard input");
	for (int i = 0; i < count; i++) {
		FILE *f = fopen(names[i], "rb");

		if (f == NULL)
			die(NULL, "%s: %s", names[i], strerror(errno));
		read_file(f, names[i]);
		fclose(f);
		((char *)all.input.at)[all.input.bytes++] = '\n';
	}
}

static void
stanza_line(struct package *p, struct text line, const char *line_end)
{
	struct text value = line;
	struct text name = text_cut(&value, ':');

	if (line.bytes == name.bytes || name.bytes == 0)
		die(line.at, "expected 'Field: value', found '%.*s'",
		    (int)(line.bytes < 40 ? line.bytes : 40), line.at);
	value.bytes = (size_t)(line_end - value.at);
	for (size_t i = 0; i < FIELDS; i++) {
		if (strlen(field_names[i]) != name.bytes ||
		    memcmp(field_names[i], name.at, name.bytes) != 0)
			continue;
		if (p->field[i].at != NULL)
			die(line.at, "a second %s in one stanza",
			    field_names[i]);
		p->field[i] = text_trim(value);
		return;
	}
}

/* Takes the next stanza off rest; false where none is left. A field goes on
 * over lines that begin with a blank. */
static bool
stanza_next(struct text *rest, struct package *p)
{
	bool has_fields = false;

	*p = (struct package){ 0 };
	while (rest->bytes > 0) {
		struct text line = text_cut(rest, '\n');
		const char *end = line.at + line.bytes;

		if (text_trim(line).bytes == 0) {
			if (has_fields)
				return true;
			continue;
		}
		if (is_space(line.at[0]))
			die(line.at, "a continuation line without a field");
		while (rest->bytes > 0 &&
		    (rest->at[0] == ' ' || rest->at[0] == '\t')) {
			struct text more = text_cut(rest, '\n');

			end = more.at + more.bytes;
		}
		stanza_line(p, line, end);
		has_fields = true;
	}
	return has_fields;
}

static void
number_check(struct text t, const char *field)
{
	if (t.at == NULL)
		return;
	if (t.bytes == 0 || t.bytes > 15)
		die(t.at, "%s: expected a number of 1 to 15 digits", field);
	for (size_t i = 0; i < t.bytes; i++)
		if (!is_digit(t.at[i]))
			die(t.at, "%s: '%.*s' is not a number", field,
			    (int)t.bytes, t.at);
}

static void
stanza_check(const struct package *p, const char *at)
{
	static const enum field needed[] = {
		PACKAGE, VERSION, ARCHITECTURE, SIZE
	};
	struct text name;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (p->field[needed[i]].bytes == 0)
			die(at, "a stanza without %s", field_names[needed[i]]);
	number_check(p->field[SIZE], "Size");
	number_check(p->field[INSTALLED_SIZE], "Installed-Size");
	name = p->field[PACKAGE];
	take_name(&name, "Package", "a package name");
	if (name.bytes > 0)
		die(name.at, "Package: unexpected '%.*s'", (int)name.bytes,
		    name.at);
}

static void
package_add(const struct package *p)
{
	struct name *n = name_get(p->field[PACKAGE]);

	if (n->package >= 0) {
		struct package *old = &all.packages[n->package];

		if (version_compare(p->field[VERSION], old->field[VERSION]) > 0)
			*old = *p;
		return;
	}
	if (all.packages_count == all.packages_room) {
		all.packages_room = all.packages_room * 2 + 1024;
		all.packages = resize(all.packages, all.packages_room,
		    sizeof(*p));
	}
	n->package = (long)all.packages_count;
	all.packages[all.packages_count++] = *p;
}

static void
packages_read(void)
{
	struct text rest = all.input;
	struct package p;
	const char *at = rest.at;

	for (; stanza_next(&rest, &p); at = rest.at) {
		while (is_space(*at))
			at++;
		stanza_check(&p, at);
		package_add(&p);
	}
}

/* ---- Writing ----------------------------------------------------------- */

static void
put(const char *s)
{
	fputs(s, stdout);
}

static void
put_string(struct text t)
{
	static const char hex[] = "0123456789abcdef";

	putchar('"');
	for (size_t i = 0; i < t.bytes; i++) {
		unsigned char c = (unsigned char)t.at[i];

		if (c == '"' || c == '\\')
			putchar('\\');
		if (c < ' ') {
			put("\\u00");
			putchar(hex[c >> 4]);
			putchar(hex[c & 15]);
		} else {
			putchar(c);
		}
	}
	putchar('"');
}

static void
put_member(const char *name, struct text t)
{
	if (t.at == NULL)
		return;
	put(",\"");
	put(name);
	put("\":");
	put_string(t);
}

static void
put_number(const char *name, struct text t)
{
	if (t.at == NULL)
		return;
	while (t.bytes > 1 && t.at[0] == '0') {
		t.at++;
		t.bytes--;
	}
	put(",\"");
	put(name);
	put("\":");
	fwrite(t.at, 1, t.bytes, stdout);
}

static void
put_tags(struct text t)
{
	bool is_first = true;

	if (t.at == NULL)
		return;
	put(",\"tags\":[");
	while (t.bytes > 0) {
		struct text tag = text_trim(text_cut(&t, ','));

		if (tag.bytes == 0)
			continue;
		if (!is_first)
			putchar(',');
		put_string(tag);
		is_first = false;
	}
	putchar(']');
}

static void
put_package(const struct package *p)
{
	const struct text *f = p->field;
	struct text summary = f[DESCRIPTION];

	put("{\"kind\":\"node\",\"key\":");
	put_string(f[PACKAGE]);
	put(",\"attributes\":{\"nodeType\":\"PackageNode\"");
	put_member("version", f[VERSION]);
	put_member("architecture", f[ARCHITECTURE]);
	put_member("section", f[SECTION]);
	put_member("priority", f[PRIORITY]);
	put_number("installedSize", f[INSTALLED_SIZE]);
	put_number("size", f[SIZE]);
	put_member("maintainer", f[MAINTAINER]);
	put_member("homepage", f[HOMEPAGE]);
	put_member("multiArch", f[MULTI_ARCH]);
	if (text_equal(f[ESSENTIAL], (struct text){ "yes", 3 }))
		put(",\"essential\":true");
	put_tags(f[TAG]);
	if (summary.at != NULL)
		put_member("description", text_trim(text_cut(&summary, '\n')));
	put("}}\n");
}

static void
put_virtual(struct text name)
{
	put("{\"kind\":\"node\",\"key\":");
	put_string(name);
	put(",\"attributes\":{\"nodeType\":\"VirtualPackageNode\"}}\n");
}

static void
put_edge(const struct package *p, size_t i, const struct relation *r)
{
	put("{\"kind\":\"edge\",\"source\":");
	put_string(p->field[PACKAGE]);
	put(",\"target\":");
	put_string(r->name);
	put(",\"attributes\":{\"edgeType\":\"");
	put(relations[i].edge);
	putchar('"');
	if (relations[i].has_groups)
		printf(",\"group\":%d", r->group);
	if (r->op != NULL) {
		put(",\"op\":\"");
		put(r->op);
		putchar('"');
		put_member("version", r->version);
	}
	put_member("arch", r->arch);
	put("}}\n");
	all.edges_count++;
}

/* ---- Order ------------------------------------------------------------- */

static int
package_order(const void *a, const void *b)
{
	const struct package *x = a;
	const struct package *y = b;

	return text_compare(x->field[PACKAGE], y->field[PACKAGE]);
}

/* Packages last, so that the virtual ones are the head of the array. */
static int
name_order(const void *a, const void *b)
{
	const struct name *x = a;
	const struct name *y = b;
	bool x_first = x->text.at != NULL && x->package < 0;
	bool y_first = y->text.at != NULL && y->package < 0;

	if (!x_first || !y_first)
		return y_first - x_first;
	return text_compare(x->text, y->text);
}

static void
note_target(const struct package *p, size_t i, const struct relation *r)
{
	(void)p;
	(void)i;
	name_get(r->name);
}

static void
write_all(void)
{
	size_t virtual_count;

	for (size_t i = 0; i < all.packages_count; i++)
		each_relation(&all.packages[i], note_target);
	qsort(all.packages, all.packages_count, sizeof(*all.packages),
	    package_order);
	/* From here on the table of names is a list: nothing is looked up. */
	qsort(all.names, all.names_room, sizeof(*all.names), name_order);
	virtual_count = all.names_count - all.packages_count;

	for (size_t i = 0; i < all.packages_count; i++)
		put_package(&all.packages[i]);
	for (size_t i = 0; i < virtual_count; i++)
		put_virtual(all.names[i].text);
	for (size_t i = 0; i < all.packages_count; i++)
		each_relation(&all.packages[i], put_edge);
	if (fflush(stdout) != 0 || ferror(stdout))
		die(NULL, "standard output: %s", strerror(errno));
	fprintf(stderr, "apt2jsonl: %zu packages, %zu virtual packages, "
	    "%zu edges\n", all.packages_count, virtual_count, all.edges_count);
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		puts("usage: apt2jsonl [PACKAGES...] > debian.jsonl\n"
		    "\n"
		    "Reads Debian Packages indexes, uncompressed, from the "
		    "files or from standard\ninput; writes JSON Lines for alk "
		    "import.");
		return 0;
	}
	if (argc > 1 && argv[1][0] == '-') {
		fprintf(stderr, "apt2jsonl: no option %s; see --help\n",
		    argv[1]);
		return 2;
	}
	read_files(argc - 1, argv + 1);
	utf8_check(all.input);
	packages_read();
	if (all.packages_count == 0)
		die(NULL, "no package in the input");
	write_all();
	return 0;
}
