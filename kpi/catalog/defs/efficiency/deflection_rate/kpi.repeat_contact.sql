-- of the self-served sessions: the requester asked later after all
WITH visit AS (
  SELECT p.id AS period, s.source AS source, s.id AS id, s.product_id AS product_id, s.requester_id AS requester_id,
         s.channel AS channel, s.topic AS topic, s.gave_up AS gave_up, s.at AS at,
         CASE WHEN a.is_internal = 1 THEN 'internal'
              WHEN a.is_test = 1 THEN 'test' END AS excluded
  FROM period p
  JOIN help_session s ON s.at >= p.starts AND s.at < p.ends AND s.at <= :as_of
  LEFT JOIN account a ON a.id = s.account_id
), followed AS (
  -- tickets of the requester after the session, with the product they are about
  SELECT s.period AS period, s.source AS source, s.id AS id, t.product_id AS product_id, MIN(t.created_at) - s.at AS after_ms
  FROM visit s
  JOIN ticket t ON t.requester_id = s.requester_id AND t.created_at >= s.at AND t.created_at < s.at + :repeat_ms
       AND t.created_at <= :as_of AND t.origin = 'customer' AND t.is_spam = 0
  GROUP BY s.period, s.source, s.id, s.at, t.product_id
), session AS (
  -- the first of them in a product of the scope
  SELECT s.period AS period, m.scope AS scope, s.source AS source, s.id AS id, s.at AS at,
         CASE WHEN s.excluded IS NOT NULL THEN s.excluded
              WHEN s.requester_id IS NULL THEN 'unknown_requester'
              WHEN f.after_ms < :window_ms THEN 'ticket_followed'
              WHEN s.gave_up = 1 THEN 'gave_up' END AS excluded,
         CASE WHEN f.after_ms >= :window_ms THEN 1 ELSE 0 END AS asked
  FROM visit s
  JOIN member m ON m.product = s.product_id AND m.segment IN ('all', 'topic=' || COALESCE(s.topic, ''), 'channel=' || s.channel)
  LEFT JOIN (SELECT f.period AS period, f.source AS source, f.id AS id, n.scope AS scope, MIN(f.after_ms) AS after_ms
             FROM followed f
             JOIN member n ON n.product = f.product_id
             GROUP BY f.period, f.source, f.id, n.scope) f
         ON f.period = s.period AND f.source = s.source AND f.id = s.id AND f.scope = m.scope
)
SELECT s.period AS period, s.scope AS scope, s.source || '/' || s.id AS unit,
       s.asked AS num,
       1 AS den,
       CASE WHEN s.at + :repeat_ms > :as_of THEN 1 ELSE 0 END AS pending,
       s.excluded AS excluded, s.at AS at, s.source || '/' || s.id AS ref
FROM session s
