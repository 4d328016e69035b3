-- The worst of the leads' newest judgements: two points green, one amber, none red.
WITH said AS (
  -- the newest judgement of each author up to the end of the period
  SELECT p.id AS period, p.ends AS ends, j.product_id AS product_id, j.author_id AS author_id, j.author_role AS author_role,
         j.rag AS rag, j.text AS text, j.at AS at, j.source || '/' || j.id AS ref,
         ROW_NUMBER() OVER (PARTITION BY p.id, j.product_id, j.author_id ORDER BY j.at DESC, j.source, j.id) AS nth
  FROM period p
  JOIN judgement j ON j.kpi = 'triad_health' AND j.at < p.ends AND j.at >= p.year_ago AND j.at <= :as_of
)
SELECT s.period AS period, m.scope AS scope, s.product_id || ' ' || s.author_id AS unit,
       CASE s.rag WHEN 'green' THEN 2 WHEN 'amber' THEN 1 ELSE 0 END AS num, 2 AS den,
       CASE WHEN s.author_role NOT IN (:rating_roles) THEN 'not_asked'
            WHEN s.ends - s.at > :rating_max_ms THEN 'stale'
            WHEN TRIM(s.text) = '' THEN 'no_text' END AS excluded,
       s.at AS at, s.ref AS ref
FROM said s
JOIN member m ON m.product = s.product_id AND m.segment = 'all'
WHERE s.nth = 1
