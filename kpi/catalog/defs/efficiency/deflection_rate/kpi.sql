-- A help session counts as self-served when its requester opens no ticket in a
-- product of the scope within the window; the tickets count against it. Those
-- who gave up, and those who asked after all, are listed: the latter are there as
-- their tickets.
WITH step AS (
  -- which accounts pay, and when, as ticket_rate has it
  SELECT account_id, product_id, effective_at,
         SUM(mrr_delta) OVER (PARTITION BY account_id, product_id, currency ORDER BY effective_at, source, id) AS mrr,
         LEAD(effective_at) OVER (PARTITION BY account_id, product_id, currency ORDER BY effective_at, source, id) AS until_at
  FROM subscription_movement
  WHERE recurring = 1 AND effective_at <= :as_of AND :active = 'paid'
), access AS (
  SELECT account_id, product_id, effective_at AS starts, COALESCE(until_at, 9007199254740991) AS ends
  FROM step
  WHERE mrr > 0 AND (until_at IS NULL OR until_at > effective_at)
  UNION ALL
  SELECT account_id, product_id, first_at, last_at + 1
  FROM usage_day
  WHERE name = :event AND first_at <= :as_of AND :active = 'event' AND account_id IS NOT NULL
), visit AS (
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
              WHEN s.gave_up = 1 THEN 'gave_up' END AS excluded
  FROM visit s
  JOIN member m ON m.product = s.product_id AND m.segment IN ('all', 'topic=' || COALESCE(s.topic, ''), 'channel=' || s.channel)
  LEFT JOIN (SELECT f.period AS period, f.source AS source, f.id AS id, n.scope AS scope, MIN(f.after_ms) AS after_ms
             FROM followed f
             JOIN member n ON n.product = f.product_id
             GROUP BY f.period, f.source, f.id, n.scope) f
         ON f.period = s.period AND f.source = s.source AND f.id = s.id AND f.scope = m.scope
), asked AS (
  SELECT p.id AS period, p.starts AS starts, p.ends AS ends,
         t.source AS source, t.id AS id, t.product_id AS product_id, t.account_id AS account_id,
         t.requester_id AS requester_id, t.topic AS topic, t.created_at AS at,
         CASE WHEN t.is_spam = 1 THEN 'spam'
              WHEN t.merged_into IS NOT NULL THEN 'merged'
              WHEN t.origin <> 'customer' THEN t.origin
              WHEN a.is_internal = 1 THEN 'internal'
              WHEN a.is_test = 1 THEN 'test' END AS excluded
  FROM period p
  JOIN ticket t ON t.created_at >= p.starts AND t.created_at < p.ends AND t.created_at <= :as_of
  LEFT JOIN account a ON a.id = t.account_id
), entitled AS (
  -- tickets of accounts that paid (or were active) in the period, by scope
  SELECT DISTINCT t.period AS period, t.source AS source, t.id AS id, m.scope AS scope
  FROM asked t
  JOIN access c ON c.account_id = t.account_id AND c.starts < t.ends AND c.ends > t.starts
  JOIN member m ON m.product = c.product_id
  JOIN account a ON a.id = t.account_id
), sent AS (
  -- the channels of self-service a ticket came out of, with the product looked up there
  SELECT DISTINCT t.period AS period, t.source AS source, t.id AS id, s.product_id AS product_id, s.channel AS channel
  FROM asked t
  JOIN help_session s ON s.requester_id = t.requester_id AND s.at <= t.at AND s.at > t.at - :window_ms
)
SELECT s.period AS period, s.scope AS scope, 'session ' || s.source || '/' || s.id AS unit,
       CASE WHEN s.at + :window_ms > :as_of THEN 0 ELSE 1 END AS num,
       1 AS den,
       CASE WHEN s.at + :window_ms > :as_of THEN 1 ELSE 0 END AS pending,
       s.excluded AS excluded, s.at AS at, s.source || '/' || s.id AS ref
FROM session s
UNION ALL
SELECT t.period, m.scope, 'ticket ' || t.source || '/' || t.id, 0, 1, 0,
       CASE WHEN t.excluded IS NOT NULL THEN t.excluded
            WHEN e.id IS NULL THEN 'outside_access' END,
       t.at, t.source || '/' || t.id
FROM asked t
JOIN member m ON m.product = t.product_id
     AND (m.segment IN ('all', 'topic=' || COALESCE(t.topic, ''))
       OR EXISTS (SELECT 1 FROM sent c JOIN member n ON n.product = c.product_id
                  WHERE c.period = t.period AND c.source = t.source AND c.id = t.id
                    AND n.scope = m.scope AND m.segment = 'channel=' || c.channel))
LEFT JOIN entitled e ON e.period = t.period AND e.source = t.source AND e.id = t.id AND e.scope = m.scope
