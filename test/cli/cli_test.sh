#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# cli_test.sh ALK: runs ALK as its users do, through every command and the mistakes
# that they make, and looks at exit status, standard output and standard error.

# shellcheck source=test/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# ---- the table of commands ----

run 2
err_has 'alk help'
run 0 --help
out_has 'alk init work.db'
run 0 help
run 0 --version
out_has 'sqlite: 3.'
run 0 --version --json
out_has '"alkstore":"0.1.0"'
run 0 help exit
out_has 'ALK_NOTFOUND'
run 0 help filter
run 0 help node add
out_has 'usage: alk node add'
run 2 help nod
err_has "alk help node"
run 2 nod list
err_has "did you mean 'alk node'?"
run 2 node lits
err_has 'alk node list'
run 2 node
err_has 'alk help node'
run 0 node --help
out_has 'node merge'

"$alk" __commands -o tsv | sed 1d >table
[ "$(wc -l <table)" -ge 30 ] || fail 'the table of commands is short'

while IFS=$tab read -r name operands access; do
	# shellcheck disable=SC2086
	run 0 $name --help
	out_has "usage: alk $name"
	# shellcheck disable=SC2086
	run 2 $name --no-such-option
	err_has 'unknown option --no-such-option'
	case $operands in
	'' | '['*) ;;
	*)
		# shellcheck disable=SC2086
		run 2 $name
		err_has 'is missing'
		err_has "usage: alk $name"
		;;
	esac
	if [ "$access" != none ]; then
		# A file that is not there, with as many operands as needed.
		words=$(echo "$operands" | sed 's/\[[^]]*\]//g
		    s/FILE/none.db/; s/[A-Z][A-Z.]*/x/g')
		case $name in
		'graph rm' | 'schema rm') words="$words --yes" ;;
		'graph add') words="$words --type t" ;;
		esac
		# shellcheck disable=SC2086
		run 3 $name $words
		[ -e none.db ] && fail 'the file was made'
	fi
done <table

# What other programs call otherwise.
run 2 node create s.db g x
err_has "did you mean 'alk node add'?"
run 2 graph delete s.db g
err_has "did you mean 'alk graph rm'?"
run 2 schema get s.db people
err_has "did you mean 'alk schema show'?"
run 2 neighbors s.db g x
err_has "did you mean 'alk walk'?"
run 2 edge add s.db g a b --type KnowsEdge
err_has 'did you mean --edge-type?'
run 2 edge list s.db g --source a
err_has 'did you mean --from?'
run 2 node list s.db g --source a
err_lacks 'did you mean --from?'

# ---- stores ----

run 0 init --dry-run s.db
[ -e s.db ] && fail 'a dry run made the file'
run 0 init s.db --json
out_has '"kind"'
run 5 init s.db
run 5 init s.db --dry-run
run 3 init no/such/folder/s.db --dry-run
run 0 init sys.db --system -q
out_is_empty=$(cat out)
[ -z "$out_is_empty" ] || fail 'not quiet'
run 0 info s.db
run 0 info s.db -o id
out_has s.db
run 0 info sys.db --json
out_has system
echo 'no store at all, but long enough to be looked at' >text.db
run 7 info text.db
run 3 info none.db
err_has 'alk init none.db'
err_lacks ALK_OPEN_CREATE
run 3 info --db 'a b.db'
err_has "alk init --db 'a b.db'"
: >empty.db
run 7 info empty.db
err_has 'alk init empty.db'
err_lacks ALK_OPEN_CREATE
run 0 check s.db
run 0 check s.db --json
out_is '[]'
run 0 check s.db --attributes

# ---- graph types ----

run 0 schema list s.db -o id
out_has task
out_has call-graph
run 0 schema load s.db people "$here/people.json" --dry-run
out_has people
run 3 schema show s.db people
run 0 schema load s.db people "$here/people.json"
out_has version
run 0 schema load s.db people "$here/people.json" --json
out_has '"unchanged":4'
run 3 schema load s.db people missing.json
err_has missing.json
run 3 schema load s.db unheard missing.json
err_lacks 'alk schema list'
# What does not only add counts the version up while there is no graph.
sed 's/"size": {"type": "number"}/"size": {"type": "string"}/' \
    "$here/people.json" >broken.json
