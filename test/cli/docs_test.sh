#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# docs_test.sh ALK TOP APT2JSONL: what README.md and the guides in docs/ print is
# run as a reader would. Every line of its own that begins with a command is run,
# in order, each guide in a folder of its own with the files that it speaks of.
# JSON that a command is to read is taken from the guide.

. "$(dirname "$0")/lib.sh"
top=$2
apt2jsonl=$3
mkdir bin
ln -s "$alk" bin/alk
PATH=$dir/bin:$PATH
module=$top/examples/debian/debian.module.json

# Exit statuses that a guide's line has here, where it is not 0.
status_of()
{
	case $1 in
	'alk schema validate '* | 'zcat people.jsonl.gz '*) echo 9 ;;
	# Until somebody ends them.
	'alk changes '*' -f' | 'alk queue take '*) echo 124 ;;
	'alk changes '*' --from-rev 7 '*) echo 5 ;; # not so far yet
	*) echo 0 ;;
	esac
}

# begin FILE: what follows is about that file of TOP.
begin()
{
	guide=$top/$1
	what=$1
	folder=$dir/$(echo "$1" | tr / _)
	mkdir "$folder"
	cd "$folder" || exit 1
	: >out
	: >err
}

# block PATTERN: those indented lines of the guide that match.
block()
{
	sed -n 's/^    //p' "$guide" | grep -E "$1" >block ||
		fail "no lines like $1"
	cat block
}

# lines COUNT: runs the guide's commands, of which there are so many.
lines()
{
	sed -nE 's,^    ((alk|zcat|build/release/examples/apt2jsonl) .*),\1,p' \
		"$guide" >commands
	count=$(wc -l <commands)
	[ "$count" -eq "$1" ] || fail "$count commands, not $1: who runs them?"
	while IFS= read -r line; do
		what="${guide##*/}: $line"
		runs=$((runs + 1))
		timeout 3 sh -c "$line" >out 2>err </dev/null
		status=$?
		[ $status -eq "$(status_of "$line")" ] || fail "exit $status"
	done <commands
}

# ---- README: the archive ----

begin README.md
mkdir -p build/release/examples
ln -s "$apt2jsonl" build/release/examples/apt2jsonl
ln -s "$top/examples" examples
lines 10
alk tail packages.db --from-start >out
out_has '"op":"load"'

begin examples/README.md
"$apt2jsonl" "$top/examples/debian/sample/Packages" >debian.jsonl
ln -s "$top/examples" examples
lines 4

# ---- what alk itself prints ----

begin man/alk-module.7
alk help module >help
sed -n '/^ *{"Config"/,/^$/p' help >mine.json
alk init h.db -q
alk schema load h.db mine mine.json --json >out 2>err
out_has '"created":2'
alk help | sed -n 's/^  \(alk .*\)/\1/p' >commands
while IFS= read -r line; do
	what="alk help: $line"
	runs=$((runs + 1))
	sh -c "$line" >out 2>err </dev/null || fail 'it does not run'
done <commands
[ "$(wc -l <commands)" -eq 4 ] || fail 'not four examples'

# ---- the guides ----

begin docs/WORKFLOWS.md
block '^\{"type":"call' >events.jsonl
lines 9
out_is dig
alk call list work.db calls --status open -o id >out
out_is r1

begin docs/DERIVED-INDEX.md
alk init work.db -q
alk graph add work.db plan --type task -q
alk node add work.db plan a '{"name":"a"}' -q
lines 3

begin docs/EVENTS.md
alk init work.db -q
printf '#!/bin/sh\nexit 0\n' >send
chmod +x send
alk queue add work.db mail hello -q
lines 6

begin docs/EXCHANGE.md
cat >web.module.json <<'END'
{"Config": {"type": "object", "properties": {
   "type": {"const": "directed"}, "multi": {"const": false},
   "allowSelfLoops": {"const": true}}},
 "PageNode": {"type": "object"}, "PersonNode": {"type": "object"},
 "LinkEdge": {"type": "object"}, "KnowsEdge": {"type": "object"}}
END
for name in shop other; do
	alk init $name.db -q
	alk schema load $name.db web web.module.json -q
done
# Its own examples of the formats are what is exported first.
block '^ *(\{"options"|"(attributes|nodes|edges)":)' >first.json
alk import shop.db web first.json --create web --json >out 2>err
out_has '"nodes":1,"edges":1'
block '^(key:ID|ada,Person|bob,Person)' >n.csv
block '^(:START_ID|ada,bob)' >e.csv
alk import shop.db web --nodes n.csv --edges e.csv --json >out 2>err
out_has '"nodes":2,"edges":1'
lines 4

begin docs/FORMAT.md
alk init d.db -q
alk schema load d.db debian "$module" -q
alk graph add d.db d --type debian -q
block '^\{"kind"' | alk import d.db d --json >out 2>err
out_has '"nodes":2,"edges":1'
alk export d.db d >out
block '^\{"kind"' >expected
cmp -s out expected || fail 'not what an export writes'

begin docs/INDEXES.md
cat >people.json <<'END'
{"PersonNode": {"type": "object",
  "x-indexes": [{"name": "byEmail", "on": "/email", "unique": true}]}}
END
alk init i.db -q
alk schema load i.db people people.json -q
alk graph add i.db people --type people -q
block '^\{"kind"' | alk import i.db people --put --json >out 2>err
out_has '"nodes":1'

begin docs/SCHEMAS.md
cat >person.schema.json <<'END'
{"type": "object", "required": ["name"],
 "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}
END
cp person.schema.json task.schema.json
echo '{"name":"Ada","age":36}' >ada.json
echo '{"name":7}' >bob.json
cat ada.json bob.json >people.jsonl
gzip -k people.jsonl
echo '{"name":"x","age":"7"}' >task.json
echo '{"a":1}' >old.json
echo '{"a":2}' >new.json
mkdir -p remotes tests/draft7
cat >tests/draft7/type.json <<'END'
[{"description": "a number", "schema": {"type": "number"},
  "tests": [{"description": "1", "data": 1, "valid": true}]}]
END
lines 7
out_is '{"a":2}'

finish
