-- Notifications and streams, in the layout of the Honker contract: names,
-- columns, types and defaults are fixed by it, so that its bindings work on our
-- files.
-- owns: _honker_notifications, _honker_live, _honker_dead, _honker_locks
-- owns: _honker_rate_limits, _honker_scheduler_tasks, _honker_results
-- owns: _honker_stream, _honker_stream_consumers

-- name: events_notification_table
-- script
CREATE TABLE IF NOT EXISTS _honker_notifications (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel TEXT NOT NULL,
  payload TEXT NOT NULL,
  created_at INTEGER NOT NULL DEFAULT (unixepoch())
);
CREATE INDEX IF NOT EXISTS _honker_notifications_recent
  ON _honker_notifications(channel, id);

-- name: events_tables
-- script
CREATE TABLE IF NOT EXISTS _honker_live (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  queue TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending',
  priority INTEGER NOT NULL DEFAULT 0,
  run_at INTEGER NOT NULL DEFAULT (unixepoch()),
  worker_id TEXT,
  claim_expires_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL DEFAULT 3,
  created_at INTEGER NOT NULL DEFAULT (unixepoch()),
  expires_at INTEGER
);
CREATE INDEX IF NOT EXISTS _honker_live_claim
  ON _honker_live(queue, priority DESC, run_at, id)
  WHERE state IN ('pending','processing');
CREATE INDEX IF NOT EXISTS _honker_live_pending_deadline
  ON _honker_live(queue, run_at) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS _honker_live_processing_deadline
  ON _honker_live(queue, claim_expires_at) WHERE state = 'processing';
CREATE TABLE IF NOT EXISTS _honker_dead (
  id INTEGER PRIMARY KEY,
  queue TEXT NOT NULL,
  payload TEXT NOT NULL,
  priority INTEGER NOT NULL DEFAULT 0,
  run_at INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,
  created_at INTEGER NOT NULL DEFAULT (unixepoch()),
  died_at INTEGER NOT NULL DEFAULT (unixepoch())
);
CREATE TABLE IF NOT EXISTS _honker_locks (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS _honker_rate_limits (
  name TEXT NOT NULL,
  window_start INTEGER NOT NULL,
  count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (name, window_start)
);
CREATE TABLE IF NOT EXISTS _honker_scheduler_tasks (
  name TEXT PRIMARY KEY,
  queue TEXT NOT NULL,
  cron_expr TEXT NOT NULL,
  payload TEXT NOT NULL,
  priority INTEGER NOT NULL DEFAULT 0,
  expires_s INTEGER,
  next_fire_at INTEGER NOT NULL,
  enabled INTEGER NOT NULL DEFAULT 1,
  max_attempts INTEGER NOT NULL DEFAULT 3
);
CREATE TABLE IF NOT EXISTS _honker_results (
  job_id INTEGER PRIMARY KEY,
  value TEXT,
  created_at INTEGER NOT NULL DEFAULT (unixepoch()),
  expires_at INTEGER
);
CREATE TABLE IF NOT EXISTS _honker_stream (
  offset INTEGER PRIMARY KEY AUTOINCREMENT,
  topic TEXT NOT NULL,
  key TEXT,
  payload TEXT NOT NULL,
  created_at INTEGER NOT NULL DEFAULT (unixepoch())
);
CREATE INDEX IF NOT EXISTS _honker_stream_topic
  ON _honker_stream(topic, offset);
CREATE TABLE IF NOT EXISTS _honker_stream_consumers (
  name TEXT NOT NULL,
  topic TEXT NOT NULL,
  offset INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (name, topic)
);

-- Columns that files made by older versions of Honker lack.
-- name: scheduler_columns
SELECT count(CASE name WHEN 'enabled' THEN 1 END),
  count(CASE name WHEN 'max_attempts' THEN 1 END)
FROM pragma_table_info('_honker_scheduler_tasks')

-- name: scheduler_add_enabled
-- script
ALTER TABLE _honker_scheduler_tasks
  ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1;

-- name: scheduler_add_max_attempts
-- script
ALTER TABLE _honker_scheduler_tasks
  ADD COLUMN max_attempts INTEGER NOT NULL DEFAULT 3;

-- name: notify_insert
INSERT INTO _honker_notifications (channel, payload, created_at)
VALUES (?1, ?2, ?3)

-- name: stream_insert
INSERT INTO _honker_stream (topic, key, payload, created_at)
VALUES (?1, ?2, ?3, ?4)

-- name: stream_read_topic
SELECT offset, topic, key, payload, created_at FROM _honker_stream
WHERE topic = ?1 AND offset > ?2 ORDER BY offset LIMIT ?3

-- name: stream_read_all
SELECT offset, topic, key, payload, created_at FROM _honker_stream
WHERE offset > ?1 ORDER BY offset LIMIT ?2

-- name: stream_read_back
SELECT offset, topic, key, payload, created_at FROM _honker_stream
WHERE topic = ?1 AND key = ?2 ORDER BY offset DESC

-- name: stream_last_topic
SELECT COALESCE(MAX(offset), 0) FROM _honker_stream WHERE topic = ?1

-- name: stream_last_all
SELECT COALESCE(MAX(offset), 0) FROM _honker_stream

-- name: consumer_save
INSERT INTO _honker_stream_consumers (name, topic, offset)
VALUES (?1, ?2, ?3)
ON CONFLICT (name, topic) DO UPDATE SET offset = excluded.offset
WHERE excluded.offset > offset

-- name: consumer_offset
SELECT offset FROM _honker_stream_consumers WHERE name = ?1 AND topic = ?2

-- The time as the columns' defaults have it, so that a host may set it.
-- name: events_now
SELECT unixepoch()
