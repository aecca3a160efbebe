-- A hop: one statement for each node, edge type and direction, answered from an
-- adjacency index alone (topo_file.c).
-- A self loop belongs to both sides of its node: where both are asked, the
-- second side leaves it out.
-- hop_keys_* are a whole hop from a node by its key, for who wants to know the
-- keys behind it and no more (neighbors.c).
-- hop_rows_* are the arcs of a hop with all that is told of them: ?2 is the key
-- of the node that they are at, ?3 a node whose edges are left out, or 0, ?4 1
-- for undirected ones alone (hop.c).
-- owns:

-- name: hop_rows_out
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), ?2, n.key, e.undirected,
  n.nid, n.type, n.key, n.attributes, n.unchecked, n.id, n.metadata,
  n.created_at, COALESCE(n.updated_at, n.created_at), e.dst
FROM alk_edges e LEFT JOIN alk_nodes n ON n.nid = e.dst
WHERE e.src = ?1 AND e.dst <> ?3 AND e.undirected >= ?4

-- name: hop_rows_out_type
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), ?2, n.key, e.undirected,
  n.nid, n.type, n.key, n.attributes, n.unchecked, n.id, n.metadata,
  n.created_at, COALESCE(n.updated_at, n.created_at), e.dst
FROM alk_edges e LEFT JOIN alk_nodes n ON n.nid = e.dst
WHERE e.src = ?1 AND e.type = ?5
  AND e.dst <> ?3 AND e.undirected >= ?4

-- name: hop_rows_in
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), n.key, ?2, e.undirected,
  n.nid, n.type, n.key, n.attributes, n.unchecked, n.id, n.metadata,
  n.created_at, COALESCE(n.updated_at, n.created_at), e.src
FROM alk_edges e LEFT JOIN alk_nodes n ON n.nid = e.src
WHERE e.dst = ?1 AND e.src <> ?3 AND e.undirected >= ?4

-- name: hop_rows_in_type
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), n.key, ?2, e.undirected,
  n.nid, n.type, n.key, n.attributes, n.unchecked, n.id, n.metadata,
  n.created_at, COALESCE(n.updated_at, n.created_at), e.src
FROM alk_edges e LEFT JOIN alk_nodes n ON n.nid = e.src
WHERE e.dst = ?1 AND e.type = ?5
  AND e.src <> ?3 AND e.undirected >= ?4

-- name: hop_keys_out
SELECT n.type, n.key FROM alk_edges e CROSS JOIN alk_nodes n ON n.nid = e.dst
WHERE e.src = (SELECT nid FROM alk_nodes WHERE gid = ?1 AND key = ?2)

-- name: hop_keys_out_type
SELECT n.type, n.key FROM alk_edges e CROSS JOIN alk_nodes n ON n.nid = e.dst
WHERE e.src = (SELECT nid FROM alk_nodes WHERE gid = ?1 AND key = ?2)
  AND e.type = ?3

-- name: hop_keys_in
SELECT n.type, n.key FROM alk_edges e CROSS JOIN alk_nodes n ON n.nid = e.src
WHERE e.dst = (SELECT nid FROM alk_nodes WHERE gid = ?1 AND key = ?2)

-- name: hop_keys_in_type
SELECT n.type, n.key FROM alk_edges e CROSS JOIN alk_nodes n ON n.nid = e.src
WHERE e.dst = (SELECT nid FROM alk_nodes WHERE gid = ?1 AND key = ?2)
  AND e.type = ?3

-- name: hop_out
SELECT dst, eid FROM alk_edges WHERE src = ?1

-- name: hop_out_type
SELECT dst, eid FROM alk_edges WHERE src = ?1 AND type = ?2

-- name: hop_in
SELECT src, eid FROM alk_edges WHERE dst = ?1

-- name: hop_in_type
SELECT src, eid FROM alk_edges WHERE dst = ?1 AND type = ?2

-- name: hop_out_undirected
SELECT dst, eid FROM alk_edges WHERE src = ?1 AND undirected = 1 AND src <> dst

-- name: hop_out_undirected_type
SELECT dst, eid FROM alk_edges
WHERE src = ?1 AND type = ?2 AND undirected = 1 AND src <> dst

-- name: hop_in_undirected
SELECT src, eid FROM alk_edges WHERE dst = ?1 AND undirected = 1 AND src <> dst

-- name: hop_in_undirected_type
SELECT src, eid FROM alk_edges
WHERE dst = ?1 AND type = ?2 AND undirected = 1 AND src <> dst
