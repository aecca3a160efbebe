#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# workflow_test.sh ALK: alk call, task and changes as a shell uses them.

# shellcheck source=test/cli/lib.sh
. "$(dirname "$0")/lib.sh"

run 0 init w.db -q
run 0 graph add w.db calls --type call-graph -q
run 0 graph add w.db plan --type task -q

# ---- calls ----

cat >events.jsonl <<'END'
{"type":"call.responded","requestId":"b","output":[1],"timestamp":3000}
{"type":"call.requested","id":"a","payload":{"operationId":"plan","deadline":9000},"timestamp":1000}

{"type":"call.requested","id":"b","payload":{"operationId":"read","parentRequestId":"a"},"timestamp":2000}
{"type":"agent.said"}
END
run 0 call ingest w.db calls events.jsonl --dry-run --json
out_has '"calls":2'
err_has 'nothing was changed'
run 0 call list w.db calls --json
out_is '[]'
run 0 call ingest w.db calls events.jsonl --each -o tsv
lines_are 5
out_has "1${tab}call.responded${tab}b${tab}waiting"
run 0 call ingest w.db calls events.jsonl --json
out_is '{"applied":0,"duplicate":3,"late":0,"waiting":0,"differing":0,"foreign":1,"calls":0,"edges":0,"aborted":0,"rev":2}'
feed 0 '[{"type":"call.requested","id":"c","operationId":"read","parentRequestId":"b"}]' call ingest w.db calls - --stamp -q
out_empty
feed 8 '{"type":"call.requested"}' call ingest w.db calls
err_has 'line 1'
err_has '/requestId'
feed 1 '[{' call ingest w.db calls
run 3 call ingest w.db calls missing.jsonl
run 2 call ingest w.db plan events.jsonl
err_has 'no call graph'
run 0 call list w.db calls -o id
out_is 'a
b
c'
run 0 call list w.db calls --status completed --json
out_has '"durationMs":1000,"isOverdue":false'
run 0 call list w.db calls --overdue -o id
out_is a
run 0 call list w.db calls --stuck 86400 --root -o id
out_is a
run 0 call list w.db calls --limit 1 -o id
err_has '--cursor v1-'
run 2 call list w.db calls --status lost
run 0 call get w.db calls a --json
out_has '"deadline":"1970-01-01T00:00:09Z"'
run 0 call get w.db calls a -o tsv
out_has plan
run 3 call get w.db calls x
run 0 call down w.db calls a -o id
out_is 'b
c'
run 0 call down w.db calls a --depth 1 --json
out_has '"hops":1'
run 0 call up w.db calls c -o id
out_is 'b
a'
run 0 call abort w.db calls a --dry-run --json
out_has '"op":"update"'
run 0 call stats w.db calls --json
out_has '"pending":2,"running":0,"completed":1'
run 0 call abort w.db calls a --json
out_has '"aborted":1'
run 5 call abort w.db calls b
run 3 call abort w.db calls x
run 0 call list w.db calls --status aborted -o id
out_is 'a
c'

# ---- tasks ----

run 0 node add w.db plan dig '{"name":"Dig","status":"failed","hours":2.5}' -q
run 0 node add w.db plan pump '{"name":"Pump","priority":"high"}' -q
run 0 node add w.db plan drink '{"name":"Drink"}' -q
run 0 edge add w.db plan drink dig -q
run 0 edge add w.db plan drink pump -q
run 0 task order w.db plan -o id
out_is 'pump
dig
drink'
run 0 task order w.db plan --weight hours --groups --json
out_has '"key":"pump","status":"pending","priority":"high","start":0,"finish":1,"slack":1.5,"attributes":{'
run 0 task critical w.db plan --weight hours -o id
out_is 'dig
drink'
err_has 'takes 3.5 in all'
run 0 task ready w.db plan -o id
out_is pump
run 0 task blockers w.db plan drink -o tsv
lines_are 3
run 0 task blocked w.db plan -o id
out_is drink
run 0 task blocked w.db plan pump --json
out_has '"hops":1'
run 3 task blockers w.db plan none
run 2 task order w.db calls
run 8 task order w.db plan --weight name

# ---- changes ----

run 0 changes w.db --graph plan --kind node --op create -o tsv
lines_are 4
run 0 changes w.db --graph plan --kind edge --json
out_has '"sourceNodeKey":"drink","targetNodeKey":"dig"'
run 0 changes w.db --graph plan --from-rev 4 --type DependencyEdge -o jsonl
lines_are 2
run 0 changes w.db --now --json
out_is '[]'
run 0 changes w.db --limit 1 -o id
out_is 1
run 0 changes w.db -f --limit 2
lines_are 2
out_has '"op":"create","kind":"graph"'
run 2 changes w.db -f -o table
run 2 changes w.db --from-rev 4
run 2 changes w.db --now --from 3
run 2 changes w.db --kind thing
run 3 changes w.db --graph none
run 0 event trim w.db changes --keep 1
run 3 changes w.db --from 1
err_has 'read the graph'
run 0 changes w.db -o tsv
lines_are 2

finish
