-- Accounts that used a capability in the period: whether they had access when they first
-- did. Use before general availability is a trial by invitation and left alone.
WITH entitled AS (
  SELECT a.capability_id AS capability_id, a.account_id AS account_id, a.starts_at AS starts_at, COALESCE(a.ends_at, 9007199254740991) AS ends_at
  FROM account_access a
  WHERE :access = 'capability' AND a.capability_id IS NOT NULL AND a.starts_at <= :as_of
  UNION ALL
  SELECT c.id, a.account_id, a.starts_at, COALESCE(a.ends_at, 9007199254740991)
  FROM capability c
  JOIN account_access a ON a.product_id = c.product_id AND a.capability_id IS NULL
  WHERE :access = 'product' AND a.starts_at <= :as_of
), used AS (
  SELECT d.period AS period, c.id AS capability_id, c.product_id AS product_id, c.class AS class, u.account_id AS account_id, MIN(u.first_at) AS at
  FROM capability c
  JOIN capability_event e ON e.capability_id = c.id
  JOIN usage_day u ON u.name = e.event AND u.product_id = c.product_id AND u.first_at >= c.ga_at AND u.first_at <= :as_of
  JOIN period_day d ON d.day = u.day
  WHERE u.account_id IS NOT NULL
  GROUP BY d.period, c.id, c.product_id, c.class, u.account_id
), covered AS (
  SELECT u.period AS period, u.capability_id AS capability_id, u.account_id AS account_id
  FROM used u
  JOIN entitled e ON e.capability_id = u.capability_id AND e.account_id = u.account_id AND e.starts_at <= u.at AND e.ends_at > u.at
  GROUP BY u.period, u.capability_id, u.account_id
)
SELECT u.period AS period, m.scope AS scope, u.capability_id || ' ' || u.account_id AS unit,
       CASE WHEN k.account_id IS NULL THEN 1 ELSE 0 END AS num, 1 AS den, 0 AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test' END AS excluded,
       u.at AS at
FROM used u
JOIN member m ON m.product = u.product_id
LEFT JOIN covered k ON k.period = u.period AND k.capability_id = u.capability_id AND k.account_id = u.account_id
LEFT JOIN account a ON a.id = u.account_id
WHERE m.segment IN ('all', 'capability=' || u.capability_id, 'capability.class=' || u.class)
   OR EXISTS (SELECT 1 FROM account_segment g
              WHERE g.account_id = u.account_id AND g.segment = m.segment
                AND u.at >= g.valid_from AND u.at < g.valid_to)
