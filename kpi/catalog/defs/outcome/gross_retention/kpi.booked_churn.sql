-- Of the accounts that pay today, those whose cancellation is on record for a
-- later day. Known of a running period only: how much was booked at the end of
-- one that is over, nobody can say later.
WITH flow AS (
  SELECT m.scope AS scope, m.segment AS segment, s.account_id AS account_id, s.effective_at AS at, s.mrr_delta AS delta
  FROM subscription_movement s
  JOIN member m ON m.product = s.product_id
  WHERE :linked = 'product' AND s.recurring = 1
  UNION ALL
  SELECT d.scope, d.segment, s.account_id, s.effective_at, s.mrr_delta
  FROM (SELECT DISTINCT m.scope AS scope, m.segment AS segment, u.account_id AS account_id
        FROM usage_day u
        JOIN member m ON m.product = u.product_id
        WHERE :linked = 'usage' AND u.first_at >= :as_of - 7776000000 AND u.first_at <= :as_of) d
  JOIN subscription_movement s ON s.account_id = d.account_id
  WHERE s.recurring = 1
), line AS (
  SELECT scope, segment, account_id,
         SUM(CASE WHEN at <= :as_of THEN delta ELSE 0 END) AS now_mrr, SUM(delta) AS later_mrr,
         MIN(CASE WHEN delta > 0 THEN at END) AS first_paid
  FROM flow
  GROUP BY scope, segment, account_id
)
SELECT p.id AS period, l.scope AS scope, l.account_id AS unit,
       CASE WHEN l.later_mrr <= 0 THEN 1 ELSE 0 END AS num, 1 AS den, 0 AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test' END AS excluded,
       l.first_paid AS at
FROM period p
JOIN line l ON p.starts <= :as_of AND p.ends > :as_of AND l.now_mrr > 0
LEFT JOIN account a ON a.id = l.account_id
WHERE l.segment = 'all'
   OR l.segment = 'tenure=' || CASE WHEN :as_of - l.first_paid < 10519200000 THEN '0-3' WHEN :as_of - l.first_paid < 34187400000 THEN '4-12' ELSE '13+' END
   OR EXISTS (SELECT 1 FROM account_segment g
              WHERE g.account_id = l.account_id AND g.segment = l.segment
                AND :as_of >= g.valid_from AND :as_of < g.valid_to)
