-- The unit is an account's first trial (or first lead) of a product. Two cohorts
-- stand in one list: trials, and leads with the word lead before them.
WITH allowed AS (
  SELECT CASE WHEN :window_ms < :lead_window_ms THEN :window_ms ELSE :lead_window_ms END AS trial_ms
), trial AS (
  SELECT product_id, account_id, MIN(first_at) AS at
  FROM usage_day
  WHERE name = :trial_event AND account_id IS NOT NULL AND first_at <= :as_of
  GROUP BY product_id, account_id
), lead AS (
  SELECT product_id, account_id, MIN(first_at) AS at
  FROM usage_day
  WHERE name = :lead_event AND account_id IS NOT NULL AND first_at <= :as_of
  GROUP BY product_id, account_id
), reached AS (
  SELECT t.product_id AS product_id, t.account_id AS account_id, MIN(u.first_success_at) AS at
  FROM trial t
  JOIN usage_day u ON u.product_id = t.product_id AND u.account_id = t.account_id
       AND u.name = :milestone_event AND u.first_success_at >= t.at AND u.first_success_at <= :as_of
  GROUP BY t.product_id, t.account_id
), payment AS (
  SELECT m.scope AS scope, s.account_id AS account_id, s.product_id AS product_id, MIN(s.effective_at) AS at
  FROM subscription_movement s
  JOIN member m ON m.product = s.product_id
  WHERE s.recurring = 1 AND s.mrr_delta > 0 AND s.effective_at <= :as_of
  GROUP BY m.scope, s.account_id, s.product_id
), first_payment AS (
  SELECT scope, account_id, MIN(at) AS at
  FROM payment
  GROUP BY scope, account_id
), suite AS (
  -- a price for the portfolio or the company covers its products
  SELECT scope, account_id, MIN(at) AS at
  FROM payment
  WHERE substr(product_id, 1, 1) = '@'
  GROUP BY scope, account_id
), cohort AS (
  SELECT '' AS kind, product_id, account_id, at, (SELECT trial_ms FROM allowed) AS window_ms
  FROM trial
  UNION ALL
  SELECT 'lead ', product_id, account_id, at, :lead_window_ms
  FROM lead
), line AS (
  SELECT c.kind AS kind, m.scope AS scope, m.segment AS segment, c.product_id AS product_id, c.account_id AS account_id, c.at AS at,
         c.at + c.window_ms AS until_at, t.at AS trial_at, r.at AS reached_at, f.at AS first_paid_at,
         CASE WHEN b.at IS NULL OR x.at < b.at THEN x.at ELSE b.at END AS paid_at
  FROM cohort c
  JOIN member m ON m.product = c.product_id
  LEFT JOIN trial t ON t.product_id = c.product_id AND t.account_id = c.account_id
  LEFT JOIN reached r ON r.product_id = c.product_id AND r.account_id = c.account_id
  LEFT JOIN payment b ON b.scope = m.scope AND b.account_id = c.account_id AND b.product_id = c.product_id
  LEFT JOIN suite x ON x.scope = m.scope AND x.account_id = c.account_id
  LEFT JOIN first_payment f ON f.scope = m.scope AND f.account_id = c.account_id
), step AS (
  -- each step in its order and within the window of the cohort
  SELECT l.kind AS kind, l.scope AS scope, l.segment AS segment, l.product_id AS product_id, l.account_id AS account_id, l.at AS at,
         l.until_at AS until_at, l.first_paid_at AS first_paid_at,
         CASE WHEN l.trial_at >= l.at AND l.trial_at < l.until_at THEN 1 ELSE 0 END AS tried,
         CASE WHEN l.trial_at >= l.at AND l.reached_at < l.until_at THEN 1 ELSE 0 END AS activated,
         CASE WHEN l.paid_at >= l.at AND l.paid_at < l.until_at THEN 1 ELSE 0 END AS paid,
         CASE WHEN l.trial_at >= l.at AND l.paid_at >= l.reached_at AND l.paid_at < l.until_at THEN 1 ELSE 0 END AS all_the_way
  FROM line l
)
SELECT p.id AS period, s.scope AS scope, s.kind || s.account_id || ' ' || s.product_id AS unit, 1 AS den,
       CASE WHEN s.kind = '' THEN s.paid END AS num_conversion,
       CASE WHEN s.kind = '' THEN s.activated END AS num_trial_activated,
       CASE WHEN s.kind = '' THEN s.all_the_way END AS num_trial_activated_paid,
       CASE WHEN s.kind <> '' THEN s.tried END AS num_lead_trial,
       CASE WHEN s.kind <> '' THEN s.activated END AS num_lead_activated,
       CASE WHEN s.kind <> '' THEN s.all_the_way END AS num_lead_paid,
       CASE WHEN s.until_at > :as_of THEN 1 ELSE 0 END AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test'
            WHEN s.first_paid_at < s.at THEN 'existing_customer' END AS excluded,
       s.at AS at
FROM period p
JOIN step s ON s.at >= p.starts AND s.at < p.ends
LEFT JOIN account a ON a.id = s.account_id
WHERE s.segment = 'all'
   OR EXISTS (SELECT 1 FROM account_segment g
              WHERE g.account_id = s.account_id AND g.segment = s.segment
                AND s.at >= g.valid_from AND s.at < g.valid_to)
