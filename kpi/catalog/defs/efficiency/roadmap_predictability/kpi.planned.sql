-- value committed at the start: a plan is easily kept when it is small
SELECT p.id AS period, m.scope AS scope, c.source || '/' || c.id AS unit,
       c.planned_value AS num, 0 AS pending,
       CASE WHEN c.is_stretch = 1 THEN 'stretch'
            WHEN c.added_after_start = 1 THEN 'added_after_start'
            WHEN c.planned_value <= 0 THEN 'nothing_planned' END AS excluded,
       c.starts_at AS at, c.source || '/' || c.id AS ref
FROM period p
JOIN plan_commitment c ON c.starts_at >= p.starts AND c.starts_at < p.ends AND c.starts_at <= :as_of
JOIN member m ON m.product = c.product_id AND (m.segment = 'all' OR m.segment = 'product=' || c.product_id OR m.segment = 'team=' || COALESCE(c.team, ''))
