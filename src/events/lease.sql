-- What is held or counted for a time: locks, rate limits and results.
-- owns:

-- name: lock_drop_expired
DELETE FROM _honker_locks WHERE name = ?1 AND expires_at <= ?2

-- name: lock_insert
INSERT OR IGNORE INTO _honker_locks (name, owner, expires_at)
VALUES (?1, ?2, ?3)

-- name: lock_is_held
SELECT 1 FROM _honker_locks WHERE name = ?1 AND expires_at > ?2

-- name: lock_is_mine
SELECT 1 FROM _honker_locks WHERE name = ?1 AND owner = ?2

-- name: lock_release
DELETE FROM _honker_locks WHERE name = ?1 AND owner = ?2

-- name: lock_renew
UPDATE _honker_locks SET expires_at = ?3
WHERE name = ?1 AND owner = ?2 AND expires_at IS NOT ?3

-- name: lock_list
-- scan: there are as many locks as somebody took
SELECT name, owner, expires_at FROM _honker_locks ORDER BY name

-- name: rate_count
SELECT count FROM _honker_rate_limits WHERE name = ?1 AND window_start = ?2

-- name: rate_add
INSERT INTO _honker_rate_limits (name, window_start, count) VALUES (?1, ?2, 1)
ON CONFLICT (name, window_start) DO UPDATE SET count = count + 1
WHERE count < ?3

-- name: rate_sweep
-- scan: no index by time; windows are few, and sweeps rare
DELETE FROM _honker_rate_limits WHERE window_start < ?1

-- name: result_save
INSERT INTO _honker_results (job_id, value, created_at, expires_at)
VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (job_id) DO UPDATE SET value = excluded.value,
  expires_at = excluded.expires_at

-- name: result_get
SELECT value FROM _honker_results
WHERE job_id = ?1 AND (expires_at IS NULL OR expires_at > ?2)

-- name: result_sweep
-- scan: no index by time: every result would pay for it; sweeps are rare
DELETE FROM _honker_results WHERE expires_at <= ?1
