-- from the validated problem to the commitment, of what was released
SELECT p.id AS period, m.scope AS scope, i.source || '/' || i.id AS unit,
       i.committed_at - i.problem_validated_at AS value,
       CASE WHEN i.killed_at <= i.released_at THEN 'killed'
            WHEN i.problem_validated_at IS NULL THEN 'never_validated'
            WHEN i.committed_at IS NULL THEN 'never_committed'
            WHEN i.problem_validated_at > i.committed_at OR i.committed_at > i.released_at THEN 'out_of_sequence' END AS excluded,
       i.released_at AS at, i.source || '/' || i.id AS ref
FROM period p
JOIN initiative i ON i.released_at >= p.starts AND i.released_at < p.ends AND i.released_at <= :as_of
JOIN member m ON m.product = i.product_id
     AND (m.segment = 'size=' || i.size
       OR i.size = 'major' AND m.segment IN ('all', 'product=' || i.product_id, 'risk=' || COALESCE(i.risk, '')))
