SELECT p.id AS period, m.scope AS scope, 'incident ' || COALESCE(i.group_ref, i.source || '/' || i.id) AS unit,
       1 AS num, 0 AS den,
       MAX(CASE WHEN (i.reviewed_at IS NULL OR i.reviewed_at > :as_of) AND i.started_at + :review_ms > :as_of THEN 1 ELSE 0 END) AS pending,
       CAST(NULL AS TEXT) AS excluded, MIN(i.started_at) AS at, MIN(i.source || '/' || i.id) AS ref
FROM period p
JOIN incident i ON i.started_at >= p.starts AND i.started_at < p.ends AND i.started_at <= :as_of
     AND i.severity IN (:severities) AND i.cause IN (:count_causes)
JOIN member m ON m.product = i.product_id AND m.segment IN ('all', 'severity=' || CAST(i.severity AS TEXT))
GROUP BY p.id, m.scope, COALESCE(i.group_ref, i.source || '/' || i.id)
UNION ALL
SELECT p.id, m.scope, 'deployment ' || d.source || '/' || d.id, 0, 1, 0, CAST(NULL AS TEXT), d.started_at, d.source || '/' || d.id
FROM period p
JOIN change_event d ON d.started_at >= p.starts AND d.started_at < p.ends AND d.started_at <= :as_of
     AND d.kind = 'deployment' AND d.environment = 'production'
JOIN member m ON m.product = d.product_id
