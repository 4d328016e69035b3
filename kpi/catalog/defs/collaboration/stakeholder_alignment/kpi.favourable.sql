-- the share of answers that are 4 or 5, beside the mean
WITH wave AS (
  -- the latest alignment survey of each home that closed in the period
  SELECT p.id AS period, s.id AS survey_id, s.product_id AS product_id, s.wave AS label
  FROM period p
  JOIN survey s ON s.closes_at >= p.starts AND s.closes_at < p.ends AND s.closes_at <= :as_of
  WHERE EXISTS (SELECT 1 FROM survey_question q WHERE q.survey_id = s.id AND q.purpose = 'alignment')
    AND NOT EXISTS (SELECT 1 FROM survey l JOIN survey_question q ON q.survey_id = l.id AND q.purpose = 'alignment'
                    WHERE l.product_id = s.product_id AND l.closes_at > s.closes_at
                      AND l.closes_at < p.ends AND l.closes_at <= :as_of)
), answer AS (
  SELECT w.period AS period, m.scope AS scope, m.segment AS segment, w.label || ' ' || r.respondent_id AS person,
         COALESCE(r.role, '') AS role, r.score AS score, r.responded_at AS at, r.source || '/' || r.id AS ref,
         CASE WHEN q.scale_min <> 1 OR q.scale_max <> 5 THEN 'wrong_scale'
              WHEN r.score < 1 OR r.score > 5 THEN 'off_scale' END AS fault
  FROM wave w
  JOIN survey_response r ON r.survey_id = w.survey_id AND r.responded_at <= :as_of
  JOIN survey_question q ON q.id = r.question_id AND q.survey_id = w.survey_id AND q.purpose = 'alignment'
  JOIN member m ON m.product = w.product_id AND m.segment IN ('all', 'role=' || COALESCE(r.role, ''))
), crowd AS (
  SELECT a.period AS period, a.scope AS scope, COUNT(DISTINCT a.person) AS people
  FROM answer a
  WHERE a.fault IS NULL
  GROUP BY a.period, a.scope
)
SELECT a.period AS period, a.scope AS scope, a.ref AS unit,
       CASE WHEN a.score >= 4 THEN 1 ELSE 0 END AS num,
       1 AS den, a.fault AS excluded, a.at AS at, a.ref AS ref
FROM answer a
LEFT JOIN crowd c ON c.period = a.period AND c.scope = a.scope
WHERE a.segment = 'all' OR c.people >= :min_group
UNION ALL
-- of a small group only that it is there, not what anybody said
SELECT DISTINCT a.period, a.scope, a.person, 0, 1, 'small_group', CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
FROM answer a
LEFT JOIN crowd c ON c.period = a.period AND c.scope = a.scope
WHERE a.segment <> 'all' AND COALESCE(c.people, 0) < :min_group
