-- A person asked by two portfolios in one wave answers once for their parent. A
-- small group in a segment is left out, so that nobody can be told from it.
WITH wave AS (
  -- the latest alignment survey of each home that closed in the period
  SELECT p.id AS period, s.id AS survey_id, s.product_id AS product_id, s.wave AS label,
         s.invited AS invited, s.population AS population
  FROM period p
  JOIN survey s ON s.closes_at >= p.starts AND s.closes_at < p.ends AND s.closes_at <= :as_of
  WHERE EXISTS (SELECT 1 FROM survey_question q WHERE q.survey_id = s.id AND q.purpose = 'alignment')
    AND NOT EXISTS (SELECT 1 FROM survey l JOIN survey_question q ON q.survey_id = l.id AND q.purpose = 'alignment'
                    WHERE l.product_id = s.product_id AND l.closes_at > s.closes_at
                      AND l.closes_at < p.ends AND l.closes_at <= :as_of)
), answer AS (
  SELECT w.period AS period, m.scope AS scope, m.segment AS segment, w.label || ' ' || r.respondent_id AS person,
         w.survey_id AS survey_id,
         w.invited AS invited, w.population AS population,
         COALESCE(r.role, '') AS role, r.score AS score, r.responded_at AS at, r.source || '/' || r.id AS ref,
         CASE WHEN q.scale_min <> 1 OR q.scale_max <> 5 THEN 'wrong_scale'
              WHEN r.score < 1 OR r.score > 5 THEN 'off_scale' END AS fault
  FROM wave w
  JOIN survey_response r ON r.survey_id = w.survey_id AND r.responded_at <= :as_of
  JOIN survey_question q ON q.id = r.question_id AND q.survey_id = w.survey_id AND q.purpose = 'alignment'
  JOIN member m ON m.product = w.product_id AND m.segment IN ('all', 'role=' || COALESCE(r.role, ''))
), person AS (
  -- who was asked is known of a survey as a whole, not of a segment of it
  SELECT a.period AS period, a.scope AS scope, a.segment AS segment, a.person AS person,
         CAST(SUM(a.score) AS DOUBLE PRECISION) / COUNT(*) AS mean, MIN(a.survey_id) AS survey_id,
         MAX(CASE WHEN a.segment = 'all' THEN a.population END) AS population,
         MAX(CASE WHEN a.segment = 'all' THEN a.invited END) AS invited, MIN(a.at) AS at
  FROM answer a
  WHERE a.fault IS NULL
  GROUP BY a.period, a.scope, a.segment, a.person
), sized AS (
  SELECT p.period AS period, p.scope AS scope, p.person AS person, p.mean AS mean, p.survey_id AS survey_id,
         p.population AS population, p.invited AS invited, p.at AS at,
         CASE WHEN p.segment <> 'all' AND COUNT(*) OVER (PARTITION BY p.period, p.scope) < :min_group THEN 'small_group' END AS excluded
  FROM person p
)
SELECT s.period AS period, s.scope AS scope, s.person AS unit,
       CASE WHEN s.excluded IS NULL THEN s.mean END AS value, s.excluded AS excluded,
       s.survey_id AS stratum, s.population AS population, s.invited AS invited, s.at AS at, CAST(NULL AS TEXT) AS ref
FROM sized s
UNION ALL
SELECT a.period, a.scope, a.person || ' ' || a.ref, CAST(NULL AS DOUBLE PRECISION), a.fault,
       CAST(NULL AS TEXT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), a.at, a.ref
FROM answer a
WHERE a.fault IS NOT NULL
