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
  SELECT w.period AS period, w.survey_id AS survey_id, w.product_id AS product_id, w.label AS label,
         w.invited AS invited, w.population AS population,
         r.respondent_id AS respondent_id, r.role AS role, r.score AS score, r.responded_at AS at,
         CASE WHEN r.score < q.scale_min OR r.score > q.scale_max THEN 1 ELSE 0 END AS off_scale
  FROM wave w
  JOIN survey_response r ON r.survey_id = w.survey_id AND r.responded_at <= :as_of
  JOIN survey_question q ON q.id = r.question_id AND q.survey_id = w.survey_id AND q.purpose = 'alignment'
)
-- a person asked by two portfolios in one wave answers once for their parent
SELECT a.period AS period, m.scope AS scope, a.label || ' ' || a.respondent_id AS unit,
       CAST(SUM(a.score) AS DOUBLE PRECISION) / COUNT(*) AS value,
       CASE WHEN MAX(a.off_scale) = 1 THEN 'off_scale' END AS excluded,
       MIN(a.survey_id) AS stratum, MAX(a.population) AS population, MAX(a.invited) AS invited,
       MIN(a.at) AS at
FROM answer a
JOIN member m ON m.product = a.product_id AND (m.segment = 'all' OR m.segment = 'role=' || COALESCE(a.role, ''))
GROUP BY a.period, m.scope, a.label, a.respondent_id
