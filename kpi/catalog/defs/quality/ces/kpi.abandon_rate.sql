-- runs that were begun and not completed: those who gave up had the most effort,
-- and nobody asked them
SELECT p.id AS period, m.scope AS scope, x.source || '/' || x.id AS unit,
       x.num AS num, COALESCE(x.den, 0) AS den,
       CASE WHEN x.den IS NULL THEN 'begun_unknown'
            WHEN x.num < 0 OR x.num > x.den THEN 'more_completed_than_begun' END AS excluded,
       x.starts_at AS at, x.source || '/' || x.id AS ref
FROM period p
JOIN metric_point x ON x.name = :completion_metric AND x.starts_at >= p.starts AND x.starts_at < p.ends AND x.starts_at <= :as_of
     AND SUBSTR(x.segment, 1, 9) = 'workflow='
JOIN member m ON m.product = x.product_id AND m.segment IN ('all', x.segment)
