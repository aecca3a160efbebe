#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# event_test.sh ALK: alk event, tail and group, and retention.

# shellcheck source=test/cli/lib.sh
. "$(dirname "$0")/lib.sh"

make_people

# ---- events ----

run 0 event publish s.db orders '{"id":7}' --key k --json
out_has '"offset"'
run 0 event publish s.db orders '{"id":8}' --dry-run
run 0 event read s.db orders -o jsonl
lines_are 1
out_has '"id":7'
run 2 event publish s.db changes '{}'
run 0 event read s.db changes --limit 2 -o id
lines_are 2
err_has --after
run 0 event read s.db nothing --json
out_is '[]'
run 0 event notify s.db wake '{}' --json
out_has '"id"'
run 0 tail s.db orders
lines_are 1
run 0 tail s.db -n 3
lines_are 3
run 0 tail s.db --from-start --limit 2
lines_are 2
run 0 tail s.db --all -n 1 -o id
run 2 tail s.db -o table
what='alk tail -f'
"$alk" tail s.db orders -f -n 0 --limit 1 >out 2>err &
pid=$!
i=0
while kill -0 $pid 2>/dev/null && [ $i -lt 50 ]; do
	i=$((i + 1))
	"$alk" event publish s.db orders '{"id":9}' -q
	sleep 0.1
done
wait $pid || fail "exit $?"
lines_are 1
out_has '"id":9'
"$alk" tail s.db orders -f >out 2>err &
pid=$!
sleep 0.5
kill -INT $pid
wait $pid
status=$?
[ $status -eq 130 ] || fail "exit $status after SIGINT"
[ -s err ] && fail 'a message after SIGINT'

# ---- groups and retention ----

"$alk" event publish s.db work '{"n":1}' -q
"$alk" event publish s.db work 'plain' --key k -q
"$alk" event publish s.db work '{"n":3}' -q
run 0 group add s.db work team --max-deliveries 2 --dry-run
run 0 group list s.db work --json
out_is '[]'
run 0 group add s.db work team --max-deliveries 2
run 5 group add s.db work team
run 2 group add s.db work other --from-now --after 3
run 0 group take s.db work team ann --limit 2 -o jsonl
lines_are 2
out_has '"payload":{"n":1}'
out_has '"payload":"plain"'
first=$("$alk" group pending s.db work team -o id | head -n 1)
run 0 group take s.db work team bob --dry-run -o id
lines_are 1
run 0 group take s.db work team bob -o id
lines_are 1
run 0 group take s.db work team bob --wait 50 --json
out_is '[]'
run 3 group take s.db work nobody bob
run 0 group list s.db --json
out_has '"pending":3'
out_has '"lag":0'
run 5 group ack s.db work team bob "$first"
err_has "offset $first"
run 2 group ack s.db work team ann one
err_has "'one'"
run 0 group ack s.db work team ann "$first"
run 0 group pending s.db work team --consumer ann -o id
lines_are 1
run 0 group claim s.db work team bob --idle 100000 --json
out_is '[]'
run 0 group claim s.db work team bob --from ann -o jsonl
out_has '"deliveries":2'
run 0 group claim s.db work team ann --from bob -o id
lines_are 1
run 0 group dead s.db work team -o id
lines_are 1
dead=$(cat out)
run 0 group revive s.db work team "$dead"
run 3 group revive s.db work team "$dead"
run 3 group discard s.db work team "$dead"
run 0 group leave s.db work team ann
run 3 group leave s.db work team ann
run 0 event follow s.db work mailer --limit 2 --dry-run -o id
lines_are 2
run 0 event follow s.db work mailer --limit 2 -o id
lines_are 2
run 0 event follow s.db work mailer
lines_are 1
out_has '"n":3'
run 0 event follow s.db work mailer
lines_are 0
run 2 event follow s.db work mailer -o table
run 0 event forget s.db mailer work
run 0 event ack s.db solo work "$first"
run 2 event ack s.db solo work 0
run 0 event consumers s.db work --json
out_has '"name":"solo"'
out_has '"lag":2'
run 2 event policy s.db work
run 0 event policy s.db work --keep 1
run 0 event policies s.db --json
out_is '[
 {"topic":"work","keep":1,"seen":false,"pastReaders":false}
]'
run 0 event trim s.db work --json
out_has '"deleted":1'
run 0 event trim s.db work --past-readers --dry-run --json
out_has '"deleted":1'
run 0 event trim s.db work --past-readers --json
out_has '"deleted":1'
run 0 event read s.db work -o id
lines_are 1
run 0 event policy s.db work --forever
run 3 event trim s.db work
run 0 event forget s.db solo work
run 3 event forget s.db solo work
run 2 group rm s.db work team
run 0 group rm s.db work team --yes
run 2 event prune s.db
run 0 event prune s.db --keep 100000 --json
out_has '"deleted":0'
run 0 event prune s.db --keep 1 --dry-run -q
"$alk" event notify s.db bell '"one"' -q
"$alk" event notify s.db bell '"two"' -q
run 0 event listen s.db bell --after 0 --limit 2
lines_are 2
out_has '"two"'
run 2 event listen s.db -o table
what='alk event listen'
"$alk" event listen s.db bell --limit 1 >out 2>err &
pid=$!
i=0
while kill -0 $pid 2>/dev/null && [ $i -lt 50 ]; do
	i=$((i + 1))
	"$alk" event notify s.db bell '"three"' -q
	sleep 0.1
done
wait $pid || fail "exit $?"
lines_are 1
out_has '"three"'
run 0 check s.db

finish
