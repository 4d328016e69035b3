-- actual value of all objectives, uncommitted ones included, over the plan of
-- the committed ones: may pass 100 %
SELECT p.id AS period, m.scope AS scope, c.source || '/' || c.id AS unit,
       CASE WHEN c.delivered_at > :as_of OR c.delivered_value < 0 THEN 0 ELSE c.delivered_value END AS num,
       CASE WHEN c.is_stretch = 1 OR c.added_after_start = 1 THEN 0 ELSE c.planned_value END AS den,
       CASE WHEN c.ends_at > :as_of THEN 1 ELSE 0 END AS pending,
       CAST(NULL AS TEXT) AS excluded,
       c.starts_at AS at, c.source || '/' || c.id AS ref
FROM period p
JOIN plan_commitment c ON c.starts_at >= p.starts AND c.starts_at < p.ends AND c.starts_at <= :as_of
JOIN member m ON m.product = c.product_id AND (m.segment = 'all' OR m.segment = 'product=' || c.product_id OR m.segment = 'team=' || COALESCE(c.team, ''))
