# SPDX-License-Identifier: MIT OR Apache-2.0
#
# LC_ALL=C awk [-v width=N] -f tools/style.awk FILE...
#
# What of docs/STYLE.md a line alone can show: its width, blanks at its end,
# marks of work not done; in C files, allocation outside base and SQLite
# outside db, looked for in code only, not in comments or strings.

function complain(text)
{
	print FILENAME ":" FNR ": " text
	bad = 1
}

# Columns of a line: tabs stop every 8, a UTF-8 character takes one.
function columns(line,    n, at)
{
	gsub(/[\200-\277]/, "", line)
	while ((at = index(line, "\t")) > 0) {
		n += at - 1
		n += 8 - n % 8
		line = substr(line, at + 1)
	}
	return n + length(line)
}

# The line without comments and with strings and characters emptied.
function code(line,    out, c, two, quote)
{
	while (line != "") {
		two = substr(line, 1, 2)
		c = substr(line, 1, 1)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				two = ""
				line = substr(line, 2)
			}
		} else if (quote != "") {
			if (c == "\\")
				line = substr(line, 2)
			else if (c == quote)
				quote = ""
		} else if (two == "/*") {
			in_comment = 1
			line = substr(line, 2)
		} else if (two == "//") {
			return out
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
		line = substr(line, 2)
	}
	return out
}

BEGIN {
	if (!width)
		width = 80
}

FNR == 1 {
	in_comment = 0
	is_c = FILENAME ~ /\.[ch]$/
	is_test = FILENAME ~ /_test\.c$/
	in_src = FILENAME ~ /(^|\/)src\//
	in_base = FILENAME ~ /(^|\/)src\/base\//
	in_db = FILENAME ~ /(^|\/)src\/(db|ext)\//
}

columns($0) > width {
	complain("over " width " columns")
}

/[ \t\r]$/ {
	complain("blanks at the end")
}

/(^|[^A-Za-z0-9_])(TODO|FIXME|XXX)([^A-Za-z0-9_]|$)/ {
	complain("a mark of work not done")
}

is_c && in_src {
	text = " " code($0)
	if (!in_base && !is_test \
	    && text ~ /[^A-Za-z0-9_.>](malloc|calloc|realloc|free)[ \t]*\(/)
		complain("memory comes through base (mem.h)")
	if (!in_db && text ~ /[^A-Za-z0-9_]sqlite3_/)
		complain("SQLite is called in db and ext alone")
}

END {
	exit bad
}