run 0 schema load s.db moving "$here/people.json" -q
run 5 schema load s.db moving broken.json --version 3
run 0 schema load s.db moving broken.json --version 2 --json
out_has '"version":2'
run 0 graph add s.db moved --type moving -q
run 5 schema load s.db moving "$here/people.json"
run 5 schema load s.db moving "$here/people.json" --version 3
err_has 'another type name'
run 0 graph rm s.db moved --yes
run 0 schema load s.db moving "$here/people.json" --version 3 -q
run 0 schema rm s.db moving --yes
run 0 schema load --help
out_has 'whatever --version'
out_lacks 'needs --version'
feed 1 '{"a":' schema load s.db broken -
feed 8 '{"$defs":{"XNode":{"type":"strin"}}}' schema load s.db broken -
err_has XNode
run 0 schema show s.db people
out_has PersonNode
out_has LivesInEdge
run 0 schema show s.db people --json
out_has '"nodeTypes"'
run 0 schema check s.db people PersonNode '{"name":"Ada"}' --json
out_is '{"valid":true}'
run 8 schema check s.db people PersonNode '{"name":7}'
err_has /name
run 0 schema check s.db people KnowsEdge '{"since":1}'
run 3 schema check s.db people NoNode '{}'
err_has 'no node or edge type'
run 3 schema check s.db nothing NoNode '{}'
err_has "no graph type 'nothing'"
err_has 'alk schema list s.db'
run 3 graph add s.db g0 --type poeple
err_has "no graph type 'poeple'; did you mean 'people'?"
run 3 graph add s.db g0 --type nothing
err_has 'load its module first'
run 3 schema show s.db peopel
err_has 'alk schema list s.db'
run 4 schema rm s.db task --yes
run 2 schema rm s.db people
err_has --yes
run 0 schema load s.db spare "$here/people.json" -q
run 0 schema rm s.db spare --dry-run
out_has delete
run 0 schema rm s.db spare --yes
run 3 schema rm s.db spare --yes

# ---- graphs ----

run 2 graph add s.db g
err_has --type
run 3 graph add s.db g --type none
err_has 'alk schema list s.db'
run 0 graph add s.db g --type people --dry-run --json
out_has '"op":"create"'
run 0 graph list s.db --json
out_is '[]'
run 0 graph add s.db g --type people --status active --json
out_has '"name":"g"'
run 0 graph get s.db g --json
out_has '"status":"active"'
run 3 graph get s.db h
err_has 'alk graph list s.db'
run 3 --db s.db graph get h
err_has 'alk graph list --db s.db'
run 3 graph get s.db h -q
err_lacks 'alk graph list'
run 5 graph add s.db g --type people
err_has --same-name
err_has 'alk graph list s.db'
run 5 graph add s.db g --type people --dry-run
run 0 graph list s.db -o id
lines_are 1
run 0 graph add s.db g --type people --same-name -o id
id=$(cat out)
run 5 graph get s.db g
err_has 'alk graph list s.db'
run 0 graph set s.db "$id" --name second
run 5 graph set s.db second --name g
err_has --same-name
run 0 graph set s.db second --name second --status active
run 0 graph set s.db second --name g --same-name --json
out_has "$id"
run 0 graph rm s.db "$id" --yes
run 5 graph add s.db "$("$alk" graph get s.db g -o id)" --type people
run 0 graph set s.db g --description 'a test'
run 2 graph set s.db g
run 5 graph set s.db g --status draft --if-rev 99
run 0 graph list s.db
out_has 'a test'
run 5 schema rm s.db people --yes

# ---- nodes ----

