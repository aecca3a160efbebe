#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# queue_test.sh ALK: alk queue, batch, dead, cron, lock and rate as a shell uses
# them.

# shellcheck source=test/cli/lib.sh
. "$(dirname "$0")/lib.sh"

run 0 init w.db -q

# ---- jobs ----

run 0 queue list w.db --json
out_is '[]'
run 0 queue add w.db mail '{"to":"a"}' --dry-run --json
out_is '{"queue":"mail","payload":{"to":"a"}}'
run 0 queue add w.db mail '{"to":"a"}' -p 3 --json
out_is '{"id":1,"queue":"mail","payload":{"to":"a"}}'
feed 0 'plain text' queue add w.db mail - -o id
out_is 2
run 0 queue add w.db mail later --delay 1000 -q
out_empty
run 2 queue add w.db mail x --delay 1 --at 5
run 0 queue list w.db mail -o id
out_is '1
2
3'
run 0 queue list w.db --limit 2 -o id
err_has '--after 2'
run 0 queue list w.db --after 2 -o id
out_is 3
run 0 queue get w.db 1 --json
out_has '"payload":{"to":"a"}'
run 3 queue get w.db 9
run 2 queue get w.db x
err_has 'whole number'
run 0 queue take w.db mail w1 --dry-run -o id
out_is 1
run 0 queue take w.db mail w1 --limit 5 -o jsonl
lines_are 2
out_has '"worker":"w1"'
run 0 queue take w.db mail w1 --json
out_is '[]'
run 0 queue take w.db mail w1 --wait 50 -o id
out_empty
run 0 queue extend w.db 1 w1 600
run 2 queue extend w.db 1 w1 0
run 5 queue done w.db 1 w2
run 0 queue done w.db 1 w1 --result '{"ok":1}' --dry-run
run 0 queue done w.db 1 w1 --result '{"ok":1}'
run 5 queue done w.db 1 w1
run 0 queue result w.db 1
out_is '{"ok":1}'
run 3 queue result w.db 2
run 0 queue retry w.db 2 w1 'not now' --delay 0
run 0 queue take w.db mail w1 -o tsv
out_has plain
run 0 queue fail w.db 2 w1 'never'
run 0 queue sweep w.db mail
out_is 0
run 0 queue cancel w.db 3
run 3 queue cancel w.db 3

# Unique jobs, jobs of a key.
run 0 queue add w.db once one -u name --json
run 0 queue add w.db once two -u name --replace --json
run 0 queue list w.db once --json
lines_are 3
out_has '"payload":"two"'
run 0 queue set w.db keys --key-jobs 1 -q
run 0 queue add w.db keys 1 -k ada -q
run 0 queue add w.db keys 2 -k ada -q
run 0 queue take w.db keys w1 --limit 5 -o jsonl
lines_are 1
run 0 queue add w.db soon 1 --delay-ms 100 -q
run 0 queue take w.db soon w1 --wait 20000 -o jsonl
lines_are 1

# A job that comes while one waits.
"$alk" queue take w.db late w1 --wait 20000 -o id >taken &
taker=$!
sleep 0.2
run 0 queue add w.db late x -q
wait $taker || fail 'take --wait failed'
[ -s taken ] || fail 'take --wait took nothing'

