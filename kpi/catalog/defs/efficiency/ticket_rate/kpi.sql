WITH step AS (
  -- revenue of an account in a product after each movement, and how long it held
  SELECT account_id, product_id, effective_at,
         SUM(mrr_delta) OVER (PARTITION BY account_id, product_id, currency ORDER BY effective_at, source, id) AS mrr,
         LEAD(effective_at) OVER (PARTITION BY account_id, product_id, currency ORDER BY effective_at, source, id) AS until_at
  FROM subscription_movement
  WHERE recurring = 1 AND effective_at <= :as_of AND :active = 'paid'
), access AS (
  SELECT account_id, product_id, effective_at AS starts, COALESCE(until_at, 9007199254740991) AS ends
  FROM step
  WHERE mrr > 0 AND (until_at IS NULL OR until_at > effective_at)
  UNION ALL
  SELECT account_id, product_id, first_at, last_at + 1
  FROM usage_day
  WHERE name = :event AND first_at <= :as_of AND :active = 'event' AND account_id IS NOT NULL
), basis AS (
  SELECT p.id AS period, m.scope AS scope, c.account_id AS account_id, MIN(c.starts) AS at
  FROM period p
  JOIN access c ON c.starts < p.ends AND c.ends > p.starts
  JOIN member m ON m.product = c.product_id
  LEFT JOIN account a ON a.id = c.account_id
  -- a topic is of tickets: its basis is everybody
  WHERE m.segment = 'all' OR substr(m.segment, 1, 6) = 'topic='
     OR m.segment = 'tenure=' || CASE WHEN a.created_at + :new_ms > p.starts THEN 'new' ELSE 'existing' END
     OR EXISTS (SELECT 1 FROM account_segment g
                WHERE g.account_id = c.account_id AND g.segment = m.segment
                  AND CASE WHEN c.starts > p.starts THEN c.starts ELSE p.starts END >= g.valid_from
                  AND CASE WHEN c.starts > p.starts THEN c.starts ELSE p.starts END < g.valid_to)
  GROUP BY p.id, m.scope, c.account_id
), asked AS (
  SELECT p.id AS period, m.scope AS scope, t.source AS source, t.id AS id, t.account_id AS account_id, t.created_at AS at,
         CASE WHEN t.is_spam = 1 THEN 'spam'
              WHEN t.merged_into IS NOT NULL THEN 'merged'
              WHEN t.origin <> 'customer' THEN t.origin END AS excluded
  FROM period p
  JOIN ticket t ON t.created_at >= p.starts AND t.created_at < p.ends AND t.created_at <= :as_of
  JOIN member m ON m.product = t.product_id
  LEFT JOIN account a ON a.id = t.account_id
  WHERE m.segment IN ('all', 'topic=' || COALESCE(t.topic, ''))
     OR m.segment = 'tenure=' || CASE WHEN a.created_at + :new_ms > p.starts THEN 'new' ELSE 'existing' END
     OR EXISTS (SELECT 1 FROM account_segment g
                WHERE g.account_id = t.account_id AND g.segment = m.segment
                  AND t.created_at >= g.valid_from AND t.created_at < g.valid_to)
), counted AS (
  SELECT period, scope, account_id, COUNT(*) AS tickets
  FROM asked
  WHERE excluded IS NULL
  GROUP BY period, scope, account_id
)
SELECT b.period AS period, b.scope AS scope, b.account_id AS unit, COALESCE(c.tickets, 0) AS num, 1 AS den, 1 AS num_accounts, 0 AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test' END AS excluded,
       b.at AS at, CAST(NULL AS TEXT) AS ref
FROM basis b
LEFT JOIN account a ON a.id = b.account_id
LEFT JOIN counted c ON c.period = b.period AND c.scope = b.scope AND c.account_id = b.account_id
UNION ALL
-- tickets that do not count, each with its reason
SELECT t.period, t.scope, 'ticket ' || t.source || '/' || t.id, 1, 0, CAST(NULL AS BIGINT), 0,
       COALESCE(t.excluded, 'outside_access'), t.at, t.source || '/' || t.id
FROM asked t
LEFT JOIN basis b ON b.period = t.period AND b.scope = t.scope AND b.account_id = t.account_id
WHERE t.excluded IS NOT NULL OR b.account_id IS NULL
