-- The snapshot of a topology: read from the adjacency indexes, brought up to
-- date from the change feed and from the numbers, which only grow.
-- owns:

-- name: snapshot_state
SELECT g.rev, COALESCE((SELECT max(offset) FROM _honker_stream), 0)
FROM alk_graphs g WHERE g.gid = ?1

-- name: snapshot_trimmed
SELECT upto FROM _alk_stream_trimmed WHERE topic = 'changes'

-- name: snapshot_records
SELECT payload FROM _honker_stream
WHERE topic = 'changes' AND offset > ?1 AND key = ?2 ORDER BY offset

-- name: snapshot_numbers
SELECT COALESCE((SELECT max(nid) FROM alk_nodes), 0),
  COALESCE((SELECT max(eid) FROM alk_edges), 0)

-- name: snapshot_size
-- scan: one row for each table that numbers its rows
SELECT sum(seq) FROM sqlite_sequence WHERE name IN ('alk_nodes', 'alk_edges')

-- name: snapshot_nodes
SELECT nid, type FROM alk_nodes WHERE gid = ?1

-- name: snapshot_new_nodes
SELECT nid, type FROM alk_nodes WHERE nid > ?2 AND +gid = ?1 ORDER BY nid

-- name: snapshot_new_edges
SELECT eid, type, src, dst, undirected FROM alk_edges
WHERE eid > ?2 AND gid = ?1 ORDER BY eid

-- name: snapshot_arcs_range
SELECT src, dst, eid, type, undirected FROM alk_edges
  INDEXED BY alk_edges_out
WHERE src BETWEEN ?1 AND ?2 ORDER BY src, type, dst, undirected, eid

-- name: snapshot_arcs
SELECT src, dst, eid, type, undirected FROM alk_edges
WHERE src = ?1 ORDER BY type, dst, undirected, eid

-- name: snapshot_key
SELECT key FROM alk_nodes WHERE nid = ?1