run 0 node add s.db g ada '{"name":"Ada","age":36}' --type PersonNode --json
out_has '"created":1'
run 5 node add s.db g ada '{"name":"Ada"}' --type PersonNode
run 8 node add s.db g bob '{"name":7}' --type PersonNode
err_has /name
run 1 node add s.db g bob '{"name":' --type PersonNode
err_lacks 'standard input'
run 1 node add s.db g bob @nofile --type PersonNode
err_has 'attributes are JSON text'
run 1 node add s.db g bob name=Bob --type PersonNode
err_has '- reads standard input'
feed 0 '{"name":"Bob"}' node add s.db g bob - --type PersonNode
run 0 node add s.db g rome '{"size":4e6}' --type CityNode --dry-run
out_has rome
run 3 node get s.db g rome
run 0 node add s.db g rome '{"size":4e6}' --type CityNode -q
[ -s out ] && fail 'not quiet'
run 0 node get s.db g ada --json
out_has '"name":"Ada"'
run 0 node get s.db g ada -o id
out_is ada
run 3 node get s.db g nobody
err_lacks 'alk graph list'
run 3 node get s.db nograph ada
err_has 'alk graph list s.db'
run 0 node put s.db g ada '{"name":"Ada","age":36}' --type PersonNode --json
out_has '"unchanged":1'
run 0 node set s.db g ada '{"name":"Ada","age":37}' --json
out_has '"updated":1'
run 0 node merge s.db g ada '{"age":null}'
run 0 node get s.db g ada --json
out_lacks '"age"'
run 5 node merge s.db g ada '{"age":1}' --if-rev 1
run 2 node merge s.db g ada '{"age":1}' --if-rev 0
run 0 node list s.db g --type PersonNode --order name --desc -o id
out_is "$(printf 'bob\nada')"
run 0 node list s.db g --where 'name prefix "A"' -o id
out_is ada
run 0 node list s.db g --where 'name = "nobody"' --json
out_is '[]'
run 2 node list s.db g --where 'name ='
err_has byte
run 0 node list s.db g --where 'name = "Ada"' --type PersonNode --explain
out_has 'scans all 2 nodes of the type'
run 0 node list s.db g --where 'name = "Ada"' --explain --json
out_has '"type":"PersonNode"'
run 2 node list s.db g --where 'name =' --explain
run 0 edge list s.db g --from ada --explain
out_has 'reads the edges from one node'
cat >indexed.json <<'END'
{"HostNode": {"type": "object", "x-indexes": [{"name": "byIp", "on": "/ip", "unique": true}]},
 "LinkEdge": {"type": "object", "x-indexes": [{"name": "byNo", "on": "/no", "unique": true}]}}
END
run 0 init indexed.db
run 0 schema load indexed.db hosts indexed.json
run 0 graph add indexed.db g --type hosts
run 0 node put indexed.db g a '{"ip":"10.0.0.1"}'
run 5 node add indexed.db g b '{"ip":"10.0.0.1"}'
err_has "the node 'a' has these values already at /ip"
run 0 node put indexed.db g b '{"ip":"10.0.0.1","up":true}' --by byIp --json
out_has '"updated":1'
run 0 node merge indexed.db g b '{"ip":"10.0.0.1","up":false}' --by byIp
run 0 node list indexed.db g -o id
out_is a
run 2 node put indexed.db g b '{"up":true}' --by byIp
run 3 node put indexed.db g b '{"ip":"10.0.0.1"}' --by byPi
err_has 'byIp'
by='{"kind":"node","key":"c","by":"byIp","attributes":{"ip":"10.0.0.1"}}'
feed 2 "$by" import indexed.db g
err_has 'import with put or merge'
feed 0 "$by" import indexed.db g --put --json
out_has '"nodes":1'
run 0 node list indexed.db g -o jsonl
out_has '"attributes":{"nodeType":"HostNode","ip":"10.0.0.1"}'
lines_are 1
run 0 edge add indexed.db g a a '{"no":1}'
run 0 edge put indexed.db g a a '{"no":1,"up":true}' --by byNo --json
out_has '"updated":1'
run 0 node list indexed.db g --where 'ip = "10.0.0.1"' --explain -o tsv
out_has "HostNode${tab}byIp${tab}/ip = "
run 2 node list s.db g --cursor rubbish
for words in "node list s.db g" "edge list s.db g" "walk s.db g ada" \
    "event read s.db" "tail s.db"; do
	# shellcheck disable=SC2086
	run 2 $words --limit 0
	err_has '--limit needs a whole number from 1'
