-- how many were caught: more trivia written down lowers the rate as well
SELECT p.id AS period, m.scope AS scope, w.source || '/' || w.id AS unit, 1 AS num, 0 AS pending,
       CASE WHEN w.duplicate_of IS NOT NULL THEN 'duplicate'
            WHEN w.is_security = 1 THEN 'security' END AS excluded,
       w.created_at AS at, w.source || '/' || w.id AS ref
FROM period p
JOIN work_item w ON w.created_at >= p.starts AND w.created_at < p.ends AND w.created_at <= :as_of
     AND w.type = 'bug' AND w.severity IN (:severities) AND w.found_in = 'pre_release'
JOIN member m ON m.product = w.product_id AND m.segment IN ('all', 'severity=' || CAST(w.severity AS TEXT))
