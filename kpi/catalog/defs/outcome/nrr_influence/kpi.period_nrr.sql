-- Retention over the period itself: what its opening accounts pay at its end.
-- An account that had left before and came back is no opening account; its
-- revenue is added only when reactivation counts as expansion.
WITH flow AS (
  SELECT m.scope AS scope, m.segment AS segment, s.source AS source, s.id AS id, s.account_id AS account_id,
         s.currency AS currency, s.effective_at AS at, s.mrr_delta AS delta
  FROM subscription_movement s
  JOIN member m ON m.product = s.product_id
  WHERE :linked = 'product' AND s.recurring = 1 AND s.effective_at <= :as_of
  UNION ALL
  SELECT d.scope, d.segment, s.source, s.id, s.account_id, s.currency, s.effective_at, s.mrr_delta
  FROM (SELECT DISTINCT scope, segment FROM member) d
  CROSS JOIN subscription_movement s
  WHERE :linked = 'usage' AND s.recurring = 1 AND s.effective_at <= :as_of
), step AS (
  -- what was paid after each movement, and until when
  SELECT scope, segment, account_id, currency, at AS since,
         SUM(delta) OVER (PARTITION BY scope, account_id, currency ORDER BY at, source, id) AS mrr,
         COALESCE(LEAD(at) OVER (PARTITION BY scope, account_id, currency ORDER BY at, source, id), 9007199254740991) AS until_at,
         MIN(CASE WHEN delta > 0 THEN at END) OVER (PARTITION BY scope, account_id) AS first_paid
  FROM flow
), adopter AS (
  SELECT t.opened AS opened, m.scope AS scope, u.account_id AS account_id
  FROM (SELECT DISTINCT starts AS opened FROM period) t
  JOIN usage_day u ON u.first_at >= t.opened - 7776000000 AND u.first_at < t.opened AND u.first_at <= :as_of
  JOIN member m ON m.product = u.product_id
  WHERE :linked = 'usage' AND u.account_id IS NOT NULL
  GROUP BY t.opened, m.scope, u.account_id
), book AS (
  SELECT p.id AS period, s.scope AS scope, s.segment AS segment, s.account_id AS account_id, s.currency AS currency,
         s.first_paid AS first_paid, p.starts AS opened, s.mrr AS opening, s.mrr AS closing
  FROM period p
  JOIN step s ON s.since < p.starts AND s.until_at >= p.ends AND s.mrr > 0
  UNION ALL
  SELECT p.id, s.scope, s.segment, s.account_id, s.currency, MIN(s.first_paid), MAX(p.starts),
         SUM(CASE WHEN s.since < p.starts AND s.until_at >= p.starts THEN s.mrr ELSE 0 END),
         SUM(CASE WHEN s.until_at >= p.ends THEN s.mrr ELSE 0 END)
  FROM period p
  JOIN step s ON s.since < p.ends AND s.until_at >= p.starts AND (s.since >= p.starts OR s.until_at < p.ends)
  GROUP BY p.id, s.scope, s.segment, s.account_id, s.currency
)
SELECT b.period AS period, b.scope AS scope, b.account_id || ' ' || b.currency AS unit, b.account_id AS cluster,
       b.currency AS currency, b.closing AS num, b.opening AS den, 0 AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test' END AS excluded,
       b.opened AS at
FROM book b
LEFT JOIN account a ON a.id = b.account_id
LEFT JOIN adopter k ON k.opened = b.opened AND k.scope = b.scope AND k.account_id = b.account_id
WHERE (b.opening > 0 OR (:reactivation = 'expansion' AND b.opening = 0 AND b.first_paid < b.opened AND b.closing > 0))
  AND (:linked = 'product' OR k.account_id IS NOT NULL)
  AND (b.segment = 'all'
    OR b.segment = 'tenure=' || CASE WHEN b.opened - b.first_paid < 10519200000 THEN '0-3' WHEN b.opened - b.first_paid < 34187400000 THEN '4-12' ELSE '13+' END
    OR EXISTS (SELECT 1 FROM account_segment g
               WHERE g.account_id = b.account_id AND g.segment = b.segment
                 AND b.opened >= g.valid_from AND b.opened < g.valid_to))
