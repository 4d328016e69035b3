-- Of the incidents that count: those that are laid to a deployment, which ref
-- names. As in kpi.change_fail_rate.sql.
WITH shipped AS (
  SELECT source, id, product_id, ref, finished_at, result
  FROM change_event
  WHERE kind = 'deployment' AND environment = 'production'
), timeline AS (
  -- incidents and finished deployments of a product in order; at the same
  -- instant the incident comes first
  SELECT i.source || '/' || i.id AS incident, i.product_id AS product_id, i.change_ref AS change_ref, i.started_at AS at,
         CAST(NULL AS BIGINT) AS finished_at, 0 AS turn
  FROM incident i
  WHERE i.cause IN (:count_causes) AND i.severity IN (:severities) AND i.started_at <= :as_of
  UNION ALL
  SELECT '', d.product_id, NULL, d.finished_at, d.finished_at, 1
  FROM shipped d
  WHERE d.result = 'success' AND d.finished_at IS NOT NULL
), counted AS (
  SELECT incident, product_id, change_ref, at, last_at
  FROM (SELECT incident, product_id, change_ref, at, turn,
               MAX(finished_at) OVER (PARTITION BY product_id ORDER BY at, turn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS last_at
        FROM timeline) t
  WHERE turn = 0
), blamed AS (
  SELECT c.incident AS incident, c.product_id AS product_id, d.source AS source, d.id AS id
  FROM counted c
  JOIN shipped d ON d.id = c.change_ref
  UNION
  SELECT c.incident, c.product_id, d.source, d.id
  FROM counted c
  JOIN shipped d ON d.ref = c.change_ref
  UNION
  SELECT c.incident, c.product_id, d.source, d.id
  FROM counted c
  JOIN shipped d ON d.product_id = c.product_id AND d.finished_at = c.last_at AND d.result = 'success'
  WHERE c.change_ref IS NULL
)
SELECT p.id AS period, m.scope AS scope, c.incident AS unit,
       CASE WHEN MIN(b.id) IS NOT NULL THEN 1 ELSE 0 END AS num,
       1 AS den, 0 AS pending, CAST(NULL AS TEXT) AS excluded, c.at AS at,
       COALESCE(MIN(b.source || '/' || b.id), c.incident) AS ref
FROM period p
JOIN counted c ON c.at >= p.starts AND c.at < p.ends
JOIN member m ON m.product = c.product_id AND m.segment = 'all'
LEFT JOIN blamed b ON b.incident = c.incident
GROUP BY p.id, m.scope, c.incident, c.at
