-- people for each of their managers, where the headcount plan says how many of these there are
WITH plan AS (
  -- the latest month of the period that is planned, for each home
  SELECT p.id AS period, h.product_id AS product_id, h.open_vacancies AS open_vacancies, h.managers AS managers,
         h.month_start AS at, h.source || '/' || h.id AS ref,
         ROW_NUMBER() OVER (PARTITION BY p.id, h.product_id ORDER BY h.month_start DESC, h.source, h.id) AS nth
  FROM period p
  JOIN headcount_plan h ON h.month_start >= p.starts AND h.month_start < p.ends AND h.month_start <= :as_of
), here AS (
  -- those who are there at the end of the period, or today while it runs
  SELECT p.id AS period, t.product_id AS product_id, t.starts_at AS at, t.source || '/' || t.id AS ref
  FROM period p
  JOIN team_member t ON t.role IN (:roles) AND t.starts_at < p.ends AND t.starts_at <= :as_of
       AND (t.ends_at IS NULL OR t.ends_at >= p.ends OR t.ends_at > :as_of)
)
SELECT l.period AS period, m.scope AS scope, 'plan ' || l.ref AS unit, 0 AS num, l.managers AS den, l.at AS at, l.ref AS ref
FROM plan l
JOIN member m ON m.product = l.product_id AND m.segment = 'all'
WHERE l.nth = 1
UNION ALL
SELECT h.period, m.scope, h.ref, 1, 0, h.at, h.ref
FROM here h
JOIN plan l ON l.period = h.period AND l.product_id = h.product_id AND l.nth = 1
JOIN member m ON m.product = h.product_id AND m.segment = 'all'
