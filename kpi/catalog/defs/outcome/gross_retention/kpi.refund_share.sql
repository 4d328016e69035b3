-- Refunds and credit given in the period to the accounts that paid at its start, out of
-- what they paid then. One row for each account and currency.
WITH flow AS (
  SELECT m.scope AS scope, m.segment AS segment, s.source AS source, s.id AS id, s.account_id AS account_id, s.currency AS currency,
         s.effective_at AS at, s.mrr_delta AS delta
  FROM subscription_movement s
  JOIN member m ON m.product = s.product_id
  WHERE :linked = 'product' AND s.recurring = 1 AND s.effective_at <= :as_of
  UNION ALL
  SELECT d.scope, d.segment, s.source, s.id, s.account_id, s.currency, s.effective_at, s.mrr_delta
  FROM (SELECT DISTINCT scope, segment FROM member) d
  CROSS JOIN subscription_movement s
  WHERE :linked = 'usage' AND s.recurring = 1 AND s.effective_at <= :as_of
), adopter AS (
  -- where one price covers a suite: who used the scope's products in the 90 days
  -- before the opening
  SELECT p.id AS period, m.scope AS scope, u.account_id AS account_id
  FROM period p
  JOIN usage_day u ON u.first_at >= p.starts - 7776000000 AND u.first_at < p.starts AND u.first_at <= :as_of
  JOIN member m ON m.product = u.product_id
  WHERE :linked = 'usage' AND u.account_id IS NOT NULL
  GROUP BY p.id, m.scope, u.account_id
), step AS (
  SELECT scope, segment, account_id, currency, at AS since,
         SUM(delta) OVER (PARTITION BY scope, account_id, currency ORDER BY at, source, id) AS mrr,
         COALESCE(LEAD(at) OVER (PARTITION BY scope, account_id, currency ORDER BY at, source, id), 9007199254740991) AS until_at
  FROM flow
), given AS (
  SELECT m.scope AS scope, m.segment AS segment, r.account_id AS account_id, r.currency AS currency, r.given_at AS at, r.amount AS amount
  FROM refund r
  JOIN member m ON m.product = r.product_id
  WHERE :linked = 'product' AND r.given_at <= :as_of
  UNION ALL
  SELECT d.scope, d.segment, r.account_id, r.currency, r.given_at, r.amount
  FROM (SELECT DISTINCT scope, segment FROM member) d
  CROSS JOIN refund r
  WHERE :linked = 'usage' AND r.given_at <= :as_of
), line AS (
  SELECT p.id AS period, s.scope AS scope, s.segment AS segment, s.account_id AS account_id, s.currency AS currency,
         p.starts AS starts, 0 AS num, s.mrr AS den, 0 AS wrong
  FROM period p
  JOIN step s ON s.since < p.starts AND s.until_at >= p.starts AND s.mrr > 0
  UNION ALL
  SELECT p.id, g.scope, g.segment, g.account_id, g.currency, p.starts, g.amount, 0, CASE WHEN g.amount <= 0 THEN 1 ELSE 0 END
  FROM period p
  JOIN given g ON g.at >= p.starts AND g.at < p.ends
), unit AS (
  SELECT period, scope, segment, account_id, currency, MIN(starts) AS starts, SUM(num) AS num, SUM(den) AS den, MAX(wrong) AS wrong,
         SUM(SUM(den)) OVER (PARTITION BY period, scope, account_id) AS paying
  FROM line
  GROUP BY period, scope, segment, account_id, currency
)
SELECT u.period AS period, u.scope AS scope, u.account_id || ' ' || u.currency AS unit, u.account_id AS cluster, u.currency AS currency,
       u.num AS num, u.den AS den, 0 AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test'
            WHEN u.wrong = 1 THEN 'amount_not_positive'
            WHEN u.paying <= 0 THEN 'paid_nothing_at_the_start' END AS excluded,
       u.starts AS at
FROM unit u
LEFT JOIN account a ON a.id = u.account_id
LEFT JOIN adopter k ON k.period = u.period AND k.scope = u.scope AND k.account_id = u.account_id
WHERE (:linked = 'product' OR k.account_id IS NOT NULL)
  AND (u.segment = 'all'
    OR EXISTS (SELECT 1 FROM account_segment g
               WHERE g.account_id = u.account_id AND g.segment = u.segment
                 AND u.starts >= g.valid_from AND u.starts < g.valid_to))
