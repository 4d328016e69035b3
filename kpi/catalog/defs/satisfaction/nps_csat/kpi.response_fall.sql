-- By how much the response rate lies below that of the wave before, over the
-- surveys whose home had a wave before, within twelve months.
WITH sent AS (
  SELECT s.id AS survey_id, s.product_id AS product_id, s.closes_at AS at, MAX(s.invited) AS invited,
         COUNT(DISTINCT r.respondent_id) AS answered
  FROM survey s
  JOIN survey_question q ON q.survey_id = s.id AND q.purpose = 'nps'
  LEFT JOIN survey_response r ON r.survey_id = s.id AND r.question_id = q.id AND r.responded_at <= :as_of
  WHERE s.kind IN (:nps_kinds) AND s.closes_at <= :as_of
  GROUP BY s.id, s.product_id, s.closes_at
), now_and_before AS (
  SELECT p.id AS period, n.product_id AS product_id, n.at AS at, n.answered AS answered, n.invited AS invited,
         b.answered AS answered_before, b.invited AS invited_before
  FROM period p
  JOIN sent n ON n.at >= p.starts AND n.at < p.ends
  JOIN sent b ON b.product_id = n.product_id AND b.at < n.at AND b.at >= p.year_ago
  WHERE n.invited > 0 AND b.invited > 0
    AND NOT EXISTS (SELECT 1 FROM sent l WHERE l.product_id = n.product_id AND l.at > n.at AND l.at < p.ends)
    AND NOT EXISTS (SELECT 1 FROM sent l WHERE l.product_id = n.product_id AND l.at > b.at AND l.at < n.at)
)
SELECT x.period AS period, m.scope AS scope, 'response rate' AS unit,
       CAST(SUM(x.answered_before) AS DOUBLE PRECISION) / SUM(x.invited_before)
         - CAST(SUM(x.answered) AS DOUBLE PRECISION) / SUM(x.invited) AS num,
       1 AS den, MAX(x.at) AS at
FROM now_and_before x
JOIN member m ON m.product = x.product_id AND m.segment = 'all'
GROUP BY x.period, m.scope
