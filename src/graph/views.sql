-- The documented face of nodes and edges: views with INSTEAD OF triggers, for
-- any SQLite client. The library itself never goes through them. What the
-- triggers keep: end points, uniqueness, cascade, the rules of the graph type,
-- revision, change feed. What they cannot keep is the JSON Schema: such rows
-- are marked unchecked. A conflict is looked for before a row is touched, since
-- OR REPLACE and OR IGNORE of the caller would reach into the statements here.
-- An edge keeps the topological order of acyclic graphs (order.sql) where it
-- goes along it or has an end without edges; a cycle is searched for otherwise
-- only, and then the library orders the graph anew at its next edge. What some
-- triggers share is a trigger of its own (alk_view_check, _note, _gone), on a
-- view that takes rows and has none: each connection parses all of this.
-- alk_nodes and alk_edges have no triggers of their own: a load in bulk does
-- not use its short ways where there are some.
-- owns: nodes, edges, alk_view_check, alk_view_note, alk_view_gone

-- name: graph_views
-- script
CREATE VIEW nodes (id, metadata, created_at, updated_at, graph_id, key,
    attributes) AS
  SELECT COALESCE(n.id, 'node-' || n.nid), COALESCE(n.metadata, '{}'),
    n.created_at, COALESCE(n.updated_at, n.created_at), g.graph_id, n.key,
    CASE
      WHEN t.name IS NULL THEN n.attributes
      WHEN n.attributes = '{}'
        THEN '{"nodeType":' || json_quote(t.name) || '}'
      ELSE '{"nodeType":' || json_quote(t.name) || ',' ||
        substr(n.attributes, 2)
    END
  FROM alk_nodes n
    JOIN alk_graphs g ON g.gid = n.gid
    LEFT JOIN alk_types t ON t.tid = n.type;
CREATE VIEW edges (id, metadata, created_at, updated_at, graph_id, key,
    source_node_key, target_node_key, attributes, undirected) AS
  SELECT COALESCE(e.id, 'edge-' || e.eid), COALESCE(e.metadata, '{}'),
    e.created_at, COALESCE(e.updated_at, e.created_at), g.graph_id, e.key,
    s.key, d.key,
    CASE
      WHEN t.name IS NULL THEN e.attributes
      WHEN e.attributes = '{}'
        THEN '{"edgeType":' || json_quote(t.name) || '}'
      ELSE '{"edgeType":' || json_quote(t.name) || ',' ||
        substr(e.attributes, 2)
    END,
    e.undirected
  FROM alk_graphs g
    JOIN alk_nodes s ON s.gid = g.gid
    JOIN alk_edges e ON e.src = s.nid AND e.gid = g.gid -- by key, too
    JOIN alk_nodes d ON d.nid = e.dst AND d.gid = g.gid
    LEFT JOIN alk_types t ON t.tid = e.type;
CREATE VIEW alk_view_check (noun, key, id, attributes, metadata) AS
  SELECT NULL, NULL, NULL, NULL, NULL;
