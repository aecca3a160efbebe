/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * sqlpack OUTDIR src/ROOM/NOUN.sql ...
 *
 * Packs SQL files into C: OUTDIR/ROOM/NOUN.sql.h holds one constant a block,
 * OUTDIR/db/slots.h the number of them all, OUTDIR/db/all.sql.h a table for
 * the test that prepares each. A statement's slot is its place in that table.
 * Files whose content would not change are left alone.
 *
 *     -- owns: node, node_key      tables of this file's room; may be none
 *
 *     -- name: node_insert         starts a block, named all over the library
 *     -- scan: REASON              excuses a table scan
 *     -- script                    several statements, run and not prepared
 *     INSERT INTO ...
 *
 * Other lines that start with "--" are comments and do not reach C.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct text {
	char *at;
	size_t bytes;
	size_t room;
};

struct file {
	const char *path;
	char *room;
	char *noun;
	struct text owns;
};

struct block {
	const struct file *file;
	int line;
	char *name;
	char *scan;		/* NULL: none */
	int is_script;
	struct text sql;	/* lines, each with its newline */
};

static struct file *files;
static struct block **blocks;
static size_t file_count;
static size_t block_count;

static void __attribute__((noreturn, format(printf, 3, 4)))
fail(const char *path, int line, const char *format, ...)
{
	va_list args;

	if (line > 0)
		fprintf(stderr, "%s:%d: ", path, line);
	else
		fprintf(stderr, "%s: ", path);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static void *
grow(void *old, size_t bytes)
{
	void *new = realloc(old, bytes);

	if (new == NULL) {
		fputs("sqlpack: out of memory\n", stderr);
		exit(1);
	}
	return new;
}

/* --- Text ------------------------------------------------------------- */

static void
text_add(struct text *text, const char *bytes, size_t count)
{
	if (text->bytes + count + 1 > text->room) {
		text->room = 2 * (text->bytes + count + 1);
		text->at = grow(text->at, text->room);
	}
	memcpy(text->at + text->bytes, bytes, count);
	text->bytes += count;
	text->at[text->bytes] = '\0';
}

static void __attribute__((format(printf, 2, 3)))
text_printf(struct text *text, const char *format, ...)
{
	va_list args;
	char *line;
	int bytes;

	va_start(args, format);
	bytes = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (bytes < 0)
		fail("sqlpack", 0, "cannot format");
	line = grow(NULL, (size_t)bytes + 1);
	va_start(args, format);
	vsnprintf(line, (size_t)bytes + 1, format, args);
	va_end(args);
	text_add(text, line, (size_t)bytes);
	free(line);
}

static char *
copy(const char *bytes, size_t count)
{
	char *text = grow(NULL, count + 1);

	memcpy(text, bytes, count);
	text[count] = '\0';
	return text;
}

/* A C string literal, broken after each newline of the text. */
static void
text_literal(struct text *out, const char *indent, const char *from)
{
	text_printf(out, "%s\"", indent);
	for (; *from != '\0'; from++) {
		unsigned char c = (unsigned char)*from;

		if (c == '\n' && from[1] != '\0')
			text_printf(out, "\\n\"\n%s\"", indent);
		else if (c == '\n')
			text_printf(out, "\\n");
		else if (c == '"' || c == '\\' || c == '?')
			text_printf(out, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			text_printf(out, "\\%03o", c);
		else
			text_add(out, from, 1);
	}
	text_printf(out, "\"");
}

static void
text_literal_or_null(struct text *out, const char *indent, const char *from)
{
	if (from == NULL)
		text_printf(out, "%sNULL", indent);
	else
		text_literal(out, indent, from);
}

/* --- Files ------------------------------------------------------------ */

/* The whole file; missing: no text when that is allowed, else the end. */
static int
read_file(const char *path, int may_miss, struct text *out)
{
	char piece[8192];
	size_t count;
	FILE *in = fopen(path, "rb");

	if (in == NULL && may_miss)
		return -1;
	if (in == NULL)
		fail(path, 0, "%s", strerror(errno));
	text_add(out, "", 0);
	while ((count = fread(piece, 1, sizeof(piece), in)) > 0)
		text_add(out, piece, count);
	if (ferror(in))
		fail(path, 0, "cannot read");
	fclose(in);
	return 0;
}

static void
make_parents(const char *path)
{
	char *parent = copy(path, strlen(path));

	for (char *at = parent + 1; *at != '\0'; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		if (mkdir(parent, 0777) != 0 && errno != EEXIST)
			fail(parent, 0, "%s", strerror(errno));
		*at = '/';
	}
	free(parent);
}

static void
write_if_changed(const char *path, const struct text *text)
{
	struct text old = { 0 };
	FILE *out;
	int same;

	same = read_file(path, 1, &old) == 0 && old.bytes == text->bytes
	    && memcmp(old.at, text->at, text->bytes) == 0;
	free(old.at);
	if (same)
		return;
	make_parents(path);
	out = fopen(path, "wb");
	if (out == NULL)
		fail(path, 0, "%s", strerror(errno));
	if (fwrite(text->at, 1, text->bytes, out) != text->bytes
	    || fclose(out) != 0)
		fail(path, 0, "cannot write");
}

/* --- Reading SQL ------------------------------------------------------ */

/* After "-- word" what stands behind it, NULL when the line is another. */
static const char *
directive(const char *line, const char *word)
{
	size_t bytes = strlen(word);

	if (strncmp(line, "-- ", 3) != 0
	    || strncmp(line + 3, word, bytes) != 0)
		return NULL;
	line += 3 + bytes;
	return line + strspn(line, " \t");
}

/* "--name: x", "-- scan x" and the like would be lost as comments. */
static int
is_near_directive(const char *line)
{
	static const char *const words[] = { "name", "owns", "scan", "script" };
	const char *at = line + strspn(line, " \t");

	at += strspn(at, "-");
	at += strspn(at, " \t");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t bytes = strlen(words[i]);
		const char *rest = at + bytes;

		if (strncmp(at, words[i], bytes) != 0)
			continue;
		rest += strspn(rest, " \t");
		if (*rest == ':' || (*rest == '\0' && i == 3))
			return 1;
	}
	return 0;
}

static int
is_name(const char *name)
{
	if (!islower((unsigned char)*name))
		return 0;
	for (; *name != '\0'; name++)
		if (!islower((unsigned char)*name)
		    && !isdigit((unsigned char)*name) && *name != '_')
			return 0;
	return 1;
}

static struct block *
block_new(const struct file *file, int line, const char *name)
{
	struct block *block = grow(NULL, sizeof(*block));

	if (!is_name(name))
		fail(file->path, line,
		    "name '%s' is not of a-z, 0-9 and _", name);
	for (size_t i = 0; i < block_count; i++)
		if (strcmp(blocks[i]->name, name) == 0)
			fail(file->path, line,
			    "name '%s' is taken by %s:%d", name,
			    blocks[i]->file->path, blocks[i]->line);
	memset(block, 0, sizeof(*block));
	block->file = file;
	block->line = line;
	block->name = copy(name, strlen(name));
	blocks = grow(blocks, (block_count + 1) * sizeof(blocks[0]));
	blocks[block_count++] = block;
	return block;
}

static void
block_end(struct block *block)
{
	if (block != NULL && block->sql.bytes == 0)
		fail(block->file->path, block->line,
		    "block '%s' holds no SQL", block->name);
}

static void
add_owned(struct file *file, const char *names)
{
	text_printf(&file->owns, "%s%s",
	    file->owns.bytes > 0 && *names != '\0' ? ", " : "", names);
}

static void
set_scan(struct block *block, int line, const char *reason)
{
	if (*reason == '\0')
		fail(block->file->path, line, "-- scan: without a reason");
	if (block->scan != NULL)
		fail(block->file->path, line, "a second -- scan:");
	block->scan = copy(reason, strlen(reason));
}

static struct block *
read_line(struct file *file, struct block *block, int number, char *line)
{
	const char *rest;
	const char *start = line + strspn(line, " \t");

	if ((rest = directive(line, "name:")) != NULL) {
		block_end(block);
		return block_new(file, number, rest);
	}
	if ((rest = directive(line, "owns:")) != NULL) {
		if (block != NULL)
			fail(file->path, number, "-- owns: below a block");
		add_owned(file, rest);
	} else if ((rest = directive(line, "scan:")) != NULL && block != NULL) {
		set_scan(block, number, rest);
	} else if (strcmp(line, "-- script") == 0 && block != NULL) {
		block->is_script = 1;
	} else if (strncmp(start, "--", 2) == 0) {
		if (is_near_directive(line))
			fail(file->path, number,
			    "not a comment and not quite a directive "
			    "(-- name: NAME, -- owns: TABLES at the head; "
			    "-- scan: REASON, -- script in a block)");
	} else if (*start != '\0') {
		if (block == NULL)
			fail(file->path, number, "SQL above -- name:");
		text_printf(&block->sql, "%s\n", line);
	}
	return block;
}

static void
split_path(struct file *file)
{
	const char *noun = strrchr(file->path, '/');
	const char *room = noun;
	const char *dot = strrchr(file->path, '.');

	if (noun != NULL)
		while (room > file->path && room[-1] != '/')
			room--;
	if (noun == NULL || room == noun || dot == NULL || dot < noun)
		fail(file->path, 0, "expected .../ROOM/NOUN.sql");
	file->room = copy(room, (size_t)(noun - room));
	file->noun = copy(noun + 1, (size_t)(dot - noun - 1));
}

static void
read_sql(struct file *file)
{
	struct text text = { 0 };
	struct block *block = NULL;
	int number = 0;
	char *line;

	split_path(file);
	read_file(file->path, 0, &text);
	if (strlen(text.at) != text.bytes)
		fail(file->path, 0, "holds a NUL byte");
	text_add(&file->owns, "", 0);
	line = text.at;
	while (*line != '\0') {
		size_t bytes = strcspn(line, "\n");
		char *next = line + bytes + (line[bytes] == '\n');

		while (bytes > 0 && isspace((unsigned char)line[bytes - 1]))
			bytes--;
		line[bytes] = '\0';
		block = read_line(file, block, ++number, line);
		line = next;
	}
	block_end(block);
	free(text.at);
}

/* --- Writing C -------------------------------------------------------- */

/* Long scripts pass the length that ISO C promises for a literal. */
static void
open_header(struct text *out, const char *from, const char *guard)
{
	text_printf(out, "/* Made from %s by tools/sqlpack.c. */\n"
	    "#ifndef ALK_GEN_%s\n#define ALK_GEN_%s\n\n", from, guard, guard);
}

static void
open_literals(struct text *out)
{
	text_printf(out, "#include \"db/sql.h\"\n\n"
	    "#pragma GCC diagnostic push\n"
	    "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n");
}

static void
close_literals(struct text *out)
{
	text_printf(out, "\n#pragma GCC diagnostic pop\n");
}

static char *
make_guard(const struct file *file)
{
	struct text guard = { 0 };

	text_printf(&guard, "%s_%s_SQL_H", file->room, file->noun);
	for (char *at = guard.at; *at != '\0'; at++)
		*at = (char)(isalnum((unsigned char)*at)
		    ? toupper((unsigned char)*at) : '_');
	return guard.at;
}

static void
write_room(const char *outdir, const struct file *file)
{
	struct text out = { 0 };
	struct text path = { 0 };
	char *guard = make_guard(file);

	open_header(&out, file->path, guard);
	open_literals(&out);
	for (size_t i = 0; i < block_count; i++) {
		if (blocks[i]->file != file)
			continue;
		text_printf(&out, "\nstatic const struct sql sql_%s\n"
		    "__attribute__((unused)) = {\n\t\"%s\",\n",
		    blocks[i]->name, blocks[i]->name);
		text_literal(&out, "\t", blocks[i]->sql.at);
		text_printf(&out, ",\n\t%zu\n};\n", i);
	}
	close_literals(&out);
	text_printf(&out, "\n#endif\n");
	text_printf(&path, "%s/%s/%s.sql.h", outdir, file->room, file->noun);
	write_if_changed(path.at, &out);
	free(guard);
	free(path.at);
	free(out.at);
}

static void
write_slots(const char *outdir)
{
	struct text out = { 0 };
	struct text path = { 0 };

	open_header(&out, "all .sql files", "DB_SLOTS_H");
	text_printf(&out, "#define SQL_SLOTS %zu\n\n#endif\n", block_count);
	text_printf(&path, "%s/db/slots.h", outdir);
	write_if_changed(path.at, &out);
	free(path.at);
	free(out.at);
}

static void
put_entry(struct text *out, const struct block *block, size_t slot)
{
	text_printf(out, "\t{ \"%s\", \"%s\",\n",
	    block->file->room, block->file->noun);
	text_literal(out, "\t\t", block->file->owns.at);
	text_printf(out, ",\n\t\t{ \"%s\",\n", block->name);
	text_literal(out, "\t\t\t", block->sql.at);
	text_printf(out, ",\n\t\t\t%zu },\n", slot);
	text_literal_or_null(out, "\t\t", block->scan);
	text_printf(out, ", %d },\n", block->is_script);
}

static void
write_all(const char *outdir)
{
	struct text out = { 0 };
	struct text path = { 0 };

	open_header(&out, "all .sql files", "DB_ALL_SQL_H");
	text_printf(&out, "#include <stddef.h>\n");
	open_literals(&out);
	text_printf(&out, "\n#define SQL_ALL_COUNT %zu\n\n"
	    "struct sql_entry {\n"
	    "\tconst char *room;\n"
	    "\tconst char *noun;\n"
	    "\tconst char *owns;\t/* \"\": no table; \"a, b\" */\n"
	    "\tstruct sql sql;\n"
	    "\tconst char *scan;\t/* reason for a scan, or NULL */\n"
	    "\tint is_script;\n"
	    "};\n\n"
	    "/* SQL_ALL_COUNT entries by slot, then one of NULLs. */\n"
	    "static const struct sql_entry sql_all[]\n"
	    "__attribute__((unused)) = {\n", block_count);
	for (size_t i = 0; i < block_count; i++)
		put_entry(&out, blocks[i], i);
	text_printf(&out, "\t{ NULL, NULL, NULL, { NULL, NULL, -1 }, "
	    "NULL, 0 }\n};\n");
	close_literals(&out);
	text_printf(&out, "\n#endif\n");
	text_printf(&path, "%s/db/all.sql.h", outdir);
	write_if_changed(path.at, &out);
	free(path.at);
	free(out.at);
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->path,
	    ((const struct file *)b)->path);
}

int
main(int argc, char **argv)
{
	if (argc < 2) {
		fputs("usage: sqlpack OUTDIR src/ROOM/NOUN.sql ...\n", stderr);
		return 2;
	}
	file_count = (size_t)argc - 2;
	files = grow(NULL, (file_count + 1) * sizeof(files[0]));
	memset(files, 0, (file_count + 1) * sizeof(files[0]));
	for (size_t i = 0; i < file_count; i++)
		files[i].path = argv[i + 2];
	qsort(files, file_count, sizeof(files[0]), compare_paths);
	for (size_t i = 0; i < file_count; i++)
		read_sql(&files[i]);
	for (size_t i = 0; i < file_count; i++)
		write_room(argv[1], &files[i]);
	write_slots(argv[1]);
	write_all(argv[1]);
	return 0;
}
