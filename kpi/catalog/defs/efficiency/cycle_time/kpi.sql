-- Released initiatives, and those that were given up in the period instead: they
-- are listed, for a fast end is no fast delivery. Every scope is about major
-- ones, unless its segment names a size.
WITH ended AS (
  SELECT p.id AS period, i.source AS source, i.id AS id, i.product_id AS product_id, i.size AS size, i.risk AS risk,
         i.problem_validated_at AS problem_validated_at, i.released_at AS released_at, i.released_at AS at, 0 AS killed
  FROM period p
  JOIN initiative i ON i.released_at >= p.starts AND i.released_at < p.ends AND i.released_at <= :as_of
  WHERE i.killed_at IS NULL OR i.killed_at > i.released_at
  UNION ALL
  SELECT p.id, i.source, i.id, i.product_id, i.size, i.risk, i.problem_validated_at, i.released_at, i.killed_at, 1
  FROM period p
  JOIN initiative i ON i.killed_at >= p.starts AND i.killed_at < p.ends AND i.killed_at <= :as_of
  WHERE i.released_at IS NULL OR i.killed_at <= i.released_at
)
SELECT i.period AS period, m.scope AS scope, i.source || '/' || i.id AS unit,
       i.released_at - i.problem_validated_at AS value,
       CASE WHEN i.killed = 1 THEN 'killed'
            WHEN i.problem_validated_at IS NULL THEN 'never_validated'
            WHEN i.problem_validated_at > i.released_at THEN 'released_before_validated' END AS excluded,
       i.at AS at, i.source || '/' || i.id AS ref
FROM ended i
JOIN member m ON m.product = i.product_id
     AND (m.segment = 'size=' || i.size
       OR i.size = 'major' AND m.segment IN ('all', 'product=' || i.product_id, 'risk=' || COALESCE(i.risk, '')))
