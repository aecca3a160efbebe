-- The invariants of docs/INVARIANTS.md, each as a query for what breaks it: a
-- place and what is wrong with it.
-- owns:

-- name: check_node_graph
-- scan: a check reads everything
SELECT 'node-' || n.nid, 'belongs to no graph' FROM alk_nodes n
WHERE NOT EXISTS (SELECT 1 FROM alk_graphs g WHERE g.gid = n.gid)

-- name: check_graph_row
-- scan: a check reads everything
SELECT 'graph ' || g.graph_id, 'has no row in graphs' FROM alk_graphs g
WHERE NOT EXISTS (SELECT 1 FROM graphs x WHERE x.id = g.graph_id)

-- name: check_graph_number
-- scan: a check reads everything
SELECT 'graph ' || x.id, 'has no number in alk_graphs' FROM graphs x
WHERE NOT EXISTS (SELECT 1 FROM alk_graphs g WHERE g.graph_id = x.id)

-- name: check_edge_ends
-- scan: a check reads everything
SELECT 'edge-' || e.eid,
  'has an end point that is not there, or in another graph'
FROM alk_edges e
  LEFT JOIN alk_nodes s ON s.nid = e.src LEFT JOIN alk_nodes d ON d.nid = e.dst
WHERE s.gid IS NOT e.gid OR d.gid IS NOT e.gid

-- name: check_node_type
-- scan: a check reads everything
SELECT 'node-' || n.nid, 'has a type that is not a node type of its graph type'
FROM alk_nodes n JOIN alk_graphs g ON g.gid = n.gid
  JOIN graphs x ON x.id = g.graph_id LEFT JOIN alk_types t ON t.tid = n.type
WHERE x.graph_type_id IS NOT NULL
  AND (t.kind IS NOT 1 OR t.graph_type_id IS NOT x.graph_type_id)

-- name: check_edge_type
-- scan: a check reads everything
SELECT 'edge-' || e.eid, 'has a type that is not an edge type of its graph type'
FROM alk_edges e JOIN alk_graphs g ON g.gid = e.gid
  JOIN graphs x ON x.id = g.graph_id LEFT JOIN alk_types t ON t.tid = e.type
WHERE x.graph_type_id IS NOT NULL
  AND (t.kind IS NOT 2 OR t.graph_type_id IS NOT x.graph_type_id)

-- name: check_self_loop
-- scan: a check reads everything
SELECT 'edge-' || e.eid, 'is a self loop where the graph type allows none'
FROM alk_edges e JOIN alk_graphs g ON g.gid = e.gid
  JOIN graphs x ON x.id = g.graph_id
  JOIN graph_types y ON y.id = x.graph_type_id
WHERE e.src = e.dst AND NOT json_extract(y.config, '$.allowSelfLoops')

-- name: check_parallel
-- scan: a check reads everything
SELECT 'edge-' || max(e.eid), 'is parallel to another where none may be'
FROM alk_edges e JOIN alk_graphs g ON g.gid = e.gid
  JOIN graphs x ON x.id = g.graph_id
  JOIN graph_types y ON y.id = x.graph_type_id
WHERE NOT json_extract(y.config, '$.multi')
GROUP BY e.type, e.undirected,
  CASE WHEN e.undirected = 1 THEN min(e.src, e.dst) ELSE e.src END,
  CASE WHEN e.undirected = 1 THEN max(e.src, e.dst) ELSE e.dst END
HAVING count(*) > 1

-- name: check_direction
-- scan: a check reads everything
SELECT 'edge-' || e.eid, 'has a direction that the graph type does not allow'
FROM alk_edges e JOIN alk_graphs g ON g.gid = e.gid
  JOIN graphs x ON x.id = g.graph_id
  JOIN graph_types y ON y.id = x.graph_type_id
WHERE json_extract(y.config, '$.type') = CASE e.undirected
  WHEN 1 THEN 'directed' ELSE 'undirected' END

