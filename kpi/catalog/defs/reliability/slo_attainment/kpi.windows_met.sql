-- windows of any journey that met their own objective
SELECT p.id AS period, m.scope AS scope, w.source || '/' || w.id AS unit,
       CASE WHEN w.total > 0 AND w.good / w.total >= w.objective THEN 1 ELSE 0 END AS num,
       1 AS den, 0 AS pending,
       CASE WHEN w.total <= 0 THEN 'no_traffic'
            WHEN w.good > w.total THEN 'more_good_than_total' END AS excluded,
       w.starts_at AS at, w.source || '/' || w.id AS ref
FROM period p
JOIN slo_window w ON w.starts_at >= p.starts AND w.starts_at < p.ends AND w.ends_at <= p.ends AND w.ends_at <= :as_of
JOIN journey j ON j.id = w.journey_id AND j.product_id = w.product_id
JOIN member m ON m.product = w.product_id
     AND (m.segment IN ('all', 'journey=' || j.id) OR j.critical = 1 AND m.segment = 'journey.critical=true')
