-- Call graphs: what came before the call that it is about.
-- owns: alk_call_waiting

-- what: 0 the call `child` was made by the call that is not there yet, 1 an
-- event that ended it. seq: the order in which they came.
-- name: call_tables
-- script
CREATE TABLE alk_call_waiting (
  seq INTEGER PRIMARY KEY,
  gid INTEGER NOT NULL,
  call TEXT NOT NULL,
  what INTEGER NOT NULL,
  child TEXT NOT NULL,
  event TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX alk_call_waiting_call
  ON alk_call_waiting(gid, call, what, child, event);
CREATE TRIGGER alk_call_waiting_graph
  AFTER DELETE ON alk_graphs BEGIN
  DELETE FROM alk_call_waiting WHERE gid = OLD.gid;
END;

-- name: call_find
SELECT nid, attributes FROM alk_nodes WHERE gid = ?1 AND key = ?2 AND type = ?3

-- name: call_by_nid
SELECT key, attributes FROM alk_nodes WHERE nid = ?1 AND type = ?2

-- name: call_made
SELECT dst FROM alk_edges WHERE src = ?1 AND type = ?2 ORDER BY dst

-- name: call_makers
SELECT src FROM alk_edges WHERE dst = ?1 AND type = ?2 ORDER BY src

-- name: call_wait
INSERT INTO alk_call_waiting (gid, call, what, child, event)
SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (
  SELECT 1 FROM alk_call_waiting WHERE gid = ?1 AND call = ?2 AND what = ?3
    AND child = ?4 AND event = ?5)

-- name: call_waiting
SELECT what, child, event FROM alk_call_waiting
WHERE gid = ?1 AND call = ?2 ORDER BY seq

-- name: call_waiting_end
DELETE FROM alk_call_waiting WHERE gid = ?1 AND call = ?2

-- name: call_waiting_count
SELECT count(*) FROM alk_call_waiting WHERE gid = ?1 AND what = ?2

-- name: call_has_maker
SELECT 1 FROM alk_nodes n JOIN alk_edges e ON e.dst = n.nid AND e.type = ?3
WHERE n.gid = ?1 AND n.key = ?2 LIMIT 1
