-- what was declared not to count: maintenance, a provider's outage
SELECT p.id AS period, m.scope AS scope, w.source || '/' || w.id AS unit,
       w.excluded AS num,
       w.total + w.excluded AS den, 0 AS pending,
       CAST(NULL AS TEXT) AS excluded,
       w.starts_at AS at, w.source || '/' || w.id AS ref
FROM period p
JOIN slo_window w ON w.starts_at >= p.starts AND w.starts_at < p.ends AND w.ends_at <= p.ends AND w.ends_at <= :as_of
JOIN journey j ON j.id = w.journey_id AND j.product_id = w.product_id
JOIN member m ON m.product = w.product_id
     AND (m.segment IN ('all', 'journey=' || j.id) OR j.critical = 1 AND m.segment = 'journey.critical=true')
