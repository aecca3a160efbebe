#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# exchange_test.sh ALK: alk import and export, in every format, with what goes wrong
# on the way.

# shellcheck source=test/cli/lib.sh
. "$(dirname "$0")/lib.sh"

make_people

run 0 export s.db g
cp out g.jsonl
lines_are 5
run 0 graph add s.db copy --type people -q
run 0 import s.db copy g.jsonl --dry-run --json
out_has '"nodes":3'
run 0 node list s.db copy --json
out_is '[]'
run 0 import s.db copy g.jsonl --json
out_has '"edges":2'
run 0 export s.db copy copy.jsonl
run 5 export s.db copy copy.jsonl
err_has --force
run 0 export s.db copy copy.jsonl --force
"$alk" export s.db copy >copy2.jsonl
what='export to a file and to standard output'
cmp -s copy.jsonl copy2.jsonl || fail 'they differ'
run 5 import s.db copy g.jsonl
err_has 'line 1'
run 0 import s.db copy g.jsonl --put --json
out_has '"unchanged":5'
run 5 import s.db g g.jsonl
err_has 'line 1'
err_has '--put'
err_lacks --skip-lines
run 3 import s.db copy missing.jsonl
gzip -c g.jsonl >g.jsonl.gz
run 1 import s.db copy g.jsonl.gz --put
err_has 'zcat g.jsonl.gz | alk import s.db copy - --put'
for text in '{' '[' '[{"kind":"node"}]'; do
	feed 1 "$text
  \"kind\": \"node\"
" import s.db copy
	err_has 'one object a line'
done
feed 1 '{"kind":"node",}' import s.db copy
err_lacks 'one object a line'

# The name of a file tells its format; what is lost is told.
run 0 export s.db g g.json
grep -q '"options":{"type":"directed"' g.json || fail 'no graphology'
run 0 import s.db other g.json --create people --json
out_has '"nodes":3,"edges":2'
run 0 export s.db other other.jsonl
cmp -s g.jsonl other.jsonl || fail 'graphology differs'
run 0 import s.db other --merge --format graphology g.json --json
out_has '"unchanged":5'
run 2 import s.db other --merge --put g.json
run 2 import s.db other --format xlsx g.json
feed 0 '{"nodes":[],"more":1}' import s.db other -f graphology
err_has 'lost member 1 time, first: member more ('
feed 1 '{"nodes":[],"more":1}' import s.db other -f graphology --strict
err_has 'member'

# CSV: two files, of one state of the store, and in one transaction.
run 0 export s.db g --nodes n.csv --edges e.csv
[ "$(head -n 1 e.csv | cut -c 1-18)" = ':START_ID,:END_ID,' ] ||
	fail 'no header of edges'
run 5 export s.db g --nodes n.csv --edges e.csv
run 0 import s.db csv --nodes n.csv --edges e.csv --create people --json
out_has '"nodes":3,"edges":2'
run 0 export s.db csv csv.jsonl
cmp -s g.jsonl csv.jsonl || fail 'CSV differs'
run 0 export s.db g --nodes n.tsv --edges - --separator ';'
out_has ':START_ID;:END_ID;'
run 0 import s.db tsv --nodes n.tsv --separator ';' --create people -n --json
out_has '"nodes":3'
run 3 graph get s.db tsv
run 1 import s.db tsv --nodes n.csv --edges n.tsv --create people --atomic
run 3 graph get s.db tsv
run 2 import s.db csv --nodes n.csv n.csv
run 2 import s.db csv --nodes n.csv --skip-lines 3
run 2 import s.db csv n.csv --separator ab
run 2 export s.db csv out.csv
run 2 export s.db csv out.csv --nodes n.csv
run 3 import s.db csv --nodes missing.csv
for format in graphml gexf; do
	run 0 export s.db g g.$format
	run 0 import s.db $format g.$format --create people --json
	out_has '"nodes":3,"edges":2'
	run 0 export s.db $format $format.jsonl
	cmp -s g.jsonl $format.jsonl || fail "$format differs"
	run 1 import s.db $format g.jsonl --format $format
	err_has 'line 1'
done

# Where parallel edges are allowed, only a key or an id tells which is meant.
sed '/"multi"/s/"const": false/"const": true/' "$here/people.json" >multi.json
run 0 schema load s.db multi multi.json -q
run 0 graph add s.db parallel --type multi -q
for key in a b; do
	echo '{"kind":"node","key":"'$key'","attributes":'\
'{"nodeType":"PersonNode","name":"x"}}'
done >multi.jsonl
for key in '' '"key":"k",'; do
	echo '{"kind":"edge",'"$key"'"source":"a","target":"b",'\
'"attributes":{"edgeType":"KnowsEdge"}}'
done >>multi.jsonl
run 0 import s.db parallel multi.jsonl --put
run 0 import s.db parallel multi.jsonl --put --json
out_has '"edges":1,"unchanged":3'
run 0 help import
out_has 'parallel edges'
run 3 export s.db nograph none.jsonl
[ -e none.jsonl ] && fail 'the file was made'
"$alk" graph add s.db many --type people -q
i=0
while [ $i -lt 3000 ]; do
	i=$((i + 1))
	echo '{"kind":"node","key":"n'$i'","attributes":{"nodeType":"CityNode",'\
