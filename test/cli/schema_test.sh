#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# schema_test.sh ALK: JSON Schemas and JSON values on the command line, without a
# store.

# shellcheck source=test/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >person.json <<'END'
{"type":"object","required":["id"],"properties":{"id":{"type":"string"},
 "age":{"type":"integer","default":3,"minimum":0}},"additionalProperties":false}
END
echo '{"id":1,"x":2}' >bad.json
echo '{"id":"b"}' >good.json
printf '{"id":"a"}\n\n{"id":2}\r\n{"id":\n{"id":"c"}' >rows.jsonl
echo '{"type":"strin"}' >wrong.json

# ---- schema validate ----

run 0 schema validate person.json good.json
out_empty
err_has '1 document, valid'
run 9 schema validate person.json good.json bad.json
lines_are 3
out_has "bad.json${tab}${tab}/id${tab}/properties/id/type${tab}expected string"
out_has "unexpected property 'x'"
err_has '2 documents, 1 invalid'
run 9 schema validate person.json bad.json --failures 1 -q
lines_are 2
[ ! -s err ] || fail 'quiet is not quiet'
run 9 schema validate person.json bad.json --json
out_has '"pointer":"/id","keyword":"/properties/id/type"'
run 0 schema validate person.json good.json --json
out_is '[]'
run 9 schema validate person.json rows.jsonl
lines_are 3
out_has "rows.jsonl${tab}3${tab}/id"
out_has "rows.jsonl${tab}4${tab}${tab}${tab}not JSON"
err_has '4 documents, 2 invalid'
feed 9 "$(cat rows.jsonl)" schema validate person.json --lines
out_has "-${tab}3${tab}/id"
feed 0 '{"id":"x"}' schema validate person.json
feed 0 '{"id":"x"}' schema validate person.json -
feed 9 '{"id":"x"' schema validate person.json
out_has 'not JSON, at byte 9'
feed 9 "$(printf '{"id":"x"}\n{"id":"y"}')" schema validate person.json
err_has '--lines'
feed 0 "$(cat person.json)" schema validate - good.json
run 9 schema validate person.json good.json bad.json --form flag
out_is '{"valid":true}
{"valid":false}'
run 9 schema validate person.json bad.json --form basic
out_has '"instanceLocation":"/id"'
run 0 schema validate person.json good.json --form detailed
out_has '"valid":true'
feed 9 '{"id"' schema validate person.json --form flag
out_is '{"valid":false}'
run 9 schema validate person.json rows.jsonl --form basic
lines_are 4
out_has '"instanceLocation":"","error":"not JSON, at byte 6'
err_has '4 documents, 2 invalid'
run 8 schema validate wrong.json good.json
err_has 'wrong.json, at /type'
run 3 schema validate none.json good.json
run 3 schema validate person.json none.json good.json
err_has 'cannot read none.json'
run 2 schema validate person.json good.json --draft 5
err_has '2020-12'

# A line longer than a piece, and a file without a last line end.
awk 'BEGIN { printf "{\"id\":\""; for (i = 0; i < 300000; i++) printf "x";
    print "\"}"; print "{\"id\":5}"; printf "{\"id\":\"z\"}" }' >long.jsonl
run 9 schema validate person.json long.jsonl
lines_are 2
out_has "long.jsonl${tab}2${tab}/id"

# Drafts, formats, documents to refer to.
echo '{"items":[{"type":"string"}],"additionalItems":false}' >tuple.json
feed 9 '["a",1]' schema validate tuple.json --draft 7
feed 8 '["a",1]' schema validate tuple.json --draft 2020-12
err_has '/items'
echo '{"type":"string","format":"date"}' >date.json
feed 9 '"x"' schema validate date.json
feed 0 '"x"' schema validate date.json --draft 2020-12
feed 9 '"x"' schema validate date.json --draft 2020-12 --format assert
feed 0 '"x"' schema validate date.json --format annotate
echo '{"$ref":"http://example.com/a=b/id.json#/$defs/id"}' >uses.json
mkdir -p refs/more
echo '{"$defs":{"id":{"minLength":2}}}' >refs/more/id.json
feed 8 '"x"' schema validate uses.json
err_has 'http://example.com/a=b/id.json'
feed 9 '"x"' schema validate uses.json \
    --ref http://example.com/a=b/id.json=refs/more/id.json
feed 0 '"xy"' schema validate uses.json --refs http://example.com/a=b=refs/more
feed 8 '"x"' schema validate uses.json --refs http://example.com/a=refs
echo '{"$id":"http://example.com/a=b/id.json","$defs":{"id":{"minLength":2}}}' \
    >refs/more/id.json
echo '{}' >refs/other.json
feed 9 '"x"' schema validate uses.json --refs refs
feed 0 '"xy"' schema validate uses.json --ref refs/more/id.json
run 2 schema validate uses.json good.json --ref refs/other.json
err_has 'refs/other.json'
run 3 schema validate uses.json good.json --refs none
echo '{"$ref":"https://json-schema.org/draft/2020-12/schema"}' >meta.json
feed 9 '{"type":"strin"}' schema validate meta.json

# ---- schema test ----

