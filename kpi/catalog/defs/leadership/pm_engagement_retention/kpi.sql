-- The share of people whose own mean is 4 or more. A person asked by two
-- portfolios in one wave counts once for their parent.
WITH wave AS (
  -- the latest engagement survey of each home that closed in the period
  SELECT p.id AS period, s.id AS survey_id, s.product_id AS product_id, s.wave AS label
  FROM period p
  JOIN survey s ON s.closes_at >= p.starts AND s.closes_at < p.ends AND s.closes_at <= :as_of
  WHERE EXISTS (SELECT 1 FROM survey_question q WHERE q.survey_id = s.id AND q.purpose = 'engagement')
    AND NOT EXISTS (SELECT 1 FROM survey l JOIN survey_question q ON q.survey_id = l.id AND q.purpose = 'engagement'
                    WHERE l.product_id = s.product_id AND l.closes_at > s.closes_at
                      AND l.closes_at < p.ends AND l.closes_at <= :as_of)
), answer AS (
  SELECT w.period AS period, m.scope AS scope, w.label || ' ' || r.respondent_id AS person,
         r.score AS score, r.responded_at AS at, r.source || '/' || r.id AS ref,
         CASE WHEN q.scale_min <> 1 OR q.scale_max <> 5 THEN 'wrong_scale'
              WHEN r.score < 1 OR r.score > 5 THEN 'off_scale' END AS fault
  FROM wave w
  JOIN survey_response r ON r.survey_id = w.survey_id AND r.responded_at <= :as_of
  JOIN survey_question q ON q.id = r.question_id AND q.survey_id = w.survey_id AND q.purpose = 'engagement'
  JOIN member m ON m.product = w.product_id AND m.segment = 'all'
), person AS (
  SELECT a.period AS period, a.scope AS scope, a.person AS person,
         CAST(SUM(a.score) AS DOUBLE PRECISION) / COUNT(*) AS mean, MIN(a.at) AS at
  FROM answer a
  WHERE a.fault IS NULL
  GROUP BY a.period, a.scope, a.person
), sized AS (
  SELECT p.period AS period, p.scope AS scope, p.person AS person, p.mean AS mean, p.at AS at,
         CASE WHEN COUNT(*) OVER (PARTITION BY p.period, p.scope) < :min_group THEN 'small_group' END AS excluded
  FROM person p
)
SELECT s.period AS period, s.scope AS scope, s.person AS unit,
       CASE WHEN s.excluded IS NULL AND s.mean >= 4 THEN 1 ELSE 0 END AS num, 1 AS den,
       s.excluded AS excluded, s.at AS at, CAST(NULL AS TEXT) AS ref
FROM sized s
UNION ALL
SELECT a.period, a.scope, a.person || ' ' || a.ref, 0, 1, a.fault, a.at, a.ref
FROM answer a
WHERE a.fault IS NOT NULL
