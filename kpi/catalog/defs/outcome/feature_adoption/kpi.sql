-- Rows are of two kinds: an account and a capability for adoption, and, marked
-- with the word ramp, a capability for the share of those on their ramp.
WITH span AS (
  SELECT period, MAX(day) AS last_day
  FROM period_day
  GROUP BY period
), frame AS (
  -- the last 28 local days of a period; no period is shorter
  SELECT p.id AS period, p.ends AS ends, s.last_day AS last_day, d.starts AS since
  FROM period p
  JOIN span s ON s.period = p.id
  JOIN period_day d ON d.period = p.id AND d.day = s.last_day - 27
), feature AS (
  SELECT f.period AS period, f.ends AS ends, f.last_day AS last_day, f.since AS since,
         c.id AS capability_id, c.product_id AS product_id, c.class AS class, c.ga_at AS ga_at, f.ends - c.ga_at AS age,
         CASE WHEN f.ends - c.ga_at < :ramp_first_ms / 3 THEN 0
              WHEN f.ends - c.ga_at < :ramp_first_ms THEN 1
              WHEN f.ends - c.ga_at < :ramp_last_ms THEN 2
              ELSE 3 END AS band
  FROM frame f
  JOIN capability c ON c.ga_at < f.ends AND c.ga_at <= :as_of
), entitled AS (
  SELECT a.capability_id AS capability_id, a.account_id AS account_id, a.starts_at AS starts_at, COALESCE(a.ends_at, 9007199254740991) AS ends_at
  FROM account_access a
  WHERE :access = 'capability' AND a.capability_id IS NOT NULL AND a.starts_at <= :as_of
  UNION ALL
  SELECT c.id, a.account_id, a.starts_at, COALESCE(a.ends_at, 9007199254740991)
  FROM capability c
  JOIN account_access a ON a.product_id = c.product_id AND a.capability_id IS NULL
  WHERE :access = 'product' AND a.starts_at <= :as_of
), held AS (
  -- access when the 28 days began, after general availability, and at their end
  SELECT f.period AS period, f.capability_id AS capability_id, e.account_id AS account_id
  FROM feature f
  JOIN entitled e ON e.capability_id = f.capability_id
  WHERE f.ga_at <= f.since
  GROUP BY f.period, f.capability_id, e.account_id
  HAVING MAX(CASE WHEN e.starts_at <= f.since AND e.ends_at > f.since THEN 1 ELSE 0 END) = 1
     AND MAX(CASE WHEN e.starts_at < f.ends AND e.ends_at >= f.ends THEN 1 ELSE 0 END) = 1
), asked AS (
  SELECT capability_id, COUNT(DISTINCT attribute) AS attributes
  FROM capability_target
  GROUP BY capability_id
), met AS (
  SELECT f.period AS period, f.capability_id AS capability_id, g.account_id AS account_id, COUNT(DISTINCT t.attribute) AS attributes
  FROM feature f
  JOIN capability_target t ON t.capability_id = f.capability_id
  JOIN account_segment g ON g.segment = t.segment AND f.ends > g.valid_from AND f.ends <= g.valid_to
  GROUP BY f.period, f.capability_id, g.account_id
), active AS (
  SELECT f.period AS period, f.capability_id AS capability_id, u.account_id AS account_id,
         CASE WHEN SUM(u.successes) >= MAX(e.min_uses) AND COUNT(DISTINCT CASE WHEN u.successes > 0 THEN u.day END) >= MAX(e.min_days)
              THEN 1 ELSE 0 END AS met_rule
  FROM feature f
  JOIN capability_event e ON e.capability_id = f.capability_id
  JOIN usage_day u ON u.name = e.event AND u.product_id = f.product_id AND u.first_at <= :as_of
       AND u.day > f.last_day - e.window_days AND u.day <= f.last_day
  GROUP BY f.period, f.capability_id, u.account_id
), tried AS (
  SELECT c.id AS capability_id, u.account_id AS account_id, MIN(u.first_success_at) AS at
  FROM capability c
  JOIN capability_event e ON e.capability_id = c.id
  JOIN usage_day u ON u.name = e.event AND u.product_id = c.product_id AND u.first_success_at <= :as_of
  GROUP BY c.id, u.account_id
), ruled AS (
  SELECT DISTINCT capability_id FROM capability_event
), line AS (
  SELECT f.period AS period, m.scope AS scope, f.capability_id AS capability_id, h.account_id AS account_id, f.age AS age, f.band AS band, f.ends AS ends,
         COALESCE(v.met_rule, 0) AS adopted,
         CASE WHEN x.at < f.ends THEN 1 ELSE 0 END AS tried,
         CASE WHEN a.id IS NULL THEN 'unknown_account'
              WHEN a.is_internal = 1 THEN 'internal'
              WHEN a.is_test = 1 THEN 'test'
              WHEN r.capability_id IS NULL THEN 'no_rule' END AS excluded
  FROM feature f
  JOIN held h ON h.period = f.period AND h.capability_id = f.capability_id
  JOIN member m ON m.product = f.product_id
  LEFT JOIN account a ON a.id = h.account_id
  LEFT JOIN asked k ON k.capability_id = f.capability_id
  LEFT JOIN met t ON t.period = f.period AND t.capability_id = f.capability_id AND t.account_id = h.account_id
  LEFT JOIN active v ON v.period = f.period AND v.capability_id = f.capability_id AND v.account_id = h.account_id
  LEFT JOIN tried x ON x.capability_id = f.capability_id AND x.account_id = h.account_id
  LEFT JOIN ruled r ON r.capability_id = f.capability_id
  WHERE COALESCE(k.attributes, 0) = COALESCE(t.attributes, 0)
    AND (m.segment IN ('all', 'capability=' || f.capability_id, 'capability.class=' || f.class)
      OR EXISTS (SELECT 1 FROM account_segment g
                 WHERE g.account_id = h.account_id AND g.segment = m.segment
                   AND f.ends > g.valid_from AND f.ends <= g.valid_to))
), aged AS (
  SELECT l.period AS period, l.scope AS scope, l.capability_id AS capability_id, l.account_id AS account_id, l.ends AS ends, l.band AS band,
         l.adopted AS adopted, l.tried AS tried, l.excluded AS excluded,
         COALESCE(MAX(CASE WHEN l.excluded IS NULL THEN l.band END) OVER (PARTITION BY l.period, l.scope), l.band) AS oldest
  FROM line l
)
SELECT period, scope, capability_id || ' ' || account_id AS unit, 1 AS den,
       adopted AS num_adoption, tried AS num_tried_ever, CAST(NULL AS BIGINT) AS num_on_ramp,
       0 AS pending, excluded, ends AS at
FROM aged
WHERE band = oldest
UNION ALL
SELECT period, scope, 'ramp ' || capability_id, 1, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
       CASE WHEN SUM(adopted) + 0.000000001 >= :ramp_floor * COUNT(*) * CASE WHEN MAX(age) < :ramp_last_ms THEN CAST(MAX(age) AS DOUBLE PRECISION) / :ramp_last_ms ELSE 1 END
            THEN 1 ELSE 0 END,
       0, CASE WHEN MAX(band) = 0 THEN 'too_young' WHEN COUNT(*) < :min_accounts THEN 'few_accounts' END, MAX(ends)
FROM line
WHERE excluded IS NULL
GROUP BY period, scope, capability_id
