-- One incident that hit several products counts once in their portfolio. One of
-- unknown cause is listed as left out once its time for review has passed.
SELECT p.id AS period, m.scope AS scope, COALESCE(i.group_ref, i.source || '/' || i.id) AS unit,
       MAX(CASE WHEN i.cause IN (:count_causes) THEN 1 ELSE 0 END) AS num,
       MAX(CASE WHEN (i.reviewed_at IS NULL OR i.reviewed_at > :as_of) AND i.started_at + :review_ms > :as_of THEN 1 ELSE 0 END) AS pending,
       CASE WHEN MAX(CASE WHEN i.cause IN (:count_causes) OR i.cause <> 'unknown'
                            OR ((i.reviewed_at IS NULL OR i.reviewed_at > :as_of) AND i.started_at + :review_ms > :as_of) THEN 1 ELSE 0 END) = 0
            THEN 'cause_unknown' END AS excluded,
       MIN(i.started_at) AS at, MIN(i.source || '/' || i.id) AS ref
FROM period p
JOIN incident i ON i.started_at >= p.starts AND i.started_at < p.ends AND i.started_at <= :as_of
     AND i.severity IN (:severities)
JOIN member m ON m.product = i.product_id AND m.segment IN ('all', 'severity=' || CAST(i.severity AS TEXT))
GROUP BY p.id, m.scope, COALESCE(i.group_ref, i.source || '/' || i.id)
