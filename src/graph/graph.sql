-- Graphs themselves: finding, creating, changing, counting.
-- owns: graphs, alk_graphs, alk_state, sqlite_sequence

-- name: graph_lock
UPDATE alk_state SET value = value WHERE name = NULL

-- name: graph_by_id
SELECT g.gid, g.rev, x.id, x.graph_type_id, s.value, x.name
FROM graphs x JOIN alk_graphs g ON g.graph_id = x.id, alk_state s
WHERE x.id = ?1 AND s.name = 'types'

-- name: graph_by_name
SELECT g.gid, g.rev, x.id, x.graph_type_id, s.value, x.name
FROM graphs x JOIN alk_graphs g ON g.graph_id = x.id, alk_state s
WHERE x.name = ?1 AND s.name = 'types' LIMIT 2

-- name: graph_show
SELECT x.id, x.name, t.name, x.description, x.status, x.owner_id, x.project_id,
  x.metadata, x.created_at, x.updated_at, g.rev
FROM graphs x JOIN alk_graphs g ON g.graph_id = x.id
  LEFT JOIN graph_types t ON t.id = x.graph_type_id
WHERE x.id = ?1

-- name: graph_list
-- scan: every graph is wanted
SELECT x.id, x.name, t.name, x.description, x.status, x.owner_id, x.project_id,
  x.metadata, x.created_at, x.updated_at, g.rev
FROM graphs x JOIN alk_graphs g ON g.graph_id = x.id
  LEFT JOIN graph_types t ON t.id = x.graph_type_id
ORDER BY x.name, x.id

-- name: graph_list_of_type
SELECT x.id, x.name, t.name, x.description, x.status, x.owner_id, x.project_id,
  x.metadata, x.created_at, x.updated_at, g.rev
FROM graph_types t JOIN graphs x ON x.graph_type_id = t.id
  JOIN alk_graphs g ON g.graph_id = x.id
WHERE t.name = ?1 ORDER BY x.name, x.id

-- name: graph_insert
INSERT INTO graphs (id, name, graph_type_id, description, status, owner_id,
  project_id, metadata, created_at, updated_at)
VALUES (?1, ?2, ?3, COALESCE(?4, ''), COALESCE(?5, 'draft'),
  NULLIF(?6, ''), NULLIF(?7, ''), COALESCE(?8, '{}'), ?9, ?9)

-- name: graph_change
UPDATE graphs SET name = COALESCE(?2, name),
  description = COALESCE(?3, description), status = COALESCE(?4, status),
  owner_id = CASE WHEN ?5 IS NULL THEN owner_id ELSE NULLIF(?5, '') END,
  project_id = CASE WHEN ?6 IS NULL THEN project_id ELSE NULLIF(?6, '') END,
  metadata = COALESCE(?7, metadata), updated_at = ?8
WHERE id = ?1

-- name: graph_remove
DELETE FROM graphs WHERE id = ?1

-- name: graph_rev_set
UPDATE alk_graphs SET rev = ?2 WHERE gid = ?1

-- name: graph_count_nodes
SELECT count(*) FROM alk_nodes WHERE gid = ?1 AND type = ?2

-- name: graph_count_all_nodes
SELECT count(*) FROM alk_nodes WHERE gid = ?1

-- name: graph_edge_types
SELECT e.type FROM alk_nodes n CROSS JOIN alk_edges e ON e.src = n.nid
WHERE n.gid = ?1

-- name: numbers_read
-- scan: one row for each table that numbers its rows
SELECT seq + 1 FROM sqlite_sequence WHERE name = ?1

-- name: numbers_write
-- scan: one row for each table that numbers its rows
UPDATE sqlite_sequence SET seq = ?2 - 1 WHERE name = ?1
