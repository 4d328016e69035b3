-- Movements that their source calls churn, while the account pays the scope as
-- much at the end of the period as at its start.
WITH said AS (
  SELECT p.id AS period, p.starts AS starts, p.ends AS ends, m.scope AS scope, m.segment AS segment,
         s.source AS source, s.id AS id, s.account_id AS account_id, s.currency AS currency, s.effective_at AS at, s.mrr_delta AS delta
  FROM period p
  JOIN subscription_movement s ON s.effective_at >= p.starts AND s.effective_at < p.ends AND s.effective_at <= :as_of
       AND s.kind = 'churn' AND s.recurring = 1
  JOIN member m ON m.product = s.product_id
), netted AS (
  SELECT c.period AS period, c.scope AS scope, c.segment AS segment, c.source AS source, c.id AS id, c.account_id AS account_id, c.at AS at,
         MAX(c.delta) AS delta, SUM(CASE WHEN s.effective_at >= c.starts THEN s.mrr_delta ELSE 0 END) AS change
  FROM said c
  JOIN subscription_movement s ON s.account_id = c.account_id AND s.currency = c.currency AND s.effective_at < c.ends
       AND s.effective_at <= :as_of AND s.recurring = 1
  JOIN member m ON m.scope = c.scope AND m.product = s.product_id
  GROUP BY c.period, c.scope, c.segment, c.source, c.id, c.account_id, c.at
)
SELECT n.period AS period, n.scope AS scope, n.source || '/' || n.id AS unit,
       CASE WHEN n.delta >= 0 OR n.change >= 0 THEN 1 ELSE 0 END AS num, 1 AS den, 0 AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test' END AS excluded,
       n.at AS at, n.source || '/' || n.id AS ref
FROM netted n
LEFT JOIN account a ON a.id = n.account_id
WHERE n.segment = 'all'
   OR EXISTS (SELECT 1 FROM account_segment g
              WHERE g.account_id = n.account_id AND g.segment = n.segment
                AND n.at >= g.valid_from AND n.at < g.valid_to)
