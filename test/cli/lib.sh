#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# lib.sh: sourced by the tests here, which are called with ALK as $1. They end in
# `finish`.

set -u
alk=$1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset ALK_DB NO_COLOR CLICOLOR_FORCE COLUMNS
cd "$dir" || exit 1
failures=0
runs=0
tab=$(printf '\t')

fail()
{
	failures=$((failures + 1))
	echo "FAIL: $what: $*"
	sed 's/^/    out: /' out | head -n 5
	sed 's/^/    err: /' err | head -n 5
}

# run STATUS WORD...: runs alk; its output is in the files out and err.
run()
{
	expected=$1
	shift
	what="alk $*"
	runs=$((runs + 1))
	"$alk" "$@" >out 2>err </dev/null
	status=$?
	[ $status -eq "$expected" ] || fail "exit $status, not $expected"
	# What fails says so in one line and prints nothing else.
	if [ "$expected" -ne 0 ] && [ "$expected" -ne 9 ]; then
		[ -s err ] || fail "an error without a message"
		[ -s out ] && fail "an error with output"
	fi
}

# feed STATUS TEXT WORD...: run with TEXT on standard input.
feed()
{
	expected=$1
	text=$2
	shift 2
	what="alk $*"
	runs=$((runs + 1))
	printf '%s' "$text" | "$alk" "$@" >out 2>err
	status=$?
	[ $status -eq "$expected" ] || fail "exit $status, not $expected"
}

out_has()
{
	grep -qF -- "$1" out || fail "standard output lacks: $1"
}

out_lacks()
{
	grep -qF -- "$1" out && fail "standard output has: $1"
}

err_has()
{
	grep -qF -- "$1" err || fail "standard error lacks: $1"
}

err_lacks()
{
	grep -qF -- "$1" err && fail "standard error has: $1"
}

# The whole of standard output.
out_is()
{
	printf '%s\n' "$1" >wanted
	cmp -s wanted out || fail "standard output is not: $1"
}

out_empty()
{
	[ ! -s out ] || fail 'standard output is not empty'
}

lines_are()
{
	count=$(wc -l <out)
	[ "$count" -eq "$1" ] || fail "$count lines, not $1"
}

# The last line of a test.
finish()
{
	echo "$runs runs of alk, $failures failures"
	exit $((failures > 0))
}

# The store s.db with a graph g: two people, a city, two edges.
make_people()
{
	run 0 init s.db -q
	run 0 schema load s.db people "$here/people.json" -q
	run 0 graph add s.db g --type people -q
	run 0 node add s.db g ada '{"name":"Ada","age":1}' --type PersonNode -q
	run 0 node add s.db g bob '{"name":"Bob"}' --type PersonNode -q
	run 0 node add s.db g rome '{"size":2.5}' --type CityNode -q
	run 0 edge add s.db g ada bob '{"since":1}' -t KnowsEdge -q
	run 0 edge add s.db g ada rome -t LivesInEdge -q
}