'"size":'$i'}}'
done >many.jsonl
{
	head -n 1500 many.jsonl
	echo '{"kind":"node","key":"bad","attributes":{"nodeType":"CityNode"}}'
} >half.jsonl
run 8 import s.db many half.jsonl --batch 400
err_has 'line 1501'
err_has '--skip-lines 1200'
resume=$(sed -n 's/.*go on with: alk //p' err)
[ "$resume" = 'import s.db many half.jsonl --batch 400 --skip-lines 1200' ] ||
    fail "to go on with: $resume"
run 0 import s.db many many.jsonl --skip-lines 1200 --json
out_has '"nodes":1800'
run 0 export s.db many plan.xml
err_has "'.xml' names no format"
run 0 export s.db many plan.xml --force -f graphml
[ ! -s err ] || fail 'a note about a format that was given'
mkdir a.b
for name in plan plan.jsonl .hidden a.b/plan; do
	run 0 export s.db many $name
	[ ! -s err ] || fail 'a note about a name that tells nothing'
done
{
	printf '\357\273\277'
	head -n 2 many.jsonl
} >mark.jsonl
run 0 graph add s.db mark --type people -q
run 0 import s.db mark mark.jsonl --json
out_has '"nodes":2'
run 0 graph rm s.db mark --yes -q
# A part of an export is no export.
what='export that meets a limit of the file size'
(
	trap '' XFSZ
	ulimit -f 128
	exec "$alk" export s.db many part.jsonl
) >out 2>err
[ $? -eq 1 ] || fail "exit $?"
err_has 'cannot write part.jsonl'
[ ! -e part.jsonl ] || fail 'a part was left'
run 0 node list s.db many --all -o id
lines_are 3000
run 0 node list s.db many --all -o table
lines_are 3001
run 0 node list s.db many -o id
lines_are 1000

# Another writer holds the file: for so long as --busy says.
mkfifo pipe6
"$alk" import s.db many - --atomic -q <pipe6 >/dev/null 2>&1 &
pid=$!
exec 3>pipe6
echo '{"kind":"node","key":"held","attributes":{"nodeType":"CityNode",'\
'"size":1}}' >&3
i=0
while "$alk" node put s.db many free '{"nodeType":"CityNode","size":1}' \
    --busy 1 -q 2>/dev/null; do
	i=$((i + 1))
	[ $i -gt 100 ] && break
	sleep 0.1
done
run 6 node put s.db many free '{"nodeType":"CityNode","size":2}' --busy 50
err_has 'held the file for 50 ms'
err_has '--busy MS waits longer'
exec 3>&-
wait $pid || fail 'the import that held the file failed'

# After a kill nothing could be printed; the next run says how to go on.
"$alk" graph add s.db killed --type people -q
mkfifo pipe9
what='an import that is killed'
"$alk" import s.db killed - --batch 100 <pipe9 >out 2>err &
pid=$!
exec 3>pipe9
head -n 250 many.jsonl >&3
i=0
until "$alk" node get s.db killed n200 >/dev/null 2>&1; do
	i=$((i + 1))
	[ $i -gt 100 ] && break
	sleep 0.1
done
kill -KILL $pid
wait $pid 2>/dev/null
exec 3>&-
"$alk" event publish s.db gap '{}' -q
run 5 import s.db killed many.jsonl -q
err_lacks --skip-lines
run 5 import s.db killed many.jsonl --batch 1000
err_has 'an earlier run'
resume=$(sed -n 's/.*go on with: alk //p' err)
[ "$resume" = 'import s.db killed many.jsonl --batch 1000 --skip-lines 200' ] ||
    fail "to go on with: $resume"
# shellcheck disable=SC2086
run 0 $resume --json
out_has '"nodes":2800'
run 0 node list s.db killed --all -o id
lines_are 3000

# A signal stops an import at the edge of a batch.
"$alk" graph add s.db slow --type people -q
mkfifo pipe
what='an import that is interrupted'
"$alk" import s.db slow - --batch 100 <pipe >out 2>err &
pid=$!
exec 3>pipe
head -n 250 many.jsonl >&3
i=0
until [ "$("$alk" walk s.db slow n1 --count 2>/dev/null)" = 0 ]; do
	i=$((i + 1))
	[ $i -gt 100 ] && break
	sleep 0.1
done
kill -INT $pid
wait $pid
status=$?
exec 3>&-
[ $status -eq 130 ] || fail "exit $status, not 130"
err_has '--skip-lines'
lines=$(sed -n 's/.*--skip-lines \([0-9]*\).*/\1/p' err)
run 0 import s.db slow many.jsonl --skip-lines "$lines" -q
run 0 node list s.db slow --all -o id
lines_are 3000

finish