CREATE TRIGGER alk_view_check_insert INSTEAD OF INSERT ON alk_view_check BEGIN
  SELECT CASE
    WHEN NEW.key = '' OR (NEW.key IS NULL AND NEW.noun = 'node') THEN
      CASE NEW.noun
        WHEN 'node' THEN RAISE(ABORT, 'node key is empty')
        ELSE RAISE(ABORT, 'edge key is empty') END
    WHEN typeof(NEW.key) NOT IN ('text', 'null') THEN
      CASE NEW.noun
        WHEN 'node' THEN RAISE(ABORT, 'node key is not text')
        ELSE RAISE(ABORT, 'edge key is not text') END
    WHEN length(CAST(NEW.key AS BLOB)) > 1024 THEN
      CASE NEW.noun
        WHEN 'node' THEN RAISE(ABORT, 'node key has more than 1,024 bytes')
        ELSE RAISE(ABORT, 'edge key has more than 1,024 bytes') END
    WHEN instr(CAST(NEW.key AS BLOB), x'00') > 0 OR NEW.key GLOB '*[' ||
        char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*' THEN
      CASE NEW.noun
        WHEN 'node' THEN RAISE(ABORT, 'node key holds a control character')
        ELSE RAISE(ABORT, 'edge key holds a control character') END
    WHEN typeof(NEW.id) NOT IN ('text', 'null')
      THEN RAISE(ABORT, 'the id is not text')
    WHEN length(CAST(NEW.id AS BLOB)) > 256
      THEN RAISE(ABORT, 'the id has more than 256 bytes')
    WHEN instr(CAST(NEW.id AS BLOB), x'00') > 0 OR NEW.id GLOB '*[' ||
        char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*'
      THEN RAISE(ABORT, 'the id holds a control character')
    WHEN NOT json_valid(NEW.attributes) OR json_type(NEW.attributes) <> 'object'
      THEN RAISE(ABORT, 'attributes are not a JSON object')
    WHEN NOT json_valid(COALESCE(NEW.metadata, '{}'))
        OR json_type(COALESCE(NEW.metadata, '{}')) <> 'object'
      THEN RAISE(ABORT, 'metadata is not a JSON object')
    WHEN json_type(json_remove(NEW.attributes, '$.' || NEW.noun || 'Type'),
        '$.' || NEW.noun || 'Type') IS NOT NULL THEN
      CASE NEW.noun
        WHEN 'node' THEN RAISE(ABORT, 'nodeType is there twice')
        ELSE RAISE(ABORT, 'edgeType is there twice') END
  END;
END;
CREATE VIEW alk_view_note (op, graph_id, nid, eid, gone) AS
  SELECT NULL, NULL, NULL, NULL, NULL;
CREATE TRIGGER alk_view_note_insert INSTEAD OF INSERT ON alk_view_note BEGIN
  UPDATE alk_graphs SET rev = rev + 1 WHERE graph_id = NEW.graph_id;
  INSERT INTO _honker_stream (topic, key, payload)
    SELECT 'changes', NEW.graph_id, json_object('rev', g.rev,
      'graphId', NEW.graph_id,
      'changes', json((SELECT json_group_array(json(c)) FROM (
        SELECT json_object('op', NEW.op, 'kind', 'edge', 'key', e.key,
          'type', t.name, 'id', COALESCE(e.id, 'edge-' || e.eid),
          'source', s.key, 'target', d.key) AS c
        FROM alk_edges e CROSS JOIN alk_nodes s ON s.nid = e.src
          CROSS JOIN alk_nodes d ON d.nid = e.dst
          LEFT JOIN alk_types t ON t.tid = e.type
        WHERE e.eid = NEW.eid OR e.src = NEW.gone OR e.dst = NEW.gone
        UNION ALL
        SELECT json_object('op', NEW.op, 'kind', 'node', 'key', n.key,
          'type', t.name)
        FROM alk_nodes n LEFT JOIN alk_types t ON t.tid = n.type
        WHERE n.nid = NEW.nid))))
    FROM alk_graphs g WHERE g.graph_id = NEW.graph_id;
  INSERT INTO _honker_notifications (channel, payload)
    SELECT 'graph:' || NEW.graph_id,
      json_object('rev', g.rev, 'graphId', NEW.graph_id)
    FROM alk_graphs g WHERE g.graph_id = NEW.graph_id;
END;
CREATE VIEW alk_view_gone (graph_id, nid, eid) AS SELECT NULL, NULL, NULL;
CREATE TRIGGER alk_view_gone_insert INSTEAD OF INSERT ON alk_view_gone BEGIN
  INSERT INTO alk_view_note
    VALUES ('delete', NEW.graph_id, NEW.nid, NEW.eid, NEW.nid);
  DELETE FROM alk_edges WHERE eid = NEW.eid;
  DELETE FROM alk_edges WHERE src = NEW.nid;
  DELETE FROM alk_edges WHERE dst = NEW.nid;
  DELETE FROM alk_order WHERE nid = NEW.nid;
  DELETE FROM alk_nodes WHERE nid = NEW.nid;
