/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reading whole files and standard input. */
#include "cli/cli.h"

#include "base/error.h"
#include "cli/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int
read_failed(const char *path, int number, alk_error *err)
{
	if (signals_caught() != 0)
		return error_set(err, ALK_CANCELLED, "ended by a signal");
	return error_set(err, number == ENOENT ? ALK_NOTFOUND :
	    number == EACCES ? ALK_DENIED : ALK_IO, "cannot read %.200s: %s",
	    path, strerror(number));
}

static int
read_all(int fd, const char *path, size_t bytes_max, struct buf *b,
    alk_error *err)
{
	ssize_t n;

	for (;;) {
		if (!buf_reserve(b, 65536))
			return error_nomem(err);
		n = read(fd, b->data + b->bytes, 65536);
		if (n < 0 && (errno != EINTR || signals_caught() != 0))
			return read_failed(path, errno, err);
		if (n == 0)
			return ALK_OK;
		if (n > 0)
			b->bytes += (size_t)n;
		if (b->bytes > bytes_max)
			return error_set(err, ALK_LIMIT,
			    "%.200s has more than %zu bytes", path, bytes_max);
	}
}

int
input_read(const char *path, size_t bytes_max, struct buf *b, alk_error *err)
{
	int fd = STDIN_FILENO, rc;

	if (strcmp(path, "-") == 0)
		return read_all(fd, "standard input", bytes_max, b, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return read_failed(path, errno, err);
	rc = read_all(fd, path, bytes_max, b, err);
	close(fd);
	return rc;
}

int
input_operand(const char *operand, struct buf *b, const char **text,
    size_t *bytes, alk_error *err)
{
	int rc;

	*text = operand;
	*bytes = operand != NULL ? strlen(operand) : 0;
	if (operand == NULL || strcmp(operand, "-") != 0)
		return ALK_OK;
	rc = input_read("-", INPUT_BYTES_MAX, b, err);
	*text = rc == ALK_OK ? buf_text(b) : NULL;
	*bytes = b->bytes;
	if (rc == ALK_OK && *text == NULL)
		rc = error_nomem(err);
	return rc;
}
