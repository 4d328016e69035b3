-- Good and total of each critical journey over the windows that lie wholly in
-- the period. They are not added over journeys: a large healthy one would hide
-- a small dead one. A journey nobody measured is listed, not taken for met.
SELECT p.id AS period, m.scope AS scope, j.id AS unit,
       COALESCE(SUM(w.good), 0) AS num,
       COALESCE(SUM(w.total), 0) AS den,
       0 AS pending,
       CASE WHEN COUNT(w.id) = 0 THEN 'no_window'
            WHEN MIN(w.total - w.good) < 0 THEN 'more_good_than_total'
            -- ten failures must fit the budget, or one alone would break it
            WHEN MAX(w.objective) < 1 AND SUM(w.total) * (1 - MAX(w.objective)) + 0.000001 < 10 THEN 'too_little_traffic' END AS excluded,
       MAX(w.ends_at) AS at, MAX(w.source || '/' || w.id) AS ref
FROM period p
JOIN journey j ON j.critical = 1
JOIN member m ON m.product = j.product_id AND m.segment IN ('all', 'journey=' || j.id, 'journey.critical=true')
LEFT JOIN slo_window w ON w.journey_id = j.id AND w.product_id = j.product_id AND w.starts_at >= p.starts AND w.starts_at < p.ends AND w.ends_at <= p.ends AND w.ends_at <= :as_of
GROUP BY p.id, m.scope, j.id