# Jobs of several queues, tags, batches, progress.
run 0 queue add w.db s1 a -q -t red -t blue -m '{"by":"me"}'
run 0 queue add w.db s2 b -q -t red
run 0 queue add w.db s2 c -q -t blue
run 0 queue list w.db --tag red -o id
lines_are 2
run 0 queue list w.db s2 --tag red -o id
lines_are 1
run 2 queue take w.db s1 w1 --also s2=0
run 2 queue take w.db s1 w1 --also s2=x
run 0 queue take w.db s1 w1 --also s2=2 --weight 3 --limit 9 --dry-run -o jsonl
lines_are 3
run 0 queue take w.db s2 w1 --also s1 --strict --limit 2 -o jsonl
lines_are 2
out_lacks '"payload":"a"'
run 2 queue cancel w.db
run 2 queue cancel w.db 1 --tag red
run 2 queue cancel w.db 1 --queue s1
run 0 queue cancel w.db --tag red --queue s2 --json
out_is '{"cancelled":1}'
run 2 queue drain w.db s1
err_has --yes
run 0 queue drain w.db s1 --dry-run
run 0 queue drain w.db s1 --yes --json
out_is '{"cancelled":1}'
run 0 queue cancel w.db --tag blue --json
out_is '{"cancelled":1}'
run 0 batch open w.db end '{"n":1}' -o id
batch=$(cat out)
feed 0 '{"n":2}' batch open w.db end - --dry-run
run 0 queue add w.db s1 d -b "$batch" -q
run 0 batch close w.db "$batch"
run 5 queue add w.db s1 e -b "$batch"
run 3 batch close w.db 99
run 0 queue set w.db s1 --history 1000 -q
run 0 queue take w.db s1 w1 -o id
job=$(cat out)
run 0 queue progress w.db "$job" w1 40 'some way'
run 2 queue progress w.db "$job" w1 101
run 5 queue progress w.db "$job" w2 50
run 0 queue info w.db "$job" --json
out_has '"progress":40,"progressText":"some way"'
out_has "\"batch\":$batch"
run 3 queue info w.db 9999
run 0 queue done w.db "$job" w1 --result '{"ok":1}'
run 0 queue history w.db s1 --json
out_has '"payload":"d","result":{"ok":1}'
run 0 queue history w.db s1 --before 1 --json
out_is '[]'
run 2 queue history w.db s1 --before-id 1
run 0 queue history w.db s1 --limit 1 -q
run 0 queue history w.db s1 --limit 1 --json
next=$(sed -n 's/.*there may be more: //p' err)
# shellcheck disable=SC2086
run 0 queue history w.db s1 $next --json
out_is '[]'
run 0 queue forget w.db --json
out_is '{"forgotten":0}'
run 0 queue forget w.db --results --json
out_is '{"forgotten":0}'
run 2 queue forget w.db s1 --results
run 2 queue forget w.db --results --older 1 --yes
run 2 queue forget w.db s1 --older 0
err_has --yes
run 0 queue forget w.db s1 --older 3600 --yes --json
out_is '{"forgotten":0}'
run 0 queue forget w.db s1 --older 0 --dry-run
run 0 queue forget w.db s1 --older 0 --yes --json
out_is '{"forgotten":1}'
run 0 batch get w.db "$batch" --json
out_has '"ended":true,"jobs":1,"completed":1,"dead":0,"cancelled":0'
run 0 queue list w.db end -o jsonl
lines_are 1
run 0 batch open w.db -o id
batch=$(cat out)
run 0 queue add w.db s1 f -b "$batch" -q
run 0 batch cancel w.db "$batch" --json
out_is '{"cancelled":1}'
run 0 batch open w.db -q
run 0 batch list w.db --limit 2 --json
out_has "\"id\":$batch,"
err_has "--before $batch"
run 0 batch list w.db --before "$batch" -o id
lines_are 1
run 2 batch purge w.db
err_has --yes
run 0 batch purge w.db --older 3600 --yes --json
out_is '{"purged":0}'
run 0 batch purge w.db --dry-run
run 0 batch purge w.db --yes --json
out_is '{"purged":2}'
run 0 batch list w.db -o id
lines_are 1
run 0 queue add w.db s3 g -t red -t blue -o id
run 0 queue info w.db "$(cat out)" --json
out_has '"tags":["blue","red"]'

# ---- a worker ----

# 1: done, 2: dead, 3: again, and done the second time.
for n in 1 2 3; do
	run 0 queue add w.db work $n -q
done
run 2 queue take w.db work w1 --exec true --dry-run
run 2 queue take w.db work w1 --run-timeout 3
run 0 queue take w.db work w1 --exec 'read -r n
	echo "$n $ALK_JOB_QUEUE $ALK_JOB_WORKER $ALK_JOB_ATTEMPT $ALK_DB"
	case $n.$ALK_JOB_ATTEMPT in 2.*) exit 65 ;; 3.1) exit 3 ;; esac'
out_is '1 work w1 1 w.db
2 work w1 1 w.db
3 work w1 1 w.db
3 work w1 2 w.db'
err_has 'exit status 3; it is to be run again'
run 0 dead list w.db work --json
out_has '"error":"exit status 65"'
run 0 dead purge w.db work --yes -q
run 0 queue list w.db work --json
out_is '[]'
run 0 queue add w.db work 4 -o id
job=$(cat out)
run 0 queue take w.db work w1 --exec 'exec sleep 60' --run-timeout 1 --limit 1
run 0 queue attempts w.db "$job" --json
out_has '"worker":"w1"'
out_has '"error":"it ran longer than 1 seconds"'
run 0 queue take w.db work w1 --exec 'kill -9 $$' --limit 1 --delay 1
run 0 queue attempts w.db "$job" --json
out_has '"error":"ended by signal 9"'

# The claim of one second holds, for the command runs: two others get nothing.
run 0 queue add w.db held 1 -q
"$alk" queue take w.db held w1 -t 2 -x 'sleep 4' >out1 2>err1 &
worker=$!
sleep 0.5
run 0 queue take w.db held w2 --wait 2700 -o id
out_empty
wait $worker || fail 'the worker failed'
grep -q done err1 || fail 'its claim did not hold'

# A claim that is lost ends the command; a worker that is to end gives back.
run 0 queue add w.db held 2 -o id
job=$(cat out)
"$alk" queue take w.db held w1 -t 2 --limit 1 -x 'exec sleep 60' 2>err1 &
worker=$!
sleep 0.5
run 0 queue cancel w.db "$job"
wait $worker || fail 'a claim that was lost failed the worker'
grep -q 'its claim was over' err1 || fail 'the loss was not told'
run 0 queue add w.db held 3 -o id
job=$(cat out)
"$alk" queue take w.db held w1 --wait 60000 -x 'exec sleep 60' 2>err1 &
worker=$!
sleep 0.5
kill -TERM $worker
wait $worker
[ $? -eq 143 ] || fail 'the worker did not end by the signal'
run 0 queue get w.db "$job" --json
out_has '"state":"pending","priority":0,"attempts":0'
"$alk" queue take w.db none w1 --wait 60000 -x true 2>err1 &
worker=$!
sleep 0.3
kill -TERM $worker
wait $worker
[ $? -eq 143 ] || fail 'a worker that waits did not end by the signal'

