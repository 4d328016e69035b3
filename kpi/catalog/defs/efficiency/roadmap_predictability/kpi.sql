-- A plan belongs to the period its start lies in; while it runs it is pending.
SELECT p.id AS period, m.scope AS scope, c.source || '/' || c.id AS unit,
       CASE WHEN c.delivered_at > :as_of OR c.delivered_value < 0 THEN 0
            WHEN c.delivered_value < c.planned_value THEN c.delivered_value
            ELSE c.planned_value END AS num,
       c.planned_value AS den,
       CASE WHEN c.ends_at > :as_of THEN 1 ELSE 0 END AS pending,
       CASE WHEN c.is_stretch = 1 THEN 'stretch'
            WHEN c.added_after_start = 1 THEN 'added_after_start'
            WHEN c.planned_value <= 0 THEN 'nothing_planned' END AS excluded,
       c.starts_at AS at, c.source || '/' || c.id AS ref
FROM period p
JOIN plan_commitment c ON c.starts_at >= p.starts AND c.starts_at < p.ends AND c.starts_at <= :as_of
JOIN member m ON m.product = c.product_id AND (m.segment = 'all' OR m.segment = 'product=' || c.product_id OR m.segment = 'team=' || COALESCE(c.team, ''))
