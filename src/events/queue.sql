-- Queues: the jobs of the contract's tables, and what their users miss beside
-- them. The indexes keep a claim flat however long the queue is: Honker keeps
-- them up without knowing of them.
-- owns: _alk_attempt

-- name: queue_side_tables
-- script
CREATE INDEX IF NOT EXISTS _alk_live_spent
  ON _honker_live(queue, run_at)
  WHERE state = 'pending' AND attempts >= max_attempts;
CREATE TABLE IF NOT EXISTS _alk_attempt (
  job_id INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  worker_id TEXT NOT NULL,
  ended_at INTEGER NOT NULL,
  error TEXT NOT NULL,
  PRIMARY KEY (job_id, attempt)
) STRICT, WITHOUT ROWID;

-- name: queue_insert
INSERT INTO _honker_live
  (queue, payload, priority, run_at, max_attempts, created_at, expires_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)

-- The same where the settings of the queue do not refuse it.
-- name: queue_insert_admitted
INSERT INTO _honker_live
  (queue, payload, priority, run_at, max_attempts, created_at, expires_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
WHERE NOT EXISTS (SELECT 1 FROM _alk_queue WHERE name = ?1
  AND (payload_bytes_max > 0
      AND length(CAST(?2 AS BLOB)) > payload_bytes_max
    OR depth_max > 0 AND (SELECT live FROM _alk_queue_total
      WHERE queue = ?1) >= depth_max))

-- Takes the write lock and changes nothing.
-- name: queue_lock
UPDATE _honker_live SET id = id WHERE id = NULL

-- Whether a claim would find something to do.
-- name: queue_has_work
SELECT EXISTS (SELECT 1 FROM _honker_live
    WHERE queue = ?1 AND state = 'pending' AND run_at <= ?2
      AND attempts < max_attempts
      AND (expires_at IS NULL OR expires_at > ?2))
  OR EXISTS (SELECT 1 FROM _honker_live
    WHERE queue = ?1 AND state = 'processing' AND claim_expires_at < ?2)
  OR EXISTS (SELECT 1 FROM _honker_live
    WHERE queue = ?1 AND state = 'pending' AND attempts >= max_attempts
      AND run_at <= ?2)

-- name: queue_spent
SELECT id FROM _honker_live
WHERE queue = ?1 AND state = 'pending' AND attempts >= max_attempts
  AND run_at <= ?2
ORDER BY run_at LIMIT ?3

-- name: queue_lapsed
SELECT id, priority, run_at, attempts >= max_attempts,
  expires_at IS NOT NULL AND expires_at <= ?2
FROM _honker_live
WHERE queue = ?1 AND state = 'processing' AND claim_expires_at < ?2
ORDER BY claim_expires_at LIMIT ?3

-- The highest and the lowest that is pending or in flight; none: NULL.
-- name: queue_priorities
SELECT (SELECT priority FROM _honker_live
    WHERE queue = ?1 AND state IN ('pending','processing')
    ORDER BY priority DESC LIMIT 1),
  (SELECT priority FROM _honker_live
    WHERE queue = ?1 AND state IN ('pending','processing')
    ORDER BY priority LIMIT 1)

-- Ready jobs where all have one priority.
-- name: queue_ready_all
SELECT id, run_at FROM _honker_live
WHERE queue = ?1 AND state = 'pending' AND run_at <= ?2
  AND attempts < max_attempts AND (expires_at IS NULL OR expires_at > ?2)
ORDER BY run_at, id LIMIT ?3

-- Made when a queue first has several priorities: a page less is written by
-- every enqueue and claim of a file that has none.
-- name: queue_ready_index
CREATE INDEX IF NOT EXISTS _alk_live_ready
  ON _honker_live(queue, priority DESC, run_at, id) WHERE state = 'pending'

-- name: queue_priority_first
SELECT priority FROM _honker_live
WHERE queue = ?1 AND state = 'pending' ORDER BY priority DESC LIMIT 1

-- name: queue_priority_next
SELECT priority FROM _honker_live
WHERE queue = ?1 AND state = 'pending' AND priority < ?2
ORDER BY priority DESC LIMIT 1

-- name: queue_ready
SELECT id, run_at FROM _honker_live
WHERE queue = ?1 AND state = 'pending' AND priority = ?2 AND run_at <= ?3
  AND attempts < max_attempts AND (expires_at IS NULL OR expires_at > ?3)
ORDER BY run_at, id LIMIT ?4

-- The order of a claim in one walk, past what is in flight or not yet due.
-- name: queue_eligible
SELECT id, priority, run_at, state = 'processing' FROM _honker_live
WHERE queue = ?1 AND state IN ('pending','processing')
  AND attempts < max_attempts AND (expires_at IS NULL OR expires_at > ?2)
  AND (state = 'pending' AND run_at <= ?2
    OR state = 'processing' AND claim_expires_at < ?2)
ORDER BY priority DESC, run_at, id LIMIT ?3

-- name: queue_take
UPDATE _honker_live SET state = 'processing', worker_id = ?2,
  claim_expires_at = ?3, attempts = attempts + 1
WHERE id = ?1

-- name: queue_get
SELECT id, queue, payload, state, priority, run_at, worker_id,
  claim_expires_at, attempts, max_attempts, created_at, expires_at
FROM _honker_live WHERE id = ?1

-- All that wait or are worked on, by id.
-- name: queue_list
SELECT id, queue, payload, state, priority, run_at, worker_id,
  claim_expires_at, attempts, max_attempts, created_at, expires_at
FROM _honker_live WHERE id > ?1 AND (?2 IS NULL OR queue = ?2)
ORDER BY id LIMIT ?3

-- name: queue_ack
DELETE FROM _honker_live
WHERE id = ?1 AND worker_id = ?2 AND claim_expires_at >= ?3

-- name: queue_ack_json
DELETE FROM _honker_live
WHERE id IN (SELECT value FROM json_each(?1))
  AND worker_id = ?2 AND claim_expires_at >= ?3

-- name: queue_held
SELECT attempts, max_attempts, state FROM _honker_live
WHERE id = ?1 AND worker_id = ?2 AND claim_expires_at >= ?3

-- name: queue_put_back
UPDATE _honker_live SET state = 'pending', run_at = ?2, worker_id = NULL,
  claim_expires_at = NULL
WHERE id = ?1

-- Back as if it had not been claimed.
-- name: queue_release
UPDATE _honker_live SET state = 'pending', worker_id = NULL,
  claim_expires_at = NULL, attempts = max(attempts - 1, 0)
WHERE id = ?1 AND state = 'processing' AND worker_id = ?2
  AND claim_expires_at >= ?3

-- name: queue_heartbeat
UPDATE _honker_live SET claim_expires_at = ?4
WHERE id = ?1 AND state = 'processing' AND worker_id = ?2
  AND claim_expires_at >= ?3

-- name: queue_cancel
DELETE FROM _honker_live WHERE id = ?1

-- name: queue_drain
DELETE FROM _honker_live WHERE queue = ?1 AND state = 'pending'

-- name: queue_bury
INSERT INTO _honker_dead (id, queue, payload, priority, run_at, attempts,
  max_attempts, last_error, created_at, died_at)
SELECT id, queue, payload, priority, run_at, attempts, max_attempts, ?2,
  created_at, ?3
FROM _honker_live WHERE id = ?1

-- name: queue_has_expired
SELECT EXISTS (SELECT 1 FROM _honker_live
WHERE queue = ?1 AND state IN ('pending','processing')
  AND expires_at <= ?2 AND (state = 'pending' OR claim_expires_at < ?2))

-- name: queue_sweep_copy
INSERT INTO _honker_dead (id, queue, payload, priority, run_at, attempts,
  max_attempts, last_error, created_at, died_at)
SELECT id, queue, payload, priority, run_at, attempts, max_attempts,
  'expired', created_at, ?2
FROM _honker_live
WHERE queue = ?1 AND state IN ('pending','processing')
  AND expires_at <= ?2 AND (state = 'pending' OR claim_expires_at < ?2)

-- name: queue_sweep_delete
DELETE FROM _honker_live
WHERE queue = ?1 AND state IN ('pending','processing')
  AND expires_at <= ?2 AND (state = 'pending' OR claim_expires_at < ?2)

-- name: queue_next_pending
SELECT min(run_at) FROM _honker_live
WHERE queue = ?1 AND state = 'pending' AND run_at > ?2
  AND run_at < 253402300799
  AND attempts < max_attempts AND (expires_at IS NULL OR expires_at > ?2)

-- name: queue_next_lapse
SELECT min(claim_expires_at) + 1 FROM _honker_live
WHERE queue = ?1 AND state = 'processing' AND claim_expires_at >= ?2
  AND attempts < max_attempts AND (expires_at IS NULL OR expires_at > ?2)

-- name: queue_attempt_insert
INSERT OR REPLACE INTO _alk_attempt (job_id, attempt, worker_id, ended_at,
  error)
VALUES (?1, ?2, ?3, ?4, ?5)

-- name: queue_attempts
SELECT attempt, worker_id, ended_at, error FROM _alk_attempt
WHERE job_id = ?1 ORDER BY attempt

-- Beside the contract, of a claim.
-- name: queue_started
INSERT INTO _alk_job (id, queue, started_ms) VALUES (?1, ?2, ?3)
ON CONFLICT (id) DO UPDATE SET started_ms = excluded.started_ms

-- name: queue_has_due
SELECT 1 FROM _alk_job_due WHERE queue = ?1 AND due_ms <= ?2 LIMIT 1

-- name: queue_promote
UPDATE _honker_live SET run_at = ?3
WHERE id IN (SELECT id FROM _alk_job_due WHERE queue = ?1 AND due_ms <= ?2)
  AND state = 'pending' AND run_at > ?3 AND run_at < 253402300799

-- name: queue_promote_held
UPDATE _alk_job SET run_at = ?3
WHERE id IN (SELECT id FROM _alk_job_due WHERE queue = ?1 AND due_ms <= ?2)
  AND standing = 1

-- name: queue_promoted
DELETE FROM _alk_job_due WHERE queue = ?1 AND due_ms <= ?2
