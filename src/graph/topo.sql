-- The topology of a graph, for traversal and algorithms: nodes by number, rows
-- where filters, weights or keys are asked for. Hops are in walk.sql.
-- owns:

-- name: topo_nodes
SELECT nid FROM alk_nodes WHERE gid = ?1 ORDER BY nid

-- name: topo_has
SELECT gid FROM alk_nodes WHERE nid = ?1

-- name: topo_node_row
SELECT type, attributes FROM alk_nodes WHERE nid = ?1

-- name: topo_edge_row
SELECT attributes FROM alk_edges WHERE eid = ?1

-- name: topo_node_key
SELECT type, key FROM alk_nodes WHERE nid = ?1

-- name: topo_edge_key
SELECT type, key, id, eid FROM alk_edges WHERE eid = ?1

-- The marks name an index and bound its keys (index_query.c). ?1 graph, ?4
-- rows at most.
-- name: topo_narrow_nodes
SELECT n.nid FROM alk_nodes n /*index*/
WHERE n.gid = ?1 /*bounds*/ LIMIT ?4

-- name: topo_narrow_edges
-- scan: of an index, which is named in the marks
SELECT e.eid FROM alk_edges e /*index*/
WHERE e.gid = ?1 /*bounds*/ LIMIT ?4
