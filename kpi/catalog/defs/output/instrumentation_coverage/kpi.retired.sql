-- of the pairs that were required when the period began: taken out of the plan
-- in it, and not put in again
SELECT p.id AS period, m.scope AS scope, t.journey_id || '/' || t.event_name AS unit,
       MIN(CASE WHEN t.retired_at < p.ends AND t.retired_at <= :as_of
                 AND NOT EXISTS (SELECT 1 FROM tracking_plan n
                                 WHERE n.journey_id = t.journey_id AND n.event_name = t.event_name
                                   AND n.required_since < p.ends AND n.required_since <= :as_of AND (n.retired_at IS NULL OR n.retired_at >= p.ends))
                THEN 1 ELSE 0 END) AS num,
       1 AS den, 0 AS pending, CAST(NULL AS TEXT) AS excluded,
       MIN(t.source || '/' || t.id) AS ref
FROM period p
JOIN tracking_plan t ON t.required_since < p.starts AND t.required_since <= :as_of AND (t.retired_at IS NULL OR t.retired_at >= p.starts)
JOIN journey j ON j.id = t.journey_id AND j.top = 1
JOIN member m ON m.product = j.product_id AND m.segment IN ('all', 'journey=' || j.id, 'journey.top=true')
GROUP BY p.id, m.scope, t.journey_id, t.event_name