END;
CREATE TRIGGER alk_view_nodes_insert INSTEAD OF INSERT ON nodes BEGIN
  INSERT INTO alk_view_check VALUES ('node', NEW.key, NEW.id,
    COALESCE(NEW.attributes, '{}'), NEW.metadata);
  SELECT CASE
    WHEN NEW.id GLOB 'node-[0-9]*'
      THEN RAISE(ABORT, 'ids of the form node-N are derived: leave id NULL')
    WHEN NOT EXISTS (SELECT 1 FROM graphs WHERE id = NEW.graph_id)
      THEN RAISE(ABORT, 'no such graph')
    WHEN EXISTS (SELECT 1 FROM alk_nodes WHERE gid = g.gid AND key = NEW.key)
      THEN RAISE(ABORT, 'a node with this key is already there')
    WHEN EXISTS (SELECT 1 FROM alk_nodes WHERE id = NEW.id)
      THEN RAISE(ABORT, 'a node with this id is already there')
  END
  FROM (SELECT (SELECT gid FROM alk_graphs
    WHERE graph_id = NEW.graph_id) AS gid) g;
  INSERT INTO alk_nodes (nid, gid, type, key, attributes, created_at,
      updated_at, unchecked, id, metadata)
    SELECT (SELECT seq + 1 FROM sqlite_sequence WHERE name = 'alk_nodes'),
      g.gid,
      COALESCE(
        (SELECT t.tid FROM alk_types t
          WHERE t.graph_type_id = x.graph_type_id AND t.kind = 1
          AND t.name = json_extract(NEW.attributes, '$.nodeType')),
        (SELECT max(t.tid) FROM alk_types t
          WHERE t.graph_type_id = x.graph_type_id AND t.kind = 1
          AND json_type(NEW.attributes, '$.nodeType') IS NULL
          HAVING count(*) = 1), 0),
      NEW.key, json_remove(COALESCE(NEW.attributes, '{}'), '$.nodeType'),
      COALESCE(NEW.created_at, CAST(strftime('%s','now') AS INTEGER)),
      NEW.updated_at, 1, NEW.id, NULLIF(NEW.metadata, '{}')
    FROM alk_graphs g JOIN graphs x ON x.id = g.graph_id
    WHERE g.graph_id = NEW.graph_id
    ON CONFLICT DO UPDATE SET gid =
      RAISE(ABORT, 'a unique index has the values of another node');
  UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'alk_nodes';
  SELECT RAISE(ABORT, 'nodeType is missing or names no node type of the graph')
    FROM alk_nodes WHERE nid = last_insert_rowid() AND type = 0;
  INSERT INTO alk_view_note
    VALUES ('create', NEW.graph_id, last_insert_rowid(), NULL, NULL);
END;
CREATE TRIGGER alk_view_nodes_update INSTEAD OF UPDATE ON nodes BEGIN
  INSERT INTO alk_view_check
    VALUES ('node', NEW.key, NULL, NEW.attributes, NEW.metadata);
  SELECT CASE
    WHEN NEW.graph_id IS NOT OLD.graph_id
      THEN RAISE(ABORT, 'a node stays in its graph')
    WHEN NEW.id IS NOT OLD.id
      THEN RAISE(ABORT, 'the id of a node stays')
    WHEN NEW.key IS NOT OLD.key AND EXISTS (SELECT 1 FROM alk_nodes
        WHERE gid = g.gid AND key = NEW.key)
      THEN RAISE(ABORT, 'a node with this key is already there')
    WHEN COALESCE(json_extract(NEW.attributes, '$.nodeType'),
        json_extract(OLD.attributes, '$.nodeType'))
        IS NOT json_extract(OLD.attributes, '$.nodeType')
      THEN RAISE(ABORT, 'the type of a node stays')
  END
  FROM (SELECT (SELECT gid FROM alk_graphs
    WHERE graph_id = NEW.graph_id) AS gid) g;
  INSERT INTO alk_nodes (nid, gid, type, key, attributes, created_at,
      updated_at, unchecked, id, metadata)
    SELECT n.nid, n.gid, n.type, NEW.key,
      json_remove(NEW.attributes, '$.nodeType'), NEW.created_at,
      CASE WHEN NEW.updated_at IS NOT OLD.updated_at
        THEN NEW.updated_at ELSE CAST(strftime('%s','now') AS INTEGER) END,
      n.unchecked OR NEW.attributes IS NOT OLD.attributes, n.id,
      NULLIF(NEW.metadata, '{}')
    FROM alk_nodes n
    WHERE n.gid = (SELECT gid FROM alk_graphs WHERE graph_id = OLD.graph_id)
      AND n.key = OLD.key
    ON CONFLICT (nid) DO UPDATE SET key = excluded.key,
      attributes = excluded.attributes, unchecked = excluded.unchecked,
      metadata = excluded.metadata, created_at = excluded.created_at,
      updated_at = excluded.updated_at;
  INSERT INTO alk_view_note VALUES ('update', NEW.graph_id,
    (SELECT n.nid FROM alk_graphs g
      CROSS JOIN alk_nodes n ON n.gid = g.gid AND n.key = NEW.key
      WHERE g.graph_id = NEW.graph_id), NULL, NULL);
