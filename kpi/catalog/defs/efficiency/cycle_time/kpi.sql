-- Released initiatives, and those that were given up in the period instead: they
-- are listed, for a fast end is no fast delivery. Every scope is about major
-- ones, unless its segment names a size.
WITH ended AS (
  SELECT source, id, product_id, size, risk, problem_validated_at, released_at,
         CASE WHEN released_at IS NULL OR killed_at <= released_at THEN 1 ELSE 0 END AS killed,
         CASE WHEN released_at IS NULL OR killed_at <= released_at THEN killed_at ELSE released_at END AS at
  FROM initiative
)
SELECT p.id AS period, m.scope AS scope, i.source || '/' || i.id AS unit,
       i.released_at - i.problem_validated_at AS value,
       CASE WHEN i.killed = 1 THEN 'killed'
            WHEN i.problem_validated_at IS NULL THEN 'never_validated'
            WHEN i.problem_validated_at > i.released_at THEN 'released_before_validated' END AS excluded,
       i.at AS at, i.source || '/' || i.id AS ref
FROM period p
JOIN ended i ON i.at >= p.starts AND i.at < p.ends AND i.at <= :as_of
JOIN member m ON m.product = i.product_id
     AND (m.segment = 'size=' || i.size
       OR i.size = 'major' AND m.segment IN ('all', 'product=' || i.product_id, 'risk=' || COALESCE(i.risk, '')))
