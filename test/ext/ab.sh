#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# ab.sh PYTHON FOLDER OURS.so: ab.py, or status 77 where there is nothing to
# compare with.
test -e "$2/libhonker_ext.so" || {
	echo "skipped: the reference was not fetched (tools/fetch-honker tells why)"
	exit 77
}
exec "$1" -B "$(dirname "$0")/ab.py" "$2/libhonker_ext.so" "$3"