END;
CREATE TRIGGER alk_view_nodes_delete INSTEAD OF DELETE ON nodes BEGIN
  INSERT INTO alk_view_gone VALUES (OLD.graph_id,
    (SELECT n.nid FROM alk_graphs g
      CROSS JOIN alk_nodes n ON n.gid = g.gid AND n.key = OLD.key
      WHERE g.graph_id = OLD.graph_id), NULL);
END;
CREATE TRIGGER alk_view_edges_insert INSTEAD OF INSERT ON edges BEGIN
  INSERT INTO alk_view_check VALUES ('edge', NEW.key, NEW.id,
    COALESCE(NEW.attributes, '{}'), NEW.metadata);
  SELECT CASE
    WHEN NEW.id GLOB 'edge-[0-9]*' OR NEW.key GLOB 'edge-[0-9]*'
      THEN RAISE(ABORT, 'ids of the form edge-N are derived: leave id NULL')
    WHEN NOT EXISTS (SELECT 1 FROM graphs WHERE id = NEW.graph_id)
      THEN RAISE(ABORT, 'no such graph')
    WHEN EXISTS (SELECT 1 FROM alk_edges WHERE gid = g.gid AND key = NEW.key)
      THEN RAISE(ABORT, 'an edge with this key is already there')
    WHEN EXISTS (SELECT 1 FROM alk_edges WHERE id = NEW.id)
      THEN RAISE(ABORT, 'an edge with this id is already there')
    WHEN COALESCE(NEW.undirected, 0) NOT IN (0, 1)
      THEN RAISE(ABORT, 'undirected is neither 0 nor 1')
    WHEN NOT EXISTS (SELECT 1 FROM alk_nodes
        WHERE gid = g.gid AND key = NEW.source_node_key)
      THEN RAISE(ABORT, 'no such source node')
    WHEN NOT EXISTS (SELECT 1 FROM alk_nodes
        WHERE gid = g.gid AND key = NEW.target_node_key)
      THEN RAISE(ABORT, 'no such target node')
  END
  FROM (SELECT (SELECT gid FROM alk_graphs
    WHERE graph_id = NEW.graph_id) AS gid) g;
  INSERT INTO alk_edges (eid, gid, type, src, dst, undirected, attributes,
      created_at, updated_at, unchecked, key, id, metadata)
    SELECT (SELECT seq + 1 FROM sqlite_sequence WHERE name = 'alk_edges'),
      g.gid,
      COALESCE(
        (SELECT t.tid FROM alk_types t
          WHERE t.graph_type_id = x.graph_type_id AND t.kind = 2
          AND t.name = json_extract(NEW.attributes, '$.edgeType')),
        (SELECT max(t.tid) FROM alk_types t
          WHERE t.graph_type_id = x.graph_type_id AND t.kind = 2
          AND json_type(NEW.attributes, '$.edgeType') IS NULL
          HAVING count(*) = 1), 0),
      (SELECT nid FROM alk_nodes WHERE gid = g.gid
        AND key = NEW.source_node_key),
      (SELECT nid FROM alk_nodes WHERE gid = g.gid
        AND key = NEW.target_node_key),
      CASE json_extract(y.config, '$.type') WHEN 'undirected' THEN 1
        ELSE COALESCE(NEW.undirected, 0) END,
      json_remove(COALESCE(NEW.attributes, '{}'), '$.edgeType'),
      COALESCE(NEW.created_at, CAST(strftime('%s','now') AS INTEGER)),
      NEW.updated_at, 1, NEW.key, NEW.id, NULLIF(NEW.metadata, '{}')
    FROM alk_graphs g JOIN graphs x ON x.id = g.graph_id
      LEFT JOIN graph_types y ON y.id = x.graph_type_id
    WHERE g.graph_id = NEW.graph_id
    ON CONFLICT DO UPDATE SET gid =
      RAISE(ABORT, 'a unique index has the values of another edge');
  UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'alk_edges';
  SELECT CASE
    WHEN e.undirected AND json_extract(y.config, '$.type') = 'directed'
      THEN RAISE(ABORT, 'the graph type allows directed edges only')
    WHEN e.src = e.dst AND NOT json_extract(y.config, '$.allowSelfLoops')
      THEN RAISE(ABORT, 'the graph type allows no self loops')
    WHEN e.type = 0
      THEN RAISE(ABORT, 'edgeType is missing or no edge type of the graph')
    WHEN NOT json_extract(y.config, '$.multi') AND EXISTS (
        SELECT 1 FROM alk_edges o WHERE o.src = e.src AND o.dst = e.dst
          AND o.type = e.type AND o.undirected = e.undirected
          AND o.eid <> e.eid
        UNION ALL
        SELECT 1 FROM alk_edges o WHERE o.src = e.dst AND o.dst = e.src
          AND o.type = e.type AND e.undirected = 1 AND o.undirected = 1
          AND o.eid <> e.eid)
      THEN RAISE(ABORT, 'the graph type allows no parallel edges')
    WHEN k.allowed_source_types <> '[]' AND (SELECT t.name FROM alk_nodes n
        JOIN alk_types t ON t.tid = n.type WHERE n.nid = e.src)
        NOT IN (SELECT value FROM json_each(k.allowed_source_types))
      THEN RAISE(ABORT, 'the edge type does not allow this source node type')
    WHEN k.allowed_target_types <> '[]' AND (SELECT t.name FROM alk_nodes n
        JOIN alk_types t ON t.tid = n.type WHERE n.nid = e.dst)
        NOT IN (SELECT value FROM json_each(k.allowed_target_types))
      THEN RAISE(ABORT, 'the edge type does not allow this target node type')
    WHEN COALESCE(json_extract(y.config, '$.acyclic'), 0) AND (e.src = e.dst
        OR (NOT EXISTS (SELECT 1 FROM alk_orders v
            JOIN alk_order a ON a.nid = e.src
            JOIN alk_order b ON b.nid = e.dst
            WHERE v.gid = e.gid AND v.is_valid = 1 AND a.ord < b.ord)
        AND EXISTS (
          WITH RECURSIVE reach(nid) AS (
            VALUES (e.dst)
            UNION
            SELECT o.dst FROM reach r JOIN alk_edges o ON o.src = r.nid)
          SELECT 1 FROM reach WHERE nid = e.src)))
      THEN RAISE(ABORT, 'the graph type is acyclic and the edge closes a cycle')
  END
  FROM alk_edges e
    JOIN alk_graphs g ON g.gid = e.gid
    JOIN graphs x ON x.id = g.graph_id
    LEFT JOIN graph_types y ON y.id = x.graph_type_id
    LEFT JOIN alk_types t ON t.tid = e.type
    LEFT JOIN edge_types k ON k.id = t.type_id
  WHERE e.eid = last_insert_rowid();
  INSERT INTO alk_view_note
    VALUES ('create', NEW.graph_id, NULL, last_insert_rowid(), NULL);
  INSERT INTO alk_order (nid, ord)
    SELECT n.nid, CASE n.nid WHEN e.src THEN v.low - 1 ELSE v.high + 1 END
    FROM alk_edges e CROSS JOIN alk_orders v ON v.gid = e.gid
      CROSS JOIN alk_nodes n ON n.nid IN (e.src, e.dst)
    WHERE e.eid = (SELECT seq FROM sqlite_sequence WHERE name = 'alk_edges')
      AND v.is_valid = 1
      AND NOT EXISTS (SELECT 1 FROM alk_order o WHERE o.nid = n.nid);
  UPDATE alk_orders SET low = low - 1, high = high + 1,
      is_valid = EXISTS (SELECT 1 FROM alk_edges e
        JOIN alk_order a ON a.nid = e.src JOIN alk_order b ON b.nid = e.dst
        WHERE e.eid = (SELECT seq FROM sqlite_sequence WHERE name = 'alk_edges')
          AND a.ord < b.ord)
    WHERE is_valid = 1
      AND gid = (SELECT gid FROM alk_graphs WHERE graph_id = NEW.graph_id);
