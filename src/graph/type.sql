-- Graph types with their node and edge types.
-- owns: graph_types, node_types, edge_types

-- name: type_by_id
SELECT id, name, scope, version, config FROM graph_types WHERE id = ?1

-- name: type_by_name
SELECT x.id, s.value FROM graph_types x, alk_state s
WHERE x.name = ?1 AND s.name = 'types'

-- name: type_entries
SELECT t.tid, t.kind, t.name, COALESCE(n.schema, e.schema),
  COALESCE(e.allowed_source_types, '[]'),
  COALESCE(e.allowed_target_types, '[]')
FROM alk_types t
  LEFT JOIN node_types n ON n.id = t.type_id
  LEFT JOIN edge_types e ON e.id = t.type_id
WHERE t.graph_type_id = ?1 ORDER BY t.tid

-- name: type_list
-- scan: every graph type is wanted; there are few
SELECT id, name, scope, version, config, description, created_at, updated_at,
  metadata FROM graph_types ORDER BY name

-- name: type_show
SELECT id, name, scope, version, config, description, created_at, updated_at,
  metadata FROM graph_types WHERE name = ?1

-- name: type_show_nodes
SELECT id, name, description, schema FROM node_types
WHERE graph_type_id = ?1 ORDER BY rowid

-- name: type_show_edges
SELECT id, name, description, schema, allowed_source_types,
  allowed_target_types FROM edge_types WHERE graph_type_id = ?1 ORDER BY rowid

-- name: type_insert
INSERT INTO graph_types (id, name, description, config, scope, created_at,
  updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)

-- name: type_update
UPDATE graph_types SET description = ?2, config = ?3, version = ?4,
  updated_at = ?5 WHERE id = ?1

-- name: type_delete
DELETE FROM graph_types WHERE id = ?1

-- name: node_type_insert
INSERT INTO node_types (id, graph_type_id, name, description, schema,
  created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)

-- name: node_type_update
UPDATE node_types SET description = ?3, schema = ?4, updated_at = ?5
WHERE graph_type_id = ?1 AND name = ?2

-- name: node_type_delete
DELETE FROM node_types WHERE graph_type_id = ?1 AND name = ?2

-- name: node_type_find
SELECT description, schema FROM node_types
WHERE graph_type_id = ?1 AND name = ?2

-- name: edge_type_insert
INSERT INTO edge_types (id, graph_type_id, name, description, schema,
  allowed_source_types, allowed_target_types, created_at, updated_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)

-- name: edge_type_update
UPDATE edge_types SET description = ?3, schema = ?4, allowed_source_types = ?5,
  allowed_target_types = ?6, updated_at = ?7
WHERE graph_type_id = ?1 AND name = ?2

-- name: edge_type_delete
DELETE FROM edge_types WHERE graph_type_id = ?1 AND name = ?2

-- name: edge_type_find
SELECT description, schema, allowed_source_types, allowed_target_types
FROM edge_types WHERE graph_type_id = ?1 AND name = ?2

-- name: type_graph_count
SELECT count(*) FROM graphs WHERE graph_type_id = ?1
