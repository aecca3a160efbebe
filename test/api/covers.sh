#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# covers.sh HEADER EXPORTS_AWK FILE.c ...
#
# Fails when a function of the header is called in none of the files.
set -eu
header=$1
awk_file=$2
shift 2
names=$(awk -f "$awk_file" "$header")
test -n "$names" || { echo "no names found in $header"; exit 1; }
missing=0
for name in $names; do
	if ! cat "$@" | grep -q "[^A-Za-z0-9_]$name("; then
		echo "$name is called in no test of test/api"
		missing=1
	fi
done
exit $missing
