-- Spend and tasks side by side: the engine adds both up and divides. An invoice
-- belongs to the period it starts in, unless it is longer than that (a day is
-- allowed for clocks): a quarter's invoice is no month's.
SELECT p.id AS period, m.scope AS scope, 'spend ' || x.source || '/' || x.id AS unit,
       x.num AS num, 0 AS den, CAST(:currency AS TEXT) AS currency, 0 AS pending,
       CAST(NULL AS TEXT) AS excluded, x.starts_at AS at, x.source || '/' || x.id AS ref
FROM period p
JOIN metric_point x ON x.name = :spend AND x.starts_at >= p.starts AND x.starts_at < p.ends
     AND x.ends_at <= :as_of AND x.ends_at - x.starts_at <= p.ends - p.starts + 86400000
JOIN member m ON m.product = x.product_id AND m.segment = x.segment
UNION ALL
SELECT p.id, m.scope, 'tasks ' || u.product_id || ' ' || CAST(u.day AS TEXT) || ' ' || COALESCE(u.account_id, ''),
       0, u.uses, CAST(NULL AS TEXT), 0, CAST(NULL AS TEXT), u.first_at, CAST(NULL AS TEXT)
FROM period p
JOIN period_day d ON d.period = p.id
JOIN usage_day u ON u.name = :task_event AND u.day = d.day AND u.first_at <= :as_of
JOIN member m ON m.product = u.product_id AND m.segment = 'all'
