SELECT p.id AS period, m.scope AS scope, u.account_id AS unit,
       CASE WHEN :kind = 'sum' THEN SUM(u.success_quantity)
            WHEN SUM(u.successes) >= :min_events THEN 1 ELSE 0 END AS num,
       MAX(CASE WHEN a.id IS NULL THEN 'unknown_account'
                WHEN a.is_internal = 1 THEN 'internal'
                WHEN a.is_test = 1 THEN 'test' END) AS excluded,
       MIN(u.first_at) AS at
FROM period p
JOIN usage_day u ON u.name = :event AND u.day >= p.first_day AND u.day < p.end_day AND u.first_at <= :as_of
JOIN member m ON m.product = u.product_id
LEFT JOIN account a ON a.id = u.account_id
LEFT JOIN account_segment g ON g.account_id = u.account_id AND g.segment = m.segment
     AND u.first_at >= g.valid_from AND u.first_at < g.valid_to
WHERE u.account_id IS NOT NULL AND (g.segment IS NOT NULL OR (a.id IS NULL AND m.segment = 'all'))
GROUP BY p.id, m.scope, u.account_id
