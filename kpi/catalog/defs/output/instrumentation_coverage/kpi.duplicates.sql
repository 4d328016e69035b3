-- rows that came twice, over all rows of top journeys
SELECT d.period AS period, m.scope AS scope, o.journey_id || '/' || o.event_name AS unit,
       SUM(o.duplicates) AS num, SUM(o.seen) AS den, 0 AS pending, CAST(NULL AS TEXT) AS excluded,
       MIN(o.source || '/' || o.id) AS ref
FROM period_day d
JOIN tracking_observation o ON o.day = d.day AND o.day <= :as_of / 86400000
JOIN journey j ON j.id = o.journey_id AND j.top = 1
JOIN member m ON m.product = j.product_id AND m.segment IN ('all', 'journey=' || j.id, 'journey.top=true')
GROUP BY d.period, m.scope, o.journey_id, o.event_name
