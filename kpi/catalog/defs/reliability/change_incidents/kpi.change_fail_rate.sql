-- Deployments that an incident names, or that were the last successful one of
-- the product before an incident that names none.
WITH blamed AS (
  SELECT i.product_id AS product_id, i.change_ref AS change_ref,
         (SELECT MAX(d.finished_at) FROM change_event d
          WHERE d.product_id = i.product_id AND d.kind = 'deployment' AND d.environment = 'production'
            AND d.result = 'success' AND d.finished_at < i.started_at) AS last_finished
  FROM incident i
  WHERE i.cause IN (:count_causes) AND i.severity IN (:severities) AND i.started_at <= :as_of
), failed AS (
  SELECT d.source AS source, d.id AS id
  FROM change_event d
  WHERE d.id IN (SELECT change_ref FROM blamed) OR d.ref IN (SELECT change_ref FROM blamed)
  UNION
  SELECT d.source, d.id
  FROM blamed b
  JOIN change_event d ON d.product_id = b.product_id AND d.finished_at = b.last_finished
  WHERE b.change_ref IS NULL AND d.result = 'success' AND d.kind = 'deployment' AND d.environment = 'production'
)
SELECT p.id AS period, m.scope AS scope, d.source || '/' || d.id AS unit,
       CASE WHEN f.id IS NOT NULL THEN 1 ELSE 0 END AS num,
       1 AS den,
       CASE WHEN d.started_at + :review_ms > :as_of THEN 1 ELSE 0 END AS pending,
       CAST(NULL AS TEXT) AS excluded, d.started_at AS at, d.source || '/' || d.id AS ref
FROM period p
JOIN change_event d ON d.started_at >= p.starts AND d.started_at < p.ends AND d.started_at <= :as_of
     AND d.kind = 'deployment' AND d.environment = 'production'
JOIN member m ON m.product = d.product_id AND m.segment = 'all'
LEFT JOIN failed f ON f.source = d.source AND f.id = d.id
