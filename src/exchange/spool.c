/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A row is a line of JSON:
 *
 *   ["line 7: edge a -> b","/edges/3/attributes",KIND,KEY,ID,SOURCE,TARGET,
 *    DIRECTION,ATTRIBUTES,METADATA]
 *
 * where ATTRIBUTES is an object and METADATA the text of one, and what is not
 * there is null.
 */
#include "exchange/spool.h"

#include "base/error.h"
#include "json/push.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
spool_fini(struct spool *s)
{
	buf_fini(&s->held);
	if (s->has_file)
		(void)close(s->file);
	if (s->is_reading)
		lines_fini(&s->lines);
	json_reader_fini(&s->reader);
	*s = (struct spool){ 0 };
}

static int
file_error(alk_error *err)
{
	return error_set(err, errno == ENOSPC ? ALK_FULL : ALK_IO,
	    "edges that stand before their nodes could not be kept in a "
	    "temporary file: %s; TMPDIR says where", strerror(errno));
}

static int
make_file(struct spool *s, alk_error *err)
{
	const char *folder = getenv("TMPDIR");
	char path[1024];

	if (folder == NULL || folder[0] != '/')
		folder = "/tmp";
	int n = snprintf(path, sizeof(path), "%s/alkstore-XXXXXX", folder);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return file_error(err);
	}
	s->file = mkstemp(path);
	if (s->file < 0)
		return file_error(err);
	s->has_file = true;
	(void)fcntl(s->file, F_SETFD, FD_CLOEXEC);
	(void)unlink(path);
	return ALK_OK;
}

static int
write_out(struct spool *s, alk_error *err)
{
	const char *data = s->held.data;
	size_t left = s->held.bytes;

	if (!s->has_file && make_file(s, err) != ALK_OK)
		return err->code;
	while (left > 0) {
		ssize_t n = write(s->file, data, left);
		if (n < 0 && errno != EINTR)
			return file_error(err);
		if (n > 0) {
			data += n;
			left -= (size_t)n;
		}
	}
	buf_clear(&s->held);
	return ALK_OK;
}

static void
push_attributes(struct json_out *o, const struct exchange_row *row)
{
	const alk_item *item = &row->item;

	if (row->attributes != NULL)
		json_out_value(o, row->attributes);
	else if (item->attributes == NULL)
		json_out_null(o);
	else if (item->attributes_bytes == 0)
		json_out_raw(o, item->attributes, ALK_NUL);
	else
		json_out_raw(o, item->attributes, item->attributes_bytes);
}

int
spool_add(struct spool *s, const struct exchange_row *row,
    const struct exchange_place *place, alk_error *err)
{
	const alk_item *item = &row->item;
	struct json_out o = { .out = &s->held };

	json_out_begin_array(&o);
	json_out_string(&o, place->entry, ALK_NUL);
	json_out_string(&o, place->pointer, ALK_NUL);
	json_out_int(&o, item->kind);
	json_out_string(&o, item->key, ALK_NUL);
	json_out_string(&o, item->id, ALK_NUL);
	json_out_string(&o, item->source, ALK_NUL);
	json_out_string(&o, item->target, ALK_NUL);
	json_out_int(&o, item->direction);
	push_attributes(&o, row);
	json_out_string(&o, item->metadata, ALK_NUL);
	json_out_end_array(&o);
	buf_char(&s->held, '\n');
	if (s->held.failed)
		return error_nomem(err);
	s->count++;
	return s->held.bytes > SPOOL_HELD_BYTES ? write_out(s, err) : ALK_OK;
}

/* An alk_read_fn: the file, then what is in memory. */
static long
read_back(void *arg, char *into, size_t room)
{
	struct spool *s = arg;

	if (s->has_file) {
		ssize_t n;
		do
			n = pread(s->file, into, room, (off_t)s->file_at);
		while (n < 0 && errno == EINTR);
		if (n > 0)
			s->file_at += n;
		if (n != 0)
			return (long)n;
	}
	size_t left = s->held.bytes - s->at;
	size_t n = left < room ? left : room;
	if (n > 0)
		memcpy(into, s->held.data + s->at, n);
	s->at += n;
	return (long)n;
}

/* The next element of the line as text; NULL for null. */
static const char *
text_at(yyjson_val *root, size_t index)
{
	return yyjson_get_str(yyjson_arr_get(root, index));
}

static void
copy(char *into, size_t room, const char *text)
{
	(void)snprintf(into, room, "%s", text != NULL ? text : "");
}

int
spool_next(struct spool *s, size_t bytes_max, struct exchange_row *row,
    struct exchange_place *place, alk_error *err)
{
	const char *line;
	size_t bytes;

	if (!s->is_reading)
		lines_init(&s->lines, read_back, s, 2 * bytes_max);
	s->is_reading = true;
	int more = lines_next(&s->lines, &line, &bytes, err);
	if (more != 1)
		return more;
	yyjson_val *root = json_read_own(&s->reader, line, bytes, err);
	if (root == NULL)
		return err->code;
	yyjson_val *attributes = yyjson_arr_get(root, 8);
	copy(place->entry, sizeof(place->entry), text_at(root, 0));
	copy(place->pointer, sizeof(place->pointer), text_at(root, 1));
	*row = (struct exchange_row){
		.item.kind = yyjson_get_int(yyjson_arr_get(root, 2)),
		.item.key = text_at(root, 3),
		.item.id = text_at(root, 4),
		.item.source = text_at(root, 5),
		.item.target = text_at(root, 6),
		.item.direction = yyjson_get_int(yyjson_arr_get(root, 7)),
		.item.metadata = text_at(root, 9),
		.attributes = yyjson_is_null(attributes) ? NULL : attributes,
	};
	return 1;
}
