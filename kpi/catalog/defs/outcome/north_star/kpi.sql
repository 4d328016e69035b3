-- Events are summed per account and product first: a portfolio, its products and
-- every grain then share that sum. An account is in the segment it had when it
-- first used the product in the period.
SELECT w.period AS period, m.scope AS scope, w.account_id AS unit,
       CASE WHEN :kind = 'sum' THEN SUM(w.quantity)
            WHEN SUM(w.successes) >= :min_events THEN 1 ELSE 0 END AS num_value,
       SUM(CASE WHEN :kind = 'sum' THEN w.quantity
                WHEN w.successes >= :min_events THEN 1 ELSE 0 END) AS num_sum_of_products,
       MAX(CASE WHEN a.id IS NULL THEN 'unknown_account'
                WHEN a.is_internal = 1 THEN 'internal'
                WHEN a.is_test = 1 THEN 'test' END) AS excluded,
       MIN(w.at) AS at, CAST(NULL AS TEXT) AS ref
FROM (
  SELECT d.period AS period, u.product_id AS product_id, u.account_id AS account_id,
         SUM(u.successes) AS successes, SUM(u.success_quantity) AS quantity, MIN(u.first_at) AS at
  FROM period_day d
  JOIN usage_day u ON u.name = :event AND u.day = d.day AND u.first_at <= :as_of
  WHERE u.account_id IS NOT NULL AND :kind <> 'points'
  GROUP BY d.period, u.product_id, u.account_id
) w
JOIN member m ON m.product = w.product_id
LEFT JOIN account a ON a.id = w.account_id
LEFT JOIN account_segment g ON g.account_id = w.account_id AND g.segment = m.segment
     AND w.at >= g.valid_from AND w.at < g.valid_to
WHERE g.segment IS NOT NULL
   OR (a.id IS NULL AND m.segment = 'all')
   OR m.segment = 'tenure=' || CASE WHEN a.created_at + :new_ms > w.at THEN 'new' ELSE 'existing' END
GROUP BY w.period, m.scope, w.account_id
UNION ALL
-- numbers that arrive counted: the one of the very period, else those inside it
SELECT p.id, m.scope, x.source || '/' || x.id, x.num, x.num, CAST(NULL AS TEXT), x.starts_at, x.source || '/' || x.id
FROM period p
JOIN metric_point x ON x.name = :event AND x.starts_at >= p.starts AND x.ends_at <= p.ends AND x.ends_at <= :as_of
JOIN member m ON m.product = x.product_id AND m.segment = x.segment
WHERE :kind = 'points'
  AND ((x.starts_at = p.starts AND x.ends_at = p.ends)
    OR NOT EXISTS (SELECT 1 FROM metric_point y
                   WHERE y.name = x.name AND y.product_id = x.product_id AND y.segment = x.segment
                     AND y.starts_at = p.starts AND y.ends_at = p.ends))
