-- Retention over the period itself: what its opening accounts pay at its end.
-- An account that had left before and came back is no opening account; its
-- revenue is added only when reactivation counts as expansion.
WITH moved AS (
  SELECT p.id AS period, s.product_id AS product_id, s.account_id AS account_id, s.currency AS currency,
         SUM(CASE WHEN s.effective_at < p.starts THEN s.mrr_delta ELSE 0 END) AS opening,
         MAX(CASE WHEN s.effective_at < p.starts THEN 1 ELSE 0 END) AS known,
         SUM(s.mrr_delta) AS closing, MAX(p.starts) AS opened
  FROM period p
  JOIN subscription_movement s ON s.effective_at < p.ends AND s.recurring = 1 AND s.effective_at <= :as_of
  GROUP BY p.id, s.product_id, s.account_id, s.currency
), book AS (
  SELECT v.period AS period, m.scope AS scope, m.segment AS segment, v.account_id AS account_id, v.currency AS currency,
         SUM(v.opening) AS opening, MAX(v.known) AS known, SUM(v.closing) AS closing, MAX(v.opened) AS opened
  FROM moved v
  JOIN member m ON m.product = v.product_id
  GROUP BY v.period, m.scope, m.segment, v.account_id, v.currency
)
SELECT b.period AS period, b.scope AS scope, b.account_id || ' ' || b.currency AS unit, b.account_id AS cluster,
       b.currency AS currency, b.closing AS num, b.opening AS den, 0 AS pending,
       CASE WHEN a.id IS NULL THEN 'unknown_account'
            WHEN a.is_internal = 1 THEN 'internal'
            WHEN a.is_test = 1 THEN 'test' END AS excluded,
       b.opened AS at
FROM book b
LEFT JOIN account a ON a.id = b.account_id
WHERE (b.opening > 0 OR (:reactivation = 'expansion' AND b.known = 1 AND b.opening = 0 AND b.closing > 0))
  AND ((b.segment = 'all' AND a.id IS NULL)
    OR EXISTS (SELECT 1 FROM account_segment g
               WHERE g.account_id = b.account_id AND g.segment = b.segment
                 AND b.opened >= g.valid_from AND b.opened < g.valid_to))
