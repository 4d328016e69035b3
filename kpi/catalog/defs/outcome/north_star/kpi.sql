-- Events are summed per account and product first: a portfolio, its products and
-- every grain then share that sum. An account is in the segment it had when it
-- first used the product in the period.
SELECT w.period AS period, m.scope AS scope, w.account_id AS unit,
       CASE WHEN :kind = 'sum' THEN SUM(w.quantity)
            WHEN SUM(w.successes) >= :min_events THEN 1 ELSE 0 END AS num,
       MAX(CASE WHEN a.id IS NULL THEN 'unknown_account'
                WHEN a.is_internal = 1 THEN 'internal'
                WHEN a.is_test = 1 THEN 'test' END) AS excluded,
       MIN(w.at) AS at
FROM (
  SELECT d.period AS period, u.product_id AS product_id, u.account_id AS account_id,
         SUM(u.successes) AS successes, SUM(u.success_quantity) AS quantity, MIN(u.first_at) AS at
  FROM period_day d
  JOIN usage_day u ON u.name = :event AND u.day = d.day AND u.first_at <= :as_of
  WHERE u.account_id IS NOT NULL
  GROUP BY d.period, u.product_id, u.account_id
) w
JOIN member m ON m.product = w.product_id
LEFT JOIN account a ON a.id = w.account_id
LEFT JOIN account_segment g ON g.account_id = w.account_id AND g.segment = m.segment
     AND w.at >= g.valid_from AND w.at < g.valid_to
WHERE g.segment IS NOT NULL OR (a.id IS NULL AND m.segment = 'all')
GROUP BY w.period, m.scope, w.account_id
