-- An experiment counts in the month of its decision when it could teach
-- something; of what it lacks the first is named.
WITH critical(df, chi2) AS (
  -- chi-square at p = 0.001, by degrees of freedom: SQL cannot work out p, but
  -- p < 0.001 is the same as a statistic beyond these
  VALUES (1, 10.828), (2, 13.816), (3, 16.266), (4, 18.467), (5, 20.515), (6, 22.458), (7, 24.322), (8, 26.124), (9, 27.877),
         (10, 29.588), (11, 31.264), (12, 32.909), (13, 34.528), (14, 36.123), (15, 37.697), (16, 39.252), (17, 40.790), (18, 42.312), (19, 43.820)
), seen AS (
  SELECT experiment_id, COUNT(*) - 1 AS df, SUM(exposed) AS exposed, SUM(planned_share) AS shares, MIN(planned_share) AS least
  FROM experiment_arm
  GROUP BY experiment_id
), split AS (
  -- the counts of the arms against the split that was planned
  SELECT s.experiment_id AS experiment_id, s.df AS df,
         SUM((a.exposed - s.exposed * a.planned_share / s.shares) * (a.exposed - s.exposed * a.planned_share / s.shares)
             / (s.exposed * a.planned_share / s.shares)) AS chi2
  FROM seen s
  JOIN experiment_arm a ON a.experiment_id = s.experiment_id
  WHERE s.least > 0 AND s.exposed > 0
  GROUP BY s.experiment_id, s.df
), decided AS (
  SELECT x.source AS source, x.id AS id, x.product_id AS product_id, x.kind AS kind, x.decided_at AS at,
         CASE WHEN x.kind = 'aa' THEN 'aa_test'
              WHEN x.kind = 'flag' THEN 'flag_rollout'
              WHEN EXISTS (SELECT 1 FROM experiment o
                           WHERE o.product_id = x.product_id AND o.name = x.name AND o.started_at = x.started_at AND o.kind = x.kind
                             AND (o.decided_at < x.decided_at
                               OR o.decided_at = x.decided_at AND o.source || '/' || o.id < x.source || '/' || x.id)) THEN 'same_test'
              WHEN x.decision = 'none' THEN 'no_decision'
              WHEN TRIM(COALESCE(x.hypothesis, '')) = '' THEN 'no_hypothesis'
              WHEN TRIM(COALESCE(x.primary_metric, '')) = '' THEN 'no_primary_metric'
              WHEN COALESCE(x.stop_rule_met, 0) = 0 AND x.planned_n IS NULL THEN 'no_planned_sample'
              WHEN COALESCE(x.stop_rule_met, 0) = 0 AND COALESCE(s.exposed, 0) < x.planned_n THEN 'sample_not_reached'
              WHEN x.srm_p < 0.001 OR x.srm_p IS NULL AND r.chi2 > c.chi2 THEN 'srm_failed'
              -- without random assignment there is no split to check
              WHEN x.kind = 'ab' AND x.srm_p IS NULL AND c.df IS NULL THEN 'srm_unchecked'
              WHEN TRIM(COALESCE(x.learning, '')) = '' THEN 'no_learning' END AS excluded
  FROM experiment x
  LEFT JOIN seen s ON s.experiment_id = x.id
  LEFT JOIN split r ON r.experiment_id = x.id
  LEFT JOIN critical c ON c.df = r.df
  WHERE x.decided_at <= :as_of
)
SELECT p.id AS period, m.scope AS scope, x.source || '/' || x.id AS unit, 1 AS num, 0 AS pending,
       x.excluded AS excluded, x.at AS at, x.source || '/' || x.id AS ref
FROM period p
JOIN decided x ON x.at >= p.starts AND x.at < p.ends
JOIN member m ON m.product = x.product_id AND m.segment IN ('all', 'kind=' || x.kind)
