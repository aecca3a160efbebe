-- The topological order of acyclic graphs: order.c. A node that has an edge has
-- a row, and ord rises along every edge, while is_valid is 1; low and high are
-- around all that the graph's nodes have.
-- owns: alk_order, alk_orders

-- name: order_tables
-- script
CREATE TABLE alk_order (
  nid INTEGER PRIMARY KEY,
  ord INTEGER NOT NULL
) STRICT;
CREATE TABLE alk_orders (
  gid INTEGER PRIMARY KEY,
  is_valid INTEGER NOT NULL,
  low INTEGER NOT NULL,
  high INTEGER NOT NULL
) STRICT;
CREATE TRIGGER alk_order_rows BEFORE DELETE ON graphs BEGIN
  DELETE FROM alk_order WHERE nid IN (SELECT n.nid FROM alk_nodes n
    WHERE n.gid = (SELECT gid FROM alk_graphs WHERE graph_id = OLD.id));
END;
CREATE TRIGGER alk_order_graphs AFTER DELETE ON alk_graphs BEGIN
  DELETE FROM alk_orders WHERE gid = OLD.gid;
END;

-- name: order_state
SELECT low, high, (SELECT ord FROM alk_order WHERE nid = ?2),
  (SELECT ord FROM alk_order WHERE nid = ?3)
FROM alk_orders WHERE gid = ?1 AND is_valid = 1

-- name: order_put
INSERT INTO alk_order (nid, ord) VALUES (?1, ?2)
ON CONFLICT (nid) DO UPDATE SET ord = excluded.ord

-- name: order_drop
DELETE FROM alk_order WHERE nid = ?1

-- name: order_low
UPDATE alk_orders SET low = ?2 WHERE gid = ?1

-- name: order_high
UPDATE alk_orders SET high = ?2 WHERE gid = ?1

-- name: order_forward
-- The nodes behind ?1 that stand no later than ?2.
SELECT DISTINCT e.dst, o.ord
FROM alk_edges e CROSS JOIN alk_order o ON o.nid = e.dst
WHERE e.src = ?1 AND o.ord <= ?2

-- name: order_backward
-- The nodes before ?1 that stand no earlier than ?2.
SELECT DISTINCT e.src, o.ord
FROM alk_edges e CROSS JOIN alk_order o ON o.nid = e.src
WHERE e.dst = ?1 AND o.ord >= ?2

-- name: order_forget
UPDATE alk_orders SET is_valid = 0 WHERE gid = ?1

-- name: order_clear
DELETE FROM alk_order
WHERE nid IN (SELECT n.nid FROM alk_nodes n WHERE n.gid = ?1)

-- name: order_set
INSERT INTO alk_orders (gid, is_valid, low, high) VALUES (?1, 1, ?2, ?3)
ON CONFLICT (gid) DO UPDATE
  SET is_valid = 1, low = excluded.low, high = excluded.high

-- name: order_edges
-- scan: the nodes of the graph, in their order, and so the edges by source
SELECT e.src, e.dst, e.eid
FROM (SELECT nid FROM alk_nodes WHERE gid = ?1 ORDER BY nid LIMIT -1) s
  CROSS JOIN alk_edges e ON e.src = s.nid

-- name: order_is_broken
-- scan: of the graphs that have an order
SELECT 'edge-' || e.eid, 'goes against the order kept of its acyclic graph'
FROM alk_orders v CROSS JOIN alk_nodes n ON n.gid = v.gid
  CROSS JOIN alk_edges e ON e.src = n.nid
  LEFT JOIN alk_order a ON a.nid = e.src LEFT JOIN alk_order b ON b.nid = e.dst
  JOIN alk_graphs g ON g.gid = v.gid JOIN graphs x ON x.id = g.graph_id
  JOIN graph_types y ON y.id = x.graph_type_id
WHERE v.is_valid = 1 AND json_extract(y.config, '$.acyclic') = 1
  AND (a.ord IS NULL OR b.ord IS NULL OR a.ord >= b.ord)

-- name: order_targets
SELECT DISTINCT dst, ?2 FROM alk_edges WHERE src = ?1

-- name: order_targets_before
SELECT DISTINCT dst, 0 FROM alk_edges WHERE src = ?1 AND eid < ?2

-- name: order_bounds
SELECT low, high FROM alk_orders WHERE gid = ?1 AND is_valid = 1

-- name: order_places
-- scan: the feed, all of which is asked about
SELECT o.nid, o.ord FROM alk_feed f CROSS JOIN alk_order o ON o.nid = f.c0

-- name: order_put_many
INSERT INTO alk_order (nid, ord) SELECT c0, c1 FROM alk_feed

-- name: order_valid
SELECT 1 FROM alk_orders WHERE gid = ?1 AND is_valid = 1
