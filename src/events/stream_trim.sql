-- How long events and notifications are kept.
-- owns: _alk_stream_policy, _alk_stream_trimmed

-- NULL in a rule: there is none. counted: how many events of the topic there
-- are from `first` up to the offset counted_to, so that none is counted twice.
-- name: stream_trim_tables
-- script
CREATE TABLE IF NOT EXISTS _alk_stream_policy (
  topic TEXT PRIMARY KEY,
  keep_s INTEGER,
  keep_events INTEGER,
  drop_seen INTEGER NOT NULL,
  past_readers INTEGER NOT NULL,
  first INTEGER NOT NULL DEFAULT 0,
  counted INTEGER NOT NULL DEFAULT 0,
  counted_to INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _alk_stream_trimmed (
  topic TEXT PRIMARY KEY,
  upto INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS _alk_stream_consumers_topic
  ON _honker_stream_consumers(topic, offset);

-- name: trim_lock
UPDATE _alk_stream_policy SET next_at = next_at WHERE topic = NULL

-- name: trim_is_due
SELECT 1 FROM _alk_stream_policy WHERE topic = ?1 AND next_at <= ?2

-- name: trim_policy
SELECT topic, keep_s, keep_events, drop_seen, past_readers, first, counted,
  counted_to
FROM _alk_stream_policy WHERE topic = ?1

-- name: trim_policy_list
-- scan: there are as many policies as somebody made
SELECT topic, keep_s, keep_events, drop_seen, past_readers, first, counted,
  counted_to
FROM _alk_stream_policy WHERE ?1 IS NULL OR topic = ?1 ORDER BY topic

-- name: trim_policy_save
INSERT INTO _alk_stream_policy
  (topic, keep_s, keep_events, drop_seen, past_readers)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (topic) DO UPDATE SET keep_s = excluded.keep_s,
  keep_events = excluded.keep_events, drop_seen = excluded.drop_seen,
  past_readers = excluded.past_readers, next_at = 0

-- name: trim_policy_delete
DELETE FROM _alk_stream_policy WHERE topic = ?1

-- name: trim_policy_count
UPDATE _alk_stream_policy
SET first = ?2, counted = ?3, counted_to = ?4, next_at = ?5
WHERE topic = ?1

-- name: trim_first
SELECT min(offset) FROM _honker_stream WHERE topic = ?1

-- How many of the next ?3 events there are, and the last of them.
-- name: trim_count
SELECT count(*), max(offset) FROM (SELECT offset FROM _honker_stream
  WHERE topic = ?1 AND offset > ?2 ORDER BY offset LIMIT ?3)

-- name: trim_oldest
SELECT offset, created_at FROM _honker_stream
WHERE topic = ?1 ORDER BY offset LIMIT ?2

-- name: trim_consumer_floor
SELECT min(offset) FROM _honker_stream_consumers WHERE topic = ?1

-- What every group has done with: up to its first pending entry.
-- name: trim_group_floor
SELECT min(COALESCE((SELECT min(p.offset) - 1 FROM _alk_stream_pending p
  WHERE p.group_id = g.id), g.delivered))
FROM _alk_stream_group g WHERE g.topic = ?1

-- name: trim_delete
DELETE FROM _honker_stream WHERE topic = ?1 AND offset <= ?2

-- name: trim_delete_pending
DELETE FROM _alk_stream_pending
WHERE group_id IN (SELECT id FROM _alk_stream_group WHERE topic = ?1)
  AND offset <= ?2

-- name: trim_note
INSERT INTO _alk_stream_trimmed (topic, upto) VALUES (?1, ?2)
ON CONFLICT (topic) DO UPDATE SET upto = excluded.upto
WHERE upto < excluded.upto

-- name: trim_noted
SELECT upto FROM _alk_stream_trimmed WHERE topic = ?1

-- name: notify_prune
-- scan: no index by time: every notification would pay for it; prunes are rare
DELETE FROM _honker_notifications WHERE created_at < ?1 OR id <= (
  SELECT id FROM _honker_notifications ORDER BY id DESC LIMIT 1 OFFSET ?2)

-- name: notify_prune_age
-- scan: no index by time: every notification would pay for it; prunes are rare
DELETE FROM _honker_notifications WHERE created_at < ?1

-- name: notify_prune_count
-- scan: it walks past those that stay
DELETE FROM _honker_notifications WHERE id <= (
  SELECT id FROM _honker_notifications ORDER BY id DESC LIMIT 1 OFFSET ?1)

-- name: notify_last
SELECT COALESCE(max(id), 0) FROM _honker_notifications WHERE channel = ?1

-- name: notify_last_all
SELECT COALESCE(max(id), 0) FROM _honker_notifications

-- name: notify_read
SELECT id, channel, NULL, payload, created_at FROM _honker_notifications
WHERE channel = ?1 AND id > ?2 ORDER BY id LIMIT ?3

-- name: notify_read_all
SELECT id, channel, NULL, payload, created_at FROM _honker_notifications
WHERE id > ?1 ORDER BY id LIMIT ?2
