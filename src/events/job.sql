-- Jobs with a row beside the contract's. The tables: side.sql.
-- owns:

-- name: job_insert
INSERT INTO _alk_job (id, queue, standing, key, run_at, due_ms, unique_key,
  batch_id, metadata)
VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, 0), ?7, nullif(?8, 0), ?9)

-- name: job_key_active
SELECT count(*) FROM _alk_job
WHERE queue = ?1 AND key = ?2 AND standing = 0

-- name: job_unique_find
SELECT u.job_id, u.scope, u.until_ms, l.state FROM _alk_job_unique u
LEFT JOIN _honker_live l ON l.id = u.job_id
WHERE u.queue = ?1 AND u.key = ?2

-- name: job_unique_save
INSERT OR REPLACE INTO _alk_job_unique (queue, key, job_id, scope, until_ms)
VALUES (?1, ?2, ?3, ?4, ?5)

-- name: job_unique_forget
DELETE FROM _alk_job_unique WHERE until_ms <= ?1

-- name: job_replace_payload
UPDATE _honker_live SET payload = ?2 WHERE id = ?1 AND state = 'pending'

-- name: job_tag_insert
INSERT OR IGNORE INTO _alk_job_tag (tag, job_id) VALUES (?1, ?2)

-- name: job_batch_add
UPDATE _alk_batch SET jobs = jobs + 1 WHERE id = ?1 AND closed_at IS NULL

-- name: job_batch_exists
SELECT 1 FROM _alk_batch WHERE id = ?1

-- name: job_due_insert
INSERT INTO _alk_job_due (queue, due_ms, id) VALUES (?1, ?2, ?3)

-- name: job_due_mark
INSERT INTO _alk_queue (name, has_due) VALUES (?1, 1)
ON CONFLICT (name) DO UPDATE SET has_due = 1 WHERE NOT has_due

-- name: job_due_of
INSERT INTO _alk_job (id, queue, due_ms)
SELECT id, queue, ?2 FROM _honker_live WHERE id = ?1
ON CONFLICT (id) DO UPDATE SET due_ms = excluded.due_ms

-- name: job_due_drop
DELETE FROM _alk_job_due
WHERE queue = (SELECT queue FROM _alk_job WHERE id = ?1)
  AND due_ms = (SELECT due_ms FROM _alk_job WHERE id = ?1) AND id = ?1

-- name: job_due_copy
INSERT INTO _alk_job_due (queue, due_ms, id)
SELECT queue, due_ms, id FROM _alk_job WHERE id = ?1

-- name: job_due_mark_of
INSERT INTO _alk_queue (name, has_due)
SELECT queue, 1 FROM _alk_job WHERE id = ?1
ON CONFLICT (name) DO UPDATE SET has_due = 1 WHERE NOT has_due

-- name: job_put_back
UPDATE _honker_live SET run_at = ?2 WHERE id = ?1 AND state = 'pending'

-- name: job_next_due
SELECT d.due_ms FROM _alk_job_due d JOIN _alk_job j ON j.id = d.id
WHERE d.queue = ?1 AND d.due_ms > ?2 AND j.standing = 0
ORDER BY d.due_ms LIMIT 1

-- name: job_done_result
UPDATE _alk_done SET result = ?2, ended_ms = ?3 WHERE id = ?1
