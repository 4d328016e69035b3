-- The share of respondents in the top two boxes of the scale; of a scale with
-- fewer than four boxes, in the top one.
WITH wave AS (
  -- the latest survey of each home that closed in the period
  SELECT p.id AS period, s.id AS survey_id, s.product_id AS product_id, s.wave AS label
  FROM period p
  JOIN survey s ON s.closes_at >= p.starts AND s.closes_at < p.ends AND s.closes_at <= :as_of AND s.kind IN (:csat_kinds)
  WHERE EXISTS (SELECT 1 FROM survey_question q WHERE q.survey_id = s.id AND q.purpose = 'csat')
    AND NOT EXISTS (SELECT 1 FROM survey l JOIN survey_question q ON q.survey_id = l.id AND q.purpose = 'csat'
                    WHERE l.product_id = s.product_id AND l.kind IN (:csat_kinds) AND l.closes_at > s.closes_at
                      AND l.closes_at < p.ends AND l.closes_at <= :as_of)
), answer AS (
  SELECT w.period AS period, w.product_id AS product_id, w.label || ' ' || r.respondent_id AS voter,
         r.role AS role, r.account_id AS account_id, r.score AS score, r.responded_at AS at, r.source || '/' || r.id AS ref,
         CASE WHEN q.scale_max - q.scale_min < 3 THEN q.scale_max ELSE q.scale_max - 1 END AS top_box,
         CASE WHEN r.score < q.scale_min OR r.score > q.scale_max THEN 'off_scale'
              WHEN r.account_id IS NOT NULL AND a.id IS NULL THEN 'unknown_account'
              WHEN a.is_internal = 1 THEN 'internal'
              WHEN a.is_test = 1 THEN 'test' END AS fault
  FROM wave w
  JOIN survey_response r ON r.survey_id = w.survey_id AND r.responded_at <= :as_of
  JOIN survey_question q ON q.id = r.question_id AND q.survey_id = w.survey_id AND q.purpose = 'csat'
  LEFT JOIN account a ON a.id = r.account_id
), vote AS (
  SELECT a.period AS period, m.scope AS scope, a.voter AS voter, a.score AS score, a.top_box AS top_box, a.fault AS fault, a.at AS at, a.ref AS ref,
         ROW_NUMBER() OVER (PARTITION BY a.period, m.scope, a.voter
                            ORDER BY CASE WHEN a.fault IS NULL THEN 0 ELSE 1 END, a.at DESC, a.ref) AS nth
  FROM answer a
  JOIN member m ON m.product = a.product_id
  WHERE m.segment IN ('all', 'role=' || COALESCE(a.role, ''))
     OR EXISTS (SELECT 1 FROM account_segment g
                WHERE g.account_id = a.account_id AND g.segment = m.segment
                  AND a.at >= g.valid_from AND a.at < g.valid_to)
)
SELECT v.period AS period, v.scope AS scope, v.voter AS unit,
       CASE WHEN v.score >= v.top_box THEN 1 ELSE 0 END AS num,
       1 AS den, v.fault AS excluded, v.at AS at, v.ref AS ref
FROM vote v
WHERE v.nth = 1
