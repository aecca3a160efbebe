#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# man_test.sh ALK TOP: the man pages in TOP/man and the scripts in TOP/completions
# are byte for byte those that ALK makes of its table of commands. Pages that are
# written by hand lack the mark of the others and are left alone.
#
# man_test.sh --write ALK TOP: makes them so.

set -eu
write=
[ "$1" != --write ] || {
	write=yes
	shift
}
alk=$1
top=$2
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
mkdir "$made/man" "$made/completions"
"$alk" __man "$made/man"
"$alk" completion bash >"$made/completions/alk.bash"
"$alk" completion zsh >"$made/completions/_alk"
"$alk" completion fish >"$made/completions/alk.fish"

if [ -n "$write" ]; then
	mkdir -p "$top/man" "$top/completions"
	cp "$made"/man/* "$top/man/"
	cp "$made"/completions/* "$top/completions/"
fi

status=0
for file in man completions; do
	for page in "$made/$file"/*; do
		diff -u "$top/$file/$(basename "$page")" "$page" || status=1
	done
done
for page in "$top"/man/*; do
	if grep -q '^\.\\" Made by alk' "$page" &&
	    [ ! -e "$made/man/$(basename "$page")" ]; then
		echo "$page: no command or topic is called so any more"
		status=1
	fi
done
[ $status -eq 0 ] || echo "run test/cli/man_test.sh --write ALK ." >&2
exit $status
