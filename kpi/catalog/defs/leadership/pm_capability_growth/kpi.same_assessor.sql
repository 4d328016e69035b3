-- comparisons both of whose assessments the same person made: another one may see
-- another level
WITH seen AS (
  SELECT a.member_id AS member_id, a.rubric AS rubric, a.competency AS competency, a.level AS level, a.assessed_at AS at,
         a.assessor_id AS assessor_id, a.source || '/' || a.id AS ref,
         CASE WHEN a.assessor_id = a.member_id THEN 1 ELSE 0 END AS own
  FROM assessment a
  WHERE a.assessed_at <= :as_of
), latest AS (
  -- the newest of each member and competency; what one says of oneself only when there is nothing else
  SELECT p.id AS period, p.ends AS ends, s.member_id AS member_id, s.rubric AS rubric, s.competency AS competency, s.level AS level,
         s.at AS at, s.assessor_id AS assessor_id, s.ref AS ref, s.own AS own,
         ROW_NUMBER() OVER (PARTITION BY p.id, s.member_id, s.competency ORDER BY s.own, s.at DESC, s.ref) AS nth
  FROM period p
  JOIN seen s ON s.at >= p.starts AND s.at < p.ends
), earlier AS (
  -- those it compares with, the one nearest to a year before first
  SELECT l.period AS period, l.member_id AS member_id, l.competency AS competency, b.level AS level, b.assessor_id AS assessor_id,
         ROW_NUMBER() OVER (PARTITION BY l.period, l.member_id, l.competency
                            ORDER BY ABS(l.at - b.at - 31536000000), b.at DESC, b.ref) AS nth
  FROM latest l
  JOIN seen b ON b.member_id = l.member_id AND b.competency = l.competency AND b.rubric = l.rubric AND b.own = 0
             AND l.at - b.at >= :apart_min_ms AND l.at - b.at <= :apart_max_ms
  WHERE l.nth = 1 AND l.own = 0
), pair AS (
  SELECT l.period AS period, l.ends AS ends, m.scope AS scope, l.member_id AS member_id, l.competency AS competency, l.own AS own,
         l.level - e.level AS gain, CASE WHEN l.assessor_id = e.assessor_id THEN 1 ELSE 0 END AS same, l.at AS at, l.ref AS ref,
         (SELECT MAX(CASE WHEN b.rubric = l.rubric THEN 2 ELSE 1 END) FROM seen b
          WHERE b.member_id = l.member_id AND b.competency = l.competency AND b.at < l.at AND b.own = 0) AS other
  FROM latest l
  LEFT JOIN earlier e ON e.period = l.period AND e.member_id = l.member_id AND e.competency = l.competency AND e.nth = 1
  JOIN team_member t ON t.id = l.member_id AND t.role IN (:roles)
  JOIN member m ON m.product = t.product_id AND m.segment IN ('all', 'competency=' || l.competency, 'level=' || COALESCE(t.level, ''))
  WHERE l.nth = 1
)
SELECT p.period AS period, p.scope AS scope, p.member_id || ' ' || p.competency AS unit, MAX(p.same) AS num, 1 AS den,
       MAX(p.at) AS at, MAX(p.ref) AS ref
FROM pair p
WHERE p.gain IS NOT NULL
GROUP BY p.period, p.scope, p.member_id, p.competency
