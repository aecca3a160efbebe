-- A hop: one statement for each node, edge type and direction, answered from an
-- adjacency index alone (topo_file.c).
-- A self loop belongs to both sides of its node: where both are asked, the
-- second side leaves it out.
-- owns:

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
