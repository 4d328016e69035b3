-- What was invalid or too small stays in the basis: dropping it would make the
-- rate better by testing worse.
WITH critical(df, chi2) AS (
  -- chi-square at p = 0.001, by degrees of freedom
  VALUES (1, 10.828), (2, 13.816), (3, 16.266), (4, 18.467), (5, 20.515), (6, 22.458), (7, 24.322), (8, 26.124), (9, 27.877),
         (10, 29.588), (11, 31.264), (12, 32.909), (13, 34.528), (14, 36.123), (15, 37.697), (16, 39.252), (17, 40.790), (18, 42.312), (19, 43.820)
), seen AS (
  SELECT experiment_id, COUNT(*) - 1 AS df, SUM(exposed) AS exposed, SUM(planned_share) AS shares, MIN(planned_share) AS least
  FROM experiment_arm
  GROUP BY experiment_id
), split AS (
  SELECT s.experiment_id AS experiment_id, s.df AS df,
         SUM((a.exposed - s.exposed * a.planned_share / s.shares) * (a.exposed - s.exposed * a.planned_share / s.shares)
             / (s.exposed * a.planned_share / s.shares)) AS chi2
  FROM seen s
  JOIN experiment_arm a ON a.experiment_id = s.experiment_id
  WHERE s.least > 0 AND s.exposed > 0
  GROUP BY s.experiment_id, s.df
), ended AS (
  SELECT x.source AS source, x.id AS id, x.product_id AS product_id, x.kind AS kind, x.ended_at AS at,
         -- valid: enough participants, and an assignment that fits its plan
         CASE WHEN (x.stop_rule_met = 1 OR s.exposed >= x.planned_n)
               AND (x.srm_p >= 0.001 OR x.srm_p IS NULL AND (r.chi2 <= c.chi2 OR c.df IS NULL AND x.kind = 'other')) THEN 1 ELSE 0 END AS valid,
         CASE WHEN x.decided_at <= :as_of AND x.decided_at < x.ended_at + :decide_ms
               AND (x.decision IN ('ship', 'stop') OR x.decision = 'iterate' AND TRIM(COALESCE(x.next_step, '')) <> '') THEN 1 ELSE 0 END AS acted
  FROM experiment x
  LEFT JOIN seen s ON s.experiment_id = x.id
  LEFT JOIN split r ON r.experiment_id = x.id
  LEFT JOIN critical c ON c.df = r.df
  WHERE x.ended_at <= :as_of
)
SELECT p.id AS period, m.scope AS scope, x.source || '/' || x.id AS unit,
       x.valid * x.acted AS num,
       1 AS den,
       CASE WHEN x.valid = 1 AND x.at + :decide_ms > :as_of THEN 1 ELSE 0 END AS pending,
       CASE WHEN x.kind = 'aa' THEN 'aa_test'
            WHEN x.kind = 'flag' THEN 'flag_rollout' END AS excluded,
       x.at AS at, x.source || '/' || x.id AS ref
FROM period p
JOIN ended x ON x.at >= p.starts AND x.at < p.ends
JOIN member m ON m.product = x.product_id AND m.segment IN ('all', 'kind=' || x.kind)
