-- the same votes as a mean, every scale brought to 1 to 5
SELECT v.period AS period, v.scope AS scope, v.ref AS unit,
       1 + 4 * (v.score - v.scale_min) / (v.scale_max - v.scale_min) AS value,
       CASE WHEN v.score < v.scale_min OR v.score > v.scale_max THEN 'off_scale'
            WHEN v.turn > 1 THEN 'answered_again' END AS excluded,
       v.survey_id AS stratum, v.population AS population, v.invited AS invited,
       v.at AS at, v.ref AS ref
FROM (
  SELECT p.id AS period, m.scope AS scope, s.id AS survey_id, s.invited AS invited, s.population AS population,
         r.score AS score, q.scale_min AS scale_min, q.scale_max AS scale_max, r.responded_at AS at, r.source || '/' || r.id AS ref,
         ROW_NUMBER() OVER (PARTITION BY p.id, m.scope, s.wave, r.respondent_id ORDER BY r.responded_at DESC, r.source || '/' || r.id) AS turn
  FROM period p
  JOIN survey s ON s.closes_at >= p.starts AND s.closes_at < p.ends AND s.closes_at <= :as_of
  JOIN survey_question q ON q.survey_id = s.id AND q.purpose = 'other' AND q.workflow = :question AND q.scale_max > q.scale_min
  JOIN survey_response r ON r.survey_id = s.id AND r.question_id = q.id AND r.responded_at <= :as_of
  JOIN member m ON m.product = s.product_id AND (m.segment = 'all' OR m.segment = 'role=' || COALESCE(r.role, ''))
) v
