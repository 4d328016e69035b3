-- What stands in the JSON of a capability, as relations that KPI SQL can read on
-- both databases: views, so that they cannot fall behind their rows. A number
-- that is missing or no number from 1 to 999999 is the default. An attribute none
-- of whose values is a text has a row without a segment: nobody is meant. A text
-- with a NUL is legal JSON that PostgreSQL cannot hold.
CREATE VIEW capability_event AS
  SELECT DISTINCT c.source, c.id AS capability_id, (e.event #>> '{}') COLLATE "C" AS event,
         CASE WHEN c.rule ->> 'min_uses' ~ '^[1-9][0-9]{0,5}$' AND json_typeof(c.rule -> 'min_uses') = 'number'
              THEN CAST(c.rule ->> 'min_uses' AS bigint) ELSE 2 END AS min_uses,
         CASE WHEN c.rule ->> 'min_days' ~ '^[1-9][0-9]{0,5}$' AND json_typeof(c.rule -> 'min_days') = 'number'
              THEN CAST(c.rule ->> 'min_days' AS bigint) ELSE 2 END AS min_days,
         CASE WHEN c.rule ->> 'window_days' ~ '^[1-9][0-9]{0,5}$' AND json_typeof(c.rule -> 'window_days') = 'number'
              THEN CAST(c.rule ->> 'window_days' AS bigint) ELSE 28 END AS window_days
  FROM (SELECT source, id, CASE WHEN json_typeof(rule) = 'object' THEN rule ELSE '{}' END AS rule
        FROM (SELECT source, id, CAST(CASE WHEN strpos(active_rule, '\u0000') = 0 THEN active_rule ELSE '{}' END AS json) AS rule
              FROM capability_row WHERE gone_at IS NULL AND fault IS NULL) r) c
  CROSS JOIN LATERAL json_array_elements(CASE WHEN json_typeof(c.rule -> 'events') = 'array' THEN c.rule -> 'events' ELSE '[]' END) AS e(event)
  WHERE json_typeof(e.event) = 'string';

CREATE VIEW capability_target AS
  SELECT DISTINCT c.source, c.id AS capability_id, f.key COLLATE "C" AS attribute, (f.key || '=' || (v.word #>> '{}')) COLLATE "C" AS segment
  FROM (SELECT source, id, CASE WHEN json_typeof(filter) = 'object' THEN filter ELSE '{}' END AS filter
        FROM (SELECT source, id, CAST(CASE WHEN strpos(target_filter, '\u0000') = 0 THEN target_filter ELSE '{}' END AS json) AS filter
              FROM capability_row WHERE gone_at IS NULL AND fault IS NULL) r) c
  CROSS JOIN LATERAL json_each(c.filter) AS f(key, value)
  LEFT JOIN LATERAL (SELECT w.word FROM json_array_elements(CASE WHEN json_typeof(f.value) = 'array' THEN f.value ELSE json_build_array(f.value) END) AS w(word)
                     WHERE json_typeof(w.word) = 'string') v ON TRUE;
