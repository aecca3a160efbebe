-- Lists: one statement for each kind, order and direction, so that all SQL is
-- known beforehand. Parameters: ?1 graph, ?2 type (-1: any), ?3 filter or NULL,
-- ?4 rows, ?5 and ?6 where the page begins, ?7 the path to order by, ?8 and ?9
-- for edges the source and target node or -1. The edges of a graph are found by
-- its nodes: an index by graph would cost a fifth of the time of a load.
-- Where an index on attributes answers (list_index.c), its name, bounds and
-- order take the places of the marks (index_query.c).
-- owns:

-- name: list_nodes
SELECT n.nid, n.type, n.key, n.attributes, n.unchecked, n.id, n.metadata,
  n.created_at, COALESCE(n.updated_at, n.created_at)
FROM alk_nodes n /*index*/
WHERE n.gid = ?1 /*bounds*/ AND n.type = ?2 AND n.nid > ?5
  AND (?3 IS NULL OR alk_match(?3, n.attributes))
ORDER BY n.nid LIMIT ?4

-- name: list_nodes_by_key
SELECT n.nid, n.type, n.key, n.attributes, n.unchecked, n.id, n.metadata,
  n.created_at, COALESCE(n.updated_at, n.created_at)
FROM alk_nodes n /*index*/
WHERE n.gid = ?1 /*bounds*/ AND n.key > ?5 AND (?2 = -1 OR n.type = ?2)
  AND (?3 IS NULL OR alk_match(?3, n.attributes))
ORDER BY n.key LIMIT ?4

-- name: list_nodes_by_value
SELECT n.nid, n.type, n.key, n.attributes, n.unchecked, n.id, n.metadata,
  n.created_at, COALESCE(n.updated_at, n.created_at),
  alk_sort_key(?7, n.attributes) AS k
FROM alk_nodes n /*index*/
WHERE n.gid = ?1 /*bounds*/ AND (?2 = -1 OR n.type = ?2)
  AND (?3 IS NULL OR alk_match(?3, n.attributes))
  AND (alk_sort_key(?7, n.attributes), n.nid) > (?5, ?6)
ORDER BY /*order*/ k, n.nid LIMIT ?4

-- name: list_nodes_desc
SELECT n.nid, n.type, n.key, n.attributes, n.unchecked, n.id, n.metadata,
  n.created_at, COALESCE(n.updated_at, n.created_at)
FROM alk_nodes n /*index*/
WHERE n.gid = ?1 /*bounds*/ AND n.type = ?2 AND n.nid < ?5
  AND (?3 IS NULL OR alk_match(?3, n.attributes))
ORDER BY n.nid DESC LIMIT ?4

-- name: list_nodes_by_key_desc
SELECT n.nid, n.type, n.key, n.attributes, n.unchecked, n.id, n.metadata,
  n.created_at, COALESCE(n.updated_at, n.created_at)
FROM alk_nodes n /*index*/
WHERE n.gid = ?1 /*bounds*/ AND n.key < ?5 AND (?2 = -1 OR n.type = ?2)
  AND (?3 IS NULL OR alk_match(?3, n.attributes))
ORDER BY n.key DESC LIMIT ?4

-- name: list_nodes_by_value_desc
SELECT n.nid, n.type, n.key, n.attributes, n.unchecked, n.id, n.metadata,
  n.created_at, COALESCE(n.updated_at, n.created_at),
  alk_sort_key(?7, n.attributes) AS k
FROM alk_nodes n /*index*/
WHERE n.gid = ?1 /*bounds*/ AND (?2 = -1 OR n.type = ?2)
  AND (?3 IS NULL OR alk_match(?3, n.attributes))
  AND (alk_sort_key(?7, n.attributes), n.nid) < (?5, ?6)
ORDER BY /*order desc*/ k DESC, n.nid DESC LIMIT ?4

-- name: list_edges
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected
FROM alk_nodes s CROSS JOIN alk_edges e ON e.src = s.nid
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE s.gid = ?1 AND s.key >= ?5 AND (s.key > ?5 OR e.eid > ?6)
  AND (?3 IS NULL OR alk_match(?3, e.attributes))
ORDER BY s.key, e.eid LIMIT ?4

-- name: list_edges_of_type
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected
FROM alk_nodes s CROSS JOIN alk_edges e ON e.src = s.nid AND e.type = ?2
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE s.gid = ?1 AND s.key >= ?5 AND (s.key > ?5 OR e.eid > ?6)
  AND (?3 IS NULL OR alk_match(?3, e.attributes))
