-- of the committed items that had a due date: delivered by it
SELECT p.id AS period, m.scope AS scope, c.source || '/' || c.id AS unit,
       CASE WHEN c.delivered_at <= c.due_at AND c.delivered_at <= :as_of THEN 1 ELSE 0 END AS num,
       1 AS den,
       CASE WHEN c.due_at > :as_of THEN 1 ELSE 0 END AS pending,
       CASE WHEN c.is_stretch = 1 THEN 'stretch'
            WHEN c.added_after_start = 1 THEN 'added_after_start' END AS excluded,
       c.starts_at AS at, c.source || '/' || c.id AS ref
FROM period p
JOIN plan_commitment c ON c.starts_at >= p.starts AND c.starts_at < p.ends AND c.starts_at <= :as_of AND c.due_at IS NOT NULL
JOIN member m ON m.product = c.product_id AND (m.segment = 'all' OR m.segment = 'product=' || c.product_id OR m.segment = 'team=' || COALESCE(c.team, ''))
