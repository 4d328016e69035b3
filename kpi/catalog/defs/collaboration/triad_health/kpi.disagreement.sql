-- teams one of whose leads says green and another red
WITH said AS (
  -- the newest judgement of each author up to the end of the period
  SELECT p.id AS period, p.ends AS ends, j.product_id AS product_id, j.author_id AS author_id, j.author_role AS author_role,
         j.rag AS rag, j.text AS text, j.at AS at, j.source || '/' || j.id AS ref,
         ROW_NUMBER() OVER (PARTITION BY p.id, j.product_id, j.author_id ORDER BY j.at DESC, j.source, j.id) AS nth
  FROM period p
  JOIN judgement j ON j.kpi = 'triad_health' AND j.at < p.ends AND j.at >= p.year_ago AND j.at <= :as_of
)
SELECT s.period AS period, m.scope AS scope, s.product_id AS unit,
       CASE WHEN MAX(CASE WHEN s.rag = 'green' THEN 1 ELSE 0 END) = 1
             AND MAX(CASE WHEN s.rag = 'red' THEN 1 ELSE 0 END) = 1 THEN 1 ELSE 0 END AS num,
       MAX(s.at) AS at
FROM said s
JOIN member m ON m.product = s.product_id AND m.segment = 'all'
WHERE s.nth = 1 AND s.author_role IN (:rating_roles) AND s.ends - s.at <= :rating_max_ms AND TRIM(s.text) <> ''
GROUP BY s.period, m.scope, s.product_id
