-- Each member's newest assessment in the twelve months against the one nearest to
-- a year before it, competency by competency, on the same rubric.
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
), grown AS (
  SELECT p.period AS period, p.ends AS ends, p.scope AS scope, p.member_id AS member_id, COUNT(p.gain) AS compared,
         MAX(p.gain) AS most, MIN(p.gain) AS least, AVG(p.gain) AS mean, MIN(p.own) AS own, MAX(p.other) AS other,
         MAX(p.at) AS at, MAX(p.ref) AS ref
  FROM pair p
  GROUP BY p.period, p.ends, p.scope, p.member_id
), waiting AS (
  -- A member assessed once is waited for while the period can still bring the
  -- second, and, where nobody has two, until it would be too late to compare.
  SELECT g.period AS period, g.scope AS scope, g.member_id AS member_id, g.compared AS compared, g.most AS most, g.least AS least,
         g.mean AS mean, g.own AS own, g.other AS other, g.at AS at, g.ref AS ref,
         CASE WHEN g.compared = 0 AND g.own = 0 AND g.at + :apart_max_ms > :as_of
               AND (g.ends > :as_of OR MAX(g.compared) OVER (PARTITION BY g.period, g.scope) = 0) THEN 1 ELSE 0 END AS pending
  FROM grown g
)
SELECT w.period AS period, w.scope AS scope, w.member_id AS unit,
       CASE WHEN w.most >= 1 AND w.least >= 0 THEN 1 ELSE 0 END AS num,
       1 AS den, w.pending AS pending,
       CASE WHEN w.own = 1 THEN 'self_assessed'
            WHEN w.compared > 0 OR w.pending = 1 THEN NULL
            WHEN w.other = 2 THEN 'not_a_year_apart'
            WHEN w.other = 1 THEN 'other_rubric'
            ELSE 'one_assessment' END AS excluded,
       w.at AS at, w.ref AS ref
FROM waiting w
