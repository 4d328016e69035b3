-- Required (journey, event) pairs of top journeys at the end of the period.
-- Healthy is what was seen in the last seven days, or since the journey was last
-- used, whole in 99 of 100 rows and without a schema error.
WITH snapshot AS (
  -- the last local day of the period; of one still running the day we are on
  SELECT p.id AS period,
         CASE WHEN p.ends <= :as_of THEN p.ends ELSE :as_of END AS at,
         CASE WHEN MAX(d.day) <= :as_of / 86400000 THEN MAX(d.day) ELSE :as_of / 86400000 END AS day
  FROM period p
  JOIN period_day d ON d.period = p.id
  GROUP BY p.id, p.ends
), used AS (
  -- from which day on an event of the journey must have been seen
  SELECT s.period AS period, o.journey_id AS journey_id, s.day AS last_day,
         CASE WHEN MAX(o.day) < s.day - 6 THEN MAX(o.day) ELSE s.day - 6 END AS since_day
  FROM snapshot s
  JOIN (SELECT DISTINCT journey_id, day FROM tracking_observation WHERE seen > 0) o ON o.day <= s.day
  GROUP BY s.period, s.day, o.journey_id
), seen AS (
  SELECT u.period AS period, o.journey_id AS journey_id, o.event_name AS event_name,
         SUM(o.seen) AS rows_seen, SUM(o.valid) AS rows_valid, SUM(o.schema_errors) AS errors
  FROM used u
  JOIN tracking_observation o ON o.journey_id = u.journey_id AND o.day >= u.since_day AND o.day <= u.last_day
  GROUP BY u.period, o.journey_id, o.event_name
)
SELECT s.period AS period, m.scope AS scope, t.journey_id || '/' || t.event_name AS unit,
       MAX(CASE WHEN o.rows_seen > 0 AND o.rows_valid * 100 >= o.rows_seen * 99 AND o.errors = 0 THEN 1 ELSE 0 END) AS num,
       1 AS den, 0 AS pending, CAST(NULL AS TEXT) AS excluded,
       MIN(t.required_since) AS at, MIN(t.source || '/' || t.id) AS ref,
       MIN(CASE WHEN o.errors > 0 THEN 'broken: schema errors'
                WHEN o.rows_valid * 100 < o.rows_seen * 99 THEN 'broken: properties are missing'
                WHEN o.rows_seen > 0 THEN 'valid'
                WHEN EXISTS (SELECT 1 FROM tracking_observation e
                             WHERE e.journey_id = t.journey_id AND e.event_name = t.event_name AND e.seen > 0 AND e.day <= s.day)
                THEN 'seen, but not lately'
                ELSE 'planned, never seen' END) AS note
FROM snapshot s
JOIN tracking_plan t ON t.required_since < s.at AND (t.retired_at IS NULL OR t.retired_at >= s.at)
JOIN journey j ON j.id = t.journey_id AND j.top = 1
JOIN member m ON m.product = j.product_id AND m.segment IN ('all', 'journey=' || j.id, 'journey.top=true')
LEFT JOIN seen o ON o.period = s.period AND o.journey_id = t.journey_id AND o.event_name = t.event_name
-- before the first check there is nothing to say, which is not zero
WHERE EXISTS (SELECT 1 FROM tracking_observation f WHERE f.day <= s.day)
GROUP BY s.period, m.scope, t.journey_id, t.event_name
