-- top journeys of which no event at all was seen in the last seven days: the
-- coverage then speaks of the time before
WITH snapshot AS (
  SELECT p.id AS period,
         CASE WHEN p.ends <= :as_of THEN p.ends ELSE :as_of END AS at,
         CASE WHEN MAX(d.day) <= :as_of / 86400000 THEN MAX(d.day) ELSE :as_of / 86400000 END AS day
  FROM period p
  JOIN period_day d ON d.period = p.id
  GROUP BY p.id, p.ends
)
SELECT s.period AS period, m.scope AS scope, j.id AS unit,
       CASE WHEN EXISTS (SELECT 1 FROM tracking_observation o
                         WHERE o.journey_id = j.id AND o.seen > 0 AND o.day > s.day - 7 AND o.day <= s.day) THEN 0 ELSE 1 END AS num,
       1 AS den, 0 AS pending, CAST(NULL AS TEXT) AS excluded, j.source || '/' || j.id AS ref
FROM snapshot s
JOIN journey j ON j.top = 1
     AND EXISTS (SELECT 1 FROM tracking_plan t WHERE t.journey_id = j.id AND t.required_since < s.at AND (t.retired_at IS NULL OR t.retired_at >= s.at))
JOIN member m ON m.product = j.product_id AND m.segment IN ('all', 'journey=' || j.id, 'journey.top=true')
WHERE EXISTS (SELECT 1 FROM tracking_observation f WHERE f.day <= s.day)
