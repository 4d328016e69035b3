-- voluntary leavers whose exit was flagged as regretted in time
SELECT p.id AS period, m.scope AS scope, t.source || '/' || t.id AS unit,
       CASE WHEN t.exit_type = 'voluntary' AND t.regretted = 1
             AND (t.flagged_at IS NULL OR t.flagged_at <= :as_of) THEN 1 ELSE 0 END AS num,
       CASE WHEN t.exit_type = 'voluntary' AND t.regretted = 1 AND t.flagged_at > t.ends_at + :flag_ms THEN 'flagged_late' END AS excluded,
       t.ends_at AS at, t.source || '/' || t.id AS ref
FROM period p
JOIN team_member t ON t.role IN (:roles) AND t.ends_at >= p.starts AND t.ends_at < p.ends AND t.ends_at <= :as_of
JOIN member m ON m.product = t.product_id AND m.segment IN ('all', 'level=' || COALESCE(t.level, ''))
