-- Of the trials that converted: whether the account was given money back, or credit,
-- in the 90 days after its first payment. Until then one that was not is pending.
WITH allowed AS (
  SELECT CASE WHEN :window_ms < :lead_window_ms THEN :window_ms ELSE :lead_window_ms END AS trial_ms
), trial AS (
  SELECT product_id, account_id, MIN(first_at) AS at
  FROM usage_day
  WHERE name = :trial_event AND account_id IS NOT NULL AND first_at <= :as_of
  GROUP BY product_id, account_id
), held AS (
  SELECT m.scope AS scope, m.segment AS segment, s.account_id AS account_id, s.product_id AS product_id, s.effective_at AS at, s.mrr_delta AS delta
  FROM subscription_movement s
  JOIN member m ON m.product = s.product_id
  WHERE s.recurring = 1 AND s.effective_at <= :as_of
), paid AS (
  SELECT t.product_id AS product_id, t.account_id AS account_id, t.at AS at, h.scope AS scope, h.segment AS segment, MIN(h.at) AS paid_at
  FROM trial t
  JOIN held h ON h.account_id = t.account_id AND h.delta > 0 AND (h.product_id = t.product_id OR substr(h.product_id, 1, 1) = '@')
  JOIN member m ON m.scope = h.scope AND m.product = t.product_id
  GROUP BY t.product_id, t.account_id, t.at, h.scope, h.segment
), first_payment AS (
  SELECT scope, account_id, MIN(at) AS at
  FROM held
  WHERE delta > 0
  GROUP BY scope, account_id
), returned AS (
  SELECT c.scope AS scope, c.product_id AS product_id, c.account_id AS account_id, COUNT(*) AS n
  FROM paid c
  JOIN member m ON m.scope = c.scope
  JOIN refund r ON r.product_id = m.product AND r.account_id = c.account_id AND r.amount > 0
       AND r.given_at >= c.paid_at AND r.given_at <= c.paid_at + :kept_ms AND r.given_at <= :as_of
  GROUP BY c.scope, c.product_id, c.account_id
)
SELECT p.id AS period, c.scope AS scope, c.account_id || ' ' || c.product_id AS unit,
       CASE WHEN k.n > 0 THEN 1 ELSE 0 END AS num, 1 AS den,
       CASE WHEN c.paid_at + :kept_ms > :as_of THEN 1 ELSE 0 END AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test'
            WHEN f.at < c.at THEN 'existing_customer' END AS excluded,
       c.paid_at AS at
FROM period p
JOIN paid c ON c.at >= p.starts AND c.at < p.ends AND c.paid_at >= c.at AND c.paid_at < c.at + (SELECT trial_ms FROM allowed)
JOIN first_payment f ON f.scope = c.scope AND f.account_id = c.account_id
LEFT JOIN returned k ON k.scope = c.scope AND k.product_id = c.product_id AND k.account_id = c.account_id
LEFT JOIN account a ON a.id = c.account_id
WHERE c.segment = 'all'
   OR EXISTS (SELECT 1 FROM account_segment g
              WHERE g.account_id = c.account_id AND g.segment = c.segment
                AND c.at >= g.valid_from AND c.at < g.valid_to)
