-- Accounts, whatever they pay in: amounts of different currencies are added only
-- to see whether there are any.
WITH flow AS (
  SELECT m.scope AS scope, m.segment AS segment, s.source AS source, s.id AS id, s.account_id AS account_id,
         s.effective_at AS at, s.mrr_delta AS delta, s.reason AS reason
  FROM subscription_movement s
  JOIN member m ON m.product = s.product_id
  WHERE :linked = 'product' AND s.recurring = 1 AND s.effective_at <= :as_of
  UNION ALL
  SELECT d.scope, d.segment, s.source, s.id, s.account_id, s.effective_at, s.mrr_delta, s.reason
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
  SELECT scope, segment, account_id, at AS since,
         SUM(delta) OVER (PARTITION BY scope, account_id ORDER BY at, source, id) AS mrr,
         COALESCE(LEAD(at) OVER (PARTITION BY scope, account_id ORDER BY at, source, id), 9007199254740991) AS until_at,
         MIN(CASE WHEN delta > 0 THEN at END) OVER (PARTITION BY scope, account_id) AS first_paid
  FROM flow
), line AS (
  -- nothing moved, which is the rule
  SELECT p.id AS period, s.scope AS scope, s.segment AS segment, s.account_id AS account_id, s.first_paid AS first_paid,
         p.starts AS starts, s.mrr AS opening, s.mrr AS closing
  FROM period p
  JOIN step s ON s.since < p.starts AND s.until_at >= p.ends AND s.mrr > 0
  UNION ALL
  SELECT p.id, s.scope, s.segment, s.account_id, MIN(s.first_paid), MAX(p.starts),
         SUM(CASE WHEN s.since < p.starts AND s.until_at >= p.starts THEN s.mrr ELSE 0 END),
         SUM(CASE WHEN s.until_at >= p.ends THEN s.mrr ELSE 0 END)
  FROM period p
  JOIN step s ON s.since < p.ends AND s.until_at >= p.starts AND (s.since >= p.starts OR s.until_at < p.ends)
  GROUP BY p.id, s.scope, s.segment, s.account_id
), leaving AS (
  -- why an account left: what its last loss in the period says
  SELECT f.period AS period, f.scope AS scope, f.account_id AS account_id, f.reason AS reason
  FROM (SELECT p.id AS period, f.scope AS scope, f.account_id AS account_id, COALESCE(f.reason, 'unknown') AS reason,
               ROW_NUMBER() OVER (PARTITION BY p.id, f.scope, f.account_id ORDER BY f.at DESC, f.source DESC, f.id DESC) AS nth
        FROM period p
        JOIN flow f ON f.at >= p.starts AND f.at < p.ends
        WHERE f.delta < 0 AND substr(f.segment, 1, 7) = 'reason=') f
  WHERE f.nth = 1
)
-- of a reason: those who left because of it, out of all, so that reasons add up;
-- tenure is completed months (of 30.4375 days) since the first payment
SELECT l.period AS period, l.scope AS scope, l.account_id AS unit,
       CASE WHEN l.closing <= 0 AND (substr(l.segment, 1, 7) <> 'reason=' OR l.segment = 'reason=' || r.reason) THEN 1 ELSE 0 END AS num, 1 AS den, 0 AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test' END AS excluded,
       l.starts AS at
FROM line l
LEFT JOIN account a ON a.id = l.account_id
LEFT JOIN adopter k ON k.period = l.period AND k.scope = l.scope AND k.account_id = l.account_id
LEFT JOIN leaving r ON r.period = l.period AND r.scope = l.scope AND r.account_id = l.account_id
WHERE l.opening > 0 AND (:linked = 'product' OR k.before_it = 1)
  AND (l.segment = 'all' OR substr(l.segment, 1, 7) = 'reason='
    OR l.segment = 'tenure=' || CASE WHEN l.starts - l.first_paid < 10519200000 THEN '0-3' WHEN l.starts - l.first_paid < 34187400000 THEN '4-12' ELSE '13+' END
    OR EXISTS (SELECT 1 FROM account_segment g
               WHERE g.account_id = l.account_id AND g.segment = l.segment
                 AND l.starts >= g.valid_from AND l.starts < g.valid_to))