cat >suite.json <<'END'
[{"description":"ages","schema":{"minimum":0},"tests":[
  {"description":"negative","data":-1,"valid":true},
  {"description":"one","data":1,"valid":false},
  {"description":"two","data":2,"valid":true}]}]
END
run 9 schema test suite.json
lines_are 3
out_has "suite.json${tab}ages${tab}negative${tab}valid${tab}expected number"
out_has "suite.json${tab}ages${tab}one${tab}invalid${tab}it is valid"
err_has '3 tests, 2 failed'
run 9 schema test suite.json --json
out_has '"group":"ages","test":"negative"'
echo '[{"schema":true,"tests":[{"data":1,"valid":true}]}]' >right.json
run 0 schema test right.json right.json
out_empty
err_has '2 tests, 0 failed'
echo '[{"schema":{"type":"x"},"tests":[{"data":1,"valid":false}]}]' >broken.json
run 9 schema test broken.json
out_has '(at /type)'
err_has '1 tests, 1 failed'
run 1 schema test good.json
err_has 'a file of tests is'
echo '[{"schema":true,"tests":[{"data":1}]}]' >half.json
run 1 schema test half.json
err_has 'half.json, at /0/tests/0'
run 1 schema test bad.json right.json
err_lacks 'tests,'

# ---- schema diff ----

echo '{"type":"object","required":["id"],"properties":{"id":{"type":"string"},
 "age":{"type":"integer","default":4,"minimum":-1},
 "z":{}},"additionalProperties":false}' >wider.json
run 0 schema diff person.json wider.json
out_has "changed${tab}schema${tab}${tab}false${tab}its schema only adds"
run 0 schema diff wider.json person.json
out_has "${tab}true${tab}"
run 9 schema diff wider.json person.json --check
run 0 schema diff person.json wider.json --check --edits --json
out_has '"edits":[{"type":"insert","path":"/properties/z"'
run 0 schema diff person.json person.json
out_empty
err_has 'no difference'
run 0 schema diff person.json person.json --json
out_is '[]'
run 1 schema diff person.json rows.jsonl
err_has 'after: '
err_has 'rows.jsonl'
echo '{"A":{},"B":"x"}' >mixed.json
run 8 schema diff mixed.json mixed.json
err_has "before: entry 'B' is no schema"
run 8 schema diff person.json mixed.json
err_has "mixed.json"
run 0 init s.db -q
run 0 schema load s.db people "$here/people.json" -q
run 0 schema diff s.db "$here/people.json" --type people
out_empty
sed 's/"PersonNode"/"HumanNode"/g' "$here/people.json" >other.json
run 9 schema diff s.db other.json --type people --check
out_has "new${tab}node${tab}HumanNode${tab}false"
out_has "gone${tab}node${tab}PersonNode${tab}true"
run 3 schema diff s.db other.json --type none
run 3 schema diff none.db other.json --type people

# ---- values ----

run 0 value diff bad.json good.json
out_is '[{"type":"update","path":"/id","value":"b"},{"type":"delete","path":"/x"}]'
cp out edits.json
run 0 value patch bad.json edits.json
out_is '{"id":"b"}'
run 5 value patch good.json edits.json
err_has 'edits.json, at /1/path'
feed 0 '{"id":null}' value merge bad.json -
out_is '{"x":2}'
run 0 value clean person.json bad.json
out_is '{"id":1}'
run 0 value default person.json bad.json
out_is '{"id":1,"x":2,"age":3}'
run 0 value convert person.json bad.json
out_is '{"id":"1","x":2}'
run 0 value cast person.json bad.json
out_is '{"id":""}'
run 0 value cast person.json bad.json --steps
out_has "bad.json${tab}${tab}/id${tab}replaced${tab}true${tab}1"
out_has "/x${tab}dropped${tab}true${tab}2"
feed 0 "$(printf '{"id":1}\n{"y":2,"id":"a"}\n')" value clean person.json -l
out_is '{"id":1}
{"id":"a"}'
feed 1 "$(cat rows.jsonl)" value cast person.json --lines
lines_are 2
err_has '(-:4)'
run 0 value create person.json
out_is '{"id":""}'
echo '{"type":"string","pattern":"^x"}' >hard.json
run 8 value create hard.json
err_has 'hard.json'
echo '{ "id" : "b" }' >same.json
run 0 value hash good.json same.json -o id
[ "$(sort -u out | wc -l)" -eq 1 ] || fail 'equal values, other hashes'
feed 0 null value hash --typebox -o id
out_is 12638152016183539244
feed 0 '{"b":1e400,"a":[1.0]}' value format
out_is '{
  "b": 1e400,
  "a": [
    1
  ]
}'
feed 0 '{"b":1e400,"a":[1.0]}' value format --compact
out_is '{"b":1e400,"a":[1]}'
feed 0 '{"b":10e399,"a":[1.0]}' value format --canonical
out_is '{"a":[1],"b":1e400}'
feed 1 '{' value format
run 2 value format good.json --canonical --compact
run 3 value diff none.json good.json
run 1 value diff rows.jsonl good.json
run 2 value cast person.json good.json --draft 3

finish
