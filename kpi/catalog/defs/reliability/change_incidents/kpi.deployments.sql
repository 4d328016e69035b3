-- production deployments: a freeze is no reliability
SELECT p.id AS period, m.scope AS scope, d.source || '/' || d.id AS unit, 1 AS num, 0 AS pending,
       CAST(NULL AS TEXT) AS excluded, d.started_at AS at, d.source || '/' || d.id AS ref
FROM period p
JOIN change_event d ON d.started_at >= p.starts AND d.started_at < p.ends AND d.started_at <= :as_of
     AND d.kind = 'deployment' AND d.environment = 'production'
JOIN member m ON m.product = d.product_id
