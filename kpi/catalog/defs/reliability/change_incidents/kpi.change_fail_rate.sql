-- Deployments that an incident names, or that were the last successful one of
-- the product before an incident that names none.
WITH blamed AS (
  SELECT i.source AS source, i.id AS id, i.product_id AS product_id, i.change_ref AS change_ref,
         (SELECT MAX(d.finished_at) FROM change_event d
          WHERE d.product_id = i.product_id AND d.kind = 'deployment' AND d.environment = 'production'
            AND d.result = 'success' AND d.finished_at < i.started_at) AS last_finished
  FROM incident i
  WHERE i.cause IN (:count_causes) AND i.severity IN (:severities) AND i.started_at <= :as_of
)
SELECT p.id AS period, m.scope AS scope, d.source || '/' || d.id AS unit,
       CASE WHEN EXISTS (SELECT 1 FROM blamed b
                         WHERE b.change_ref IN (d.id, d.ref)
                            OR (b.change_ref IS NULL AND b.product_id = d.product_id AND d.result = 'success'
                                AND b.last_finished = d.finished_at)) THEN 1 ELSE 0 END AS num,
       1 AS den,
       CASE WHEN d.started_at + :review_ms > :as_of THEN 1 ELSE 0 END AS pending,
       CAST(NULL AS TEXT) AS excluded, d.started_at AS at, d.source || '/' || d.id AS ref
FROM period p
JOIN change_event d ON d.started_at >= p.starts AND d.started_at < p.ends AND d.started_at <= :as_of
     AND d.kind = 'deployment' AND d.environment = 'production'
JOIN member m ON m.product = d.product_id AND m.segment = 'all'