done
run 0 node list s.db g --where 'nmae = "Ada"'
err_has "no node type here names 'nmae'"
run 0 node list s.db g --where 'name = "nobody" or hoem.city = "Ulm"'
err_has "no node type here names 'hoem'"
run 2 node list s.db g --where 'name = "x" and nodeType = "Nobody"'
err_has "'nodeType' is the type of a row"
err_has '--type) (byte 16)'
run 0 node list s.db g --where 'name = "x"'
[ ! -s err ] || fail 'a note about names that are there'
run 2 node list s.db g --type PersonNode --where 'size > 1' --order size
err_has "'PersonNode' has no attribute 'size', and allows no others; there is"
run 2 node list s.db g --order -name
err_has 'the greatest first: --desc'
run 2 node list s.db g --order 'name desc'
err_has 'the greatest first: --desc'
run 2 node list s.db g --type PersonNode --order nmae
err_has "did you mean 'name'? (order)"
run 0 edge list s.db g --where 'sicne > 3'
err_has "no edge type here names 'sicne'"
run 0 node list s.db g --where 'age > "3"' --type PersonNode
err_has "nothing found, and 'age' is a number in the schemas here, never text"
run 0 node list s.db g --where 'tags in ("a", 3)' --type PersonNode
err_has "'tags' is a list in the schemas here, never a number or text"
run 0 node list s.db g --where 'tags[0] = "none"' --type PersonNode
[ ! -s err ] || fail 'a note about a type that fits'
run 0 node list s.db g --where 'name != 3' --type PersonNode --limit 1
err_lacks 'never'
run 0 node list s.db g --order nmae --limit 1
err_has "the order says little: the schema of no node type here names 'nmae'"
run 0 node list s.db g --order name --limit 1
! grep -q 'no node type' err || fail 'a note about an order that is there'
run 0 node list s.db g --where 'nmae = "Ada"' -q
[ ! -s err ] || fail 'a note in spite of -q'
run 0 node list s.db g --limit 2 -o id
lines_are 2
err_has --cursor
cursor=$(sed -n "s/.*--cursor '\(.*\)'.*/\1/p" err)
run 0 node list s.db g --limit 2 -o id --cursor "$cursor"
lines_are 1
for format in table box json jsonl csv tsv md id; do
	run 0 node list s.db g -o $format
	out_has rome
done
run 0 node list s.db g -o csv
out_has 'key,type,attributes'
run 0 -o tsv node list s.db g
out_has "key${tab}type${tab}attributes"
run 0 node list s.db g -v
out_has createdAt
run 2 node list s.db g -o xml
run 0 --db s.db node list g -o id
lines_are 3
what='alk with ALK_DB'
ALK_DB=s.db "$alk" node list g -o id >out 2>err || fail 'exit status'
lines_are 3
ALK_DB=s.db "$alk" node list s.db g -o id >out 2>err && fail 'FILE was taken'
err_has ALK_DB

# ---- edges ----

run 0 edge add s.db g ada bob '{"since":1843}' --edge-type KnowsEdge --key k1
run 0 edge add s.db g ada rome --edge-type LivesInEdge
run 1 edge add s.db g rome ada --edge-type LivesInEdge
run 3 edge add s.db g ada nobody --edge-type KnowsEdge
run 1 edge add s.db g ada ada --edge-type KnowsEdge
run 0 edge put s.db g ada bob '{"since":1844}' --edge-type KnowsEdge --json
out_has '"updated":1'
run 0 edge get s.db g k1 --json
out_has '"since":1844'
run 0 edge merge s.db g k1 '{"note":"friends"}'
run 0 edge merge s.db g --from ada --to bob --edge-type KnowsEdge \
    '{"note":null}' --json
out_has '"updated":1'
run 1 edge merge s.db g --from ada --to bob --edge-type KnowsEdge @nofile
err_has 'attributes are JSON text'
run 0 edge set s.db g k1 '{"since":1}'
run 2 edge set s.db g k1
run 2 edge set s.db g --from ada '{}'
run 2 edge rm s.db g
run 3 edge rm s.db g k9
run 0 edge list s.db g --from ada --json
out_has '"targetNodeKey":"rome"'
run 0 edge list s.db g --edge-type KnowsEdge -o tsv
lines_are 2
id=$("$alk" edge list s.db g --to rome -o id)
run 0 edge rm s.db g "$id" --dry-run
out_has delete
run 0 edge get s.db g "$id"

