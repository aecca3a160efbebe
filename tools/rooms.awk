# SPDX-License-Identifier: MIT OR Apache-2.0
#
# awk -v folders="base json ..." -f tools/rooms.awk src/ROOMS FILE.[ch]...
#
# Checks who includes whom. src/ROOMS has a line "room: room room ..." each:
# a room sees itself and the rooms it names, which must stand above it. An
# #include "room/noun.h", or one of a generated "room/noun.sql.h", counts by
# its room. Open to all: "alkstore.h" and "errors.def"; to *_test.c also the
# headers of test/lib, which have no folder. <sqlite3.h> is db's alone.

function complain(text)
{
	print FILENAME ":" FNR ": " text
	bad = 1
}

function read_room(    i, room)
{
	sub(/#.*/, "")
	if (NF == 0)
		return
	room = $1
	if (room !~ /^[a-z][a-z0-9_]*:$/) {
		complain("expected 'room: room ...'")
		return
	}
	sub(/:$/, "", room)
	if (room in above)
		complain("room " room " stands here twice")
	for (i = 2; i <= NF; i++) {
		if (!($i in above))
			complain(room " names " $i ", no room above it")
		sees[room, $i] = 1
	}
	above[room] = 1
	sees[room, room] = 1
}

# "src/graph/node.c" -> "graph"; "" for a file of no room.
function room_of(path,    part, n)
{
	n = split(path, part, "/")
	return n >= 3 && part[n - 2] == "src" ? part[n - 1] : ""
}

function check_quoted(path, room,    to)
{
	if (path ~ /(^|\/)\.\.?\//) {
		complain("includes \"" path "\": name the room instead")
		return
	}
	if (path == "alkstore.h" || path == "errors.def")
		return
	if (path !~ /\//) {
		if (FILENAME !~ /_test\.c$/)
			complain("includes \"" path "\" without its room")
		return
	}
	to = path
	sub(/\/.*/, "", to)
	if (!(to in above))
		complain("includes \"" path "\": " to " is no room")
	else if (!((room, to) in sees))
		complain(room " may not include " to " (src/ROOMS)")
}

FILENAME ~ /(^|\/)ROOMS$/ {
	read_room()
	next
}

FNR == 1 {
	room = room_of(FILENAME)
	if (room == "")
		complain("lies in no room (expected src/<room>/)")
}

room == "" {
	next
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	check_quoted(quoted[2], room)
}

/^[ \t]*#[ \t]*include[ \t]*<sqlite3(ext)?\.h>/ {
	if (room != "db")
		complain("includes SQLite's header: only db may")
}

END {
	n = split(folders, folder, " ")
	for (i = 1; i <= n; i++) {
		if (!(folder[i] in above)) {
			print "src/" folder[i] ": no room of src/ROOMS"
			bad = 1
		}
	}
	exit bad
}
