-- of the incidents of these severities: nobody found the cause, or nobody looked
SELECT p.id AS period, m.scope AS scope, COALESCE(i.group_ref, i.source || '/' || i.id) AS unit,
       MIN(CASE WHEN i.cause = 'unknown' THEN 1 ELSE 0 END) AS num,
       1 AS den, 0 AS pending,
       -- still under review
       CASE WHEN MAX(CASE WHEN i.cause <> 'unknown' OR i.reviewed_at <= :as_of OR i.started_at + :review_ms <= :as_of THEN 1 ELSE 0 END) = 0
            THEN 'under_review' END AS excluded,
       MIN(i.started_at) AS at, MIN(i.source || '/' || i.id) AS ref
FROM period p
JOIN incident i ON i.started_at >= p.starts AND i.started_at < p.ends AND i.started_at <= :as_of
     AND i.severity IN (:severities)
JOIN member m ON m.product = i.product_id AND m.segment IN ('all', 'severity=' || CAST(i.severity AS TEXT))
GROUP BY p.id, m.scope, COALESCE(i.group_ref, i.source || '/' || i.id)