# ---- going through ----

run 0 walk s.db g ada -o id
lines_are 2
run 0 walk s.db g ada --json
out_has '"hops":1'
run 0 walk s.db g ada --count
out_is 2
run 0 walk s.db g ada --count --json
out_is '{"count":2}'
run 0 walk s.db g bob --in -o id
out_is ada
run 0 walk s.db g bob --both --depth 2 -o id
out_has rome
run 0 walk s.db g ada --edges --edge-type KnowsEdge -o tsv
out_has k1
lines_are 3
run 0 walk s.db g bob --both --edges --depth 2 -o tsv
lines_are 3
out_has '1	edge	k1	KnowsEdge	ada	bob'
out_has '2	edge	edge-2	LivesInEdge	ada	rome'
run 0 walk s.db g bob --edges --depth 2 -o id
lines_are 0
run 0 walk s.db g ada --edges --edge-order since --desc --limit 1 -o tsv
lines_are 3
out_has 'edge	k1	KnowsEdge'
run 0 walk s.db g ada --order name --limit 1 -o id
lines_are 1
run 2 walk s.db g ada --edge-order since
run 2 walk s.db g ada --edges --edge-order since --order name
run 2 walk s.db g ada --edges --depth 2 --order name
run 2 walk s.db g ada --desc
run 2 walk s.db g ada --order 'a['
err_has 'order, byte'
run 0 walk s.db g bob --both --edges --depth all --count
out_is 2
run 0 walk s.db g bob --both --edges --depth all --limit 1 -o id
lines_are 1
run 2 walk s.db g ada --in --both
run 2 walk s.db g ada --in --out
run 0 walk s.db g ada --out -o id
lines_are 2
run 0 path s.db g ada rome --out -o tsv
lines_are 4
run 2 walk s.db g ada --depth 0
err_has 'from 1, or all'
run 0 walk s.db g ada --depth 2 --where 'name = "Ada"' --explain -o tsv
lines_are 3
out_has 'edges: from a snapshot in memory'
out_has 'any node: looks at the row of each node met'
run 0 path s.db g ada rome --explain --json
out_has '"plan":"edges: from a snapshot'
run 2 walk s.db g ada --where 'name =' --explain
run 0 walk s.db g ada --edge-where 'sicne = 1'
err_has "nothing found, and the schema of no type here names 'sicne'"
run 0 walk s.db g ada --edge-where 'since = "1"' -t KnowsEdge
err_has "'since' is a number in the schemas here, never text"
run 0 walk s.db g ada --order 'nmae'
err_has "the order says little: the schema of no type here names 'nmae'"
run 0 walk s.db g ada --order 'name'
[ ! -s err ] || fail 'a note about an order that is there'
run 0 walk s.db g bob --both --depth all -o id
lines_are 2
run 0 walk s.db g bob --both --depth all --count
out_is 2
run 0 path s.db g bob rome --both --depth all -o tsv
lines_are 6
run 3 path s.db g bob rome --both --depth 1
run 3 path s.db g bob rome --depth all
err_lacks hops
run 3 walk s.db g nobody
run 0 walk s.db g bob --both --depth all --node-type PersonNode -o id
lines_are 1
run 0 walk s.db g bob --both --depth 2 --where 'exists(nothing)' --count
out_is 0
run 0 walk s.db g ada --edge-where 'exists(nothing)' --count
out_is 0
run 3 walk s.db g ada --node-type NoNode
run 2 walk s.db g ada --where 'name ='
err_has 'node filter, byte'
run 0 walk s.db g bob --both --depth 2 --paths --count
out_is 2
run 0 walk s.db g bob --both --depth 2 --paths -o tsv
lines_are 9
run 2 walk s.db g ada --edges --paths
run 3 path s.db g bob rome --both --where 'exists(nothing)'
run 0 path s.db g bob ada --both --where 'exists(nothing)' -o tsv
lines_are 4
run 0 path s.db g bob rome --both -o tsv
lines_are 6
run 3 path s.db g bob rome
run 0 stats s.db g --json
out_has '"count":2'
run 0 stats s.db -o csv
out_has 'graph,kind,type,count'
run 0 stats s.db g --top-out 1 -o id
out_is ada
run 0 stats s.db g --top-in 5 --edge-type KnowsEdge -o tsv
out_has bob
run 2 stats s.db --top-in 5

