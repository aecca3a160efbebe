/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The progress bar. Times are of the steady clock. */
#include "cli/progress.h"

#include "base/clock.h"

#include <string.h>

#define FIRST_MS 1000
#define AGAIN_MS 100
#define BAR_CELLS 20

void
progress_init(struct progress *p, FILE *file, const char *label, bool is_bytes,
    bool is_enabled)
{
	memset(p, 0, sizeof(*p));
	p->file = file;
	p->label = label;
	p->is_bytes = is_bytes;
	p->is_enabled = is_enabled;
	p->start_ms = clock_steady_ms();
}

/* 12.3 MB, or 12,300 where rows are counted. */
static void
add_amount(struct buf *out, const struct progress *p, double n)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
	size_t i = 0;

	if (!p->is_bytes) {
		buf_printf(out, "%.0f", n);
		return;
	}
	while (n >= 999.5 && i < 4) {
		n /= 1000;
		i++;
	}
	buf_printf(out, i == 0 || n >= 99.95 ? "%.0f" : "%.1f", n);
	buf_printf(out, " %s", units[i]);
}

static void
add_bar(struct buf *out, int percent)
{
	int full = percent * BAR_CELLS / 100, i;

	buf_printf(out, " %3d%% [", percent);
	for (i = 0; i < BAR_CELLS; i++)
		buf_char(out, i < full ? '#' : '-');
	buf_str(out, "]");
}

static void
add_left(struct buf *out, double seconds)
{
	long s = (long)(seconds + 0.5);

	if (s >= 3600)
		buf_printf(out, "  %ld:%02ld:%02ld left", s / 3600,
		    s / 60 % 60, s % 60);
	else
		buf_printf(out, "  %ld:%02ld left", s / 60, s % 60);
}

void
progress_line(struct buf *out, const struct progress *p, int64_t done,
    int64_t total, int64_t elapsed_ms)
{
	double rate = elapsed_ms > 0 ?
	    (double)done * 1000.0 / (double)elapsed_ms : 0;
	bool is_known = total > 0 && done <= total;

	buf_str(out, p->label);
	if (is_known)
		add_bar(out, (int)((double)done * 100.0 / (double)total));
	buf_str(out, "  ");
	add_amount(out, p, (double)done);
	if (is_known) {
		buf_str(out, " of ");
		add_amount(out, p, (double)total);
	}
	buf_str(out, "  ");
	add_amount(out, p, rate);
	buf_str(out, "/s");
	if (is_known && rate > 0)
		add_left(out, (double)(total - done) / rate);
}

void
progress_update(struct progress *p, int64_t done, int64_t total)
{
	struct buf line = { 0 };
	int64_t now;

	if (!p->is_enabled)
		return;
	now = clock_steady_ms();
	if (now - p->start_ms < FIRST_MS || now - p->last_ms < AGAIN_MS)
		return;
	p->last_ms = now;
	p->is_shown = true;
	buf_char(&line, '\r');
	progress_line(&line, p, done, total, now - p->start_ms);
	buf_str(&line, "\033[K");
	if (!line.failed) {
		fwrite(line.data, 1, line.bytes, p->file);
		fflush(p->file);
	}
	buf_fini(&line);
}

void
progress_end(struct progress *p)
{
	if (!p->is_shown)
		return;
	fputs("\r\033[K", p->file);
	fflush(p->file);
	p->is_shown = false;
}
