-- An account in several products of a scope is in the cohort of its first signup
-- there, and any product's success ends its wait.
WITH signup AS (
  SELECT m.scope AS scope, m.segment AS segment, u.account_id AS account_id, MIN(u.first_at) AS at
  FROM usage_day u
  JOIN member m ON m.product = u.product_id
  WHERE u.name = :signup_event AND u.account_id IS NOT NULL AND u.first_at <= :as_of
  GROUP BY m.scope, m.segment, u.account_id
), success AS (
  SELECT product_id, account_id, MIN(first_success_at) AS at
  FROM usage_day
  WHERE name = :success_event AND first_success_at <= :as_of
  GROUP BY product_id, account_id
), reached AS (
  SELECT m.scope AS scope, x.account_id AS account_id, MIN(x.at) AS at
  FROM success x
  JOIN member m ON m.product = x.product_id
  GROUP BY m.scope, x.account_id
), life AS (
  SELECT s.scope AS scope, s.segment AS segment, s.account_id AS account_id, s.at AS at, r.at AS reached_at,
         CASE WHEN r.at < s.at + :horizon_ms THEN 0 ELSE 1 END AS censored,
         CASE WHEN r.at < s.at + :horizon_ms THEN r.at - s.at
              WHEN s.at + :horizon_ms > :as_of THEN :as_of - s.at
              ELSE :horizon_ms END AS took
  FROM signup s
  LEFT JOIN reached r ON r.scope = s.scope AND r.account_id = s.account_id
)
SELECT p.id AS period, l.scope AS scope, l.account_id AS unit,
       l.took AS value, l.censored AS censored, :horizon_ms AS horizon,
       1 - l.censored AS num, 1 AS den,
       CASE WHEN l.censored = 1 AND l.at + :horizon_ms > :as_of THEN 1 ELSE 0 END AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test'
            WHEN l.reached_at < l.at THEN 'success_before_signup' END AS excluded,
       l.at AS at
FROM period p
JOIN life l ON l.at >= p.starts AND l.at < p.ends
LEFT JOIN account a ON a.id = l.account_id
WHERE l.segment = 'all'
   OR EXISTS (SELECT 1 FROM account_segment g
              WHERE g.account_id = l.account_id AND g.segment = l.segment
                AND l.at >= g.valid_from AND l.at < g.valid_to)