# ---- output that cannot be written ----

i=0
while [ $i -lt 3000 ]; do
	i=$((i + 1))
	echo '{"kind":"node","key":"n'$i'","attributes":{"nodeType":"CityNode",'\
'"size":'$i'}}'
done >many.jsonl
run 0 import s.db many many.jsonl --create people -q
run 0 graph add s.db copy --type people -q
what='a reader that leaves'
{
	"$alk" node list s.db many --all --json 2>err
	echo $? >status
} | head -n 1 >out
[ "$(cat status)" -eq 141 ] || fail "exit $(cat status), not 141"
[ -s err ] && fail 'a message'
if [ -c /dev/full ]; then
	what='a full disk'
	"$alk" node list s.db many --all >/dev/full 2>err
	status=$?
	[ $status -eq 1 ] || fail "exit $status, not 1"
	err_has 'standard output'
	"$alk" help >/dev/full 2>err && fail 'help did not fail'
fi

# ---- messages ----

run 3 node get s.db g nobody --log-format json
err_has '"code":"ALK_NOTFOUND"'
err_has '"exit":3'
err_has '"command":"node get"'
run 3 node get s.db g nobody -v
err_has ALK_NOTFOUND
run 2 node list s.db g --max nothing=1
run 1 node add s.db g big '{"size":1}' --type CityNode --max attributes_bytes=2
err_has attributes_bytes

# ---- deleting ----

run 0 node rm s.db g ada --dry-run --json
out_has '"key":"ada"'
out_has '"kind":"edge"'
run 0 node rm s.db g ada bob --json
out_has '"deleted":4'
run 3 node rm s.db g rome nobody
run 0 node get s.db g rome
run 2 graph rm s.db copy
run 0 graph rm s.db copy --dry-run
run 5 graph rm s.db copy --yes --if-rev 99999
run 0 graph rm s.db copy --yes
run 3 graph get s.db copy
run 0 check s.db --attributes

# ---- what a foreign program wrote ----

if command -v sqlite3 >/dev/null; then
	sqlite3 s.db "UPDATE nodes SET attributes = '{\"nodeType\":\"CityNode\"}'
	    WHERE key = 'rome'" 2>err || fail 'the stock shell cannot write'
	run 9 check s.db --attributes -o tsv
	out_has ALK_VALUE
	run 8 node get s.db g rome
	err_has 'do not match'
	run 0 node list s.db g --json
	out_has '"problem"'
	err_has 'does not match'
fi

# ---- completion ----

run 0 completion bash
if command -v bash >/dev/null; then
	bash -n out || fail 'bash does not take its script'
	cat >ask.bash <<-'END'
	source ./out
	COMP_WORDS=("$1" node list s.db ma)
	COMP_CWORD=4
	_alk
	echo "${COMPREPLY[@]}"
	END
	bash ask.bash "$alk" >found 2>err
	[ "$(cat found)" = many ] || fail "bash completes: $(cat found)"
fi
run 0 completion zsh
run 0 completion fish
run 2 completion tcsh
run 0 __complete -- graph add s.db x --type ta
out_is task
run 0 __complete -- node list s.db g --type P
out_is PersonNode
run 0 __complete -- node list ''
out_is :file

# ---- terminals ----

if script -qec true /dev/null >/dev/null 2>&1; then
	what='a terminal'
	script -qec "'$alk' node list s.db g --color never" /dev/null \
	    >out 2>err </dev/null
	out_has 'key   type'
	script -qec "'$alk' node list s.db g" /dev/null >out
	grep -q "$(printf '\033')" out || fail 'no colour'
	NO_COLOR=1 script -qec "'$alk' node list s.db g" /dev/null >out
	grep -q "$(printf '\033')" out && fail 'colour with NO_COLOR'
	"$alk" event publish s.db evil "$(printf 'a\033[2Jb')" -q
	script -qec "'$alk' tail s.db evil --color never" /dev/null >out
	grep -q "$(printf '\033')" out && fail 'an escape sequence got through'
	out_has u001b
fi

finish
