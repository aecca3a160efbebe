# SPDX-License-Identifier: MIT OR Apache-2.0
#
# awk -f tools/exports.awk include/alkstore.h
#
# Prints the names that the header declares with ALK_API, one a line.

{
	gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "")
}

in_comment {
	if (!sub(/.*\*\//, ""))
		next
	in_comment = 0
}

/\/\*/ {
	sub(/\/\*.*/, "")
	in_comment = 1
}

/^[ \t]*#/ {
	next
}

/(^|[^A-Za-z0-9_])ALK_API([^A-Za-z0-9_]|$)/ {
	declares = 1
}

# The name stands before the first parenthesis, array bracket or semicolon.
declares {
	text = text " " $0
	if (match(text, /alk_[a-z0-9_]+[ \t]*[(\[;]/)) {
		name = substr(text, RSTART, RLENGTH - 1)
		sub(/[ \t]+$/, "", name)
		print name
		declares = 0
		text = ""
	}
}
