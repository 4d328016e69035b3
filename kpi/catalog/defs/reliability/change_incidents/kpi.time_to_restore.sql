-- From the start of a counted incident until all of it was resolved. One still
-- open has taken at least this long; after review_ms nobody waits for it.
SELECT g.period AS period, g.scope AS scope, g.unit AS unit,
       CASE WHEN g.still_open = 0 THEN g.resolved_at - g.at
            WHEN :as_of - g.at < :review_ms THEN :as_of - g.at
            ELSE :review_ms END AS value,
       g.still_open AS censored,
       CASE WHEN g.still_open = 1 AND g.at + :review_ms > :as_of THEN 1 ELSE 0 END AS pending,
       :review_ms AS horizon,
       CAST(NULL AS TEXT) AS excluded, g.at AS at, g.ref AS ref
FROM (
  SELECT p.id AS period, m.scope AS scope, COALESCE(i.group_ref, i.source || '/' || i.id) AS unit,
         MIN(i.started_at) AS at, MAX(i.resolved_at) AS resolved_at,
         MAX(CASE WHEN i.resolved_at <= :as_of THEN 0 ELSE 1 END) AS still_open,
         MIN(i.source || '/' || i.id) AS ref
  FROM period p
  JOIN incident i ON i.started_at >= p.starts AND i.started_at < p.ends AND i.started_at <= :as_of
       AND i.severity IN (:severities) AND i.cause IN (:count_causes)
  JOIN member m ON m.product = i.product_id AND m.segment IN ('all', 'severity=' || CAST(i.severity AS TEXT))
  GROUP BY p.id, m.scope, COALESCE(i.group_ref, i.source || '/' || i.id)
) g
