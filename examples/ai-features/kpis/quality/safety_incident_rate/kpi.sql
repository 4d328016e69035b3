-- Incidents over tasks. The register is a source of its own: outages of the same
-- product are counted elsewhere. One incident over several products counts once.
SELECT p.id AS period, m.scope AS scope, 'incident ' || COALESCE(i.group_ref, i.source || '/' || i.id) AS unit,
       1 AS num, 0 AS den,
       MAX(CASE WHEN i.reviewed_at IS NULL AND i.started_at + :review_ms > :as_of THEN 1 ELSE 0 END) AS pending,
       CASE WHEN MIN(CASE WHEN i.cause IN (:not_ours) THEN 1 ELSE 0 END) = 1 THEN 'not_ours' END AS excluded,
       MIN(i.started_at) AS at, MIN(i.source || '/' || i.id) AS ref
FROM period p
JOIN incident i ON i.source = :register AND i.severity IN (:severities)
     AND i.started_at >= p.starts AND i.started_at < p.ends AND i.started_at <= :as_of
JOIN member m ON m.product = i.product_id AND m.segment IN ('all', 'severity=' || CAST(i.severity AS TEXT))
GROUP BY p.id, m.scope, COALESCE(i.group_ref, i.source || '/' || i.id)
UNION ALL
SELECT p.id, m.scope, 'tasks ' || u.product_id || ' ' || CAST(u.day AS TEXT) || ' ' || COALESCE(u.account_id, ''),
       0, u.uses, 0, CAST(NULL AS TEXT), u.first_at, CAST(NULL AS TEXT)
FROM period p
JOIN period_day d ON d.period = p.id
JOIN usage_day u ON u.name = :task_event AND u.day = d.day AND u.first_at <= :as_of
JOIN member m ON m.product = u.product_id AND (m.segment = 'all' OR m.segment IN ('severity=1', 'severity=2', 'severity=3', 'severity=4', 'severity=5'))
