-- what the tasks cost together, in minor units of the company's currency
SELECT p.id AS period, m.scope AS scope, x.source || '/' || x.id AS unit,
       x.num AS num, CAST(:currency AS TEXT) AS currency, CAST(NULL AS TEXT) AS excluded,
       x.starts_at AS at, x.source || '/' || x.id AS ref
FROM period p
JOIN metric_point x ON x.name = :spend AND x.starts_at >= p.starts AND x.starts_at < p.ends
     AND x.ends_at <= :as_of AND x.ends_at - x.starts_at <= p.ends - p.starts + 86400000
JOIN member m ON m.product = x.product_id AND m.segment = x.segment
