-- An account in several products of a scope belongs, in that scope, to the
-- cohort of its first signup there, and counts once.
WITH signup AS (
  SELECT m.scope AS scope, m.segment AS segment, u.account_id AS account_id, MIN(u.first_at) AS at
  FROM usage_day u
  JOIN member m ON m.product = u.product_id
  WHERE u.name = :signup_event AND u.account_id IS NOT NULL AND u.first_at <= :as_of
  GROUP BY m.scope, m.segment, u.account_id
), milestone AS (
  SELECT product_id, account_id, first_success_at AS at
  FROM usage_day
  WHERE name = :milestone_event AND first_success_at <= :as_of
), reached AS (
  SELECT s.scope AS scope, s.account_id AS account_id, MIN(x.at) AS at
  FROM signup s
  JOIN milestone x ON x.account_id = s.account_id AND x.at < s.at + :window_ms
  JOIN member m ON m.scope = s.scope AND m.product = x.product_id
  GROUP BY s.scope, s.account_id
)
SELECT p.id AS period, s.scope AS scope, s.account_id AS unit,
       CASE WHEN r.at >= s.at THEN 1 ELSE 0 END AS num,
       1 AS den,
       CASE WHEN s.at + :window_ms > :as_of THEN 1 ELSE 0 END AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test'
            WHEN r.at < s.at THEN 'milestone_before_signup' END AS excluded,
       s.at AS at
FROM period p
JOIN signup s ON s.at >= p.starts AND s.at < p.ends
LEFT JOIN account a ON a.id = s.account_id
LEFT JOIN reached r ON r.scope = s.scope AND r.account_id = s.account_id
WHERE (s.segment = 'all' AND a.id IS NULL)
   OR EXISTS (SELECT 1 FROM account_segment g
              WHERE g.account_id = s.account_id AND g.segment = s.segment
                AND s.at >= g.valid_from AND s.at < g.valid_to)
