-- Tasks: reading all of a graph.
-- owns:

-- name: task_nodes
SELECT nid, key, attributes FROM alk_nodes
WHERE gid = ?1 AND type = ?2 ORDER BY nid
