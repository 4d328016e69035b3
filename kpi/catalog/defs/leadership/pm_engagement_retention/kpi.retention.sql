-- Leavers over the mean headcount: each member brings to the basis the share of
-- the months at whose start they were there. An exit counts whatever it is called.
WITH begun AS (
  SELECT x.period AS period, COUNT(*) AS months
  FROM period_month x
  WHERE x.starts <= :as_of
  GROUP BY x.period
)
SELECT p.id AS period, m.scope AS scope, t.source || '/' || t.id AS unit,
       CASE WHEN t.ends_at >= p.starts AND t.ends_at < p.ends AND t.ends_at <= :as_of THEN 1 ELSE 0 END AS num,
       CAST((SELECT COUNT(*) FROM period_month x
             WHERE x.period = p.id AND x.starts <= :as_of AND t.starts_at <= x.starts
               AND (t.ends_at IS NULL OR t.ends_at > x.starts)) AS DOUBLE PRECISION) / b.months AS den,
       t.starts_at AS at, t.source || '/' || t.id AS ref
FROM period p
JOIN begun b ON b.period = p.id
JOIN team_member t ON t.role IN (:roles) AND t.starts_at < p.ends AND t.starts_at <= :as_of
     AND (t.ends_at IS NULL OR t.ends_at >= p.starts)
JOIN member m ON m.product = t.product_id AND m.segment IN ('all', 'level=' || COALESCE(t.level, ''))