ORDER BY s.key, e.eid LIMIT ?4

-- name: list_edges_from
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected
FROM alk_edges e JOIN alk_nodes s ON s.nid = e.src
  JOIN alk_nodes d ON d.nid = e.dst
WHERE e.src = ?8 AND (?9 = -1 OR e.dst = ?9) AND (?2 = -1 OR e.type = ?2)
  AND e.eid > ?6 AND (?3 IS NULL OR alk_match(?3, e.attributes))
ORDER BY e.eid LIMIT ?4

-- name: list_edges_to
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected
FROM alk_edges e JOIN alk_nodes s ON s.nid = e.src
  JOIN alk_nodes d ON d.nid = e.dst
WHERE e.dst = ?9 AND (?2 = -1 OR e.type = ?2)
  AND e.eid > ?6 AND (?3 IS NULL OR alk_match(?3, e.attributes))
ORDER BY e.eid LIMIT ?4

-- name: list_edges_by_value
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected,
  alk_sort_key(?7, e.attributes) AS k
FROM alk_nodes s CROSS JOIN alk_edges e ON e.src = s.nid
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE s.gid = ?1 AND (?2 = -1 OR e.type = ?2)
  AND (?8 = -1 OR e.src = ?8) AND (?9 = -1 OR e.dst = ?9)
  AND (?3 IS NULL OR alk_match(?3, e.attributes))
  AND (alk_sort_key(?7, e.attributes), e.eid) > (?5, ?6)
ORDER BY k, e.eid LIMIT ?4

-- name: list_edges_by_key
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected,
  CAST(COALESCE(e.key, '') AS BLOB) AS k
FROM alk_nodes s CROSS JOIN alk_edges e ON e.src = s.nid
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE s.gid = ?1 AND (?2 = -1 OR e.type = ?2)
  AND (?8 = -1 OR e.src = ?8) AND (?9 = -1 OR e.dst = ?9)
  AND (?3 IS NULL OR alk_match(?3, e.attributes))
  AND (CAST(COALESCE(e.key, '') AS BLOB), e.eid) > (?5, ?6)
ORDER BY k, e.eid LIMIT ?4

-- name: list_edges_desc
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected
FROM alk_nodes s CROSS JOIN alk_edges e ON e.src = s.nid
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE s.gid = ?1 AND s.key <= ?5 AND (s.key < ?5 OR e.eid < ?6)
  AND (?3 IS NULL OR alk_match(?3, e.attributes))
ORDER BY s.key DESC, e.eid DESC LIMIT ?4

-- name: list_edges_of_type_desc
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected
FROM alk_nodes s CROSS JOIN alk_edges e ON e.src = s.nid AND e.type = ?2
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE s.gid = ?1 AND s.key <= ?5 AND (s.key < ?5 OR e.eid < ?6)
  AND (?3 IS NULL OR alk_match(?3, e.attributes))
ORDER BY s.key DESC, e.eid DESC LIMIT ?4

-- name: list_edges_from_desc
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected
FROM alk_edges e JOIN alk_nodes s ON s.nid = e.src
  JOIN alk_nodes d ON d.nid = e.dst
WHERE e.src = ?8 AND (?9 = -1 OR e.dst = ?9) AND (?2 = -1 OR e.type = ?2)
  AND e.eid < ?6 AND (?3 IS NULL OR alk_match(?3, e.attributes))
ORDER BY e.eid DESC LIMIT ?4

-- name: list_edges_to_desc
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected
FROM alk_edges e JOIN alk_nodes s ON s.nid = e.src
  JOIN alk_nodes d ON d.nid = e.dst
WHERE e.dst = ?9 AND (?2 = -1 OR e.type = ?2)
  AND e.eid < ?6 AND (?3 IS NULL OR alk_match(?3, e.attributes))
ORDER BY e.eid DESC LIMIT ?4

-- name: list_edges_by_value_desc
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected,
  alk_sort_key(?7, e.attributes) AS k
FROM alk_nodes s CROSS JOIN alk_edges e ON e.src = s.nid
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE s.gid = ?1 AND (?2 = -1 OR e.type = ?2)
  AND (?8 = -1 OR e.src = ?8) AND (?9 = -1 OR e.dst = ?9)
  AND (?3 IS NULL OR alk_match(?3, e.attributes))
  AND (alk_sort_key(?7, e.attributes), e.eid) < (?5, ?6)
ORDER BY k DESC, e.eid DESC LIMIT ?4

