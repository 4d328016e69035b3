-- the share of answers that are 4 or 5, beside the mean
SELECT p.id AS period, m.scope AS scope, r.source || '/' || r.id AS unit,
       CASE WHEN r.score >= 4 THEN 1 ELSE 0 END AS num,
       1 AS den, 0 AS pending,
       CASE WHEN r.score < q.scale_min OR r.score > q.scale_max THEN 'off_scale' END AS excluded,
       r.responded_at AS at, r.source || '/' || r.id AS ref
FROM period p
JOIN survey s ON s.closes_at >= p.starts AND s.closes_at < p.ends AND s.closes_at <= :as_of
JOIN survey_question q ON q.survey_id = s.id AND q.purpose = 'alignment'
JOIN survey_response r ON r.survey_id = s.id AND r.question_id = q.id AND r.responded_at <= :as_of
JOIN member m ON m.product = s.product_id AND (m.segment = 'all' OR m.segment = 'role=' || COALESCE(r.role, ''))
WHERE NOT EXISTS (SELECT 1 FROM survey l JOIN survey_question lq ON lq.survey_id = l.id AND lq.purpose = 'alignment'
                  WHERE l.product_id = s.product_id AND l.closes_at > s.closes_at
                    AND l.closes_at < p.ends AND l.closes_at <= :as_of)
