-- Indexes on attributes: what the types declare, and what was made of it. The
-- indexes themselves are made by the text of index_sql.c.
-- owns: alk_indexes

-- name: index_tables
-- script
-- paths: JSON array of JSON Pointers. where_filter: NULL, of all rows.
CREATE TABLE alk_indexes (
  iid INTEGER PRIMARY KEY,
  tid INTEGER NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  is_unique INTEGER NOT NULL,
  paths TEXT NOT NULL,
  where_filter TEXT,
  UNIQUE (tid, name)
) STRICT;
CREATE TRIGGER alk_indexes_insert
  AFTER INSERT ON alk_indexes BEGIN
  UPDATE alk_state SET value = value + 1 WHERE name = 'types';
END;
CREATE TRIGGER alk_indexes_delete
  AFTER DELETE ON alk_indexes BEGIN
  UPDATE alk_state SET value = value + 1 WHERE name = 'types';
END;
-- A type that another program deletes takes its rows; the indexes are dropped
-- by the next load of a type.
CREATE TRIGGER alk_types_indexes
  AFTER DELETE ON alk_types BEGIN
  DELETE FROM alk_indexes WHERE tid = OLD.tid;
END;

-- name: index_of_graph_type
SELECT i.iid, i.tid, t.kind, i.name, i.is_unique, i.paths, i.where_filter
FROM alk_types t JOIN alk_indexes i ON i.tid = t.tid
WHERE t.graph_type_id = ?1 ORDER BY i.tid, i.iid

-- name: index_of_type
SELECT iid, tid, ?2, name, is_unique, paths, where_filter FROM alk_indexes
WHERE tid = ?1 ORDER BY iid

-- name: index_insert
INSERT INTO alk_indexes (tid, name, is_unique, paths, where_filter)
VALUES (?1, ?2, ?3, ?4, ?5)

-- name: index_delete
DELETE FROM alk_indexes WHERE iid = ?1

-- name: index_tid
SELECT tid FROM alk_types WHERE graph_type_id = ?1 AND kind = ?2 AND name = ?3

-- name: index_is_made
-- scan: the schema is a short table
SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = ?1

-- name: index_left_over
-- scan: the schema is a short table
SELECT s.name FROM sqlite_schema s
WHERE s.type = 'index' AND s.name GLOB 'alk_ix_*' AND NOT EXISTS (
  SELECT 1 FROM alk_indexes i
  WHERE s.name = 'alk_ix_' || i.iid || '_' || i.name)