-- name: list_edges_by_key_desc
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected,
  CAST(COALESCE(e.key, '') AS BLOB) AS k
FROM alk_nodes s CROSS JOIN alk_edges e ON e.src = s.nid
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE s.gid = ?1 AND (?2 = -1 OR e.type = ?2)
  AND (?8 = -1 OR e.src = ?8) AND (?9 = -1 OR e.dst = ?9)
  AND (?3 IS NULL OR alk_match(?3, e.attributes))
  AND (CAST(COALESCE(e.key, '') AS BLOB), e.eid) < (?5, ?6)
ORDER BY k DESC, e.eid DESC LIMIT ?4

-- name: list_edges_indexed
-- scan: of an index, which is named in the marks
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected
FROM alk_edges e /*index*/ CROSS JOIN alk_nodes s ON s.nid = e.src
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE e.gid = ?1 /*bounds*/ AND (?3 IS NULL OR alk_match(?3, e.attributes))
  AND (s.key >= ?5 AND (s.key > ?5 OR e.eid > ?6))
ORDER BY s.key, e.eid LIMIT ?4

-- name: list_edges_indexed_by_value
-- scan: of an index, which is named in the marks
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected,
  alk_sort_key(?7, e.attributes) AS k
FROM alk_edges e /*index*/ CROSS JOIN alk_nodes s ON s.nid = e.src
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE e.gid = ?1 /*bounds*/ AND (?3 IS NULL OR alk_match(?3, e.attributes))
  AND (alk_sort_key(?7, e.attributes), e.eid) > (?5, ?6)
ORDER BY /*order*/ k, e.eid LIMIT ?4

-- name: list_edges_indexed_by_key
-- scan: of an index, which is named in the marks
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected,
  CAST(COALESCE(e.key, '') AS BLOB) AS k
FROM alk_edges e /*index*/ CROSS JOIN alk_nodes s ON s.nid = e.src
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE e.gid = ?1 /*bounds*/ AND (?3 IS NULL OR alk_match(?3, e.attributes))
  AND (CAST(COALESCE(e.key, '') AS BLOB), e.eid) > (?5, ?6)
ORDER BY k, e.eid LIMIT ?4

-- name: list_edges_indexed_desc
-- scan: of an index, which is named in the marks
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected
FROM alk_edges e /*index*/ CROSS JOIN alk_nodes s ON s.nid = e.src
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE e.gid = ?1 /*bounds*/ AND (?3 IS NULL OR alk_match(?3, e.attributes))
  AND (s.key <= ?5 AND (s.key < ?5 OR e.eid < ?6))
ORDER BY s.key DESC, e.eid DESC LIMIT ?4

-- name: list_edges_indexed_by_value_desc
-- scan: of an index, which is named in the marks
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected,
  alk_sort_key(?7, e.attributes) AS k
FROM alk_edges e /*index*/ CROSS JOIN alk_nodes s ON s.nid = e.src
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE e.gid = ?1 /*bounds*/ AND (?3 IS NULL OR alk_match(?3, e.attributes))
  AND (alk_sort_key(?7, e.attributes), e.eid) < (?5, ?6)
ORDER BY /*order desc*/ k DESC, e.eid DESC LIMIT ?4

-- name: list_edges_indexed_by_key_desc
-- scan: of an index, which is named in the marks
SELECT e.eid, e.type, e.key, e.attributes, e.unchecked, e.id, e.metadata,
  e.created_at, COALESCE(e.updated_at, e.created_at), s.key, d.key,
  e.undirected,
  CAST(COALESCE(e.key, '') AS BLOB) AS k
FROM alk_edges e /*index*/ CROSS JOIN alk_nodes s ON s.nid = e.src
  CROSS JOIN alk_nodes d ON d.nid = e.dst
WHERE e.gid = ?1 /*bounds*/ AND (?3 IS NULL OR alk_match(?3, e.attributes))
  AND (CAST(COALESCE(e.key, '') AS BLOB), e.eid) < (?5, ?6)
ORDER BY k DESC, e.eid DESC LIMIT ?4

-- name: list_nodes_probe
-- How many rows an index would have to look at, at most ?4.
SELECT count(*) FROM (SELECT 1 FROM alk_nodes n /*index*/
  WHERE n.gid = ?1 /*bounds*/ LIMIT ?4)

-- name: list_edges_probe
-- scan: of an index, which is named in the marks
SELECT count(*) FROM (SELECT 1 FROM alk_edges e /*index*/
  WHERE e.gid = ?1 /*bounds*/ LIMIT ?4)
