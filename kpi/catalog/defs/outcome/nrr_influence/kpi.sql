-- Revenue at an instant is the sum of the movements before it. Each account is
-- netted in its own currency; the engine converts at the rate of year_ago.
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
), book AS (
  SELECT p.id AS period, s.scope AS scope, s.segment AS segment, s.account_id AS account_id, s.currency AS currency,
         MAX(p.year_ago) AS opened, MIN(s.first_paid) AS first_paid,
         SUM(CASE WHEN s.since < p.year_ago AND s.until_at >= p.year_ago THEN s.mrr ELSE 0 END) AS opening,
         SUM(CASE WHEN s.since < p.ends AND s.until_at >= p.ends THEN s.mrr ELSE 0 END) AS closing
  FROM period p
  JOIN step s ON (s.since < p.year_ago AND s.until_at >= p.year_ago) OR (s.since < p.ends AND s.until_at >= p.ends)
  GROUP BY p.id, s.scope, s.segment, s.account_id, s.currency
), used AS (
  SELECT product_id, account_id, first_at
  FROM usage_day
  WHERE account_id IS NOT NULL AND first_at <= :as_of
), adopter AS (
  -- who used the scope's products in the 90 days before the opening
  SELECT t.opened AS opened, m.scope AS scope, u.account_id AS account_id
  FROM (SELECT DISTINCT year_ago AS opened FROM period) t
  JOIN used u ON u.first_at >= t.opened - 7776000000 AND u.first_at < t.opened
  JOIN member m ON m.product = u.product_id
  GROUP BY t.opened, m.scope, u.account_id
), profile AS (
  SELECT t.opened AS opened, x.account_id AS account_id,
         COALESCE(MAX(CASE WHEN x.name = 'segment' THEN x.value END), '') || '/' ||
         COALESCE(MAX(CASE WHEN x.name = 'size_band' THEN x.value END), '') AS stratum
  FROM (SELECT DISTINCT year_ago AS opened FROM period) t
  JOIN account_attribute x ON x.name IN ('segment', 'size_band') AND x.valid_from <= t.opened AND x.valid_to > t.opened
  GROUP BY t.opened, x.account_id
), line AS (
  SELECT b.period AS period, b.scope AS scope, b.account_id AS account_id, b.currency AS currency, b.opened AS opened,
         b.opening AS opening, b.closing AS closing,
         CASE WHEN k.account_id IS NULL THEN 0 ELSE 1 END AS adopted,
         CASE WHEN :linked = 'product' OR k.account_id IS NOT NULL THEN 1 ELSE 0 END AS is_linked,
         COALESCE(r.stratum, '/') AS stratum,
         CASE WHEN b.closing > b.opening THEN CAST(b.closing - b.opening AS DOUBLE PRECISION) * COALESCE(x.ppm, 0) ELSE 0 END AS grown,
         CASE WHEN a.id IS NULL THEN 'unknown_account'
              WHEN a.is_internal = 1 THEN 'internal'
              WHEN a.is_test = 1 THEN 'test' END AS excluded
  FROM book b
  LEFT JOIN account a ON a.id = b.account_id
  LEFT JOIN adopter k ON k.opened = b.opened AND k.scope = b.scope AND k.account_id = b.account_id
  LEFT JOIN profile r ON r.opened = b.opened AND r.account_id = b.account_id
  LEFT JOIN fx x ON x.period = b.period AND x.currency = b.currency
  WHERE b.opening > 0
    AND (b.segment = 'all'
      OR b.segment = 'tenure=' || CASE WHEN b.opened - b.first_paid < 10519200000 THEN '0-3' WHEN b.opened - b.first_paid < 34187400000 THEN '4-12' ELSE '13+' END
      OR EXISTS (SELECT 1 FROM account_segment g
                 WHERE g.account_id = b.account_id AND g.segment = b.segment
                   AND b.opened >= g.valid_from AND b.opened < g.valid_to))
), compared AS (
  SELECT l.period AS period, l.scope AS scope, l.account_id AS account_id, l.currency AS currency, l.opened AS opened,
         l.opening AS opening, l.closing AS closing, l.adopted AS adopted, l.is_linked AS is_linked, l.excluded AS excluded,
         -- adopters are compared with others of the same segment and size only
         CASE WHEN MAX(CASE WHEN l.excluded IS NULL THEN l.adopted END) OVER (PARTITION BY l.period, l.scope, l.stratum)
                 > MIN(CASE WHEN l.excluded IS NULL THEN l.adopted END) OVER (PARTITION BY l.period, l.scope, l.stratum)
              THEN 1 ELSE 0 END AS matched,
         SUM(CASE WHEN l.excluded IS NULL AND l.is_linked = 1 THEN l.grown ELSE 0 END) OVER (PARTITION BY l.period, l.scope, l.account_id) AS grown
  FROM line l
), ranked AS (
  SELECT c.period AS period, c.scope AS scope, c.account_id AS account_id, c.currency AS currency, c.opened AS opened,
         c.opening AS opening, c.closing AS closing, c.adopted AS adopted, c.is_linked AS is_linked, c.excluded AS excluded, c.matched AS matched,
         FIRST_VALUE(c.account_id) OVER (PARTITION BY c.period, c.scope ORDER BY c.grown DESC, c.account_id) AS top_account
  FROM compared c
)
SELECT r.period AS period, r.scope AS scope, r.account_id || ' ' || r.currency AS unit, r.account_id AS cluster,
       r.currency AS currency, 0 AS pending, r.excluded AS excluded, r.opened AS at,
       r.opening AS den,
       CASE WHEN r.is_linked = 1 THEN r.closing END AS num_nrr,
       CASE WHEN r.adopted = 1 AND r.matched = 1 THEN r.closing END AS num_nrr_adopters,
       CASE WHEN r.adopted = 0 AND r.matched = 1 THEN r.closing END AS num_nrr_non_adopters,
       CASE WHEN r.is_linked = 1 AND r.closing > r.opening
            THEN CASE WHEN r.account_id = r.top_account THEN r.closing - r.opening ELSE 0 END END AS num_top_expansion_share,
       r.closing - r.opening AS den_top_expansion_share
FROM ranked r
