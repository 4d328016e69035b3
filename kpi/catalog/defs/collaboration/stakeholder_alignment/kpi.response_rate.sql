-- How many of those invited answered. Nobody knows the functions of those who did
-- not, so there is no rate of a segment.
WITH wave AS (
  -- the latest alignment survey of each home that closed in the period
  SELECT p.id AS period, s.id AS survey_id, s.product_id AS product_id, s.invited AS invited
  FROM period p
  JOIN survey s ON s.closes_at >= p.starts AND s.closes_at < p.ends AND s.closes_at <= :as_of
  WHERE EXISTS (SELECT 1 FROM survey_question q WHERE q.survey_id = s.id AND q.purpose = 'alignment')
    AND NOT EXISTS (SELECT 1 FROM survey l JOIN survey_question q ON q.survey_id = l.id AND q.purpose = 'alignment'
                    WHERE l.product_id = s.product_id AND l.closes_at > s.closes_at
                      AND l.closes_at < p.ends AND l.closes_at <= :as_of)
), counted AS (
  SELECT w.period AS period, w.product_id AS product_id, w.survey_id AS survey_id, w.invited AS invited,
         (SELECT COUNT(DISTINCT r.respondent_id)
          FROM survey_response r
          JOIN survey_question q ON q.id = r.question_id AND q.survey_id = r.survey_id AND q.purpose = 'alignment'
          WHERE r.survey_id = w.survey_id AND r.responded_at <= :as_of) AS answered
  FROM wave w
)
SELECT c.period AS period, m.scope AS scope, c.survey_id AS unit, c.answered AS num, c.invited AS den,
       CASE WHEN c.invited <= 0 THEN 'invitations_unknown'
            WHEN c.answered > c.invited THEN 'more_answers_than_invitations' END AS excluded
FROM counted c
JOIN member m ON m.product = c.product_id AND m.segment = 'all'