-- name: check_numbers
-- scan: two rows, and one for each table that numbers its rows
SELECT t.name, 'the next number is not above all that were given'
FROM (SELECT 'alk_nodes' AS name, max(nid) AS number FROM alk_nodes
  UNION ALL SELECT 'alk_edges', max(eid) FROM alk_edges) t
WHERE COALESCE((SELECT max(s.seq) FROM sqlite_sequence s
  WHERE s.name = t.name), -1) < COALESCE(t.number, 0)

-- name: check_feed
-- scan: a check reads everything
SELECT 'graph ' || g.graph_id,
  'its newest change record is not of its revision'
FROM alk_graphs g
  LEFT JOIN (SELECT key, payload, max(offset) FROM _honker_stream
    WHERE topic = 'changes' AND key IS NOT NULL GROUP BY key) s
  ON s.key = g.graph_id
WHERE g.rev <> COALESCE(json_extract(s.payload, '$.rev'), 0)
  AND (s.key IS NOT NULL OR NOT EXISTS (SELECT 1 FROM _alk_stream_trimmed
    WHERE topic = 'changes'))

-- name: check_type_number
-- scan: a check reads everything
SELECT 'type ' || t.name, 'has no row in node_types or edge_types'
FROM alk_types t
WHERE NOT EXISTS (SELECT 1 FROM node_types n WHERE n.id = t.type_id)
  AND NOT EXISTS (SELECT 1 FROM edge_types e WHERE e.id = t.type_id)

-- name: check_graph_type
-- scan: a check reads everything
SELECT 'graph ' || x.id, 'has a graph type that is not there'
FROM graphs x WHERE x.graph_type_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM graph_types y WHERE y.id = x.graph_type_id)

-- name: check_type_row
-- scan: a check reads everything
SELECT 'type ' || n.name, 'has no number in alk_types'
FROM (SELECT id, name FROM node_types
    UNION ALL SELECT id, name FROM edge_types) n
WHERE NOT EXISTS (SELECT 1 FROM alk_types t WHERE t.type_id = n.id)

-- name: check_graphs
-- scan: every graph is wanted
SELECT g.graph_id FROM alk_graphs g ORDER BY g.gid

-- name: check_graph_edge_ends
SELECT e.eid, e.type, s.type, d.type, s.key, d.key
FROM alk_nodes s CROSS JOIN alk_edges e ON e.src = s.nid
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE s.gid = ?1

-- name: check_graph_nodes
SELECT nid, type, attributes, key FROM alk_nodes WHERE gid = ?1

-- name: check_graph_edges
SELECT e.eid, e.type, e.attributes, e.key
FROM alk_nodes s CROSS JOIN alk_edges e ON e.src = s.nid WHERE s.gid = ?1

-- name: check_graph_nodes_unchecked
SELECT nid, type, attributes, key FROM alk_nodes
WHERE gid = ?1 AND unchecked = 1

-- name: check_graph_edges_unchecked
SELECT e.eid, e.type, e.attributes, e.key
FROM alk_nodes s CROSS JOIN alk_edges e ON e.src = s.nid
WHERE s.gid = ?1 AND e.unchecked = 1

-- name: check_index_made
-- scan: every index is wanted
SELECT 'index ' || i.name, 'is declared by its type, but not made; load the '
  || 'module of the type again'
FROM alk_indexes i WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema s
  WHERE s.type = 'index' AND s.name = 'alk_ix_' || i.iid || '_' || i.name)

-- name: check_index_count
-- scan: every index is wanted
SELECT count(*) FROM alk_indexes

-- name: check_index_nodes
PRAGMA integrity_check('alk_nodes')

-- name: check_index_edges
PRAGMA integrity_check('alk_edges')

-- name: check_total
-- scan: a check reads everything
SELECT (SELECT count(*) FROM alk_edges) + (SELECT count(*) FROM alk_nodes)
