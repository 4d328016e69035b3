-- items finished in the period
SELECT p.id AS period, m.scope AS scope, i.source || '/' || i.id AS unit,
       1 AS num,
       CASE WHEN i.duplicate_of IS NOT NULL THEN 'duplicate'
            WHEN i.category <> 'done' THEN 'reopened'
            WHEN i.type NOT IN (:item_types) THEN 'type_not_counted' END AS excluded,
       i.done_at AS at, i.source || '/' || i.id AS ref
FROM period p
JOIN work_item i ON i.done_at >= p.starts AND i.done_at < p.ends AND i.done_at <= :as_of
JOIN member m ON m.product = i.product_id AND m.segment = 'all'
