-- The cohort is who signed up in the period; ':this' is text, not a parameter.
WITH signup AS (
  SELECT account_id, product_id, MIN(first_at) AS at
  FROM usage_day WHERE name = :signup_event GROUP BY account_id, product_id
), reached AS (
  SELECT s.account_id, s.product_id, MIN(u.first_success_at) AS at
  FROM signup s
  JOIN usage_day u ON u.account_id = s.account_id AND u.product_id = s.product_id
   AND u.name = :milestone_event AND u.first_success_at < s.at + :window_ms AND u.first_success_at <= :as_of
  GROUP BY s.account_id, s.product_id
)
SELECT p.id AS period, m.scope AS scope, s.account_id AS unit,
       MAX(CASE WHEN r.at >= s.at THEN 1 ELSE 0 END) AS num, 1 AS den,
       MAX(CASE WHEN a.is_test = 1 THEN 'test; not counted' END) AS excluded, MIN(s.at) AS at
FROM period p
JOIN signup s ON s.at >= p.starts AND s.at < p.ends
JOIN account a ON a.id = s.account_id
JOIN account_segment g ON g.account_id = s.account_id AND s.at >= g.valid_from AND s.at < g.valid_to
JOIN member m ON m.product = s.product_id AND m.segment = g.segment
LEFT JOIN reached r ON r.account_id = s.account_id AND r.product_id = s.product_id
GROUP BY p.id, m.scope, s.account_id
