-- the lift went the wrong way, or a guardrail of the bet got worse
SELECT p.id AS period, m.scope AS scope, i.source || '/' || i.id AS unit,
       CASE WHEN o.outcome = 'harmful' THEN 1 ELSE 0 END AS num,
       1 AS den,
       CASE WHEN o.outcome IS NULL OR o.outcome = 'pending' THEN 1 ELSE 0 END AS pending,
       CASE WHEN i.killed_at <= :as_of AND (i.released_at IS NULL OR i.killed_at < i.released_at) THEN 'killed_before_release'
            WHEN i.target_kpi IS NULL OR i.baseline IS NULL OR i.expected_lift IS NULL THEN 'no_promise'
            WHEN i.registered_at IS NULL OR i.registered_at > i.released_at THEN 'not_registered_before_release' END AS excluded,
       i.measure_by AS at, i.source || '/' || i.id AS ref, o.note AS note
FROM period p
JOIN initiative i ON i.measure_by >= p.starts AND i.measure_by < p.ends
JOIN member m ON m.product = i.product_id
     AND m.segment IN ('all', 'risk=' || COALESCE(i.risk, ''), 'size=' || i.size)
LEFT JOIN bet_outcome o ON o.source = i.source AND o.id = i.id