# ---- dead letters ----

run 0 dead list w.db --json
out_has '"error":"never"'
run 2 dead retry w.db
run 2 dead retry w.db 2 --all
run 0 dead retry w.db 2 -o id
out_is 2
run 0 queue take w.db mail w1 -q
run 0 queue fail w.db 2 w1 again
run 0 dead retry w.db --queue mail --dry-run
run 2 dead purge w.db
err_has --yes
run 0 dead purge w.db mail --older 1000 --yes
run 0 dead list w.db -o id
out_is 2
run 0 dead rm w.db 2 --dry-run
run 0 dead rm w.db 2
run 3 dead rm w.db 2
run 0 dead list w.db --json
out_is '[]'

# ---- settings ----

run 0 queue set w.db mail --depth 1 --metrics on --json
out_has '"depthMax":1'
run 0 queue set w.db mail --rate 5 --json
out_has '"depthMax":1'
out_has '"rateJobs":5,"ratePerMs":1000'
run 0 queue set w.db mail --rate 0 -q
run 0 queue add w.db mail x -q
run 1 queue add w.db mail x
run 0 queue pause w.db mail
run 0 queue show w.db mail --json
out_has '"paused":true'
run 0 queue take w.db mail w1 --json
out_is '[]'
run 0 queue resume w.db mail
run 0 queue stats w.db --json
out_has '"queue":"mail","paused":false,"ready":1'
out_has '"enqueued":1'
run 0 queue stats w.db --prometheus
out_has 'alk_queue_jobs{queue="mail",state="ready"} 1'

run 0 queue set w.db told --events on --json
out_has '"events":true'
"$alk" event listen w.db queue:told --limit 1 >told 2>err &
listener=$!
sleep 0.5
run 0 queue add w.db told 1 -q
wait $listener || fail 'event listen failed'
grep -q '"event":"enqueued"' told || fail 'the job was not told'

# ---- schedules ----

run 0 cron next '0 3 * * *' --tz UTC --from 0 -n 2 --json
out_is '[
 {"at":"1970-01-01T03:00:00Z","seconds":10800},
 {"at":"1970-01-02T03:00:00Z","seconds":97200}
]'
run 2 cron next '0 3 * *'
run 2 cron next '@daily'
run 0 cron next '@daily' -x --tz UTC --from 0 -n 1 -o id
out_is '1970-01-02T00:00:00Z'
run 3 cron next '0 3 * * *' --tz Nowhere/At_All
run 0 cron add w.db beat ticks '@every 1s' --skip-missed
run 2 cron add w.db bad ticks '* *'
run 0 cron list w.db -o id
out_is beat
run 0 cron get w.db beat --json
out_has '"skipMissed":true'
run 3 cron get w.db none
run 0 cron pause w.db beat
run 0 cron get w.db beat --json
out_has '"paused":true'
run 0 cron resume w.db beat
"$alk" cron run w.db >fired 2>err &
runner=$!
i=0
while [ ! -s fired ] && [ $i -lt 100 ]; do
	sleep 0.1
	i=$((i + 1))
done
run 5 lock acquire w.db honker-scheduler me
kill -TERM $runner # a shell's background jobs ignore SIGINT
wait $runner
[ $? -eq 143 ] || fail 'cron run did not end by the signal'
grep -q '"name":"beat","queue":"ticks"' fired || fail 'nothing was fired'
run 0 lock acquire w.db honker-scheduler me
run 0 lock release w.db honker-scheduler me
run 0 queue list w.db ticks -o jsonl
out_has '"queue":"ticks"'
run 0 cron run w.db --dry-run --json
run 0 cron run w.db --once -q
run 0 cron rm w.db beat
run 3 cron rm w.db beat

# ---- locks and rate limits ----

run 0 lock acquire w.db l me --ttl 600
run 0 lock acquire w.db l me
run 5 lock acquire w.db l you
run 5 lock renew w.db l you
run 0 lock renew w.db l me --ttl 60
run 0 lock list w.db --json
out_has '"name":"l","owner":"me"'
run 5 lock release w.db l you
run 0 lock release w.db l me
run 0 rate try w.db r 1 100000000 --dry-run
run 0 rate try w.db r 1 100000000 --json
out_is '{"allowed":true}'
run 9 rate try w.db r 1 100000000 --json
out_is '{"allowed":false}'
run 2 rate try w.db r 0 60
run 0 rate sweep w.db --older 1000000000 --json
out_is '{"swept":0}'
run 0 rate sweep w.db --older 0 --json
out_is '{"swept":1}'

finish
