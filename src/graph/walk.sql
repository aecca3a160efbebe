-- Traversal. A hop is one statement for each node, edge type and direction,
-- answered from an adjacency index alone; the search itself is in walk.c and
-- path.c.
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

-- name: degree_nodes
SELECT nid FROM alk_nodes WHERE gid = ?1

-- name: degree_out
SELECT count(*) FROM alk_edges WHERE src = ?1

-- name: degree_out_type
SELECT count(*) FROM alk_edges WHERE src = ?1 AND type = ?2

-- name: degree_in
SELECT count(*) FROM alk_edges WHERE dst = ?1

-- name: degree_in_type
SELECT count(*) FROM alk_edges WHERE dst = ?1 AND type = ?2

-- name: degree_out_undirected
SELECT count(*) FROM alk_edges WHERE src = ?1 AND undirected = 1 AND src <> dst

-- name: degree_out_undirected_type
SELECT count(*) FROM alk_edges
WHERE src = ?1 AND type = ?2 AND undirected = 1 AND src <> dst

-- name: degree_in_undirected
SELECT count(*) FROM alk_edges WHERE dst = ?1 AND undirected = 1 AND src <> dst

-- name: degree_in_undirected_type
SELECT count(*) FROM alk_edges
WHERE dst = ?1 AND type = ?2 AND undirected = 1 AND src <> dst

-- name: degree_loops
SELECT count(*) FROM alk_edges WHERE src = ?1 AND dst = ?1

-- name: degree_loops_type
SELECT count(*) FROM alk_edges WHERE src = ?1 AND type = ?2 AND dst = ?1
