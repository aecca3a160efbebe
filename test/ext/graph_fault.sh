#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# graph_fault.sh ALK PROGRAM EXTENSION STEP: graph_fault on a store of its own.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
store=$dir/s.db
"$1" init "$store" -q
"$1" schema load "$store" people "$here/../cli/people.json" -q
"$1" graph add "$store" g --type people -q
for key in a b c; do
	"$1" node add "$store" g $key \
	    "{\"nodeType\":\"PersonNode\",\"name\":\"$key\"}" -q
done
"$1" edge add "$store" g a b '{"edgeType":"KnowsEdge"}' -q
"$1" edge add "$store" g b c '{"edgeType":"KnowsEdge"}' -q
"$2" "$3" "$store" "$4"
"$1" check "$store" -q
