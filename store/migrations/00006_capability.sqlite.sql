-- What stands in the JSON of a capability, as relations that KPI SQL can read on
-- both databases: views, so that they cannot fall behind their rows. A number
-- that is missing or no number from 1 to 999999 is the default. An attribute none
-- of whose values is a text has a row without a segment: nobody is meant.
CREATE VIEW capability_event AS
  SELECT DISTINCT c.source, c.id AS capability_id, e.value AS event,
         CASE WHEN json_type(c.rule, '$.min_uses') = 'integer' AND json_extract(c.rule, '$.min_uses') BETWEEN 1 AND 999999
              THEN json_extract(c.rule, '$.min_uses') ELSE 2 END AS min_uses,
         CASE WHEN json_type(c.rule, '$.min_days') = 'integer' AND json_extract(c.rule, '$.min_days') BETWEEN 1 AND 999999
              THEN json_extract(c.rule, '$.min_days') ELSE 2 END AS min_days,
         CASE WHEN json_type(c.rule, '$.window_days') = 'integer' AND json_extract(c.rule, '$.window_days') BETWEEN 1 AND 999999
              THEN json_extract(c.rule, '$.window_days') ELSE 28 END AS window_days
  FROM (SELECT source, id, CASE WHEN json_valid(active_rule) THEN active_rule ELSE '{}' END AS rule
        FROM capability_row WHERE gone_at IS NULL AND fault IS NULL) c
  JOIN json_each(CASE WHEN json_type(c.rule, '$.events') = 'array' THEN json_extract(c.rule, '$.events') ELSE '[]' END) e
  WHERE e.type = 'text';

CREATE VIEW capability_target AS
  SELECT DISTINCT c.source, c.id AS capability_id, f.key AS attribute, f.key || '=' || v.value AS segment
  FROM (SELECT source, id, CASE WHEN json_valid(target_filter) AND json_type(target_filter) = 'object' THEN target_filter ELSE '{}' END AS filter
        FROM capability_row WHERE gone_at IS NULL AND fault IS NULL) c
  JOIN json_each(c.filter) f
  LEFT JOIN json_each(CASE f.type WHEN 'array' THEN f.value ELSE json_array(f.value) END) v ON v.type = 'text';
