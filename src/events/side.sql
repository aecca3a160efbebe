-- What lies beside the tables of the contract, and the triggers that keep it
-- right whoever ends a job: a binding of Honker acknowledges, buries and
-- cancels with statements of its own. Ours insert a dead letter before they
-- delete the live job, Honker deletes first; the triggers understand both.
-- owns: _alk_feature, _alk_queue, _alk_queue_total, _alk_job, _alk_job_due
-- owns: _alk_job_unique, _alk_job_tag, _alk_batch, _alk_done

-- standing: 0 in the queue, 1 held back for its key, 2 acknowledged, 3 dead,
-- 4 cancelled. Rows stay after the end while a dead letter or a batch needs
-- them. rate_tat is the time, in ms times rate_jobs, at which the tokens that
-- were taken have come in again.
-- name: side_tables
-- script
CREATE TABLE IF NOT EXISTS _alk_feature (
  name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _alk_queue (
  name TEXT PRIMARY KEY,
  is_paused INTEGER NOT NULL DEFAULT 0,
  depth_max INTEGER NOT NULL DEFAULT 0,
  payload_bytes_max INTEGER NOT NULL DEFAULT 0,
  rate_jobs INTEGER NOT NULL DEFAULT 0,
  rate_per_ms INTEGER NOT NULL DEFAULT 0,
  key_jobs INTEGER NOT NULL DEFAULT 0,
  history_s INTEGER NOT NULL DEFAULT 0,
  has_metrics INTEGER NOT NULL DEFAULT 0,
  has_events INTEGER NOT NULL DEFAULT 0,
  has_due INTEGER NOT NULL DEFAULT 0,
  rate_tat INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _alk_queue_total (
  queue TEXT PRIMARY KEY,
  live INTEGER NOT NULL DEFAULT 0,
  enqueued INTEGER NOT NULL DEFAULT 0,
  claimed INTEGER NOT NULL DEFAULT 0,
  completed INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  dead INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  wait_ms INTEGER NOT NULL DEFAULT 0,
  run_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _alk_job (
  id INTEGER PRIMARY KEY,
  queue TEXT NOT NULL,
  standing INTEGER NOT NULL DEFAULT 0,
  key TEXT,
  run_at INTEGER,
  due_ms INTEGER,
  unique_key TEXT,
  batch_id INTEGER,
  started_ms INTEGER,
  metadata TEXT,
  progress INTEGER,
  progress_text TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS _alk_job_key
  ON _alk_job(queue, key, standing, id) WHERE key IS NOT NULL;
CREATE INDEX IF NOT EXISTS _alk_job_batch
  ON _alk_job(batch_id) WHERE batch_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS _alk_job_due (
  queue TEXT NOT NULL,
  due_ms INTEGER NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (queue, due_ms, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _alk_job_unique (
  queue TEXT NOT NULL,
  key TEXT NOT NULL,
  job_id INTEGER NOT NULL,
  scope INTEGER NOT NULL,
  until_ms INTEGER,
  PRIMARY KEY (queue, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS _alk_job_unique_until
  ON _alk_job_unique(until_ms) WHERE until_ms IS NOT NULL;
CREATE TABLE IF NOT EXISTS _alk_job_tag (
  tag TEXT NOT NULL,
  job_id INTEGER NOT NULL,
  PRIMARY KEY (tag, job_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS _alk_job_tag_job ON _alk_job_tag(job_id);
CREATE TABLE IF NOT EXISTS _alk_batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  queue TEXT,
  payload TEXT,
  priority INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  jobs INTEGER NOT NULL DEFAULT 0,
  completed INTEGER NOT NULL DEFAULT 0,
  dead INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  is_ended INTEGER NOT NULL DEFAULT 0,
  completion_id INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS _alk_done (
  id INTEGER PRIMARY KEY,
  queue TEXT NOT NULL,
  payload TEXT NOT NULL,
  worker_id TEXT,
  attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  started_ms INTEGER,
  ended_ms INTEGER NOT NULL,
  result TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS _alk_done_queue ON _alk_done(queue, ended_ms);
CREATE INDEX IF NOT EXISTS _alk_dead_queue ON _honker_dead(queue, id);
CREATE TRIGGER IF NOT EXISTS _alk_job_released AFTER UPDATE OF standing
  ON _alk_job WHEN OLD.standing = 1 AND NEW.standing = 0
BEGIN
  UPDATE _honker_live SET run_at = NEW.run_at WHERE id = NEW.id;
END;
CREATE TRIGGER IF NOT EXISTS _alk_batch_ended AFTER UPDATE ON _alk_batch
  WHEN NEW.closed_at IS NOT NULL AND NOT NEW.is_ended
  AND NEW.completed + NEW.dead + NEW.cancelled >= NEW.jobs
BEGIN
  UPDATE _alk_batch SET is_ended = 1 WHERE id = NEW.id;
  INSERT INTO _honker_live (queue, payload, priority, run_at, max_attempts)
  SELECT NEW.queue, json_object('batch', NEW.id, 'payload',
    CASE WHEN json_valid(NEW.payload) THEN json(NEW.payload)
      ELSE NEW.payload END,
    'jobs', NEW.jobs, 'completed', NEW.completed, 'dead', NEW.dead,
    'cancelled', NEW.cancelled), NEW.priority, NEW.closed_at,
    NEW.max_attempts
  WHERE NEW.queue IS NOT NULL;
  UPDATE _alk_batch SET completion_id = last_insert_rowid()
  WHERE id = NEW.id AND queue IS NOT NULL;
END;
CREATE TRIGGER IF NOT EXISTS _alk_batch_recounted AFTER UPDATE OF dead
  ON _alk_batch WHEN OLD.completion_id IS NOT NULL
BEGIN
  UPDATE _honker_live SET payload = json_set(payload, '$.completed',
    NEW.completed, '$.dead', NEW.dead, '$.cancelled', NEW.cancelled)
  WHERE id = NEW.completion_id AND state = 'pending';
END;

-- name: side_has_feature
SELECT 1 FROM _alk_feature WHERE name = ?1

-- name: side_add_feature
INSERT OR IGNORE INTO _alk_feature (name) VALUES (?1)

-- The ends of jobs. One trigger, for its statements need an order. Where a
-- key has fewer jobs than it may have, the next that is held back goes free.
-- A binding of Honker deletes first: it is counted as acknowledged or cancelled
-- until its dead letter is there.
-- name: side_job_triggers
-- script
CREATE TRIGGER IF NOT EXISTS _alk_live_ended AFTER DELETE ON _honker_live
  WHEN EXISTS (SELECT 1 FROM _alk_job WHERE id = OLD.id)
  OR EXISTS (SELECT 1 FROM _alk_queue WHERE name = OLD.queue
    AND (has_metrics OR depth_max > 0 OR history_s > 0))
BEGIN
  INSERT INTO _alk_job (id, queue, standing)
  VALUES (OLD.id, OLD.queue,
    CASE WHEN EXISTS (SELECT 1 FROM _honker_dead WHERE id = OLD.id) THEN 3
      WHEN OLD.state = 'processing' THEN 2 ELSE 4 END)
  ON CONFLICT (id) DO UPDATE SET standing = excluded.standing;
  UPDATE _alk_job SET standing = 0
  WHERE id = (SELECT h.id FROM _alk_job j
    JOIN _alk_job h ON h.queue = j.queue AND h.key = j.key AND h.standing = 1
    WHERE j.id = OLD.id AND j.key IS NOT NULL AND h.key IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM _alk_queue q
        WHERE q.name = OLD.queue AND q.key_jobs > 0
          AND (SELECT count(*) FROM (SELECT 1 FROM _alk_job a
            WHERE a.queue = j.queue AND a.key = j.key AND a.key IS NOT NULL
              AND a.standing = 0
            LIMIT (SELECT max(key_jobs) FROM _alk_queue
              WHERE name = OLD.queue))) >= q.key_jobs)
    ORDER BY h.id LIMIT 1);
  UPDATE _alk_queue_total SET live = live - 1,
    completed = completed + (j.standing = 2), dead = dead + (j.standing = 3),
    cancelled = cancelled + (j.standing = 4),
    run_ms = run_ms + CASE WHEN OLD.state = 'processing'
      AND j.started_ms IS NOT NULL THEN max(0, CAST((julianday('now')
        - 2440587.5) * 86400000 AS INTEGER) - j.started_ms) ELSE 0 END
  FROM _alk_job j
  WHERE j.id = OLD.id AND _alk_queue_total.queue = OLD.queue;
  INSERT INTO _alk_done (id, queue, payload, worker_id, attempts, created_at,
    started_ms, ended_ms)
  SELECT OLD.id, OLD.queue, OLD.payload, OLD.worker_id, OLD.attempts,
    OLD.created_at, j.started_ms,
    CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)
  FROM _alk_job j, _alk_queue q
  WHERE j.id = OLD.id AND j.standing = 2 AND q.name = OLD.queue
    AND q.history_s > 0
  ON CONFLICT (id) DO NOTHING;
  DELETE FROM _alk_done WHERE id IN (SELECT d.id FROM _alk_queue q
    JOIN _alk_done d ON d.queue = q.name
    WHERE q.name = OLD.queue AND q.history_s > 0
      AND d.ended_ms < CAST((julianday('now') - 2440587.5) * 86400000
        AS INTEGER) - 1000 * q.history_s
    ORDER BY d.ended_ms LIMIT 2);
  DELETE FROM _alk_job_due WHERE queue = OLD.queue AND id = OLD.id
    AND due_ms = (SELECT due_ms FROM _alk_job WHERE id = OLD.id);
  DELETE FROM _alk_job_unique WHERE queue = OLD.queue AND job_id = OLD.id
    AND until_ms IS NULL
    AND key = (SELECT unique_key FROM _alk_job WHERE id = OLD.id);
  UPDATE _alk_batch SET completed = completed + (j.standing = 2),
    dead = dead + (j.standing = 3), cancelled = cancelled + (j.standing = 4)
  FROM _alk_job j WHERE j.id = OLD.id AND _alk_batch.id = j.batch_id;
  DELETE FROM _alk_job_tag WHERE job_id = OLD.id
    AND (SELECT standing FROM _alk_job WHERE id = OLD.id) <> 3;
  DELETE FROM _alk_job WHERE id = OLD.id AND batch_id IS NULL
    AND (standing <> 3 OR key IS NULL AND unique_key IS NULL
      AND metadata IS NULL AND progress IS NULL
      AND NOT EXISTS (SELECT 1 FROM _alk_job_tag WHERE job_id = OLD.id));
END;
CREATE TRIGGER IF NOT EXISTS _alk_dead_came AFTER INSERT ON _honker_dead
  WHEN NOT EXISTS (SELECT 1 FROM _honker_live WHERE id = NEW.id)
BEGIN
  UPDATE _alk_queue_total SET dead = dead + 1,
    completed = completed
      - NOT (NEW.attempts = 0 OR NEW.last_error IS 'expired'),
    cancelled = cancelled
      - (NEW.attempts = 0 OR NEW.last_error IS 'expired')
  WHERE queue = NEW.queue;
  DELETE FROM _alk_done WHERE id = NEW.id;
  UPDATE _alk_batch SET dead = dead + 1,
    completed = completed - (j.standing = 2),
    cancelled = cancelled - (j.standing = 4)
  FROM _alk_job j WHERE j.id = NEW.id AND _alk_batch.id = j.batch_id
    AND j.standing IN (2, 4);
  UPDATE _alk_job SET standing = 3 WHERE id = NEW.id AND standing IN (2, 4);
END;
CREATE TRIGGER IF NOT EXISTS _alk_dead_gone AFTER DELETE ON _honker_dead
  WHEN EXISTS (SELECT 1 FROM _alk_job WHERE id = OLD.id AND standing = 3)
BEGIN
  DELETE FROM _alk_job_tag WHERE job_id = OLD.id;
  DELETE FROM _alk_job WHERE id = OLD.id AND batch_id IS NULL;
END;

-- name: side_metrics_triggers
-- script
CREATE TRIGGER IF NOT EXISTS _alk_live_begun AFTER INSERT ON _honker_live
BEGIN
  UPDATE _alk_queue_total SET live = live + 1, enqueued = enqueued + 1
  WHERE queue = NEW.queue;
END;
CREATE TRIGGER IF NOT EXISTS _alk_attempt_failed AFTER INSERT ON _alk_attempt
BEGIN
  UPDATE _alk_queue_total SET failed = failed + 1
  WHERE queue = (SELECT queue FROM _honker_live WHERE id = NEW.job_id);
END;

-- What becomes of the jobs of a queue that asks for it, as notifications. A
-- binding of Honker deletes before it buries: its dead are told as completed
-- first, and as dead then.
-- name: side_event_triggers
-- script
CREATE TRIGGER IF NOT EXISTS _alk_told_enqueued AFTER INSERT ON _honker_live
  WHEN EXISTS (SELECT 1 FROM _alk_queue WHERE name = NEW.queue AND has_events)
BEGIN
  INSERT INTO _honker_notifications (channel, payload)
  VALUES ('queue:' || NEW.queue, json_object('event', 'enqueued',
    'job', NEW.id));
END;
CREATE TRIGGER IF NOT EXISTS _alk_told_moved
  AFTER UPDATE OF state, attempts ON _honker_live
  WHEN (NEW.state <> OLD.state OR NEW.attempts > OLD.attempts)
  AND EXISTS (SELECT 1 FROM _alk_queue WHERE name = NEW.queue AND has_events)
BEGIN
  INSERT INTO _honker_notifications (channel, payload)
  VALUES ('queue:' || NEW.queue, json_object('event',
    CASE WHEN NEW.state = 'processing' THEN 'claimed'
      WHEN NEW.attempts < OLD.attempts THEN 'released' ELSE 'retried' END,
    'job', NEW.id, 'attempt', CASE WHEN NEW.state = 'processing'
      THEN NEW.attempts ELSE OLD.attempts END, 'worker',
    COALESCE(NEW.worker_id, OLD.worker_id)));
END;
CREATE TRIGGER IF NOT EXISTS _alk_told_ended AFTER DELETE ON _honker_live
  WHEN EXISTS (SELECT 1 FROM _alk_queue WHERE name = OLD.queue AND has_events)
BEGIN
  INSERT INTO _honker_notifications (channel, payload)
  VALUES ('queue:' || OLD.queue, json_object('event',
    CASE WHEN EXISTS (SELECT 1 FROM _honker_dead WHERE id = OLD.id)
      THEN 'dead' WHEN OLD.state = 'processing' THEN 'completed'
      ELSE 'cancelled' END,
    'job', OLD.id, 'attempt', OLD.attempts, 'worker', OLD.worker_id));
END;
CREATE TRIGGER IF NOT EXISTS _alk_told_dead AFTER INSERT ON _honker_dead
  WHEN NOT EXISTS (SELECT 1 FROM _honker_live WHERE id = NEW.id)
  AND EXISTS (SELECT 1 FROM _alk_queue WHERE name = NEW.queue AND has_events)
BEGIN
  INSERT INTO _honker_notifications (channel, payload)
  VALUES ('queue:' || NEW.queue, json_object('event', 'dead',
    'job', NEW.id, 'attempt', NEW.attempts, 'worker', NULL));
END;
