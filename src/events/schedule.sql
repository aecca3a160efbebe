-- Schedules: the tasks of the contract's table, and beside it what a task may
-- wish that Honker lacks. A row of wishes belongs to the expression that it was
-- written for: where another program has given the task a new one, it counts no
-- more. The index is kept up by Honker without knowing of it.
-- owns: _alk_schedule

-- name: schedule_side_tables
-- script
CREATE INDEX IF NOT EXISTS _alk_schedule_due
  ON _honker_scheduler_tasks(next_fire_at) WHERE enabled = 1;
CREATE TABLE IF NOT EXISTS _alk_schedule (
  name TEXT PRIMARY KEY,
  cron_expr TEXT NOT NULL,
  zone TEXT NOT NULL,
  dialect INTEGER NOT NULL,
  skip_missed INTEGER NOT NULL,
  skip_if_running INTEGER NOT NULL,
  max_runs INTEGER NOT NULL,
  end_at INTEGER,
  runs INTEGER NOT NULL DEFAULT 0,
  last_job_id INTEGER
) STRICT, WITHOUT ROWID;

-- Takes the write lock and changes nothing.
-- name: schedule_lock
UPDATE _honker_scheduler_tasks SET name = name WHERE name = NULL

-- A task that is paused stays so.
-- name: schedule_put
INSERT INTO _honker_scheduler_tasks (name, queue, cron_expr, payload, priority,
  next_fire_at, max_attempts, expires_s)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (name) DO UPDATE SET queue = excluded.queue,
  cron_expr = excluded.cron_expr, payload = excluded.payload,
  priority = excluded.priority, next_fire_at = excluded.next_fire_at,
  max_attempts = excluded.max_attempts, expires_s = excluded.expires_s

-- What was counted so far is kept.
-- name: schedule_wish_put
INSERT INTO _alk_schedule (name, cron_expr, zone, dialect, skip_missed,
  skip_if_running, max_runs, end_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (name) DO UPDATE SET cron_expr = excluded.cron_expr,
  zone = excluded.zone, dialect = excluded.dialect,
  skip_missed = excluded.skip_missed,
  skip_if_running = excluded.skip_if_running, max_runs = excluded.max_runs,
  end_at = excluded.end_at

-- name: schedule_wish_drop
DELETE FROM _alk_schedule WHERE name = ?1

-- name: schedule_drop
DELETE FROM _honker_scheduler_tasks WHERE name = ?1

-- The columns of schedule_due, _get and _list are read by one function.
-- name: schedule_due
SELECT t.name, t.queue, t.cron_expr, t.payload, t.priority, t.expires_s,
  t.max_attempts, t.enabled, t.next_fire_at, s.name, s.zone, s.dialect,
  s.skip_missed, s.skip_if_running, s.max_runs, s.end_at, s.runs, s.last_job_id
FROM _honker_scheduler_tasks t LEFT JOIN _alk_schedule s
  ON s.name = t.name AND s.cron_expr = t.cron_expr
WHERE t.enabled = 1 AND t.next_fire_at <= ?1
ORDER BY t.next_fire_at LIMIT 1

-- name: schedule_get
SELECT t.name, t.queue, t.cron_expr, t.payload, t.priority, t.expires_s,
  t.max_attempts, t.enabled, t.next_fire_at, s.name, s.zone, s.dialect,
  s.skip_missed, s.skip_if_running, s.max_runs, s.end_at, s.runs, s.last_job_id
FROM _honker_scheduler_tasks t LEFT JOIN _alk_schedule s
  ON s.name = t.name AND s.cron_expr = t.cron_expr
WHERE t.name = ?1

-- name: schedule_list
-- scan: every task is listed
SELECT t.name, t.queue, t.cron_expr, t.payload, t.priority, t.expires_s,
  t.max_attempts, t.enabled, t.next_fire_at, s.name, s.zone, s.dialect,
  s.skip_missed, s.skip_if_running, s.max_runs, s.end_at, s.runs, s.last_job_id
FROM _honker_scheduler_tasks t LEFT JOIN _alk_schedule s
  ON s.name = t.name AND s.cron_expr = t.cron_expr
ORDER BY t.name

-- name: schedule_has_due
SELECT EXISTS (SELECT 1 FROM _honker_scheduler_tasks
WHERE enabled = 1 AND next_fire_at <= ?1)

-- name: schedule_soonest
-- scan: the first entry of an index that holds the enabled tasks only
SELECT next_fire_at FROM _honker_scheduler_tasks
WHERE enabled = 1 ORDER BY next_fire_at LIMIT 1

-- name: schedule_advance
UPDATE _honker_scheduler_tasks SET next_fire_at = ?2, enabled = ?3
WHERE name = ?1

-- name: schedule_enable
UPDATE _honker_scheduler_tasks SET enabled = ?2 WHERE name = ?1
  AND enabled <> ?2

-- name: schedule_note
UPDATE _alk_schedule SET runs = ?2, last_job_id = ?3 WHERE name = ?1

-- name: schedule_is_running
SELECT 1 FROM _honker_live WHERE id = ?1
