-- Edges: writing and finding one.
-- owns: alk_edges

-- name: edge_by_key
SELECT eid FROM alk_edges WHERE gid = ?1 AND key = ?2

-- name: edge_by_id
SELECT eid FROM alk_edges WHERE id = ?2 AND gid = ?1

-- name: edge_by_eid
SELECT eid FROM alk_edges WHERE eid = ?2 AND gid = ?1

-- name: edge_between
SELECT eid FROM alk_edges
WHERE src = ?1 AND type = ?2 AND dst = ?3 AND undirected = ?4 LIMIT 1

-- name: edge_stored
SELECT e.type, e.attributes, e.metadata, e.key, e.id, s.key, d.key, e.unchecked,
  e.undirected
FROM alk_edges e JOIN alk_nodes s ON s.nid = e.src
  JOIN alk_nodes d ON d.nid = e.dst
WHERE e.eid = ?1

-- name: edge_insert
INSERT INTO alk_edges (eid, gid, type, src, dst, undirected, attributes,
  created_at, key, id, metadata)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)

-- name: edge_update
UPDATE alk_edges SET attributes = ?2, metadata = ?3, updated_at = ?4,
  unchecked = NULL WHERE eid = ?1

-- name: edge_delete
DELETE FROM alk_edges WHERE eid = ?1

-- name: edge_show_eid
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected
FROM alk_edges e JOIN alk_nodes s ON s.nid = e.src
  JOIN alk_nodes d ON d.nid = e.dst
WHERE e.eid = ?1

-- An edge, then the node at one of its ends (?2); the other has the key ?3.
-- name: edge_show_hop
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at),
  CASE WHEN e.src = ?2 THEN n.key ELSE ?3 END,
  CASE WHEN e.dst = ?2 THEN n.key ELSE ?3 END, e.undirected,
  n.nid, n.type, n.key, n.attributes, n.unchecked, n.id, n.metadata,
  n.created_at, COALESCE(n.updated_at, n.created_at)
FROM alk_edges e CROSS JOIN alk_nodes n ON n.nid = ?2
WHERE e.eid = ?1
