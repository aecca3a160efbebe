-- What stands in the queues.
-- owns:

-- Both counts come from indexes that hold just the jobs of that state.
-- name: queue_stats
-- scan: counting the jobs of every queue is the point
WITH pending AS (SELECT queue, sum(run_at <= ?1) AS ready,
    sum(run_at > ?1 AND run_at < 253402300799) AS later,
    sum(run_at >= 253402300799) AS held,
    min(run_at) AS first
  FROM _honker_live WHERE state = 'pending' GROUP BY queue),
flight AS (SELECT queue, count(*) AS jobs
  FROM _honker_live WHERE state = 'processing' GROUP BY queue),
gone AS (SELECT queue, count(*) AS jobs FROM _honker_dead GROUP BY queue)
SELECT n.queue, ifnull(q.is_paused, 0), ifnull(p.ready, 0),
  ifnull(p.later, 0), ifnull(p.held, 0), ifnull(f.jobs, 0),
  ifnull(g.jobs, 0), CASE WHEN p.first <= ?1 THEN ?1 - p.first ELSE 0 END,
  ifnull(q.has_metrics, 0), t.enqueued, t.claimed, t.completed, t.failed,
  t.dead, t.cancelled, t.wait_ms, t.run_ms
FROM (SELECT queue FROM pending UNION SELECT queue FROM flight
  UNION SELECT queue FROM gone UNION SELECT name FROM _alk_queue) n
LEFT JOIN pending p ON p.queue = n.queue
LEFT JOIN flight f ON f.queue = n.queue
LEFT JOIN gone g ON g.queue = n.queue
LEFT JOIN _alk_queue q ON q.name = n.queue
LEFT JOIN _alk_queue_total t ON t.queue = n.queue AND q.has_metrics
ORDER BY n.queue

-- The same for a file that was made by Honker alone.
-- name: queue_stats_plain
-- scan: counting the jobs of every queue is the point
SELECT queue, 0, sum(part = 0 AND run_at <= ?1),
  sum(part = 0 AND run_at > ?1), 0, sum(part = 1), sum(part = 2),
  ifnull(max(CASE WHEN part = 0 AND run_at <= ?1 THEN ?1 - run_at END), 0), 0,
  0, 0, 0, 0, 0, 0, 0, 0
FROM (SELECT queue, run_at, 0 AS part FROM _honker_live
    WHERE state = 'pending'
  UNION ALL SELECT queue, run_at, 1 FROM _honker_live
    WHERE state = 'processing'
  UNION ALL SELECT queue, run_at, 2 FROM _honker_dead)
GROUP BY queue ORDER BY queue
