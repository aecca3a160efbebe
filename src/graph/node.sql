-- Nodes: writing and finding one.
-- owns: alk_nodes, alk_edges

-- name: node_find
SELECT nid, type, attributes, metadata, unchecked FROM alk_nodes
WHERE gid = ?1 AND key = ?2

-- name: node_number
SELECT nid FROM alk_nodes WHERE gid = ?1 AND key = ?2

-- name: node_insert
INSERT INTO alk_nodes (nid, gid, type, key, attributes, created_at, id,
  metadata) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)

-- name: node_update
UPDATE alk_nodes SET attributes = ?2, metadata = ?3, updated_at = ?4,
  unchecked = NULL WHERE nid = ?1

-- name: node_delete
DELETE FROM alk_nodes WHERE nid = ?1

-- name: node_edges
SELECT e.eid, e.type, e.key, e.id, s.key, d.key
FROM alk_edges e JOIN alk_nodes s ON s.nid = e.src
  JOIN alk_nodes d ON d.nid = e.dst
WHERE e.src = ?1
UNION ALL
SELECT e.eid, e.type, e.key, e.id, s.key, d.key
FROM alk_edges e JOIN alk_nodes s ON s.nid = e.src
  JOIN alk_nodes d ON d.nid = e.dst
WHERE e.dst = ?1 AND e.src <> ?1

-- name: node_edges_delete_out
DELETE FROM alk_edges WHERE src = ?1

-- name: node_edges_delete_in
DELETE FROM alk_edges WHERE dst = ?1

-- name: node_show
SELECT nid, type, key, attributes, unchecked, id, metadata, created_at,
  COALESCE(updated_at, created_at)
FROM alk_nodes WHERE gid = ?1 AND key = ?2

-- name: node_show_nid
SELECT nid, type, key, attributes, unchecked, id, metadata, created_at,
  COALESCE(updated_at, created_at)
FROM alk_nodes WHERE nid = ?1
