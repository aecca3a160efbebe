-- A hop: one statement for each node, edge type and direction, answered from an
-- adjacency index alone (topo_file.c).
-- A self loop belongs to both sides of its node: where both are asked, the
-- second side leaves it out.
-- hop_keys_* are a whole hop from a node by its key, for who wants to know the
-- keys behind it and no more (neighbors.c).
-- owns:

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
