-- Deployments an incident is laid to: the one its review names, else the last
-- successful one of the product finished before it began. In a scope only the
-- incidents of its products count.
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
SELECT p.id AS period, m.scope AS scope, d.source || '/' || d.id AS unit,
       CASE WHEN MIN(b.incident) IS NOT NULL THEN 1 ELSE 0 END AS num,
       1 AS den,
       CASE WHEN d.started_at + :review_ms > :as_of THEN 1 ELSE 0 END AS pending,
       CAST(NULL AS TEXT) AS excluded, d.started_at AS at,
       COALESCE(MIN(b.incident), d.source || '/' || d.id) AS ref
FROM period p
JOIN change_event d ON d.started_at >= p.starts AND d.started_at < p.ends AND d.started_at <= :as_of
     AND d.kind = 'deployment' AND d.environment = 'production'
JOIN member m ON m.product = d.product_id AND m.segment = 'all'
LEFT JOIN (SELECT x.source AS source, x.id AS id, n.scope AS scope, x.incident AS incident
           FROM blamed x
           JOIN member n ON n.product = x.product_id) b
       ON b.source = d.source AND b.id = d.id AND b.scope = m.scope
GROUP BY p.id, m.scope, d.source, d.id, d.started_at
