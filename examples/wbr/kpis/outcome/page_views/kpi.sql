-- Days, counted by the site. A day belongs to the period it lies in.
SELECT p.id AS period, m.scope AS scope, x.source || '/' || x.id AS unit, x.num AS num, 0 AS pending,
       CASE WHEN x.num < 0 THEN 'below_zero' END AS excluded,
       x.starts_at AS at, x.source || '/' || x.id AS ref
FROM period p
JOIN metric_point x ON x.name = 'page_views' AND x.starts_at >= p.starts AND x.ends_at <= p.ends AND x.ends_at <= :as_of
JOIN member m ON m.product = x.product_id AND m.segment = x.segment
