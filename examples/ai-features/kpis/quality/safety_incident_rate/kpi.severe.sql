-- the worst ones by number: one is one too many, whatever the number of tasks
SELECT p.id AS period, m.scope AS scope, COALESCE(i.group_ref, i.source || '/' || i.id) AS unit, 1 AS num,
       MAX(CASE WHEN i.reviewed_at IS NULL AND i.started_at + :review_ms > :as_of THEN 1 ELSE 0 END) AS pending,
       CASE WHEN MIN(CASE WHEN i.cause IN (:not_ours) THEN 1 ELSE 0 END) = 1 THEN 'not_ours' END AS excluded,
       MIN(i.started_at) AS at, MIN(i.source || '/' || i.id) AS ref
FROM period p
JOIN incident i ON i.source = :register AND i.severity = 1
     AND i.started_at >= p.starts AND i.started_at < p.ends AND i.started_at <= :as_of
JOIN member m ON m.product = i.product_id AND m.segment IN ('all', 'severity=1')
GROUP BY p.id, m.scope, COALESCE(i.group_ref, i.source || '/' || i.id)
