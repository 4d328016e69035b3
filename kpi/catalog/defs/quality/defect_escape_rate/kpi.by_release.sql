-- A release answers for the bugs found before it, back to the release before it,
-- and for those of production up to the next one; never beyond escape_ms.
WITH shipped AS (
  SELECT source, id, product_id, released_at AS at,
         COALESCE(LAG(released_at) OVER (PARTITION BY product_id ORDER BY released_at, source, id), 0) AS previous_at,
         COALESCE(LEAD(released_at) OVER (PARTITION BY product_id ORDER BY released_at, source, id), 9007199254740991) AS next_at
  FROM release
  WHERE released_at <= :as_of
), laid AS (
  SELECT r.source AS source, r.id AS id, r.product_id AS product_id, r.at AS at, w.severity AS severity,
         SUM(CASE WHEN w.found_in = 'production' THEN 1 ELSE 0 END) AS escaped, COUNT(*) AS bugs
  FROM shipped r
  JOIN work_item w ON w.created_at >= r.at - :escape_ms AND w.created_at < r.at + :escape_ms AND w.created_at <= :as_of
       AND w.created_at >= r.previous_at AND w.created_at < r.next_at AND w.product_id = r.product_id
       AND (w.found_in = 'production' AND w.created_at >= r.at OR w.found_in = 'pre_release' AND w.created_at < r.at)
       AND w.type = 'bug' AND w.duplicate_of IS NULL AND w.is_security = 0 AND w.severity IN (:severities)
  GROUP BY r.source, r.id, r.product_id, r.at, w.severity
)
SELECT p.id AS period, m.scope AS scope, r.source || '/' || r.id AS unit,
       SUM(r.escaped) AS num,
       SUM(r.bugs) AS den,
       CASE WHEN r.at + :escape_ms > :as_of THEN 1 ELSE 0 END AS pending,
       CAST(NULL AS TEXT) AS excluded, r.at AS at, r.source || '/' || r.id AS ref
FROM period p
JOIN laid r ON r.at >= p.starts AND r.at < p.ends
JOIN member m ON m.product = r.product_id AND m.segment IN ('all', 'severity=' || CAST(r.severity AS TEXT))
GROUP BY p.id, m.scope, r.source, r.id, r.at
