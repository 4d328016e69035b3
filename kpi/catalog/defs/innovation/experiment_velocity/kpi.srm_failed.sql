-- of the decided experiments whose assignment can be checked: those whose counts
-- do not fit the planned split
WITH critical(df, chi2) AS (
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
)
SELECT p.id AS period, m.scope AS scope, x.source || '/' || x.id AS unit,
       CASE WHEN x.srm_p < 0.001 OR x.srm_p IS NULL AND r.chi2 > c.chi2 THEN 1 ELSE 0 END AS num,
       1 AS den, 0 AS pending,
       CASE WHEN x.srm_p IS NULL AND c.df IS NULL THEN 'srm_unchecked' END AS excluded,
       x.decided_at AS at, x.source || '/' || x.id AS ref
FROM period p
JOIN experiment x ON x.decided_at >= p.starts AND x.decided_at < p.ends AND x.decided_at <= :as_of AND x.kind IN ('ab', 'aa')
JOIN member m ON m.product = x.product_id AND m.segment IN ('all', 'kind=' || x.kind)
LEFT JOIN split r ON r.experiment_id = x.id
LEFT JOIN critical c ON c.df = r.df
