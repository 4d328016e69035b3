-- A bug belongs to the month it was found in, whatever release brought it in.
SELECT p.id AS period, m.scope AS scope, w.source || '/' || w.id AS unit,
       CASE WHEN w.found_in = 'production' THEN 1 ELSE 0 END AS num,
       1 AS den, 0 AS pending,
       CASE WHEN w.duplicate_of IS NOT NULL THEN 'duplicate'
            WHEN w.is_security = 1 THEN 'security'
            WHEN w.severity IS NULL THEN 'severity_unset'
            WHEN w.found_in IS NULL THEN 'found_in_unset' END AS excluded,
       w.created_at AS at, w.source || '/' || w.id AS ref
FROM period p
JOIN work_item w ON w.created_at >= p.starts AND w.created_at < p.ends AND w.created_at <= :as_of
     AND w.type = 'bug' AND (w.severity IN (:severities) OR w.severity IS NULL)
JOIN member m ON m.product = w.product_id AND m.segment IN ('all', 'severity=' || CAST(w.severity AS TEXT))
