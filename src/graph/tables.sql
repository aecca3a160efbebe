-- The tables of the metagraph (docs/FORMAT.md). Type tables and graphs are as
-- the data model writes them; nodes and edges are views over integer-keyed
-- tables.
-- owns: graph_types, node_types, edge_types, graphs
-- owns: alk_state, alk_types, alk_graphs, alk_nodes, alk_edges

-- name: graph_type_tables
-- script
CREATE TABLE graph_types (
  id TEXT PRIMARY KEY NOT NULL,
  metadata TEXT DEFAULT '{}',
  created_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  name TEXT NOT NULL UNIQUE,
  description TEXT DEFAULT '',
  config TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  scope TEXT NOT NULL DEFAULT 'system'
    CHECK (scope IN ('system', 'tenant', 'user'))
) STRICT;
CREATE TABLE node_types (
  id TEXT PRIMARY KEY NOT NULL,
  metadata TEXT DEFAULT '{}',
  created_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  graph_type_id TEXT NOT NULL REFERENCES graph_types(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT DEFAULT '',
  schema TEXT NOT NULL,
  UNIQUE (graph_type_id, name)
) STRICT;
CREATE TABLE edge_types (
  id TEXT PRIMARY KEY NOT NULL,
  metadata TEXT DEFAULT '{}',
  created_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  graph_type_id TEXT NOT NULL REFERENCES graph_types(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT DEFAULT '',
  schema TEXT NOT NULL,
  allowed_source_types TEXT DEFAULT '[]',
  allowed_target_types TEXT DEFAULT '[]',
  UNIQUE (graph_type_id, name)
) STRICT;
-- Counters. 'types' moves with every change of a type, so that compiled types
-- held in memory are known to be old.
CREATE TABLE alk_state (
  name TEXT PRIMARY KEY NOT NULL,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO alk_state VALUES ('types', 1);
-- One number for each node and edge type; kind 1 node, 2 edge.
CREATE TABLE alk_types (
  tid INTEGER PRIMARY KEY,
  type_id TEXT NOT NULL UNIQUE,
  graph_type_id TEXT NOT NULL,
  kind INTEGER NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (graph_type_id, kind, name)
) STRICT;
CREATE TRIGGER alk_node_types_insert AFTER INSERT ON node_types BEGIN
  INSERT INTO alk_types (type_id, graph_type_id, kind, name)
    VALUES (NEW.id, NEW.graph_type_id, 1, NEW.name);
  UPDATE alk_state SET value = value + 1 WHERE name = 'types';
END;
CREATE TRIGGER alk_edge_types_insert AFTER INSERT ON edge_types BEGIN
  INSERT INTO alk_types (type_id, graph_type_id, kind, name)
    VALUES (NEW.id, NEW.graph_type_id, 2, NEW.name);
  UPDATE alk_state SET value = value + 1 WHERE name = 'types';
END;
CREATE TRIGGER alk_node_types_update AFTER UPDATE ON node_types BEGIN
  UPDATE alk_types SET type_id = NEW.id, graph_type_id = NEW.graph_type_id,
    name = NEW.name WHERE type_id = OLD.id;
  UPDATE alk_state SET value = value + 1 WHERE name = 'types';
END;
CREATE TRIGGER alk_edge_types_update AFTER UPDATE ON edge_types BEGIN
  UPDATE alk_types SET type_id = NEW.id, graph_type_id = NEW.graph_type_id,
    name = NEW.name WHERE type_id = OLD.id;
  UPDATE alk_state SET value = value + 1 WHERE name = 'types';
END;
CREATE TRIGGER alk_node_types_delete AFTER DELETE ON node_types BEGIN
  DELETE FROM alk_types WHERE type_id = OLD.id;
  UPDATE alk_state SET value = value + 1 WHERE name = 'types';
END;
CREATE TRIGGER alk_edge_types_delete AFTER DELETE ON edge_types BEGIN
  DELETE FROM alk_types WHERE type_id = OLD.id;
  UPDATE alk_state SET value = value + 1 WHERE name = 'types';
END;
CREATE TRIGGER alk_graph_types_insert AFTER INSERT ON graph_types BEGIN
  UPDATE alk_state SET value = value + 1 WHERE name = 'types';
END;
CREATE TRIGGER alk_graph_types_update AFTER UPDATE ON graph_types BEGIN
  UPDATE alk_state SET value = value + 1 WHERE name = 'types';
END;
CREATE TRIGGER alk_graph_types_delete AFTER DELETE ON graph_types BEGIN
  UPDATE alk_state SET value = value + 1 WHERE name = 'types';
END;

-- name: graph_instance_tables
-- script
CREATE TABLE graphs (
  id TEXT PRIMARY KEY NOT NULL,
  metadata TEXT DEFAULT '{}',
  created_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now')),
  graph_type_id TEXT REFERENCES graph_types(id) ON DELETE SET NULL,
  name TEXT NOT NULL,
  description TEXT DEFAULT '',
  status TEXT NOT NULL DEFAULT 'draft'
    CHECK (status IN ('active', 'archived', 'draft')),
  owner_id TEXT,
  project_id TEXT
) STRICT;
CREATE INDEX idx_graphs_owner_id ON graphs(owner_id);
CREATE INDEX idx_graphs_project_id ON graphs(project_id);
CREATE INDEX idx_graphs_owner_id_project_id ON graphs(owner_id, project_id);
CREATE INDEX idx_graphs_graph_type_id ON graphs(graph_type_id);
CREATE INDEX idx_graphs_name ON graphs(name);
-- rev: one more for each transaction that changed the graph.
CREATE TABLE alk_graphs (
  gid INTEGER PRIMARY KEY,
  graph_id TEXT NOT NULL UNIQUE,
  rev INTEGER NOT NULL DEFAULT 0
) STRICT;
-- type 0: none. NULL id, metadata, updated_at: derived, '{}', as created_at.
-- unchecked 1: written through a view, attributes not yet checked by the
-- library; else NULL. What is mostly NULL stands last: it takes no room then.
CREATE TABLE alk_nodes (
  nid INTEGER PRIMARY KEY,
  gid INTEGER NOT NULL,
  type INTEGER NOT NULL,
  key TEXT NOT NULL,
  attributes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER,
  unchecked INTEGER,
  id TEXT,
  metadata TEXT
) STRICT;
CREATE UNIQUE INDEX alk_nodes_key ON alk_nodes(gid, key);
CREATE INDEX alk_nodes_type ON alk_nodes(gid, type);
CREATE UNIQUE INDEX alk_nodes_id ON alk_nodes(id) WHERE id IS NOT NULL;
CREATE TABLE alk_edges (
  eid INTEGER PRIMARY KEY,
  gid INTEGER NOT NULL,
  type INTEGER NOT NULL,
  src INTEGER NOT NULL,
  dst INTEGER NOT NULL,
  undirected INTEGER NOT NULL DEFAULT 0,
  attributes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER,
  unchecked INTEGER,
  key TEXT,
  id TEXT,
  metadata TEXT
) STRICT;
CREATE INDEX alk_edges_out ON alk_edges(src, type, dst, undirected);
CREATE INDEX alk_edges_in ON alk_edges(dst, type, src, undirected);
CREATE UNIQUE INDEX alk_edges_key ON alk_edges(gid, key) WHERE key IS NOT NULL;
CREATE UNIQUE INDEX alk_edges_id ON alk_edges(id) WHERE id IS NOT NULL;
-- The last numbers of nodes and edges: they, and the ids derived from them, are
-- never given again. They stand beside those of the event tables, so that a
-- change and its record write one page for both.
INSERT INTO sqlite_sequence (name, seq)
  VALUES ('alk_nodes', 0), ('alk_edges', 0);
CREATE TRIGGER alk_graphs_insert AFTER INSERT ON graphs BEGIN
  INSERT INTO alk_graphs (graph_id) VALUES (NEW.id);
END;
CREATE TRIGGER alk_graphs_update AFTER UPDATE OF id ON graphs
  WHEN OLD.id <> NEW.id BEGIN
  UPDATE alk_graphs SET graph_id = NEW.id WHERE graph_id = OLD.id;
END;
CREATE TRIGGER alk_graphs_delete AFTER DELETE ON graphs BEGIN
  DELETE FROM alk_edges WHERE src IN (SELECT nid FROM alk_nodes
    WHERE gid = (SELECT gid FROM alk_graphs WHERE graph_id = OLD.id));
  DELETE FROM alk_nodes
    WHERE gid = (SELECT gid FROM alk_graphs WHERE graph_id = OLD.id);
  DELETE FROM alk_graphs WHERE graph_id = OLD.id;
END;
-- What foreign keys say, for clients that leave them off.
CREATE TRIGGER alk_graph_types_in_use BEFORE DELETE ON graph_types BEGIN
  SELECT RAISE(ABORT, 'graph type is in use') WHERE EXISTS (
    SELECT 1 FROM graphs x WHERE x.graph_type_id = OLD.id);
  DELETE FROM node_types WHERE graph_type_id = OLD.id;
  DELETE FROM edge_types WHERE graph_type_id = OLD.id;
END;
CREATE TRIGGER alk_graphs_type_insert BEFORE INSERT ON graphs BEGIN
  SELECT RAISE(ABORT, 'no such graph type') WHERE NEW.graph_type_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM graph_types WHERE id = NEW.graph_type_id);
END;
CREATE TRIGGER alk_graphs_type_update BEFORE UPDATE OF graph_type_id ON graphs
  WHEN NEW.graph_type_id IS NOT NULL
    AND NEW.graph_type_id IS NOT OLD.graph_type_id BEGIN
  SELECT RAISE(ABORT, 'the type of a graph stays');
END;
CREATE TRIGGER alk_node_types_in_use BEFORE DELETE ON node_types BEGIN
  SELECT RAISE(ABORT, 'node type is in use') WHERE EXISTS (
    SELECT 1 FROM alk_types t CROSS JOIN alk_graphs g
      CROSS JOIN alk_nodes n ON n.gid = g.gid AND n.type = t.tid
    WHERE t.type_id = OLD.id);
END;
CREATE TRIGGER alk_edge_types_in_use BEFORE DELETE ON edge_types BEGIN
  SELECT RAISE(ABORT, 'edge type is in use') WHERE EXISTS (
    SELECT 1 FROM alk_types t CROSS JOIN alk_graphs g
      CROSS JOIN alk_nodes n ON n.gid = g.gid
      CROSS JOIN alk_edges e ON e.src = n.nid AND e.type = t.tid
    WHERE t.type_id = OLD.id);
END;

-- name: graph_statistics
-- script
-- What the planner should believe of a file that is still empty: a million
-- edges among a hundred thousand nodes in a few graphs. ANALYZE makes the
-- table.
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1 WHERE tbl GLOB 'alk_*' OR tbl = 'graphs';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('alk_nodes', 'alk_nodes_key', '100000 10000 1'),
  ('alk_nodes', 'alk_nodes_type', '100000 10000 5000'),
  ('alk_edges', 'alk_edges_out', '1000000 10 5 1 1'),
  ('alk_edges', 'alk_edges_in', '1000000 10 5 1 1'),
  ('alk_graphs', 'sqlite_autoindex_alk_graphs_1', '10 1'),
  ('alk_types', 'sqlite_autoindex_alk_types_1', '30 1'),
  ('graphs', 'idx_graphs_name', '10 1');
