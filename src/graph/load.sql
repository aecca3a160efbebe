-- Loading: rows from memory (alk_feed, db/bulk.h) into the tables, or into
-- single trees of them. The trees alk_load_... are tables and indexes of
-- tables.sql under other names; their columns are those of the table or index,
-- in its order.
-- OR FAIL: rows before the one that is wrong stay, for the whole load
-- is undone then; so SQLite copies no page to be able to undo the statement.
-- What is joined to a caller's transaction (..._joined) goes without it: where
-- memory or room is lacking SQLite undoes the statement then, not all.
-- owns: alk_load_nodes, alk_load_node_keys, alk_load_node_types
-- owns: alk_load_edges, alk_load_edges_out, alk_load_edges_in
-- owns: alk_load_edge_keys

-- name: load_tree_nodes
-- script
CREATE TABLE alk_load_nodes (nid INTEGER PRIMARY KEY, gid, type, key,
  attributes, created_at, updated_at, unchecked, id, metadata)

-- name: load_tree_node_keys
-- script
CREATE TABLE alk_load_node_keys (gid, key, nid, PRIMARY KEY (gid, key))
  WITHOUT ROWID

-- name: load_tree_node_types
-- script
CREATE TABLE alk_load_node_types (gid, type, nid, PRIMARY KEY (gid, type, nid))
  WITHOUT ROWID

-- name: load_tree_edges
-- script
CREATE TABLE alk_load_edges (eid INTEGER PRIMARY KEY, gid, type, src, dst,
  undirected, attributes, created_at, updated_at, unchecked, key, id, metadata)

-- name: load_tree_edges_out
-- script
CREATE TABLE alk_load_edges_out (src, type, dst, undirected, eid,
  PRIMARY KEY (src, type, dst, undirected, eid)) WITHOUT ROWID

-- name: load_tree_edges_in
-- script
CREATE TABLE alk_load_edges_in (dst, type, src, undirected, eid,
  PRIMARY KEY (dst, type, src, undirected, eid)) WITHOUT ROWID

-- name: load_tree_edge_keys
-- script
CREATE TABLE alk_load_edge_keys (gid, key, eid, PRIMARY KEY (gid, key))
  WITHOUT ROWID

-- name: load_nodes
INSERT OR FAIL INTO alk_load_nodes (nid, gid, type, key, attributes, created_at,
  metadata)
SELECT c0, ?1, c1, c2, c3, ?2, c4 FROM alk_feed

-- name: load_nodes_plain
INSERT OR FAIL INTO alk_nodes (nid, gid, type, key, attributes, created_at,
  metadata)
SELECT c0, ?1, c1, c2, c3, ?2, c4 FROM alk_feed

-- name: load_node_keys
INSERT OR FAIL INTO alk_load_node_keys (gid, key, nid)
SELECT ?1, c0, c1 FROM alk_feed

-- name: load_node_types
INSERT OR FAIL INTO alk_load_node_types (gid, type, nid)
SELECT ?1, c0, c1 FROM alk_feed

-- name: load_edges
INSERT OR FAIL INTO alk_load_edges (eid, gid, type, src, dst, undirected,
  attributes, created_at, key, metadata)
SELECT c0, ?1, c1, c2, c3, c4, c5, ?2, c6, c7 FROM alk_feed

-- name: load_edges_plain
INSERT OR FAIL INTO alk_edges (eid, gid, type, src, dst, undirected, attributes,
  created_at, key, metadata)
SELECT c0, ?1, c1, c2, c3, c4, c5, ?2, c6, c7 FROM alk_feed

-- name: load_edges_out
INSERT OR FAIL INTO alk_load_edges_out (src, type, dst, undirected, eid)
SELECT c0, c1, c2, c3, c4 FROM alk_feed

-- name: load_edges_in
INSERT OR FAIL INTO alk_load_edges_in (dst, type, src, undirected, eid)
SELECT c2, c1, c0, c3, c4 FROM alk_feed

-- name: load_edge_keys
INSERT OR FAIL INTO alk_load_edge_keys (gid, key, eid)
SELECT ?1, c0, c1 FROM alk_feed

-- name: load_nodes_joined
INSERT INTO alk_load_nodes (nid, gid, type, key, attributes, created_at,
  metadata)
SELECT c0, ?1, c1, c2, c3, ?2, c4 FROM alk_feed

-- name: load_nodes_plain_joined
INSERT INTO alk_nodes (nid, gid, type, key, attributes, created_at,
  metadata)
SELECT c0, ?1, c1, c2, c3, ?2, c4 FROM alk_feed

-- name: load_node_keys_joined
INSERT INTO alk_load_node_keys (gid, key, nid)
SELECT ?1, c0, c1 FROM alk_feed

-- name: load_node_types_joined
INSERT INTO alk_load_node_types (gid, type, nid)
SELECT ?1, c0, c1 FROM alk_feed

-- name: load_edges_joined
INSERT INTO alk_load_edges (eid, gid, type, src, dst, undirected,
  attributes, created_at, key, metadata)
SELECT c0, ?1, c1, c2, c3, c4, c5, ?2, c6, c7 FROM alk_feed

-- name: load_edges_plain_joined
INSERT INTO alk_edges (eid, gid, type, src, dst, undirected, attributes,
  created_at, key, metadata)
SELECT c0, ?1, c1, c2, c3, c4, c5, ?2, c6, c7 FROM alk_feed

-- name: load_edges_out_joined
INSERT INTO alk_load_edges_out (src, type, dst, undirected, eid)
SELECT c0, c1, c2, c3, c4 FROM alk_feed

-- name: load_edges_in_joined
INSERT INTO alk_load_edges_in (dst, type, src, undirected, eid)
SELECT c2, c1, c0, c3, c4 FROM alk_feed

-- name: load_edge_keys_joined
INSERT INTO alk_load_edge_keys (gid, key, eid)
SELECT ?1, c0, c1 FROM alk_feed

-- name: load_parallel
-- scan: the feed, all of which is asked about
SELECT f.c4 FROM alk_feed f CROSS JOIN alk_edges e
WHERE e.src = f.c0 AND e.type = f.c1 AND e.dst = f.c2 AND e.undirected = f.c3

-- name: load_has_nodes
SELECT 1 FROM alk_nodes WHERE gid = ?1 LIMIT 1

-- name: load_has_edge_keys
SELECT 1 FROM alk_edges WHERE gid = ?1 AND key IS NOT NULL LIMIT 1

-- name: load_has_edges
-- scan: one row is enough
SELECT 1 FROM alk_edges LIMIT 1

-- name: load_unknown_parts
-- scan: the schema table has no index; asked once a transaction
SELECT count(*) FROM sqlite_schema s
WHERE s.tbl_name IN ('alk_nodes', 'alk_edges')
  AND (s.type = 'trigger' AND s.name <> 'alk_order_nodes'
  OR s.type = 'index' AND s.name NOT IN ('alk_nodes_key', 'alk_nodes_type',
    'alk_nodes_id', 'alk_edges_out', 'alk_edges_in', 'alk_edges_key',
    'alk_edges_id') AND NOT EXISTS (SELECT 1 FROM alk_indexes i
      WHERE s.name = 'alk_ix_' || i.iid || '_' || i.name))
