-- What each account of a scope paid just before the period and just before its
-- end, netted over its subscriptions there. All classes follow from these two
-- amounts; the word a source gave a movement (its kind) is never asked.
WITH flow AS (
  SELECT m.scope AS scope, m.segment AS segment, s.source AS source, s.id AS id, s.account_id AS account_id,
         s.currency AS currency, s.effective_at AS at, s.mrr_delta AS delta
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
  -- before the opening, or, of those who paid nothing then, by the end
  SELECT p.id AS period, m.scope AS scope, u.account_id AS account_id,
         MAX(CASE WHEN u.first_at < p.starts THEN 1 ELSE 0 END) AS before_it
  FROM period p
  JOIN usage_day u ON u.first_at >= p.starts - 7776000000 AND u.first_at < p.ends AND u.first_at <= :as_of
  JOIN member m ON m.product = u.product_id
  WHERE :linked = 'usage' AND u.account_id IS NOT NULL
  GROUP BY p.id, m.scope, u.account_id
), step AS (
  -- what was paid after each movement, and until when
  SELECT scope, segment, account_id, currency, at AS since,
         SUM(delta) OVER (PARTITION BY scope, account_id, currency ORDER BY at, source, id) AS mrr,
         COALESCE(LEAD(at) OVER (PARTITION BY scope, account_id, currency ORDER BY at, source, id), 9007199254740991) AS until_at,
         MIN(CASE WHEN delta > 0 THEN at END) OVER (PARTITION BY scope, account_id) AS first_paid,
         CASE WHEN MIN(currency) OVER (PARTITION BY scope, account_id) <> MAX(currency) OVER (PARTITION BY scope, account_id) THEN 1 ELSE 0 END AS mixed
  FROM flow
), moved AS (
  SELECT p.id AS period, s.scope AS scope, s.segment AS segment, s.account_id AS account_id, s.currency AS currency,
         MIN(s.first_paid) AS first_paid, MAX(p.starts) AS starts, MAX(p.ends) AS ends,
         SUM(CASE WHEN s.since < p.starts AND s.until_at >= p.starts THEN s.mrr ELSE 0 END) AS opening,
         SUM(CASE WHEN s.until_at >= p.ends THEN s.mrr ELSE 0 END) AS closing
  FROM period p
  JOIN step s ON s.since < p.ends AND s.until_at >= p.starts AND (s.since >= p.starts OR s.until_at < p.ends OR s.mixed = 1)
  GROUP BY p.id, s.scope, s.segment, s.account_id, s.currency
), book AS (
  -- nothing moved, which is the rule
  SELECT p.id AS period, s.scope AS scope, s.segment AS segment, s.account_id AS account_id, s.currency AS currency,
         s.first_paid AS first_paid, p.starts AS starts, p.ends AS ends,
         s.mrr AS opening, s.mrr AS closing, s.mrr AS before_it, s.mrr AS after_it
  FROM period p
  JOIN step s ON s.since < p.starts AND s.until_at >= p.ends AND s.mixed = 0 AND s.mrr <> 0
  UNION ALL
  -- an account that pays in several currencies has left when it pays in none
  SELECT period, scope, segment, account_id, currency, first_paid, starts, ends, opening, closing,
         MAX(opening) OVER (PARTITION BY period, scope, account_id), MAX(closing) OVER (PARTITION BY period, scope, account_id)
  FROM moved
), class AS (
  SELECT b.period AS period, b.scope AS scope, b.segment AS segment, b.account_id AS account_id, b.currency AS currency,
         b.first_paid AS first_paid, b.starts AS starts, b.ends AS ends, b.opening AS opening, b.closing AS closing, b.before_it AS before_it,
         CASE WHEN b.before_it <= 0 AND b.first_paid >= b.starts THEN b.closing ELSE 0 END AS fresh,
         CASE WHEN b.before_it <= 0 AND b.first_paid < b.starts THEN b.closing ELSE 0 END AS returned,
         CASE WHEN b.before_it > 0 AND b.after_it > 0 AND b.closing > b.opening THEN b.closing - b.opening ELSE 0 END AS expanded,
         CASE WHEN b.before_it > 0 AND b.after_it > 0 AND b.closing < b.opening THEN b.opening - b.closing ELSE 0 END AS contracted,
         CASE WHEN b.before_it > 0 AND b.after_it <= 0 THEN b.opening ELSE 0 END AS churned
  FROM book b
), line AS (
  SELECT c.period AS period, c.scope AS scope, c.segment AS segment, c.account_id AS account_id, c.currency AS currency,
         c.first_paid AS first_paid, c.starts AS starts, c.ends AS ends, c.before_it AS before_it,
         c.opening AS opening, c.fresh AS fresh, c.returned AS returned, c.expanded AS expanded, c.contracted AS contracted, c.churned AS churned,
         -- who pays less than nothing has no class
         CASE WHEN c.opening < 0 OR c.closing < 0 THEN ABS(c.opening) + ABS(c.closing)
              ELSE c.opening + c.fresh + c.returned + c.expanded - c.contracted - c.churned - c.closing END AS balance
  FROM class c
)
-- The segment is that of the opening; an account that paid nothing then is in
-- the one it has at the end. Tenure is completed months (of 30.4375 days) since
-- the first payment.
SELECT l.period AS period, l.scope AS scope, l.account_id || ' ' || l.currency AS unit, l.account_id AS cluster,
       l.currency AS currency, l.opening AS den, l.balance AS balance, 0 AS pending,
       CASE WHEN l.before_it > 0 OR l.balance <> 0 THEN l.opening - l.contracted - l.churned END AS num_grr,
       CASE WHEN l.before_it > 0 THEN l.contracted + l.churned END AS num_gross_mrr_churn,
       CASE WHEN l.before_it > 0 OR (l.returned > 0 AND :reactivation = 'expansion')
            THEN l.contracted + l.churned - l.expanded - l.returned END AS num_net_mrr_churn,
       NULLIF(l.fresh, 0) AS num_new_mrr, NULLIF(l.returned, 0) AS num_reactivated_mrr, NULLIF(l.expanded, 0) AS num_expansion_mrr,
       NULLIF(l.contracted, 0) AS num_contraction_mrr, NULLIF(l.churned, 0) AS num_churned_mrr,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test' END AS excluded,
       l.starts AS at
FROM line l
LEFT JOIN account a ON a.id = l.account_id
LEFT JOIN adopter k ON k.period = l.period AND k.scope = l.scope AND k.account_id = l.account_id
WHERE (:linked = 'product' OR k.before_it = 1 OR (l.before_it <= 0 AND k.before_it = 0))
  AND (l.before_it > 0 OR l.fresh <> 0 OR l.returned <> 0 OR l.balance <> 0)
  AND (l.segment = 'all'
    OR l.segment = 'tenure=' || CASE WHEN l.starts - l.first_paid < 10519200000 THEN '0-3' WHEN l.starts - l.first_paid < 34187400000 THEN '4-12' ELSE '13+' END
    OR EXISTS (SELECT 1 FROM account_segment g
               WHERE g.account_id = l.account_id AND g.segment = l.segment
                 AND CASE WHEN l.before_it > 0 THEN l.starts ELSE l.ends - 1 END >= g.valid_from
                 AND CASE WHEN l.before_it > 0 THEN l.starts ELSE l.ends - 1 END < g.valid_to))
