-- A release answers for the bugs found before it, back to the release before it,
-- and for those of production up to the next one; never beyond escape_ms.
WITH shipped AS (
  SELECT source, id, product_id, released_at AS at,
         COALESCE(LAG(released_at) OVER (PARTITION BY product_id ORDER BY released_at, source, id), 0) AS previous_at,
         COALESCE(LEAD(released_at) OVER (PARTITION BY product_id ORDER BY released_at, source, id), 9007199254740991) AS next_at
  FROM release
  WHERE released_at <= :as_of
), found AS (
  SELECT product_id, found_in, severity, created_at AS at
  FROM work_item
  WHERE type = 'bug' AND duplicate_of IS NULL AND is_security = 0 AND found_in IS NOT NULL
    AND severity IN (:severities) AND created_at <= :as_of
)
SELECT p.id AS period, m.scope AS scope, r.source || '/' || r.id AS unit,
       SUM(CASE WHEN w.found_in = 'production' AND w.at >= r.at THEN 1 ELSE 0 END) AS num,
       SUM(CASE WHEN w.found_in = 'production' AND w.at >= r.at OR w.found_in = 'pre_release' AND w.at < r.at THEN 1 ELSE 0 END) AS den,
       CASE WHEN r.at + :escape_ms > :as_of THEN 1 ELSE 0 END AS pending,
       CAST(NULL AS TEXT) AS excluded, r.at AS at, r.source || '/' || r.id AS ref
FROM period p
JOIN shipped r ON r.at >= p.starts AND r.at < p.ends
JOIN member m ON m.product = r.product_id
JOIN found w ON w.product_id = r.product_id AND m.segment IN ('all', 'severity=' || CAST(w.severity AS TEXT))
     AND w.at >= r.previous_at AND w.at >= r.at - :escape_ms
     AND w.at < r.next_at AND w.at < r.at + :escape_ms
GROUP BY p.id, m.scope, r.source, r.id, r.at
