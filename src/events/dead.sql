-- Dead letters.
-- owns:

-- name: dead_list
SELECT id, queue, payload, priority, run_at, attempts, max_attempts,
  last_error, created_at, died_at
FROM _honker_dead WHERE queue = ?1 AND id > ?2 ORDER BY id LIMIT ?3

-- name: dead_list_all
SELECT id, queue, payload, priority, run_at, attempts, max_attempts,
  last_error, created_at, died_at
FROM _honker_dead WHERE id > ?1 ORDER BY id LIMIT ?2

-- name: dead_count
SELECT count(*) FROM _honker_dead WHERE queue = ?1

-- name: dead_count_all
-- scan: counting all is the point
SELECT count(*) FROM _honker_dead

-- What a redrive needs to know; d has its row beside, if it has one.
-- name: dead_look
SELECT d.queue, j.key, j.unique_key, j.batch_id, j.id IS NOT NULL,
  EXISTS (SELECT 1 FROM _honker_live WHERE id = d.id)
FROM _honker_dead d LEFT JOIN _alk_job j ON j.id = d.id AND j.standing = 3
WHERE d.id = ?1

-- name: dead_revive
INSERT INTO _honker_live (id, queue, payload, priority, run_at, max_attempts,
  created_at)
SELECT CASE WHEN ?3 THEN NULL ELSE id END, queue, payload, priority, ?2,
  max(max_attempts, 1), created_at
FROM _honker_dead WHERE id = ?1

-- name: dead_job_revive
UPDATE _alk_job SET standing = ?2, run_at = ?3, due_ms = NULL,
  started_ms = NULL, progress = NULL, progress_text = NULL
WHERE id = ?1 AND standing = 3

-- name: dead_unique_retake
INSERT INTO _alk_job_unique (queue, key, job_id, scope)
SELECT queue, unique_key, id, 0 FROM _alk_job
WHERE id = ?1 AND unique_key IS NOT NULL
ON CONFLICT (queue, key) DO UPDATE SET job_id = excluded.job_id, scope = 0
WHERE until_ms IS NULL
  AND NOT EXISTS (SELECT 1 FROM _honker_live l
    WHERE l.id = _alk_job_unique.job_id)

-- name: dead_batch_rejoin
UPDATE _alk_batch SET dead = dead - 1
WHERE id = (SELECT batch_id FROM _alk_job WHERE id = ?1) AND NOT is_ended

-- name: dead_batch_leave
UPDATE _alk_job SET batch_id = NULL
WHERE id = ?1
  AND (SELECT is_ended FROM _alk_batch WHERE id = _alk_job.batch_id)

-- Its errors so far get numbers below 1, in their order; none meets another.
-- name: dead_errors_renumber
UPDATE _alk_attempt SET attempt = attempt
  - (SELECT max(attempt) - min(attempt) + 1 FROM _alk_attempt
    WHERE job_id = ?1)
WHERE job_id = ?1 AND (SELECT max(attempt) FROM _alk_attempt
  WHERE job_id = ?1) > 0

-- name: dead_delete
DELETE FROM _honker_dead WHERE id = ?1

-- name: dead_errors_delete
DELETE FROM _alk_attempt WHERE job_id = ?1

-- name: dead_purge_errors
DELETE FROM _alk_attempt WHERE job_id IN
  (SELECT id FROM _honker_dead WHERE queue = ?1 AND died_at < ?2)

-- name: dead_purge
DELETE FROM _honker_dead WHERE queue = ?1 AND died_at < ?2

-- name: dead_purge_errors_all
-- scan: no index by time; purges are rare
DELETE FROM _alk_attempt WHERE job_id IN
  (SELECT id FROM _honker_dead WHERE died_at < ?1)

-- name: dead_purge_all
-- scan: no index by time; purges are rare
DELETE FROM _honker_dead WHERE died_at < ?1
