-- requests of the critical journeys: a level is easily held when nobody comes
SELECT p.id AS period, m.scope AS scope, w.source || '/' || w.id AS unit,
       w.total AS num, 0 AS pending,
       CAST(NULL AS TEXT) AS excluded,
       w.starts_at AS at, w.source || '/' || w.id AS ref
FROM period p
JOIN slo_window w ON w.starts_at >= p.starts AND w.starts_at < p.ends AND w.ends_at <= p.ends AND w.ends_at <= :as_of AND w.unit = 'requests'
JOIN journey j ON j.id = w.journey_id AND j.product_id = w.product_id AND j.critical = 1
JOIN member m ON m.product = w.product_id AND m.segment IN ('all', 'journey=' || j.id, 'journey.critical=true')
