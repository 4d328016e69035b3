-- those who are there at the end of the period, or today while it runs
SELECT p.id AS period, m.scope AS scope, t.source || '/' || t.id AS unit, 1 AS num,
       t.starts_at AS at, t.source || '/' || t.id AS ref
FROM period p
JOIN team_member t ON t.role IN (:roles) AND t.starts_at < p.ends AND t.starts_at <= :as_of
     AND (t.ends_at IS NULL OR t.ends_at >= p.ends OR t.ends_at > :as_of)
JOIN member m ON m.product = t.product_id AND m.segment IN ('all', 'level=' || COALESCE(t.level, ''))
