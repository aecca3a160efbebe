#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# man_test.sh ALK DIR: the man pages in DIR are byte for byte those that ALK makes.

set -eu
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$1" __man "$made"
if ! diff -r "$made" "$2"; then
	echo "the man pages are not those of the table of commands:" \
	    "run 'alk __man man'" >&2
	exit 1
fi
