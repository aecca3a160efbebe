-- Consumer groups over the streams of the contract: each event goes to one
-- consumer of a group and is pending until that acknowledges it. Honker knows
-- nothing of them.
-- owns: _alk_stream_group, _alk_stream_pending, _alk_stream_member
-- owns: _alk_stream_dead

-- What a group has dropped has nobody: the consumer ''.
-- name: stream_group_tables
-- script
CREATE TABLE IF NOT EXISTS _alk_stream_group (
  id INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  name TEXT NOT NULL,
  delivered INTEGER NOT NULL,
  max_deliveries INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (topic, name)
) STRICT;
CREATE TABLE IF NOT EXISTS _alk_stream_pending (
  group_id INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  consumer TEXT NOT NULL,
  delivered_at INTEGER NOT NULL,
  deliveries INTEGER NOT NULL,
  PRIMARY KEY (group_id, offset)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS _alk_stream_pending_idle
  ON _alk_stream_pending(group_id, delivered_at, offset);
CREATE INDEX IF NOT EXISTS _alk_stream_pending_consumer
  ON _alk_stream_pending(group_id, consumer, offset);
CREATE TABLE IF NOT EXISTS _alk_stream_member (
  group_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (group_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _alk_stream_dead (
  group_id INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  consumer TEXT NOT NULL,
  delivered_at INTEGER NOT NULL,
  deliveries INTEGER NOT NULL,
  died_at INTEGER NOT NULL,
  key TEXT,
  payload TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (group_id, offset)
) STRICT, WITHOUT ROWID;

-- Takes the write lock and changes nothing.
-- name: stream_group_lock
UPDATE _alk_stream_group SET id = id WHERE id = NULL

-- name: stream_group_find
SELECT id, delivered, max_deliveries FROM _alk_stream_group
WHERE topic = ?1 AND name = ?2

-- name: stream_group_insert
INSERT INTO _alk_stream_group
  (topic, name, delivered, max_deliveries, created_at)
VALUES (?1, ?2, ?3, ?4, ?5)

-- name: stream_group_forward
UPDATE _alk_stream_group SET delivered = ?2 WHERE id = ?1

-- name: stream_group_delete
DELETE FROM _alk_stream_group WHERE id = ?1

-- name: stream_group_delete_pending
DELETE FROM _alk_stream_pending WHERE group_id = ?1

-- name: stream_group_delete_members
DELETE FROM _alk_stream_member WHERE group_id = ?1

-- name: stream_group_delete_dead
DELETE FROM _alk_stream_dead WHERE group_id = ?1

-- name: stream_group_has_new
SELECT EXISTS (SELECT 1 FROM _honker_stream WHERE topic = ?1 AND offset > ?2)

-- name: stream_group_deliver
INSERT INTO _alk_stream_pending
  (group_id, offset, consumer, delivered_at, deliveries)
SELECT ?1, offset, ?3, ?4, 1 FROM _honker_stream
WHERE topic = ?2 AND offset > ?5 AND offset <= ?6

-- name: stream_member_seen
INSERT INTO _alk_stream_member (group_id, name, seen_at) VALUES (?1, ?2, ?3)
ON CONFLICT (group_id, name) DO UPDATE SET seen_at = excluded.seen_at
WHERE seen_at < excluded.seen_at

-- name: stream_member_delete
DELETE FROM _alk_stream_member WHERE group_id = ?1 AND name = ?2

-- name: stream_pending_ack
DELETE FROM _alk_stream_pending
WHERE group_id = ?1 AND offset = ?2 AND consumer = ?3

-- name: stream_pending_delete
DELETE FROM _alk_stream_pending WHERE group_id = ?1 AND offset = ?2

-- name: stream_pending_orphan
UPDATE _alk_stream_pending SET consumer = '', delivered_at = 0
WHERE group_id = ?1 AND consumer = ?2

-- name: stream_pending_has_idle
SELECT EXISTS (SELECT 1 FROM _alk_stream_pending
WHERE group_id = ?1 AND delivered_at <= ?2)

-- name: stream_pending_idle
SELECT offset FROM _alk_stream_pending
WHERE group_id = ?1 AND delivered_at <= ?2
ORDER BY delivered_at, offset LIMIT ?3

-- name: stream_pending_of
SELECT offset FROM _alk_stream_pending
WHERE group_id = ?1 AND consumer = ?2 AND delivered_at <= ?3
ORDER BY offset LIMIT ?4

-- name: stream_pending_take
UPDATE _alk_stream_pending
SET consumer = ?3, delivered_at = ?4, deliveries = deliveries + 1
WHERE group_id = ?1 AND offset = ?2

-- name: stream_pending_get
SELECT p.offset, p.consumer, p.delivered_at, p.deliveries, s.topic, s.key,
  s.payload, s.created_at
FROM _alk_stream_pending p JOIN _honker_stream s ON s.offset = p.offset
WHERE p.group_id = ?1 AND p.offset = ?2

-- name: stream_pending_list
SELECT p.offset, p.consumer, p.delivered_at, p.deliveries, s.topic, s.key,
  s.payload, s.created_at
FROM _alk_stream_pending p CROSS JOIN _honker_stream s ON s.offset = p.offset
WHERE p.group_id = ?1 AND p.offset > ?2 AND p.delivered_at <= ?3
ORDER BY p.offset LIMIT ?4

-- name: stream_pending_list_of
SELECT p.offset, p.consumer, p.delivered_at, p.deliveries, s.topic, s.key,
  s.payload, s.created_at
FROM _alk_stream_pending p CROSS JOIN _honker_stream s ON s.offset = p.offset
WHERE p.group_id = ?1 AND p.consumer = ?5 AND p.offset > ?2
  AND p.delivered_at <= ?3
ORDER BY p.offset LIMIT ?4

-- name: stream_pending_bury
INSERT OR REPLACE INTO _alk_stream_dead (group_id, offset, consumer,
  delivered_at, deliveries, died_at, key, payload, created_at)
SELECT p.group_id, p.offset, p.consumer, p.delivered_at, p.deliveries, ?3,
  s.key, s.payload, s.created_at
FROM _alk_stream_pending p JOIN _honker_stream s ON s.offset = p.offset
WHERE p.group_id = ?1 AND p.offset = ?2

-- name: stream_dead_list
SELECT d.offset, d.consumer, d.delivered_at, d.deliveries, g.topic, d.key,
  d.payload, d.created_at, d.died_at
FROM _alk_stream_dead d CROSS JOIN _alk_stream_group g ON g.id = d.group_id
WHERE d.group_id = ?1 AND d.offset > ?2 ORDER BY d.offset LIMIT ?3

-- name: stream_dead_delete
DELETE FROM _alk_stream_dead WHERE group_id = ?1 AND offset = ?2

-- name: stream_dead_revive
INSERT OR IGNORE INTO _alk_stream_pending
  (group_id, offset, consumer, delivered_at, deliveries)
SELECT d.group_id, d.offset, '', 0, 0
FROM _alk_stream_dead d JOIN _honker_stream s ON s.offset = d.offset
WHERE d.group_id = ?1 AND d.offset = ?2

-- name: stream_group_list
-- scan: there are as many groups as somebody made
SELECT g.topic, g.name, g.delivered, g.max_deliveries, g.created_at,
  (SELECT count(*) FROM _honker_stream s
    WHERE s.topic = g.topic AND s.offset > g.delivered),
  (SELECT count(*) FROM _alk_stream_pending p WHERE p.group_id = g.id),
  (SELECT count(*) FROM _alk_stream_member m WHERE m.group_id = g.id),
  (SELECT count(*) FROM _alk_stream_dead d WHERE d.group_id = g.id),
  (SELECT min(offset) FROM _alk_stream_pending p WHERE p.group_id = g.id)
FROM _alk_stream_group g
WHERE ?1 IS NULL OR g.topic = ?1 ORDER BY g.topic, g.name

-- Plain consumers with the offset that they keep, and those of groups.
-- name: stream_consumer_list
-- scan: there are as many consumers as somebody made
SELECT c.topic, NULL, c.name, c.offset, (SELECT count(*) FROM _honker_stream s
  WHERE s.topic = c.topic AND s.offset > c.offset), 0, 0
FROM _honker_stream_consumers c WHERE ?1 IS NULL OR c.topic = ?1
UNION ALL
SELECT g.topic, g.name, m.name, g.delivered, 0, (SELECT count(*)
  FROM _alk_stream_pending p
  WHERE p.group_id = g.id AND p.consumer = m.name), m.seen_at
FROM _alk_stream_group g JOIN _alk_stream_member m ON m.group_id = g.id
WHERE ?1 IS NULL OR g.topic = ?1
ORDER BY 1, 2, 3

-- name: stream_consumer_delete
DELETE FROM _honker_stream_consumers WHERE name = ?1 AND topic = ?2
