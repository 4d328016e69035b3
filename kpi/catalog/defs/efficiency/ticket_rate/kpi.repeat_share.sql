-- Tickets that count, and whether whoever asks had asked within the time before.
-- A person is the requester, or, where nobody is named, the account.
WITH asked AS (
  SELECT t.source AS source, t.id AS id, t.account_id AS account_id, t.product_id AS product_id, t.topic AS topic, t.created_at AS at,
         COALESCE(t.requester_id, t.account_id) AS who
  FROM ticket t
  WHERE t.created_at <= :as_of AND t.is_spam = 0 AND t.merged_into IS NULL AND t.origin = 'customer'
), line AS (
  SELECT m.scope AS scope, m.segment AS segment, k.source AS source, k.id AS id, k.account_id AS account_id, k.topic AS topic, k.at AS at,
         LAG(k.at) OVER (PARTITION BY m.scope, k.who ORDER BY k.at, k.source, k.id) AS before_at
  FROM asked k
  JOIN member m ON m.product = k.product_id
  WHERE k.who IS NOT NULL
)
SELECT p.id AS period, l.scope AS scope, l.source || '/' || l.id AS unit,
       CASE WHEN l.before_at > l.at - :repeat_ms THEN 1 ELSE 0 END AS num, 1 AS den, 0 AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test' END AS excluded,
       l.at AS at, l.source || '/' || l.id AS ref
FROM period p
JOIN line l ON l.at >= p.starts AND l.at < p.ends
LEFT JOIN account a ON a.id = l.account_id
WHERE l.segment IN ('all', 'topic=' || COALESCE(l.topic, ''))
   OR l.segment = 'tenure=' || CASE WHEN a.created_at + :new_ms > p.starts THEN 'new' ELSE 'existing' END
   OR EXISTS (SELECT 1 FROM account_segment g
              WHERE g.account_id = l.account_id AND g.segment = l.segment
                AND l.at >= g.valid_from AND l.at < g.valid_to)
