-- What is known of a job beside its row in the queue. The tables: side.sql.
-- owns:

-- name: job_info
SELECT queue, standing, key, unique_key, metadata, run_at, due_ms, batch_id,
  progress, progress_text
FROM _alk_job WHERE id = ?1

-- name: job_progress
INSERT INTO _alk_job (id, queue, progress, progress_text)
SELECT id, queue, ?2, ?3 FROM _honker_live
WHERE id = ?1 AND state = 'processing' AND worker_id = ?4
  AND claim_expires_at >= ?5
ON CONFLICT (id) DO UPDATE SET progress = excluded.progress,
  progress_text = excluded.progress_text

-- name: job_tags
SELECT tag FROM _alk_job_tag WHERE job_id = ?1 ORDER BY tag

-- name: job_find
SELECT t.job_id FROM _alk_job_tag t JOIN _honker_live l ON l.id = t.job_id
WHERE t.tag = ?1 AND t.job_id > ?2 AND (?3 IS NULL OR l.queue = ?3)
ORDER BY t.job_id LIMIT ?4

-- name: job_cancel_tagged
DELETE FROM _honker_live
WHERE id IN (SELECT job_id FROM _alk_job_tag WHERE tag = ?1)
  AND (?2 IS NULL OR queue = ?2)

-- name: job_history
SELECT id, queue, payload, worker_id, attempts, created_at, started_ms,
  ended_ms, result
FROM _alk_done WHERE queue = ?1 AND (ended_ms, id) < (?2, ?3)
ORDER BY ended_ms DESC, id DESC LIMIT ?4

-- name: job_history_sweep
-- scan: a sweep looks at every queue with a history
DELETE FROM _alk_done WHERE id IN (SELECT d.id FROM
  (SELECT DISTINCT queue FROM _alk_done) n
  LEFT JOIN _alk_queue q ON q.name = n.queue
  JOIN _alk_done d ON d.queue = n.queue
    AND d.ended_ms < ?1 - 1000 * ifnull(q.history_s, 0)
  WHERE ?2 IS NULL OR n.queue = ?2)

-- name: job_history_purge
DELETE FROM _alk_done WHERE queue = ?1 AND ended_ms < ?2

-- name: job_history_purge_attempts
DELETE FROM _alk_attempt WHERE job_id IN
  (SELECT id FROM _alk_done WHERE queue = ?1 AND ended_ms < ?2)

-- name: job_history_purge_all
-- scan: of every queue, so that no index would help
DELETE FROM _alk_done WHERE ended_ms < ?1

-- name: job_history_purge_all_attempts
-- scan: of every queue, so that no index would help
DELETE FROM _alk_attempt WHERE job_id IN
  (SELECT id FROM _alk_done WHERE ended_ms < ?1)

-- name: job_attempts_sweep
-- scan: no index by time: every failure would pay for it; purges are rare
DELETE FROM _alk_attempt
WHERE ended_at <= ?1
  AND NOT EXISTS (SELECT 1 FROM _honker_live l WHERE l.id = job_id)
  AND NOT EXISTS (SELECT 1 FROM _honker_dead d WHERE d.id = job_id)
  AND NOT EXISTS (SELECT 1 FROM _alk_done f WHERE f.id = job_id)
