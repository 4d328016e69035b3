-- Revenue at an instant is the sum of the movements before it. Each account is
-- netted in its own currency; the engine converts at the rate of year_ago.
WITH moved AS (
  -- summed per product first: a portfolio and its products share the sum
  SELECT p.id AS period, s.product_id AS product_id, s.account_id AS account_id, s.currency AS currency,
         SUM(CASE WHEN s.effective_at < p.year_ago THEN s.mrr_delta ELSE 0 END) AS opening,
         SUM(s.mrr_delta) AS closing, MAX(p.year_ago) AS opened
  FROM period p
  JOIN subscription_movement s ON s.effective_at < p.ends AND s.recurring = 1 AND s.effective_at <= :as_of
  GROUP BY p.id, s.product_id, s.account_id, s.currency
), adopter AS (
  SELECT DISTINCT p.id AS period, m.scope AS scope, m.segment AS segment, u.account_id AS account_id
  FROM period p
  JOIN usage_day u ON u.first_at >= p.year_ago - 7776000000 AND u.first_at < p.year_ago
  JOIN member m ON m.product = u.product_id
  WHERE :linked = 'usage'
), book AS (
  SELECT l.period AS period, l.scope AS scope, l.segment AS segment, l.account_id AS account_id, l.currency AS currency,
         SUM(l.opening) AS opening, SUM(l.closing) AS closing, MAX(l.opened) AS opened
  FROM (
    SELECT v.period AS period, m.scope AS scope, m.segment AS segment, v.account_id AS account_id,
           v.currency AS currency, v.opening AS opening, v.closing AS closing, v.opened AS opened
    FROM moved v
    JOIN member m ON m.product = v.product_id
    WHERE :linked = 'product'
    UNION ALL
    SELECT v.period, k.scope, k.segment, v.account_id, v.currency, v.opening, v.closing, v.opened
    FROM adopter k
    JOIN moved v ON v.period = k.period AND v.account_id = k.account_id
  ) l
  GROUP BY l.period, l.scope, l.segment, l.account_id, l.currency
)
SELECT b.period AS period, b.scope AS scope, b.account_id || ' ' || b.currency AS unit, b.account_id AS cluster,
       b.currency AS currency, b.closing AS num, b.opening AS den, 0 AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test' END AS excluded,
       b.opened AS at
FROM book b
LEFT JOIN account a ON a.id = b.account_id
WHERE b.opening > 0
  AND ((b.segment = 'all' AND a.id IS NULL)
    OR EXISTS (SELECT 1 FROM account_segment g
               WHERE g.account_id = b.account_id AND g.segment = b.segment
                 AND b.opened >= g.valid_from AND b.opened < g.valid_to))
