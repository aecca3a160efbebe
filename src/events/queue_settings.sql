-- What the owners of queues decide. The tables: side.sql.
-- owns:

-- name: queue_rules
SELECT is_paused, depth_max, payload_bytes_max, rate_jobs, rate_per_ms,
  key_jobs, history_s, has_metrics, has_events, has_due, rate_tat,
  CASE WHEN depth_max > 0 THEN
    (SELECT live FROM _alk_queue_total WHERE queue = name) END
FROM _alk_queue WHERE name = ?1

-- name: queue_settings_all
-- scan: there are as many as somebody made
SELECT is_paused, depth_max, payload_bytes_max, rate_jobs, rate_per_ms,
  key_jobs, history_s, has_metrics, has_events, name
FROM _alk_queue ORDER BY name

-- name: queue_settings_save
INSERT INTO _alk_queue (name, is_paused, depth_max, payload_bytes_max,
  rate_jobs, rate_per_ms, key_jobs, history_s, has_metrics, has_events)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (name) DO UPDATE SET is_paused = excluded.is_paused,
  depth_max = excluded.depth_max,
  payload_bytes_max = excluded.payload_bytes_max,
  rate_tat = CASE WHEN rate_jobs = excluded.rate_jobs
    AND rate_per_ms = excluded.rate_per_ms THEN rate_tat ELSE 0 END,
  rate_jobs = excluded.rate_jobs, rate_per_ms = excluded.rate_per_ms,
  key_jobs = excluded.key_jobs, history_s = excluded.history_s,
  has_metrics = excluded.has_metrics, has_events = excluded.has_events

-- name: queue_pause
INSERT INTO _alk_queue (name, is_paused) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET is_paused = excluded.is_paused
WHERE is_paused <> excluded.is_paused

-- name: queue_is_paused
SELECT is_paused FROM _alk_queue WHERE name = ?1

-- name: queue_rate_spend
UPDATE _alk_queue SET rate_tat = ?2 WHERE name = ?1

-- name: queue_total_start
INSERT INTO _alk_queue_total (queue, live)
SELECT ?1, count(*) FROM _honker_live
WHERE queue = ?1 AND state IN ('pending','processing')
ON CONFLICT (queue) DO NOTHING

-- name: queue_total_stop
DELETE FROM _alk_queue_total WHERE queue = ?1

-- name: queue_total_zero
UPDATE _alk_queue_total SET enqueued = 0, claimed = 0, completed = 0,
  failed = 0, dead = 0, cancelled = 0, wait_ms = 0, run_ms = 0
WHERE queue = ?1

-- name: queue_total_claim
UPDATE _alk_queue_total SET claimed = claimed + ?2, wait_ms = wait_ms + ?3
WHERE queue = ?1

-- Of each key the first that are held, as many as there is room for.
-- name: queue_let_go
UPDATE _alk_job SET standing = 0
WHERE id IN (SELECT id FROM (SELECT h.id AS id,
    row_number() OVER (PARTITION BY h.key ORDER BY h.id) AS place,
    (SELECT count(*) FROM _alk_job a WHERE a.queue = h.queue
      AND a.key = h.key AND a.key IS NOT NULL AND a.standing = 0) AS active
  FROM _alk_job h
  WHERE h.queue = ?1 AND h.key IS NOT NULL AND h.standing = 1)
  WHERE ?2 = 0 OR place <= ?2 - active)
