-- Workflows are pooled by what they are worth to customers, their completions,
-- and not by how many happened to be asked: each answer of a workflow weighs its
-- share of the completions, spread over its answers. The weights add up to the
-- number of answers. Without completions of every workflow there is no pooled
-- value; each workflow has its own as a segment.
WITH answer AS (
  SELECT p.id AS period, s.product_id AS product_id, s.wave AS label, COALESCE(q.workflow, '') AS workflow,
         r.respondent_id AS respondent_id, r.role AS role, r.account_id AS account_id, r.responded_at AS at, r.source || '/' || r.id AS ref,
         -- agreement that it was easy, in boxes from the easy end: 0 is the easiest
         CASE WHEN q.easy_is = 'low' THEN r.score - q.scale_min ELSE q.scale_max - r.score END AS steps,
         CASE WHEN q.scale_min = 1 AND q.scale_max = 7 THEN 2 ELSE 1 END AS easy_steps,
         CASE WHEN q.scale_min = 1 AND q.scale_max = 5 AND :scale <> 'legacy' THEN 'legacy_scale'
              WHEN q.scale_min = 1 AND q.scale_max = 7 AND :scale <> '2.0' THEN 'scale_2_0'
              WHEN q.scale_min <> 1 OR (q.scale_max <> 5 AND q.scale_max <> 7) THEN 'wrong_scale'
              WHEN q.scale_max = 5 AND q.easy_is IS NULL THEN 'easy_end_unknown'
              WHEN r.score < q.scale_min OR r.score > q.scale_max THEN 'off_scale'
              WHEN r.account_id IS NOT NULL AND a.id IS NULL THEN 'unknown_account'
              WHEN a.is_internal = 1 THEN 'internal'
              WHEN a.is_test = 1 THEN 'test' END AS fault
  FROM period p
  JOIN survey s ON s.closes_at >= p.starts AND s.closes_at < p.ends AND s.closes_at <= :as_of
  JOIN survey_question q ON q.survey_id = s.id AND q.purpose = 'ces'
  JOIN survey_response r ON r.survey_id = s.id AND r.question_id = q.id AND r.responded_at <= :as_of
  LEFT JOIN account a ON a.id = r.account_id
), turn AS (
  SELECT a.period AS period, m.scope AS scope, a.workflow AS workflow, a.label AS label, a.respondent_id AS respondent_id,
         CASE WHEN a.steps <= a.easy_steps THEN 0 ELSE 1 END AS hard, a.fault AS fault, a.at AS at, a.ref AS ref,
         ROW_NUMBER() OVER (PARTITION BY a.period, m.scope, a.workflow, a.label, a.respondent_id
                            ORDER BY CASE WHEN a.fault IS NULL THEN 0 ELSE 1 END, a.at DESC, a.ref) AS nth
  FROM answer a
  JOIN member m ON m.product = a.product_id
  WHERE m.segment IN ('all', 'workflow=' || a.workflow, 'role=' || COALESCE(a.role, ''))
     OR EXISTS (SELECT 1 FROM account_segment g
                WHERE g.account_id = a.account_id AND g.segment = m.segment
                  AND a.at >= g.valid_from AND a.at < g.valid_to)
), done AS (
  SELECT p.id AS period, m.scope AS scope, x.segment AS segment, SUM(x.num) AS runs
  FROM period p
  JOIN metric_point x ON x.name = :completion_metric AND x.starts_at >= p.starts AND x.starts_at < p.ends AND x.starts_at <= :as_of
  JOIN member m ON m.product = x.product_id
  GROUP BY p.id, m.scope, x.segment
), workflow AS (
  SELECT t.period AS period, t.scope AS scope, t.workflow AS workflow, COUNT(*) AS answers, MAX(COALESCE(d.runs, 0)) AS runs
  FROM turn t
  LEFT JOIN done d ON d.period = t.period AND d.scope = t.scope AND d.segment = 'workflow=' || t.workflow
  WHERE t.nth = 1 AND t.fault IS NULL
  GROUP BY t.period, t.scope, t.workflow
), pool AS (
  SELECT w.period AS period, w.scope AS scope, COUNT(*) AS workflows, SUM(w.answers) AS answers, SUM(w.runs) AS runs, MIN(w.runs) AS fewest
  FROM workflow w
  GROUP BY w.period, w.scope
), weight AS (
  SELECT w.period AS period, w.scope AS scope, w.workflow AS workflow,
         CASE WHEN l.workflows = 1 THEN 1.0
              WHEN l.fewest > 0 THEN CAST(w.runs AS DOUBLE PRECISION) / l.runs * l.answers / w.answers END AS weight
  FROM workflow w
  JOIN pool l ON l.period = w.period AND l.scope = w.scope
)
SELECT t.period AS period, t.scope AS scope, t.workflow || ' ' || t.label || ' ' || t.respondent_id AS unit,
       t.hard * COALESCE(w.weight, 1) AS num, COALESCE(w.weight, 1) AS den,
       CASE WHEN t.fault IS NOT NULL THEN t.fault
            WHEN w.weight IS NULL THEN 'several_workflows' END AS excluded,
       t.at AS at, t.ref AS ref, t.respondent_id AS cluster
FROM turn t
LEFT JOIN weight w ON w.period = t.period AND w.scope = t.scope AND w.workflow = t.workflow
WHERE t.nth = 1
