#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# algorithm_test.sh ALK: alk path and the algorithms of alk graph, in every form of
# output, and the mistakes that their users make. What they find is compared with
# models in src/algorithm.

# shellcheck source=test/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >module.json <<'END'
{"Config": {"type": "object", "properties": {
    "type": {"const": "mixed"}, "multi": {"const": true},
    "allowSelfLoops": {"const": true}}},
 "PlaceNode": {"type": "object"},
 "RoadEdge": {"type": "object", "properties": {"km": {"type": "number"}}},
 "RiverEdge": {"type": "object"}}
END
run 0 init r.db -q
run 0 schema load r.db roads module.json -q
run 0 graph add r.db g --type roads -q
for key in a b c d e; do
	run 0 node add r.db g $key -q
done

# road KEY FROM TO KM
road()
{
	run 0 edge add r.db g "$2" "$3" \
	    "{\"edgeType\":\"RoadEdge\",\"km\":$4}" --key "$1" -q
}
road ab a b 1.5
road bd b d 2
road ac a c 0.25
road cd c d 3.25
road ad a d 9

# ---- paths ----

run 0 path r.db g a d -o id
out_is 'a
ad
d'
run 0 path r.db g a d --weight km --json
out_has '{"path":0,"hops":0,"cost":0,"kind":"node",'
out_has '{"path":0,"hops":1,"cost":0.25,"kind":"edge",'
out_has '"hops":2,"cost":3.5,'
run 0 path r.db g a d --weight km -o tsv
lines_are 6
out_has "path${tab}hops${tab}cost${tab}kind${tab}key"
out_has "0${tab}2${tab}3.5${tab}node${tab}d"
run 0 path r.db g a d --weight km --all -o tsv
lines_are 11
out_has "1${tab}2${tab}3.5${tab}node${tab}d"
run 0 path r.db g a d --weight km --all --limit 1 -o tsv
lines_are 6
err_has 'more than 1 paths'
run 0 path r.db g a d --weight km -k 9 -o tsv
lines_are 14
out_has "2${tab}1${tab}9${tab}node${tab}d"
run 0 path r.db g a d -k 2 -o jsonl
lines_are 8
run 0 path r.db g a d --paths 1 --depth 1 -o tsv
lines_are 4
road ab2 a b 1.5
run 0 path r.db g a d --weight km --all -o tsv
lines_are 11
run 0 path r.db g a d --weight km --all --parallel -o tsv
lines_are 16
run 2 path r.db g a d --all -k 2
err_has 'exclude each other'
run 2 path r.db g a d --limit 2
run 2 path r.db g a d --parallel
run 2 path r.db g a d -k 0
run 2 path r.db g a d --weight km --depth 2
err_has 'weights'
run 2 path r.db g a d --weight 'km['
run 3 path r.db g d a --weight km
err_has "no path from 'd' to 'a'"
road de d e -1
run 8 path r.db g a e --weight km
err_has 'negative'
run 8 path r.db g a e --weight miles
err_has 'missing'
run 0 edge rm r.db g ab2 -q
run 0 edge rm r.db g de -q

# ---- whole graphs ----

run 0 graph order r.db g -o tsv
lines_are 6
out_has "level${tab}key${tab}type"
out_has "2${tab}d${tab}PlaceNode"
run 0 graph order r.db g --in --json
out_has '{"level":2,'
run 0 graph order r.db g -o id --limit 1
out_is a
run 3 graph cycle r.db g
err_has 'there is no cycle'
road da d a 1
run 0 graph cycle r.db g -o id
out_has da
run 3 graph cycle r.db g -t RiverEdge
run 1 graph order r.db g
err_has "'a' -> "
run 2 graph order r.db g --both
run 0 graph components r.db g -o tsv
lines_are 6
out_has "0${tab}4${tab}a${tab}PlaceNode"
out_has "1${tab}1${tab}e${tab}PlaceNode"
run 0 graph components r.db g --min 2 --json
out_has '{"component":0,"nodes":4,'
out_lacks '"component":1'
run 0 graph components r.db g --count
out_is 2
run 0 graph components r.db g --weak --count --json
out_is '{"count":2}'
run 2 graph components r.db g --count --min 2
run 3 graph components r.db g -t CanalEdge
run 0 graph pagerank r.db g -o tsv
lines_are 6
out_has "place${tab}rank${tab}key${tab}type"
run 0 graph pagerank r.db g --limit 2 --damping 0.5 --json
out_has '{"place":1,"rank":0.'
out_lacks '"place":3'
run 0 graph pagerank r.db g --iterations 1
err_has 'more --iterations'
run 2 graph pagerank r.db g --damping much
run 2 graph pagerank r.db g --damping 1
run 2 graph pagerank r.db g --tolerance -1

# ---- around nodes ----

run 0 graph degree r.db g a
out_is 3
run 0 graph degree r.db g a --in --json
out_is '{"degree":1}'
run 0 graph degree r.db g a -t RiverEdge
out_is 0
run 3 graph degree r.db g nobody
run 0 edge rm r.db g da -q
run 0 graph ancestors r.db g d -o id
lines_are 3
run 0 graph ancestors r.db g b c --count
out_is 1
run 0 graph descendants r.db g a --depth 1 --json
out_has '{"hops":1,'
run 0 graph descendants r.db g b e -o tsv
lines_are 2
run 0 graph descendants r.db g a --depth all --count --json
out_is '{"count":3}'
run 3 graph descendants r.db g a nobody
run 0 graph lineage r.db g b -o tsv
lines_are 4
out_has "hops${tab}kind${tab}key"
out_has "1${tab}edge${tab}bd"
run 0 graph lineage r.db g d --in --depth 1 --json
out_has '{"hops":1,'
run 0 graph lineage r.db g d --in --depth all -o id
lines_are 9

# ---- parts ----

run 0 graph subgraph r.db g a b e -o id
out_is 'a
b
e
ab'
run 0 graph subgraph r.db g a --depth 1 --json
out_has '"ad"'
run 3 graph subgraph r.db g a nobody
run 0 graph add r.db part --type roads -q
run 0 graph copy r.db g part a --depth all --dry-run -o tsv
lines_are 10
run 0 graph copy r.db g part a --depth all -o tsv
out_has "rev${tab}created${tab}updated${tab}unchanged"
out_has "2${tab}9${tab}0${tab}0"
run 5 graph copy r.db g part a
run 0 graph copy r.db g part a --put --json
out_has '"unchanged":1'
run 0 path r.db part a d --weight km -o tsv
lines_are 6
run 2 graph copy r.db g g a
run 3 graph copy r.db g none a
run 0 graph copy r.db g part e -q
out_empty
run 0 check r.db --attributes

# ---- limits ----

run 1 graph order r.db g --max visited=3
err_has 'limits.visited'
err_has 'another limit for this run: --max visited=N'
run 1 graph descendants r.db g a --max visited=2
run 1 path r.db g a d --weight km --max visited=2

finish
