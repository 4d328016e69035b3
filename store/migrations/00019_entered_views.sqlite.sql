-- What a person found out counts before what the vendor says; both are kept.
DROP VIEW incident;
CREATE VIEW incident AS
  SELECT r.source AS source, r.id AS id, r.updated_at AS updated_at, r.product_id AS product_id,
         r.group_ref AS group_ref, r.severity AS severity, r.started_at AS started_at, r.detected_at AS detected_at,
         r.resolved_at AS resolved_at, CASE WHEN v.id IS NOT NULL THEN v.cause ELSE r.cause END AS cause,
         CASE WHEN v.id IS NOT NULL THEN v.change_ref ELSE r.change_ref END AS change_ref,
         CASE WHEN v.id IS NOT NULL THEN v.reviewed_at ELSE r.reviewed_at END AS reviewed_at
  FROM incident_row r
  LEFT JOIN incident_review v ON v.source = r.source AND v.id = r.id
    AND NOT EXISTS (SELECT 1 FROM incident_review l WHERE l.source = v.source AND l.id = v.id AND l.revision > v.revision)
  WHERE r.gone_at IS NULL AND r.fault IS NULL;
DROP VIEW initiative;
CREATE VIEW initiative AS
  SELECT r.source AS source, r.id AS id, r.updated_at AS updated_at, r.product_id AS product_id, r.name AS name,
         r.size AS size, r.risk AS risk, r.horizon AS horizon, r.owner AS owner,
         r.problem_validated_at AS problem_validated_at, r.committed_at AS committed_at,
         r.released_at AS released_at, r.killed_at AS killed_at, r.target_kpi AS target_kpi,
         r.target_measure AS target_measure, r.target_segment AS target_segment, r.baseline AS baseline,
         r.expected_lift AS expected_lift, r.lift_unit AS lift_unit, r.measure_by AS measure_by,
         r.registered_at AS registered_at,
         CASE WHEN v.id IS NOT NULL THEN v.measured_lift ELSE r.measured_lift END AS measured_lift,
         CASE WHEN v.id IS NOT NULL THEN v.lift_lo ELSE r.lift_lo END AS lift_lo,
         CASE WHEN v.id IS NOT NULL THEN v.lift_hi ELSE r.lift_hi END AS lift_hi,
         CASE WHEN v.id IS NOT NULL THEN v.verdict ELSE r.verdict END AS verdict, r.guardrails AS guardrails,
         r.url AS url
  FROM initiative_row r
  LEFT JOIN lift_reading v ON v.source = r.source AND v.id = r.id
    AND NOT EXISTS (SELECT 1 FROM lift_reading l WHERE l.source = v.source AND l.id = v.id AND l.revision > v.revision)
  WHERE r.gone_at IS NULL AND r.fault IS NULL;
CREATE TRIGGER incident_review_no_update BEFORE UPDATE ON incident_review BEGIN SELECT RAISE(ABORT, 'incident_review is append-only'); END;
CREATE TRIGGER incident_review_no_delete BEFORE DELETE ON incident_review BEGIN SELECT RAISE(ABORT, 'incident_review is append-only'); END;
CREATE TRIGGER incident_review_no_replace BEFORE INSERT ON incident_review
  WHEN EXISTS (SELECT 1 FROM incident_review o WHERE o.source = NEW.source AND o.id = NEW.id AND o.revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'incident_review is append-only'); END;
CREATE TRIGGER lift_reading_no_update BEFORE UPDATE ON lift_reading BEGIN SELECT RAISE(ABORT, 'lift_reading is append-only'); END;
CREATE TRIGGER lift_reading_no_delete BEFORE DELETE ON lift_reading BEGIN SELECT RAISE(ABORT, 'lift_reading is append-only'); END;
CREATE TRIGGER lift_reading_no_replace BEFORE INSERT ON lift_reading
  WHEN EXISTS (SELECT 1 FROM lift_reading o WHERE o.source = NEW.source AND o.id = NEW.id AND o.revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'lift_reading is append-only'); END;