END;
CREATE TRIGGER alk_view_edges_update INSTEAD OF UPDATE ON edges BEGIN
  INSERT INTO alk_view_check
    VALUES ('edge', NEW.key, NULL, NEW.attributes, NEW.metadata);
  SELECT CASE
    WHEN NEW.key GLOB 'edge-[0-9]*'
      THEN RAISE(ABORT, 'keys of the form edge-N are derived ids')
    WHEN NEW.graph_id IS NOT OLD.graph_id
        OR NEW.source_node_key IS NOT OLD.source_node_key
        OR NEW.target_node_key IS NOT OLD.target_node_key
        OR NEW.undirected IS NOT OLD.undirected
      THEN RAISE(ABORT, 'the end points of an edge stay: delete and insert')
    WHEN NEW.id IS NOT OLD.id
      THEN RAISE(ABORT, 'the id of an edge stays')
    WHEN NEW.key IS NOT OLD.key AND EXISTS (SELECT 1 FROM alk_edges
        WHERE gid = g.gid AND key = NEW.key)
      THEN RAISE(ABORT, 'an edge with this key is already there')
    WHEN COALESCE(json_extract(NEW.attributes, '$.edgeType'),
        json_extract(OLD.attributes, '$.edgeType'))
        IS NOT json_extract(OLD.attributes, '$.edgeType')
      THEN RAISE(ABORT, 'the type of an edge stays')
  END
  FROM (SELECT (SELECT gid FROM alk_graphs
    WHERE graph_id = NEW.graph_id) AS gid) g;
  INSERT INTO alk_edges (eid, gid, type, src, dst, undirected, attributes,
      created_at, updated_at, unchecked, key, id, metadata)
    SELECT e.eid, e.gid, e.type, e.src, e.dst, e.undirected,
      json_remove(NEW.attributes, '$.edgeType'), NEW.created_at,
      CASE WHEN NEW.updated_at IS NOT OLD.updated_at
        THEN NEW.updated_at ELSE CAST(strftime('%s','now') AS INTEGER) END,
      e.unchecked OR NEW.attributes IS NOT OLD.attributes, NEW.key, e.id,
      NULLIF(NEW.metadata, '{}')
    FROM alk_edges e
    WHERE e.eid = CASE WHEN OLD.id GLOB 'edge-[0-9]*'
        THEN CAST(substr(OLD.id, 6) AS INTEGER)
        ELSE (SELECT eid FROM alk_edges WHERE id = OLD.id) END
    ON CONFLICT (eid) DO UPDATE SET key = excluded.key,
      attributes = excluded.attributes, unchecked = excluded.unchecked,
      metadata = excluded.metadata, created_at = excluded.created_at,
      updated_at = excluded.updated_at;
  INSERT INTO alk_view_note VALUES ('update', NEW.graph_id, NULL,
      CASE WHEN OLD.id GLOB 'edge-[0-9]*'
        THEN CAST(substr(OLD.id, 6) AS INTEGER)
        ELSE (SELECT eid FROM alk_edges WHERE id = OLD.id) END, NULL);
END;
CREATE TRIGGER alk_view_edges_delete INSTEAD OF DELETE ON edges BEGIN
  INSERT INTO alk_view_gone VALUES (OLD.graph_id, NULL,
      CASE WHEN OLD.id GLOB 'edge-[0-9]*'
        THEN CAST(substr(OLD.id, 6) AS INTEGER)
        ELSE (SELECT eid FROM alk_edges WHERE id = OLD.id) END);
END;
