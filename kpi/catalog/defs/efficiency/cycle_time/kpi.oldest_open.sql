-- the age of the oldest that is not finished, as in kpi.open_age.sql
SELECT p.id AS period, m.scope AS scope, i.source || '/' || i.id AS unit,
       CASE WHEN p.ends <= :as_of THEN p.ends ELSE :as_of END - i.problem_validated_at AS value,
       CAST(NULL AS TEXT) AS excluded,
       i.problem_validated_at AS at, i.source || '/' || i.id AS ref
FROM period p
JOIN initiative i ON i.problem_validated_at < p.ends AND i.problem_validated_at <= :as_of
     AND (i.released_at IS NULL OR i.released_at >= p.ends OR i.released_at > :as_of)
     AND (i.killed_at IS NULL OR i.killed_at >= p.ends OR i.killed_at > :as_of)
JOIN member m ON m.product = i.product_id
     AND (m.segment = 'size=' || i.size
       OR i.size = 'major' AND m.segment IN ('all', 'product=' || i.product_id, 'risk=' || COALESCE(i.risk, '')))
