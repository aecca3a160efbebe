# SPDX-License-Identifier: MIT OR Apache-2.0
#
# awk -f tools/errors.awk src/errors.def include/alkstore.h
# awk -v table=markdown -f tools/errors.awk src/errors.def
# awk -v table=mdoc -f tools/errors.awk src/errors.def
#
# Checks src/errors.def, and that the header has the same names and numbers
# between its two marks; or prints the table for a document.

function complain(text)
{
	print FILENAME ":" FNR ": " text
	bad = 1
}

function blank(text)
{
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

# ALK_ERROR(NAME, number, exit status, HTTP status, "text")
function read_error(    line, part, at)
{
	line = $0
	sub(/^[ \t]*ALK_ERROR\(/, "", line)
	if (line !~ /^[A-Z][A-Z0-9_]*,[^,]*,[^,]*,[^,]*,[ \t]*".*"\)[ \t]*$/) {
		complain("expected ALK_ERROR(NAME, number, exit, " \
		    "HTTP, \"text\")")
		return
	}
	split(line, part, ",")
	at = ++count
	name[at] = part[1]
	number[at] = blank(part[2])
	status[at] = blank(part[3])
	http[at] = blank(part[4])
	match(line, /".*"/)
	text[at] = substr(line, RSTART + 1, RLENGTH - 2)
	check_error(at)
}

function check_error(at)
{
	if (number[at] !~ /^(0|-[1-9][0-9]*)$/)
		complain("number " number[at] " is neither 0 nor negative")
	if (number[at] in taken)
		complain("number " number[at] " is " taken[number[at]] "'s")
	if (name[at] in place)
		complain("ALK_" name[at] " stands here twice")
	if (status[at] !~ /^[0-9]+$/ || status[at] + 0 > 255)
		complain("exit status " status[at] " is not of 0 to 255")
	if (http[at] !~ /^[1-5][0-9][0-9]$/)
		complain("HTTP status " http[at] " is none")
	if (text[at] ~ /^[A-Z][a-z]|[.\n]$/)
		complain("texts have no capital and no full stop")
	taken[number[at]] = "ALK_" name[at]
	place[name[at]] = at
}

# "#define ALK_NAME (-1)", "#define ALK_OK 0" or "ALK_NAME = -1,"
function read_header(    line, part, key)
{
	line = $0
	gsub(/\/\*.*\*\//, "", line)
	if (line !~ /ALK_[A-Z0-9_]+/)
		return
	gsub(/#[ \t]*define|[=(),]/, " ", line)
	split(line, part, " ")
	key = part[1]
	sub(/^ALK_/, "", key)
	in_header[key] = 1
	if (!(key in place))
		complain(part[1] " is not in errors.def")
	else if (number[place[key]] != part[2])
		complain(part[1] " is " part[2] ", in errors.def " \
		    number[place[key]])
}

function print_table(    i, row)
{
	if (table == "markdown") {
		print "| code | number | exit | HTTP | meaning |"
		print "|---|---:|---:|---:|---|"
		row = "| `ALK_%s` | %s | %s | %s | %s |\n"
	} else {
		print ".Bl -column \"ALK_STRUCTURE\" \"-100\" \"exit\" \"HTTP\""
		print ".It Sy Code Ta Sy Number Ta Sy Exit Ta Sy HTTP " \
		    "Ta Sy Meaning"
		row = ".It Dv ALK_%s Ta %s Ta %s Ta %s Ta %s\n"
	}
	for (i = 1; i <= count; i++)
		printf row, name[i], number[i], status[i], http[i], text[i]
	if (table == "mdoc")
		print ".El"
}

FILENAME ~ /\.def$/ {
	if (/^[ \t]*ALK_ERROR\(/)
		read_error()
	next
}

/\/\* errors\.def: begin \*\// {
	inside = 1
	marks++
	next
}

/\/\* errors\.def: end \*\// {
	inside = 0
	marks++
}

inside {
	read_header()
}

END {
	if (count == 0) {
		print "errors.def: holds no error"
		bad = 1
	}
	if (table != "")
		print_table()
	else if (marks != 2) {
		print FILENAME ": no marks 'errors.def: begin' and 'end'"
		bad = 1
	}
	for (i = 1; i <= count && table == ""; i++) {
		if (!(name[i] in in_header)) {
			print FILENAME ": ALK_" name[i] " is missing"
			bad = 1
		}
	}
	exit bad
}
