-- of all value planned: stretch goals, which count in neither sum
SELECT p.id AS period, m.scope AS scope, c.source || '/' || c.id AS unit,
       CASE WHEN c.is_stretch = 1 AND c.added_after_start = 0 THEN c.planned_value ELSE 0 END AS num,
       c.planned_value AS den, 0 AS pending,
       CASE WHEN c.planned_value <= 0 THEN 'nothing_planned' END AS excluded,
       c.starts_at AS at, c.source || '/' || c.id AS ref
FROM period p
JOIN plan_commitment c ON c.starts_at >= p.starts AND c.starts_at < p.ends AND c.starts_at <= :as_of
JOIN member m ON m.product = c.product_id AND (m.segment = 'all' OR m.segment = 'product=' || c.product_id OR m.segment = 'team=' || COALESCE(c.team, ''))
