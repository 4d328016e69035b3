-- A task that was given up is censored: its answer would have taken longer than
-- the user waited. Leaving it out would make a broken assistant look quick.
SELECT p.id AS period, m.scope AS scope, e.source || '/' || e.id AS unit,
       e.quantity AS value, 1 - e.success AS censored, 0 AS pending,
       CASE WHEN e.is_bot = 1 THEN 'bot'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test'
            WHEN e.quantity <= 0 THEN 'no_duration' END AS excluded,
       e.occurred_at AS at, e.source || '/' || e.id AS ref
FROM period p
JOIN product_event e ON e.name = :task_event AND e.occurred_at >= p.starts AND e.occurred_at < p.ends AND e.occurred_at <= :as_of
JOIN member m ON m.product = e.product_id
LEFT JOIN account a ON a.id = e.account_id
WHERE m.segment = 'all'
   OR EXISTS (SELECT 1 FROM account_segment g
              WHERE g.account_id = e.account_id AND g.segment = m.segment
                AND e.occurred_at >= g.valid_from AND e.occurred_at < g.valid_to)
