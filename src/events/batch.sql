-- Batches. The tables and what counts: side.sql.
-- owns:

-- name: batch_open
INSERT INTO _alk_batch (queue, payload, priority, max_attempts, opened_at)
VALUES (?1, ?2, ?3, ?4, ?5)

-- name: batch_close
UPDATE _alk_batch SET closed_at = ?2 WHERE id = ?1 AND closed_at IS NULL

-- name: batch_get
SELECT id, opened_at, closed_at, is_ended, jobs, completed, dead, cancelled,
  completion_id
FROM _alk_batch WHERE id = ?1

-- name: batch_list
SELECT id, opened_at, closed_at, is_ended, jobs, completed, dead, cancelled,
  completion_id
FROM _alk_batch WHERE id < ?1 ORDER BY id DESC LIMIT ?2

-- name: batch_cancel_jobs
DELETE FROM _honker_live
WHERE id IN (SELECT id FROM _alk_job WHERE batch_id = ?1 AND standing < 2)

-- name: batch_purge_tags
-- scan: no index by time; batches are few, and purges rare
DELETE FROM _alk_job_tag WHERE job_id IN (SELECT j.id FROM _alk_batch b
  JOIN _alk_job j ON j.batch_id = b.id
  WHERE b.is_ended AND b.closed_at < ?1 AND j.standing IN (2, 4))

-- name: batch_purge_jobs
-- scan: no index by time; batches are few, and purges rare
DELETE FROM _alk_job WHERE id IN (SELECT j.id FROM _alk_batch b
  JOIN _alk_job j ON j.batch_id = b.id
  WHERE b.is_ended AND b.closed_at < ?1 AND j.standing IN (2, 4))

-- A dead letter keeps its row.
-- name: batch_purge_leave
-- scan: no index by time; batches are few, and purges rare
UPDATE _alk_job SET batch_id = NULL WHERE id IN (SELECT j.id
  FROM _alk_batch b JOIN _alk_job j ON j.batch_id = b.id
  WHERE b.is_ended AND b.closed_at < ?1)

-- name: batch_purge
-- scan: no index by time; batches are few, and purges rare
DELETE FROM _alk_batch WHERE is_ended AND closed_at < ?1
